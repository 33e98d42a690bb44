"""One HTTP exchange for every sender that speaks HTTP, and what its answer means.

No redirects (a webhook is not a browser), no proxy from the environment, one deadline, a small answer. Network trouble, 408, 425,
429 and 5xx may pass; any other answer but 2xx is final (RFC 9110 §15; the split of Alertmanager's RetryStage). `Retry-After` is
read in both forms; a date is taken relative to the server's own `Date`, since clocks differ.
"""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from monitor import __version__
from monitor.addresses import Network, is_allowed
from monitor.alerts.render import clip
from monitor.errors import SendError
from monitor.text.normal import squeeze, visible

AGENT = f"monitor/{__version__} (news alert)"
MAX_ANSWER = 64 * 1024
_PASSES = frozenset({408, 425, 429})
_PRIVATE = "{} is a private address (see fetch.allow_private)"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Web:
    """Posts. With `allowed` set, only public addresses and those networks are reached; None: the user's own server, anywhere."""

    allowed: tuple[Network, ...] | None = None
    timeout: timedelta = timedelta(seconds=20)

    async def request(
        self, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Raises `SendError` where no answer came."""
        host = urlsplit(url).hostname or ""
        self._check_literal(host)
        all_headers = {"User-Agent": AGENT, **(headers or {})}
        try:
            async with (
                self._session() as session,
                session.request(method, url, data=body, headers=all_headers, allow_redirects=False) as answer,
            ):
                text = (await answer.content.read(MAX_ANSWER)).decode("utf-8", "replace")
                return Reply(answer.status, {key.lower(): value for key, value in answer.headers.items()}, text)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _trouble(host, error) from error

    async def post_json(self, url: str, value: Any, *, headers: Mapping[str, str] | None = None) -> Reply:
        """Posts `value` as JSON. Raises `SendError` where no answer came."""
        return await self.send_json("POST", url, value, headers=headers)

    async def send_json(self, method: str, url: str, value: Any, *, headers: Mapping[str, str] | None = None) -> Reply:
        """Sends `value` as JSON. Raises `SendError` where no answer came."""
        body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self.request(
            method,
            url,
            body=body,
            headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        )

    def _session(self) -> aiohttp.ClientSession:
        resolver = _Resolver(self.allowed) if self.allowed is not None else None
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False),
            timeout=aiohttp.ClientTimeout(total=self.timeout.total_seconds(), sock_connect=10),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
        )

    def _check_literal(self, host: str) -> None:
        # aiohttp resolves no literal addresses, so the resolver never sees them.
        try:
            ip_address(host)
        except ValueError:
            return
        if self.allowed is not None and not is_allowed(host, self.allowed):
            raise SendError(_PRIVATE.format(host), permanent=True)


class _ForbiddenError(OSError):
    """A name leads to an address that may not be reached."""


class _Resolver(AbstractResolver):
    """Resolves a name, and refuses it whole if any of its addresses may not be reached: what is checked is what is connected to."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed, self._inner = allowed, ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(is_allowed(one["host"], self._allowed) for one in found):
            raise _ForbiddenError(host)
        return found

    async def close(self) -> None:
        await self._inner.close()


def accepted(reply: Reply, now: datetime, *, service: str = "the server") -> Reply:
    """The reply, if it is a 2xx. Raises `SendError` with what the peer said, whether it is final, and when to try again."""
    if 200 <= reply.status < 300:
        return reply
    said = clip(squeeze(visible(reply.text)), 200)
    passes = reply.status in _PASSES or reply.status >= 500
    what = f"{service} answered {reply.status}" + (f": {said}" if said else "")
    raise SendError(what, permanent=not passes, retry_at=retry_after(reply, now) if passes else None)


def retry_after(reply: Reply, now: datetime) -> datetime | None:
    """When the server allows the next request, if it said: in the header (seconds or a date), or in the body as chats do."""
    header = reply.headers.get("retry-after", "").strip()
    waits = [wait for wait in (_header_wait(header, reply), _body_wait(reply.json())) if wait is not None]
    return now + max(waits) if waits else None


def _header_wait(text: str, reply: Reply) -> timedelta | None:
    if not text:
        return None
    try:
        return timedelta(seconds=max(0.0, min(float(text), 10**7)))
    except ValueError:
        pass
    wanted, server = _date(text), _date(reply.headers.get("date", ""))
    return max(timedelta(0), wanted - (server or datetime.now(UTC))) if wanted else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _body_wait(value: Any) -> timedelta | None:
    """Discord: {"retry_after": 0.65}; Telegram: {"parameters": {"retry_after": 35}}; in seconds. Matrix: {"retry_after_ms": 2000}."""
    if not isinstance(value, dict):
        return None
    thousandths = value.get("retry_after_ms")
    if isinstance(thousandths, int | float) and thousandths > 0:
        return timedelta(milliseconds=min(float(thousandths), 10**10))
    inner = value.get("parameters")
    wait = value.get("retry_after", inner.get("retry_after") if isinstance(inner, dict) else None)
    return timedelta(seconds=min(float(wait), 10**7)) if isinstance(wait, int | float) and wait > 0 else None


def basic(user: str, password: str) -> str:
    """The value of an Authorization header (RFC 7617)."""
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


def _trouble(host: str, error: Exception) -> SendError:
    if isinstance(error, aiohttp.InvalidURL):
        return SendError("the channel's address is not well-formed", permanent=True)
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, _ForbiddenError):
        return SendError(_PRIVATE.format(host), permanent=True)
    return SendError(f"{host}: {_reason(error)}")


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its certificate is not trusted"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"no connection ({error.os_error.strerror or 'unreachable'})"
    return f"the connection broke ({type(error).__name__})"
