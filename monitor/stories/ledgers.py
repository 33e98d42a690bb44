"""The ledgers of a topic's stories: those that were asked for last are open, the others are packed and take a tenth of the room."""

from __future__ import annotations

import zlib
from collections import OrderedDict

import msgspec

from monitor.stories.ledger import Ledger

#: sentences in open ledgers at most, but for the one that was asked for last: two kilobytes each. To open a ledger takes 30 µs a sentence
OPEN = 1000


class Ledgers:
    """By story. Mutable, in memory, one a topic."""

    def __init__(self, most: int = OPEN) -> None:
        self._most = most
        #: the one that was asked for last comes last
        self._open: OrderedDict[str, Ledger] = OrderedDict()
        #: bundles of items' parts, oldest first
        self._packed: dict[str, list[bytes]] = {}

    def __len__(self) -> int:
        return len(self._open) + len(self._packed)

    def __contains__(self, story: object) -> bool:
        return story in self._open or story in self._packed

    def __getitem__(self, story: str) -> Ledger:
        """A story's ledger, opened if it was packed, begun if there is none. It is good until `rest`."""
        ledger = self._open.get(story)
        if ledger is None:
            ledger = self._open[story] = _unpacked(self._packed.pop(story, ()))
        self._open.move_to_end(story)
        return ledger

    def get(self, story: str) -> Ledger | None:
        """A story's ledger; None where there is none."""
        return self[story] if story in self else None  # noqa: SIM401  (this is `get`)

    def take(self, story: str, memory: bytes) -> None:
        """Adds an item's part to a story's ledger, without opening it."""
        if story in self._open:
            self._open[story].restore(memory)
        else:
            self._packed.setdefault(story, []).append(_bundle([memory]))

    def pop(self, story: str) -> Ledger | None:
        """A story's ledger, which is then forgotten; None where there is none."""
        ledger = self.get(story)
        self.forget(story)
        return ledger

    def forget(self, story: str) -> None:
        """Forgets a story's ledger."""
        self._open.pop(story, None)
        self._packed.pop(story, None)

    def rest(self) -> None:
        """Packs those that were asked for longest ago, while too many sentences are open."""
        sentences = sum(map(len, self._open.values()))
        while sentences > self._most and len(self._open) > 1:
            story, ledger = self._open.popitem(last=False)
            sentences -= len(ledger)
            self._packed[story] = [_bundle([ledger.dump(item) for item in ledger.items])]


def _bundle(parts: list[bytes]) -> bytes:
    return zlib.compress(msgspec.msgpack.encode(parts), 1)


def _unpacked(bundles: list[bytes] | tuple[()]) -> Ledger:
    ledger = Ledger()
    for bundle in bundles:
        for part in msgspec.msgpack.decode(zlib.decompress(bundle), type=list[bytes]):
            ledger.restore(part)
    return ledger
