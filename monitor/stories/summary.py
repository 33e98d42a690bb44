"""One line on a story, extracted and never generated; and the gate for whoever would write one instead.

A summariser may choose and order, but it can state nothing without a span: each line it returns names an item, a field and the characters
that prove it, and a line that is not exactly those characters is dropped (design/features J: a language model's specifics cannot be traced).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.model import Development, Item, Kind
from monitor.ports import Stated, Summariser


def summary(
    developments: Sequence[Development], items: Mapping[str, Item], summariser: Summariser | None = None
) -> tuple[Stated, ...]:
    """What a story comes to, weightiest first; a summariser's lines where it is asked and any of them holds."""
    lines = proved(summariser.summarise(developments), items) if summariser else ()
    return lines or extracted(developments)


def extracted(developments: Sequence[Development]) -> tuple[Stated, ...]:
    """The weightiest development as it stands in its item; () where there is none."""
    told = [one for one in developments if one.kind is not Kind.SOURCE]
    if not told:
        return ()
    best = max(told, key=lambda one: (one.importance, one.at, one.id))
    return (Stated(text=best.text, span=best.span),)


def proved(lines: Sequence[Stated], items: Mapping[str, Item]) -> tuple[Stated, ...]:
    """The lines whose span slices to exactly what they say."""
    return tuple(line for line in lines if line.text and _slice(line, items) == line.text)


def _slice(line: Stated, items: Mapping[str, Item]) -> str | None:
    item = items.get(line.span.item)
    if item is None or line.span.field not in ("title", "content", "summary") or line.span.start < 0:
        return None
    text: str = getattr(item, line.span.field)
    return text[line.span.start : line.span.end]
