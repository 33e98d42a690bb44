"""A sign of life on a silent day, for subscriptions that want one: nothing new, and how much was read to find that out.

Silence is the default: who is told nothing has nothing to hear. But a day without news looks like a day without a monitor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.alerts.calendar import instant, last_slot, local_date, quiet_until
from monitor.alerts.notice import notice
from monitor.alerts.render.safe import clip
from monitor.alerts.render.words import counted, word
from monitor.model import Alert, Feed, FeedState, Message, Subscription, Topic, make_id
from monitor.text.normal import squeeze, visible

#: a machine that was off at the time of the digest says nothing about it later
LATE = timedelta(hours=6)
_DAY = timedelta(days=1)


def silent_since(subscription: Subscription, began: datetime, now: datetime) -> datetime | None:
    """Since when there must have been no message for a sign of life now: for a day, up to the last digest time of a day.

    None where none is wanted, it is not the time, it is night, or the subscription is younger than a day.
    """
    if not subscription.heartbeat or not subscription.digest_at:
        return None
    zone, at = subscription.timezone, max(subscription.digest_at)
    slot = last_slot([at], now, zone)
    if slot is None or now - slot > LATE or quiet_until(subscription.quiet, now, zone):
        return None
    before = instant(local_date(slot, zone) - _DAY, at, zone)
    return before if began <= before else None


def was_silent(subscription: Subscription, since: datetime, interruptions: int, last_digest: datetime | None) -> bool:
    """Whether there was no message: no interruption, and no digest but the one that was due at `since` itself."""
    if interruptions or last_digest is None:
        return not interruptions
    due = last_slot(subscription.digest_at, last_digest, subscription.timezone)
    return due is None or due <= since


def heartbeat(
    subscription: Subscription,
    topic: Topic,
    feeds: Sequence[tuple[Feed, FeedState]],
    since: datetime,
    held: int,
    now: datetime,
) -> Alert:
    """The message: "nothing new since 19:00; 63 feeds read, the last item at 14:05 (Diario)". Made twice in a day it is one.

    `held` are developments that wait, for the end of a mute for instance: they are not nothing, and are said.
    """
    zone = ZoneInfo(subscription.timezone)
    key = make_id("k", "heartbeat", subscription.id, since.astimezone(zone).date())
    message = _message(subscription, topic, feeds, since.astimezone(zone), held)
    return notice(key, message, subscription, topic, "system", now)


def _message(
    subscription: Subscription, topic: Topic, feeds: Sequence[tuple[Feed, FeedState]], since: datetime, held: int
) -> Message:
    language = subscription.language
    read = [state for _, state in feeds if state.ok_at and state.ok_at >= since]
    parts = [
        f"{clip(squeeze(visible(topic.name)), 60)}: {word('nothing_new', language)} {since:%Y-%m-%d %H:%M}",
        f"{counted(len(read), 'feed_read', 'feeds_read', language)}{_last_item(language, feeds, since)}",
    ]
    if held:
        parts.append(f"{counted(held, 'development', 'developments', language)} {word('held', language)}")
    return Message(title="; ".join(parts), lines=(), language=subscription.language, topic=topic.name, mode="system")


def _last_item(language: str, feeds: Sequence[tuple[Feed, FeedState]], since: datetime) -> str:
    changed = [(state.changed_at, feed.name) for feed, state in feeds if state.changed_at]
    if not changed:
        return ""
    at, name = max(changed)
    local = at.astimezone(since.tzinfo)
    return f", {word('last_item', language)} {local:%Y-%m-%d %H:%M} ({clip(squeeze(visible(name)), 40)})"
