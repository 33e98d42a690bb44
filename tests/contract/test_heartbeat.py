"""A day without a message ends with a sign of life, for those who want one; any other day does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from store_values import DESK, NOON, alert, newsroom

from monitor.model import Topic
from monitor.pipeline import Desk, watch_for_silence
from monitor.ports import Store
from monitor.text.lexicon import Lexicon

TOPIC = Topic(id="venezuela", name="Venezuela", query="venezuela")
EVENING = NOON.replace(hour=19)
DAY = timedelta(days=1)


def desk(**more: Any) -> Desk:
    values = {"heartbeat": True, "timezone": "UTC", "digest_at": (time(7), time(19)), "quiet": None}
    return Desk(TOPIC, [replace(DESK, **values | more)], Lexicon())


def began(store: Store, at: Desk, before: datetime = EVENING - 3 * DAY) -> Desk:
    store.put_subscriptions(at.subscriptions, before)
    return at


def test_a_silent_day_ends_with_one_sign_of_life_that_says_what_was_read(store: Store):
    newsroom(store)
    at = began(store, desk())
    assert watch_for_silence(at, store, EVENING + DAY - timedelta(minutes=1)) == []
    (made,) = watch_for_silence(at, store, EVENING + DAY)
    assert made.message.title.startswith("Venezuela: nothing new since 2026-03-02 19:00; ")
    assert "feeds read" in made.message.title
    assert (made.mode, made.channel, made.developments) == ("system", "desk", ())
    assert store.alert(made.id) == made
    assert watch_for_silence(at, store, EVENING + DAY + timedelta(minutes=5)) == []


def test_it_is_off_unless_it_is_asked_for(store: Store):
    newsroom(store)
    assert watch_for_silence(began(store, desk(heartbeat=False)), store, EVENING + DAY) == []


@pytest.mark.parametrize(
    ("mode", "hours", "silent"),
    [
        ("now", -1, True),
        ("now", 1, False),
        ("now", 23, False),
        ("digest", -12, True),
        ("digest", 0.01, True),  # due when the day began, and made some seconds later
        ("digest", 2, True),  # the same, of a machine that was off
        ("digest", 12, False),
        ("digest", 24, False),
    ],
)
def test_a_day_with_a_message_is_not_silent(store: Store, mode: str, hours: float, silent: bool):
    newsroom(store)
    at = began(store, desk())
    made = EVENING + timedelta(hours=hours)
    store.put_alert(alert("a1", subscription=DESK.id, mode=mode, created=made, send_after=made))
    assert bool(watch_for_silence(at, store, EVENING + DAY)) is silent


def test_what_is_held_is_not_nothing(store: Store):
    newsroom(store, developments=2)
    at = desk()
    store.put_subscriptions([DESK], EVENING - 3 * DAY)
    (made,) = watch_for_silence(at, store, EVENING + DAY)
    assert made.message.title.endswith("; 2 developments held back")


def test_a_subscription_of_this_morning_has_had_no_silent_day(store: Store):
    newsroom(store)
    at = began(store, desk(id="of this evening"), EVENING + timedelta(hours=1))
    assert watch_for_silence(at, store, EVENING + DAY) == []
    assert len(watch_for_silence(at, store, EVENING + 2 * DAY)) == 1


def test_at_night_it_waits_for_the_morning_and_after_a_day_off_it_does_not_come(store: Store):
    newsroom(store)
    at = began(store, desk(quiet=(time(18), time(21))))
    assert watch_for_silence(at, store, EVENING + DAY) == []
    assert len(watch_for_silence(at, store, EVENING + DAY + timedelta(hours=2))) == 1
    assert watch_for_silence(at, store, EVENING + 2 * DAY + timedelta(hours=7)) == []


@pytest.mark.parametrize("zone", ["America/Caracas", "America/New_York", "Europe/Amsterdam", "Australia/Lord_Howe"])
def test_in_a_year_of_silence_it_comes_exactly_once_a_local_day(store: Store, zone: str):
    newsroom(store)
    at = began(store, desk(timezone=zone, digest_at=(time(2, 15),)), NOON - 9 * DAY)
    seen: Counter[date] = Counter()
    for number in range(365 * 24 * 2):
        now = NOON + timedelta(minutes=30 * number)
        for made in watch_for_silence(at, store, now):
            seen[made.created.astimezone(ZoneInfo(zone)).date()] += 1
    assert set(seen.values()) == {1}
    assert (max(seen) - min(seen)).days + 1 == len(seen) >= 364
