"""When a feed is asked again, with what, and what a person should hear of it. A due time is a column; this is the arithmetic that fills it.

After success: the longest of our adaptive interval, the feed's ttl and what the HTTP headers ask for, the latter capped at a day.
After failure: 5 minutes, doubled each time, up to a day, and never for ever. A hash of the feed spreads feeds over the minute.
Once a day a feed is asked for its whole body whatever its validators say, so that a server that lies about them is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import xxhash

from monitor.addresses import host_of
from monitor.errors import FeedError, FetchError
from monitor.feeds.condition import HTML_AFTER, is_a_page, policies, span
from monitor.feeds.lies import caught_validators, policy
from monitor.feeds.limits import FetchLimits
from monitor.feeds.websub import named, to_measures
from monitor.model import Event, Feed, FeedState, Fetched, NotModified, ParsedFeed, Validators, make_id

DAY = timedelta(hours=24)
FIRST_BACKOFF = timedelta(minutes=5)
#: a permanent redirect is believed after this many answers in a row
MOVED_AFTER = 3
#: a person hears of a feed that has failed this long
FAILING_AFTER = timedelta(hours=6)
#: a feed is silent after so many of its own median gaps, and never before half a day: papers sleep
SILENT_GAPS, SILENT_LEAST = 5, timedelta(hours=12)
#: gaps between news that are remembered, and how many of them make a habit
GAPS_KEPT, GAPS_ENOUGH = 20, 5
#: an address that we were moved to is given up after so many failures
GIVE_UP_MOVE = 3


def body_hash(body: bytes) -> str:
    """What an unchanged body is recognised by."""
    return xxhash.xxh3_128_hexdigest(body)


def first(feed: Feed, now: datetime) -> FeedState:
    """The state of a feed that was never polled: due at once."""
    return FeedState(feed=feed.id, check_after=now, interval=feed.interval or FetchLimits().interval)


def validators(state: FeedState, now: datetime) -> Validators:
    """What a conditional request sends: nothing where the server lies about them, and nothing once a day, to see."""
    if policy(state, "validators") == "ignored":
        return Validators()
    probed = state.measures.get("probed_at")
    due = probed is None or now - datetime.fromisoformat(str(probed)) >= DAY
    return Validators() if due else state.validators


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
    pushed: bool = False,
) -> tuple[FeedState, tuple[Event, ...]]:
    """The state after an answer, and what a person should hear of it. `parsed` is None where nothing had changed.

    A feed that is `pushed` (a hub sends what is new) is polled at the longest interval, to see what the hub has missed.
    """
    interval = _adapted(feed, state, new, known, limits)
    rhythm = limits.max_interval if pushed and not feed.interval else interval
    ttl = _ttl(state, parsed)
    wait = max(rhythm, min(answer.wait or timedelta(0), DAY), min(timedelta(seconds=ttl), DAY))
    moved_to, moved_count, url = _moved(state, answer)
    learned = {**state.measures, **(measures or {}), **_probe(state, answer, new, now)}
    learned |= _rhythm(state, new, now) | {"ttl": ttl} | _hubs(state, answer, parsed)
    after = replace(
        _answered(state, new, now),
        check_after=now + _spread(feed, wait),
        url=url,
        validators=answer.validators if isinstance(answer, Fetched) else state.validators,
        body=body_hash(answer.body) if isinstance(answer, Fetched) else state.body,
        interval=interval,
        moved_to=moved_to,
        moved_count=moved_count,
        measures=learned,
    )
    return after, _good_news(feed, state, after, now)


def _answered(state: FeedState, new: int, now: datetime) -> FeedState:
    """The state of a feed that is well at `now`: whatever was wrong is over."""
    return replace(
        state,
        checked_at=now,
        ok_at=now,
        changed_at=now if new else state.changed_at,
        failures=0,
        failing_since=None,
        error="",
        baseline_done=True,
    )


def _ttl(state: FeedState, parsed: ParsedFeed | None) -> float:
    """The seconds that the feed wants to be left alone: its wish is in its body, and holds as well while the body is not sent."""
    return (parsed.ttl or timedelta(0)).total_seconds() if parsed else float(state.measures.get("ttl", 0))


def _hubs(state: FeedState, answer: Fetched | NotModified, parsed: ParsedFeed | None) -> dict[str, Any]:
    """The hubs that a whole body and its headers name, as measures."""
    return to_measures(named(answer, parsed), state.measures) if parsed and isinstance(answer, Fetched) else {}


def pushed(feed: Feed, state: FeedState, *, new: int, now: datetime) -> tuple[FeedState, tuple[Event, ...]]:
    """The state after a hub has sent something. It says nothing of the server, nor of what a whole poll would hold: only of news."""
    del feed
    learned = {**state.measures, **_rhythm(state, new, now)}
    return replace(state, changed_at=now if new else state.changed_at, measures=learned), ()


def failed(
    feed: Feed, state: FeedState, error: FeedError, *, now: datetime, limits: FetchLimits
) -> tuple[FeedState, tuple[Event, ...]]:
    """The state after a failure, and what a person should hear of it. The validators stay: nothing was read."""
    del limits
    failures = state.failures + 1
    since = state.failing_since or now
    backoff = min(FIRST_BACKOFF * 2 ** min(failures - 1, 12), DAY)
    asked = error.retry_at - now if isinstance(error, FetchError) and error.retry_at else timedelta(0)
    gone = error.url if isinstance(error, FetchError) and error.status == 410 else ""
    # The address that we were moved to fails, or is gone: the one that was configured is tried again.
    back = bool(state.url) and (failures >= GIVE_UP_MOVE or gone == state.url)
    after = replace(
        state,
        url="" if back else state.url,
        # A move that was believed is remembered: the configured address need not say it three times again.
        moved_to=state.url if back else state.moved_to,
        moved_count=MOVED_AFTER if back else state.moved_count,
        check_after=now + _spread(feed, max(backoff, min(asked, DAY))),
        checked_at=now,
        failures=failures,
        failing_since=since,
        error=_reason(error),
        retired=state.retired or (bool(gone) and _is_own(feed, state, gone)),
    )
    return after, _bad_news(feed, state, after, now)


def _is_own(feed: Feed, state: FeedState, gone: str) -> bool:
    """Whether an address that is gone is the feed's own, asked at the configured one: a redirect may have led anywhere.

    One that the feed was moved to is its own if the configured address, asked once more, still leads there.
    """
    believed = state.moved_to if state.moved_count >= MOVED_AFTER else ""
    return not state.url and gone in (feed.url, believed)


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


def _probe(state: FeedState, answer: Fetched | NotModified, new: int, now: datetime) -> dict[str, Any]:
    """What a whole body tells about the validators: new entries under the old ones are a lie."""
    if isinstance(answer, NotModified):
        return {}
    same = answer.validators == state.validators != Validators()
    lie = same and new > 0 and state.baseline_done and body_hash(answer.body) != state.body
    return {"probed_at": now.isoformat(), **(caught_validators(state) if lie else {})}


def _rhythm(state: FeedState, new: int, now: datetime) -> dict[str, Any]:
    """The gaps between news, and whether the present one is far longer than they are."""
    gaps = [float(one) for one in state.measures.get("gaps", [])]
    last = state.changed_at
    if new and last is not None and state.baseline_done:
        gaps = [*gaps, max(round((now - last).total_seconds()), 0)][-GAPS_KEPT:]
    if new or last is None or len(gaps) < GAPS_ENOUGH:
        return {"gaps": gaps, "silent": ""}
    usual = timedelta(seconds=median(gaps))
    if now - last < max(SILENT_GAPS * usual, SILENT_LEAST):
        return {"gaps": gaps, "silent": ""}
    return {"gaps": gaps, "silent": f"nothing new for {span(now - last)}, usually something every {span(usual)}"}


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
    if before.failing_since and (before.checked_at or now) - before.failing_since >= FAILING_AFTER:
        found.append(
            _event("recovered", feed, now, f"{feed.name} answers again after {_hours(now - before.failing_since)}")
        )
    if after.url and after.url != before.url:
        found.append(_event("moved", feed, now, _move_text(feed, before, after)))
    if after.measures.get("silent") and not before.measures.get("silent"):
        found.append(_event("silent", feed, now, f"{feed.name} is silent: {after.measures['silent']}"))
    known = {one.about: one for one in policies(before)}
    changed = [one for one in policies(after) if one.about not in known or one.value != known[one.about].value]
    found += [_event("policy", feed, now, f"{feed.name}: {one}") for one in changed]
    return tuple(found)


def _move_text(feed: Feed, before: FeedState, after: FeedState) -> str:
    site = _site(before.url or feed.url) == _site(after.url)
    warning = "" if site else ", which is another site: check that it is still theirs"
    return f"{feed.name} has moved to {after.url}{warning}"


def _site(url: str) -> str:
    """The last two labels of the host: rough, and only for a warning."""
    return ".".join(host_of(url).split(".")[-2:])


def _bad_news(feed: Feed, before: FeedState, after: FeedState, now: datetime) -> tuple[Event, ...]:
    if after.retired and not before.retired:
        return (_event("retired", feed, now, f"{feed.name} is gone for good (410); it is not polled any more"),)
    since = after.failing_since or now
    if now - since >= FAILING_AFTER > (before.checked_at or since) - since:
        return (_event("failing", feed, now, f"{feed.name} has failed for {_hours(now - since)}: {after.error}"),)
    if after.failures == HTML_AFTER and is_a_page(after):
        return (_event("html", feed, now, f"{feed.name} answers with a web page instead of its feed ({feed.url})"),)
    return ()


def _event(kind: str, feed: Feed, now: datetime, text: str) -> Event:
    return Event(id=make_id("e", kind, feed.id, now.isoformat()), at=now, kind=kind, about=feed.id, text=text)


def _hours(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
