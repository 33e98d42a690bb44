"""Dates as feeds write them, in UTC, or None: a wrong date is worse than none.

RFC 822 and ISO 8601 in their usual spelling are read here, quickly; feedparser's own readers know their odd forms. What both miss
(Spanish, French, Portuguese and Dutch names of days and months, `24/10/2025`, seconds since 1970) is left to `guess`, which
abstains where a day and a month could be each other.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from monitor.text.normal import fold

#: no news is older; "1761300000" read as a year gives 1761
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
NEWEST = datetime(2100, 1, 1, tzinfo=UTC)
_ENGLISH = {name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
_RFC822 = re.compile(
    r"\s*(?:(?:mon|tue|wed|thu|fri|sat|sun), )?(\d{1,2}) (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) (?:(gmt|utc|ut|z)|([+-])(\d\d):?(\d\d))\s*",
    re.ASCII | re.IGNORECASE,
)
_ISO = re.compile(r"\s*\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)\s*", re.ASCII)

# Folded, by as many first letters as tell a month apart: Spanish, French, Portuguese and Dutch where they differ from English.
_MONTHS = _ENGLISH | {
    name: int(number)
    for name, number in (
        pair.split("=")
        for pair in "ene=1 abr=4 ago=8 set=9 dic=12 janv=1 fev=2 avr=4 mai=5 juin=6 juil=7 aou=8 out=10 dez=12 maa=3 mrt=3 mei=5 okt=10".split()
    )
}
_DAY_FIRST = re.compile(
    r"(?:[a-z-]+\.?,?\s+)?(?:le\s+|el\s+)?(\d{1,2})(?:er|o|º|ª)?[\s./-]+(?:de\s+|d')?([a-z]{3,10})\.?,?[\s./-]+(?:de\s+|del\s+)?(\d{4})\b(.*)",
    re.ASCII | re.DOTALL,
)
_MONTH_FIRST = re.compile(
    r"(?:[a-z-]+\.?,?\s+)?([a-z]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b(.*)", re.ASCII | re.DOTALL
)
_NUMBERS = re.compile(r"(?:[a-z-]+\.?,?\s+)?(\d{1,2})([/.-])(\d{1,2})\2(\d{4})\b(.*)", re.ASCII | re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})\b(.*)", re.ASCII | re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?(z|[+-]\d{4})?)?", re.ASCII)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})\s*[:h]\s*(\d{2})(?:[:.](\d{2}))?\s*(?:([ap])\.?\s?m\.?)?", re.ASCII)
_ZONE = re.compile(r"(?:(?:gmt|utc)\s*)?([+-])(\d{1,2}):?(\d{2})?\b|\b(gmt|utc|z)\b", re.ASCII)


def quick(text: str) -> datetime | None:
    """A date in the usual spelling of RFC 822 or ISO 8601; None for any other."""
    if (match := _RFC822.fullmatch(text)) is not None:
        day, month, year, hour, minute, second, _, sign, hours, minutes = match.groups()
        offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        numbers = (int(year), _ENGLISH[month.lower()], int(day), int(hour), int(minute), int(second))
        return _made(numbers, offset)
    if _ISO.fullmatch(text):
        try:
            return plausible(datetime.fromisoformat(text.strip()).astimezone(UTC).replace(microsecond=0))
        except (ValueError, OverflowError):
            return None
    return None


def guess(text: str) -> datetime | None:
    """A date that others did not understand, in one of five languages; None where it is not one, or could be two."""
    plain = fold(text).strip()
    if _EPOCH.fullmatch(plain):
        return _epoch(plain)
    for read in (_compact, _named, _numbered):
        if (found := read(plain)) is not None:
            return found
    return None


def plausible(time: datetime) -> datetime | None:
    """`time` if news could be of it."""
    return time if OLDEST <= time < NEWEST else None


def _epoch(text: str) -> datetime | None:
    seconds = float(text)
    return plausible(datetime.fromtimestamp(int(seconds / 1000 if seconds >= 1e12 else seconds), UTC))


def _compact(text: str) -> datetime | None:
    match = _COMPACT.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.groups()
    numbers = (int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))
    return _made(numbers, _offset(zone or ""))


def _named(text: str) -> datetime | None:
    if (match := _DAY_FIRST.fullmatch(text)) is not None:
        day, name, year, rest = match.groups()
    elif (match := _MONTH_FIRST.fullmatch(text)) is not None:
        name, day, year, rest = match.groups()
    else:
        return None
    month = _month(name)
    return _with_clock(int(year), month, int(day), rest) if month else None


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])


def _numbered(text: str) -> datetime | None:
    if (match := _YEAR_FIRST.fullmatch(text)) is not None:
        year, _, month, day, rest = match.groups()
        return _with_clock(int(year), int(month), int(day), rest)
    if (match := _NUMBERS.fullmatch(text)) is None:
        return None
    one, _, two, year, rest = match.groups()
    first, second = int(one), int(two)
    if first > 12 >= second or first == second:
        return _with_clock(int(year), second, first, rest)
    if second > 12 >= first:
        return _with_clock(int(year), first, second, rest)
    return None  # 03/04/2025 is a day in April here and in March there


def _with_clock(year: int, month: int, day: int, rest: str) -> datetime | None:
    """A date with the time of day that `rest` may hold. Without a zone it is read as UTC."""
    clock = _CLOCK.search(rest)
    if clock is None:
        return _made((year, month, day, 0, 0, 0), timedelta(0))
    hour, minute, second, half = clock.groups()
    hours = int(hour) % 12 + (12 if half == "p" else 0) if half else int(hour)
    return _made((year, month, day, hours, int(minute), int(second or 0)), _offset(rest[clock.end() :]))


def _offset(text: str) -> timedelta:
    zone = _ZONE.search(text)
    if zone is None or not zone[1]:
        return timedelta(0)
    return timedelta(hours=int(zone[2]), minutes=int(zone[3] or 0)) * (-1 if zone[1] == "-" else 1)


def _made(numbers: tuple[int, int, int, int, int, int], offset: timedelta) -> datetime | None:
    try:
        if not offset:
            return plausible(datetime(*numbers, tzinfo=UTC))
        return plausible(datetime(*numbers, tzinfo=timezone(offset)).astimezone(UTC))
    except (ValueError, OverflowError):
        return None
