"""What the pipeline needs from outside, and nothing more: a clock, a way to fetch, a way to notify, a memory.

Adapters live in `feeds/fetch`, `alerts/send` and `store/`; tests bring fakes with behaviour. One contract suite
(`tests/contract`) runs over every adapter and every fake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.model import (
    Alert,
    Attempt,
    Decision,
    Development,
    Event,
    Expectation,
    Fact,
    Feed,
    Feedback,
    FeedCheck,
    FeedState,
    Fetched,
    Item,
    Judgement,
    Match,
    Message,
    Moved,
    Mute,
    NotModified,
    PageWatch,
    Push,
    Receipt,
    Remembered,
    Span,
    Story,
    StoryUpdate,
    Subscription,
    Told,
    Trouble,
    Validators,
)


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""


class Fetcher(Protocol):
    """The one way out to the network for feeds and pages."""

    async def get(self, url: str, validators: Validators = Validators()) -> Fetched | NotModified:
        """Fetches `url` politely. Raises `FetchError`, and `RefusedError` for what we will not fetch."""


class Notifier(Protocol):
    """The one way out for messages."""

    async def send(
        self, alert: Alert, *, thread: Sequence[str] = (), root: str = "", living: Message | None = None
    ) -> Receipt:
        """Sends one alert to its channel; `thread` holds the keys of the alerts that the channel already got of this story.

        `root` is the peer's id of the story's living message there, "" where there is none, and `living` what that should say
        from now on. Raises `SendError`: permanent or not, with the time the peer asked us to wait for, if it did.
        """


class Embedder(Protocol):
    """A sentence model: texts in, vectors out, always the same for the same text."""

    #: tells one model's vectors from another's
    name: str

    def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector a text, all of one length; zeros for a text that the model knows nothing of."""


