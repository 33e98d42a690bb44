"""When a feed is asked again. A due time is a column; this is the arithmetic that fills it.

After success: the longest of our adaptive interval, the feed's ttl and what the HTTP headers ask for, the latter capped at a day.
After failure: 5 minutes, doubled each time, up to a day, and never for ever. A hash of the feed spreads feeds over the minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import xxhash

from monitor.errors import FeedError, FetchError
from monitor.feeds.limits import FetchLimits
from monitor.model import Event, Feed, FeedState, Fetched, NotModified, ParsedFeed, make_id

DAY = timedelta(hours=24)
FIRST_BACKOFF = timedelta(minutes=5)
#: a permanent redirect is believed after this many answers in a row
MOVED_AFTER = 3
#: a person hears of a feed that has failed this long
FAILING_AFTER = timedelta(hours=6)


def body_hash(body: bytes) -> str:
    """What an unchanged body is recognised by."""
    return xxhash.xxh3_128_hexdigest(body)


def first(feed: Feed, now: datetime) -> FeedState:
    """The state of a feed that was never polled: due at once."""
    return FeedState(feed=feed.id, check_after=now, interval=feed.interval or FetchLimits().interval)


def succeeded(
    feed: Feed,
    state: FeedState,
    answer: Fetched | NotModified,
    *,
    parsed: ParsedFeed | None,
    new: int,
    known: int,
    measures: Mapping[str, Any] | None = None,
    now: datetime,
    limits: FetchLimits,
) -> tuple[FeedState, tuple[Event, ...]]:
    """The state after an answer, and what a person should hear of it. `parsed` is None where nothing had changed."""
    interval = _adapted(feed, state, new, known, limits)
    wait = max(interval, *(min(one, DAY) for one in (answer.wait, parsed.ttl if parsed else None) if one), timedelta(0))
    moved_to, moved_count, url = _moved(state, answer)
    after = replace(
        state,
        check_after=now + _spread(feed, wait),
        url=url,
        validators=answer.validators if isinstance(answer, Fetched) else state.validators,
        body=body_hash(answer.body) if isinstance(answer, Fetched) else state.body,
        interval=interval,
        checked_at=now,
        ok_at=now,
        changed_at=now if new else state.changed_at,
        failures=0,
        failing_since=None,
        error="",
        baseline_done=True,
        moved_to=moved_to,
        moved_count=moved_count,
        measures={**state.measures, **(measures or {})},
    )
    return after, _good_news(feed, state, after, now)


def failed(
    feed: Feed, state: FeedState, error: FeedError, *, now: datetime, limits: FetchLimits
) -> tuple[FeedState, tuple[Event, ...]]:
    """The state after a failure, and what a person should hear of it. The validators stay: nothing was read."""
    del limits
    failures = state.failures + 1
    since = state.failing_since or now
    backoff = min(FIRST_BACKOFF * 2 ** min(failures - 1, 12), DAY)
    asked = error.retry_at - now if isinstance(error, FetchError) and error.retry_at else timedelta(0)
    retired = isinstance(error, FetchError) and error.status == 410
    after = replace(
        state,
        check_after=now + _spread(feed, max(backoff, min(asked, DAY))),
        checked_at=now,
        failures=failures,
        failing_since=since,
        error=_reason(error),
        retired=state.retired or retired,
    )
    return after, _bad_news(feed, state, after, now)


def _reason(error: FeedError) -> str:
    return error.what if isinstance(error, FetchError) else str(error)


def _adapted(feed: Feed, state: FeedState, new: int, known: int, limits: FetchLimits) -> timedelta:
    """Between a third and two thirds of a poll's entries should be known: else we come too seldom, or too often."""
    if feed.interval:
        return feed.interval
    interval = state.interval if state.baseline_done else limits.interval
    share = known / (new + known) if new + known else 1.0
    if state.baseline_done and share < 1 / 3:
        interval = interval / 2
    elif state.baseline_done and share > 2 / 3:
        interval = interval * 1.25
    return min(max(interval, limits.min_interval), limits.max_interval)


def _spread(feed: Feed, wait: timedelta) -> timedelta:
    """Up to a tenth longer, always the same for one feed: a thousand feeds are not asked in the same second."""
    share: int = xxhash.xxh32_intdigest(feed.id.encode()) % 1000
    return wait * (1 + share / 10_000)


def _moved(state: FeedState, answer: Fetched | NotModified) -> tuple[str, int, str]:
    if not answer.moved_to:
        return "", 0, state.url
    count = state.moved_count + 1 if answer.moved_to == state.moved_to else 1
    return (answer.moved_to, count, state.url) if count < MOVED_AFTER else ("", 0, answer.moved_to)


def _good_news(feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[Event, ...]:
    found = []
    if before.failing_since and now - before.failing_since >= FAILING_AFTER:
        found.append(
            _event("recovered", feed, now, f"{feed.name} answers again after {_hours(now - before.failing_since)}")
        )
    if after.url and after.url != before.url:
        found.append(_event("moved", feed, now, f"{feed.name} has moved to {after.url}"))
    return tuple(found)


def _bad_news(feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[Event, ...]:
    if after.retired and not before.retired:
        return (_event("retired", feed, now, f"{feed.name} is gone for good (410); it is not polled any more"),)
    since = after.failing_since or now
    if now - since >= FAILING_AFTER > (before.checked_at or since) - since:
        return (_event("failing", feed, now, f"{feed.name} has failed for {_hours(now - since)}: {after.error}"),)
    return ()


def _event(kind: str, feed: Feed, now: datetime, text: str) -> Event:
    return Event(id=make_id("e", kind, feed.id, now.isoformat()), at=now, kind=kind, about=feed.id, text=text)


def _hours(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
