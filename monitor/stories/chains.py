"""Figures as chains of values: what replaces what, what contradicts what, and what is only said again.

Two figures belong to one chain when they count the same thing in the same scope; the sentence that carries them must speak of
the same matter. A value that the chain knows already is said again, whoever says it; a new one is superseding, a correction or a
contradiction, and where it is not clear which earlier value it replaces, there is no change at all, only a fact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.model import Kind
from monitor.stories.comparing import agrees, comparable, keep
from monitor.stories.facts import Statement, Unit, value_key
from monitor.stories.ledger import Known, KnownFigure, Ledger
from monitor.stories.said import credit
from monitor.text.figures import Figure

#: how alike two sentences must be for their figures to be one chain; words of no known class need more
_ALIKE, _ALIKE_LOOSE = 0.14, 0.45
_RATIO = 12.0
_FAR_BELOW = 0.5
#: what the ledger notes of a sentence whose figure contradicts another one
DISPUTES = "disputes"
#: how sure a change is whose sentence names old and new itself
INSIDE = 0.95
#: counts that only grow while a story lasts: a fall is a correction, a contradiction or another count
_GROWING = frozenset(
    "dead injured displaced evacuated arrested freed kidnapped rescued infected affected houses".split()
)
#: what a number may count in ten ways in one story
_LOOSE = frozenset(
    {"people", "length", "area", "temperature", "mass", "power", "voltage", "states", "children", "women"}
)
_CORRECTED = frozenset({"correct"})
_DISPUTED = frozenset({"deny", "against", "unverified"})


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that replaces, corrects or contradicts an earlier one."""

    figure: Figure
    old: float
    kind: Kind
    #: how sure it is that `old` is what it replaces, between 0 and 1
    sure: float
    #: the development that told the old value, or ""
    told: str = ""


@dataclass(frozen=True, slots=True)
class Chains:
    """What a sentence's figures are to the story."""

    changes: tuple[Change, ...] = ()
    #: bound figures whose value the story knows for this noun
    known: int = 0
    #: bound figures whose noun the story has counted, at another value
    other: int = 0
    #: bound figures of a noun never counted here
    fresh: int = 0


