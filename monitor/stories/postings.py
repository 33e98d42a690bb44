"""Which stories hold a key: a bit for each, so that a whole topic's index is a few hundred kilobytes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.stories.frequencies import Slots, Values


class Postings:
    """Rows are keys (slots), columns are stories; a column that a story leaves is given to the next."""

    def __init__(self) -> None:
        self._bits = np.zeros((0, 0), np.uint8)
        self._columns: dict[str, int] = {}
        self._stories: list[str | None] = []

    def post(self, story: str, keys: Slots) -> None:
        """Notes that a story holds these keys."""
        column = self._columns.get(story)
        if column is None:
            column = self._columns[story] = self._free()
            self._stories[column] = story
        self._reserve(int(keys.max(initial=-1)) + 1)
        self._bits[keys, column >> 3] |= np.uint8(1 << (column & 7))

    def _free(self) -> int:
        if None not in self._stories:
            self._bits = np.append(self._bits, np.zeros((len(self._bits), 8), np.uint8), axis=1)
            self._stories += [None] * 64
        return self._stories.index(None)

    def _reserve(self, size: int) -> None:
        rows, width = self._bits.shape
        if size > rows:
            self._bits = np.append(self._bits, np.zeros((size + size // 4 - rows, width), np.uint8), axis=0)

    def drop(self, story: str) -> None:
        """Takes a story out."""
        column = self._columns.pop(story, None)
        if column is not None:
            self._stories[column] = None
            self._bits[:, column >> 3] &= np.uint8(255 ^ (1 << (column & 7)))

    def shared(self, keys: Slots, values: Values) -> list[tuple[str, float]]:
        """Every story that holds one of these keys, with the sum of the values of those that it holds."""
        inside = keys < len(self._bits)
        bits = np.unpackbits(self._bits[keys[inside]], axis=1, bitorder="little")
        sums = values[inside] @ bits
        at = np.flatnonzero(sums)
        return [
            (story, shared)
            for column, shared in zip(at.tolist(), sums[at].tolist(), strict=True)
            if (story := self._stories[column]) is not None
        ]

    def renumber(self, new: NDArray[np.int32], count: int) -> None:
        """Follows keys to their new slots (`Frequencies.renumber`): `new` by old slot, never falling; so many slots now."""
        first = np.flatnonzero(np.diff(new, prepend=-1))
        rows = self._bits[first[first < len(self._bits)]]
        self._bits = np.append(rows, np.zeros((count + count // 4 - len(rows), self._bits.shape[1]), np.uint8), axis=0)
