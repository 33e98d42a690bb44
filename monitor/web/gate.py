"""Who may read the page. Every request passes here before a page is looked for, so that no route can forget a check.

A name that is not ours is refused (a stranger's web page could otherwise reach a loopback server through a name of its own, by DNS
rebinding); so is a missing or wrong password where one is set, and every method that could change something, but for what readers
and hubs say: those addresses carry a signature of their own, and a form of another site cannot be sent to them. Whatever is answered
leaves with headers that let a browser do nothing but show it: no script, nothing from elsewhere, no frame.
"""

from __future__ import annotations

import re
import socket
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from monitor.feeds import websub

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
#: status, what is said, further headers
Refusal = tuple[int, str, dict[str, str]]

#: the one address that needs no password: whatever watches the daemon asks it
PUBLIC = frozenset({"/healthz"})
#: addresses that are signed, one by one: the signature lets in, and neither a reader on a telephone nor a hub has a password
SIGNED = ("/feedback/", websub.PATH)
METHODS = ("GET", "HEAD")

#: wrong passwords from one address within the window, before it has to wait
TRIES = 10
WINDOW = timedelta(minutes=1)
#: addresses whose wrong passwords are remembered: what strangers can make us keep is bounded
REMEMBERED = 1000

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_UNLESS_SAID = {"Cache-Control": "no-store"}

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.IGNORECASE)


def split_listen(listen: str) -> tuple[str, int]:
    """Host and port of `[web] listen`: "127.0.0.1:8080", "[::1]:8080". Raises ValueError for anything else."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)


def names_of(listen: str, public_url: str) -> frozenset[str]:
    """The names under which the page is served: this machine's, the one it listens on, and the public one."""
    machine = socket.gethostname().lower()
    public = urlsplit(public_url).hostname or ""
    return frozenset({"localhost", split_listen(listen)[0].lower(), public.lower(), machine, f"{machine}.local"} - {""})


def beyond_loopback(listen: str) -> bool:
    """Whether others than this machine can connect."""
    host = split_listen(listen)[0]
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host.lower() != "localhost"


class WrongPasswords:
    """How often each address was wrong of late."""

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[datetime, int]] = {}

    def too_many(self, address: str, now: datetime) -> bool:
        """Whether this address has to wait."""
        begun, wrong = self._wrong.get(address, (now, 0))
        return wrong >= TRIES and timedelta(0) <= now - begun < WINDOW

    def count(self, address: str, now: datetime) -> None:
        """One more from this address."""
        begun, wrong = self._wrong.pop(address, (now, 0))
        self._wrong[address] = (begun, wrong + 1) if timedelta(0) <= now - begun < WINDOW else (now, 1)
        while len(self._wrong) > REMEMBERED:
            del self._wrong[next(iter(self._wrong))]


class Gate:
    """ASGI middleware: refuses, or lets through and adds the headers.

    With an empty `password` nothing is asked on loopback, and nobody is let in from beyond it.
    """

    def __init__(
        self,
        app: Application,
        *,
        listen: str,
        public_url: str,
        password: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._app, self._clock = app, clock
        self._names = names_of(listen, public_url)
        self._asks = bool(password) or beyond_loopback(listen)
        self._secret = sha256(password.encode()).digest() if password else b""
        self._wrong = WrongPasswords()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif refusal := self._refusal(scope):
            await _refuse(refusal, _guarded(send))
        else:
            await self._app(scope, receive, _guarded(send))

    def _refusal(self, scope: Scope) -> Refusal | None:
        if not self._ours(_all(scope, b"host")):
            return 421, "Not served under this name. Use the address, or set public_url under [web].\n", {}
        signed = scope["path"].startswith(SIGNED)
        if scope["path"] not in PUBLIC and not signed and self._asks and (refusal := self._stranger(scope)):
            return refusal
        methods = (*METHODS, "POST") if signed else METHODS
        if scope["method"] not in methods:
            return 405, "This page is read-only.\n", {"Allow": ", ".join(methods)}
        if scope["method"] == "POST" and self._from_elsewhere(scope):
            return 403, "This form was sent by another site.\n", {}
        return None

    def _from_elsewhere(self, scope: Scope) -> bool:
        """What a browser says of where a form stood: our own pages have no referrer, so their origin is "null" or ours."""
        if any(site not in (b"same-origin", b"none") for site in _all(scope, b"sec-fetch-site")):
            return True
        origins = [value.decode("latin-1") for value in _all(scope, b"origin")]
        return any(
            one != "null" and not self._ours([urlsplit(one).netloc.encode("latin-1", "replace")]) for one in origins
        )

    def _ours(self, hosts: list[bytes]) -> bool:
        match = _HOST.fullmatch(hosts[0].decode("latin-1")) if len(hosts) == 1 else None
        if match is None:
            return False
        host = match[1].lower().rstrip(".")
        # A name can be pointed at us by anybody; a literal address cannot.
        return host in self._names or _is_address(host.strip("[]"))

    def _stranger(self, scope: Scope) -> Refusal | None:
        given, address, now = _all(scope, b"authorization"), (scope.get("client") or ("",))[0], self._clock()
        if self._wrong.too_many(address, now):
            return 429, "Too many wrong passwords; wait a minute.\n", {"Retry-After": str(int(WINDOW.total_seconds()))}
        if self._knows(given):
            return None
        if given:
            self._wrong.count(address, now)
        return (
            401,
            "This page asks for the password that is set under [web]; any user name will do.\n",
            {"WWW-Authenticate": 'Basic realm="monitor", charset="UTF-8"'},
        )

    def _knows(self, given: list[bytes]) -> bool:
        scheme, _, encoded = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
        if scheme.lower() != b"basic":
            return False
        try:
            password = b64decode(encoded.strip(), validate=True).partition(b":")[2]
        except Base64Error:
            return False
        # Hashes are of one length and compared in one time, whatever was sent.
        return compare_digest(sha256(password).digest(), self._secret) and bool(self._secret)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _guarded(send: Send) -> Send:
    async def guarded(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _with_ours(message.get("headers", []))
        await send(message)

    return guarded


def _with_ours(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    ours = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
    theirs = {name.lower(): value for name, value in headers if name.lower() not in ours}
    unless_said = {name.lower().encode(): value.encode() for name, value in _UNLESS_SAID.items()}
    return [*({**unless_said, **theirs}.items()), *ours.items()]


async def _refuse(refusal: Refusal, send: Send) -> None:
    status, text, further = refusal
    body = text.encode()
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(body)), **further}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