def chains(
    statement: Statement,
    ledgers: Sequence[Ledger],
    origin: str,
    before: Iterable[Statement] = (),
    numbered: Mapping[str, float] | None = None,
    weights: Sequence[float] | None = None,
) -> Chains:
    """Compares the figures of a sentence with all that the story and its neighbours said of the same things.

    `weights` are those of its units in the story, where they are known. `numbered` is what the sentence's item numbers ("the thirteenth
    shipment"): what another number carried is another thing.
    """
    if weights is None:
        weights = ledgers[0].weights(statement.units)
    beside = _Beside(statement, ledgers, origin, list(before), numbered or {}, weights)
    named = (_named(written, statement, ledgers) for written in statement.figures)
    found = [_chained(figure, beside) for figure in named if figure.bound and figure.role != "old"]
    changes = sorted((change for one in found for change in one.changes), key=lambda one: -one.sure)
    return Chains(
        tuple(changes),
        known=sum(one.known for one in found),
        other=sum(one.other for one in found),
        fresh=sum(one.fresh for one in found),
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """A sentence with all that its figures are held against."""

    statement: Statement
    ledgers: Sequence[Ledger]
    origin: str
    #: the sentences before it in its own item
    before: Sequence[Statement]
    numbered: Mapping[str, float]
    weights: Sequence[float]

    def past(self, figure: Figure) -> list[Past]:
        """What the story and its neighbours said of the same thing, other events left out."""
        found = [
            Past(one, held, ledger.ordinals(one.item))
            for ledger in self.ledgers
            for one in ledger.with_figure(figure.noun)
            for held in one.figures
            if comparable(figure, held)
        ]
        return [held for held in found if not _other_event(self.statement, held.ordinals, self.numbered)]

    def knows_otherwise(self, figure: Figure) -> bool:
        """Whether the value stands in the story for another noun: "60 on board", "60 people"."""
        return figure.value >= 10 and any(ledger.knows(value_key(figure)) for ledger in self.ledgers)

    def said_before(self, figure: Figure) -> bool:
        """Whether the sentence's own item has said it already."""
        local = (keep(one) for said in self.before for one in said.figures)
        return any(agrees(figure, one) for one in local if comparable(figure, one))


def _chained(figure: Figure, beside: _Beside) -> Chains:
    """What one figure is to the story."""
    statement, ledgers, past = beside.statement, beside.ledgers, beside.past(figure)
    again = [held for held in past if agrees(figure, held.figure)]
    if again or (not past and beside.knows_otherwise(figure)) or beside.said_before(figure):
        back = _returned(figure, statement, past, again)
        return Chains((back,) if back else (), known=1)
    counted = bool(past) or (figure.role == "more" and any(ledger.with_figure(figure.noun) for ledger in ledgers))
    other, fresh = int(counted), int(not counted and figure.kind != "ordinal")
    change = (
        _inside(figure, statement, past)
        or _doubted(figure, statement, beside.before, past)
        or _across(figure, statement, beside.weights, past, beside.origin)
    )
    if change is not None and _is_told(figure, change, ledgers):
        return Chains(known=1, other=other, fresh=fresh)
    return Chains((change,) if change else (), other=other, fresh=fresh)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier figure and the sentence it stood in."""

    known: Known
    figure: KnownFigure
    #: what its item numbers: "the twelfth shipment"
    ordinals: Mapping[str, float]

    @property
    def replaced(self) -> bool:
        """Whether its own sentence names the value that took its place; one that it only disputes stands."""
        return (self.figure.role == "old" and DISPUTES not in self.known.cues) and any(
            one.noun == self.figure.noun and one.role != "old" for one in self.known.figures
        )


def _named(figure: Figure, statement: Statement, ledgers: Sequence[Ledger]) -> Figure:
    """A number that names no thing takes the thing from the old value beside it ("taking the total to 187 from 120")."""
    if figure.kind != "bare" or figure.role == "old":
        return figure
    for old in statement.figures:
        if old.role == "old" and old.kind == "bare" and old.value >= 10:
            held = [
                one
                for ledger in ledgers
                for known in ledger.with_key(value_key(old))
                for one in known.figures
                if one.value == old.value and one.kind == "count"
            ]
            if held:
                return replace(figure, kind="count", noun=held[-1].noun, state=held[-1].state)
    return figure


def _inside(figure: Figure, statement: Statement, past: Sequence[Past]) -> Change | None:
    """Old and new in one sentence: "up from 2,000", "78 tonnes, not 84", "only 47 of the 120"."""
    if figure.role in ("given", "more") or figure.qualifier == "vague":
        return None
    whole = [
        one for one in statement.figures if one.role == "given" and one.noun == figure.noun and one.value > figure.value
    ]
    if figure.role == "subset":
        checked = whole and statement.cues & {"unverified", "confirm", "verify", "independent", "against"}
        return Change(figure, whole[0].shown, Kind.CONTRADICTION, INSIDE, _told(past, whole[0])) if checked else None
    beside = [
        one
        for one in statement.figures
        if one.role == "old" and one.noun in (figure.noun, "") and one.value != figure.value
    ]
    if not beside:
        return None
    following = [one for one in beside if one.start > figure.start]
    old = min(following or beside, key=lambda one: abs(one.start - figure.start))
    kind = _stated_kind(statement, figure, old)
    return Change(figure, old.shown, kind, INSIDE, _told(past, old))


def _stated_kind(statement: Statement, figure: Figure, old: Figure) -> Kind:
    """What a sentence makes of the old value that it names: what was counted the day before is not disputed."""
    if old.scope == "not":
        return Kind.CORRECTION
    if old.scope == "then" and not statement.cues & _CORRECTED:
        return Kind.FIGURE
    return _kind(statement, figure.value, old.value, None, "")


def _doubted(figure: Figure, statement: Statement, before: Iterable[Statement], past: Sequence[Past]) -> Change | None:
    """A count set against another in two sentences: "it could not confirm the 120 releases. Its records show 47"."""
    last = next((one for one in before if one.number == statement.number - 1), None)
    if last is None or "unverified" not in last.cues or figure.role or statement.cues & {"another", "subset"}:
        return None
    doubted = [one for one in last.figures if one.noun == figure.noun and one.unit == figure.unit and not one.role]
    doubted += [one for one in last.figures if one.noun == figure.noun and one.role == "given"]
    if len(doubted) != 1 or not _near(figure.value, doubted[0].value) or doubted[0].value <= figure.value:
        return None
    return Change(figure, doubted[0].shown, Kind.CONTRADICTION, INSIDE, _told(past, doubted[0]))


def _told(past: Sequence[Past], old: Figure) -> str:
    return next((held.known.told for held in reversed(past) if held.figure.value == old.value and held.known.told), "")


def _is_told(figure: Figure, change: Change, ledgers: Sequence[Ledger]) -> bool:
    """Whether a sentence named old and new before, whatever it called them: "30,000, and not 50,000 as announced"."""
    value = change.old * figure.factor
    old = (value_key(replace(figure, low=value, high=value)),)
    return any(
        old in known.units and {"old", "correct", "change"} & set(known.cues)
        for ledger in ledgers
        for known in ledger.with_key(value_key(figure))
    )


def _returned(figure: Figure, statement: Statement, past: Sequence[Past], again: Sequence[Past]) -> Change | None:
    """A value that was left and comes back ("brings to six again"): only where the sentence says that it changed."""
    if (
        not past
        or not again
        or "change" not in statement.cues
        or statement.cues & {"prior", "history"}
        or figure.role
        or figure.kind != "count"
    ):
        return None
    news = [held for held in past if held.known.news >= 0.5 and held.figure.role != "old"]
    last = max(news, key=lambda held: held.known.at, default=None)
    if (
        last is None
        or agrees(figure, last.figure)
        or max(held.known.at for held in again) >= last.known.at
        or last.figure.low < last.figure.high
    ):
        return None
    return Change(figure, round(last.figure.value / last.figure.factor, 4), Kind.FIGURE, 0.6, last.known.told)


def _across(
    figure: Figure, statement: Statement, weights: Sequence[float], past: Sequence[Past], origin: str
) -> Change | None:
    """The earlier value that this one replaces: alike in matter, recent, said as news; none where nothing stands out."""
    if figure.role or figure.qualifier == "vague" or figure.kind in ("ordinal", "money") or "another" in statement.cues:
        return None
    past = _replaceable(figure, statement, past)
    scored = _scored(figure, statement, weights, past, origin)
    if not scored:
        return None
    score, _, held = max(scored, key=lambda one: one[:2])
    old = held.figure.value / (figure.factor if figure.unit == held.figure.unit else held.figure.factor)
    kind = _kind(statement, figure.value, held.figure.value, held.known, origin, figure.noun)
    return Change(figure, round(old, 4), kind, min(0.9, score), held.known.told)


def _replaceable(figure: Figure, statement: Statement, past: Iterable[Past]) -> list[Past]:
    """The earlier values that this one could take the place of."""
    # "18 of 51 seats": what stands beside it in its own sentence was not replaced by it
    beside = {one.value for one in statement.figures if one.noun == figure.noun and one.role != "old"}
    return [
        held
        for held in past
        if held.figure.low == held.figure.high
        and not _another_count(figure, statement, held)
        and _near(figure.value, held.figure.value)
        and not held.replaced
        and held.figure.value not in beside
    ]


def _scored(
    figure: Figure, statement: Statement, weights: Sequence[float], past: Sequence[Past], origin: str
) -> list[tuple[float, int, Past]]:
    """The earlier values whose sentences speak of the same matter: how well each fits, its number in `past`, and itself."""
    first = min((held.known.at for held in past), default=0.0)
    last = max((held.known.at for held in past), default=0.0)
    alone = len({held.figure.value for held in past if held.known.news >= 0.5}) == 1
    least = _ALIKE_LOOSE if figure.noun.startswith("w:") or figure.noun in _LOOSE else _ALIKE
    scored = []
    for number, held in enumerate(past):
        alike = matter(statement.units, weights, held.known, statement.places) + _context(
            figure, statement, held, alone=alone
        )
        if alike < least:
            continue
        age = (held.known.at - first) / (last - first) if last > first else 1.0
        score = (
            alike * (0.35 + 0.65 * held.known.news)
            + 0.5 * age
            + 0.1 * (held.known.origin == origin)
            - _aside(statement, held.known)
        )
        scored.append((score, number, held))
    return scored


def _other_event(statement: Statement, ordinals: Mapping[str, float], numbered: Mapping[str, float]) -> bool:
    """Whether both number the same thing differently: what the twelfth shipment carried is no value of the thirteenth."""
    here = {**numbered, **ordinals_of([statement])}
    return any(here.get(noun, value) != value for noun, value in ordinals.items())


def ordinals_of(sentences: Iterable[Statement]) -> dict[str, float]:
    """What sentences number, the first mention deciding: noun → number."""
    found: dict[str, float] = {}
    for figure in (figure for one in sentences for figure in one.figures if figure.kind == "ordinal"):
        found.setdefault(figure.noun, figure.low)
    return found


def _another_count(figure: Figure, statement: Statement, held: Past) -> bool:
    """Whether counts that only grow are of two places, or one is far below the other and nothing is said of a correction."""
    if figure.noun not in _GROWING or statement.cues & (_CORRECTED | _DISPUTED | {"change", "toll", "independent"}):
        return False
    places = frozenset(held.known.places)
    apart = bool(statement.places and places and not statement.places & places)
    return apart or figure.value < _FAR_BELOW * held.figure.value


def _aside(statement: Statement, known: Known) -> float:
    """A value given against another one is a chain of its own: what comes next continues the one it disputed."""
    return 0.2 * (not statement.cues & _DISPUTED and bool({"against", "unverified", DISPUTES} & set(known.cues)))


def _context(figure: Figure, statement: Statement, held: Past, *, alone: bool) -> float:
    """What speaks for one chain besides the words: one value so far, a word of change, a class that only grows."""
    found = 0.08 * alone + 0.1 * bool(statement.cues & {"change", "toll"}) + 0.04 * (figure.noun in _GROWING)
    falls = figure.noun in _GROWING and figure.value < held.figure.value
    return found - 0.1 * (falls and not statement.cues & (_CORRECTED | _DISPUTED | {"change"}))


def matter(units: Sequence[Unit], weights: Sequence[float], known: Known, places: frozenset[str]) -> float:
    """How far a known sentence speaks of the same matter; less where both name places and none is shared."""
    keys = frozenset(key for unit in known.units for key in unit)
    shared = sum(weight * credit(unit, keys) for unit, weight in zip(units, weights, strict=True) if unit[0][0] != "#")
    total = sum(weight for unit, weight in zip(units, weights, strict=True) if unit[0][0] != "#") or 1.0
    alike = shared / math.sqrt(total * max(total, 0.7 * len(known.units)))
    held = frozenset(known.places)
    return alike * (0.5 if places and held and not places & held else 1.0)


def _near(new: float, old: float) -> bool:
    return new > 0 and old > 0 and max(new, old) / min(new, old) <= _RATIO


def _kind(statement: Statement, new: float, old: float, known: Known | None, origin: str, noun: str = "") -> Kind:
    if statement.cues & _CORRECTED:
        return Kind.CORRECTION
    if known is not None and known.origin == origin and new >= old:
        return Kind.FIGURE
    if statement.cues & _DISPUTED or (new < old and "independent" in statement.cues):
        return Kind.CONTRADICTION
    # another origin's lower count of what only grows: neither superseded nor corrected
    if (
        known is not None
        and known.origin != origin
        and new < old
        and noun in _GROWING
        and "change" not in statement.cues
    ):
        return Kind.CONTRADICTION
    return Kind.FIGURE


def features(found: Chains) -> Mapping[str, float]:
    """What the chains tell the novelty model."""
    best = max((change.sure for change in found.changes), default=0.0)
    return {
        "figure_change": best,
        "figure_inside": float(any(change.sure >= INSIDE for change in found.changes)),
        "figure_known": float(min(2, found.known)),
        "figure_other": float(min(2, found.other)),
        "figure_fresh": float(min(2, found.fresh)),
        "figure_all_known": float(found.known > 0 and not found.other and not found.fresh),
    }