class Store(Protocol):
    """The truth. Three questions about what is due, three records, and what the doors read.

    Every `record_…` is one transaction, idempotent, and safe to run again after a crash.
    """

    # feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def put_feeds(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Makes these the configured feeds; a new one, and one whose address was edited, is due at once.

        Feeds that vanish keep their items and are not polled.
        """

    def due_feeds(self, now: datetime, limit: int = 500) -> list[tuple[Feed, FeedState]]:
        """Feeds whose `check_after` has come and that are not retired, longest overdue first."""

    def feeds(self) -> list[tuple[Feed, FeedState]]:
        """Every configured feed with its state, by name."""

    def checked(self) -> list[tuple[str, datetime | None, bool]]:
        """Of every configured feed, its id, when it was last checked, and whether its baseline is stored; cheap enough for every tick."""

    def known(self, feed: str, tombstones: Iterable[str]) -> set[str]:
        """Those of these hashes that this feed has carried before."""

    def versions(self, feed: str, guids: Iterable[str]) -> dict[str, Item]:
        """The newest stored item of this feed for each of these guids; guids without one are left out."""

    def record_check(self, check: FeedCheck) -> None:
        """Items, matches, tombstones, events and the feed's state, in one transaction."""

    def watch_pages(self, watches: Iterable[PageWatch]) -> None:
        """Keeps which pages are looked at again, and when; one of an address that is watched replaces it."""

    def due_pages(self, now: datetime, limit: int = 20) -> list[PageWatch]:
        """Pages whose time has come, longest overdue first."""

    def watched_page(self, url: str) -> PageWatch | None:
        """The watch on the page at this address, if it was read lately."""

    def record_page(
        self, before: PageWatch, after: PageWatch | None, revision: Item | None = None, matches: Sequence[Match] = ()
    ) -> None:
        """A look at a page: the next one (None: the last), and a revision of its item if its text changed, in one transaction."""

    def record_checks(self, checks: Sequence[FeedCheck]) -> None:
        """Several checks in one transaction: all of them, or none."""

    def polled(self, feed: str) -> tuple[Feed, FeedState] | None:
        """A configured feed with its state; None where it is not configured, or retired."""

    def pushes(self) -> list[Push]:
        """The subscriptions of configured feeds at WebSub hubs, by feed; one a feed at most."""

    def push(self, push: str) -> Push | None:
        """One of them by its id, also of a feed that is no longer configured; None where another one has taken its place."""

    def push_of(self, feed: str) -> Push | None:
        """The one of a feed."""

    def due_pushes(self, now: datetime, limit: int = 100) -> list[Push]:
        """Those of feeds that are polled about which something is to be done by now, longest overdue first."""

    def record_push(self, before: Push | None, after: Push) -> bool:
        """Puts `after` in the place of `before`; False, and nothing is changed, where that is not what is stored any more."""

    def poll_soon(self, feed: str, at: datetime) -> None:
        """A feed that is well is polled at `at` if it would be polled later; one that failed waits as it was told."""

    # topics ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def due_topics(self, now: datetime) -> list[str]:
        """Topics with items that were not judged yet, with a decision whose time has come, or with something announced that is due."""

    def pending(self, topic: str, limit: int = 500) -> list[tuple[Item, Match]]:
        """Items that a topic wants and has not judged yet, in order of (first_seen, arrival)."""

    def remembered(self, topic: str, since: datetime, newest: int = 10**6) -> list[Remembered]:
        """Judged items since then, in the order in which they were judged: what rebuilds a topic's memory after a restart.

        Only of the `newest` stories, those that had news last: no memory holds more.
        """

    def asleep(
        self, topic: str, keys: Mapping[int, float], least: float, limit: int, awake: Collection[str]
    ) -> list[Remembered]:
        """The items of at most `limit` stories that left the memory (`StoryUpdate.asleep`) and are none of `awake`.

        Those whose keys agree with these to at least `least` (the product of both vectors), the nearest story first.
        """

    def asleep_with(self, topic: str, item: str) -> list[Remembered]:
        """The items of the story that this item is in, in the order of judging; [] where it is in none."""

    def arrivals(self, topic: str, since: datetime) -> list[tuple[datetime, str, str]]:
        """When each item of a topic was judged since then, from which origin, and of which story."""

    def due_expectations(self, topic: str, now: datetime) -> list[Expectation]:
        """What a topic's stories announced and the clock has to ask about by now, the first due first."""

    def put_subscriptions(self, subscriptions: Iterable[Subscription], now: datetime) -> None:
        """Makes these the configured subscriptions. A new one is owed what is recorded from now on, not the past.

        What was owed before is asked about at once: the rules may have changed.
        """

    def owed(self, subscription: Subscription) -> list[Development]:
        """Developments of its topic, recorded since it began, that its channel was neither told nor promised, oldest first.

        Without those that a decision settled for this very subscription: another one of the same channel may still want them.
        """

    def began(self, subscription: str) -> datetime | None:
        """When a subscription was first seen; None if never."""

    def told(self, channel: str, stories: Iterable[str]) -> dict[str, Told]:
        """What a channel knows of these stories, and what it is promised; stories it knows nothing of are left out.

        `last_at` is the time of the last delivery, or of a promise that is later.
        """

    def sent_since(self, subscription: str, since: datetime) -> int:
        """Interruptions (mode "now") made for a subscription since then: the day's budget."""

    def last_digest(self, subscription: str) -> datetime | None:
        """When the last digest of a subscription was made."""

    def next_due(self) -> datetime | None:
        """The earliest time at which something falls due without news: a held decision, a delivery, something announced."""

    def record_update(self, update: StoryUpdate) -> None:
        """Judgements, developments, facts, expectations, repairs, decisions and outbox rows, in one transaction.

        An item that the topic has judged stays as it was judged. Decisions replace all that stood for the subscriptions they
        mention, so they must say something of everything a subscription is owed. New developments are asked about at once.
        """

    # alerts ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def due_alerts(self, now: datetime, lease: timedelta, limit: int = 100) -> list[Alert]:
        """Owed alerts whose time has come, each leased to this caller for `lease`."""

    def alerts_of(self, story: str, channel: str | None = None) -> list[Alert]:
        """Alerts about one story, of one channel or of all, in every state, oldest first."""

    def not_before(self, channel: str, now: datetime) -> datetime | None:
        """Until when a channel asked for no request (`Attempt.not_before`); None where it did not, or that is over."""

    def record_attempt(self, attempt: Attempt) -> None:
        """A try. On success the alert is sent and its developments are told; on a final failure it is dead and they are owed again.

        What is owed again is asked about an hour later, or with the next news: a dead channel is not tried at every tick.
        """

    def release_leases(self) -> int:
        """Frees the leases that a dead process of this store left behind; how many there were."""

    def waiting(self, since: datetime) -> list[Alert]:
        """Alerts made then or before that are owed and that nobody is sending, oldest first."""

    def supersede(self, alert: Alert, replaced: Iterable[str]) -> bool:
        """Puts one alert in the place of several of its channel, with all that they promised.

        False, and nothing is changed, if one of them is being sent or is not owed any more.
        """

    def dead_alerts(self, subscription: str, since: datetime) -> list[Alert]:
        """Alerts of a subscription made since then that never arrived, oldest first."""

    def record_feedback(self, feedback: Feedback) -> None:
        """Keeps a reader's verdict; the same one on the same alert is one."""

    def undo_feedback(self, feedback: str) -> bool:
        """Takes a verdict back; False if there is none of this id, or it was taken back."""

    def feedback(self, subscription: str | None = None, limit: int = 100) -> list[Feedback]:
        """What readers said, newest first."""

    def trouble(self, channel: str) -> Trouble | None:
        """What keeps a channel from taking messages; None where the last try succeeded, or there was none."""

    def deliveries(self, channel: str, since: datetime) -> list[datetime]:
        """When a channel took messages after `since`, oldest first."""

    def put_off(self, alert: str, until: datetime, why: str) -> None:
        """An alert that is owed waits until then; no try is counted."""

    def pending_since(self) -> datetime | None:
        """When the item came that waits longest to be judged; None if none waits."""

    def clock_went_back(self, now: datetime) -> None:
        """Makes due at once what was put to a later time by a clock that was ahead."""

    def put_alert(self, alert: Alert) -> None:
        """An alert that no topic made: the system's own."""

    def retry_alert(self, alert: str, now: datetime) -> bool:
        """Makes a dead alert owed again; False if there is none of this id."""

    # what the doors read ───────────────────────────────────────────────────────────────────────────────────────────
    def stories(self, topic: str | None = None, since: datetime | None = None, limit: int = 200) -> list[Story]:
        """Stories, most recently updated first."""

    def story(self, story: str) -> Story | None:
        """One story, following merges; None if there is none."""

    def story_items(self, story: str) -> list[tuple[Item, Judgement]]:
        """The items of a story, oldest first."""

    def developments(
        self, *, story: str | None = None, item: str | None = None, ids: Iterable[str] | None = None
    ) -> list[Development]:
        """Developments of a story, of an item, or by id; oldest first."""

    def facts(self, story: str) -> list[Fact]:
        """The ledger of a story, oldest first."""

    def expectations(self, story: str) -> list[Expectation]:
        """What a story announced and what became of it, in the order in which it is due."""

    def item(self, key: str) -> Item | None:
        """An item by id or address."""

    def matches(self, item: str) -> list[Match]:
        """What each topic found in an item."""

    def judgements(self, item: str) -> list[Judgement]:
        """What each topic made of an item."""

    def decisions(self, *, developments: Iterable[str]) -> list[Decision]:
        """Every decision that concerned one of these developments, oldest first."""

    def alerts(self, state: str | None = None, limit: int = 200) -> list[Alert]:
        """The outbox, newest first."""

    def alert(self, alert: str) -> Alert | None:
        """One alert."""

    def attempts(self, alert: str) -> list[Attempt]:
        """Every try to deliver one alert, oldest first."""

    def items(self, since: datetime | None = None, limit: int | None = None) -> Iterable[Item]:
        """Stored items in order of (first_seen, arrival)."""

    def search(self, query: str, limit: int = 50) -> list[Item]:
        """Full text over items and developments; words are quoted, never syntax. Best first."""

    def events(self, since: datetime | None = None) -> list[Event]:
        """The monitor's own health, oldest first."""

    def record_events(self, events: Iterable[Event]) -> list[Event]:
        """Keeps events that are not known yet and returns those: each is told once."""

    def mute(self, story: str, until: datetime | None, now: datetime) -> bool:
        """Mutes a story until then (None: unmutes it). Logged. False if there is no such story."""

    def record_edit(self, moved: Moved) -> None:
        """An editor's merge or split: logged, reversible, honoured afterwards."""

    def edits(self, topic: str | None = None) -> list[Moved]:
        """What editors did, and what repair parted, oldest first."""

    def mutes(self) -> list[Mute]:
        """Every time that a story was muted or unmuted, oldest first."""

    def counts(self) -> dict[str, Any]:
        """How much is stored and how much is owed, for `doctor` and the page."""

    # housekeeping ──────────────────────────────────────────────────────────────────────────────────────────────────
    def forget(self, before: datetime) -> int:
        """Drops the bodies of items older than this; what was told, and tombstones, stay. How many were dropped."""

    def backup(self, path: str) -> None:
        """A consistent copy, while running."""

    def touch(self) -> None:
        """A write that changes nothing and waits for nobody. Raises `StoreRefusedError` where none is taken."""

    def check(self) -> list[str]:
        """What is wrong with the database itself, in words; empty when it is sound."""

    def close(self) -> None:
        """Lets go of the database."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A line of a summary, and where it stands word for word."""

    text: str
    span: Span


class Summariser(Protocol):
    """Somebody who says what a story comes to. None is shipped; what it returns passes `stories.summary.proved` first."""

    def summarise(self, developments: Sequence[Development]) -> Sequence[Stated]:
        """Lines on these developments, in the order in which they should be read."""
        ...
