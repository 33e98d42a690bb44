"""The three steps, and the only place that knows the order of things.

    check_feed     fetch → parse → sift → match → record        in parallel, a feed each
    update_topic   pending items → judge → decide → record      one at a time per topic
    deliver        due alerts → send → record                   in parallel, a target each

Each loads what it needs, computes with pure functions and records once, in one short transaction. No transaction is open
while the network is awaited. Every step may be run again after a crash: what it records is idempotent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from monitor.alerts import pace, retry
from monitor.alerts.coalesce import STALE, coalesce
from monitor.alerts.decide import View, day_start, decide
from monitor.alerts.feedback import COUNTED, Verdict, threshold
from monitor.alerts.spikes import NAMED, WEEK, Arrival, spike, spike_alert
from monitor.errors import FeedError, SendError, StoreError
from monitor.feeds import article, schedule
from monitor.feeds.limits import FetchLimits
from monitor.feeds.sift import CALM, fingerprints, guids, sift
from monitor.model import (
    Alert,
    Attempt,
    Decision,
    Development,
    Feed,
    FeedCheck,
    FeedState,
    Fetched,
    Item,
    Judgement,
    Match,
    Moved,
    NotModified,
    PageWatch,
    ParsedFeed,
    StoryUpdate,
    Subscription,
    Topic,
)
from monitor.ports import Fetcher, Notifier, Store
from monitor.stories.judge import TopicMemory, judge
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

#: how far back a restarted process reads to rebuild a topic's memory
MEMORY = timedelta(days=30)
#: an alert that was leased and not recorded is tried again after this
LEASE = timedelta(seconds=60)
#: titles of owed developments that a desk keeps at hand
MOST_TITLES = 10_000
#: pages that are read for one poll of a feed: more wait for nobody, the feed's text stands
PAGES_A_POLL = 10
#: how long a message that never arrived is mentioned when what it said is told after all
REMEMBER_DEAD = timedelta(days=7)


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

    async def read(self, url: str) -> str:
        """Its main text. Raises `FetchError` or `ParseError` with the reason in words."""


# ── check_feed ───────────────────────────────────────────────────────────────────────────────────────────────────────


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
) -> FeedCheck:
    """Polls one feed and records what came of it. A feed's trouble is a value in the record, never an exception.

    `record` records in the store's stead, where many checks go into one transaction.

    Where the feed is to be read in full and there are `pages` to read, the text of a wanted item is that of its page.
    """
    try:
        answer = await fetcher.get(state.url or feed.url, schedule.validators(state, clock()))
        parsed = None if unchanged(answer, state) else await parser.parse(_fetched(answer), feed)
    except FeedError as error:
        now = clock()
        failed, events = schedule.failed(feed, state, error, now=now, limits=limits)
        check = FeedCheck(feed=feed.id, at=now, state=failed, events=events)
    else:
        check = read_feed(feed, state, answer, parsed, matcher=matcher, store=store, limits=limits, now=clock())
    watches: list[PageWatch] = []
    if feed.full_text and pages is not None and check.matches:
        check, watches = await read_in_full(check, pages, matcher)
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
) -> FeedCheck:
    """What an answer adds to what is stored: new items with their matches, and when to come back. Records nothing."""
    if parsed is None:
        after, events = schedule.succeeded(feed, state, answer, parsed=None, new=0, known=0, now=now, limits=limits)
        return FeedCheck(feed=feed.id, at=now, state=after, events=events)
    known = store.known(feed.id, fingerprints(feed, state, parsed))
    versions = store.versions(feed.id, guids(feed, state, parsed))
    sifted = sift(feed, state, parsed, known, versions, now)
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
    )
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


async def read_in_full(check: FeedCheck, pages: Pages, matcher: Matches) -> tuple[FeedCheck, list[PageWatch]]:
    """The check with the pages' texts where they say more than the feed, and when each page is looked at again.

    Only wanted items are read, and a few of each poll. Where a page cannot be read the feed's text stands, and `explain` says why.
    """
    wanted = [item for item in check.items if item.live and item.id in check.matches][:PAGES_A_POLL]
    items = {item.id: item for item in check.items}
    matches = dict(check.matches)
    watches: list[PageWatch] = []
    for item, text in zip(wanted, await asyncio.gather(*(_page(pages, item.url) for item in wanted)), strict=True):
        if isinstance(text, FeedError):
            matches[item.id] = _because(matches[item.id], f"the page was not read ({text}): the feed's text stands")
            continue
        watches.append(article.watch(item, text))
        if article.is_richer(item, text):
            items[item.id] = article.with_page(item, text)
            calm = next((reason for reason in matches[item.id][0].reasons if reason.startswith(CALM)), "")
            found = matcher.match(items[item.id])
            matches[item.id] = (_because(found, calm) if calm else found) or matches[item.id]
        else:
            matches[item.id] = _because(matches[item.id], "the page says no more than the feed")
    return replace(check, items=tuple(items.values()), matches=matches), watches


async def _page(pages: Pages, url: str) -> str | FeedError:
    try:
        return await pages.read(url)
    except FeedError as error:
        return error


def _because(matches: Sequence[Match], reason: str) -> tuple[Match, ...]:
    return tuple(replace(match, reasons=(*match.reasons, reason)) for match in matches)


async def look_again(watch: PageWatch, *, pages: Pages, matcher: Matches, store: Store, now: datetime) -> bool:
    """Reads a watched page again; what has changed is a revision of its item. Whether it had."""
    item = store.versions(watch.feed, [watch.guid]).get(watch.guid)
    text = await _page(pages, watch.url)
    digest = watch.digest if isinstance(text, FeedError) else article.text_hash(text)
    revision = None
    if item is not None and isinstance(text, str) and digest != watch.digest and article.is_same_article(item, text):
        revision = article.revised(item, text, now)
    matches = matcher.match(revision) if revision else ()
    store.record_page(watch, article.next_watch(watch, digest, now), revision, matches)
    return revision is not None


# ── update_topic ─────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Desk:
    """One topic at work: its subscriptions, and its memory, which is only a cache of what the store knows."""

    topic: Topic
    subscriptions: Sequence[Subscription]
    lexicon: Lexicon
    memory: TopicMemory | None = None
    #: how many of the editors' merges and splits the memory has seen
    edits: int = 0
    #: how many items one update judges at most, so that a flood never holds the process for long
    batch: int = field(default=200)
    _rules: dict[tuple[str, ...], Matcher] = field(default_factory=dict)

    _titles: dict[str, str] = field(default_factory=dict)

    def titles(self, developments: Iterable[Development], store: Store) -> dict[str, str]:
        """By development, the title of its item; read once, since what is owed is asked about many times."""
        if len(self._titles) > MOST_TITLES:
            self._titles.clear()
        found = {}
        for one in developments:
            if one.id not in self._titles:
                item = store.item(one.item)
                self._titles[one.id] = item.title if item else ""
            found[one.id] = self._titles[one.id]
        return found

    def rules(self, conditions: tuple[str, ...]) -> Matcher:
        """A matcher for conditions in the query language; made once."""
        if conditions not in self._rules:
            topics = [Topic(id=condition, name=condition, query=condition) for condition in conditions]
            self._rules[conditions] = Matcher(topics, self.lexicon)
        return self._rules[conditions]


def update_topic(desk: Desk, store: Store, now: datetime) -> StoryUpdate:
    """Judges what came in for a topic and records it; then decides who is told what, and records that.

    A crash between the two loses nothing: what was judged is owed, and the store asks again. If recording fails, the memory is
    forgotten and built anew from the store the next time: the database is the truth.
    """
    judged, moved, skipped = _judge_pending(desk, store, now)
    update = decide_topic(desk, store, now)
    return StoryUpdate(
        topic=desk.topic.id,
        at=now,
        judgements=tuple(judged),
        moved=tuple(moved),
        skipped=tuple(skipped),
        decisions=update.decisions,
        alerts=update.alerts,
    )


def remember(desk: Desk, store: Store, now: datetime) -> TopicMemory:
    """A topic's memory as the store has it: what was judged in the last `MEMORY`, in order, and what editors did since."""
    edits = store.edits(desk.topic.id)
    memory = desk.memory
    if memory is None:
        memory = TopicMemory(desk.topic.id, desk.lexicon)
        memory.restore(store.remembered(desk.topic.id, now - MEMORY), edits)
    else:
        for edit in edits[desk.edits :]:
            memory.edit(edit)
    desk.edits = len(edits)
    return memory


