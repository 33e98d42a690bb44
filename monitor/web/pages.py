"""What each page shows, as values: the store is asked, and nothing is phrased or escaped yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.alerts.chains import chain
from monitor.alerts.feedback import LASTS
from monitor.feeds.websub import is_live
from monitor.model import Alert, Development, Event, Feed, FeedState, Item, Judgement, Kind, Story
from monitor.ports import Store
from monitor.stories.glance import names_of

#: periods of the front page, in hours
PERIODS = (24, 72, 168)
#: stories on the front page; developments shown with each
STORIES = 60
LINES = 4
#: from this importance on, a story may lead the front page
LEAD = 0.5
ALERTS = 100
STATES = ("owed", "sent", "dead", "superseded")
#: how far back the monitor's own events are shown, and how many
EVENTS_SINCE, EVENTS = timedelta(days=7), 30


# ── the front page ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A story on the front page: the weightiest of what is new in it, newest first, and how much more its own page has."""

    story: Story
    new: tuple[Development, ...]
    more: int
    #: reports in the period that said nothing new
    echoes: int

    @property
    def importance(self) -> float:
        """That of the weightiest new development."""
        return max((one.importance for one in self.new), default=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """How the watching goes, in figures: the line under the masthead."""

    feeds: int
    failing: int
    polled: datetime | None
    owed: int
    dead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The front page: one story leads, the others follow, latest first."""

    lead: Piece | None
    pieces: tuple[Piece, ...]
    hours: int
    topic: str
    #: more stories were updated than are shown
    cut: bool

    @property
    def stories(self) -> int:
        """Stories shown."""
        return len(self.pieces) + (self.lead is not None)

    @property
    def developments(self) -> int:
        """New developments in all of them."""
        return sum(len(piece.new) + piece.more for piece in (*self.pieces, *([self.lead] if self.lead else [])))


def watch(store: Store) -> Watch:
    """The figures under every masthead."""
    states = [state for _, state in store.feeds() if not state.retired]
    counts = store.counts()
    return Watch(
        feeds=len(states),
        failing=sum(state.failures > 0 for state in states),
        polled=max((state.checked_at for state in states if state.checked_at), default=None),
        owed=int(counts.get("alerts_owed", 0)),
        dead=int(counts.get("alerts_dead", 0)),
    )


def news(store: Store, now: datetime, hours: int, topic: str) -> News:
    """What the last `hours` brought, by story; of one topic, or of all where `topic` is ""."""
    since = now - timedelta(hours=hours)
    found = store.stories(topic or None, since, STORIES + 1)
    pieces = [piece for story in found[:STORIES] if (piece := _piece(store, story, since)).new]
    lead = max(pieces, key=lambda piece: (piece.importance, piece.story.updated), default=None)
    if lead is not None and lead.importance < LEAD:
        lead = None
    rest = tuple(piece for piece in pieces if piece is not lead)
    return News(lead=lead, pieces=rest, hours=hours, topic=topic, cut=len(found) > STORIES)


def _piece(store: Store, story: Story, since: datetime) -> Piece:
    recent = [one for one in store.developments(story=story.id) if one.at >= since]
    new = [one for one in recent if one.kind is not Kind.SOURCE]
    weighty = sorted(new, key=lambda one: (one.sure, one.importance, one.at), reverse=True)[:LINES]
    shown = [one for one in new if one in weighty]
    return Piece(story=story, new=_newest_first(shown), more=len(new) - len(shown), echoes=len(recent) - len(new))


def _newest_first(developments: Iterable[Development]) -> tuple[Development, ...]:
    """Latest first; what one report said stays in the order in which it said it."""
    return tuple(sorted(developments, key=lambda one: one.at, reverse=True))


# ── a story ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report of a story, and the report it copies, if it is a copy."""

    item: Item
    judgement: Judgement
    original: Item | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryPage:
    """A story's timeline, newest first, the last word on each of its figures, and its sources."""

    story: Story
    timeline: tuple[Development, ...]
    figures: tuple[Development, ...]
    sources: tuple[Source, ...]
    #: by item id, the language of the report that a line was taken from
    languages: dict[str, str]

    @property
    def copies(self) -> int:
        """Reports that are copies of others."""
        return sum(source.judgement.copy_of is not None for source in self.sources)

    @property
    def origins(self) -> tuple[str, ...]:
        """Who said it first, each as readers know it and not by its key."""
        names = names_of((source.item, source.judgement) for source in self.sources)
        return tuple(names.get(origin, origin) for origin in self.story.origins)


def story(store: Store, found: Story) -> StoryPage:
    """The page of a story."""
    timeline = sorted(store.developments(story=found.id), key=lambda one: one.at)
    placed = store.story_items(found.id)
    items = {item.id: item for item, _ in placed}
    sources = [
        Source(item=item, judgement=judgement, original=_original(store, items, judgement.copy_of))
        for item, judgement in placed
    ]
    return StoryPage(
        story=found,
        timeline=_newest_first(timeline),
        figures=_figures(timeline),
        sources=tuple(sources),
        languages={item.id: item.language for item in items.values()},
    )


def told(store: Store, found: Story, now: datetime) -> list[Alert]:
    """The newest message about a story to each subscription, as long as something can be said of it."""
    newest: dict[str, Alert] = {}
    for alert in store.alerts_of(found.id):
        if alert.state in ("owed", "sending", "sent") and now - alert.created < LASTS:
            newest[alert.subscription] = alert
    return list(newest.values())


def _original(store: Store, items: dict[str, Item], copied: str | None) -> Item | None:
    return (items.get(copied) or store.item(copied)) if copied else None


def _figures(timeline: Sequence[Development]) -> tuple[Development, ...]:
    """The last link of each chain of figures, in the order in which the chains began."""
    last: dict[tuple[str, ...], Development] = {}
    for one in timeline:
        link = chain(one)
        if link is not None and link[1] == "figure":
            last[link] = one
    return tuple(last.values())


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────

Health = Literal["failing", "new", "well", "retired"]
_ORDER: tuple[Health, ...] = ("failing", "new", "well", "retired")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """One feed and how it is."""

    feed: Feed
    state: FeedState
    #: until when a hub sends what is new; None where none does
    pushed_until: datetime | None = None

    @property
    def health(self) -> Health:
        """In a word."""
        if self.state.retired:
            return "retired"
        if self.state.failures:
            return "failing"
        return "well" if self.state.checked_at else "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedsPage:
    """Every feed, those that need a person first, and what the monitor said of itself lately, newest first."""

    rows: tuple[FeedRow, ...]
    events: tuple[Event, ...]

    def count(self, health: Health) -> int:
        """How many feeds are like this."""
        return sum(row.health == health for row in self.rows)


def feeds(store: Store, now: datetime) -> FeedsPage:
    """The page of the feeds' health."""
    pushed = {push.feed: push.until for push in store.pushes() if is_live(push, now)}
    rows = [FeedRow(feed=feed, state=state, pushed_until=pushed.get(feed.id)) for feed, state in store.feeds()]
    rows.sort(key=lambda row: (_ORDER.index(row.health), row.feed.name.casefold()))
    return FeedsPage(rows=tuple(rows), events=tuple(_latest(store.events(now - EVENTS_SINCE))))


def _latest(events: Iterable[Event]) -> list[Event]:
    return sorted(events, key=lambda event: event.at, reverse=True)[:EVENTS]


# ── the outbox ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """Alerts, newest first, in one state or in all where `state` is ""."""

    alerts: tuple[Alert, ...]
    state: str
    cut: bool


def outbox(store: Store, state: str) -> Outbox:
    """The page of the outbox."""
    found = store.alerts(state or None, ALERTS + 1)
    return Outbox(alerts=tuple(found[:ALERTS]), state=state, cut=len(found) > ALERTS)
