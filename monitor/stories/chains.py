"""Figures as chains of values: what replaces what, what contradicts what, and what is only said again.

Two figures belong to one chain when they count the same thing in the same scope; the sentence that carries them must speak of
the same matter. A value that the chain knows already is said again, whoever says it; a new one is superseding, a correction or a
contradiction, and where it is not clear which earlier value it replaces, there is no change at all, only a fact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Kind
from monitor.stories.facts import Statement, Unit
from monitor.stories.ledger import Known, KnownFigure, Ledger, credit
from monitor.text.figures import Figure

#: how alike two sentences must be for their figures to be one chain; words of no known class need more
_ALIKE, _ALIKE_LOOSE = 0.14, 0.45
_RATIO = 12.0
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


def keep(figure: Figure) -> KnownFigure:
    """A figure as the ledger remembers it."""
    return KnownFigure(figure.noun, figure.state, figure.unit, figure.kind, figure.low, figure.high, figure.qualifier, figure.role, figure.scope, figure.factor)


def chains(statement: Statement, ledgers: Sequence[Ledger], origin: str, before: Iterable[Statement] = ()) -> Chains:
    """Compares the figures of a sentence with all that the story and its neighbours said of the same things."""
    changes: list[Change] = []
    known = other = fresh = 0
    weights = [ledgers[0].weight(unit) for unit in statement.units]
    local = [figure for one in before for figure in one.figures]
    for figure in statement.figures:
        if not figure.bound or figure.role == "old":
            continue
        past = [Past(one, held) for ledger in ledgers for one in ledger.with_figure(figure.noun) for held in one.figures if comparable(figure, held)]
        if any(agrees(figure, held.figure) for held in past) or any(agrees(figure, keep(one)) for one in local if comparable(figure, keep(one))):
            known += 1
            continue
        other, fresh = other + bool(past), fresh + (not past)
        change = _inside(figure, statement, past) or _across(figure, statement, weights, past, origin)
        if change is not None:
            changes.append(change)
    return Chains(tuple(changes), known, other, fresh)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier figure and the sentence it stood in."""

    known: Known
    figure: KnownFigure


def comparable(new: Figure, held: KnownFigure) -> bool:
    """Whether two figures count the same thing in the same scope."""
    if new.noun != held.noun or new.unit != held.unit or (new.kind == "ordinal") != (held.kind == "ordinal") and held.kind not in ("count", "ordinal"):
        return False
    if (new.role == "subset") != (held.role == "subset") or (new.scope == "day") != (held.scope == "day"):
        return False
    return not (new.state and held.state and {new.state, held.state} == {"nopower", "restored"})


def agrees(new: Figure, held: KnownFigure) -> bool:
    """Whether the new figure only says the known value again, exactly or roughly."""
    low, high = new.low, new.high
    if low == high and held.low == held.high:
        exact = 0.03 if new.unit not in ("", "%") else 0.004
        if abs(low - held.low) <= exact * max(low, held.low):
            return True
    rough = {"about": (0.93, 1.08), "over": (1.0, 1.25), "atleast": (1.0, 1.25), "under": (0.75, 1.0), "upto": (0.75, 1.0)}.get(new.qualifier)
    if rough and _is_round(low):
        return low * rough[0] <= held.value <= high * rough[1]
    return low < high and low <= held.value <= high


def _is_round(value: float) -> bool:
    """Whether a number has few leading digits, as rough ones do: 1,200 but not 4,137."""
    if value < 10:
        return False
    digits = f"{value:.0f}".rstrip("0")
    return len(digits) <= max(1, int(math.log10(value)) - 1) or (value < 1000 and value % 10 == 0)


def _inside(figure: Figure, statement: Statement, past: Sequence[Past]) -> Change | None:
    """Old and new in one sentence: "up from 2,000", "78 tonnes, not 84"."""
    beside = [one for one in statement.figures if one.role == "old" and one.noun == figure.noun and one.value != figure.value]
    if not beside or figure.role in ("given", "subset") or figure.qualifier == "vague":
        return None
    following = [one for one in beside if one.start > figure.start]
    old = min(following or beside, key=lambda one: abs(one.start - figure.start))
    told = next((held.known.told for held in reversed(past) if held.figure.value == old.value and held.known.told), "")
    return Change(figure, old.shown, _kind(statement, figure.value, old.value, None, ""), 0.95, told)


def _across(figure: Figure, statement: Statement, weights: Sequence[float], past: Sequence[Past], origin: str) -> Change | None:
    """The earlier value that this one replaces: alike in matter, recent, said as news; none where nothing stands out."""
    if not past or figure.role in ("given",) or figure.qualifier == "vague" or figure.kind in ("ordinal", "money"):
        return None
    last = max(held.known.at for held in past)
    first = min(held.known.at for held in past)
    scored = []
    for number, held in enumerate(past):
        if held.figure.low < held.figure.high or not _near(figure.value, held.figure.value):
            continue
        alike = matter(statement.units, weights, held.known, statement.places)
        loose = figure.noun.startswith("w:") or figure.noun == "people"
        if alike < (_ALIKE_LOOSE if loose else _ALIKE):
            continue
        age = (held.known.at - first) / (last - first) if last > first else 1.0
        score = alike * (0.35 + 0.65 * held.known.news) + 0.25 * age + 0.1 * (held.known.origin == origin) - 0.15 * (held.figure.role == "old")
        scored.append((score, number, alike, held))
    if not scored:
        return None
    score, _, alike, held = max(scored, key=lambda one: one[:2])
    kind = _kind(statement, figure.value, held.figure.value, held.known, origin)
    old = held.figure.value / (figure.factor if figure.unit == held.figure.unit and figure.factor != 1 else held.figure.factor)
    return Change(figure, round(old, 4), kind, min(0.9, score), held.known.told)


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


def _kind(statement: Statement, new: float, old: float, known: Known | None, origin: str) -> Kind:
    if statement.cues & _CORRECTED:
        return Kind.CORRECTION
    if known is not None and known.origin == origin and new >= old:
        return Kind.FIGURE
    if statement.cues & _DISPUTED or (new < old and "independent" in statement.cues):
        return Kind.CONTRADICTION
    return Kind.FIGURE


def features(found: Chains) -> Mapping[str, float]:
    """What the chains tell the novelty model."""
    best = max((change.sure for change in found.changes), default=0.0)
    return {
        "figure_change": best,
        "figure_inside": float(any(change.sure >= 0.95 for change in found.changes)),
        "figure_known": float(min(2, found.known)),
        "figure_other": float(min(2, found.other)),
        "figure_fresh": float(min(2, found.fresh)),
        "figure_all_known": float(found.known > 0 and not found.other and not found.fresh),
    }
