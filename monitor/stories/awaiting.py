"""What the clock makes of what was announced: due on its day, overdue when nobody told of it, silence when somebody did.

Asked twice of each expectation: when its day begins, and when that day and a grace are over. Both answers are developments whose
evidence is the sentence that announced it. They weigh little: a reminder belongs in the digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.model import Awaited, Development, Expectation, Kind, make_id
from monitor.stories.facts import Unit, statements
from monitor.stories.ledger import Known, Ledger
from monitor.stories.said import credit
from monitor.text.lexicon import Lexicon
from monitor.text.reading import read

#: after the beginning of its day, or its hour, what nobody told of is overdue (design/features §4 J: "not seen after 48 h")
GRACE = timedelta(hours=48)
#: how much of an announcement a sentence must say to tell of it; and two announcements to be one
_ABOUT, _SAME = 0.3, 0.3
#: below what interrupts, above the digest's floor
_IMPORTANCE = {Awaited.DUE: 0.5, Awaited.OVERDUE: 0.45}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an expectation, and the development that says so where a reader should hear of it."""

    expectation: Expectation
    development: Development | None = None


def ask(
    due: Iterable[Expectation],
    stories: Callable[[str], Sequence[Expectation]],
    ledgers: Callable[[str], Ledger | None],
    lexicon: Lexicon,
    now: datetime,
    zone: tzinfo = UTC,
) -> list[Answer]:
    """The answers to what the clock asks at `now`, the first due first.

    `stories` gives everything that a story announced, `ledgers` what it has said so far (None where that is forgotten, because
    the story has been silent for so long). `zone` is the reader's.
    """
    answers: dict[str, Answer] = {}
    for one in sorted(due, key=lambda one: (one.due, one.said, one.id)):
        others = [answers[other.id].expectation if other.id in answers else other for other in stories(one.story)]
        answers[one.id] = _answer(one, others, ledgers(one.story) or Ledger(), lexicon, now, zone)
    return list(answers.values())


def _answer(
    one: Expectation,
    others: Sequence[Expectation],
    ledger: Ledger,
    lexicon: Lexicon,
    now: datetime,
    zone: tzinfo,
) -> Answer:
    units = _units(one, lexicon)
    state = _became(one, units, others, ledger, lexicon, now)
    if state is Awaited.DUE:
        again = None if one.kind == "end" else one.due + GRACE  # what ends by itself is never overdue
        return Answer(replace(one, state=state, ask=again), _development(one, state, now, zone))
    done = replace(one, state=state, ask=None)
    return Answer(done, _development(one, state, now, zone) if state is Awaited.OVERDUE else None)


def _became(
    one: Expectation,
    units: Sequence[Unit],
    others: Sequence[Expectation],
    ledger: Ledger,
    lexicon: Lexicon,
    now: datetime,
) -> Awaited:
    later = [known for known in ledger.sentences if known.when > one.said and known.item != one.item]
    if one.kind == "update":
        # any news of the story is the update; one promise a story is enough to be reminded of
        newer = any(other.kind == "update" and (other.said, other.id) > (one.said, one.id) for other in others)
        return Awaited.SAME if newer else Awaited.MET if any(known.told for known in later) else Awaited.OVERDUE
    if one.state is Awaited.OPEN and any(_is_same(one, units, other, lexicon) for other in others):
        return Awaited.SAME
    about = [known for known in later if _share(units, known, ledger) >= _ABOUT]
    if any("off" in known.cues for known in about):
        return Awaited.OFF
    if any(known.when >= one.due for known in about):
        return Awaited.MET
    return Awaited.OVERDUE if now >= one.due + GRACE else Awaited.DUE


def _is_same(one: Expectation, units: Sequence[Unit], other: Expectation, lexicon: Lexicon) -> bool:
    """Whether another sentence had announced this before, for the same time; in another language, the time decides."""
    if other.kind == "update" or other.due != one.due or (other.said, other.id) >= (one.said, one.id):
        return False
    if other.language != one.language:
        return True
    keys = {key for unit in _units(other, lexicon) for key in unit}
    shared = sum(any(key in keys for key in unit) for unit in units)
    return shared >= _SAME * min(len(units), len(_units(other, lexicon)))


def _units(one: Expectation, lexicon: Lexicon) -> tuple[Unit, ...]:
    """What is announced, without its numbers: the day is one of them."""
    return tuple(
        unit
        for statement in statements(read(one.text, one.language, lexicon))
        for unit in statement.units
        if not unit[0].startswith("#")
    )


def _share(units: Sequence[Unit], known: Known, ledger: Ledger) -> float:
    keys = frozenset(key for unit in known.units for key in unit)
    weights = ledger.weights(units) if ledger.sentences else [1.0] * len(units)
    total = sum(weights) or 1.0
    return sum(weight * credit(unit, keys) for unit, weight in zip(units, weights, strict=True)) / total


def _development(one: Expectation, state: Awaited, now: datetime, zone: tzinfo) -> Development:
    local = one.due.astimezone(zone)
    when = None if one.kind == "update" else f"{local:%Y-%m-%d %H:%M}" if one.kind == "hour" else f"{local:%Y-%m-%d}"
    return Development(
        id=make_id("d", one.id, state),
        topic=one.topic,
        story=one.story,
        item=one.item,
        kind=Kind.FACT,
        at=now,
        span=one.span,
        text=one.text,
        new=when,
        speaker=one.speaker,
        status=str(state),
        importance=_IMPORTANCE[state],
        novelty=1.0,
        origins=(one.origin,) if one.origin else (),
        publisher=one.publisher,
        url=one.url,
        replaces=make_id("d", one.id, Awaited.DUE) if state is Awaited.OVERDUE else None,
        terms={"announced_days_ago": round((now - one.said) / timedelta(days=1), 1)},
    )
