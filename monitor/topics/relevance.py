"""Whether an item is about a topic or only mentions it: where its words stand, how often, and whether they are that name at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.topics.reading import Mark, Reading


@dataclass(frozen=True, slots=True)
class Relevance:
    """Between 0 and 1, with the reasons a person may read."""

    score: float
    reasons: tuple[str, ...]


#: characters of the text that count as its lead
LEAD = 300


def relevance(reading: Reading, marks: Sequence[Mark]) -> Relevance:
    """How much the item is about what these marks name."""
    if not marks:
        return Relevance(1.0, ("the query asks for no words",))
    end = reading.page.title_end
    title = any(mark.start < end for mark in marks)
    lead = any(end <= mark.start < end + LEAD for mark in marks)
    score = 0.3 + 0.4 * title + 0.3 * lead
    reasons = ["in the title"] * title + ["in the first sentences"] * lead or ["only further down"]
    return Relevance(score, tuple(reasons))
