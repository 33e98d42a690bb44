"""Pages behind items: read once, believed only where they say more, and what was not read is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from store_values import NOON, feed, item, match, state

from monitor.errors import FetchError
from monitor.feeds.article import Page
from monitor.model import FeedCheck, Item, Match
from monitor.pipeline.checking import keep, look_again
from monitor.ports import Store

PORT = (
    "The port of Coro was closed on Monday because its main crane broke, the harbour master told reporters at the quay. "
    * 3
)
WALL = "Subscribe now to go on reading. One month costs five dollars, and you can leave whenever you like. " * 5


@dataclass
class Web:
    """Pages by address; whatever else is asked for is not there. Keeps what was asked."""

    pages: Mapping[str, str]
    asked: list[str] = field(default_factory=list)

    async def read(self, url: str) -> Page:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(url, "HTTP 404: not found", status=404)
        return Page(url=url, text=self.pages[url])


class Everything:
    """A topic that wants every item."""

    def match(self, one: Item) -> tuple[Match, ...]:
        return (match(),)


async def took(store: Store, web: Web, *items: Item, name: str = "wire") -> None:
    """A poll of a feed that is read in full, with these items in it."""
    source = replace(feed(name), full_text=True)
    store.put_feeds([replace(feed(one), full_text=True) for one in ("wire", "world")], NOON)
    matches = {one.id: (match(),) for one in items}
    check = FeedCheck(feed=name, at=NOON, state=state(name), items=items, matches=matches)
    await keep(source, check, matcher=Everything(), store=store, pages=web, record=None)


def said(store: Store, ident: str) -> str:
    return " | ".join(reason for one in store.matches(ident) for reason in one.reasons)


async def test_a_page_that_two_feeds_link_to_is_fetched_once_and_read_for_both(store: Store) -> None:
    url = "https://wire.example/coro"
    web = Web({url: PORT})
    first = item("i1", url=url, title="Port of Coro closed", content="", summary="A short one.")
    await took(store, web, first)
    await took(store, web, replace(first, id="i2", feed="world", guid="other"), name="world")
    assert web.asked == [url]
    stored = [store.item("i1"), store.item("i2")]
    assert all(one is not None and one.content == PORT for one in stored)
    (watch,) = store.due_pages(NOON + timedelta(days=9))
    assert watch.feed == "wire", "the ladder of looks is that of the first reading"


async def test_an_article_that_its_own_feed_changes_is_read_anew(store: Store) -> None:
    url = "https://wire.example/coro"
    first = item("i1", url=url, title="Port of Coro closed", content="", summary="A short one.")
    await took(store, Web({url: PORT}), first)
    web = Web({url: PORT + " It opens again on Friday."})
    await took(store, web, replace(first, id="i2", summary="Another one.", revision_of="i1"))
    assert web.asked == [url]
    stored = store.item("i2")
    assert stored is not None
    assert "Friday" in stored.content


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ({}, "HTTP 404"),
        ({"https://wire.example/coro": WALL}, "a paywall"),
        ({"https://wire.example/coro": "Port of Coro closed."}, "says no more than the feed"),
    ],
    ids=["missing", "walled", "short"],
)
async def test_where_the_page_is_no_article_the_feeds_text_stands_and_that_is_said(
    store: Store, pages: Mapping[str, str], why: str
) -> None:
    text = "The port of Coro was closed on Monday because its main crane broke."
    one = item("i1", url="https://wire.example/coro", title="Port of Coro closed", content="", summary=text)
    await took(store, Web(pages), one)
    stored = store.item("i1")
    assert stored is not None
    assert (stored.content, stored.summary) == ("", text)
    assert why in said(store, "i1")
    assert "the feed's text stands" in said(store, "i1")


async def test_a_page_that_changes_between_two_looks_makes_a_revision_and_is_looked_at_five_times(store: Store) -> None:
    url = "https://wire.example/coro"
    web = Web({url: PORT})
    await took(store, web, item("i1", url=url, title="Port of Coro closed", content="", summary="A short one."))
    looks: list[tuple[timedelta, bool]] = []
    pages = {timedelta(hours=1): PORT + " It opens again on Friday.", timedelta(days=1): WALL}
    now = NOON
    while watches := store.due_pages(now := now + timedelta(minutes=15)):
        (watch,) = watches
        web.pages = {url: pages.get(now - NOON, web.pages[url])}
        looks.append((now - NOON, await look_again(watch, pages=web, matcher=Everything(), store=store, now=now)))
        while not store.due_pages(now) and store.due_pages(NOON + timedelta(days=9)):
            now += timedelta(minutes=15)
        now -= timedelta(minutes=15)
    assert looks == [
        (timedelta(minutes=15), False),
        (timedelta(hours=1), True),
        (timedelta(hours=3), False),
        (timedelta(days=1), False),  # a wall in the article's place is no correction
        (timedelta(days=3), False),
    ]
    newest = store.versions("wire", ["guid-i1"])["guid-i1"]
    assert "Friday" in newest.content
    assert newest.revision_of == "i1"
    assert newest.id in {one.id for one, _ in store.pending("venezuela")}
    assert len(web.asked) == 6
