"""Workers that may die of a feed, and a pool that does not."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
from newsroom import item, rss

from monitor.errors import ParseError
from monitor.feeds import parsing
from monitor.feeds.parsing import ParserPool
from monitor.model import Feed, Fetched

#: "&nbsp;" is no entity of XML, so this is feedparser's
DAMAGED = rss(item("one", "Fuego en Caracas&nbsp;hoy"), item("two"))


def fetched(body: bytes, content_type: str = "application/rss+xml") -> Fetched:
    return Fetched(url="https://news.example/feed", status=200, body=body, content_type=content_type)


async def test_well_formed_feeds_need_no_worker(feed: Feed) -> None:
    async with ParserPool() as pool:
        found = await pool.parse(fetched(rss(item("one"), item("two"))), feed)
        assert [entry.guid for entry in found.entries] == ["one", "two"]
        assert not pool._idle


async def test_damaged_feeds_are_read_by_a_worker_that_is_used_again(feed: Feed) -> None:
    async with ParserPool(1) as pool:
        for _ in range(3):
            found = await pool.parse(fetched(DAMAGED), feed)
            assert found.entries[0].title == "Fuego en Caracas hoy"
        assert pool._idle[0].asked == 3


async def test_a_worker_that_died_meanwhile_is_replaced_and_nobody_notices(feed: Feed) -> None:
    async with ParserPool(1) as pool:
        await pool.parse(fetched(DAMAGED), feed)
        process = pool._idle[0]._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        assert len((await pool.parse(fetched(DAMAGED), feed)).entries) == 2


async def test_a_feed_that_kills_every_worker_is_a_failure_of_its_own(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An interpreter that ends at once stands for a parser that crashes."""
    crash = tmp_path / "crash"
    crash.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crash.chmod(0o755)
    async with ParserPool(1) as pool:
        monkeypatch.setattr(parsing.sys, "executable", str(crash))
        with pytest.raises(ParseError, match="more memory or time"):
            await pool.parse(fetched(DAMAGED), feed)
        monkeypatch.undo()
        assert len((await pool.parse(fetched(DAMAGED), feed)).entries) == 2


async def test_a_feed_that_takes_too_long_costs_only_itself(feed: Feed) -> None:
    slow = rss(*(item(str(number), "a&nbsp;b") for number in range(6_000)))
    async with ParserPool(1) as pool:
        await pool.parse(fetched(DAMAGED), feed)
        pool._patience = 0.05
        started = time.monotonic()
        with pytest.raises(ParseError, match="takes more than"):
            await pool.parse(fetched(slow), feed)
        assert time.monotonic() - started < 3
        pool._patience = 30
        assert len((await pool.parse(fetched(DAMAGED), feed)).entries) == 2


async def test_a_check_that_is_cancelled_leaves_no_worker_out_of_step(feed: Feed) -> None:
    async with ParserPool(1) as pool:
        task = asyncio.create_task(pool.parse(fetched(rss(*(item(str(n), "a&nbsp;b") for n in range(500)))), feed))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len((await pool.parse(fetched(DAMAGED), feed)).entries) == 2


async def test_workers_are_recycled(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "RECYCLE", 1)
    async with ParserPool(1) as pool:
        await pool.parse(fetched(DAMAGED), feed)
        assert not pool._idle


async def test_a_body_that_is_the_name_of_a_file_opens_no_file(feed: Feed, tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item("secret")))
    async with ParserPool(1) as pool:
        for body in (str(secret).encode(), b"/dev/zero", b"file://" + str(secret).encode()):
            with pytest.raises(ParseError, match="no feed"):
                await pool.parse(fetched(body), feed)
