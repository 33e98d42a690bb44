"""Words and numbers with their places. A number with separators ("5.000", "1,5", "4 500") is one token."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.text.normal import fold

# Thin and no-break spaces group digits in French; an ordinary blank only before exactly three digits.
_NUMBER = r"\d+(?:[.,]\d+)+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d|[.,]\d)"
_TOKEN = re.compile(rf"{_NUMBER}|[^\W_]+")
# Accents written as characters of their own, and the vowel signs of other scripts, belong to their word.
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31\u0e34-\u0e4e"
_MARK = re.compile(f"[{_MARKS}]")
_MARKED_TOKEN = re.compile(rf"{_NUMBER}|(?:[^\W_][{_MARKS}]*)+")


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
    pattern = _TOKEN if text.isascii() or _MARK.search(text) is None else _MARKED_TOKEN
    # what a named tuple does when it is made, without its call: this is where most of the reading's time goes
    new = tuple.__new__
    return [
        new(Token, (word, fold(word), m.start() + offset, m.end() + offset))
        for m in pattern.finditer(text)
        for word in (m[0],)
    ]


def folded(text: str) -> list[str]:
    """The words and numbers of `text` in normal form, without their places."""
    pattern = _TOKEN if text.isascii() or _MARK.search(text) is None else _MARKED_TOKEN
    return list(map(fold, pattern.findall(text)))
