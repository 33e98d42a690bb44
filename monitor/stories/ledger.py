"""What a story has said so far: every sentence seen, found again by its keys.

The ledger answers "has this been said?" against all of the story, whatever the language. It grows by `add`, one item after
another, and each item's part of it travels as a few hundred bytes (`Diff.memory`), so that a restarted process rebuilds it
without reading a text again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import intern

import msgspec
import numpy as np
from numpy.typing import NDArray

from monitor.stories.facts import Unit
from monitor.stories.said import Question, Said, weighed

#: keys that stand in more than this many sentences do not propose candidates; they still count when two sentences are compared
_COMMON_KEY = 200
_CANDIDATES = 12
#: candidates beyond them from the day on that a sentence tells of
_LATER = 4
_FLOOR = 0.12
_WEIGHTS = {"#": 1.5, "n": 1.1, "p": 1.2, "c": 1.0, "s": 0.8}


class KnownFigure(msgspec.Struct, frozen=True, array_like=True):
    """A figure as the ledger remembers it."""

    noun: str
    state: str
    unit: str
    kind: str
    low: float
    high: float
    qualifier: str
    role: str
    scope: str
    factor: float = 1.0

    @property
    def value(self) -> float:
        """One number for it."""
        return self.low if self.low == self.high else (self.low + self.high) / 2


class Known(msgspec.Struct, frozen=True, array_like=True):
    """One sentence as the ledger remembers it."""

    item: str
    at: float
    origin: str
    language: str
    units: tuple[Unit, ...]
    cues: tuple[str, ...] = ()
    figures: tuple[KnownFigure, ...] = ()
    places: tuple[str, ...] = ()
    quotes: tuple[tuple[str, str], ...] = ()
    #: how likely it was news, between 0 and 1; titles count as news
    news: float = 0.0
    #: id of the development that told it, or ""
    told: str = ""
    status: str = ""
    title: bool = False
    #: who is quoted as the source of its figures: a name's key, or ""
    source: str = ""

    @property
    def when(self) -> datetime:
        """When it was seen, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """What one item left in a story's ledger."""

    item: str
    sentences: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A known sentence beside a new one: how much of the new one it says, and how alike they are."""

    known: Known
    contained: float
    alike: float
    #: how surely it says each unit of the new one
    credits: NDArray[np.float64] = field(compare=False, repr=False)


class Ledger:
    """The sentences of one story. Mutable, in memory, one a story; owned by whoever judges."""

    def __init__(self) -> None:
        self.sentences: list[Known] = []
        self._lengths: list[float] = []
        #: the wires and publishers that were heard
        self.origins: set[str] = set()
        #: when the last sentence was seen
        self.latest: datetime | None = None
        self.said = Said(_COMMON_KEY)
        self._items: dict[str, Memory] = {}
        self._figures: dict[str, list[int]] = {}
        #: the sentences with quotations
        self.quoted: list[Known] = []
        # weights asked for since the last sentence came in: one item asks for the same ones over and over
        self._weights: dict[Unit, float] = {}
        self._sizes: dict[int, float] = {}

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def items(self) -> Iterable[str]:
        """Ids of the items that were added, in order."""
        return self._items

    def add(self, diff: HasMemory) -> None:
        """Takes over what an item said (`diff.memory`). Adding an item twice changes nothing."""
        self.restore(diff.memory)

    def restore(self, memory: bytes) -> None:
        """Takes over one item's part as `dump` gave it."""
        if not memory:
            return
        part = msgspec.msgpack.decode(memory, type=Memory)
        if part.item in self._items:
            return
        part = Memory(part.item, tuple(map(_shared, part.sentences)))
        self._items[part.item] = part
        for known in part.sentences:
            self._remember(known)

    def dump(self, item: str) -> bytes:
        """One item's part, b"" if it is not here."""
        part = self._items.get(item)
        return pack(part) if part else b""

    def _remember(self, known: Known) -> None:
        place = len(self.sentences)
        self._weights.clear()
        self._sizes.clear()
        self.sentences.append(known)
        self._lengths.append((4 + len(known.units)) ** -0.5)
        self.origins.add(known.origin)
        self.latest = max(self.latest or known.when, known.when)
        self.said.add({key for unit in known.units for key in unit})
        if known.quotes:
            self.quoted.append(known)
        for figure in known.figures:
            if figure.noun:
                self._figures.setdefault(figure.noun, []).append(place)

    # ── asking ──

    def knows(self, key: str) -> bool:
        """Whether any sentence has this key."""
        return key in self.said

    def count(self, key: str) -> int:
        """In how many sentences a key stands."""
        return self.said.count(key)

    def with_figure(self, noun: str) -> list[Known]:
        """The sentences with a figure of this noun, in the order they were seen."""
        return [self.sentences[place] for place in dict.fromkeys(self._figures.get(noun, ()))]

    def of(self, item: str) -> tuple[Known, ...]:
        """What one item said."""
        part = self._items.get(item)
        return part.sentences if part else ()

    def ordinals(self, item: str) -> dict[str, float]:
        """What an item numbers ("the twelfth shipment"), the first mention deciding: noun → number."""
        counted = [one for known in self.of(item) for one in known.figures if one.kind == "ordinal"]
        return {one.noun: one.low for one in reversed(counted)}

    def with_key(self, key: str) -> list[Known]:
        """The sentences that have a key, in the order they were seen."""
        return [self.sentences[place] for place in self.said.places(key)]

    def weight(self, unit: Unit) -> float:
        """How telling a unit is in this story: what every sentence has tells little."""
        held = self._weights.get(unit)
        if held is None:
            held = self._weights[unit] = self._weigh(unit)
        return held

    def _weigh(self, unit: Unit) -> float:
        kind = unit[0][0] if unit[0][1:2] == ":" or unit[0][0] == "#" else "s"
        total = len(self.sentences) + 2
        seen = max(map(self.said.count, unit))
        rare = math.log((total + 1) / (seen + 1)) / math.log(total + 1)
        return _WEIGHTS.get(kind, 0.8) * max(_FLOOR, rare)

    def near(self, asked: Question, weights: NDArray[np.float64], since: float | None = None) -> list[Near]:
        """The known sentences nearest to a new one, best first; with `since` (a timestamp) those too that are nearest from then on."""
        answer = self.said.ask(asked)
        found = answer.places.tolist()
        ranks = -weighed(answer.rare, weights) * self._lengths_of(found)
        best = _least(ranks, _CANDIDATES)
        if since is not None:
            later = np.array([self.sentences[place].at >= since for place in found], np.bool_)
            best = list(dict.fromkeys([*best, *_least(np.where(later, ranks, np.inf), _LATER)]))
        total = sum(weights.tolist()) or 1.0
        told = answer.credits[:, best]
        shares = weighed(told, weights).tolist()
        near = [
            self._near(found[at], shared, total, column)
            for at, shared, column in zip(best, shares, told.T, strict=True)
        ]
        return sorted(near, key=lambda near: -(near.contained + near.alike))

    def _lengths_of(self, places: Sequence[int]) -> NDArray[np.float64]:
        return np.array([self._lengths[place] for place in places])

    def _near(self, place: int, shared: float, total: float, told: NDArray[np.float64]) -> Near:
        known = self.sentences[place]
        size = self._sizes.get(place)
        if size is None:
            size = self._sizes[place] = sum(map(self.weight, known.units)) or 1.0
        return Near(known, shared / total, min(1.0, shared / math.sqrt(total * size)), told)


