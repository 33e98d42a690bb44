"""An examination: each finding says what was looked at, what was found, and whether it needs a person."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.config import Config
from monitor.feeds import websub
from monitor.feeds.condition import condition, is_a_page
from monitor.model import Feed, FeedState
from monitor.ports import Store

#: below this a person should make room (the database and its journal need it)
MIN_FREE = 200_000_000
FAILING = timedelta(hours=6)
#: a recorded time may be this much in the future before the clock is called wrong
AHEAD = timedelta(minutes=5)
#: a message that has waited this long has a channel that does not work
OWED = timedelta(hours=1)
#: hubs that are named one by one
MOST = 5
#: a feed that is due waits seconds for a running daemon; after this long with no poll at all, there is none at work
STUCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    about: str
    text: str
    needs_a_person: bool = False


def examine(config: Config, store: Store, now: datetime) -> list[Finding]:
    """Every finding, in the order of the house: database, disk, clock, feeds, channels."""
    return [
        *_database(store),
        *_disk(config),
        *_clock(store, now),
        *_feeds(store, len(config.feeds), now),
        *_pushes(config, store, now),
        *_outbox(store, now),
    ]


def signs_of_life(store: Store, now: datetime) -> Iterator[Finding]:
    """Whether a daemon is at work, and nothing else: a failing feed is no reason to restart one."""
    trouble = stuck(store, now)
    yield Finding("daemon", trouble or "at work, or nothing is due", bool(trouble))


def stuck(store: Store, now: datetime, started: datetime | None = None) -> str:
    """Why no daemon seems to be at work, in words; "" while one does, or while nothing is due.

    `started` is when the daemon began, if that is known: it gets its time to catch up with what fell due before.
    """
    states = [state for _, state in store.feeds() if not state.retired]
    due = min((state.check_after for state in states), default=now)
    if now - due <= STUCK:
        return ""
    last = max([state.checked_at for state in states if state.checked_at] + ([started] if started else []), default=due)
    if now - last <= STUCK:
        return ""
    return f"nothing was polled for {_span(now - last)}; is `monitor run` running?"


def _database(store: Store) -> Iterator[Finding]:
    problems = store.check()
    yield from (Finding("database", problem, True) for problem in problems)
    if not problems:
        counts = store.counts()
        yield Finding(
            "database",
            f"sound; {counts.get('items', 0)} items, {counts.get('stories', 0)} stories, {counts.get('developments', 0)} developments",
        )


def _disk(config: Config) -> Iterator[Finding]:
    free = free_space(config)
    if free is not None:
        yield Finding("disk", f"{free / 1e9:.1f} GB free where the database is", free < MIN_FREE)


def free_space(config: Config) -> int | None:
    """Bytes that are free where the database is; None where it is in no file."""
    if "://" in config.database or config.database == ":memory:":
        return None
    return shutil.disk_usage(Path(config.database).parent).free


def clock_ahead(store: Store, now: datetime) -> timedelta | None:
    """How far in the future the last check lies: the clock was set back since. None where it is as it should be."""
    latest = max((at for _, at, _ in store.checked() if at), default=now)
    return latest - now if latest > now + AHEAD else None


def _clock(store: Store, now: datetime) -> Iterator[Finding]:
    if ahead := clock_ahead(store, now):
        yield Finding("clock", f"it was set back: the last check is {ahead} in the future", True)
    else:
        yield Finding("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _feeds(store: Store, configured: int, now: datetime) -> Iterator[Finding]:
    feeds = [(feed, state) for feed, state in store.feeds() if not state.retired]
    if not feeds:
        none = "none is configured; `monitor feeds add URL` adds one"
        unread = f"none of the {configured} configured was read yet; `monitor run` or `monitor once` does"
        yield Finding("feeds", unread if configured else none, True)
        return
    failing = [(feed, state) for feed, state in feeds if state.failing_since and now - state.failing_since >= FAILING]
    yield from (_failing(feed, state, now) for feed, state in failing)
    named = {feed.id for feed, _ in failing}
    for feed, state in store.feeds():
        how = condition(state, now)
        if how.word in ("silent", "retired") or (is_a_page(state) and feed.id not in named):
            yield Finding("feed", f"{feed.name} is {how.text} ({state.url or feed.url})", True)
        elif state.url:
            yield Finding("feed", f"{feed.name} has moved to {state.url} (configured: {feed.url})")
    checked = [state.checked_at for _, state in feeds if state.checked_at]
    well = sum(not state.failures for _, state in feeds if state.checked_at)
    why = next((state.error for _, state in feeds if state.error), "")
    none = f"; nothing can be read: {why}" if checked and not well else ""
    yield Finding("feeds", f"{well} of {len(feeds)} well, {len(feeds) - len(checked)} not tried yet{none}", bool(none))
    if trouble := stuck(store, now):
        yield Finding("daemon", trouble, True)


def _pushes(config: Config, store: Store, now: datetime) -> Iterator[Finding]:
    """What hubs send. Where they do not, polling does: that needs nobody."""
    pushes = [push for push in store.pushes() if push.state != "ended"]
    if not pushes:
        return
    live = sum(websub.is_live(push, now) for push in pushes)
    off = "" if websub.public_base(config.web.public_url) else "; web.public_url is not set, and nothing is renewed"
    yield Finding("push", f"{live} of {len(pushes)} feeds that name a hub are pushed, all are polled{off}")
    refused = [push for push in pushes if push.why and not websub.is_live(push, now)]
    yield from (Finding("push", f"{push.topic}: {websub.in_words(push, now)} ({push.hub})") for push in refused[:MOST])
    if len(refused) > MOST:
        yield Finding("push", f"and {len(refused) - MOST} more; see `monitor feeds`")


def _failing(feed: Feed, state: FeedState, now: datetime) -> Finding:
    assert state.failing_since is not None
    return Finding(
        "feed", f"{feed.name} has failed for {_span(now - state.failing_since)}: {state.error} ({feed.url})", True
    )


def _outbox(store: Store, now: datetime) -> Iterator[Finding]:
    late = [alert for alert in store.waiting(now - OWED) if alert.attempts]
    for channel in sorted({alert.channel for alert in late}):
        mine = [alert for alert in late if alert.channel == channel]
        yield Finding(
            "channel",
            f"{channel}: {len(mine)} alerts owed since {mine[0].created:%Y-%m-%d %H:%M}Z: {mine[-1].error}",
            True,
        )
    dead = store.alerts("dead")
    if dead:
        yield Finding(
            "outbox",
            f"{len(dead)} alerts are dead, the last because: {dead[0].error}; `monitor alerts --state dead`",
            True,
        )
    if not late and not dead:
        yield Finding("outbox", f"{len(store.alerts('owed'))} alerts owed, none late, none dead")


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    if hours < 2:
        return f"{60 * hours:.0f} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} d"
