"""A second process that reads well-formed feeds while many wait: where a core is free, a backlog is gone in half the time.

It costs forty megabytes and the CPU of handing bodies over, so it is begun only when reading takes more than a quarter of our time
for a second or so, as when hundreds of feeds are polled for the first time; a daemon in its ordinary days never has one.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from contextlib import suppress

import msgspec

from monitor.feeds.worker import Answer, Request

#: share of the time that may go on reading, and seconds beyond it that make a backlog
SHARE, BACKLOG = 0.25, 0.1
#: bodies that wait for it: with more, reading them here is quicker
WAITING = 8
#: seconds without a feed after which it is let go
IDLE = 30.0
_PIPE = 2**20


class SecondReader:
    """Reads beside the event loop what it is offered; says no while there is no backlog, or too much waits already."""

    def __init__(self) -> None:
        self._level, self._at = 0.0, 0.0
        self._process: Process | None = None
        self._waiting: deque[asyncio.Future[Answer | None]] = deque()
        self._life: asyncio.Task[None] | None = None
        self._closed = False

    def spent(self, seconds: float) -> None:
        """Notes how much CPU reading a feed took: beside busy neighbours that is little of the time, and no core is free for a second one."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._level = max(0.0, self._level - SHARE * (now - self._at)) + seconds
        self._at = now
        if self._level > BACKLOG and self._life is None and not self._closed and _cores() > 1:
            self._life = loop.create_task(self._live())

    @property
    def is_there(self) -> bool:
        """Whether it is at work: else nothing is worth offering."""
        return self._process is not None

    def offer(self, request: Request) -> asyncio.Future[Answer | None] | None:
        """What comes of the request: its answer, or None where the process died of it or of another. None instead where it is not taken."""
        process = self._process
        if process is None or len(self._waiting) >= WAITING or process.returncode is not None:
            return None
        assert process.stdin is not None
        data = msgspec.msgpack.encode(request)
        process.stdin.write(len(data).to_bytes(4, "big") + data)
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(answer)
        return answer

    async def close(self) -> None:
        """Ends it. What it has not read is told None."""
        self._closed = True
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        if self._life is not None:
            await self._life  # never cancelled: a process that is just being made would be nobody's

    async def _live(self) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "monitor.feeds.worker"), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=_PIPE
        )
        if not self._closed:
            self._process = process
            await self._listen(process)
        self._process, self._level = None, 0.0
        while self._waiting:
            _tell(self._waiting.popleft(), None)
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        self._life = None

    async def _listen(self, process: Process) -> None:
        """Takes its answers, in the order of the requests, until it dies or nothing is asked for a while."""
        assert process.stdout is not None
        with suppress(TimeoutError, EOFError, ConnectionError):
            while True:
                async with asyncio.timeout(IDLE):
                    head = await process.stdout.readexactly(4)
                    reply = await process.stdout.readexactly(int.from_bytes(head, "big"))
                _tell(self._waiting.popleft(), msgspec.msgpack.decode(reply, type=Answer))


def _tell(waiting: asyncio.Future[Answer | None], answer: Answer | None) -> None:
    if not waiting.done():  # cancelled meanwhile: nobody listens
        waiting.set_result(answer)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
