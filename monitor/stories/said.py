"""In which sentences a key stands: the index that answers "has this been said?" without looking at every sentence.

What is asked is a sentence's units; what comes back is, for each sentence that says something of it, how surely it says each
unit (`credits`), as a matrix. Sums over it go unit by unit, in order, so that two sentences that say the same get the same
number. Keys are hashes in one sorted array, since a topic remembers a hundred thousand of them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from monitor.stories.facts import Unit
from monitor.stories.frequencies import hash_of

#: a match by cognate only is worth less than one by stem, concept or name
_COGNATE = 0.7
_FLOOR = 0.12
_KINDS = {"#": 1.5, "n": 1.1, "p": 1.2, "c": 1.0}
_STEM = 0.8
Matrix = NDArray[np.float64]
Hits = NDArray[np.bool_]
Places = NDArray[np.int32]


def credit(unit: Unit, keys: frozenset[str]) -> float:
    """How surely one of `keys` says what `unit` says: 1, less for a cognate, 0 for no."""
    for key in unit:
        if key in keys:
            return _COGNATE if key.startswith("k:") else 1.0
    return 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """The units of some sentences, laid out to be looked up together. A unit's cognates stand behind its other keys."""

    hashes: NDArray[np.int64]
    #: of each key: the number of its unit; whether it is no cognate; whether it stands in its sentence for the first time
    rows: Places
    sure: Hits
    first: Hits
    #: of each unit: the place of its first key; how much its kind tells
    starts: Places
    kinds: Matrix
    #: where each sentence's units begin, and where the last one's end
    bounds: list[int]


def question(sentences: Sequence[Sequence[Unit]]) -> Question:
    """Sentences, each as its units, as one question."""
    units = [unit for sentence in sentences for unit in sentence]
    keys = [key for unit in units for key in unit]
    sizes = [len(unit) for unit in units]
    first: list[bool] = []
    for sentence in sentences:
        seen: set[str] = set()
        for unit in sentence:
            for key in unit:
                first.append(key not in seen)
                seen.add(key)
    return Question(
        np.fromiter(map(hash_of, keys), np.int64, len(keys)),
        np.repeat(np.arange(len(units), dtype=np.int32), sizes),
        np.array([key[:2] != "k:" for key in keys], np.bool_),
        np.array(first, np.bool_),
        np.array([0, *accumulate(sizes[:-1])], np.int32)[: len(units)],
        np.array([_kind(unit[0]) for unit in units]),
        [0, *accumulate(map(len, sentences))],
    )


