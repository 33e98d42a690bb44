"""deliver: due alerts → send → record, in parallel, a target each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.alerts import pace, retry
from monitor.alerts.coalesce import STALE, coalesce
from monitor.alerts.render.living import living
from monitor.errors import SendError, StoreError
from monitor.model import (
    Alert,
    Attempt,
    Message,
    Subscription,
)
from monitor.ports import Notifier, Store

#: an alert that was leased and not recorded is tried again after this
LEASE = timedelta(seconds=60)


def coalesce_stale(store: Store, now: datetime) -> list[Alert]:
    """Puts one digest in the place of what a channel was owed for too long; the digests that were made."""
    found = coalesce(store.waiting(now - STALE), now)
    return [digest for digest, replaced in found if store.supersede(digest, replaced)]


async def deliver(
    alert: Alert,
    *,
    notifier: Notifier,
    store: Store,
    clock: Callable[[], datetime],
    fallbacks: Mapping[str, str] = MappingProxyType({}),
    subscriptions: Mapping[str, Subscription] = MappingProxyType({}),
    unwritten: Callable[[StoreError], Awaitable[None]] | None = None,
) -> Attempt:
    """Sends one alert and records what became of it. What was promised is told only once the peer has accepted it.

    `fallbacks` name the channel that takes over, by subscription or by channel; `subscriptions` say in which words a story's
    living message is kept. `unwritten` is called where the store refuses the
    record, and waits before the next try or raises: the message is out, and a second one would say it twice.
    """
    got = [one for one in store.alerts_of(alert.story, alert.channel) if one.state == "sent"] if alert.story else []
    root = next((one.root for one in reversed(got) if one.root), "")
    try:
        receipt = await notifier.send(
            alert,
            thread=[one.key for one in got],
            root=root,
            living=_living(alert, store, subscriptions.get(alert.subscription), clock()) if root else None,
        )
    except SendError as error:
        attempt = retry.after_failure(alert, error, clock())
    else:
        told = receipt.message_id or receipt.detail
        attempt = Attempt(alert=alert.id, at=clock(), receipt=told, root=receipt.root)
    fallback = fallbacks.get(alert.subscription) or fallbacks.get(alert.channel) or ""
    while True:
        try:
            _record_attempt(alert, attempt, store, fallback)
        except StoreError as error:
            if unwritten is None:
                raise
            await unwritten(error)
        else:
            return attempt


def _living(alert: Alert, store: Store, subscription: Subscription | None, now: datetime) -> Message | None:
    """How things stand once this alert has arrived: of what its channel was told, and of what it is told now."""
    story = store.story(alert.story or "")
    if story is None or subscription is None:
        return None
    before = store.told(alert.channel, [story.id]).get(story.id)
    told = store.developments(ids=[*alert.developments, *(before.developments if before else ())])
    return living([one for one in told if one.story == story.id], story, subscription, alert.message.topic, now)


def _record_attempt(alert: Alert, attempt: Attempt, store: Store, fallback: str) -> None:
    """What became of a try. The way round comes first: a crash between the two costs a try, and no message."""
    if (
        attempt.error
        and attempt.retry_at is None
        and fallback not in ("", alert.channel)
        and not retry.went_round(alert)
    ):
        _send_round(alert, fallback, store, attempt.at)
    store.record_attempt(attempt)


def _send_round(alert: Alert, fallback: str, store: Store, now: datetime) -> None:
    """Owes to the channel that takes over what it does not know yet, with what else is owed to the one that is dead."""
    stories = {line.story for line in alert.message.lines}
    known = {one for told in store.told(fallback, stories).values() for one in told.developments | told.promised}
    rest = retry.without(alert, known)
    if rest is not None:
        others = [one for one in store.waiting(now) if one.channel == alert.channel and one.id != alert.id]
        store.put_alert(retry.instead(rest, fallback, now, others))


def hold_back(
    alert: Alert,
    *,
    store: Store,
    per_hour: Mapping[str, int],
    subscriptions: Mapping[str, Subscription],
    now: datetime,
) -> pace.Wait | None:
    """Puts off an alert that may not go out now: its channel asked for that, or has had its hour's share, or it is night.

    Why, and until when.
    """
    rate = per_hour.get(alert.channel)
    found = pace.wait(
        alert,
        now,
        not_before=store.not_before(alert.channel, now),
        per_hour=rate,
        took=store.deliveries(alert.channel, now - pace.HOUR) if rate is not None else [],
        subscription=subscriptions.get(alert.subscription),
    )
    if found is not None:
        store.put_off(alert.id, found.until, found.why)
    return found
