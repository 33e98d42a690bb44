"""A text that changes after it was told: a correction, owed to exactly those who got the original."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest
from workroom import DESK, MONDAY, Newsroom

from monitor.model import Alert, Item, Kind, Reason
from monitor.ports import Store

#: hears of everything at once; waits for the morning; wants figures only, and no first reports
LOUD = replace(DESK, id="loud", channel="loud")
MORNING = replace(DESK, id="morning", channel="morning", send="digest", digest_at=(time(7),))
CHOOSY = replace(DESK, id="choosy", channel="choosy", kinds=("figure", "correction"))
TITLE = "US forces strike boat off La Guaira"
FIVE = "US forces destroyed a boat off La Guaira on Monday night, killing 5 people, the defence secretary said."
LEFT = "The Pentagon said that it is reviewing reports of an operation in the Caribbean on Monday night."
HOUR = timedelta(hours=1)


@pytest.fixture
def room(store: Store) -> Newsroom:
    return Newsroom(store, (LOUD, MORNING, CHOOSY))


def got(room: Newsroom, channel: str) -> list[Alert]:
    return [alert for update in room.made for alert in update.alerts if alert.channel == channel]


def revise(room: Newsroom, of: Item, text: str, hours: float) -> None:
    at = MONDAY + hours * HOUR
    room.publish(
        at, of.title, text, guid=of.guid, url=of.url, publisher=of.publisher, family=of.family, revision_of=of.id
    )


def test_a_retraction_reaches_those_who_got_the_original_and_nobody_else(room: Newsroom):
    first = room.publish(MONDAY, TITLE, FIVE)
    assert [alert.mode for alert in got(room, "loud")] == ["now"]
    revise(room, first, LEFT, 2)
    room.wait(MONDAY + 48 * HOUR)
    (told,) = [line for alert in got(room, "loud")[1:] for line in alert.message.lines if line.status == "retracted"]
    assert told.what.startswith("no longer in the text: “US forces destroyed a boat")
    assert not any(
        line.status == "retracted" for name in ("choosy",) for alert in got(room, name) for line in alert.message.lines
    )
    taken_back = [one for one in room.store.developments() if one.status == "retracted"]
    reasons = {
        one.subscription: one.reason for one in room.store.decisions(developments=[taken_back[0].id]) if one.settles
    }
    assert reasons == {"choosy": Reason.NOTHING_TO_CORRECT}


def test_a_corrected_number_reaches_who_was_told_the_old_one_at_once(room: Newsroom):
    first = room.publish(MONDAY, TITLE, FIVE)
    revise(room, first, FIVE.replace("killing 5", "killing 7"), 2)
    correction = got(room, "loud")[-1]
    assert correction.mode == "now"
    assert correction.message.lines[0].what == "corrected: dead 5 → 7"
    assert got(room, "choosy") == []


def test_who_waits_for_the_morning_hears_what_the_text_says_by_then(room: Newsroom):
    first = room.publish(MONDAY, TITLE, FIVE)
    revise(room, first, FIVE.replace("killing 5", "killing 7"), 2)
    room.wait(MONDAY + 24 * HOUR)
    (digest,) = got(room, "morning")
    assert [(line.kind, line.new) for line in digest.message.lines if line.kind == Kind.CORRECTION] == [
        ("correction", "7")
    ]


def test_a_page_that_flips_between_two_texts_sends_one_correction(room: Newsroom):
    seven = FIVE.replace("killing 5", "killing 7")
    item = room.publish(MONDAY, TITLE, f"{FIVE} Updated 11:00.")
    for number in range(1, 6):
        text = seven if number % 2 else FIVE
        before = room.store.item(f"i{number}")
        assert before is not None
        revise(room, replace(before, guid=item.guid), f"{text} Updated {11 + number}:30.", number)
    assert [alert.message.lines[0].what for alert in got(room, "loud")] == ["first report", "corrected: dead 5 → 7"]


def test_a_restart_between_two_versions_loses_neither_the_old_text_nor_who_was_told(room: Newsroom):
    first = room.publish(MONDAY, TITLE, FIVE)
    room.restart()
    revise(room, first, FIVE.replace("killing 5", "killing 7"), 2)
    room.restart()
    second = room.store.item("i2")
    assert second is not None
    revise(room, second, LEFT, 4)
    whats = [line.what for alert in got(room, "loud") for line in alert.message.lines]
    assert whats[:2] == ["first report", "corrected: dead 5 → 7"]
    assert any(what.startswith("no longer in the text") for what in whats[2:])
