"""When an alert that is due may go out."""

from __future__ import annotations

from datetime import time, timedelta

from alert_news import NOON, alert, subscription

from monitor.alerts.pace import Wait, wait

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def test_without_a_rate_nothing_waits():
    assert wait(alert(), NOON, per_hour=None, took=[NOON] * 500, subscription=subscription()) is None


def test_what_is_over_the_rate_waits_until_the_hour_has_room():
    took = [NOON - 50 * MINUTE, NOON - 30 * MINUTE, NOON - 10 * MINUTE]
    assert wait(alert(), NOON, per_hour=4, took=took, subscription=None) is None
    assert wait(alert(), NOON, per_hour=3, took=took, subscription=None) == Wait(
        NOON + 10 * MINUTE, "over 3 messages an hour"
    )
    assert wait(alert(), NOON, per_hour=2, took=took, subscription=None) == Wait(
        NOON + 30 * MINUTE, "over 2 messages an hour"
    )


def test_a_channel_that_comes_back_at_night_waits_for_the_morning():
    quiet = subscription(quiet=(time(11), time(18)))
    late = alert(created=NOON - 2 * HOUR, attempts=9)
    assert wait(late, NOON, per_hour=None, took=[], subscription=quiet) == Wait(NOON + 6 * HOUR, "quiet hours")
    assert wait(late, NOON + 6 * HOUR, per_hour=None, took=[], subscription=quiet) is None


def test_what_decide_sends_in_quiet_hours_is_not_held_again():
    quiet = subscription(quiet=(time(11), time(18)))
    assert wait(alert(created=NOON), NOON, per_hour=None, took=[], subscription=quiet) is None
    retried = alert(created=NOON - MINUTE, attempts=1)
    assert wait(retried, NOON, per_hour=None, took=[], subscription=quiet) is None
