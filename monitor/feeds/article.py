"""The text of the page behind an item, where a feed is to be read in full: fetched within a budget, extracted, and looked at again.

A page is read once when its item arrives, and again after 15 minutes, 1 hour, 3 hours, 1 day and 3 days: corrections come early, and
most pages never change again (newsdiffs' ladder, shortened). What has changed is a revision of the item.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import xxhash

from monitor.addresses import host_of
from monitor.errors import FetchError, ParseError
from monitor.feeds.html import to_text
from monitor.feeds.robots import Robots
from monitor.model import Fetched, Item, PageWatch, make_id
from monitor.ports import Fetcher
from monitor.text.canonical import canonical, readable
from monitor.text.normal import fold, squeeze, visible
from monitor.text.tokens import tokens

LADDER = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=3), timedelta(days=1), timedelta(days=3))
MAX_TEXT = 100_000
MAX_HTML = 3_000_000
#: a page's text must be this much longer than the feed's to be worth more: else it is a wall, a teaser or a consent form
LONGER = 1.2


#: where a page names its own address
MAX_HEAD = 200_000
_LINK = re.compile(rb"<link\b[^>]{0,2000}>", re.IGNORECASE)
_IS_CANONICAL = re.compile(rb"""\brel\s*=\s*["']?canonical\b""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """The article on a page, and the address that the page gives as its own."""

    text: str
    url: str


class PageReader:
    """Reads the article on a page, politely."""

    def __init__(self, fetcher: Fetcher, robots: Robots) -> None:
        self._fetcher, self._robots = fetcher, robots

    async def read(self, url: str) -> Page:
        """The article at `url`. Raises `FetchError` and `ParseError` with the reason in words."""
        if not await self._robots.allow(url):
            raise FetchError(url, "the site's robots.txt does not allow it")
        answer = await self._fetcher.get(url)
        if not isinstance(answer, Fetched):
            raise FetchError(url, "no page came")
        text = await asyncio.to_thread(main_text, answer.body, answer.url)
        return Page(text, own_address(answer.body, url))


def main_text(body: bytes, url: str) -> str:
    """The article on a page as plain text. Raises `ParseError` where none is found."""
    # Half a second to import, and only for who reads pages.
    import trafilatura  # noqa: PLC0415

    found = trafilatura.extract(body[:MAX_HTML], url=url, include_comments=False, include_tables=False, fast=True)
    if not found:
        raise ParseError("no article was found on the page")
    return visible(found).strip()[:MAX_TEXT]


def own_address(body: bytes, url: str) -> str:
    """What the page at `url` says its address is (rel=canonical), on the same site; else `url`.

    Another site's address is where the text was first, and not where this reader found it. A front page is no article's address.
    """
    for link in _LINK.findall(body[:MAX_HEAD]):
        href = _HREF.search(link) if _IS_CANONICAL.search(link) else None
        if href:
            found = to_text((href[1] or href[2] or href[3]).decode("utf-8", "replace")).strip()
            try:
                absolute = urljoin(url, found)
            except ValueError:
                return url
            deep = len(urlsplit(absolute).path) > 1
            return readable(absolute) if deep and _site(absolute) == _site(url) and host_of(absolute) else url
    return url


def _site(url: str) -> str:
    """The host without "www.", "m.", "amp."."""
    return host_of(canonical(url))


def is_richer(item: Item, text: str) -> bool:
    """Whether a page's text says more than the feed did, and of the same thing."""
    return is_same_article(item, text) and len(text) >= LONGER * len(item.body)


def why_not(item: Item, text: str) -> str:
    """Why a page's text does not take the place of the feed's, in words."""
    if not is_same_article(item, text):
        return "the page shows something else than the article (a paywall, a consent form?)"
    return "the page says no more than the feed"


def is_same_article(item: Item, text: str) -> bool:
    """Whether a text is about what the item's title says, and not a wall, a consent form or the front page."""
    title = {token.folded for token in tokens(item.title) if len(token.folded) > 3}
    words = {token.folded for token in tokens(text)}
    return not title or len(title & words) >= len(title) / 2


def with_page(item: Item, text: str) -> Item:
    """The item with its page's text as its content."""
    return replace(item, content=text, markup=tuple(field for field in item.markup if field != "content"))


def text_hash(text: str) -> str:
    """What an unchanged page is recognised by: words, not layout."""
    return xxhash.xxh3_64_hexdigest(fold(squeeze(text)).encode("utf-8", "replace"))


def watch(item: Item, text: str) -> PageWatch:
    """When the page of a new item is looked at again."""
    due = item.first_seen + LADDER[0]
    return PageWatch(
        url=item.url,
        feed=item.feed,
        guid=item.guid,
        first_seen=item.first_seen,
        step=0,
        due=due,
        digest=text_hash(text),
    )


def next_watch(before: PageWatch, digest: str, now: datetime) -> PageWatch | None:
    """The next look at a page; None when it has been looked at often enough."""
    later = [step for step in range(before.step + 1, len(LADDER)) if before.first_seen + LADDER[step] > now]
    if not later:
        return None
    return replace(before, step=later[0], due=before.first_seen + LADDER[later[0]], digest=digest)


def revised(item: Item, text: str, now: datetime) -> Item:
    """The new version of an item whose page changed."""
    digest = text_hash(text)
    return replace(
        with_page(item, text),
        id=make_id("i", item.feed, item.guid, digest),
        digest=digest,
        first_seen=now,
        revision_of=item.id,
        live=True,
    )
