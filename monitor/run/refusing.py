"""A database that takes no writes for a while: its disk is full, or another process holds it.

Nothing is polled, judged or sent meanwhile, since nothing of that could be recorded; what is finished waits, and is recorded when that is
possible again. It is said in the log when it begins and when it ends. What lasts is also told to the system's channel: after a minute
directly, since an outbox that takes nothing can owe nothing, and at its end as an event like any other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog

from monitor.errors import SendError, StoreBusyError, StoreError, StoreRefusedError
from monitor.feeds.condition import span
from monitor.model import Event, make_id
from monitor.ports import Notifier
from monitor.run.app import App
from monitor.run.aside import aside
from monitor.run.health import alert_of

log = structlog.get_logger()

#: how many ticks' time a refusal must last to be worth an event, and to be worth a message that goes past the outbox
LASTS, LASTS_LONG = 15, 60
#: ticks without a refusal that end it; the longest pause between two trials where it comes back sooner
QUIET, MOST = 10, 60
#: milliseconds that a daemon's statement waits for another process: it holds up the event loop, and what is refused waits without that
BRIEFLY = 800
T = TypeVar("T")


def patiently(step: Callable[[], T]) -> T:
    """What `step` returns, as soon as no other process holds the database: nobody wants a daemon that gave up at its start."""
    while True:
        try:
            return step()
        except StoreBusyError as error:
            log.error("waiting for the database", why=str(error))
            time.sleep(0.1)


class Refusals:
    """Whether the database takes writes. `tick` is the pause between two trials while it does not, in seconds."""

    def __init__(self, app: App, notifier: Notifier, tick: float = 1.0) -> None:
        self._tick = tick
        self._taking = asyncio.Event()
        self._taking.set()
        #: when it began, and until when it has lasted; None while all is well
        self._since: datetime | None = None
        self._until, self._why, self._told = app.clock(), "", False
        self._telling: asyncio.Task[None] | None = None
        #: in ticks: until the next trial, since the last refusal, between two trials
        self._skip, self._quiet, self._pause = 0, 0, 1
        self.use(app, notifier)

    def use(self, app: App, notifier: Notifier) -> None:
        """From now on, this configuration and this way out."""
        self._app, self._notifier = app, notifier

    @property
    def holds(self) -> bool:
        """Whether everything waits."""
        return not self._taking.is_set()

    async def over(self) -> None:
        """Returns when the database takes writes."""
        await self._taking.wait()

    def begin(self, error: StoreRefusedError) -> None:
        """Something could not be written."""
        if self.holds:
            return
        self._taking.clear()
        self._why, self._skip = str(error), self._pause
        if self._since is None:
            self._since, self._told = self._app.clock(), False
            log.error("the database takes nothing; everything waits for it", why=self._why)

    async def tick(self) -> None:
        """Tries again, if something was refused. A refusal that comes back at once is the same one, and is tried less often."""
        if self._since is None:
            return
        if not self.holds:
            self._quiet += 1
            if self._quiet >= QUIET:
                self._end(self._since)
            return
        self._skip -= 1
        if self._skip <= 0:
            await self._try()
        silent = not self._told and (self._telling is None or self._telling.done())
        if self.holds and silent and self._lasted(LASTS_LONG, self._app.clock()):
            # Beside the trials: a channel that does not answer puts off none of them.
            self._telling = asyncio.create_task(self._tell(self._since))

    def _lasted(self, ticks: int, until: datetime) -> bool:
        # By the clock: a busy machine has fewer ticks.
        return self._since is not None and (until - self._since).total_seconds() >= ticks * self._tick

    async def _try(self) -> None:
        try:
            await aside(self._app.store.touch)
        except StoreError as error:
            self._why, self._skip = str(error), 1
            return
        self._pause, self._quiet, self._until = min(MOST, 2 * self._pause), 0, self._app.clock()
        self._taking.set()
        log.info("the database takes writes again")

    def _end(self, since: datetime) -> None:
        if self._lasted(LASTS, self._until):
            lasted = span(self._until - since)
            text = f"The database took nothing for {lasted}, from {self._local(since)}, and does again: {self._why}"
            self._app.store.record_events([self._event(since, text)])
        self._since, self._pause = None, 1

    async def _tell(self, since: datetime) -> None:
        channel = self._app.config.system.channel
        text = f"The database has taken nothing since {self._local(since)}: {self._why}. Nothing is polled or sent until it does"
        if not channel:
            return
        try:
            await self._notifier.send(alert_of(self._event(since, text), channel))
        except SendError as error:
            log.warning("not delivered", channel=channel, why=str(error))
        else:
            self._told = True

    def _event(self, since: datetime, text: str) -> Event:
        identity = make_id("e", "database", since.isoformat(), "told" if self.holds else "over")
        return Event(id=identity, at=self._app.clock(), kind="database", about="database", text=text)

    def _local(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self._app.config.timezone)):%Y-%m-%d %H:%M}"
