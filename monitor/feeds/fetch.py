"""The one way out to the network for feeds, pages and icons.

A host is resolved once, every address it has is checked, and the connection goes to a checked address; again on each of at most
five hops. Bodies are decoded while they stream, one layer deep, with a cap on what comes over the wire and on what it unpacks to.
The deadline is for the whole exchange. What fails is a `FetchError` with the reason in words for a person.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urljoin, urlsplit

import aiohttp

from monitor.addresses import check_url, networks
from monitor.errors import FetchError, RefusedError
from monitor.feeds.bodies import DecodeError, decoder
from monitor.feeds.gate import ForbiddenAddressError, Gate
from monitor.feeds.limits import FetchLimits
from monitor.feeds.turns import Turns
from monitor.model import Fetched, NotModified, Validators

_Answer = TypeVar("_Answer")
MAX_HOPS = 5
MAX_WAIT = timedelta(hours=24)
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, application/json;q=0.8, "
    "text/html;q=0.5, */*;q=0.1"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_KEEP_METHOD = frozenset({307, 308})
_REASONS = {
    401: "needs a password",
    403: "forbidden",
    404: "not found",
    410: "gone for good",
    429: "asks us to slow down",
    451: "blocked for legal reasons",
}
_KEPT = ("content-language", "link", "x-robots-tag")
_CHUNK = 64 * 1024
_MAX_HEADER = 32 * 1024
#: connections at one time, over all hosts
MAX_CONNECTIONS = 256
# What unpacks to more than this many times its size, and to more than a mebibyte, is no text (design: trust, row 5).
_MAX_RATIO, _RATIO_FROM = 200, 2**20
# Of bodies longer than this only so many are read at a time: what is in memory at once is bounded, however many servers never end.
_LARGE, _LARGE_AT_ONCE = 2**20, 8
# After this many seconds of body, less than this many bytes a second is a slow death and no feed.
_PATIENCE, _MIN_RATE = 5.0, 1_000


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
        self._gate = Gate(self._allowed, resolve=resolve, proxy=limits.proxy)
        self._turns = Turns(limits.per_host, limits.spacing.total_seconds(), own=self._gate.is_own)
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Who waits for whom is decided by turns; the connector only keeps a bound.
        connector = aiohttp.TCPConnector(
            resolver=self._gate, socket_factory=self._gate.socket, limit=MAX_CONNECTIONS, use_dns_cache=False, ssl=True
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": self.limits.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br, zstd"},
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=min(10.0, self._seconds)),
            max_line_size=_MAX_HEADER,
            max_field_size=_MAX_HEADER,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def _seconds(self) -> float:
        return self.limits.timeout.total_seconds()

    def turn(self, url: str) -> AbstractAsyncContextManager[None]:
        """Waits until the host of `url` may be asked, and holds its turn: a caller with many feeds takes it first."""
        return self._turns.turn(url)

    async def get(self, url: str, validators: Validators = Validators()) -> Fetched | NotModified:
        """Fetches `url`, conditionally where there are validators. Raises `FetchError` or `RefusedError`."""
        at, moved_to, permanent, left = url, "", True, self._seconds
        seen: set[str] = set()
        for _ in range(MAX_HOPS + 1):
            check_url(at, self._allowed)
            if at in seen:
                raise FetchError(url, "redirects in a circle")
            seen.add(at)
            async with self._turns.turn(at):
                started = asyncio.get_running_loop().time()
                answer = await self._in_time(url, at, self._once(at, validators, moved_to), left)
                left -= asyncio.get_running_loop().time() - started
            if not isinstance(answer, _Redirect):
                return answer
            # A downgrade to http is followed, and never remembered.
            downgrade = urlsplit(at).scheme == "https" and urlsplit(answer.to).scheme == "http"
            permanent = permanent and answer.permanent and not downgrade
            at, moved_to = answer.to, answer.to if permanent else moved_to
        raise FetchError(url, f"more than {MAX_HOPS} redirects")

    async def post(self, url: str, form: Mapping[str, str]) -> None:
        """Sends a form, which may hold a secret; returns when it is accepted. Raises `FetchError` or `RefusedError`.

        Only 307 and 308 are followed, as they keep the method, and never from https to http.
        """
        at, left = url, self._seconds
        for _ in range(MAX_HOPS + 1):
            check_url(at, self._allowed)
            async with self._turns.turn(at):
                started = asyncio.get_running_loop().time()
                to = await self._in_time(url, at, self._send(at, form), left)
                left -= asyncio.get_running_loop().time() - started
            if not to:
                return
            if urlsplit(at).scheme == "https" and urlsplit(to).scheme != "https":
                raise RefusedError(url, "refused: it redirects from https to http")
            at = to
        raise FetchError(url, f"more than {MAX_HOPS} redirects")

    async def _send(self, url: str, form: Mapping[str, str]) -> str:
        """Where the form is to be sent instead; "" where it was accepted."""
        assert self._session is not None, "use HttpFetcher as a context manager"
        proxy = self.limits.proxy or None
        if proxy:
            await self._check_name(url)
        async with self._session.post(url, data=dict(form), allow_redirects=False, proxy=proxy) as response:
            if response.status in _KEEP_METHOD and "Location" in response.headers:
                return urljoin(url, response.headers["Location"].strip())
            if response.status // 100 == 2:
                return ""
            # What the hub says of it stays unread: it is not for us to repeat.
            raise self._refusal(url, response)

    async def _in_time(self, url: str, at: str, hop: Awaitable[_Answer], left: float) -> _Answer:
        """One hop within what is left of the deadline, every failure in our words."""
        try:
            async with asyncio.timeout(max(left, 0)):
                return await hop
        except TimeoutError as error:
            raise FetchError(url, f"no complete answer within {self._seconds:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _failure(at, error) from error

    async def _once(self, url: str, validators: Validators, moved_to: str) -> Fetched | NotModified | _Redirect:
        assert self._session is not None, "use HttpFetcher as a context manager"
        headers = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
        proxy = self.limits.proxy or None
        if proxy:
            await self._check_name(url)
        async with self._session.get(
            url, headers={key: value for key, value in headers.items() if value}, allow_redirects=False, proxy=proxy
        ) as response:
            if response.status == 304 and validators == Validators():
                raise FetchError(url, "HTTP 304: nothing new, to a first request", status=304)
            return await self._answer(url, response, moved_to)

    async def _check_name(self, url: str) -> None:
        """A proxy resolves names itself: what we can resolve is checked; what we cannot is the proxy's to refuse."""
        with suppress(socket.gaierror):
            await self._gate.resolve(urlsplit(url).hostname or "")

    async def _answer(
        self, url: str, response: aiohttp.ClientResponse, moved_to: str
    ) -> Fetched | NotModified | _Redirect:
        status = response.status
        if status in _REDIRECTS and "Location" in response.headers:
            location = response.headers["Location"].strip().replace(" ", "%20")
            return _Redirect(urljoin(url, location), status in _PERMANENT)
        now = self._clock()
        wait = wanted_wait(response.headers, now)
        if status == 304:
            return NotModified(url=url, wait=wait, moved_to=moved_to)
        if status not in (200, 203):
            raise self._refusal(url, response)
        async with AsyncExitStack() as places:
            body, complete = await _read(
                url, response, self.limits.max_body, lambda: places.enter_async_context(self._large)
            )
        validators = Validators(
            etag=response.headers.get("ETag", ""), last_modified=response.headers.get("Last-Modified", "")
        )
        return Fetched(
            url=url,
            status=status,
            body=body,
            content_type=response.headers.get("Content-Type", ""),
            headers={key: ", ".join(response.headers.getall(key)) for key in _KEPT if key in response.headers},
            # A body that was cut short must not be vouched for: its end would hide behind a 304.
            validators=validators if complete else Validators(),
            wait=wait,
            moved_to=moved_to,
        )

    def _refusal(self, url: str, response: aiohttp.ClientResponse) -> FetchError:
        status = response.status
        text = _REASONS.get(status, "the server failed" if status >= 500 else "an unexpected answer")
        wait = retry_after(response.headers, self._clock())
        return FetchError(url, f"HTTP {status}: {text}", status=status, retry_at=wait)


