"""Every way in × every address of the table: whatever names an address, no connection is made to loopback.

Every name leads to the canary, on IPv4 and IPv6, so that nothing is refused only because it cannot be found; and a network of the
user's is open, which opens all ports, so that nothing is refused only because of the port.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from html import escape

import pytest
from newsroom import NOW, Server, always, answer, own, serving
from vectors import VECTORS

from monitor.errors import FeedError, ParseError
from monitor.feeds import schedule
from monitor.feeds.article import PageReader
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.finding import feed_of, find, verify
from monitor.feeds.limits import FetchLimits
from monitor.feeds.page import read_page
from monitor.feeds.parse import parse
from monitor.feeds.parsing import ParserPool
from monitor.feeds.robots import Robots
from monitor.feeds.sift import sift
from monitor.model import FeedCheck, Item, Match, PageRule
from monitor.pipeline.checking import check_feed
from monitor.store.sqlite import SqliteStore

LIMITS = own(allow_private=("10.1.0.0/16",), spacing=FetchLimits().spacing * 0)
Door = Callable[[HttpFetcher, ParserPool, str], Awaitable[bool]]


class Nothing:
    """Wants no item."""

    def match(self, item: Item) -> tuple[Match, ...]:
        return ()


class OpenRobots(Robots):
    """A site that allows everything, so that the page itself is asked for."""

    async def allow(self, url: str) -> bool:
        return True


@lru_cache(maxsize=1)
def empty() -> SqliteStore:
    """A store in memory, which stays empty: checks are recorded elsewhere."""
    return SqliteStore.open(":memory:", durable=False)


async def added(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    try:
        await find(url, fetcher, parser)
    except FeedError:
        return False
    return True


async def imported(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    try:
        await verify(feed_of(url), fetcher, parser)
    except FeedError:
        return False
    return True


async def polled(fetcher: HttpFetcher, parser: ParserPool, url: str, page: PageRule | None = None) -> bool:
    checks: list[FeedCheck] = []

    async def record(check: FeedCheck) -> None:
        checks.append(check)

    feed = replace(feed_of(url), page=page)
    await check_feed(
        feed,
        schedule.first(feed, NOW),
        fetcher=fetcher,
        parser=parser,
        matcher=Nothing(),
        store=empty(),
        limits=LIMITS,
        clock=lambda: NOW,
        record=record,
    )
    return not checks[0].state.error


async def polled_as_a_page(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    return await polled(fetcher, parser, url, PageRule(item="a"))


async def read_in_full(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    del parser
    try:
        await PageReader(fetcher, OpenRobots(fetcher, "monitor", lambda: NOW)).read(url)
    except FeedError:
        return False
    return True


async def asked_for_robots(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    del parser
    return await Robots(fetcher, "monitor", lambda: NOW).allow(url)


async def posted_to_a_hub(fetcher: HttpFetcher, parser: ParserPool, url: str) -> bool:
    """A feed names its hub, which is asked for a subscription by POST."""
    del parser
    try:
        await fetcher.post(url, {"hub.mode": "subscribe"})
    except FeedError:
        return False
    return True


DOORS: tuple[Door, ...] = (added, imported, polled, polled_as_a_page, read_in_full, asked_for_robots, posted_to_a_hub)


@asynccontextmanager
async def canaries() -> AsyncIterator[tuple[Server, Server]]:
    """One server on each loopback, on one port: what it says is a page, and a robots.txt that allows everything."""
    body = answer(b"<!doctype html><title>secret</title><p><a href='/a'>secret</a></p>")
    async with serving(always(body)) as four, serving(always(body), "::1", four.port) as six:
        yield four, six


def everywhere(host: str, port: int) -> list[str]:
    """A name server by which every name leads to loopback."""
    del host, port
    return ["127.0.0.1", "::1"]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_no_way_in_reaches_loopback(door: Door) -> None:
    assert len(set(VECTORS)) >= 120
    async with canaries() as (four, six), HttpFetcher(LIMITS, resolve=everywhere) as fetcher, ParserPool() as parser:
        for vector in VECTORS:
            assert not await door(fetcher, parser, vector.replace("{p}", str(four.port))), vector
        assert four.connections == six.connections == 0


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
async def test_every_way_in_reaches_what_the_user_opened(door: Door) -> None:
    """The other half of the proof: a canary that nothing could reach would prove nothing."""
    async with (
        canaries() as (four, six),
        HttpFetcher(own(spacing=LIMITS.spacing), resolve=everywhere) as fetcher,
        ParserPool() as parser,
    ):
        for url in (four.url("/feed"), f"http://[::1]:{six.port}/feed", f"http://news.example:{four.port}/feed"):
            await door(fetcher, parser, url)
        assert four.connections >= 2
        assert six.connections >= 1


async def test_a_hub_that_sends_us_on_sends_nobody_to_loopback() -> None:
    async with canaries() as (four, six):

        async def hub(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
            del headers
            target = VECTORS[int(path.strip("/"))].replace("{p}", str(four.port))
            location = "".join(c for c in target if c not in "\n\x00").encode()
            writer.write(b"HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
            await writer.drain()

        limits = replace(LIMITS, allow_private=("127.0.0.9/32",))
        async with serving(hub, "127.0.0.9") as server, HttpFetcher(limits, resolve=everywhere) as fetcher:
            for number in range(len(VECTORS)):
                with pytest.raises(FeedError):
                    await fetcher.post(server.url(f"/{number}", "127.0.0.9"), {"hub.secret": "s"})
        assert four.connections == six.connections == 0


@pytest.mark.parametrize("address", ["http://[::1", "http://[bad/2019/01/02/", "http://a\u2100b.example/"])
async def test_an_address_that_is_none_stops_nobody(address: str) -> None:
    """Python's own reader of addresses raises at these: an entry keeps its feed's address, a page loses its item."""
    feed = feed_of("https://news.example/feed")
    entry = {"id": "1", "url": address, "title": "Storm reaches the coast"}
    parsed = parse(json.dumps({"items": [entry]}).encode(), url=feed.url)
    state = replace(schedule.first(feed, NOW), baseline_done=True, checked_at=NOW, ok_at=NOW)
    assert [one.url for one in sift(feed, state, parsed, set(), {}, NOW).items] == [feed.url]
    page = f"<html><p><a href='{address}'>Nowhere</a></p><p><a href='/1'>Somewhere</a></p></html>".encode()
    assert [one.title for one in read_page(page, feed.url, PageRule(item="p")).entries] == ["Somewhere"]
    assert feed_of(address).family == ""


async def test_a_site_that_allows_nothing_allows_no_address_without_a_path() -> None:
    closed = answer(b"User-agent: *\nDisallow: /\n")
    async with serving(always(closed)) as server, HttpFetcher(own()) as fetcher:
        robots = Robots(fetcher, "monitor", lambda: NOW)
        for rest in ("", "/", "?story=1", "#top", "/news?story=1"):
            assert not await robots.allow(server.url("") + rest)


async def test_no_link_on_a_site_leads_to_loopback() -> None:
    """A site may name any address as its feed, in its head, in its anchors and as its base: none of them is connected to."""
    async with canaries() as (four, six):

        async def site(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
            del headers
            if not path.strip("/").isdecimal():
                writer.write(answer(b"", "404 Not Found"))
                return
            first = int(path.strip("/"))
            targets = [escape(one.replace("{p}", str(four.port))) for one in VECTORS[first : first + 6]]
            links = "".join(f'<link rel="alternate" type="application/rss+xml" href="{one}">' for one in targets)
            anchors = "".join(f'<a href="{one}">RSS</a>' for one in targets)
            page = f'<!doctype html><html><head>{links}<base href="{targets[0]}"></head><body>{anchors}</body></html>'
            writer.write(answer(page.encode(), Content_Type="text/html"))
            await writer.drain()

        limits = replace(LIMITS, allow_private=("127.0.0.9/32",))
        async with (
            serving(site, "127.0.0.9") as server,
            HttpFetcher(limits, resolve=everywhere) as fetcher,
            ParserPool() as parser,
        ):
            for first in range(0, len(VECTORS), 6):
                with pytest.raises(ParseError, match="none of the"):
                    await find(server.url(f"/{first}", "127.0.0.9"), fetcher, parser)
            assert server.connections > len(VECTORS) / 6
        assert four.connections == six.connections == 0
