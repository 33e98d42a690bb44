"""In which sentences a key stands: the index that answers "has this been said?" without looking at every sentence.

What is asked is a sentence's units; what comes back is, for each sentence that says something of it, how surely it says each
unit (`credit`), as a matrix. Sums over it go unit by unit, in order, so that two sentences that say the same get the same number.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.stories.facts import Unit

#: a match by cognate only is worth less than one by stem, concept or name
_COGNATE = 0.7
Matrix = NDArray[np.float64]
Hits = NDArray[np.bool_]


def credit(unit: Unit, keys: frozenset[str]) -> float:
    """How surely one of `keys` says what `unit` says: 1, less for a cognate, 0 for no."""
    for key in unit:
        if key in keys:
            return _COGNATE if key.startswith("k:") else 1.0
    return 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence's units, ready to be looked up: each key with the number of its unit; cognates apart."""

    size: int
    sure: Sequence[tuple[str, int]]
    cognates: Sequence[tuple[str, int]]


def question(units: Sequence[Unit]) -> Question:
    """Units as a question. A unit's cognates stand behind its other keys."""
    keyed = [(key, number) for number, unit in enumerate(units) for key in unit]
    return Question(
        len(units),
        [one for one in keyed if not one[0].startswith("k:")],
        [one for one in keyed if one[0].startswith("k:")],
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """The sentences that say something of what was asked (their places, in order), and how surely: a row a unit, a column a sentence."""

    places: NDArray[np.intp]
    credits: Matrix
    #: whether by a key that does not stand in too many sentences
    rare: Hits


class Said:
    """Keys of sentences in the order in which they were said; `common`: a key in more sentences than that brings no sentence up."""

    def __init__(self, common: int | None = None) -> None:
        self._common = common
        self._postings: dict[str, array[int]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: object) -> bool:
        return key in self._postings

    def add(self, keys: Iterable[str]) -> None:
        """One sentence more."""
        for key in keys:
            held = self._postings.get(key)
            if held is None:
                self._postings[key] = array("i", (self._size,))
            else:
                held.append(self._size)
        self._size += 1

    def count(self, key: str) -> int:
        """In how many sentences a key stands."""
        return len(self._postings.get(key, ()))

    def places(self, key: str) -> Sequence[int]:
        """The places of the sentences in which a key stands."""
        return self._postings.get(key, ())

    def ask(self, asked: Question) -> Answer:
        """The sentences that share a key with what is asked."""
        most = self._size if self._common is None else self._common
        sure, cognates = (self._found(keyed) for keyed in (asked.sure, asked.cognates))
        standing = [held for _, held in (*sure, *cognates) if len(held) <= most]
        if not standing:
            nothing = np.zeros((asked.size, 0))
            return Answer(np.empty(0, np.intp), nothing, nothing > 0)
        found = np.zeros(self._size, np.bool_)
        found[np.frombuffer(b"".join(standing), np.int32)] = True
        places = np.flatnonzero(found)
        columns = np.zeros(self._size, np.int32)
        columns[places] = np.arange(len(places), dtype=np.int32)
        told = np.zeros((asked.size, len(places)))
        _write(told, cognates, _COGNATE, found, columns)
        _write(told, sure, 1.0, found, columns)
        if len(standing) == len(sure) + len(cognates):
            return Answer(places, told, told > 0)
        rare = np.zeros(told.shape, np.bool_)
        _write(rare, [one for one in (*sure, *cognates) if len(one[1]) <= most], 1.0, found, columns)
        return Answer(places, told, rare)

    def _found(self, keyed: Iterable[tuple[str, int]]) -> list[tuple[int, array[int]]]:
        get = self._postings.get
        return [(number, held) for key, number in keyed if (held := get(key)) is not None]


def _write(
    into: Matrix | Hits,
    standing: Sequence[tuple[int, array[int]]],
    value: float,
    found: Hits,
    columns: NDArray[np.int32],
) -> None:
    if standing:
        rows = np.repeat([number for number, _ in standing], [len(held) for _, held in standing])
        places = np.frombuffer(b"".join([held for _, held in standing]), np.int32)
        inside = found[places]
        into[rows[inside], columns[places[inside]]] = value


def weighed(told: Matrix | Hits, weights: Matrix) -> Matrix:
    """For each sentence, the weights of the units that it says, added in the order of the units."""
    # a plain sum may add in pairs, and then a sentence said whole would not surely be 1
    total: Matrix = np.add.accumulate(told * weights[:, np.newaxis], axis=0)
    return total[-1] if len(total) else np.zeros(told.shape[1])
