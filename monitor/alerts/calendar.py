"""Local time, for the two things that people set by the clock on their wall: quiet hours and digests.

Everything goes in and comes out in UTC; wall times are turned into instants day by day, so that no arithmetic is ever done on
local times. Where a clock is set back, the first of the two equal times counts; where it is set forward, a time that does not
exist is as many minutes later (PEP 495, fold=0). Hence each wall time happens exactly once a local day, in every zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Quiet = tuple[time, time]
_DAY = timedelta(days=1)


def instant(day: date, at: time, zone: str) -> datetime:
    """The moment (UTC) at which clocks in `zone` show `at` on `day`."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def local_date(now: datetime, zone: str) -> date:
    """The date on a calendar in `zone`."""
    return now.astimezone(ZoneInfo(zone)).date()


def midnight(now: datetime, zone: str) -> datetime:
    """When the local day of `now` began."""
    return instant(local_date(now, zone), time(0), zone)


def next_midnight(now: datetime, zone: str) -> datetime:
    """When the next local day begins."""
    return instant(local_date(now, zone) + _DAY, time(0), zone)


def quiet_until(quiet: Quiet | None, now: datetime, zone: str) -> datetime | None:
    """When the quiet hours that `now` lies in end; None outside of them. Equal times mean no quiet hours."""
    if quiet is None or quiet[0] == quiet[1]:
        return None
    start, end = quiet
    today = local_date(now, zone)
    for day in (today - _DAY, today, today + _DAY):
        until = instant(day if start < end else day + _DAY, end, zone)
        if instant(day, start, zone) <= now < until:
            return until
    return None


def last_slot(times: Iterable[time], now: datetime, zone: str) -> datetime | None:
    """The latest of these daily times that has come; None without any."""
    return max((slot for slot in _slots(times, now, zone) if slot <= now), default=None)


def next_slot(times: Iterable[time], now: datetime, zone: str) -> datetime | None:
    """The next of these daily times after `now`; None without any."""
    return min((slot for slot in _slots(times, now, zone) if slot > now), default=None)


def _slots(times: Iterable[time], now: datetime, zone: str) -> list[datetime]:
    # Two days each way: a time that a zone skips by a day at the date line still has a neighbour.
    today = local_date(now, zone)
    wanted = tuple(times)
    return [instant(today + timedelta(days=days), at, zone) for days in (-2, -1, 0, 1, 2) for at in wanted]