def _judge_pending(desk: Desk, store: Store, now: datetime) -> tuple[list[Judgement], list[Moved], list[str]]:
    pending = store.pending(desk.topic.id, desk.batch)
    if not pending:
        return [], [], []
    memory = remember(desk, store, now)
    desk.memory = None
    judged, moved, skipped = _judge(desk, memory, pending, now)
    store.record_update(
        StoryUpdate(topic=desk.topic.id, at=now, judgements=tuple(judged), moved=tuple(moved), skipped=tuple(skipped))
    )
    desk.memory = memory
    return judged, moved, skipped


def _judge(
    desk: Desk, memory: TopicMemory, pending: Sequence[tuple[Item, Match]], now: datetime
) -> tuple[list[Judgement], list[Moved], list[str]]:
    judged: list[Judgement] = []
    moved: list[Moved] = []
    skipped: list[str] = []
    for item, match in pending:
        if match.score < desk.topic.min_relevance:
            skipped.append(item.id)
            continue
        judgement, repairs = judge(memory, item, match, now)
        judged.append(_calmed(judgement, match))
        moved.extend(repairs)
    return judged, moved, skipped


def _calmed(judgement: Judgement, match: Match) -> Judgement:
    """What came in a flood, or undated, is owed to the digest: unsure developments never interrupt."""
    if not any(reason.startswith(CALM) for reason in match.reasons):
        return judgement
    return replace(judgement, developments=tuple(replace(one, sure=False) for one in judgement.developments))