class _Redirect:
    """Where a server sends us, and whether for good."""

    def __init__(self, to: str, permanent: bool) -> None:
        self.to, self.permanent = to, permanent


def _failure(url: str, error: Exception) -> FetchError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ForbiddenAddressError):
            return RefusedError(
                url, "refused: the name leads to a private or special address (see fetch.allow_private)"
            )
        cause = cause.__cause__ or cause.__context__
    for kind, text in _FAILURES:
        if isinstance(error, kind):
            return FetchError(url, text)
    if isinstance(error, aiohttp.ClientConnectorError):
        return FetchError(url, f"cannot connect: {error.os_error.strerror or type(error).__name__}")
    return FetchError(url, f"the exchange failed: {type(error).__name__}: {error}"[:200])


_FAILURES: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "its certificate is not valid"),
    (aiohttp.ClientConnectorDNSError, "its name cannot be resolved (no network, or no such host)"),
    (aiohttp.ServerDisconnectedError, "the server hung up without an answer"),
    (aiohttp.ClientPayloadError, "the body ends before its announced length"),
    (aiohttp.ClientResponseError, "the answer is not HTTP"),
)


# ── bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _read(
    url: str, response: aiohttp.ClientResponse, cap: int, place: Callable[[], Awaitable[Any]]
) -> tuple[bytes, bool]:
    """The body unpacked, and whether it came to its end. Raises `RefusedError` over the cap, `FetchError` if it only drips.

    A large one waits for its `place` before it goes on.
    """
    encoding = response.headers.get("Content-Encoding", "")
    unpack = decoder(encoding)
    if unpack is None:
        raise RefusedError(
            url, f"refused: the body is encoded as {encoding[:40]!r}; one layer of gzip, deflate, br or zstd is read"
        )
    body = bytearray()
    wire, placed = 0, False
    started = asyncio.get_running_loop().time()
    async for data in response.content.iter_chunked(_CHUNK):
        wire += len(data)
        try:
            for piece in unpack.feed(data):
                body += piece
                if max(len(body), wire) > cap:
                    raise RefusedError(url, f"refused: the body is larger than {cap / 1e6:g} MB (fetch.max_body)")
                if len(body) > max(_RATIO_FROM, wire * _MAX_RATIO):
                    raise RefusedError(url, f"refused: the body unpacks to more than {_MAX_RATIO} times its size")
        except DecodeError as error:
            raise FetchError(url, f"the body cannot be unpacked: {error}") from error
        if len(body) > _LARGE and not placed:
            await place()
            placed = True
        spent = asyncio.get_running_loop().time() - started
        if spent > _PATIENCE and wire < spent * _MIN_RATE:
            raise FetchError(url, f"only {wire} bytes came in {spent:.0f} s")
    return bytes(body), unpack.ended


