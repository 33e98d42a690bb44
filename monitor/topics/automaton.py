"""Every word of every topic found in one pass over a text (Aho and Corasick 1975, by ahocorasick_rs).

A word is looked for with a blank on both sides, a prefix with one before it; a phrase by its longest word, whose
neighbours are then compared. Scripts that are written without blanks (Chinese, Japanese, Thai …) do without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from monitor.text.normal import spaced

#: one word and whether it is a prefix
Word = tuple[str, bool]
Words = tuple[Word, ...]
#: (start, end) on the page
Place = tuple[int, int]

# Han, kana, Thai, Lao, Burmese, Khmer: words stand side by side.
_UNSPACED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))
#: a term that stands more often than this is about itself anyway
MAX_PLACES = 200


def words_of(phrase: str) -> Words:
    """The words of a phrase as they are looked for: `"Corte Suprem*"` is (corte, suprem…)."""
    found: list[Word] = []
    for written in phrase.split():
        prefix = written.endswith("*")
        bare = spaced(written).text.split()
        found.extend((word, prefix and place == len(bare) - 1) for place, word in enumerate(bare))
    return tuple(found)


class _Owner(NamedTuple):
    """A term that is looked for by one of its words; `before` and `after` hold what may stand beside that word, "" anything."""

    number: int
    anchor: int
    before: str
    after: str


def _owner(number: int, words: Words, anchor: int) -> _Owner:
    before = after = ""
    text, prefix = words[anchor]
    if not _unspaced(text[0]) and not _unspaced(text[-1]):
        if anchor > 0 and not words[anchor - 1][1]:
            before = f" {words[anchor - 1][0][-1]}"
        if anchor + 1 < len(words) and not prefix:
            after = f" {words[anchor + 1][0][0]}"
    return _Owner(number, anchor, before, after)


class Automaton:
    """All terms at once. A term's number is its place in `terms`."""

    def __init__(self, terms: Sequence[Words]) -> None:
        self._terms = terms
        keys: dict[str, list[_Owner]] = {}
        for number, words in enumerate(terms):
            anchor = max(range(len(words)), key=lambda place: len(words[place][0]))
            keys.setdefault(_key(words[anchor]), []).append(_owner(number, words, anchor))
        self._keys = list(keys)
        self._owners = [tuple(owners) for owners in keys.values()]
        #: how much of a key stands before its word
        self._before = [key.startswith(" ") for key in self._keys]
        self._after = [key.endswith(" ") for key in self._keys]
        self._automaton = AhoCorasick(self._keys) if self._keys else None

    def find(self, text: str) -> dict[int, list[Place]]:
        """Where each term stands in a page's text, in order."""
        found: dict[int, list[Place]] = {}
        if self._automaton is None:
            return found
        for key, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            first, last = start + self._before[key], end - self._after[key]
            for number, anchor, before, after in self._owners[key]:
                # A glance at the letters on both sides spares most phrases the comparison of words.
                if (after and text[end : end + 1] not in after) or (before and text[start - 1 : start] not in before):
                    continue
                place = self._place(text, self._terms[number], anchor, first, last)
                if place is not None:
                    places = found.setdefault(number, [])
                    if len(places) < MAX_PLACES:
                        places.append(place)
        return found

    def _place(self, text: str, words: Words, anchor: int, start: int, end: int) -> Place | None:
        if words[anchor][1]:
            end = _word_end(text, end)
        if len(words) == 1:
            return start, end
        last = _forwards(text, words[anchor + 1 :], end)
        first = _backwards(text, words[:anchor], start)
        return None if first is None or last is None else (first, last)


def _forwards(text: str, words: Words, end: int) -> int | None:
    """Where these words end, if they follow this place."""
    for word, prefix in words:
        at = _skip(text, end)
        if not text.startswith(word, at):
            return None
        end = at + len(word)
        if prefix:
            end = _word_end(text, end)
        elif _glued(text, end):
            return None
    return end


def _backwards(text: str, words: Words, start: int) -> int | None:
    """Where these words start, if they stand before this place."""
    for word, prefix in reversed(words):
        last = _skip_back(text, start)
        at = text.rfind(" ", 0, last) + 1 if prefix else last - len(word)
        if at < 0 or not text.startswith(word, at) or (not prefix and _glued_before(text, at)):
            return None
        start = at
    return start


def _key(word: Word) -> str:
    text, prefix = word
    before = "" if _unspaced(text[0]) else " "
    after = "" if prefix or _unspaced(text[-1]) else " "
    return f"{before}{text}{after}"


def _unspaced(character: str) -> bool:
    code = ord(character)
    return code > 0xDFF and any(low <= code <= high for low, high in _UNSPACED)


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] == " ":
        place += 1
    return place


def _skip_back(text: str, place: int) -> int:
    while place > 0 and text[place - 1] == " ":
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    end = text.find(" ", place)
    return len(text) if end < 0 else end


def _glued(text: str, end: int) -> bool:
    """Whether a word goes on behind this place."""
    return end < len(text) and text[end] != " " and not _unspaced(text[end - 1])


def _glued_before(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] != " " and not _unspaced(text[start])
