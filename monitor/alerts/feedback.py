"""What a reader says of an alert with one click, and what that changes.

A link carries the alert, the verdict and a signature; it needs no login and can be used for nothing else. Verdicts move a
subscription's threshold in small steps within bounds, from the newest ones only, so that every effect is visible, ages away and
is undone by taking the verdict back.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from monitor.alerts.render.words import word

#: one verdict moves the threshold by this much
STEP = 0.02
#: all of them together by this much at most, either way
BOUND = 0.12
#: verdicts that count: the newest ones
COUNTED = 30
_SIGNATURE = 15  # bytes: 120 bits, and no padding in base64


class Verdict(StrEnum):
    """What a reader may say."""

    KNOWN = "known"
    WRONG_STORY = "wrong_story"
    NOT_RELEVANT = "not_relevant"
    IMPORTANT = "important"
    MUTE = "mute"


#: which way a verdict moves the threshold: up is fewer interruptions
_MOVES = {Verdict.KNOWN: 1, Verdict.NOT_RELEVANT: 1, Verdict.IMPORTANT: -1}


class Said(NamedTuple):
    """A verdict on an alert, as a link carried it."""

    alert: str
    verdict: Verdict


def token(said: Said, secret: str) -> str:
    """What stands in a link: letters, digits, "-", "_" and one "."."""
    body = urlsafe_b64encode(f"{said.verdict} {said.alert}".encode()).rstrip(b"=").decode()
    return f"{body}.{_signature(body, secret)}"


def read(text: str, secret: str) -> Said | None:
    """What a token says; None where it was not made with this secret."""
    body, _, signature = text.partition(".")
    if not secret or not hmac.compare_digest(signature.encode(), _signature(body, secret).encode()):
        return None
    try:
        verdict, _, alert = urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode().partition(" ")
        return Said(alert, Verdict(verdict))
    except (NotBase64, ValueError):
        return None


def _signature(body: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"feedback {body}".encode(), sha256).digest()[:_SIGNATURE]
    return urlsafe_b64encode(digest).decode()


def links(alert: str, web_url: str, secret: str, language: str) -> tuple[tuple[str, str], ...]:
    """The (label, address) pairs that go below a message; none without a page to receive them."""
    if not web_url or not secret:
        return ()
    base = web_url.rstrip("/")
    return tuple(
        (word(verdict, language), f"{base}/feedback/{token(Said(alert, verdict), secret)}") for verdict in Verdict
    )


def threshold(configured: float, verdicts: Iterable[Verdict]) -> float:
    """The threshold after what readers said, newest first: at most `BOUND` from the configured one, and inside [0, 1]."""
    newest = [verdict for _, verdict in zip(range(COUNTED), verdicts, strict=False)]
    moved = STEP * sum(_MOVES.get(verdict, 0) for verdict in newest)
    return round(min(1.0, max(0.0, configured + min(BOUND, max(-BOUND, moved)))), 4)