def decide_topic(desk: Desk, store: Store, now: datetime) -> StoryUpdate:
    """Asks for every subscription of a topic who is told what, and records the decisions with the alerts they made."""
    decisions: list[Decision] = []
    alerts: list[Alert] = []
    for subscription in desk.subscriptions:
        owed = store.owed(subscription)
        if not owed:
            continue
        outcome = decide(view(desk, adjusted(subscription, store), owed, store, now), now)
        decisions.extend(outcome.decisions)
        alerts.extend(outcome.alerts)
    update = StoryUpdate(topic=desk.topic.id, at=now, decisions=tuple(decisions), alerts=tuple(alerts))
    if decisions or alerts:
        store.record_update(update)
    return update


def adjusted(subscription: Subscription, store: Store) -> Subscription:
    """The subscription with the threshold that its readers' verdicts have moved."""
    said = store.feedback(subscription.id, COUNTED)
    verdicts = [Verdict(one.verdict) for one in said if not one.undone]
    return replace(subscription, threshold=threshold(subscription.threshold, verdicts)) if verdicts else subscription


def view(desk: Desk, subscription: Subscription, owed: Sequence[Development], store: Store, now: datetime) -> View:
    """All that a decision may look at."""
    ids = {development.story for development in owed}
    stories = {story: found for story in sorted(ids) if (found := store.story(story)) is not None}
    told = store.told(subscription.channel, sorted(ids))
    known = sorted({development for one in told.values() for development in one.developments})
    items = _items(owed, store) if subscription.always or subscription.languages else {}
    waiting = {development.id for development in owed}
    return View(
        subscription=subscription,
        topic=desk.topic,
        owed=tuple(owed),
        stories=stories,
        told=told,
        told_developments=_by_id(store.developments(ids=known) if known else ()),
        sent_today=store.sent_since(subscription.id, day_start(subscription, now)),
        last_digest=store.last_digest(subscription.id),
        began=store.began(subscription.id) or now,
        titles=desk.titles(owed, store),
        urgent=_urgent(desk, subscription, owed, items),
        languages={one: item.language for one, item in items.items()},
        dead=tuple(
            one for one in store.dead_alerts(subscription.id, now - REMEMBER_DEAD) if waiting & {*one.developments}
        ),
    )


def _items(owed: Sequence[Development], store: Store) -> dict[str, Item]:
    return {one.id: item for one in owed if (item := store.item(one.item)) is not None}


def _urgent(
    desk: Desk, subscription: Subscription, owed: Sequence[Development], items: Mapping[str, Item]
) -> frozenset[str]:
    """Developments that an `always` condition wants: it is asked of the evidence alone, not of what stands around it."""
    if not subscription.always:
        return frozenset()
    rules = desk.rules(subscription.always)
    evidence = {
        one.id: replace(items[one.id], title="", summary="", content=one.text) for one in owed if one.id in items
    }
    return frozenset(one for one, item in evidence.items() if rules.match(item))


