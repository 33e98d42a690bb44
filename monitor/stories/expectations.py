"""What a story announces: a vote on 12 December, a deadline on Friday, "further updates are expected". Each with its sentence.

A date is resolved against the time of the report, in five languages and in the reader's time zone. Where none can be resolved for
sure, nothing is expected: "the ministry said on Friday that a vote will follow" names no day of the vote.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, NamedTuple

from monitor.model import Expectation, Span, make_id
from monitor.stories.claims import source_of
from monitor.stories.context import Context
from monitor.stories.facts import Statement
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed
from monitor.text.days import days_ahead
from monitor.text.phrases import Found
from monitor.text.tokens import Token

#: an update that was promised without a date is overdue after this long (design/features §4 J)
PROMISED = timedelta(hours=48)
#: words between an announcement and its day, in either order; and between a day and who said something on that day
_NEAR, _REPORTED = 16, 3
#: a deadline further off than this is no deadline but a duration
_LONGEST = {"h": timedelta(hours=240), "d": timedelta(days=60)}
_UNIT = {"h": timedelta(hours=1), "d": timedelta(days=1)}
#: endings of the future tense, as they are written: "votará", "se réunira", "discutirão"
_FUTURE = {
    "es": ("rá", "rán"),
    "pt": ("rá", "rão"),
    "fr": ("era", "ira", "aura", "dra", "eront", "iront", "auront", "dront"),
}
_NO_FUTURE = frozenset({"opera", "camera", "opéra", "caméra", "chimera"})


class Appointment(NamedTuple):
    """When something announced is due, in UTC: the beginning of its day where the reader is, or the hour."""

    due: datetime
    kind: Literal["day", "end", "hour", "update"]


def announced(statement: Statement, said: datetime, zone: tzinfo = UTC) -> Appointment | None:
    """What a sentence that was printed at `said` announces; None where it announces nothing, or no day is sure."""
    words, found = statement.words, statement.marked
    ahead = [at for cue in found if cue.name == "ahead" for at in range(cue.first, cue.last)]
    ahead += [at for at, word in enumerate(words) if _is_future(word, statement.language)]
    if ahead:
        local = said.astimezone(zone)
        named = [
            (_distance(at, ahead), day, at)
            for at, day in days_ahead(words, statement.language, local.date())
            if not _is_behind(at, ahead, found)
        ]
        near = min((one for one in named if one[0] <= _NEAR), default=None)
        if near:
            return Appointment(_midnight(near[1], zone), "end" if _is_end(near[2], found) else "day")
    if within := _term(statement, words, found):
        return Appointment(said + within, "hour")
    return Appointment(said + PROMISED, "update") if "promise" in statement.cues else None


def _is_future(word: Token, language: str) -> bool:
    return (
        not word.is_capital
        and len(word.text) > 3
        and word.text.endswith(_FUTURE.get(language, ()))
        and word.text not in _NO_FUTURE
    )


def _distance(at: int, ahead: Sequence[int]) -> int:
    """How far a day stands from what announces it; a day that follows is nearer than one that stands before."""
    return min(at - one if at > one else (one - at) + 4 for one in ahead)


def _is_behind(at: int, ahead: Sequence[int], found: Sequence[Found]) -> bool:
    """Whether a day is when something was said, or what something came after: "said on Friday", "since Tuesday", "el lunes pasado"."""
    for cue in found:
        if cue.name == "behind" and (0 <= at - cue.last <= 2 or cue.first == at + 1):
            return True
        if cue.name != "say":
            continue
        if 0 <= at - cue.last < _REPORTED and not any(cue.last <= one < at for one in ahead):
            return True
        if 0 < cue.first - at <= _REPORTED and not any(one < at for one in ahead):
            return True
    return False


def _is_end(at: int, found: Sequence[Found]) -> bool:
    """Whether a day is until when something lasts ("no classes until Wednesday"), and no deadline for anybody."""
    return any(cue.name == "until" and 0 <= at - cue.last <= 2 for cue in found) and not any(
        cue.name == "term" for cue in found
    )


def _term(statement: Statement, words: Sequence[Token], found: Sequence[Found]) -> timedelta | None:
    """How long a deadline leaves: "48 hours to resume flights", "un plazo de dos días"."""
    terms = [at for cue in found if cue.name == "term" for at in range(cue.first, cue.last)]
    for figure in statement.figures if terms else ():
        if figure.kind != "duration" or figure.unit not in _UNIT or figure.low != figure.high:
            continue
        start = figure.start - statement.start
        at = next((number for number, word in enumerate(words) if word.start >= start), 0)
        length = figure.low * _UNIT[figure.unit]
        if timedelta() < length <= _LONGEST[figure.unit] and min(abs(at - one) for one in terms) <= 4:
            return length
    return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def expectations_in(rows: Sequence[Weighed], reading: Reading, context: Context) -> tuple[Expectation, ...]:
    """What an item announces. What lies in the past already, and what stands in a sentence that is no news, is left out."""
    item = reading.item
    name = item.body_field if reading.body.sentences else "title"
    found: list[Expectation] = []
    for row in rows:
        said = row.statement
        when = announced(said, item.at, context.zone) if row.news >= 0.4 or "promise" in said.cues else None
        if when is None or when.due < context.now - PROMISED or (context.is_copy and row.novel == 0.0):
            continue
        found.append(
            Expectation(
                id=make_id("x", context.topic, item.id, name, said.start),
                topic=context.topic,
                story=context.story,
                item=item.id,
                span=Span(item=item.id, field=name, start=said.start, end=said.end),
                text=said.text,
                language=said.language,
                said=item.at,
                due=when.due,
                kind=when.kind,
                speaker=source_of(said) or None,
                origin=context.origin,
                publisher=item.publisher,
                url=item.url,
                ask=when.due,
            )
        )
    return tuple(found)
