"""One pass: everything the daemon does in its ticks, done once and waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.model import Attempt, Feed, FeedState
from monitor.pipeline import (
    LEASE,
    check_feed,
    coalesce_stale,
    deliver,
    hold_back,
    look_again,
    update_topic,
    watch_topic,
)
from monitor.run.app import App
from monitor.run.health import Health
from monitor.run.lanes import Lanes
from monitor.run.recording import Recorder


@dataclass
class Done:
    """What a pass did, for a person."""

    checked: int = 0
    items: int = 0
    developments: int = 0
    sent: int = 0
    failures: list[str] = field(default_factory=list)


async def one_pass(app: App, *, every: bool = False, progress: Callable[[int], None] = lambda _: None) -> Done:
    """Polls what is due (`every`: all feeds), updates every topic, delivers what is due."""
    done = Done()
    feeds = (
        [(feed, state) for feed, state in app.store.feeds() if not state.retired]
        if every
        else app.store.due_feeds(app.clock(), limit=100_000)
    )
    async with app.fetcher() as fetcher, app.parser() as parser:
        pages = app.pages(fetcher)
        lanes, recorder = Lanes(), Recorder(app.store)

        async def check(feed: Feed, state: FeedState) -> None:
            async with fetcher.turn(state.url or feed.url), lanes.of(state):
                found = await check_feed(
                    feed,
                    state,
                    fetcher=fetcher,
                    parser=parser,
                    matcher=app.matcher,
                    store=app.store,
                    limits=app.config.fetch,
                    clock=app.clock,
                    pages=pages,
                    record=recorder.record,
                )
            done.checked += 1
            done.items += sum(item.live for item in found.items)
            if found.error:
                done.failures.append(f"{feed.name}: {found.error}")
            progress(done.checked)

        await asyncio.gather(*(check(feed, state) for feed, state in feeds))
        for watch in app.store.due_pages(app.clock()):
            await look_again(watch, pages=pages, matcher=app.matcher, store=app.store, now=app.clock())
    _update(app, done)
    await _deliver(app, done)
    return done


def _update(app: App, done: Done) -> None:
    for desk in app.desks:
        while True:
            update = update_topic(desk, app.store, app.clock())
            done.developments += sum(len(judgement.developments) for judgement in update.judgements)
            if not update.judgements and not update.skipped:
                break
        watch_topic(desk, app.store, app.clock())
    Health(app.config, app.store).look(app.clock())


async def _deliver(app: App, done: Done) -> None:
    notifier = app.senders()
    app.store.release_leases()
    coalesce_stale(app.store, app.clock())
    tried: set[str] = set()
    subscriptions = {one.id: one for one in app.config.subscriptions}
    while alerts := [
        alert for alert in app.store.due_alerts(app.clock(), LEASE + timedelta(seconds=60)) if alert.id not in tried
    ]:
        for alert in alerts:
            tried.add(alert.id)
            if hold_back(
                alert, store=app.store, per_hour=app.config.per_hour, subscriptions=subscriptions, now=app.clock()
            ):
                continue
            attempt: Attempt = await deliver(
                alert,
                notifier=notifier,
                store=app.store,
                clock=app.clock,
                fallbacks=app.config.fallbacks,
                subscriptions=subscriptions,
            )
            done.sent += not attempt.error
            if attempt.error:
                done.failures.append(f"{alert.channel}: {attempt.error}")
