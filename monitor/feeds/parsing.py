"""Parsing off the event loop, so that one feed delays nobody and kills nobody.

A well-formed feed of ordinary size takes milliseconds and is read at once; a large one is read in a thread; whatever the strict
reader declines goes to a process of its own, with limits, which is replaced when it dies and after some hundreds of feeds.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec

from monitor.errors import ParseError
from monitor.feeds.parse import parse_strictly
from monitor.feeds.reading_aside import SecondReader
from monitor.feeds.worker import Answer, Request
from monitor.model import Feed, Fetched, ParsedFeed

#: bytes that are read on the event loop itself: five milliseconds' worth
AT_ONCE = 128 * 1024
#: seconds that one feed may take in a worker, whatever it does meanwhile
PATIENCE = 30.0
#: feeds that a worker reads before it is replaced: feedparser keeps what it meets
RECYCLE = 500


class ParserPool:
    """Reads feeds. Use as a context manager; workers begin when they are first needed."""

    def __init__(self, workers: int = 2, *, patience: float = PATIENCE) -> None:
        self._free = asyncio.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._patience = patience
        self._closed = False
        self._aside = SecondReader()
        # Beside a second reader, feeds are read one after the other: between two the loop hands it what it waits for.
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        await self._aside.close()
        while self._idle:
            await self._idle.pop().close()

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """The feed in an answer. Raises `ParseError`."""
        if feed.page is not None:
            # CSS selectors are only for who watches pages: every start would pay for them.
            from monitor.feeds.page import read_page  # noqa: PLC0415

            return await asyncio.to_thread(read_page, fetched.body, fetched.url, feed.page)
        return await self._strictly(fetched) or await self._tolerantly(fetched)

    async def _strictly(self, fetched: Fetched) -> ParsedFeed | None:
        """The feed where it is well-formed; read aside while many wait."""
        if not self._aside.is_there:
            return await self._here(fetched)
        async with self._turn:
            offered = self._aside.offer(_request(fetched, strictly=True))
            if offered is None and len(fetched.body) <= AT_ONCE:
                found = await self._here(fetched)
                await asyncio.sleep(0)
                return found
        answer = await offered if offered is not None else None
        if answer is None:
            return await self._here(fetched)
        if answer.error:
            raise ParseError(answer.error)
        return answer.parsed

    async def _here(self, fetched: Fetched) -> ParsedFeed | None:
        if len(fetched.body) > AT_ONCE:
            return await asyncio.to_thread(_strictly, fetched)
        began = time.thread_time()
        try:
            return _strictly(fetched)
        finally:
            self._aside.spent(time.thread_time() - began)

    async def _tolerantly(self, fetched: Fetched) -> ParsedFeed:
        async with self._free:
            answer = await self._ask(_request(fetched))
        if answer.parsed is None:
            raise ParseError(answer.error)
        return answer.parsed

    async def _ask(self, request: Request) -> Answer:
        """A worker's answer. One that had read others before and dies may have died of them: the feed gets a second one."""
        while True:
            worker = self._idle.pop() if self._idle else _Worker()
            try:
                async with asyncio.timeout(self._patience):
                    answer = await worker.ask(request)
            except TimeoutError as error:
                await worker.kill()
                raise ParseError(f"reading it takes more than {self._patience:g} s") from error
            except (EOFError, ConnectionError) as error:
                await worker.kill()
                if worker.asked > 1 and worker.ended_by != signal.SIGXCPU:
                    continue
                raise ParseError("reading it takes more memory or time than a feed may have") from error
            except BaseException:
                await worker.kill()  # cancelled in the middle: what it says next is of this feed
                raise
            await self._put_back(worker)
            return answer

    async def _put_back(self, worker: _Worker) -> None:
        if self._closed or worker.asked >= RECYCLE:
            await worker.close()
        else:
            self._idle.append(worker)


def _request(fetched: Fetched, *, strictly: bool = False) -> Request:
    return Request(
        body=fetched.body,
        url=fetched.url,
        content_type=fetched.content_type,
        headers=dict(fetched.headers),
        strictly=strictly,
    )


def _strictly(fetched: Fetched) -> ParsedFeed | None:
    return parse_strictly(fetched.body, url=fetched.url, content_type=fetched.content_type, headers=fetched.headers)


class _Worker:
    """One worker process, begun when it is first asked."""

    def __init__(self) -> None:
        self.asked = 0
        self._process: Process | None = None

    async def ask(self, request: Request) -> Answer:
        """Its answer. Raises EOFError or ConnectionError where it died of the request."""
        if self._process is None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "monitor.feeds.worker", stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.asked += 1
        data = msgspec.msgpack.encode(request)
        self._process.stdin.write(len(data).to_bytes(4, "big") + data)
        await self._process.stdin.drain()
        head = await self._process.stdout.readexactly(4)
        reply = await self._process.stdout.readexactly(int.from_bytes(head, "big"))
        return msgspec.msgpack.decode(reply, type=Answer)

    @property
    def ended_by(self) -> int:
        """The signal that ended it, or 0."""
        code = self._process.returncode if self._process is not None else None
        return -code if code is not None and code < 0 else 0

    async def close(self) -> None:
        """Lets it end by itself."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            try:
                async with asyncio.timeout(5):
                    await self._process.wait()
            except TimeoutError:
                await self.kill()

    async def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
