"""The page's server: it lives and dies with its daemon, says what is wrong with its address, and leaves signals alone."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from fakes import MemoryStore
from page_values import clock, configure, newsroom

from monitor.web.app import serve


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served(folder: Path, listen: str) -> AsyncIterator[asyncio.Task[None]]:
    store = MemoryStore()
    newsroom(store)
    task = asyncio.create_task(serve(configure(folder, f'listen = "{listen}"'), store, clock))
    try:
        while not task.done() and not await accepts(listen):  # noqa: ASYNC110 - the answer is the event
            await asyncio.sleep(0)
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def accepts(listen: str) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", int(listen.rpartition(":")[2]))
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_it_answers_a_browser_and_says_nothing_of_itself(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with served(tmp_path, listen), aiohttp.ClientSession() as session:
        async with session.get(f"http://{listen}/") as answer:
            assert answer.status == 200
            assert "Bridge closed in Caracas" in await answer.text()
            assert "Server" not in answer.headers
        async with session.head(f"http://{listen}/feeds") as answer:
            assert answer.status == 200
            assert int(answer.headers["Content-Length"]) > 1000
            assert await answer.read() == b""
        async with session.post(f"http://{listen}/feeds", data=b"x" * 100_000) as answer:
            assert answer.status == 405


async def test_it_stops_when_it_is_cancelled_and_frees_its_address(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with served(tmp_path, listen) as task:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with served(tmp_path, listen) as again:
        assert not again.done()


async def test_a_visitor_who_dawdles_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with served(tmp_path, listen) as task:
        _, writer = await asyncio.open_connection("127.0.0.1", int(listen.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        await writer.drain()
        begun = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert time.monotonic() - begun < 6
        writer.close()


async def test_an_address_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(OSError, match=rf"{listen} cannot be used .*in use.*; set another listen under \[web\]"):
            await serve(configure(tmp_path, f'listen = "{listen}"'), MemoryStore(), clock)


async def test_an_address_of_another_machine_is_said_in_words(tmp_path: Path) -> None:
    web = 'listen = "192.0.2.1:8080"\npassword = "correct horse"'
    with pytest.raises(OSError, match=r"192\.0\.2\.1:8080 cannot be used"):
        await serve(configure(tmp_path, web), MemoryStore(), clock)


async def test_signals_stay_the_daemons(tmp_path: Path) -> None:
    def handlers() -> list[Any]:
        return [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]

    before = handlers()
    async with served(tmp_path, f"127.0.0.1:{free_port()}"):
        assert handlers() == before
    assert handlers() == before