def _least(ranks: NDArray[np.float64], count: int) -> list[int]:
    """The places of the smallest ranks, the smallest first, of equal ones the first; what is infinite is left out."""
    if len(ranks) > 8 * count:
        within = np.flatnonzero(ranks <= np.partition(ranks, count - 1)[count - 1])
        best = within[np.argsort(ranks[within], kind="stable")][:count]
    else:
        best = np.argsort(ranks, kind="stable")[:count]
    return [at for at in best.tolist() if ranks[at] < np.inf]


def covered(weights: Sequence[float], by: Sequence[Near]) -> float:
    """The share of a new sentence, with the weights of its units, that several known ones say together."""
    if not by:
        return 0.0
    said: list[float] = np.max([near.credits for near in by], axis=0).tolist()
    return sum(weight * part for weight, part in zip(weights, said, strict=True)) / (sum(weights) or 1.0)


class HasMemory(msgspec.Struct):
    """Anything with an item's part of a ledger."""

    memory: bytes


def _shared(known: Known) -> Known:
    """The same with keys that all sentences share: decoded ones are a string each."""
    return msgspec.structs.replace(known, units=tuple(tuple(map(intern, unit)) for unit in known.units))


def pack(memory: Memory) -> bytes:
    """An item's part as bytes."""
    return msgspec.msgpack.encode(memory)
