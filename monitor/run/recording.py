"""Many polls, one transaction: each commit waits for the disk, and what finishes meanwhile goes into the next one together.

Recording happens in a thread, so that polling goes on while the disk turns. Nothing else changes: a check is over when its
transaction is, and if a batch is refused each check is tried alone, so that nobody fails for another.
"""

from __future__ import annotations

import asyncio

from monitor.errors import StoreError
from monitor.model import FeedCheck
from monitor.ports import Store

#: checks in one transaction, so that no question waits long for the database
MOST = 64


class Recorder:
    """Records checks in batches, for one event loop. `close` waits for what is under way."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[tuple[FeedCheck, asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def record(self, check: FeedCheck) -> None:
        """Returns when the check is recorded. Raises `StoreError` where the database says no."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((check, done))
        if self._work is None or self._work.done():
            self._work = loop.create_task(self._drain())
        await done

    async def close(self) -> None:
        """Waits until nothing is being recorded."""
        if self._work is not None:
            await self._work

    async def _drain(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # what finishes in the same turn of the loop comes along
            # Whoever was cancelled meanwhile does not want to be recorded.
            batch = [(check, done) for check, done in self._waiting[:MOST] if not done.done()]
            self._waiting = self._waiting[MOST:]
            refused = await self._try([check for check, _ in batch])
            for check, done in batch:
                if refused is not None and len(batch) > 1:
                    _settle(done, await self._try([check]))
                else:
                    _settle(done, refused)

    async def _try(self, checks: list[FeedCheck]) -> StoreError | None:
        try:
            await asyncio.to_thread(self._store.record_checks, checks)
        except StoreError as error:
            return error
        return None


def _settle(done: asyncio.Future[None], error: StoreError | None) -> None:
    if done.done():
        return  # cancelled while it was recorded
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
