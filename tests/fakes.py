"""Fakes with behaviour: they keep the contract of the real thing, in memory, as plainly as it can be said.

`MemoryStore` answers every question from its definition, without keeping answers ready as the real store does. The contract
suite runs over both, and a property test compares them step by step, so that each is the other's proof.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from memory_doors import Doors
from memory_outbox import Outbox
from memory_placing import Placing
from memory_polling import Polling
from memory_telling import Telling
from memory_waking import Waking


class MemoryStore(Polling, Waking, Placing, Telling, Outbox, Doors):
    """`ports.Store` without a database. Each part tells of one thing that a store keeps; this one of the whole: the clock and the house."""

    def clock_went_back(self, now: datetime) -> None:
        for feed, state in self._states.items():
            ahead = state.checked_at is not None and state.checked_at > now
            if feed in self._polled and not state.retired and ahead and state.check_after > now:
                self._states[feed] = replace(state, check_after=now)
        for one in self._alerts.values():
            if one.state == "owed" and one.created > now and one.send_after > now:
                self._alerts[one.id] = replace(one, send_after=now)
        for held in self._holds.values():
            held.update((mark, now) for mark, until in held.items() if until and until > now)
        for feed, push in self._pushes.items():
            if push.due and push.due > now and push.asked_at and push.asked_at > now:
                self._pushes[feed] = replace(push, due=now)

    def forget(self, before: datetime) -> int:
        old = [one for one in self._items.values() if one.first_seen < before and (one.summary or one.content)]
        self._items.update((one.id, replace(one, summary="", content="")) for one in old)
        gone = {one.id for one in old}
        for key, one in self._placements.items():
            if one.item in gone:
                self._placements[key] = replace(one, memory=b"")
        return len(old)

    def backup(self, path: str) -> None:
        raise NotImplementedError("nothing of this store outlives the process")

    def touch(self) -> None:
        pass

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        pass
