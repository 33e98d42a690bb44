"""check_feed: fetch → parse → sift → match → record, in parallel, a feed each; and the pages behind its items."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from monitor.errors import FeedError, ParseError
from monitor.feeds import article, schedule
from monitor.feeds.limits import FetchLimits
from monitor.feeds.sift import CALM, Sifted, fingerprints, guids, sift
from monitor.model import (
    Event,
    Feed,
    FeedCheck,
    FeedState,
    Fetched,
    Item,
    Match,
    NotModified,
    PageWatch,
    ParsedFeed,
)
from monitor.ports import Fetcher, Store

#: pages that are read for one poll of a feed: more wait for nobody, the feed's text stands
PAGES_A_POLL = 10


class Matches(Protocol):
    """Says which topics want an item, and why."""

    def match(self, item: Item) -> tuple[Match, ...]:
        """One `Match` for each topic that the item mentions, also below the topic's `min_relevance`."""


class Parser(Protocol):
    """Turns a body into entries, off the event loop."""

    async def parse(self, fetched: Fetched, feed: Feed) -> ParsedFeed:
        """Raises `ParseError`."""


class Pages(Protocol):
    """Reads the article on a page."""

    async def read(self, url: str) -> article.Page:
        """Its main text, and its own address. Raises `FetchError` or `ParseError` with the reason in words."""


async def check_feed(
    feed: Feed,
    state: FeedState,
    *,
    fetcher: Fetcher,
    parser: Parser,
    matcher: Matches,
    store: Store,
    limits: FetchLimits,
    clock: Callable[[], datetime],
    pages: Pages | None = None,
    record: Callable[[FeedCheck], Awaitable[None]] | None = None,
    pushed: bool = False,
) -> FeedCheck:
    """Polls one feed and records what came of it. A feed's trouble is a value in the record, never an exception.

    `record` records in the store's stead, where many checks go into one transaction.

    Where the feed is to be read in full and there are `pages` to read, the text of a wanted item is that of its page. `pushed`
    says that a hub sends what is new.
    """
    try:
        answer = await fetcher.get(state.url or feed.url, schedule.validators(state, clock()))
        parsed = None if unchanged(answer, state) else await parser.parse(_fetched(answer), feed)
    except FeedError as error:
        now = clock()
        failed, events = schedule.failed(feed, state, error, now=now, limits=limits)
        check = FeedCheck(feed=feed.id, at=now, state=failed, events=events)
    else:
        check = read_feed(
            feed, state, answer, parsed, matcher=matcher, store=store, limits=limits, now=clock(), pushed=pushed
        )
    return await keep(feed, check, matcher=matcher, store=store, pages=pages, record=record)


async def take_push(
    feed: Feed,
    state: FeedState,
    sent: Fetched,
    *,
    parser: Parser,
    matcher: Matches,
    store: Store,
    clock: Callable[[], datetime],
    pages: Pages | None = None,
    record: Callable[[FeedCheck], Awaitable[None]] | None = None,
) -> FeedCheck | None:
    """Reads what a hub has sent as a poll's answer is read, and records it; None where it holds no feed, and a poll should look.

    It may hold all of the feed or only what is new (WebSub §7), so that nothing is concluded from what it lacks.
    """
    try:
        parsed = await parser.parse(sent, feed)
    except ParseError:
        return None
    now = clock()
    sifted = _sifted(feed, state, parsed, store, now)
    after, events = schedule.pushed(feed, state, new=len(sifted.items), now=now)
    check = _check(feed, parsed, sifted, after, events, matcher, now)
    return await keep(feed, check, matcher=matcher, store=store, pages=pages, record=record)


async def keep(
    feed: Feed,
    check: FeedCheck,
    *,
    matcher: Matches,
    store: Store,
    pages: Pages | None,
    record: Callable[[FeedCheck], Awaitable[None]] | None,
) -> FeedCheck:
    """Records a check, with the pages behind its items where the feed is to be read in full."""
    watches: list[PageWatch] = []
    if feed.full_text and pages is not None and check.matches:
        check, watches = await read_in_full(check, pages, matcher, store)
    await record(check) if record else store.record_check(check)
    if watches:
        store.watch_pages(watches)
    return check


def unchanged(answer: Fetched | NotModified, state: FeedState) -> bool:
    """Whether there is nothing to parse: the server says so, or the body is the one we read last time."""
    return isinstance(answer, NotModified) or (state.baseline_done and schedule.body_hash(answer.body) == state.body)


def _fetched(answer: Fetched | NotModified) -> Fetched:
    assert isinstance(answer, Fetched)
    return answer


