"""WebSub beside the polls: hubs are asked when that is due, and what they send is read as a poll's answer is."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog

from monitor.addresses import networks
from monitor.config import Config
from monitor.errors import MonitorError
from monitor.feeds import websub
from monitor.feeds.fetch import HttpFetcher
from monitor.model import FeedCheck, FeedState, Push
from monitor.pipeline import ask_hub, record_push
from monitor.run.app import App
from monitor.run.secret import secret_of

log = structlog.get_logger()

#: hubs that are asked at one time, and subscriptions that are begun or renewed in one tick
AT_ONCE, BATCH = 8, 100


def base_of(config: Config) -> str:
    """The address below which hubs reach us; "" where the configuration has none: then nothing of this happens."""
    return websub.public_base(config.web.public_url) if config.web.listen else ""


class Pushing:
    """Keeps an `App`'s subscriptions. `use` names it, and the way out, anew."""

    def __init__(self) -> None:
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._base = self._secret = ""

    def use(self, app: App, fetcher: HttpFetcher) -> None:
        """From now on, this configuration and this way out. Raises `StoreError` where there can be no secret."""
        self._app, self._fetcher = app, fetcher
        self._base = base_of(app.config)
        self._secret = secret_of(app.config) if self._base else ""
        self._allowed = networks(app.config.fetch.allow_private)

    @property
    def under_way(self) -> tuple[asyncio.Task[None], ...]:
        """What is asked of hubs now, by the way out that it began with."""
        return tuple(self._asking.values())

    def is_live(self, state: FeedState) -> bool:
        """Whether a hub sends what is new in this feed."""
        if not self._base or not websub.of_measures(state.measures).hub:
            return False
        return websub.is_live(self._app.store.push_of(state.feed), self._app.clock())

    def follow(self, check: FeedCheck, pushed: bool) -> None:
        """After a poll: the feed's subscription is begun, changed or ended, as the feed now names a hub, another or none.

        `pushed` is whether the next poll was put off: it is not if that was true when the poll began, and is no more.
        """
        if check.error or websub.KEPT not in check.state.measures:
            return
        store, named = self._app.store, websub.of_measures(check.state.measures)
        before = store.push_of(check.feed)
        now = self._app.clock()
        after = websub.follow(before, check.feed, named, self._base, now)
        if after is not None:
            record_push(store, before, after, now)
        if pushed and not self.is_live(check.state):
            store.poll_soon(check.feed, now)

    async def ask(self) -> None:
        """Starts to ask the hubs of every subscription about which something is due."""
        if not self._base:
            return
        due = self._app.store.due_pushes(self._app.clock(), BATCH + len(self._asking))
        for push in due:
            if push.feed not in self._asking:
                task = asyncio.create_task(self._ask(push))
                self._asking[push.feed] = task
                task.add_done_callback(partial(self._asked, push.feed))

    async def _ask(self, push: Push) -> None:
        app, fetcher = self._app, self._fetcher
        # First the host's turn, then a place: a hub of many feeds holds up no other.
        async with fetcher.turn(push.hub), self._places:
            after = await ask_hub(
                push,
                hubs=fetcher,
                store=app.store,
                base=self._base,
                secret=self._secret,
                allowed=self._allowed,
                clock=app.clock,
            )
        if after is not None:
            log.info("hub asked", hub=push.hub, topic=push.topic, outcome=websub.in_words(after, app.clock()))

    def _asked(self, feed: str, task: asyncio.Task[None]) -> None:
        self._asking.pop(feed, None)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, MonitorError):
            log.error("a subscription cannot be recorded", feed=feed, why=str(error))
        elif error is not None:
            # Nobody expected this: it is a bug, and it is shown whole, and the other feeds go on.
            log.error("asking a hub broke", feed=feed, exc_info=error)

    async def close(self) -> None:
        """Lets go of what is under way: a hub that was asked and not heard is asked again."""
        tasks = list(self._asking.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
