"""A feed from an address that a person gave: the address itself if it is one, else the first that works of those its page names.

Everything is fetched through the one gate; what is found has been read once, so that what is added is known to work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from monitor.addresses import host_of
from monitor.errors import FeedError, ParseError, RefusedError
from monitor.model import Feed, Fetched, NotModified, ParsedFeed, make_id
from monitor.ports import Fetcher

#: addresses that are tried of those a page names
MAX_TRIES = 20


class Parser(Protocol):
    """Turns a body into entries, off the event loop."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Raises `ParseError`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed that was fetched and read. Its `feed.name` is the title that it gives itself."""

    feed: Feed
    parsed: ParsedFeed


def with_scheme(url: str) -> str:
    """What a person means by "example.org/news"."""
    return url if "://" in url else f"https://{url}"


def feed_of(url: str, *, name: str = "", language: str = "") -> Feed:
    """A feed of which only the address is known."""
    host = host_of(url)
    return Feed(id=make_id("f", url), url=url, name=name or host, family=host, language=language)


async def verify(feed: Feed, fetcher: Fetcher, parser: Parser) -> Found:
    """`feed` as it is now, read once. Raises `FeedError`: not reachable, refused, or not a feed."""
    answer = await _get(feed.url, fetcher)
    return Found(feed=feed, parsed=await parser.parse(answer, feed))


async def find(url: str, fetcher: Fetcher, parser: Parser) -> Found:
    """The feed at `url`, or the feed of the site at `url`. Raises `FeedError` with what was tried."""
    url = with_scheme(url)
    answer = await _get(url, fetcher)
    try:
        return _found(url, answer, await parser.parse(answer, feed_of(url)))
    except ParseError as error:
        why = error
    tried = 0
    # Beautiful Soup is only for who adds a feed by its page: every start would pay for it.
    from monitor.feeds.discover import find_feeds  # noqa: PLC0415

    for address in find_feeds(answer.body, answer.url)[:MAX_TRIES]:
        tried += 1
        if (found := await _try(address, fetcher, parser)) is not None:
            return found
    raise ParseError(f"{url}: {why}; none of the {tried} places where its feed might be has one") from why


async def _get(url: str, fetcher: Fetcher) -> Fetched:
    answer = await fetcher.get(url)
    if isinstance(answer, NotModified):  # nothing conditional was asked
        raise ParseError(f"{url}: the server answers 304 to a first request")
    return answer


async def _try(url: str, fetcher: Fetcher, parser: Parser) -> Found | None:
    """The feed at an address that a page named; None where there is none. An address that we refuse ends nothing."""
    try:
        answer = await _get(url, fetcher)
        return _found(url, answer, await parser.parse(answer, feed_of(url)))
    except RefusedError:
        return None  # a page may name what it likes; the gate said no
    except FeedError:
        return None


def _found(url: str, answer: Fetched, parsed: ParsedFeed) -> Found:
    feed = feed_of(answer.moved_to or url, name=parsed.title, language=parsed.language)
    return Found(feed=replace(feed, trust=3), parsed=parsed)