def read_feed(
    feed: Feed,
    state: FeedState,
    answer: Fetched | NotModified,
    parsed: ParsedFeed | None,
    *,
    matcher: Matches,
    store: Store,
    limits: FetchLimits,
    now: datetime,
    pushed: bool = False,
) -> FeedCheck:
    """What an answer adds to what is stored: new items with their matches, and when to come back. Records nothing."""
    if parsed is None:
        after, events = schedule.succeeded(
            feed, state, answer, parsed=None, new=0, known=0, now=now, limits=limits, pushed=pushed
        )
        return FeedCheck(feed=feed.id, at=now, state=after, events=events)
    sifted = _sifted(feed, state, parsed, store, now)
    after, events = schedule.succeeded(
        feed,
        state,
        answer,
        parsed=parsed,
        new=len(sifted.items),
        known=sifted.known,
        measures=sifted.measures,
        now=now,
        limits=limits,
        pushed=pushed,
    )
    return _check(feed, parsed, sifted, after, events, matcher, now)


def _sifted(feed: Feed, state: FeedState, parsed: ParsedFeed, store: Store, now: datetime) -> Sifted:
    # Of a feed that was never read nothing is stored.
    known = store.known(feed.id, fingerprints(feed, state, parsed)) if state.baseline_done else set()
    versions = store.versions(feed.id, guids(feed, state, parsed)) if state.baseline_done else {}
    return sift(feed, state, parsed, known, versions, now)


def _check(
    feed: Feed,
    parsed: ParsedFeed,
    sifted: Sifted,
    after: FeedState,
    events: Sequence[Event],
    matcher: Matches,
    now: datetime,
) -> FeedCheck:
    return FeedCheck(
        feed=feed.id,
        at=now,
        state=after,
        items=sifted.items,
        matches={
            item.id: _because(found, sifted.calm[item.id]) if item.id in sifted.calm else found
            for item in sifted.items
            if (found := matcher.match(item))
        },
        tombstones=sifted.tombstones,
        entries=len(parsed.entries),
        events=(*sifted.events, *events),
    )


# ── pages behind items ───────────────────────────────────────────────────────────────────────────────────────────────


async def read_in_full(
    check: FeedCheck, pages: Pages, matcher: Matches, store: Store
) -> tuple[FeedCheck, list[PageWatch]]:
    """The check with the pages' texts where they say more than the feed, and when each page is looked at again.

    Only wanted items are read, and a few of each poll; a page that another item was read from is not fetched again. Where a page
    cannot be read, or is no article, the feed's text stands, and `explain` says why.
    """
    wanted = [item for item in check.items if item.live and item.id in check.matches][:PAGES_A_POLL]
    items = {item.id: item for item in check.items}
    matches = dict(check.matches)
    watches: list[PageWatch] = []
    before = [_read_before(item, store) for item in wanted]
    read = await asyncio.gather(*(_page(pages, item.url, known) for item, known in zip(wanted, before, strict=True)))
    for found_at, page, known in zip(wanted, read, before, strict=True):
        if isinstance(page, FeedError):
            matches[found_at.id] = _because(
                matches[found_at.id], f"the page was not read ({page}): the feed's text stands"
            )
            continue
        item = items[found_at.id] = replace(found_at, url=page.url)
        if not known:
            watches.append(article.watch(item, page.text))
        if article.is_richer(item, page.text):
            items[item.id] = article.with_page(item, page.text)
            calm = next((reason for reason in matches[item.id][0].reasons if reason.startswith(CALM)), "")
            found = matcher.match(items[item.id])
            matches[item.id] = (_because(found, calm) if calm else found) or matches[item.id]
        else:
            matches[item.id] = _because(matches[item.id], f"{article.why_not(item, page.text)}: the feed's text stands")
    return replace(check, items=tuple(items.values()), matches=matches), watches


def _read_before(item: Item, store: Store) -> str:
    """The text of the item's page as it was read for another item, in this feed or another; "" where it was not, or has changed since."""
    watch = store.watched_page(item.url)
    if watch is None or (watch.feed, watch.guid) == (item.feed, item.guid):
        return ""
    other = store.versions(watch.feed, [watch.guid]).get(watch.guid)
    return other.content if other is not None and article.text_hash(other.content) == watch.digest else ""


async def _page(pages: Pages, url: str, known: str = "") -> article.Page | FeedError:
    try:
        return article.Page(url=url, text=known) if known else await pages.read(url)
    except FeedError as error:
        return error


def _because(matches: Sequence[Match], reason: str) -> tuple[Match, ...]:
    return tuple(replace(match, reasons=(*match.reasons, reason)) for match in matches)


async def look_again(watch: PageWatch, *, pages: Pages, matcher: Matches, store: Store, now: datetime) -> bool:
    """Reads a watched page again; what has changed is a revision of its item. Whether it had."""
    item = store.versions(watch.feed, [watch.guid]).get(watch.guid)
    page = await _page(pages, watch.url)
    digest = watch.digest if isinstance(page, FeedError) else article.text_hash(page.text)
    revision = None
    if (
        item is not None
        and isinstance(page, article.Page)
        and digest != watch.digest
        and article.is_same_article(item, page.text)
    ):
        revision = article.revised(item, page.text, now)
    matches = matcher.match(revision) if revision else ()
    store.record_page(watch, article.next_watch(watch, digest, now), revision, matches)
    return revision is not None
