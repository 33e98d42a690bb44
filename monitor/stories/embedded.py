"""What an optional sentence model adds: one term, the cosine between an item and the middle of a story. Without a model, nothing at all.

A dense cosine is hardly ever 0: two reports of one country are somewhat alike. So what counts is how far it lies above `neutral`, times
`weight`. What lies below says nothing: a headline and a long report of one event are not alike either. Both are data (embeddings.json),
and a model's folder may bring its own in `monitor.json`. The shipped ones are careful, so that a poor model does little harm (docs/design.md);
`python -m bench.embeddings --model FOLDER` shows what yours gives.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from monitor.ports import Embedder
from monitor.stories.reading import Reading

Vector = NDArray[np.float32]

SHIPPED = Path(__file__).with_name("embeddings.json")
#: the term's name in `explain`
TERM = "embedding"
#: characters of a body that are read: the beginning says what the event is, and models are made for a paragraph
_LEAD = 800
#: bytes of a model's name before the vector
_NAME = 16


@dataclass(frozen=True, slots=True)
class Embedding:
    """A model with what its cosines are worth."""

    embedder: Embedder
    weight: float
    neutral: float
    #: stories that a cosine alone may bring up
    candidates: int

    def sense(self, reading: Reading) -> bytes:
        """An item's vector with the model's name, as it is kept; b"" where the model knows none of its words."""
        text = f"{reading.title.text}. {reading.body.text[:_LEAD]}"
        vector = np.asarray(self.embedder.embed([text])[0], np.float32)
        norm = float(np.linalg.norm(vector))
        return self._stamp() + (vector / norm).astype("<f2").tobytes() if norm else b""

    def vector(self, sense: bytes) -> Vector | None:
        """A kept vector; None where there is none, or where another model made it."""
        if not sense.startswith(self._stamp()):
            return None
        return np.frombuffer(sense, "<f2", offset=_NAME).astype(np.float32)

    def _stamp(self) -> bytes:
        return self.embedder.name.encode()[:_NAME].ljust(_NAME, b"\0")

    def worth(self, alike: float) -> float:
        """A cosine in log-odds, never below 0."""
        return max(0.0, self.weight * (alike - self.neutral))


def embedding(embedder: Embedder, *settings: Path) -> Embedding:
    """A model with the numbers of the last of `settings` that exists, else the shipped ones. Raises ValueError for what is no such file."""
    path = [SHIPPED, *(one for one in settings if one.is_file())][-1]
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Embedding(embedder, float(raw["weight"]), float(raw["neutral"]), int(raw.get("candidates", 3)))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f'{path}: expected {{"weight": a number, "neutral": a number}}') from error


def alike(one: Vector | None, two: Vector | None) -> float | None:
    """The cosine of two vectors or sums of vectors; None where one is missing."""
    if one is None or two is None or len(one) != len(two):
        return None
    length = float(np.linalg.norm(one)) * float(np.linalg.norm(two))
    return float(one @ two) / length if length else None


def total(one: Vector | None, two: Vector | None) -> Vector | None:
    """The sum of two vectors, where there are two."""
    if one is None or two is None:
        return two if one is None else one
    return one + two
