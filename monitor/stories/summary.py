"""One line on a story, extracted and never generated; and the gate for whoever would write one instead.

A summariser may choose and order, but it can state nothing without a span: each line it returns names an item, a field and the characters
that prove it, and a line that is not exactly those characters is dropped (design/features J: a language model's specifics cannot be traced).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import Development, Item, Kind
from monitor.ports import Stated, Summariser


def summary(
    developments: Sequence[Development], items: Mapping[str, Item], summariser: Summariser | None = None
) -> tuple[Stated, ...]:
    """What a story comes to, weightiest first; a summariser's lines where it is asked and any of them holds."""
    lines = proved(summariser.summarise(developments), items) if summariser else ()
    return lines or extracted(developments)


def extracted(developments: Sequence[Development]) -> tuple[Stated, ...]:
    """How the story began, and the weightiest that became of it since, each as it stands in its item; () where there is none."""
    told = [one for one in developments if one.kind is not Kind.SOURCE and one.sure]
    if not told:
        return ()
    first = max((one for one in told if one.item == told[0].item), key=_weight)
    since = [one for one in told if one.item != first.item and one.status not in ("due", "overdue")]
    best = [_newest(max(since, key=_weight), since)] if since else []
    return tuple(Stated(text=one.text, span=one.span) for one in (first, *best))


def _newest(one: Development, since: Sequence[Development]) -> Development:
    """The last value of a changed figure, where it changed again."""
    same = [
        other
        for other in since
        if one.old is not None and one.noun and (other.noun, other.unit) == (one.noun, one.unit)
    ]
    return max((one, *(other for other in same if other.old is not None)), key=lambda other: other.at)


def _weight(one: Development) -> tuple[float, datetime, str]:
    """Of how much weight; what opened a story that was joined to this one weighs as much as it says, and no more."""
    opens = one.kind is Kind.NEW_STORY
    return (one.terms.get("importance", one.importance) if opens else one.importance, one.at, one.id)


def proved(lines: Sequence[Stated], items: Mapping[str, Item]) -> tuple[Stated, ...]:
    """The lines whose span slices to exactly what they say."""
    return tuple(line for line in lines if line.text and _slice(line, items) == line.text)


def _slice(line: Stated, items: Mapping[str, Item]) -> str | None:
    item = items.get(line.span.item)
    if item is None or line.span.field not in ("title", "content", "summary") or line.span.start < 0:
        return None
    text: str = getattr(item, line.span.field)
    return text[line.span.start : line.span.end]
