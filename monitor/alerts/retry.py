"""When a message that was not accepted is tried again.

Exponential with full jitter (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015), from 5 s to 15 min, for
72 h. The jitter comes from the alert's id and the number of the try, so that a replay is the same twice. What the peer asked for
(Retry-After) is honoured up to a day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b

from monitor.alerts.render.words import word
from monitor.errors import SendError
from monitor.model import Alert, Attempt, make_id

BASE = timedelta(seconds=5)
CAP = timedelta(minutes=15)
LEAST = timedelta(seconds=1)
GIVE_UP = timedelta(hours=72)
LONGEST_WISH = timedelta(hours=24)


def after_failure(alert: Alert, error: SendError, now: datetime) -> Attempt:
    """The record of a failed try: final (`retry_at` None) where it is permanent or 72 h have passed, else with the next time."""
    final = error.permanent or now - alert.created >= GIVE_UP
    retry_at = None if final else next_try(alert, error.retry_at, now)
    return Attempt(alert=alert.id, at=now, error=str(error), permanent=error.permanent, retry_at=retry_at)


def instead(alert: Alert, channel: str, now: datetime) -> Alert:
    """The same message for the channel that takes over, saying so. Made twice it is one: its id comes from key and channel."""
    message = alert.message
    note = f"{word('instead', message.language)} {alert.channel}"
    return replace(
        alert,
        id=make_id("al", "instead", alert.key, channel),
        channel=channel,
        message=replace(message, standing=(*message.standing, note)),
        created=now,
        send_after=now,
        state="owed",
        attempts=0,
        error="",
    )


def next_try(alert: Alert, wish: datetime | None, now: datetime) -> datetime:
    """Never before the peer's wish (which counts for a day at most), never sooner than a second from now."""
    ours = now + backoff(alert.id, alert.attempts)
    return max(ours, min(wish, now + LONGEST_WISH)) if wish else ours


def backoff(alert: str, attempts: int) -> timedelta:
    """How long to wait after the try number `attempts` (from 0)."""
    ceiling = min(CAP, BASE * (1 << min(attempts, 20)))
    return max(LEAST, ceiling * jitter(alert, attempts))


def jitter(alert: str, attempts: int) -> float:
    """A number in [0, 1) that looks random and is the same every time."""
    digest = blake2b(f"{alert}/{attempts}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
