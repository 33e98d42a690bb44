"""What a reader says of an alert with one click, and what that changes.

A link carries the alert, the verdict, its last day and a signature; it needs no login and can be used for nothing else. Verdicts
move a subscription's threshold in small steps within bounds, from the newest ones only, so that every effect is visible, ages away and
is undone by taking the verdict back.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from monitor.alerts.render.words import word
from monitor.model import Alert

#: one verdict moves the threshold by this much
STEP = 0.02
#: all of them together by this much at most, either way
BOUND = 0.12
#: verdicts that count: the newest ones
COUNTED = 30
_SIGNATURE = 15  # bytes: 120 bits, and no padding in base64
#: a link in a message that was made longer ago says nothing any more
LASTS = timedelta(days=30)


class Verdict(StrEnum):
    """What a reader may say."""

    KNOWN = "known"
    WRONG_STORY = "wrong_story"
    NOT_RELEVANT = "not_relevant"
    IMPORTANT = "important"
    MUTE = "mute"


_MOVES = {Verdict.KNOWN: 1, Verdict.NOT_RELEVANT: 1, Verdict.IMPORTANT: -1}
#: what can be said only of one story, not of a digest of many
_OF_A_STORY = frozenset({Verdict.WRONG_STORY, Verdict.MUTE})


class Said(NamedTuple):
    """A verdict on an alert, as a link carried it."""

    alert: str
    verdict: Verdict


def token(said: Said, secret: str, until: datetime) -> str:
    """What stands in a link: letters, digits, "-", "_" and one "."; good until then (UTC, to the second)."""
    body = urlsafe_b64encode(f"{said.verdict} {said.alert} {int(until.timestamp()):x}".encode()).rstrip(b"=").decode()
    return f"{body}.{_signature(body, secret)}"


def read(text: str, secret: str, now: datetime) -> Said | None:
    """What a token says; None where it was not made with this secret, or its time is over."""
    body, _, signature = text.partition(".")
    if not secret or not hmac.compare_digest(signature.encode("utf-8", "replace"), _signature(body, secret).encode()):
        return None
    try:
        verdict, alert, until = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().split(" ")
        said = Said(alert, Verdict(verdict))
        return said if now <= datetime.fromtimestamp(int(until, 16), UTC) else None
    except (NotBase64, ValueError):
        return None


def _signature(body: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"feedback {body}".encode("utf-8", "replace"), sha256).digest()[:_SIGNATURE]
    return urlsafe_b64encode(digest).decode()


def paths(alert: Alert, secret: str) -> tuple[tuple[Verdict, str], ...]:
    """Where a page receives each verdict that makes sense for an alert; good for `LASTS` from when it was made."""
    if alert.mode == "system" or not secret:
        return ()
    until = alert.created + LASTS
    wanted = [one for one in Verdict if alert.story or one not in _OF_A_STORY]
    return tuple((one, f"/feedback/{token(Said(alert.id, one), secret, until)}") for one in wanted)


def links(alert: Alert, web_url: str, secret: str) -> tuple[tuple[str, str], ...]:
    """The (label, address) pairs that go below a message; none without a page to receive them."""
    if not web_url:
        return ()
    base, language = web_url.rstrip("/"), alert.message.language
    return tuple((word(verdict, language), base + path) for verdict, path in paths(alert, secret))


def moves(verdict: Verdict) -> int:
    """Which way a verdict moves the threshold: 1 is up (fewer interruptions), -1 is down, 0 leaves it."""
    return _MOVES.get(verdict, 0)


def threshold(configured: float, verdicts: Iterable[Verdict]) -> float:
    """The threshold after what readers said, newest first: at most `BOUND` from the configured one, and inside [0, 1]."""
    newest = [verdict for _, verdict in zip(range(COUNTED), verdicts, strict=False)]
    moved = STEP * sum(moves(verdict) for verdict in newest)
    return round(min(1.0, max(0.0, configured + min(BOUND, max(-BOUND, moved)))), 4)
