"""What a text is about by its concept words: which fields of the table they belong to, the title and the lead weighing more.

A match report borrows the words of war ("strike", "missile", "sink"), so a field need not outweigh the others: it must stand
there with several different words of its own and a fair share of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: what `about:` calls every field of public affairs together: all but sport, food and leisure
AFFAIRS = "affairs"
#: characters of the text that count as its lead
LEAD = 320
#: fields that say what kind of statement it is, not what it is about
_FORMAL = frozenset({"number", "month", "weekday", "unit", "general", "media"})
_SOFT = frozenset({"sport", "food", "leisure"})
#: a concept counts this often
_MOST = 2
_LEAST_WEIGHT = 4.0
_LEAST_CONCEPTS = 2
_SHARE = 0.3
_SOLE_WEIGHT, _SOLE_SHARE = 2.0, 0.6


#: where a mark stands that is no word of the item but the name of its outlet
OUTLET = -1


@dataclass(frozen=True, slots=True)
class Mark:
    """A word or phrase of a query where it stands on the page."""

    label: str
    start: int
    end: int
    #: the row of the gazetteer that a `name:` found
    name: str = ""


@dataclass(frozen=True)
class Subjects:
    """(field, mark, weight) of every concept word."""

    found: Sequence[tuple[str, Mark, float]]
    weights: dict[str, float] = field(default_factory=dict)
    kinds: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        counted: dict[str, int] = {}
        for subject, mark, weight in self.found:
            counted[mark.name] = counted.get(mark.name, 0) + 1
            if counted[mark.name] <= _MOST:
                self.weights[subject] = self.weights.get(subject, 0.0) + weight
                self.kinds.setdefault(subject, set()).add(mark.name)

    def share(self, subject: str) -> float:
        """The part of all weight that a field carries, between 0 and 1."""
        total = sum(weight for one, weight in self.weights.items() if one not in _FORMAL or one == subject)
        return self.weights.get(subject, 0.0) / total if total else 0.0

    def is_about(self, subject: str) -> bool:
        """Whether the text is about a field: by several words of its own, or by one in title or lead and little else."""
        if subject == AFFAIRS:
            return self.is_hard
        weight, share = self.weights.get(subject, 0.0), self.share(subject)
        if len(self.kinds.get(subject, ())) >= _LEAST_CONCEPTS:
            return weight >= _LEAST_WEIGHT and share >= _SHARE
        return weight >= _SOLE_WEIGHT and share >= _SOLE_SHARE

    @property
    def is_hard(self) -> bool:
        """Whether it speaks of public affairs at all, in two different words at least."""
        return sum(len(names) for one, names in self.kinds.items() if _is_public(one)) >= _LEAST_CONCEPTS

    def marks(self, subject: str) -> list[Mark]:
        """The words that speak of a field."""
        wanted = {one for one in self.weights if _is_public(one)} if subject == AFFAIRS else {subject}
        return [mark for one, mark, _ in self.found if one in wanted]


def _is_public(subject: str) -> bool:
    return subject not in _FORMAL and subject not in _SOFT
