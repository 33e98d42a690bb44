"""Which words are names in a stream: those that stand capitalised in mid-sentence more often than in lower case.

Headlines in Title Case and first words of sentences say nothing by themselves; what was learned from running text decides
about them (streaming truecasing; design/findings B).
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.text.reading import Passage

#: words remembered at most; the rarest half goes when there are more
CAPACITY = 8000


def is_title_case(passage: Passage) -> bool:
    """Whether nearly every longer word is capitalised, so that capitals say nothing."""
    words = [token for token in passage.tokens if len(token.text) > 3 and not token.is_number]
    return len(words) >= 3 and sum(token.is_capital for token in words) >= 0.7 * len(words)


def observed(passage: Passage) -> Iterable[tuple[str, bool]]:
    """Each word of running text that is no sentence's first, and whether it was capitalised."""
    if is_title_case(passage):
        return
    starts = {first for first, _ in passage.bounds}
    for at, token in enumerate(passage.tokens):
        if at not in starts and not token.is_number:
            yield token.folded, token.is_capital


class Casing:
    """Counts of capitalised and lower-case sightings of a word."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def learn(self, words: Iterable[tuple[str, bool]]) -> None:
        """Counts sightings."""
        for word, capital in words:
            upper, lower = self._counts.get(word, (0, 0))
            self._counts[word] = (upper + 1, lower) if capital else (upper, lower + 1)
        if len(self._counts) > CAPACITY:
            kept = sorted(self._counts.items(), key=lambda pair: (-sum(pair[1]), pair[0]))[: CAPACITY // 2]
            self._counts = dict(kept)

    def is_name(self, word: str, *, sure: bool) -> bool:
        """Whether a capitalised `word` is a name. `sure`: it stands in mid-sentence of running text, so it is one unless known better."""
        upper, lower = self._counts.get(word, (0, 0))
        return upper >= lower if sure else upper > lower
