"""A story at a glance, as lines of text: what is known, who says so, what is disputed, what is expected. Every line ends at its source.

Whoever is meant is named as readers know them: an outlet or a wire by its name, and before it whom it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from monitor.model import Development, Expectation, Fact, Item, Judgement, Kind
from monitor.stories.knowledge import FigureLine, Given, Knowledge
from monitor.stories.origins import dateline_end
from monitor.text.normal import fold

_FIGURES, _CLAIMS, _QUOTES, _EXPECTED, _VALUES = 12, 8, 8, 8, 5
_QUALIFIERS = {"upto": "up to", "atleast": "at least", "over": "more than", "under": "fewer than"}
#: classes of nouns.tsv by what a reader calls them
_NOUNS = {
    "infected": "cases",
    "held": "still held",
    "nopower": "without power",
    "restored": "with power again",
    "volume": "volume",
    "gang": "gang members",
    "states": "places",
}
_UNITS = {"bbl": "barrels", "t": "tonnes"}


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a reader finds an item (id → address), how an origin is called (key → name), and in which zone times are shown."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo = UTC

    def name(self, origin: str) -> str:
        """An origin as readers know it."""
        return self.names.get(origin, origin)

    def at(self, when: datetime) -> str:
        """A time, to the minute."""
        return f"{when.astimezone(self.zone):%m-%d %H:%M}"

    def behind(self, fact: Fact) -> str:
        """Who says so, when, and where: what every line ends with."""
        who = f"{fact.speaker}, in {self.name(fact.origin)}" if fact.speaker else self.name(fact.origin)
        return f"— {who}, {self.at(fact.at)}  {self.addresses.get(fact.item, fact.item)}"


def names_of(items: Iterable[tuple[Item, Judgement]]) -> dict[str, str]:
    """Origins by name: a family by its outlet, a wire by its own outlet where we read it, else as it is credited."""
    found: dict[str, str] = {}
    for item, judgement in items:
        key = judgement.origin
        own = key in (item.family, item.feed)
        if item.publisher and (_letters(item.publisher) == _letters(key) or (own and key not in found)):
            found[key] = item.publisher
        found.setdefault(key, key.title() if key == key.lower() and "." not in key else key)
    return found


def _letters(name: str) -> str:
    return "".join(letter for letter in fold(name) if letter.isalnum())


def lines(state: Knowledge, sources: Sources) -> list[str]:
    """The state of knowledge, a block a kind; blocks that would be empty are left out."""
    found: list[str] = []
    found += _block("figures", [text for line in state.figures[:_FIGURES] for text in _figure(line, sources)])
    found += _block(
        "claims", [f"  [{one.status}] {plain(one.text)} {sources.behind(one)}" for one in state.claims[:_CLAIMS]]
    )
    found += _block("said", [f"  “{one.text}” {sources.behind(one)}" for one in state.quotes[:_QUOTES]])
    return found + _block("expected", [_expected(one, sources) for one in state.expected[:_EXPECTED]])


def _block(name: str, found: list[str]) -> list[str]:
    return [name, *found] if found else []


def _expected(one: Expectation, sources: Sources) -> str:
    who = f"{one.publisher or sources.name(one.origin)}, {sources.at(one.said)}"
    day = one.due.astimezone(sources.zone)
    return f"  {day:%Y-%m-%d} ({one.state}) {plain(one.text)} — {who}  {sources.addresses.get(one.item, one.url)}"


def _figure(line: FigureLine, sources: Sources) -> list[str]:
    """The thing, its value now and who says so; below it each other value that an origin stands by."""
    mark = f"  DISPUTED {number(line.low)}–{number(line.high)}" if line.disputed else ""
    before = [value for value in dict.fromkeys(value for _, value in line.history) if value != line.latest.value]
    was = f"  (was {' ← '.join(number(value) for value in reversed(before))})" if before else ""
    values = list(dict.fromkeys([line.latest.value, *(given.value for given in line.given)]))[:_VALUES]
    first, *others = [[given for given in line.given if given.value == value] for value in values]
    head = f"  {_NOUNS.get(line.noun, line.noun)}: {_value(line.latest, line.unit)}{was}{mark}{_behind(first, sources)}"
    return [head, *(f"    {_value(same[0], line.unit)}{_behind(same, sources)}" for same in others)]


def _behind(same: list[Given], sources: Sources) -> str:
    """Everybody who stands by one value; the newest with whom it cites."""
    first, *others = same
    names = dict.fromkeys(sources.name(one.origin) for one in others if one.origin != first.origin)
    also = f" (also {', '.join(names)})" if names else ""
    claimed = " [claimed]" if first.fact.status == "claimed" else ""
    return f"{claimed}{also} {sources.behind(first.fact)}"


def _value(given: Given, unit: str) -> str:
    how = _QUALIFIERS.get(given.qualifier, given.qualifier)
    return f"{how} {number(given.value)} {_UNITS.get(unit, unit)}".strip()


def number(value: float) -> str:
    """A number with its thousands apart."""
    return f"{value:,.15g}"


def plain(text: str) -> str:
    """A sentence without the dateline before it, in one line."""
    return " ".join(text[dateline_end(text) :].split())


# ── the timeline ─────────────────────────────────────────────────────────────────────────────────────────────────────


def timeline(developments: Iterable[Development], sources: Sources) -> list[str]:
    """Each development in order: when, what it is, what changed and the evidence; below it who published that, and where."""
    label, found = _labels(), list[str]()
    for one in developments:
        changed = f"{_changed(one)}: " if one.old is not None else ""
        status = f" [{one.status}]" if one.status not in (None, "reported", "due", "overdue") else ""
        who = f" — {one.speaker}" if one.speaker else ""
        found.append(f"{sources.at(one.at)}  {label(one):<13} {changed}{plain(one.text)}{status}{who}")
        found.append(f"{'':11}  {'':<13} {one.publisher} {one.url}")
    return found


def _changed(one: Development) -> str:
    """What was and what is: "dead 5 → 14", "1,800,000 → 1,100,000 barrels"."""
    values = f"{_side(one.old)} → {_side(one.new)}"
    unit = _UNITS.get(one.unit or "", one.unit or "")
    noun = "" if one.noun in (None, one.unit) else one.noun
    return f"{noun} {values} {unit if isinstance(one.new, float | int) else ''}".strip()


def _labels() -> Callable[[Development], str]:
    """What a development is called; a story that was torn in two and put together again has one first report."""
    opened = False

    def label(one: Development) -> str:
        nonlocal opened
        if one.status in ("due", "overdue"):
            return one.status
        if one.kind is Kind.NEW_STORY:
            opened, first = True, not opened
            return "first report" if first else "fact"
        return "also" if one.kind is Kind.SOURCE else str(one.kind)

    return label


def _side(value: float | str | None) -> str:
    if value is None:
        return "no longer in the text"
    return number(value) if isinstance(value, float | int) else value
