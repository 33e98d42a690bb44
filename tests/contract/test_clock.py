"""The clock as a source of news: due, overdue, met, called off, each told once, whatever the store; with the real judgement."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from fakes import MemoryStore
from workroom import DESK, MONDAY, Newsroom

from monitor.model import Awaited, Kind, Moved
from monitor.ports import Store
from monitor.store.sqlite import SqliteStore

CARACAS = ZoneInfo("America/Caracas")
DAY = timedelta(days=1)
VOTE = (
    "Assembly to vote on amnesty bill",
    "The National Assembly will vote on the amnesty bill on Thursday, its speaker Jorge Rodríguez said in Caracas.",
)


@pytest.fixture
def room(store: Store) -> Newsroom:
    return Newsroom(store)


def thursday(hour: int = 0) -> datetime:
    return datetime(2026, 10, 15, hour, tzinfo=CARACAS).astimezone(UTC)


def test_a_vote_is_due_when_its_day_begins_where_the_reader_is(room: Newsroom):
    item = room.publish(MONDAY, *VOTE)
    assert room.wait(thursday() - timedelta(seconds=1)) == []
    assert "venezuela" not in room.store.due_topics(thursday() - timedelta(seconds=1))
    assert room.store.due_topics(thursday()) == ["venezuela"]
    (due,) = room.wait(thursday())
    assert (due.kind, due.status, due.new, due.at) == (Kind.FACT, "due", "2026-10-15", thursday())
    assert item.content[due.span.start : due.span.end] == due.text
    assert due.importance < DESK.threshold


def test_a_reminder_goes_into_the_mornings_digest_and_is_told_once(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    room.wait(thursday(6))
    room.wait(thursday(8))
    digests = [alert for update in room.made for alert in update.alerts if alert.mode == "digest"]
    (line,) = [line for alert in digests for line in alert.message.lines if line.what.startswith("due")]
    assert (line.what, line.at and line.at.hour) == ("due: 2026-10-15", 0)
    assert "vote on the amnesty bill" in line.text
    assert digests[-1].created == thursday(7)


def test_what_nobody_tells_of_is_overdue_after_two_days_and_then_never_again(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    said = room.wait(thursday() + 30 * DAY)
    assert [one.status for one in said] == ["due", "overdue"]
    assert said[1].at == thursday() + 2 * DAY
    assert said[1].replaces == said[0].id


def test_what_an_item_tells_of_is_met_and_nothing_more_is_said(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    room.wait(thursday())
    text = "The National Assembly passed the amnesty bill on Thursday by 160 votes to 20, its speaker Jorge Rodríguez said."
    room.publish(thursday(18), "Assembly passes amnesty bill", text)
    assert room.wait(thursday() + 30 * DAY) == []
    (one,) = room.store.expectations(room.store.stories()[0].id)
    assert (one.state, one.ask) == (Awaited.MET, None)


def test_what_is_put_off_is_not_due(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    text = "The National Assembly has postponed its vote on the amnesty bill, speaker Jorge Rodríguez said in Caracas."
    room.publish(MONDAY + DAY, "Assembly postpones amnesty vote", text)
    assert room.wait(thursday() + 30 * DAY) == []
    assert room.store.expectations(room.store.stories()[0].id)[0].state is Awaited.OFF


def test_two_reports_of_one_appointment_are_one_reminder(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    text = "Lawmakers in Caracas are expected to vote on an amnesty bill on Thursday, National Assembly speaker Jorge Rodríguez said."
    room.publish(MONDAY + timedelta(hours=5), "Amnesty bill: assembly votes Thursday", text)
    spanish = "La Asamblea Nacional votará el jueves el proyecto de ley de amnistía, dijo en Caracas su presidente, Jorge Rodríguez."
    room.publish(MONDAY + timedelta(hours=6), "Asamblea votará la ley de amnistía", spanish, language="es")
    assert [one.status for one in room.wait(thursday() + 30 * DAY)] == ["due", "overdue"]


def test_a_restart_between_announcement_and_day_loses_nothing(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    room.restart()
    (due,) = room.wait(thursday())
    room.restart()
    assert room.update(thursday()).developments == ()
    assert room.store.developments(ids=[due.id]) == [due]


def test_a_monitor_that_slept_over_it_says_overdue_only(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    update = room.update(thursday() + 5 * DAY)
    assert [one.status for one in update.developments] == ["overdue"]


def test_a_promised_update_that_does_not_come_is_overdue(room: Newsroom):
    text = "A fire broke out at the El Palito refinery in Carabobo, killing three workers. Further updates are expected, the company said."
    room.publish(MONDAY, "Fire at El Palito refinery", text)
    (said,) = room.wait(MONDAY + 30 * DAY)
    assert (said.status, said.at, said.new) == ("overdue", MONDAY + 2 * DAY, None)


def test_a_promised_update_that_comes_is_none(room: Newsroom):
    text = "A fire broke out at the El Palito refinery in Carabobo, killing three workers. Further updates are expected, the company said."
    room.publish(MONDAY, "Fire at El Palito refinery", text)
    later = "The death toll of the fire at the El Palito refinery in Carabobo rose to seven workers, the company said."
    room.publish(MONDAY + DAY, "El Palito refinery fire: seven dead", later)
    assert room.wait(MONDAY + 30 * DAY) == []


def test_what_ends_by_itself_is_due_and_never_overdue(room: Newsroom):
    text = "A storm flooded Sucre state on Monday and killed four people. There will be no school in Sucre until Thursday, the ministry said."
    room.publish(MONDAY, "Storm floods Sucre", text)
    assert [one.status for one in room.wait(MONDAY + 30 * DAY)] == ["due"]


def test_a_story_that_wakes_says_after_how_many_days(room: Newsroom):
    text = "A Guyanese army boat came under fire on the Cuyuni River on Sunday and two soldiers were wounded, the army said."
    room.publish(MONDAY, "Guyanese army boat shot at on Cuyuni River", text)
    later = "Guyana's army said a third soldier wounded when its boat came under fire on the Cuyuni River has died."
    room.publish(MONDAY + 9 * DAY, "Soldier shot on Cuyuni River dies", later)
    (alert,) = room.made[-1].alerts
    assert alert.mode == "now"
    assert alert.message.lines[0].what.startswith("re-awakened after 9 days")


def test_an_appointment_moves_with_its_item_and_is_found_under_the_old_story(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    room.publish(
        MONDAY, "Fire at refinery", "A fire at the El Palito refinery killed three workers on Monday, the company said."
    )
    vote, fire = (room.store.judgements(item)[0].story for item in ("i1", "i2"))
    assert vote != fire
    moved = Moved(topic="venezuela", items=("i1",), source=vote, target=fire, by="merge", at=MONDAY)
    room.store.record_edit(moved)
    (due,) = room.wait(thursday())
    assert due.story == fire
    assert [one.id for one in room.store.expectations(vote)] == [one.id for one in room.store.expectations(fire)]


def test_the_same_news_and_clock_make_the_same_developments_in_every_store(tmp_path: Path):
    said = []
    stores: list[Store] = [MemoryStore(), SqliteStore.open(tmp_path / "m.db", durable=False)]
    for store in stores:
        room = Newsroom(store)
        room.publish(MONDAY, *VOTE)
        said.append(room.wait(thursday() + 30 * DAY))
        store.close()
    assert said[0] == said[1]


def test_a_topic_that_nobody_reads_has_its_clock_in_utc(store: Store):
    room = Newsroom(store, ())
    room.publish(MONDAY, *VOTE)
    (one,) = store.expectations(store.stories()[0].id)
    assert one.due == datetime(2026, 10, 15, tzinfo=UTC)


def test_answers_recorded_twice_are_one(room: Newsroom):
    room.publish(MONDAY, *VOTE)
    update = room.update(thursday())
    before = room.store.developments()
    room.store.record_update(replace(update, decisions=(), alerts=(), judgements=()))
    assert room.store.developments() == before
