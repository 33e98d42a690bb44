"""Two figures beside each other: whether they count the same thing, and whether the new one only says the known value again."""

from __future__ import annotations

import math

from monitor.stories.ledger import KnownFigure
from monitor.text.figures import Figure


def keep(figure: Figure) -> KnownFigure:
    """A figure as the ledger remembers it."""
    return KnownFigure(
        figure.noun,
        figure.state,
        figure.unit,
        figure.kind,
        figure.low,
        figure.high,
        figure.qualifier,
        figure.role,
        figure.scope,
        figure.factor,
    )


def comparable(new: Figure, held: KnownFigure) -> bool:
    """Whether two figures count the same thing in the same scope."""
    if (
        new.noun != held.noun
        or new.unit != held.unit
        or ((new.kind == "ordinal") != (held.kind == "ordinal") and held.kind not in ("count", "ordinal"))
    ):
        return False
    if any((new.role == part) != (held.role == part) for part in ("subset", "more")):
        return False
    if (new.scope == "day") != (held.scope == "day"):
        return False
    return not (new.state and held.state and {new.state, held.state} == {"nopower", "restored"})


def agrees(new: Figure, held: KnownFigure) -> bool:
    """Whether the new figure only says the known value again, exactly or roughly."""
    low, high = new.low, new.high
    if low == high and held.low == held.high:
        exact = 0.03 if new.unit not in ("", "%") else 0.004
        if abs(low - held.low) <= exact * max(low, held.low):
            return True
    rough = {
        "about": (0.93, 1.08),
        "over": (1.0, 1.25),
        "atleast": (1.0, 1.25),
        "under": (0.75, 1.0),
        "upto": (0.75, 1.0),
    }.get(new.qualifier)
    if rough and _is_round(low):
        return low * rough[0] <= held.value <= high * rough[1]
    return low < high and low <= held.value <= high


def _is_round(value: float) -> bool:
    """Whether a number has few leading digits, as rough ones do: 1,200 but not 4,137."""
    if value < 10:
        return False
    digits = f"{value:.0f}".rstrip("0")
    return len(digits) <= max(1, int(math.log10(value)) - 1) or (value < 1000 and value % 10 == 0)
