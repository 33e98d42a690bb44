"""A small sentence model for tests: words are hashed to directions, words that a glossary calls one share theirs. It keeps `ports.Embedder`."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence

from monitor.text.common import is_common
from monitor.text.normal import fold
from monitor.text.tokens import tokens

DIMENSIONS = 64


class Glossary:
    """The sum of what a text's words are, by `rows` of words that mean one thing."""

    def __init__(self, rows: Iterable[str] = (), name: str = "glossary") -> None:
        self.name = name
        self._meaning = {word: row.split()[0] for row in rows for word in row.split()}

    def embed(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        return [self._sum(text) for text in texts]

    def _sum(self, text: str) -> tuple[float, ...]:
        words = {fold(token.text) for token in tokens(text)}
        known = sorted(
            self._meaning.get(word, word)
            for word in words
            if not any(is_common(word, one) for one in "en es nl".split())
        )
        rows = [_direction(word) for word in known]
        return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else (0.0,) * DIMENSIONS


def _direction(word: str) -> list[float]:
    """A direction of length one that only depends on the word."""
    digest = hashlib.shake_128(word.encode()).digest(DIMENSIONS)
    row = [byte - 127.5 for byte in digest]
    length = math.sqrt(sum(value * value for value in row))
    return [value / length for value in row]
