"""The one way out to the network for feeds, pages and icons.

A host is resolved once, every address it has is checked, and the connection goes to a checked address; again on each of at most
five hops. Bodies are decoded while they stream, one layer deep, with a cap on what comes over the wire and on what it unpacks to.
The deadline is for the whole exchange. What fails is a `FetchError` with the reason in words for a person.
"""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
import brotli
import zstandard
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.errors import FetchError, RefusedError
from monitor.addresses import Network, check_url, is_allowed, networks
from monitor.feeds.limits import FetchLimits
from monitor.model import Fetched, NotModified, Validators

MAX_HOPS = 5
MAX_WAIT = timedelta(hours=24)
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_REASONS = {
    401: "needs a password",
    403: "forbidden",
    404: "not found",
    410: "gone for good",
    429: "asks us to slow down",
    451: "blocked for legal reasons",
}
_CHUNK = 64 * 1024


class _CheckedResolver(AbstractResolver):
    """Resolves a name once and refuses it if any of its addresses is one that untrusted text may not reach."""

    def __init__(self, allowed: tuple[Network, ...], resolve: Callable[[str, int], list[str]] | None = None) -> None:
        self._allowed, self._resolve = allowed, resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._addresses(host, port, family)
        if not found or not all(is_allowed(address, self._allowed) for _, address in found):
            raise _ForbiddenAddressError(host)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=kind,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, address in found
        ]

    async def _addresses(self, host: str, port: int, family: socket.AddressFamily) -> list[tuple[int, str]]:
        if self._resolve is not None:
            return [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in self._resolve(host, port)]
        infos = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        return [(kind, str(address[0])) for kind, _, _, _, address in infos]

    async def close(self) -> None:
        """Nothing to close."""


class _ForbiddenAddressError(OSError):
    """A name that leads to a private or special address."""


