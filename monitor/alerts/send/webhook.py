"""webhook+https:// — a signed POST of JSON, for programs.

    webhook+https://example.org/hook?secret=…

The body is one JSON object (below); the headers are

    Idempotency-Key: <key>                    the same for every try of one alert: drop what you have seen
    X-Monitor-Timestamp: <seconds since 1970>
    X-Monitor-Signature: sha256=<hex>         HMAC-SHA256 of "<timestamp>.<body>" with the secret; only where there is one

`secret` is taken out of the address before it is used; everything else of the query stays. A receiver checks the signature over
the raw body and refuses timestamps older than some minutes, so that a recorded request cannot be sent again.
"""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.alerts.render import Words, as_text, title, web_link
from monitor.alerts.send.http import Web, accepted
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Alert, Line, Receipt
from monitor.text.normal import squeeze, visible

VERSION = 1


class Webhook:
    """Posts alerts to one address."""

    def __init__(self, url: str, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        self._url, self._secret = _without_secret(url.partition("+")[2])
        if urlsplit(self._url).scheme not in ("http", "https") or not urlsplit(self._url).hostname:
            raise SendError("a webhook's address is webhook+https://host/path", permanent=True)
        self._web, self._clock, self._words = web, clock, words or as_text

    async def send(self, letter: Letter) -> Receipt:
        """Accepted is any 2xx."""
        said = payload(letter.alert, self._words)
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        now = self._clock()
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": letter.alert.key}
        headers |= signature(self._secret, body, int(now.timestamp()))
        reply = await self._web.request("POST", self._url, body=body, headers=headers)
        accepted(reply, now, service="the webhook")
        return Receipt(detail=f"{reply.status} from {urlsplit(self._url).hostname}")


def signature(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers that prove who sent a body and when; the timestamp alone where there is no secret."""
    headers = {"X-Monitor-Timestamp": str(timestamp)}
    if secret:
        digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
        headers["X-Monitor-Signature"] = f"sha256={digest}"
    return headers


def payload(alert: Alert, words: Words = as_text) -> dict[str, Any]:
    """An alert as JSON values, `text` in these words; times in UTC by RFC 3339. The schema is docs/webhook.schema.json."""
    return {
        "version": VERSION,
        "id": alert.id,
        "key": alert.key,
        "mode": alert.mode,
        "channel": alert.channel,
        "topic": alert.topic,
        "story": alert.story,
        "created": _stamp(alert.created),
        "title": title(alert.message),
        "text": words(alert.message),
        "language": alert.message.language,
        "developments": [
            _development(one, line) for one, line in zip(alert.developments, alert.message.lines, strict=False)
        ],
        "standing": [_text(line) for line in alert.message.standing if line],
    }


def _development(identity: str, line: Line) -> dict[str, Any]:
    """The texts are the news' own: without control characters, and otherwise untouched. Escape them where you show them."""
    return {
        "id": identity,
        "story": line.story,
        "headline": _text(line.headline),
        "kind": _text(line.kind),
        "what": _text(line.what),
        "text": _text(line.text),
        "who": _text(line.who),
        "status": _text(line.status) or None,
        "noun": _text(line.noun) or None,
        "old": _text(line.old) or None,
        "new": _text(line.new) or None,
        "origins": [_text(origin) for origin in line.origins],
        "at": _stamp(line.at) if line.at else None,
        "url": web_link(line.url) or None,
    }


def _text(text: str) -> str:
    return squeeze(visible(text))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _without_secret(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    secret = next((value for key, value in pairs if key == "secret"), "")
    rest = parts.query if not secret else urlencode([(key, value) for key, value in pairs if key != "secret"])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", rest, "")), secret
