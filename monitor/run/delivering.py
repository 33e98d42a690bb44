"""The way out of the outbox: channels in parallel, each channel in order, nothing twice while the process lives.

What a peer has accepted and the database cannot take yet (a full disk, a lock) is kept until it can, and the channel waits for it:
sending on would lose count of what was said.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import timedelta
from functools import partial

import structlog

from monitor.errors import MonitorError, StoreError, StoreRefusedError
from monitor.model import Alert
from monitor.pipeline import LEASE, coalesce_stale, deliver, hold_back
from monitor.ports import Notifier
from monitor.run.app import App
from monitor.run.refusing import Refusals

log = structlog.get_logger()


class Delivery:
    """Delivers what an `App` owes. `use` names it, and the way out, anew; `stop` ends the waiting for a database."""

    def __init__(
        self, app: App, notifier: Notifier, stop: asyncio.Event, refusals: Refusals, tick: float = 1.0
    ) -> None:
        self._stop, self._refusals, self._tick = stop, refusals, tick
        self._sending: dict[str, asyncio.Task[None]] = {}
        self.use(app, notifier)

    def use(self, app: App, notifier: Notifier) -> None:
        """From now on, this configuration and this way out."""
        self._app, self._notifier = app, notifier
        self._subscriptions = {one.id: one for one in app.config.subscriptions}

    async def start_due(self) -> None:
        """Starts the delivery of every alert that is due. Raises `StoreError` where the database says no."""
        store, now = self._app.store, self._app.clock()
        for digest in coalesce_stale(store, now):
            log.info("what came too late is one message", alert=digest.id, channel=digest.channel)
        waiting: defaultdict[str, list[Alert]] = defaultdict(list)
        for alert in store.due_alerts(now, LEASE):
            waiting[alert.channel].append(alert)
        for channel, alerts in waiting.items():
            task = asyncio.create_task(self._send_all(alerts, self._sending.get(channel)))
            self._sending[channel] = task
            task.add_done_callback(partial(self._sent, channel))

    async def finish(self, grace: timedelta) -> None:
        """Lets messages that are on their way arrive and be recorded, for a while; then lets go of them."""
        if self._sending:
            _, late = await asyncio.wait(self._sending.values(), timeout=grace.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _send_all(self, alerts: list[Alert], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)  # which goes where this goes, should a stop cut it off
        for alert in alerts:
            # While others of the channel were tried, the lease may have run out and this one been sent.
            known = self._app.store.alert(alert.id)
            if known is not None and known.state == "sending" and not self._held_back(alert):
                await self._send(alert)

    async def _send(self, alert: Alert) -> None:
        app = self._app
        attempt = await deliver(
            alert,
            notifier=self._notifier,
            store=app.store,
            clock=app.clock,
            fallbacks=app.config.fallbacks,
            subscriptions=self._subscriptions,
            unwritten=self._wait_for_the_store,
        )
        about = {"alert": alert.id, "channel": alert.channel}
        if attempt.error:
            log.warning("not delivered", **about, why=attempt.error, final=attempt.retry_at is None)
        else:
            log.info("delivered", **about, mode=alert.mode)

    def _held_back(self, alert: Alert) -> bool:
        app = self._app
        rates, subscriptions = app.config.per_hour, self._subscriptions
        wait = hold_back(alert, store=app.store, per_hour=rates, subscriptions=subscriptions, now=app.clock())
        if wait is not None:
            log.info("put off", alert=alert.id, channel=alert.channel, why=wait.why, until=f"{wait.until:%H:%M:%S}Z")
        return wait is not None

    async def _wait_for_the_store(self, error: StoreError) -> None:
        log.error("a delivery cannot be recorded yet", why=str(error))
        if self._stop.is_set():
            raise error
        if isinstance(error, StoreRefusedError):
            self._refusals.begin(error)
        stopped = asyncio.ensure_future(self._stop.wait())
        over = asyncio.ensure_future(self._refusals.over() if self._refusals.holds else asyncio.sleep(self._tick))
        await asyncio.wait([stopped, over], return_when=asyncio.FIRST_COMPLETED)
        for one in (stopped, over):
            one.cancel()

    def _sent(self, channel: str, task: asyncio.Task[None]) -> None:
        if self._sending.get(channel) is task:
            del self._sending[channel]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, MonitorError):
            log.error("delivery stopped", channel=channel, why=str(error))
        elif error is not None:
            # Nobody expected this: it is a bug, and it is shown whole; the leases run out, and others go on.
            log.error("a delivery broke", channel=channel, exc_info=error)
