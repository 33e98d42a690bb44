"""Two years of days in four zones: no clock change makes a digest twice, loses one, or moves the quiet hours."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from alert_news import development, subscription, view

from monitor.alerts.calendar import last_slot, midnight, next_midnight, next_slot, quiet_until
from monitor.alerts.decide import decide
from monitor.model import Reason

ZONES = ["America/Caracas", "America/New_York", "Europe/Amsterdam", "Australia/Lord_Howe"]
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
EVERY_ZONE = pytest.mark.parametrize("zone", ZONES)


@EVERY_ZONE
@pytest.mark.parametrize("at", [time(7), time(19), time(0), time(1, 30), time(2, 15), time(2, 30), time(23, 59)])
def test_a_daily_time_comes_exactly_once_a_local_day(zone, at):
    seen: Counter[date] = Counter()
    now = BEGIN
    while (slot := next_slot([at], now, zone)) and slot < END:
        assert slot > now
        assert last_slot([at], slot, zone) == slot
        seen[slot.astimezone(ZoneInfo(zone)).date()] += 1
        now = slot
    first, last = min(seen), max(seen)
    assert (last - first).days + 1 == len(seen) >= 729
    assert set(seen.values()) == {1}


@EVERY_ZONE
def test_each_digest_leaves_at_its_minute_once_a_local_day_when_asked_at_the_times_that_decisions_name(zone):
    sub = subscription(digest_at=(time(7), time(19)), timezone=zone, quiet=(time(23), time(6, 30)))
    left: Counter[tuple[date, time]] = Counter()
    last, owed, now, news_at = BEGIN, [], BEGIN, BEGIN
    while now < BEGIN + timedelta(days=731):
        if now == news_at:
            owed.append(development(f"d{now:%y%m%d%H}", importance=0.5, at=now))
            news_at += timedelta(hours=5)
        outcome = decide(view(owed, sub=sub, last_digest=last, began=BEGIN), now)
        if outcome.alerts:
            assert set(outcome.alerts[0].developments) == {one.id for one in owed}
            local = now.astimezone(ZoneInfo(zone))
            left[local.date(), local.time()] += 1
            last, owed = now, []
        now = min([news_at, *(decision.until for decision in outcome.decisions if decision.until)])
    assert set(left.values()) == {1}
    assert {at for _, at in left} == {time(7), time(19)}
    assert len(left) >= 2 * 730 - 2


@EVERY_ZONE
@pytest.mark.parametrize(
    "quiet", [(time(23), time(6, 30)), (time(22, 15), time(7)), (time(12), time(14)), (time(0), time(6))]
)
def test_quiet_hours_are_what_the_clock_on_the_wall_says(zone, quiet):
    start, end = quiet
    for number in range(2 * 366 * 24 * 4):
        now = BEGIN + timedelta(minutes=15 * number)
        local = now.astimezone(ZoneInfo(zone)).time()
        expected = start <= local < end if start < end else local >= start or local < end
        until = quiet_until(quiet, now, zone)
        assert (until is not None) == expected, (zone, now, local)
        if until:
            assert until.astimezone(ZoneInfo(zone)).time() == end
            assert now < until <= now + timedelta(hours=13)


def test_equal_times_are_no_quiet_hours():
    assert quiet_until((time(8), time(8)), BEGIN, "UTC") is None
    assert quiet_until(None, BEGIN, "UTC") is None


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", (2026, 3, 8), 23),
        ("America/New_York", (2026, 11, 1), 25),
        ("Australia/Lord_Howe", (2026, 4, 5), 24.5),
        ("America/Caracas", (2026, 3, 8), 24),
    ],
)
def test_a_day_is_as_long_as_the_zone_says(zone, day, hours):
    noon = datetime(*day, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert next_midnight(noon, zone) - midnight(noon, zone) == timedelta(hours=hours)


def test_news_held_over_a_night_in_which_the_clock_changes_leaves_when_the_quiet_hours_end():
    zone = "America/New_York"
    sub = subscription(quiet=(time(23), time(6, 30)), timezone=zone)
    night = datetime(2026, 3, 8, 5, 30, tzinfo=UTC)  # 00:30, an hour and a half before the clocks go forward
    news = development("d1", at=night)
    held = decide(view([news], sub=sub), night)
    assert held.decisions[0].reason is Reason.QUIET
    assert held.decisions[0].until == datetime(2026, 3, 8, 10, 30, tzinfo=UTC)
    assert decide(view([news], sub=sub, last_digest=night), held.decisions[0].until).alerts[0].mode == "now"


def test_a_clock_that_jumps_back_tells_nothing_twice_and_one_that_jumps_ahead_loses_nothing():
    news = development("d1", importance=0.5, at=BEGIN)
    sub = subscription(timezone="UTC")
    at = BEGIN + timedelta(hours=7)
    made = decide(view([news], sub=sub, began=BEGIN), at).alerts
    assert len(made) == 1
    behind = view([replace(news, id="d2")], sub=sub, began=BEGIN, last_digest=at)
    assert not decide(behind, at - timedelta(hours=1)).alerts
    assert len(decide(behind, at + timedelta(days=1)).alerts) == 1
