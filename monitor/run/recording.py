"""Many polls, one transaction: each commit waits for the disk, so what finishes within a blink is recorded together.

A batch with new items is recorded on the event loop itself: in a thread beside it each of its many rows would wait for the
interpreter (measured: half the speed). The dearer the last such batch was, the longer the next one waits for more to come, since each
transaction costs a commit and a piece of the full text index. A batch of nothing but due times is few rows, and its commit is waited for in a thread.
Nothing else changes: a check is over when its transaction is, and if a batch is refused each check is tried alone, so that nobody
fails for another.
"""

from __future__ import annotations

import asyncio
import time

from monitor.errors import StoreError, StoreRefusedError
from monitor.model import FeedCheck
from monitor.ports import Store
from monitor.run.refusing import Refusals

#: seconds that a finished check waits for others, at least and at most, and how many of them wait no longer
PAUSE, LONGEST, ENOUGH = 0.02, 1.0, 64
#: with items it waits so many times as long as the last batch took
PATIENCE = 4

_Waiting = tuple[FeedCheck, asyncio.Future[None]]


class Recorder:
    """Records checks in batches, for one event loop. `close` waits for what is under way.

    With `refusals`, a check waits while the store takes no writes at all; without, it fails.
    """

    def __init__(self, store: Store, refusals: Refusals | None = None) -> None:
        self._store, self._refusals = store, refusals
        self._waiting: list[_Waiting] = []
        self._pause = PAUSE
        self._timer: asyncio.TimerHandle | None = None
        self._beside_us: set[asyncio.Task[None]] = set()

    async def record(self, check: FeedCheck) -> None:
        """Returns when the check is recorded. Raises `StoreError` where the database says no."""
        while True:
            if self._refusals is not None:
                await self._refusals.over()
            try:
                return await self._record(check)
            except StoreRefusedError as error:
                if self._refusals is None:
                    raise
                self._refusals.begin(error)

    async def _record(self, check: FeedCheck) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((check, done))
        if len(self._waiting) >= ENOUGH:
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(self._pause, self._flush)
        await done

    async def close(self) -> None:
        """Waits until nothing is being recorded."""
        await asyncio.gather(*self._beside_us)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        # Whoever was cancelled meanwhile does not want to be recorded.
        batch = [(check, done) for check, done in self._waiting if not done.done()]
        self._waiting = []
        if any(check.items for check, _ in batch):
            began = time.perf_counter()
            self._settle(batch, self._try([check for check, _ in batch]))
            self._pause = min(max(PATIENCE * (time.perf_counter() - began), PAUSE), LONGEST)
        elif batch:
            self._pause = PAUSE
            task = asyncio.get_running_loop().create_task(self._beside(batch))
            self._beside_us.add(task)
            task.add_done_callback(self._beside_us.discard)

    async def _beside(self, batch: list[_Waiting]) -> None:
        self._settle(batch, await asyncio.to_thread(self._try, [check for check, _ in batch]))

    def _settle(self, batch: list[_Waiting], refused: StoreError | None) -> None:
        for check, done in batch:
            # What takes no writes at all is not asked again for each of them, which would wait for each of them.
            alone = refused is not None and len(batch) > 1 and not isinstance(refused, StoreRefusedError)
            error = self._try([check]) if alone else refused
            if done.done():
                continue  # cancelled while it was recorded
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    def _try(self, checks: list[FeedCheck]) -> StoreError | None:
        try:
            self._store.record_checks(checks)
        except StoreError as error:
            return error
        return None
