"""Each host's turn: a few requests at a time, and a pause between two beginnings, so that no publisher has reason to block us.

Waiting for a turn is not part of a request's deadline, and a task that holds a turn does not wait for the same host again
(a redirect inside one site). Networks that the user opened are the user's own: there only the number at a time counts.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from monitor.addresses import host_of

#: the host whose turn is held here, and the task that took it
_held: ContextVar[tuple[str, asyncio.Task[Any] | None]] = ContextVar("held", default=("", None))


@dataclass
class _Host:
    slots: asyncio.Semaphore
    #: loop time from which the next request may begin
    free_at: float = 0.0
    waiting: int = field(default=0)


class Turns:
    """Whose turn it is, host by host. `at_a_time` requests run together; beginnings are `spacing` seconds apart."""

    def __init__(self, at_a_time: int, spacing: float, *, own: Callable[[str], bool] = lambda _: False) -> None:
        self._at_a_time, self._spacing, self._own = at_a_time, spacing, own
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[None]:
        """Waits until the host of `url` may be asked, and holds its turn meanwhile."""
        name, holder = host_of(url), _held.get()
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._at_a_time)))
        if holder[0] == name:
            # Ours already. What a holder's own tasks ask beside it waits for the pause, not for the place that it holds.
            if holder[1] is not asyncio.current_task():
                await self._pause(name, host)
            yield
            return
        host.waiting += 1
        try:
            async with host.slots:
                await self._pause(name, host)
                token = _held.set((name, asyncio.current_task()))
                try:
                    yield
                finally:
                    _held.reset(token)
        finally:
            host.waiting -= 1
            self._tidy(name, host)

    async def _pause(self, name: str, host: _Host) -> None:
        if self._own(name):
            return
        now = asyncio.get_running_loop().time()
        begin = max(now, host.free_at)
        host.free_at = begin + self._spacing
        await asyncio.sleep(begin - now)

    def _tidy(self, name: str, host: _Host) -> None:
        """A host that nobody waits for and that may be asked at once needs no memory."""
        if not host.waiting and host.free_at <= asyncio.get_running_loop().time():
            self._hosts.pop(name, None)
