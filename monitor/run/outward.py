"""The way out to the network through reloads: kept where nothing of it has changed, closed once nobody uses it any more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from monitor.feeds.fetch import HttpFetcher
from monitor.run.app import App


class WayOut:
    """The fetcher in use, and former ones until what began with them has ended."""

    def __init__(self) -> None:
        self._fetcher: HttpFetcher | None = None
        self._closing: set[asyncio.Task[None]] = set()

    async def change(self, app: App, users: Iterable[asyncio.Task[Any]]) -> HttpFetcher:
        """The way out that this configuration asks for. The former one is closed after `users`, who began with it.

        Where nothing of it has changed, it is the one there is: with its connections, and with the turns of each host.
        """
        former = self._fetcher
        if former is not None and former.limits == app.config.fetch:
            return former
        self._fetcher = await app.fetcher().__aenter__()
        if former is not None:
            task = asyncio.create_task(
                _close_after(former, [one for one in users if one is not asyncio.current_task()])
            )
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        return self._fetcher

    async def close(self) -> None:
        """Closes all of them; who still waits for one is waited for no more."""
        former = list(self._closing)
        for task in former:
            task.cancel()
        await asyncio.gather(*former, return_exceptions=True)
        if self._fetcher is not None:
            await self._fetcher.__aexit__(None, None, None)


async def _close_after(fetcher: HttpFetcher, users: list[asyncio.Task[Any]]) -> None:
    try:
        if users:
            await asyncio.wait(users)
    finally:
        with suppress(asyncio.CancelledError):
            await fetcher.__aexit__(None, None, None)
