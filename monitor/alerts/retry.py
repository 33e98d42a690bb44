"""When a message that was not accepted is tried again.

Exponential with full jitter (M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015), from 5 s to 15 min, for
72 h. The jitter comes from the alert's id and the number of the try, so that a replay is the same twice. What the peer asked for
(Retry-After) is honoured up to a day.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import zip_longest

from monitor.alerts.render.message import undelivered
from monitor.alerts.render.words import word
from monitor.errors import SendError
from monitor.model import Alert, Attempt, make_id

BASE = timedelta(seconds=5)
CAP = timedelta(minutes=15)
LEAST = timedelta(seconds=1)
GIVE_UP = timedelta(hours=72)
LONGEST_WISH = timedelta(hours=24)
#: what took longer to die says since when it was owed
LATE = timedelta(minutes=30)


def after_failure(alert: Alert, error: SendError, now: datetime) -> Attempt:
    """The record of a failed try: final (`retry_at` None) where it is permanent or 72 h have passed, else with the next time."""
    final = error.permanent or now - alert.created >= GIVE_UP
    retry_at = None if final else next_try(alert, error.retry_at, now)
    return Attempt(
        alert=alert.id,
        at=now,
        error=str(error),
        permanent=error.permanent,
        retry_at=retry_at,
        not_before=min(error.retry_at, now + LONGEST_WISH) if error.retry_at else None,
    )


def without(alert: Alert, known: Collection[str]) -> Alert | None:
    """The alert without what its reader knows already; None where nothing is left to say."""
    if not any(one in known for one in alert.developments):
        return alert
    told = list(zip(alert.developments, alert.message.lines, strict=False))
    left = [(development, line) for development, line in told if development not in known]
    if not left:
        return None
    stories = list(dict.fromkeys(line.story for _, line in told))
    remaining = {line.story for _, line in left}
    standing = zip_longest(stories, alert.message.standing, fillvalue="")
    kept = tuple(one for story, one in standing if not story or story in remaining)
    message = replace(alert.message, lines=tuple(line for _, line in left), standing=kept)
    return replace(alert, developments=tuple(development for development, _ in left), message=message)


def instead(alert: Alert, channel: str, now: datetime, others: Sequence[Alert] = ()) -> Alert:
    """The same message for the channel that takes over, saying so, and what else waits for the one that is dead (`others`).

    Made twice it is one: its id comes from key and channel.
    """
    message = alert.message
    notes = [f"{word('instead', message.language)} {alert.channel}"]
    since = min(one.created for one in (alert, *others))
    if others or now - since >= LATE:
        zone = next((line.at.tzinfo for line in message.lines if line.at), now.tzinfo)
        number = sum(max(1, len(one.developments)) for one in (alert, *others))
        notes.append(undelivered(number, since.astimezone(zone), now.astimezone(zone), message.language))
    return replace(
        alert,
        id=_instead_id(alert.key, channel),
        channel=channel,
        message=replace(message, standing=(*message.standing, "; ".join(notes))),
        created=now,
        send_after=now,
        state="owed",
        attempts=0,
        error="",
    )


def went_round(alert: Alert) -> bool:
    """Whether this is already a message in another one's stead: such a one goes no further, or two dead channels would play ball."""
    return alert.id == _instead_id(alert.key, alert.channel)


def _instead_id(key: str, channel: str) -> str:
    return make_id("al", "instead", key, channel)


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