def _by_id(developments: Iterable[Development]) -> Mapping[str, Development]:
    return {development.id: development for development in developments}


def watch_for_spikes(desk: Desk, store: Store, now: datetime) -> list[Alert]:
    """Tells a topic's subscriptions once a day that it is suddenly everywhere; the alerts that were made."""
    found = spike([Arrival(*one) for one in store.arrivals(desk.topic.id, now - WEEK)], now)
    if found is None:
        return []
    stories = {one: story for one in found.stories[:NAMED] if (story := store.story(one)) is not None}
    made = []
    for subscription in desk.subscriptions:
        sent_today = store.sent_since(subscription.id, day_start(subscription, now))
        alert = spike_alert(found, subscription, desk.topic, stories, sent_today, now)
        if alert is not None and store.alert(alert.id) is None:
            store.put_alert(alert)
            made.append(alert)
    return made


# ── deliver ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def coalesce_stale(store: Store, now: datetime) -> list[Alert]:
    """Puts one digest in the place of what a channel was owed for too long; the digests that were made."""
    found = coalesce(store.waiting(now - STALE), now)
    return [digest for digest, replaced in found if store.supersede(digest, replaced)]


async def deliver(
    alert: Alert,
    *,
    notifier: Notifier,
    store: Store,
    clock: Callable[[], datetime],
    fallbacks: Mapping[str, str] = MappingProxyType({}),
    unwritten: Callable[[StoreError], Awaitable[None]] | None = None,
) -> Attempt:
    """Sends one alert and records what became of it. What was promised is told only once the peer has accepted it.

    `fallbacks` name the channel that takes over, by subscription or by channel. `unwritten` is called where the store refuses the
    record, and waits before the next try or raises: the message is out, and a second one would say it twice.
    """
    thread = store.thread(alert.channel, alert.story) if alert.story else []
    receipts = store.receipts(alert.channel, alert.story) if alert.story else []
    try:
        receipt = await notifier.send(alert, thread=thread, receipts=receipts)
    except SendError as error:
        attempt = retry.after_failure(alert, error, clock())
    else:
        attempt = Attempt(alert=alert.id, at=clock(), receipt=receipt.message_id or receipt.detail)
    fallback = fallbacks.get(alert.subscription) or fallbacks.get(alert.channel) or ""
    while True:
        try:
            _record_attempt(alert, attempt, store, fallback)
        except StoreError as error:
            if unwritten is None:
                raise
            await unwritten(error)
        else:
            return attempt


def _record_attempt(alert: Alert, attempt: Attempt, store: Store, fallback: str) -> None:
    """What became of a try. The way round comes first: a crash between the two costs a try, and no message."""
    if (
        attempt.error
        and attempt.retry_at is None
        and fallback not in ("", alert.channel)
        and not retry.went_round(alert)
    ):
        _send_round(alert, fallback, store, attempt.at)
    store.record_attempt(attempt)


def _send_round(alert: Alert, fallback: str, store: Store, now: datetime) -> None:
    """Owes to the channel that takes over what it does not know yet, with what else is owed to the one that is dead."""
    stories = {line.story for line in alert.message.lines}
    known = {one for told in store.told(fallback, stories).values() for one in told.developments | told.promised}
    rest = retry.without(alert, known)
    if rest is not None:
        others = [one for one in store.waiting(now) if one.channel == alert.channel and one.id != alert.id]
        store.put_alert(retry.instead(rest, fallback, now, others))


def hold_back(
    alert: Alert,
    *,
    store: Store,
    per_hour: Mapping[str, int],
    subscriptions: Mapping[str, Subscription],
    now: datetime,
) -> pace.Wait | None:
    """Puts off an alert that may not go out now, by its channel's rate or for the night; why, and until when."""
    rate = per_hour.get(alert.channel)
    took = store.deliveries(alert.channel, now - pace.HOUR) if rate is not None else []
    found = pace.wait(alert, now, per_hour=rate, took=took, subscription=subscriptions.get(alert.subscription))
    if found is not None:
        store.put_off(alert.id, found.until, found.why)
    return found