def _kind(key: str) -> float:
    return _KINDS.get(key[0], _STEM) if key[1:2] == ":" or key[0] == "#" else _STEM


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentences that say something of what was asked (their places, in order), and how surely: a row a unit, a column a sentence."""

    places: NDArray[np.intp]
    credits: Matrix
    #: whether by a key that does not stand in too many sentences
    rare: Hits
    #: of each unit: in how many sentences its commonest key stands
    counts: Places

    def of(self, first: int, last: int) -> Answer:
        """The answer for some of the units only: those of one sentence."""
        rare = self.rare[first:last]
        columns = np.flatnonzero(rare.any(axis=0))
        return Answer(
            self.places[columns], self.credits[first:last, columns], rare[:, columns], self.counts[first:last]
        )


class Said:
    """Keys of sentences in the order in which they were said; `common`: a key in more sentences than that brings no sentence up."""

    def __init__(self, common: int | None = None) -> None:
        self._common = common
        #: sorted hashes, and the unit that has each; units are numbered through all sentences
        self._keys = np.empty(0, np.int64)
        self._units = np.empty(0, np.int32)
        #: how many of the keys before a place are the first of their kind in their sentence
        self._firsts = np.zeros(1, np.int32)
        #: of each unit: its sentence, how much its kind tells
        self._owners = np.empty(0, np.int32)
        self._kinds = np.empty(0)
        self._fresh: list[Question] = []
        self._size = 0
        self._sizes: list[float] | None = None

    def __len__(self) -> int:
        return self._size

    def add(self, asked: Question) -> None:
        """Some sentences more."""
        self._fresh.append(asked)
        self._size += len(asked.bounds) - 1
        self._sizes = None

    def _settle(self) -> None:
        """Sorts what was added into what is there."""
        if not self._fresh:
            return
        fresh, self._fresh = self._fresh, []
        counts = [size for one in fresh for size in np.diff(one.bounds).tolist()]
        first = self._size - len(counts)
        begins = [len(self._owners), *accumulate((len(one.kinds) for one in fresh), initial=len(self._owners))][1:]
        units = np.concatenate([one.rows + begin for one, begin in zip(fresh, begins, strict=False)])
        hashes = np.concatenate([one.hashes for one in fresh])
        standing = np.diff(self._firsts)
        order = np.argsort(hashes, kind="stable")
        at = np.searchsorted(self._keys, hashes[order], "right")
        self._keys = np.insert(self._keys, at, hashes[order])
        self._units = np.insert(self._units, at, units[order])
        standing = np.insert(standing, at, np.concatenate([one.first for one in fresh])[order])
        self._firsts = np.concatenate((self._firsts[:1], np.cumsum(standing, dtype=np.int32)))
        self._owners = np.append(self._owners, np.repeat(np.arange(first, self._size, dtype=np.int32), counts))
        self._kinds = np.concatenate((self._kinds, *(one.kinds for one in fresh)))

    def count(self, key: str) -> int:
        """In how many sentences a key stands."""
        self._settle()
        left, right = (int(self._keys.searchsorted(hash_of(key), side)) for side in ("left", "right"))
        return int(self._firsts[right] - self._firsts[left])

    def places(self, key: str) -> list[int]:
        """The places of the sentences in which a key stands, in order."""
        self._settle()
        left, right = (int(self._keys.searchsorted(hash_of(key), side)) for side in ("left", "right"))
        return list(dict.fromkeys(self._owners[self._units[left:right]].tolist()))

    def ask(self, asked: Question) -> Answer:
        """The sentences that share a key with what is asked."""
        self._settle()
        left, right = self._keys.searchsorted(asked.hashes), self._keys.searchsorted(asked.hashes, "right")
        standing = self._firsts[right] - self._firsts[left]
        counts = np.maximum.reduceat(standing, asked.starts) if len(asked.starts) else standing
        rare = (standing > 0) & (standing <= (self._size if self._common is None else self._common))
        found = np.zeros(self._size, np.bool_)
        found[self._standing(left, right, rare)[1]] = True
        places = np.flatnonzero(found)
        told, brought = np.zeros((len(counts), len(places))), np.zeros((len(counts), len(places)), np.bool_)
        if len(places):
            columns = np.zeros(self._size, np.int32)
            columns[places] = np.arange(len(places), dtype=np.int32)
            for which, value in ((~asked.sure, _COGNATE), (asked.sure, 1.0)):
                at, owners = self._standing(left, right, which & (standing > 0))
                inside = found[owners]
                told[asked.rows[at[inside]], columns[owners[inside]]] = value
            at, owners = self._standing(left, right, rare)
            brought[asked.rows[at], columns[owners]] = True
        return Answer(places, told, brought, counts)

    def _standing(
        self, left: NDArray[np.intp], right: NDArray[np.intp], which: Hits
    ) -> tuple[NDArray[np.intp], Places]:
        """Of some of the keys that are asked for: which key, and in which sentence it stands, for each time that it does."""
        at = np.flatnonzero(which)
        lengths = right[at] - left[at]
        ends = lengths.cumsum()
        total = int(ends[-1]) if len(ends) else 0
        entries = np.repeat(left[at] + lengths - ends, lengths) + np.arange(total)
        return np.repeat(at, lengths), self._owners[self._units[entries]]

    # ── weights ──

    def weights(self, asked: Question, answer: Answer) -> list[float]:
        """How telling each unit that is asked for is here: what every sentence has tells little."""
        total = self._size + 2
        scale = math.log(total + 1)
        return [
            kind * max(_FLOOR, math.log((total + 1) / (seen + 1)) / scale)
            for kind, seen in zip(asked.kinds.tolist(), answer.counts.tolist(), strict=True)
        ]

    def sizes(self) -> list[float]:
        """Of each sentence: what its units tell together; 1 where it has none."""
        if self._sizes is None:
            self._settle()
            self._sizes = self._weigh().tolist()
        return self._sizes

    def _weigh(self) -> Matrix:
        begins = np.flatnonzero(np.concatenate(([True], self._keys[1:] != self._keys[:-1]))[: len(self._keys)])
        ends = np.append(begins[1:], len(self._keys))
        standing = np.repeat(self._firsts[ends] - self._firsts[begins], ends - begins)
        seen = np.zeros(len(self._owners), np.int32)
        np.maximum.at(seen, self._units, standing)
        total = self._size + 2
        rare = np.log((total + 1) / (seen + 1)) / math.log(total + 1)
        told: Matrix = np.asarray(np.bincount(self._owners, self._kinds * np.maximum(_FLOOR, rare), self._size), float)
        told[told == 0] = 1.0
        return told


def weighed(told: Matrix | Hits, weights: Matrix) -> Matrix:
    """For each sentence, the weights of the units that it says, added in the order of the units."""
    # a plain sum may add in pairs, and then a sentence said whole would not surely be 1
    total: Matrix = np.add.accumulate(told * weights[:, np.newaxis], axis=0)
    return total[-1] if len(total) else np.zeros(told.shape[1])