# ── what the headers ask for ─────────────────────────────────────────────────────────────────────────────────────────


def wanted_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The longest wait that Cache-Control's max-age, Expires or Retry-After ask for, at most a day; None if none does."""
    waits = []
    age = headers.get("Age", "")  # how long a cache on the way has kept the answer
    spent = timedelta(seconds=int(age[:7])) if age.isascii() and age.isdecimal() else timedelta(0)
    control = headers.get("Cache-Control", "").lower()
    for part in control.split(","):
        name, _, value = part.strip().partition("=")
        seconds = value.strip('" ')
        if name == "max-age" and seconds.isascii() and seconds.isdecimal():
            waits.append(timedelta(seconds=min(int(seconds[:9]), 86400)) - spent)
    if "max-age" not in control and (expires := _http_date(headers.get("Expires", ""))):
        waits.append(expires - (_http_date(headers.get("Date", "")) or now))
    if retry := retry_after(headers, now):
        waits.append(retry - now)
    longest = min(max(waits, default=timedelta(0)), MAX_WAIT)
    return longest if longest > timedelta(0) else None


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When Retry-After (RFC 9110 §10.2.3) allows the next try, at most a day from `now`. A date is relative to the server's Date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return now + min(timedelta(seconds=int(value[:7])), MAX_WAIT)
    date = _http_date(value)
    if date is None:
        return None
    wait = date - (_http_date(headers.get("Date", "")) or now)
    return now + min(max(wait, timedelta(0)), MAX_WAIT)


def _http_date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
