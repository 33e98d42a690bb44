"""Dates in five languages, and silence where a date could be two."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from feedparser.datetimes import _parse_date

from monitor.feeds.dates import guess, quick
from monitor.feeds.parse.tolerant import feed_date

GUESSED = {
    "mié, 24 oct 2025 10:00:00 -0400": "2025-10-24T14:00",
    "lunes, 3 de marzo de 2025": "2025-03-03T00:00",
    "24 de diciembre del 2025, 8:15 p. m.": "2025-12-24T20:15",
    "dom, 02 set 2025 00:00:00 GMT-4": "2025-09-02T04:00",
    "3 mars 2025 à 14h30": "2025-03-03T14:30",
    "1er janvier 2025": "2025-01-01T00:00",
    "Jeu, 20 juil. 2025 10:00": "2025-07-20T10:00",
    "le 5 août 2025": "2025-08-05T00:00",
    "Ter, 04 mar 2025 10:11:12 -0300": "2025-03-04T13:11",
    "quinta-feira, 6 de novembro de 2025 às 9:15": "2025-11-06T09:15",
    "30 de setembro de 2025": "2025-09-30T00:00",
    "ma 3 maart 2025 14:30": "2025-03-03T14:30",
    "12 mei 2025": "2025-05-12T00:00",
    "March 3rd, 2025 3:05 pm": "2025-03-03T15:05",
    "24/10/2025": "2025-10-24T00:00",
    "10/24/2025 11:30": "2025-10-24T11:30",
    "24.10.2025 10:11 Uhr": "2025-10-24T10:11",
    "04/04/2025": "2025-04-04T00:00",
    "2025/10/24 10:00": "2025-10-24T10:00",
    "20251024T101112Z": "2025-10-24T10:11",
    "1761300000": "2025-10-24T10:00",
    "1761300000123": "2025-10-24T10:00",
}


@pytest.mark.parametrize(("text", "date"), GUESSED.items())
def test_what_others_miss_is_read(text: str, date: str) -> None:
    found = guess(text)
    assert found is not None
    assert found.replace(second=0) == datetime.fromisoformat(date).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2025",
        "12-11-2025",
        "99/99/2025",
        "31 feb 2025",
        "24 Foo 2025",
        "hoy",
        "2025",
        "17613",
        "1 1 1",
        "",
        "0",
        "9" * 40,
        "24/10/25",
    ],
)
def test_what_could_be_two_dates_or_none_is_none(text: str) -> None:
    assert guess(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 02 Mar 2026 10:15:00 GMT", "Mon, 2 Mar 2026 10:15:00 -0430", "02 Mar 2026 10:15:00 +05:30", "mon, 02 mar 2026 10:15:00 ut",
        "2026-03-02T10:15:00Z", "2026-03-02T10:15:00.123456-03:00", "Mon, 31 Feb 2026 10:15:00 GMT", "Mon, 02 Mar 2026 25:15:00 GMT",
    ],
)  # fmt: skip
def test_the_quick_reader_says_what_feedparser_says(text: str) -> None:
    parsed = _parse_date(text)
    found = quick(text)
    assert (found and found.utctimetuple()[:6]) == (parsed and parsed[:6])


def test_a_year_that_is_seconds_is_no_year() -> None:
    assert feed_date("1761300000") == datetime(2025, 10, 24, 10, 0, tzinfo=UTC)
    assert feed_date("Thu, 01 Jan 1970 00:00:00 GMT") is None
