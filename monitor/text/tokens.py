"""Words and numbers with their places. A number with separators ("5.000", "1,5", "4 500") is one token."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.text.normal import fold

# Thin and no-break spaces group digits in French; an ordinary blank only before exactly three digits.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]\d)|[^\W_]+")


class Token(NamedTuple):
    """A word or number: as written, in normal form, and where it stands (`text[start:end]`)."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it starts with a digit."""
        return self.text[0].isdigit()

    @property
    def is_capital(self) -> bool:
        """Whether it starts with an upper-case letter."""
        return self.text[0].isupper()


def tokens(text: str, offset: int = 0) -> list[Token]:
    """The words and numbers of `text` in order, in any script. `offset` is added to every place."""
    return [Token(m[0], fold(m[0]), m.start() + offset, m.end() + offset) for m in _TOKEN.finditer(text)]
