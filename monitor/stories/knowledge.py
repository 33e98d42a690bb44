"""The whole story at a glance: what is known now, from the facts of its ledger. Extracted, never phrased; every line has its source.

Figures are shown a thing at a time: the value that each origin gave last, and the range they span; two origins that stand by
different values dispute it. Claims stand with their status, quotations with their speakers, and what is announced with its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from monitor.model import Awaited, Expectation, Fact, Kind
from monitor.stories.claims import quote_text_shared

#: two values closer than this share of the larger are one value in two roundings
_SAME = 0.03
_SAME_QUOTE = 0.5


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
        """The newest value."""
        return self.given[0]

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


def knowledge(facts: Sequence[Fact], now: datetime, announced: Iterable[Expectation] = ()) -> Knowledge:
    """What a story's facts (oldest first), and what it announced (the first due first), amount to at `now`."""
    known = [fact for fact in facts if fact.at <= now]
    return Knowledge(
        figures=tuple(_figures(known)),
        claims=tuple(_claims(known)),
        quotes=tuple(_quotes(known)),
        expected=tuple(one for one in announced if one.said <= now and one.state is not Awaited.SAME),
    )


def _figures(facts: Iterable[Fact]) -> list[FigureLine]:
    by_key: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if (
            fact.kind is Kind.FIGURE
            and fact.noun
            and fact.value is not None
            and fact.scope not in ("old", "subset", "given", "more")
            and ":" not in fact.noun
        ):
            by_key.setdefault((fact.noun, fact.unit or ""), []).append(fact)
    lines = [_line(noun, unit, found) for (noun, unit), found in by_key.items()]
    return sorted(lines, key=lambda line: (-len(line.history), -line.latest.at.timestamp()))


def _line(noun: str, unit: str, found: Sequence[Fact]) -> FigureLine:
    last: dict[str, Given] = {}
    history: list[tuple[datetime, float]] = []
    for fact in found:
        assert fact.value is not None
        last[fact.origin] = Given(fact.value, fact.qualifier or "", fact.origin, fact.at, fact)
        if not history or history[-1][1] != fact.value:
            history.append((fact.at, fact.value))
    newest = sorted(last.values(), key=lambda given: given.at, reverse=True)
    return FigureLine(noun, unit, tuple(newest), tuple(history))


def _claims(facts: Sequence[Fact]) -> list[Fact]:
    found = [fact for fact in facts if fact.kind is Kind.STATUS]
    return sorted(found, key=lambda fact: fact.at, reverse=True)


def _quotes(facts: Sequence[Fact]) -> list[Fact]:
    """Each quotation once, as it was first heard; excerpts and repeats left out."""
    kept: list[Fact] = []
    for fact in facts:
        if fact.kind is Kind.QUOTE and not any(quote_text_shared(fact.text, one.text) >= _SAME_QUOTE for one in kept):
            kept.append(fact)
    return kept


def lines(state: Knowledge, addresses: Mapping[str, str], zone: tzinfo = UTC) -> list[str]:
    """The state of knowledge as lines of text; `addresses` is item → where a reader finds it."""
    found: list[str] = []
    if state.figures:
        found.append("figures")
    for line in state.figures[:12]:
        found += _figure_lines(line, addresses)
    for name, facts in (("claims", state.claims[:8]), ("said", state.quotes[:8])):
        found += [name] if facts else []
        found += [
            f"  [{fact.status}] {fact.text} — {fact.origin}, {fact.at:%m-%d %H:%M}  {addresses.get(fact.item, fact.item)}"
            if name == "claims"
            else f"  “{fact.text}” — {fact.speaker or fact.origin}, {fact.at:%m-%d %H:%M}  {addresses.get(fact.item, fact.item)}"
            for fact in facts
        ]
    if state.expected:
        found.append("expected")
    found += [_expected_line(one, addresses, zone) for one in state.expected[:8]]
    return found


def _expected_line(one: Expectation, addresses: Mapping[str, str], zone: tzinfo) -> str:
    who = f"{one.publisher or one.origin}, {one.said:%m-%d %H:%M}"
    return f"  {one.due.astimezone(zone):%Y-%m-%d} ({one.state}) {one.text} — {who}  {addresses.get(one.item, one.url)}"


_QUALIFIERS = {"upto": "up to", "atleast": "at least", "over": "more than", "under": "fewer than"}


def _figure_lines(line: FigureLine, addresses: Mapping[str, str]) -> list[str]:
    """The thing and its newest value, then each value that an origin stands by, with who says so and the newest source."""
    unit = f" {line.unit}" if line.unit else ""
    mark = f"   DISPUTED {_plain(line.low)}–{_plain(line.high)}" if line.disputed else ""
    before = [value for value in dict.fromkeys(value for _, value in line.history) if value != line.latest.value]
    was = " ← ".join(_plain(value) for value in reversed(before))
    how = _QUALIFIERS.get(line.latest.qualifier, line.latest.qualifier)
    now = f"{how} {_plain(line.latest.value)}{unit}".strip()
    found = [f"  {line.noun}: {now}{f'  (was {was})' if was else ''}{mark}"]
    for value in list(dict.fromkeys(given.value for given in line.given))[:5]:
        same = [given for given in line.given if given.value == value]
        who = ", ".join(given.origin for given in same)
        newest = same[0]
        found.append(
            f"    {_plain(value)}{unit} — {who}, {newest.at:%m-%d %H:%M}  {addresses.get(newest.fact.item, newest.fact.item)}"
        )
    return found


def _plain(value: float) -> str:
    return f"{value:,.15g}"
