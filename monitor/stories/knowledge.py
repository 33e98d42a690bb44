"""What is known of a story now, from the facts of its ledger. Extracted, never phrased; everything has its source.

Figures are shown a thing at a time: the value that each origin gave last, and the range they span; two origins that stand by
different values dispute it. Claims stand with their status, quotations with their speakers, and what is announced with its date.
What the diff heard before, in whatever language, is here once: claims and quotations are those that were told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Awaited, Development, Expectation, Fact, Kind, Span, Status
from monitor.stories.claims import quote_text_shared

#: two values closer than this share of the larger are one value in two roundings
_SAME = 0.03
_SAME_QUOTE = 0.5
_UNSURE = frozenset({Status.CLAIMED, Status.RUMOURED})
#: what a statement that is not simply reported may be; a denial that somebody "had" made is background
_STANDS = frozenset({Status.DENIED, Status.CONFIRMED, Status.CLAIMED, Status.RETRACTED})
#: parts, old values and what is added to a count say nothing of how many there are now
_PARTS = frozenset({"old", "not", "subset", "given", "more"})
#: counts whose noun says too little to be a line of its own
_VAGUE = frozenset({"people"})
#: measures that are of one cargo, one delivery, one cut
_MASSES = frozenset({"volume", "mass", "power"})


def _is_same(one: float, two: float) -> bool:
    return abs(one - two) <= _SAME * max(abs(one), abs(two))


@dataclass(frozen=True, slots=True)
class Given:
    """A value as one origin gave it last."""

    value: float
    qualifier: str
    origin: str
    at: datetime
    fact: Fact


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One thing counted: what each origin says now, newest first, and every value it had in order."""

    noun: str
    unit: str
    given: tuple[Given, ...]
    history: tuple[tuple[datetime, float], ...]

    @property
    def latest(self) -> Given:
        """The newest value; of an authority or a report before what somebody only claims."""
        return next((given for given in self.given if given.fact.status not in _UNSURE), self.given[0])

    @property
    def low(self) -> float:
        """The lowest value that an origin stands by."""
        return min(given.value for given in self.given)

    @property
    def high(self) -> float:
        """The highest value that an origin stands by."""
        return max(given.value for given in self.given)

    @property
    def disputed(self) -> bool:
        """Whether another origin stands by a higher value, or stood by another when the newest was known: a count that grew is no dispute."""
        first = min(at for at, value in self.history if _is_same(value, self.latest.value))
        return any(
            (given.at >= first or given.value > self.latest.value) and not _is_same(given.value, self.latest.value)
            for given in self.given
        )


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The state of knowledge of a story at one time."""

    figures: tuple[FigureLine, ...]
    #: claims that are denied, confirmed, doubted or corrected, newest first
    claims: tuple[Fact, ...]
    quotes: tuple[Fact, ...]
    #: what was announced, the first due first; each once
    expected: tuple[Expectation, ...]

    @property
    def disputed(self) -> tuple[FigureLine, ...]:
        """The figures that origins disagree about."""
        return tuple(line for line in self.figures if line.disputed)


def knowledge(
    facts: Sequence[Fact],
    now: datetime,
    announced: Iterable[Expectation] = (),
    told: Collection[Development] | None = None,
) -> Knowledge:
    """What a story's facts (oldest first), and what it announced (the first due first), amount to at `now`.

    Claims and quotations are those of `told`, which are said once in whatever language; of all facts, where it is None.
    """
    known = [fact for fact in facts if fact.at <= now]
    spans = None if told is None else {one.span for one in told if one.kind is not Kind.SOURCE}
    return Knowledge(
        figures=tuple(_figures(known)),
        claims=tuple(_claims(known, spans)),
        quotes=tuple(_quotes(known, spans)),
        expected=tuple(one for one in announced if one.said <= now and one.state is not Awaited.SAME),
    )


def _figures(facts: Iterable[Fact]) -> list[FigureLine]:
    by_key: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if (
            fact.kind is Kind.FIGURE
            and fact.noun
            and fact.value is not None
            and fact.scope not in _PARTS
            and fact.noun not in _VAGUE
            and (":" not in fact.noun or _thing(fact.noun) in _MASSES)
        ):
            by_key.setdefault((_thing(fact.noun), fact.unit or ""), []).append(fact)
    wrong = {(_thing(fact.noun or ""), fact.unit or "", fact.value): fact.at for fact in facts if fact.scope == "not"}
    lines = [_line(noun, unit, found, wrong) for (noun, unit), found in by_key.items()]
    return sorted(lines, key=lambda line: (-len(line.history), -line.latest.at.timestamp()))


def _thing(noun: str) -> str:
    """What is measured, whatever it is of: "volume:oil" and "volume" are one cargo."""
    return noun.partition(":")[0]


def _line(
    noun: str, unit: str, found: Sequence[Fact], wrong: dict[tuple[str, str, float | None], datetime]
) -> FigureLine:
    """`wrong` says since when a value is said to have been a mistake: nobody stands by it who gave it before."""
    last: dict[tuple[str, str], Given] = {}
    history: list[tuple[datetime, float]] = []
    for fact in found:
        assert fact.value is not None
        # one report may set an official's count against a witness's
        who = (fact.origin, (fact.speaker or "") if fact.status in _UNSURE else "")
        if who in last and last[who].fact.item == fact.item:
            continue  # an item begins with what is new; what it says of the same thing further down is how it came to that
        last[who] = Given(fact.value, fact.qualifier or "", fact.origin, fact.at, fact)
        if not history or history[-1][1] != fact.value:
            history.append((fact.at, fact.value))
    newest = sorted(last.values(), key=lambda given: given.at, reverse=True)
    mistaken = [one for one in newest if (noun, unit, one.value) in wrong and one.at <= wrong[noun, unit, one.value]]
    stands = [one for one in newest if one not in mistaken] or newest
    return FigureLine(noun, unit, tuple(stands), tuple(history))


def _claims(facts: Sequence[Fact], told: Collection[Span] | None) -> list[Fact]:
    """What is denied, confirmed, doubted or taken back, newest first; each as it was told first."""
    found = [
        fact
        for fact in facts
        if fact.kind is Kind.STATUS and fact.status in _STANDS and (told is None or fact.span in told)
    ]
    once = {(fact.text, fact.status): fact for fact in reversed(found)}
    return sorted(once.values(), key=lambda fact: fact.at, reverse=True)


def _quotes(facts: Sequence[Fact], told: Collection[Span] | None) -> list[Fact]:
    """Each quotation once, as it was first heard; excerpts and repeats left out."""
    kept: list[Fact] = []
    for fact in facts:
        if fact.kind is not Kind.QUOTE or (told is not None and fact.span not in told):
            continue
        if not any(quote_text_shared(fact.text, one.text) >= _SAME_QUOTE for one in kept):
            kept.append(fact)
    return kept
