"""One reading of a text, made once and shared by matching, copies, stories and developments."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from monitor.text.lexicon import Hit, Lexicon
from monitor.text.sentences import sentences
from monitor.text.stems import stem
from monitor.text.tokens import Token, tokens


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as it was read. `sentences` holds (start, end) in characters; `bounds` the tokens of each: tokens[a:b]."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    sentences: tuple[tuple[int, int], ...]
    bounds: tuple[tuple[int, int], ...]
    names: tuple[Hit, ...]
    concepts: tuple[Hit, ...]

    def stems(self) -> list[str]:
        """The stem of each token, in order."""
        return [stem(token.text, self.language) for token in self.tokens]

    def hits(self, sentence: int) -> list[Hit]:
        """Names and concepts of one sentence."""
        first, last = self.bounds[sentence]
        return [*_within(self.names, first, last), *_within(self.concepts, first, last)]


def _within(hits: Sequence[Hit], first: int, last: int) -> Sequence[Hit]:
    """Those that begin at tokens[first:last]; hits come in order."""
    return hits[bisect_left(hits, first, key=_begin) : bisect_left(hits, last, key=_begin)]


_begin = attrgetter("first")


def read(text: str, language: str, lexicon: Lexicon) -> Passage:
    """Reads `text`, which is in `language` ("" where unknown)."""
    words = tuple(tokens(text))
    spans = tuple(sentences(text))
    return Passage(
        text=text,
        language=language,
        tokens=words,
        sentences=spans,
        bounds=tuple(_bounds(words, spans)),
        names=tuple(lexicon.find_names(words)),
        concepts=tuple(lexicon.find_concepts(words, language)),
    )


def _bounds(words: Sequence[Token], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    at = 0
    for _, end in spans:
        first = at
        while at < len(words) and words[at].start < end:
            at += 1
        found.append((first, at))
    return found
