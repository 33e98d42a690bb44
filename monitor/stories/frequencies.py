"""How common a key is in a stream: what is everywhere in a topic tells no story apart.

Document frequency decays (half-life 30 days), and starts from a prior worth sixty documents, so that the first items of a
topic are compared sensibly (design/findings B). Copies do not count.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

HALF_LIFE = 30 * 86_400.0
PRIOR_DOCUMENTS = 60.0
#: how many of the prior's documents hold a key of each kind: concepts are common, names are rare
_PRIOR = {"c": 1.5, "n": 1.0, "p": 1.5, "w": 0.4, "r": 0.2, "k": 0.4, "v": 0.5, "o": 0.2, "d": 1.5, "y": 1.5}
_PRIOR_WORD = 0.5
#: keys remembered at most; the rarest half goes when there are more
CAPACITY = 30_000


class Frequencies:
    """Decayed counts of keys and documents."""

    def __init__(self) -> None:
        self._counts: dict[str, float] = {}
        self._documents = 0.0
        self._start: float | None = None

    def learn(self, keys: Iterable[str], at: float) -> None:
        """Counts one document of that time (seconds)."""
        if self._start is None:
            self._start = at
        # Newer documents count more instead of older ones less: the same ratio, without touching every count.
        weight = 2.0 ** (max(at - self._start, 0.0) / HALF_LIFE)
        self._documents += weight
        for key in keys:
            self._counts[key] = self._counts.get(key, 0.0) + weight
        if weight > 1e6 or len(self._counts) > CAPACITY:
            self._shrink(weight, at)

    def _shrink(self, weight: float, at: float) -> None:
        kept = sorted(self._counts.items(), key=lambda pair: (-pair[1], pair[0]))[: CAPACITY // 2]
        self._counts = {key: count / weight for key, count in kept}
        self._documents /= weight
        self._start = at

    def idf(self, key: str) -> float:
        """How much a key tells: ln of the inverse share of documents that hold it, never below 0.05."""
        scale = 1.0
        prior = _PRIOR.get(key[0], _PRIOR_WORD) if key[1:2] == ":" else _PRIOR_WORD
        share = (self._counts.get(key, 0.0) * scale + prior) / (self._documents * scale + PRIOR_DOCUMENTS)
        return max(0.05, -math.log(share))

    def weigh(self, counts: dict[str, float]) -> dict[str, float]:
        """A vector of length one: weight times idf."""
        vector = {key: weight * self.idf(key) for key, weight in counts.items()}
        norm = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
        return {key: weight / norm for key, weight in vector.items()}
