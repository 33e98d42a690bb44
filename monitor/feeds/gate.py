"""Which addresses a connection may go to: asked when a name is resolved, and again of the very address that is connected to.

The second question is the one that counts. A client may skip the resolver for what looks like an address (aiohttp does for
"2130706433" and "①②⑦.⓪.⓪.①"), a name may answer differently a moment later, and two programs may read one address differently:
whatever happened before, no socket is made for an address that is not allowed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.addresses import Network, is_allowed, is_connectable, is_own

_FLAGS = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class ForbiddenAddressError(OSError):
    """A private or special address that nobody opened."""


class Gate(AbstractResolver):
    """Resolves names and makes sockets, for allowed addresses only.

    `resolve` replaces the system's resolver in tests. Connections to `proxy` are always allowed: the user named it.
    """

    def __init__(
        self, allowed: tuple[Network, ...], *, resolve: Callable[[str, int], list[str]] | None = None, proxy: str = ""
    ) -> None:
        self._allowed, self._resolve = allowed, resolve
        self._proxy = urlsplit(proxy).hostname or ""
        self._proxy_addresses = {self._proxy}
        # The loop's own few threads would all wait for one slow name server.
        self._threads = ThreadPoolExecutor(32, thread_name_prefix="resolve")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Every address of `host`. Raises `ForbiddenAddressError` if one of them is not allowed."""
        found = await self._addresses(host, port, family)
        if host == self._proxy:
            self._proxy_addresses |= {address for _, address in found}
        elif not found or not all(is_allowed(address, self._allowed) for _, address in found):
            raise ForbiddenAddressError(host)
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=_FLAGS)
            for kind, address in found
        ]

    async def _addresses(self, host: str, port: int, family: socket.AddressFamily) -> list[tuple[int, str]]:
        if self._resolve is not None:
            return [(socket.AF_INET6 if ":" in one else socket.AF_INET, one) for one in self._resolve(host, port)]
        infos = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family)
        )
        return [(kind, str(address[0])) for kind, _, _, _, address in infos]

    def socket(self, info: tuple[Any, Any, Any, Any, Any]) -> socket.socket:
        """A socket for one address that is about to be connected to. Raises `ForbiddenAddressError`."""
        family, kind, protocol, _, address = info
        host, port = str(address[0]), int(address[1])
        if host not in self._proxy_addresses and not is_connectable(host, port, self._allowed):
            raise ForbiddenAddressError(f"{host}:{port}")
        return socket.socket(family, kind, protocol)

    def is_own(self, host: str) -> bool:
        """Whether a host is an address on a network that the user opened."""
        return is_own(host, self._allowed)

    async def close(self) -> None:
        """Lets go of the threads; what they still wait for is nobody's any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
