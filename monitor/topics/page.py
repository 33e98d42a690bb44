"""An item as it is searched: its fields in one row, folded, with blanks between the words, and the way back to each offset.

A wall stands between fields, so that no phrase and no NEAR reaches from the title into the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from monitor.model import Item, Term
from monitor.text.normal import Spaced, spaced

#: not a blank and no part of a word
WALL = "\x1f"
#: what of one field is looked at; a longer text has said what it is about by then
MAX_CHARACTERS = 200_000
_WORD = re.compile(r"[^ \x1f]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One field of the item: its text, and where its folded form starts and ends on the page."""

    field: str
    text: str
    folded: Spaced
    start: int
    end: int


@dataclass(frozen=True)
class Page:
    """The whole of an item, ready to be searched."""

    text: str
    parts: tuple[Part, ...]

    @property
    def title_end(self) -> int:
        """Where the title ends on the page."""
        return self.parts[0].end

    @cached_property
    def starts(self) -> list[int]:
        """Where each word starts."""
        return [match.start() for match in _WORD.finditer(self.text)]

    def words_between(self, end: int, start: int) -> int | None:
        """How many words stand between two places; None when a wall does."""
        if self.text.find(WALL, end, start) >= 0:
            return None
        return max(0, bisect_left(self.starts, start) - bisect_left(self.starts, end))

    def part(self, place: int) -> Part:
        """The field that a place on the page belongs to."""
        for part in self.parts:
            if place < part.end:
                return part
        return self.parts[-1]

    def span(self, start: int, end: int) -> tuple[str, int, int]:
        """(field, start, end) in the item's own text."""
        part = self.part(start)
        first = part.folded.origin(start - part.start)
        # The last character's place plus one: behind it, marks that folded away may follow.
        return part.field, first, part.folded.origin(end - part.start - 1) + 1

    def term(self, label: str, start: int, end: int) -> Term:
        """A found term as the match reports it."""
        field, first, last = self.span(start, end)
        return Term(term=label, field=field, start=first, end=last)

    def word_at(self, place: int) -> int:
        """The number of the word at a place, counted over the whole page."""
        return bisect_right(self.starts, place) - 1


def page(item: Item) -> Page:
    """Title, the longer of content and summary, and the other one where it says something else."""
    fields = [("title", item.title), (item.body_field, item.body)]
    other, text = ("summary", item.summary) if item.body_field == "content" else ("content", item.content)
    if text and text[:200] not in item.body:
        fields.append((other, text))
    pieces, parts, at = [" "], [], 1
    for field, whole in fields:
        text = whole[:MAX_CHARACTERS]
        folded = spaced(text)
        parts.append(Part(field, text, folded, at, at + len(folded.text)))
        pieces.append(folded.text)
        pieces.append(f" {WALL} ")
        at += len(folded.text) + 3
    return Page("".join(pieces), tuple(parts))
