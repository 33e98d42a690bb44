"""How common a key is in a stream: what is everywhere in a topic tells no story apart.

Document frequency decays (half-life 30 days), and starts from a prior worth sixty documents, so that the first items of a
topic are compared sensibly (design/findings B). Copies do not count.

A topic knows tens of thousands of keys, and compares vectors of them all day. So a key is a number here (its slot), found by
its hash: no text is kept, and what is known of all keys lies in arrays. Slots change only in `renumber`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

HALF_LIFE = 30 * 86_400.0
PRIOR_DOCUMENTS = 60.0
#: how many of the prior's documents hold a key of each kind: concepts are common, names are rare
_PRIOR = {"c": 1.5, "n": 1.0, "p": 1.5, "w": 0.4, "r": 0.2, "k": 0.4, "v": 0.5, "o": 0.2, "d": 1.5, "y": 1.5}
_PRIOR_WORD = 0.5
#: keys remembered at most; the rarest half goes when there are more
CAPACITY = 30_000
#: what a mark says: who or where; what happened (concepts and cognates); when. Numbers, ordinals and words of a language say none of it
WHO, WHAT, WHEN = 1, 2, 3
_KIND = {"n": WHO, "p": WHO, "r": WHO, "w": WHO, "c": WHAT, "k": WHAT, "d": WHEN, "y": WHEN}

Slots = NDArray[np.int32]
Values = NDArray[np.float64]


def hash_of(key: str) -> int:
    """A key as a number that SQLite can hold, too: its integers have a sign."""
    return xxhash.xxh3_64_intdigest(key.encode("utf-8", "replace")) >> 1


class Frequencies:
    """Decayed counts of keys and documents."""

    def __init__(self) -> None:
        #: sorted hashes, and the slot of each
        self._hashes = np.empty(0, np.int64)
        self._found = np.empty(0, np.int32)
        #: by slot
        self.hashes = np.empty(0, np.int64)
        self.kinds = np.empty(0, np.int8)
        self._counts = np.empty(0)
        self._priors = np.empty(0)
        #: by slot: zeros, but while somebody writes on them
        self._slate = np.empty(0)
        self._places = np.empty(0, np.int32)
        #: keys that may have a slot before those that nobody holds are looked for
        self._room = CAPACITY + CAPACITY // 4
        self._counted = 0
        self._documents = 0.0
        self._start: float | None = None

    def __len__(self) -> int:
        """Keys that have a slot."""
        return len(self._hashes)

    # ── slots ──

    def slots(self, keys: Sequence[str]) -> Slots:
        """The slot of each key; one that has none gets one."""
        hashes = np.fromiter(map(hash_of, keys), np.int64, len(keys))
        at = np.searchsorted(self._hashes, hashes)
        known = at < len(self._hashes)
        known[known] = self._hashes[at[known]] == hashes[known]
        if not known.all():
            self._add(
                dict(zip(hashes[~known].tolist(), (keys[one] for one in np.flatnonzero(~known).tolist()), strict=True))
            )
            at = np.searchsorted(self._hashes, hashes)
        found: Slots = self._found[at]
        return found

    def _add(self, fresh: dict[int, str]) -> None:
        first, count = len(self._hashes), len(fresh)
        self._reserve(first + count)
        hashes, slots = np.fromiter(fresh, np.int64, count), np.arange(first, first + count, dtype=np.int32)
        self.hashes[slots] = hashes
        self.kinds[slots] = [_KIND.get(key[0], 0) if key[1:2] == ":" else 0 for key in fresh.values()]
        self._priors[slots] = [
            _PRIOR.get(key[0], _PRIOR_WORD) if key[1:2] == ":" else _PRIOR_WORD for key in fresh.values()
        ]
        order = np.argsort(hashes)
        at = np.searchsorted(self._hashes, hashes[order])
        self._hashes = np.insert(self._hashes, at, hashes[order])
        self._found = np.insert(self._found, at, slots[order])

    def _reserve(self, size: int) -> None:
        if size > len(self._counts):
            more = max(size + size // 8, 1024) - len(self._counts)
            for name in ("hashes", "kinds", "_places", "_counts", "_priors", "_slate"):
                array = getattr(self, name)
                setattr(self, name, np.append(array, np.zeros(more, array.dtype)))

    @property
    def crowded(self) -> bool:
        """Whether so many keys have a slot that those that nobody holds should go (`renumber`)."""
        return len(self) > self._room

    def renumber(self, held: Slots) -> Slots:
        """Gives up every slot that is neither counted nor `held`; by old slot, the new one."""
        stays = self._counts[: len(self)] > 0
        stays[held] = True
        old = np.flatnonzero(stays)
        new = np.cumsum(stays, dtype=np.int32) - 1
        kept = stays[self._found]
        self._hashes, self._found = self._hashes[kept], new[self._found[kept]]
        for name in ("hashes", "kinds", "_counts", "_priors"):
            array = getattr(self, name)
            setattr(self, name, np.append(array[old], np.zeros(len(old) // 8, array.dtype)))
        self._room = max(self._room, len(old) + max(CAPACITY // 4, len(old) // 8))
        self._slate, self._places = np.zeros(len(self._counts)), np.zeros(len(self._counts), np.int32)
        return new

    # ── counting ──

    def learn(self, keys: Slots, at: float) -> None:
        """Counts one document of that time (seconds), in which each key stands once."""
        if self._start is None:
            self._start = at
        # Newer documents count more instead of older ones less: the same ratio, without touching every count.
        weight = 2.0 ** (max(at - self._start, 0.0) / HALF_LIFE)
        self._documents += weight
        self._counted += int(np.count_nonzero(self._counts[keys] == 0))
        self._counts[keys] += weight
        if weight > 1e6 or self._counted > CAPACITY:
            self._shrink(weight, at)

    def _shrink(self, weight: float, at: float) -> None:
        self._counts /= weight
        kept = np.lexsort((self.hashes, -self._counts))[: CAPACITY // 2]
        counts = np.zeros_like(self._counts)
        counts[kept] = self._counts[kept]
        self._counts, self._counted = counts, int(np.count_nonzero(counts))
        self._documents /= weight
        self._start = at

    def idf(self, keys: Slots) -> Values:
        """How much each key tells: ln of the inverse share of documents that hold it, never below 0.05."""
        share = (self._counts[keys] + self._priors[keys]) / (self._documents + PRIOR_DOCUMENTS)
        found: Values = np.maximum(0.05, -np.log(share))
        return found

    def idf_of(self, key: str) -> float:
        """The same of one key, which gets no slot for it."""
        at = int(np.searchsorted(self._hashes, hash_of(key)))
        known = at < len(self._hashes) and int(self._hashes[at]) == hash_of(key)
        count = float(self._counts[self._found[at]]) if known else 0.0
        prior = _PRIOR.get(key[0], _PRIOR_WORD) if key[1:2] == ":" else _PRIOR_WORD
        return max(0.05, -math.log((count + prior) / (self._documents + PRIOR_DOCUMENTS)))

    def weigh(self, keys: Slots, counts: Iterable[float]) -> Values:
        """A vector of length one: count times idf."""
        vector = np.fromiter(counts, np.float64, len(keys)) * self.idf(keys)
        norm = math.sqrt(float(vector @ vector)) or 1.0
        return vector / norm

    # ── comparing ──

    def lay(self, keys: Slots, values: Values) -> Values:
        """Writes a vector on the slate, so that it can be read by slot: `slate[slots]`. To be wiped by `wipe`."""
        self._slate[keys] = values
        return self._slate

    def wipe(self, keys: Slots) -> None:
        """Takes a vector off the slate."""
        self._slate[keys] = 0.0

    def places(self, keys: Slots, among: Slots) -> Slots:
        """Where each key stands in `among`; -1 where it does not."""
        self._places[among] = np.arange(1, len(among) + 1, dtype=np.int32)
        found: Slots = self._places[keys] - 1
        self._places[among] = 0
        return found
