"""Many polls, one transaction: what finishes within a few milliseconds is recorded together, since each commit waits for the disk.

Nothing else changes: a check is over when its transaction is, and if a batch is refused each check is tried alone, so that nobody
fails for another.
"""

from __future__ import annotations

import asyncio

from monitor.errors import StoreError
from monitor.model import FeedCheck
from monitor.ports import Store

#: seconds that a finished check waits for others, and checks after which it waits no longer
PAUSE, ENOUGH = 0.002, 200


class Recorder:
    """Records checks in batches, on one event loop."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[FeedCheck, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def record(self, check: FeedCheck) -> None:
        """Returns when the check is recorded. Raises `StoreError` where the database says no."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((check, done))
        if len(self._waiting) >= ENOUGH:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(PAUSE, self._flush)
        await done

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Whoever was cancelled meanwhile did not want to be recorded.
        batch = [(check, done) for check, done in self._waiting if not done.done()]
        self._waiting = []
        if not batch:
            return
        try:
            self._store.record_checks([check for check, _ in batch])
        except StoreError as error:
            self._each_alone(batch, error)
        else:
            for _, done in batch:
                done.set_result(None)

    def _each_alone(self, batch: list[tuple[FeedCheck, asyncio.Future[None]]], error: StoreError) -> None:
        if len(batch) == 1:
            batch[0][1].set_exception(error)
            return
        for check, done in batch:
            try:
                self._store.record_checks([check])
            except StoreError as own:
                done.set_exception(own)
            else:
                done.set_result(None)
