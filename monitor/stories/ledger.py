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
from monitor.stories.said import Answer, Said, question, weighed

#: keys that stand in more than this many sentences do not propose candidates; they still count when two sentences are compared
_COMMON_KEY = 200
_CANDIDATES = 12
#: candidates beyond them from the day on that a sentence tells of
_LATER = 4
#: what stands between two units, and between two keys of one: no key has either
_UNIT, _KEY = "\x1e", "\x1f"


def joined(units: Iterable[Unit]) -> str:
    """Units as one text: a sentence's thirty keys as thirty texts would be most of what a topic holds."""
    return _UNIT.join(_KEY.join(unit) for unit in units)


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
    #: its units, as `joined` writes them; rows of former versions have them as they are
    said: str | tuple[Unit, ...]
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
    def units(self) -> tuple[Unit, ...]:
        """What it states."""
        if not isinstance(self.said, str):
            return self.said
        return tuple(tuple(unit.split(_KEY)) for unit in self.said.split(_UNIT)) if self.said else ()

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
        #: each item's part as bytes, and where its sentences stand
        self._parts: dict[str, tuple[bytes, int, int]] = {}
        self._figures: dict[str, list[int]] = {}
        #: the sentences with quotations
        self.quoted: list[Known] = []

    def __len__(self) -> int:
        return len(self.sentences)

    @property
    def items(self) -> Iterable[str]:
        """Ids of the items that were added, in order."""
        return self._parts

    def add(self, diff: HasMemory) -> None:
        """Takes over what an item said (`diff.memory`). Adding an item twice changes nothing."""
        self.restore(diff.memory)

    def restore(self, memory: bytes) -> None:
        """Takes over one item's part as `dump` gave it."""
        if not memory:
            return
        part = msgspec.msgpack.decode(memory, type=Memory)
        if part.item in self._parts:
            return
        first = len(self.sentences)
        units = [known.units for known in part.sentences]
        self.said.add(question(units))
        for known, stated in zip(part.sentences, units, strict=True):
            self._remember(_shared(known, part.item), len(stated))
        self._parts[part.item] = memory, first, len(self.sentences)

    def dump(self, item: str) -> bytes:
        """One item's part, b"" if it is not here."""
        return self._parts[item][0] if item in self._parts else b""

    def _remember(self, known: Known, units: int) -> None:
        place = len(self.sentences)
        self.sentences.append(known)
        self._lengths.append((4 + units) ** -0.5)
        self.origins.add(known.origin)
        self.latest = max(self.latest or known.when, known.when)
        if known.quotes:
            self.quoted.append(known)
        for figure in known.figures:
            if figure.noun:
                self._figures.setdefault(figure.noun, []).append(place)

    # ── asking ──

    def knows(self, key: str) -> bool:
        """Whether any sentence has this key."""
        return self.said.count(key) > 0

    def count(self, key: str) -> int:
        """In how many sentences a key stands."""
        return self.said.count(key)

    def with_figure(self, noun: str) -> list[Known]:
        """The sentences with a figure of this noun, in the order they were seen."""
        return [self.sentences[place] for place in dict.fromkeys(self._figures.get(noun, ()))]

    def of(self, item: str) -> tuple[Known, ...]:
        """What one item said."""
        _, first, last = self._parts.get(item, (b"", 0, 0))
        return tuple(self.sentences[first:last])

    def ordinals(self, item: str) -> dict[str, float]:
        """What an item numbers ("the twelfth shipment"), the first mention deciding: noun → number."""
        counted = [one for known in self.of(item) for one in known.figures if one.kind == "ordinal"]
        return {one.noun: one.low for one in reversed(counted)}

    def with_key(self, key: str) -> list[Known]:
        """The sentences that have a key, in the order they were seen."""
        return [self.sentences[place] for place in self.said.places(key)]

    def weights(self, units: Sequence[Unit]) -> list[float]:
        """How telling each unit is in this story: what every sentence has tells little."""
        asked = question([units])
        return self.said.weights(asked, self.said.ask(asked))

    def near(self, answer: Answer, weights: NDArray[np.float64], since: float | None = None) -> list[Near]:
        """Of the known sentences that share something with a new one, the nearest, best first.

        `answer` is what `said` tells of it, `weights` are those of its units; with `since` (a timestamp) those too that are nearest from then on.
        """
        found = answer.places.tolist()
        ranks = -weighed(answer.rare, weights) * self._lengths_of(found)
        best = _least(ranks, _CANDIDATES)
        if since is not None:
            later = np.array([self.sentences[place].at >= since for place in found], np.bool_)
            best = list(dict.fromkeys([*best, *_least(np.where(later, ranks, np.inf), _LATER)]))
        if not best:
            return []
        total, sizes = sum(weights.tolist()) or 1.0, self.said.sizes()
        told = answer.credits[:, best]
        near = [
            Near(
                self.sentences[found[at]],
                shared / total,
                min(1.0, shared / math.sqrt(total * sizes[found[at]])),
                column,
            )
            for at, shared, column in zip(best, weighed(told, weights).tolist(), told.T, strict=True)
        ]
        return sorted(near, key=lambda near: -(near.contained + near.alike))

    def _lengths_of(self, places: Sequence[int]) -> NDArray[np.float64]:
        return np.array([self._lengths[place] for place in places])


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


def _shared(known: Known, item: str) -> Known:
    """The same with texts that all sentences share: decoded ones are a text each."""
    said = known.said if isinstance(known.said, str) else joined(known.said)
    return msgspec.structs.replace(
        known,
        item=item,
        origin=intern(known.origin),
        language=intern(known.language),
        said=said,
        cues=tuple(map(intern, known.cues)),
        places=tuple(map(intern, known.places)),
        status=intern(known.status),
    )


def pack(memory: Memory) -> bytes:
    """An item's part as bytes."""
    return msgspec.msgpack.encode(memory)
