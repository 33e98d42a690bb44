"""The monitor's own health: each trouble is told once, its end once, a restart tells nothing twice."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from store_values import NOON, after, alert, check, failed, item, newsroom, sent, state

from monitor import config as configs
from monitor.config import Config
from monitor.ports import Store
from monitor.run.health import Health
from monitor.store.sqlite import SqliteStore

CONFIG = """
timezone = "UTC"
database = "monitor.db"
[[topic]]
id = "venezuela"
query = "venezuela"
[[channel]]
id = "desk"
url = "terminal://"
[[channel]]
id = "chat"
url = "terminal://"
fallback = "desk"
[[subscription]]
topic = "venezuela"
channel = "desk"
[system]
channel = "{system}"
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return configured(tmp_path)


def configured(folder: Path, system: str = "desk") -> Config:
    path = folder / "monitor.toml"
    path.write_text(CONFIG.format(system=system))
    return configs.load(path)


@pytest.fixture
def health(store: Store, config: Config) -> Health:
    newsroom(store)
    store.record_check(check(state=state(at=after(60), checked_at=NOON, baseline_done=True)))
    found = Health(config, store)
    said(found, 0)  # the baseline's summary
    return found


def said(health: Health, minutes: float) -> list[str]:
    """What is told, and arrives."""
    told = health.look(after(minutes))
    for one in told:
        health._store.record_attempt(sent(one.id, minutes=minutes))
    return [one.message.title for one in told]


def test_channel_that_is_away_for_long_is_told_once_and_its_return_once(store: Store, health: Health, config: Config):
    store.put_alert(alert("c1", ["d1"], channel="chat", minutes=1))
    store.record_attempt(failed("c1", minutes=1, retry=20))
    assert said(health, 15) == []
    (trouble,) = said(health, 16)
    assert trouble == "Channel chat has taken no message since 12:01: 550 no; 1 owed since 12:01"
    assert said(health, 17) == []
    assert said(Health(config, store), 18) == []
    assert not health.well(after(18))
    store.record_attempt(sent("c1", minutes=20))
    (end,) = said(health, 21)
    assert end == "Channel chat takes messages again; that it did not was noticed at 12:16"
    assert said(Health(config, store), 22) == []
    assert health.well(after(22))
    store.put_alert(alert("c2", [], channel="chat", minutes=30))
    store.record_attempt(failed("c2", minutes=30, retry=40))
    assert len(said(health, 46)) == 1


def test_dead_message_is_told_at_once(store: Store, health: Health):
    store.put_alert(alert("c1", ["d1"], channel="chat", minutes=1))
    store.record_attempt(failed("c1", minutes=1, permanent=True))
    assert said(health, 2) == ["Channel chat has taken no message since 12:01: 550 no; 1 will not be tried again"]


def test_system_channel_that_is_away_is_told_so_by_its_fallback_or_when_it_is_back(store: Store, tmp_path: Path):
    newsroom(store)
    store.put_alert(alert("c1", ["d1"], channel="chat", minutes=1))
    store.record_attempt(failed("c1", minutes=1, retry=20))
    by_fallback = Health(configured(tmp_path, "chat"), store)
    (told,) = [one for one in by_fallback.look(after(20)) if one.message.title.startswith("Channel")]
    assert told.channel == "desk"
    store.put_alert(alert("a1", [], channel="desk", minutes=1))
    store.record_attempt(failed("a1", minutes=1, retry=20))
    alone = Health(configured(tmp_path, "desk"), store)
    assert [one for one in alone.look(after(21)) if one.message.title.startswith("Channel desk")] == []
    store.record_attempt(sent("a1", minutes=22))
    (end,) = said(alone, 23)
    assert end == "Channel desk takes messages again; that it did not was noticed at 12:21"


def test_disk_that_is_nearly_full_is_told_once_and_room_only_when_it_is_plain(store: Store, config: Config):
    free = [10**9]
    health = Health(config, store, free=lambda _: free[0])
    assert said(health, 1) == []
    free[0] = 150_000_000
    assert said(health, 2) == ["Only 150 MB are free where the database is"]
    free[0] = 210_000_000
    assert said(health, 3) == []
    assert not health.well(after(3))
    free[0] = 260_000_000
    assert said(health, 4) == ["There is room on the disk again"]


def test_clock_that_is_set_back_is_told_and_what_waited_for_it_is_due(store: Store, health: Health):
    store.record_check(check(state=state(at=after(300), checked_at=after(290), baseline_done=True)))
    assert store.due_feeds(after(60)) == []
    assert said(health, 60) == ["The clock was set back by 4 h: everything that waits is due at once"]
    assert [feed.id for feed, _ in store.due_feeds(after(60))] == ["wire"]
    assert said(health, 61) == []
    store.record_check(check(state=state(at=after(70), checked_at=after(62), baseline_done=True)))
    assert said(health, 63) == []
    assert health.well(after(63))


def test_trouble_that_ends_by_a_clock_that_was_set_back_has_ended(store: Store, health: Health):
    store.put_alert(alert("c1", [], channel="chat", minutes=200))
    store.record_attempt(failed("c1", minutes=200, permanent=True))
    assert len(said(health, 201)) == 1
    store.record_attempt(sent("c1", minutes=202))
    assert len(said(health, 10)) == 1
    assert said(health, 11) == []
    assert health.well(after(11))


def test_items_that_nobody_judges_are_a_backlog(store: Store, health: Health):
    store.record_check(
        check(item("i8", minutes=1), item("i9", minutes=2), state=state(at=after(90), checked_at=after(2)))
    )
    assert said(health, 60) == []
    assert said(health, 61) == ["2 items wait to be read since 12:01"]
    assert said(health, 62) == []


def test_messages_that_nobody_tries_are_a_backlog_and_those_that_wait_on_purpose_are_none(store: Store, health: Health):
    store.put_alert(alert("a1", [], minutes=1))
    store.put_alert(alert("a2", [], minutes=1))
    store.put_off("a2", after(500), "over 2 messages an hour")
    assert said(health, 60) == []
    assert said(health, 61) == ["1 messages wait to be sent since 12:01"]


def test_nothing_is_well_while_nothing_is_polled(health: Health):
    assert health.well(after(60))
    assert not health.well(after(60) + timedelta(minutes=16))


def test_damage_that_a_start_cannot_see_is_found_by_the_examination_and_told_once_a_day(config: Config, tmp_path: Path):
    path = tmp_path / "damaged.db"
    with closing(SqliteStore.open(path, durable=False)) as store:
        newsroom(store)
    with closing(sqlite3.connect(path)) as broken:  # an index that knows nothing of its rows
        broken.execute("PRAGMA writable_schema = ON")
        broken.execute("UPDATE sqlite_schema SET sql = replace(sql, '(url)', '(title)') WHERE name = 'items_url'")
        broken.commit()
    with closing(SqliteStore.open(path, exclusive=True)) as store:
        health = Health(config, store)
        said(health, 0)
        health.examine(after(1))
        (told,) = said(health, 1)
        assert told.startswith("The database is damaged (")
        assert "items_url" in told
        health.examine(after(2))
        assert said(health, 2) == []
        health.examine(after(24 * 60 + 1))
        assert len(said(health, 24 * 60 + 1)) == 1
