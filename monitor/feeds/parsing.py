"""Parsing off the event loop, so that one large feed delays nobody."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from monitor.feeds.parse import parse
from monitor.model import Feed, Fetched, ParsedFeed


class ParserPool:
    """A few threads that parse. Use as a context manager."""

    def __init__(self, workers: int = 2) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="parse")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """The feed in an answer. Raises `ParseError`."""
        del feed
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads,
            lambda: parse(fetched.body, url=fetched.url, content_type=fetched.content_type, headers=fetched.headers),
        )