class HttpFetcher:
    """Fetches politely and safely. Use as a context manager; `clock` says what time it is when a server asks us to wait."""

    def __init__(
        self,
        limits: FetchLimits,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        resolve: Callable[[str, int], list[str]] | None = None,
    ) -> None:
        self.limits = limits
        self._clock = clock
        self._allowed = networks(limits.allow_private)
        self._resolver = _CheckedResolver(self._allowed, resolve)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(limits.per_host))
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(
            resolver=self._resolver, limit=64, use_dns_cache=False, force_close=False, ssl=True
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self.limits.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br, zstd"},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(10.0, limits_seconds(self.limits))),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, url: str, validators: Validators = Validators()) -> Fetched | NotModified:
        """Fetches `url`, conditionally where there are validators. Raises `FetchError` or `RefusedError`."""
        try:
            async with asyncio.timeout(limits_seconds(self.limits)):
                return await self._follow(url, validators)
        except TimeoutError as error:
            raise FetchError(url, f"no complete answer within {limits_seconds(self.limits):g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(url, error) from error

    async def _follow(self, url: str, validators: Validators) -> Fetched | NotModified:
        """The answer after at most `MAX_HOPS` redirects, each checked like the first address."""
        at, moved_to, permanent = url, "", True
        seen: set[str] = set()
        for _ in range(MAX_HOPS + 1):
            check_url(at, self._allowed)
            if at in seen:
                raise FetchError(url, "redirects in a circle")
            seen.add(at)
            answer = await self._once(at, validators, moved_to)
            if not isinstance(answer, _Redirect):
                return answer
            if urlsplit(at).scheme == "https" and urlsplit(answer.to).scheme == "http":
                permanent = False  # a downgrade is followed, and never remembered
            permanent = permanent and answer.permanent
            at, moved_to = answer.to, answer.to if permanent else ""
        raise FetchError(url, f"more than {MAX_HOPS} redirects")

    async def _once(self, url: str, validators: Validators, moved_to: str) -> Fetched | NotModified | _Redirect:
        assert self._session is not None, "use HttpFetcher as a context manager"
        headers = {}
        if validators.etag:
            headers["If-None-Match"] = validators.etag
        if validators.last_modified:
            headers["If-Modified-Since"] = validators.last_modified
        proxy = self.limits.proxy or None
        async with (
            self._hosts[urlsplit(url).netloc],
            self._session.get(url, headers=headers, allow_redirects=False, proxy=proxy) as response,
        ):
            return await self._answer(url, response, moved_to)

    async def _answer(
        self, url: str, response: aiohttp.ClientResponse, moved_to: str
    ) -> Fetched | NotModified | _Redirect:
        status = response.status
        if status in _REDIRECTS and "Location" in response.headers:
            return _Redirect(urljoin(url, response.headers["Location"]), status in _PERMANENT)
        now = self._clock()
        wait = wanted_wait(response.headers, now)
        if status == 304:
            return NotModified(url=url, wait=wait, moved_to=moved_to)
        if status != 200:
            text = _REASONS.get(status, "the server failed" if status >= 500 else "an unexpected answer")
            raise FetchError(url, f"HTTP {status}: {text}", status=status, retry_at=retry_after(response.headers, now))
        body = await _read(url, response, self.limits.max_body)
        return Fetched(
            url=url,
            status=status,
            body=body,
            content_type=response.headers.get("Content-Type", ""),
            headers={
                key.lower(): value
                for key, value in response.headers.items()
                if key.lower() in ("content-language", "link")
            },
            validators=Validators(
                etag=response.headers.get("ETag", ""), last_modified=response.headers.get("Last-Modified", "")
            ),
            wait=wait,
            moved_to=moved_to,
        )


class _Redirect:
    """Where a server sends us, and whether for good."""

    def __init__(self, to: str, permanent: bool) -> None:
        self.to, self.permanent = to, permanent


def limits_seconds(limits: FetchLimits) -> float:
    """The deadline of a whole exchange in seconds."""
    return limits.timeout.total_seconds()


def _failure(url: str, error: Exception) -> FetchError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _ForbiddenAddressError):
            return RefusedError(
                url, "refused: the name leads to a private or special address (see fetch.allow_private)"
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return FetchError(url, "its certificate is not valid")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(url, "its name cannot be resolved (no network, or no such host)")
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchError(url, f"cannot connect: {error.os_error.strerror or type(error).__name__}")
    return FetchError(url, f"the exchange failed: {type(error).__name__}: {error}")


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Decoder(Protocol):
    """Unpacks a stream, at most `limit` bytes at a time."""

    def feed(self, data: bytes, limit: int) -> bytes: ...


class _Plain:
    def feed(self, data: bytes, limit: int) -> bytes:
        del limit
        return data


class _Zlib:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(47)  # gzip or zlib, by its header
        self._raw_tried = False

    def feed(self, data: bytes, limit: int) -> bytes:
        try:
            return self._inner.decompress(data, limit)
        except zlib.error:
            if self._raw_tried:
                raise
            # "deflate" means zlib (RFC 9110 §8.4.1.2), and some servers send it raw.
            self._raw_tried, self._inner = True, zlib.decompressobj(-15)
            return self._inner.decompress(data, limit)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def feed(self, data: bytes, limit: int) -> bytes:
        return bytes(self._inner.process(data, output_buffer_limit=limit))


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=2**23).decompressobj()

    def feed(self, data: bytes, limit: int) -> bytes:
        del limit  # a window of 8 MiB bounds what one small chunk can become
        return self._inner.decompress(data)


_DECODERS: Mapping[str, Callable[[], _Decoder]] = {
    "": _Plain, "identity": _Plain, "gzip": _Zlib, "x-gzip": _Zlib, "deflate": _Zlib, "br": _Brotli, "zstd": _Zstd,
}  # fmt: skip


async def _read(url: str, response: aiohttp.ClientResponse, cap: int) -> bytes:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _DECODERS:
        raise RefusedError(
            url, f"refused: the body is encoded as {encoding[:40]!r}; one layer of gzip, deflate, br or zstd is read"
        )
    decoder = _DECODERS[encoding]()
    parts: list[bytes] = []
    size = wire = 0
    async for data in _chunks(response):
        wire += len(data)
        try:
            part = decoder.feed(data, cap - size + 1)
        except (zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise FetchError(url, f"the body cannot be unpacked: {error}") from error
        size += len(part)
        if max(size, wire) > cap:
            raise RefusedError(url, f"refused: the body is larger than {cap / 1e6:g} MB (fetch.max_body)")
        parts.append(part)
    return b"".join(parts)


async def _chunks(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for data in response.content.iter_chunked(_CHUNK):
        yield data


# ── what the headers ask for ─────────────────────────────────────────────────────────────────────────────────────────


def wanted_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The longest wait that Cache-Control's max-age, Expires or Retry-After ask for, at most a day; None if none does."""
    waits = []
    control = headers.get("Cache-Control", "").lower()
    for part in control.split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('" ').isdigit():
            waits.append(timedelta(seconds=min(int(value.strip('" ')), 86400)))
    if "max-age" not in control and (expires := _http_date(headers.get("Expires", ""))):
        waits.append(expires - (_http_date(headers.get("Date", "")) or now))
    if retry := retry_after(headers, now):
        waits.append(retry - now)
    longest = min(max(waits, default=timedelta(0)), MAX_WAIT)
    return longest if longest > timedelta(0) else None


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When Retry-After (RFC 9110 §10.2.3) allows the next try, at most a day from `now`. A date is relative to the server's Date."""
    value = headers.get("Retry-After", "").strip()
    if value.isdigit():
        return now + min(timedelta(seconds=min(int(value), 10**6)), MAX_WAIT)
    date = _http_date(value)
    if date is None:
        return None
    wait = date - (_http_date(headers.get("Date", "")) or now)
    return now + min(max(wait, timedelta(0)), MAX_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
