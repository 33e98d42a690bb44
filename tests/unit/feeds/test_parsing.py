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
from monitor.feeds import parsing, reading_aside
from monitor.feeds.parsing import ParserPool
from monitor.feeds.reading_aside import SecondReader
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


# ── a second reader while many wait ──────────────────────────────────────────────────────────────────────────────────

WELL = rss(*(item(str(number), "Incendio en Caracas “grave”", "texto " * 60) for number in range(20)))


def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_aside, "_cores", lambda: 2)


async def begun(pool: ParserPool, feed: Feed) -> SecondReader:
    """The second reader of a pool that was given a backlog."""
    aside = pool._aside
    aside.spent(reading_aside.BACKLOG * 2)
    assert aside._life is not None
    while aside._process is None:
        await asyncio.wait({aside._life}, timeout=0.02)
    return aside


async def test_a_few_feeds_need_no_second_reader(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    two_cores(monkeypatch)
    aside = SecondReader()
    for _ in range(4):
        aside.spent(reading_aside.BACKLOG / 5)
    assert aside._life is None
    async with ParserPool() as pool:
        await pool.parse(fetched(WELL), feed)
        assert pool._aside._process is None


async def test_a_backlog_begins_one_which_says_what_we_would_say(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    two_cores(monkeypatch)
    monkeypatch.setattr(reading_aside, "BACKLOG", 0.0)
    async with ParserPool() as pool:
        expected = await pool.parse(fetched(WELL), feed)
        aside = await begun(pool, feed)
        found = await asyncio.gather(*(pool.parse(fetched(WELL), feed) for _ in range(3 * reading_aside.WAITING)))
        assert all(one == expected for one in found)
        assert (await pool.parse(fetched(DAMAGED), feed)).entries[0].title == "Fuego en Caracas hoy"
        with pytest.raises(ParseError, match="web page"):
            await pool.parse(fetched(b"<!doctype html><html><body>News</body></html>"), feed)
        assert aside._process is not None
    assert aside._process is None


async def test_a_second_reader_that_dies_loses_no_feed(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    two_cores(monkeypatch)
    async with ParserPool() as pool:
        aside = await begun(pool, feed)
        asked = [asyncio.create_task(pool.parse(fetched(WELL), feed)) for _ in range(5)]
        await asyncio.sleep(0)
        assert aside._process is not None
        aside._process.kill()
        assert all(len(one.entries) == 20 for one in await asyncio.gather(*asked))
        assert len((await pool.parse(fetched(WELL), feed)).entries) == 20


async def test_a_check_that_is_cancelled_leaves_the_second_reader_in_step(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_cores(monkeypatch)
    async with ParserPool() as pool:
        await begun(pool, feed)
        task = asyncio.create_task(pool.parse(fetched(WELL), feed))
        await asyncio.sleep(0)
        task.cancel()
        other = await pool.parse(fetched(rss(item("other"))), feed)
        assert [entry.guid for entry in other.entries] == ["other"]


async def test_without_work_the_second_reader_is_let_go(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    two_cores(monkeypatch)
    monkeypatch.setattr(reading_aside, "IDLE", 0.01)
    async with ParserPool() as pool:
        aside = pool._aside
        aside.spent(reading_aside.BACKLOG * 2)
        assert aside._life is not None
        await aside._life
        assert aside._process is None
        assert len((await pool.parse(fetched(WELL), feed)).entries) == 20
