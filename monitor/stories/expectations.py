"""What a story expects: a vote on 12 December, a deadline on Friday, a meeting tomorrow; due and overdue are news of their own.

A date is resolved against the time of the report, in five languages; where none can be resolved, the expectation has none and is
never overdue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.stories.sentences import Weighed
from monitor.text.normal import fold

_WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            "monday lunes lundi segunda-feira maandag",
            "tuesday martes mardi terca-feira dinsdag",
            "wednesday miercoles mercredi quarta-feira woensdag",
            "thursday jueves jeudi quinta-feira donderdag",
            "friday viernes vendredi sexta-feira vrijdag",
            "saturday sabado samedi zaterdag",
            "sunday domingo dimanche zondag",
        )
    )
    for word in words.split()
}
_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january enero janvier janeiro januari jan",
            "february febrero fevrier fevereiro februari feb",
            "march marzo mars marco maart",
            "april abril avril apr",
            "may mayo mai maio mei",
            "june junio juin junho juni",
            "july julio juillet julho juli",
            "august agosto aout augustus aug",
            "september septiembre setiembre septembre setembro sept sep",
            "october octubre octobre outubro oktober oct okt",
            "november noviembre novembre novembro nov",
            "december diciembre decembre dezembro dec",
        ),
        1,
    )
    for word in words.split()
}
_DAY_MONTH = re.compile(r"\b(\d{1,2})(?:er|st|nd|rd|th)?\s+(?:de\s+|of\s+)?([a-z]{3,10})\b")
_MONTH_DAY = re.compile(r"\b([a-z]{3,9})\.?\s+(\d{1,2})\b")
_IN_HOURS = re.compile(r"\b(\d{1,3})[ -](?:hours?|horas?|heures?|uur|uren)\b")
_TOMORROW = re.compile(r"\b(?:tomorrow|mañana|demain|amanh[aã]|morgen)\b", re.IGNORECASE)
_SHORT_DAYS = re.compile(r"\b(segunda|terca|quarta|quinta|sexta)(?:-feira)?\b")
_SHORT = {"segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4}
#: after a promised time this long an update that did not come is overdue
GRACE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Expectation:
    """Something announced: what the sentence says, and when it is due (UTC; None where no date could be resolved)."""

    text: str
    due: datetime | None
    said: datetime

    def state(self, now: datetime) -> str:
        """Where it stands: "open", "due" (its day is here) or "overdue"."""
        if self.due is None or now < self.due:
            return "open"
        return "due" if now < self.due + GRACE else "overdue"


def expected(text: str, said: datetime) -> Expectation:
    """What a sentence announces, dated against the time it was said."""
    return Expectation(text, resolve(text, said), said)


def resolve(text: str, said: datetime) -> datetime | None:
    """The next date that a sentence names, at the start of that day in UTC; None where it names none."""
    plain = fold(text)
    for match in _DAY_MONTH.finditer(plain):
        if match[2] in _MONTHS and (found := _dated(said, _MONTHS[match[2]], int(match[1]))):
            return found
    for match in _MONTH_DAY.finditer(plain):
        if match[1] in _MONTHS and (found := _dated(said, _MONTHS[match[1]], int(match[2]))):
            return found
    if hours := _IN_HOURS.search(plain):
        return said + timedelta(hours=int(hours[1]))
    midnight = said.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if _TOMORROW.search(text):
        return midnight + timedelta(days=1)
    days = [_WEEKDAYS[word] for word in re.findall(r"[a-z]+(?:-feira)?", plain) if word in _WEEKDAYS]
    days += [_SHORT[word] for word in _SHORT_DAYS.findall(plain) if "feira" in plain or "na " in plain]
    return min((midnight + timedelta(days=(day - midnight.weekday() - 1) % 7 + 1) for day in days), default=None)


def _dated(said: datetime, month: int, day: int) -> datetime | None:
    for year in (said.year, said.year + 1):
        try:
            found = datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            return None
        if found >= said - timedelta(days=1):
            return found
    return None


def keep_expectations(rows: Sequence[Weighed], said: datetime) -> tuple[tuple[str, float, str], ...]:
    """What an item announces, as the ledger remembers it: (sentence, due as a timestamp or 0, "")."""
    found: list[tuple[str, float, str]] = []
    for row in rows:
        if "expect" in row.statement.cues and row.news >= 0.4:
            due = resolve(row.statement.text, said)
            found.append((row.statement.text[:300], due.timestamp() if due else 0.0, ""))
    return tuple(found)
