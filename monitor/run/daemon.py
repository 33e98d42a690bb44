"""The daemon: a few ticks that ask the store what is due, and do it.

APScheduler wakes us; the schedule itself is columns in the database, so a lost wake-up costs time and never data. Feeds are polled
in parallel, a topic is updated by one thread at a time, each channel gets its messages in order. SIGTERM stops within seconds with
nothing lost, since what was not recorded was not done; SIGHUP reloads the configuration and keeps the old one if the new is wrong.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, timedelta
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.config import Config
from monitor.config.tables import SystemTable
from monitor.errors import ConfigError, FetchError, MonitorError, StoreError, StoreRefusedError
from monitor.feeds.article import PageReader
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.parsing import ParserPool
from monitor.feeds.websub import hint_at
from monitor.model import Feed, FeedState, StoryUpdate
from monitor.pipeline import (
    check_feed,
    decide_topic,
    look_again,
    take_push,
    update_topic,
    watch_topic,
)
from monitor.pipeline.inbox import Sent
from monitor.run.app import App, build, configure_logging, secrets_of
from monitor.run.aside import aside
from monitor.run.delivering import Delivery
from monitor.run.health import Health
from monitor.run.lanes import Lanes
from monitor.run.outward import WayOut
from monitor.run.pushing import Pushing
from monitor.run.recording import Recorder
from monitor.run.refusing import Refusals, patiently
from monitor.run.serving import Page

log = structlog.get_logger()

#: due feeds that one tick begins to poll
BATCH = 500
#: how long a stop waits for messages that are on their way
GRACE = timedelta(seconds=8)


def tick_of(config: Config) -> float:
    """Seconds between two ticks: one, and less where feeds are asked so often that a second would be most of their interval."""
    return min(1.0, max(0.1, config.fetch.min_interval.total_seconds() / 4))


class Daemon:
    """Runs an `App` until it is told to stop. `reload` reads the configuration again."""

    def __init__(
        self,
        app: App,
        *,
        reload: Callable[[], Config],
        serve: Callable[[App], Awaitable[None]] | None = None,
        tick: float = 1.0,
    ) -> None:
        self.app, self._reload, self._tick = app, reload, tick
        self._page = Page(serve)
        self._stop = asyncio.Event()
        #: what each feed's next work waits for, and everything that is under way
        self._polling: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: set[asyncio.Task[None] | None] = set()
        self._topics = asyncio.Lock()
        senders = app.senders()
        self._refusals = Refusals(app, senders, tick)
        self._lanes, self._recorder, self._pushing = Lanes(), Recorder(app.store, self._refusals), Pushing()
        self._delivery = Delivery(app, senders, self._stop, self._refusals, tick)
        self._health = Health(app.config, app.store)
        self._resources, self._way = AsyncExitStack(), WayOut()
        # Wide grace and coalescing: after a suspend each tick runs once. UTC, since local clocks jump twice a year.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._reloading = asyncio.Lock()
        self._fetcher: HttpFetcher
        self._parser: ParserPool
        self._pages: PageReader

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT, or until `stop` is called."""
        freed = patiently(self.app.store.release_leases)
        self._parser = await self._resources.enter_async_context(self.app.parser())
        await self._use(self.app)
        self._signals()
        self._schedule()
        self._scheduler.start()
        log.info(
            "running",
            feeds=len(self.app.config.feeds),
            topics=len(self.app.desks),
            channels=len(self.app.config.channels),
            leases_freed=freed,
        )
        await self._page.show(self.app)
        await self._stop.wait()
        log.info("stopping")
        async with self._reloading:
            await self._finish()
        log.info("stopped")

    def stop(self) -> None:
        """Asks the daemon to stop; safe from a signal handler."""
        self._stop.set()

    # ── ticks ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def poll(self) -> None:
        """Starts a check of every feed that is due and is not being checked."""
        # Those under way are still due: they must not take the places of others.
        for feed, state in self.app.store.due_feeds(self.app.clock(), BATCH + len(self._polling)):
            if feed.id not in self._polling and not self._stop.is_set():
                self._begin(feed.id, self._check(feed, state))

    def _begin(self, feed: str, work: Coroutine[None, None, None]) -> None:
        """Works at a feed, beside which nothing else may then begin to."""
        task = asyncio.create_task(work)
        self._polling[feed] = task
        self._tasks.add(task)
        task.add_done_callback(partial(self._checked, feed))

    def _checked(self, feed: str, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._polling.get(feed) is task:
            del self._polling[feed]
        error = None if task.cancelled() else task.exception()
        if isinstance(error, StoreRefusedError):
            self._refusals.begin(error)
        elif isinstance(error, MonitorError):
            log.error("a check cannot be recorded", feed=feed, why=str(error))
        elif error is not None:
            # Nobody expected this: it is a bug, and it is shown whole, and the other feeds go on.
            log.error("a check broke", feed=feed, exc_info=error)

    async def _check(self, feed: Feed, state: FeedState) -> None:
        app = self.app
        fetcher = self._fetcher
        # First the host's turn, then a place: a host with many feeds holds up nobody but itself.
        async with fetcher.turn(state.url or feed.url), self._lanes.of(state):
            started, pushed = app.clock(), self._pushing.is_live(state)
            check = await check_feed(
                feed,
                state,
                fetcher=fetcher,
                parser=self._parser,
                matcher=app.matcher,
                store=app.store,
                limits=app.config.fetch,
                clock=app.clock,
                pages=self._pages,
                record=self._recorder.record,
                pushed=pushed,
            )
        self._pushing.follow(check, pushed)
        took = round((app.clock() - started).total_seconds(), 2)
        if check.error:
            log.warning("feed unwell", feed=feed.name, why=check.error, next=_local(check.state), took=took)
        elif check.items:
            log.info("feed checked", feed=feed.name, new=len(check.items), wanted=len(check.matches), took=took)

    async def receive(self) -> None:
        """Reads what hubs have sent, each feed's in order and never beside a poll of it."""
        for sent in self.app.inbox.take():
            self._begin(sent.feed, self._receive(sent, self._polling.get(sent.feed)))

    async def _receive(self, sent: Sent, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        app = self.app
        found = app.store.polled(sent.feed)
        if found is None:
            return
        feed, state = found
        check = None
        if sent.body is not None and state.baseline_done:
            check = await take_push(
                feed,
                state,
                replace(sent.body, url=state.url or feed.url),
                parser=self._parser,
                matcher=app.matcher,
                store=app.store,
                clock=app.clock,
                pages=self._pages,
                record=self._recorder.record,
            )
        if check is None:
            app.store.poll_soon(feed.id, hint_at(state.checked_at, app.clock()))
        log.info("pushed", feed=feed.name, new=len(check.items) if check else "a poll will look")

    async def look_again(self) -> None:
        """Reads again the pages whose time has come; what has changed is a revision."""
        app = self.app
        for watch in app.store.due_pages(app.clock()):
            if await look_again(watch, pages=self._pages, matcher=app.matcher, store=app.store, now=app.clock()):
                log.info("page changed", url=watch.url)

    async def update(self) -> None:
        """Judges what came in and decides what is due, one topic after another, off the event loop."""
        if self._topics.locked():
            return
        async with self._topics:
            due = set(self.app.store.due_topics(self.app.clock()))
            for desk in [desk for desk in self.app.desks if desk.topic.id in due]:
                update = await aside(update_topic, desk, self.app.store, self.app.clock())
                _log_update(update)

    async def deliver(self) -> None:
        """Starts the delivery of every alert that is due."""
        await self._delivery.start_due()

    async def health(self) -> None:
        """Puts what a person should know of the monitor itself into the outbox, once each and once on recovery."""
        for alert in await aside(self._health.look, self.app.clock()):
            log.warning("health", channel=alert.channel, what=alert.message.title)

    async def examine(self) -> None:
        """Reads the whole database for damage, beside everything else."""
        await aside(self._health.examine, self.app.clock())

    async def ping(self) -> None:
        """Calls the dead-man switch while all is well: whoever waits for the call hears of a machine that cannot speak."""
        if not await aside(self._health.well, self.app.clock()):
            return
        try:
            await self._fetcher.get(self.app.config.system.ping)
        except FetchError as error:
            log.warning("the dead-man switch does not answer", why=str(error))

    async def redecide(self) -> None:
        """Asks again for every subscription: a safety net for holds, and what makes a new subscription begin."""
        async with self._topics:
            for desk in self.app.desks:
                _log_update(await aside(decide_topic, desk, self.app.store, self.app.clock()))
                for alert in await aside(watch_topic, desk, self.app.store, self.app.clock()):
                    log.info("alert", alert=alert.id, channel=alert.channel, mode=alert.mode, title=alert.message.title)

    async def forget(self) -> None:
        """Drops the bodies of old items."""
        dropped = await aside(self.app.store.forget, self.app.clock() - self.app.config.retention)
        log.info("retention", dropped=dropped)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _schedule(self) -> None:
        for job, seconds in (
            (self.poll, self._tick),
            (self.update, self._tick),
            (self.deliver, self._tick),
            (self.receive, self._tick),
            (self._pushing.ask, self._tick),
            (self.health, 5 * self._tick),
        ):
            self._every(job, seconds, now=True)
        self._scheduler.add_job(self._guarded(self._refusals.tick, always=True), "interval", seconds=self._tick)
        self._every(self.look_again, 20 * self._tick)
        self._every(self.redecide, 300)
        self._every(self.examine, 24 * 3600)
        self._scheduler.add_job(
            self._guarded(self.examine), "date", run_date=self.app.clock() + timedelta(seconds=60 * self._tick)
        )
        self._every(self.forget, 24 * 3600)

    def _every(self, job: Callable[[], Awaitable[None]], seconds: float, *, now: bool = False) -> None:
        """Runs a tick that often, from now on or after the first pause; instead of the one of this name, if there is one."""
        begin = {"next_run_time": self.app.clock()} if now else {}
        name = getattr(job, "__name__", "?")
        self._scheduler.add_job(
            self._guarded(job), "interval", seconds=seconds, id=name, replace_existing=True, **begin
        )

    def _schedule_ping(self, system: SystemTable) -> None:
        if system.ping:
            self._every(self.ping, system.ping_every.total_seconds(), now=True)
        elif self._scheduler.get_job("ping"):
            self._scheduler.remove_job("ping")

    def _guarded(self, job: Callable[[], Awaitable[None]], *, always: bool = False) -> Callable[[], Awaitable[None]]:
        """What the database refuses is said, and tried again at the next tick; while it takes nothing at all, everything waits.

        A tick that a stop cuts off has not failed: what it did not record is done by the next process.
        """

        async def run() -> None:
            if self._stop.is_set() or (self._refusals.holds and not always):
                return
            self._ticking.add(asyncio.current_task())
            try:
                await job()
            except StoreRefusedError as error:
                self._refusals.begin(error)
            except MonitorError as error:
                log.error("tick failed", tick=getattr(job, "__name__", "?"), why=str(error))
            except asyncio.CancelledError:
                if not self._stop.is_set():
                    raise
            finally:
                self._ticking.discard(asyncio.current_task())

        return run

    async def _use(self, app: App, before: Config | None = None) -> None:
        """From now on, this app: its ways out, its page, its dead-man switch."""
        senders = app.senders()
        users = (*self._tasks, *self._pushing.under_way, *filter(None, self._ticking))
        self._fetcher = await self._way.change(app, users)
        self.app, self._pages = app, app.pages(self._fetcher)
        self._health = Health(app.config, app.store)
        self._pushing.use(app, self._fetcher)
        self._delivery.use(app, senders)
        self._refusals.use(app, senders)
        if before is None or before.system != app.config.system:
            self._schedule_ping(app.config.system)

    def _signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.create_task(self.reload()))

    async def reload(self) -> None:
        """Reads the configuration again. A wrong one is reported and changes nothing."""
        async with self._reloading:
            if self._stop.is_set():
                return
            try:
                await self._take(self._reload())
            except ConfigError as error:
                for problem in error.problems:
                    log.error("configuration not reloaded", problem=str(problem))
            except MonitorError as error:
                log.error("configuration not reloaded", problem=str(error))

    async def _take(self, config: Config) -> None:
        before = self.app.config
        if config.database != before.database:
            # The lock, the memory and what is being sent all belong to the one that is open.
            raise StoreError(f"database: {config.database} is another one; stop the daemon and start it again")
        async with self._topics:
            # Checks under way finish with the fetcher that they began with.
            await self._use(build(config, self.app.store, clock=self.app.clock, before=self.app), before)
        configure_logging(config.log, secrets_of(config))
        await self._page.show(self.app)
        log.info(
            "configuration reloaded", feeds=len(config.feeds), topics=len(config.topics), channels=len(config.channels)
        )

    async def _finish(self) -> None:
        """Polls and ticks are dropped (nothing of them is recorded); messages under way get a few seconds to be recorded.

        Nothing uses the store any more when this returns.
        """
        # Paused first: the scheduler takes ticks that it cuts off itself for broken ones.
        self._scheduler.pause()
        ending = [*self._tasks, *filter(None, self._ticking)]
        for task in ending:
            task.cancel()
        closing = asyncio.create_task(self._page.close())
        await self._delivery.finish(GRACE)
        await asyncio.gather(closing, *ending, return_exceptions=True)
        self._scheduler.shutdown(wait=False)
        await self._pushing.close()
        await self._recorder.close()
        await self._way.close()
        async with self._topics:
            await self._resources.aclose()


def _local(state: FeedState) -> str:
    return state.check_after.astimezone().strftime("%H:%M")


def _log_update(update: StoryUpdate) -> None:
    for judgement in update.judgements:
        if judgement.developments:
            log.info(
                "developments",
                story=judgement.story,
                kinds=" ".join(development.kind for development in judgement.developments),
            )
    for alert in update.alerts:
        log.info("alert", alert=alert.id, channel=alert.channel, mode=alert.mode, title=alert.message.title)
