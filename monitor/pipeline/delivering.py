"""deliver: due alerts → send → record, in parallel, a target each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from monitor.alerts import pace, retry
from monitor.alerts.coalesce import STALE, coalesce
from monitor.errors import SendError, StoreError
from monitor.model import (
    Alert,
    Attempt,
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
    unwritten: Callable[[StoreError], Awaitable[None]] | None = None,
) -> Attempt:
    """Sends one alert and records what became of it. What was promised is told only once the peer has accepted it.

    `fallbacks` name the channel that takes over, by subscription or by channel. `unwritten` is called where the store refuses the
    record, and waits before the next try or raises: the message is out, and a second one would say it twice.
    """
    thread = store.thread(alert.channel, alert.story) if alert.story else []
    receipts = store.receipts(alert.channel, alert.story) if alert.story else []
    try:
        receipt = await notifier.send(alert, thread=thread, receipts=receipts)
    except SendError as error:
        attempt = retry.after_failure(alert, error, clock())
    else:
        attempt = Attempt(alert=alert.id, at=clock(), receipt=receipt.message_id or receipt.detail)
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
    """Puts off an alert that may not go out now, by its channel's rate or for the night; why, and until when."""
    rate = per_hour.get(alert.channel)
    took = store.deliveries(alert.channel, now - pace.HOUR) if rate is not None else []
    found = pace.wait(alert, now, per_hour=rate, took=took, subscription=subscriptions.get(alert.subscription))
    if found is not None:
        store.put_off(alert.id, found.until, found.why)
    return found
