"""The store in SQL, whichever database: every method is one question or one record, in the words of `ports.Store`.

A database brings its connection, its transactions, its full-text search and its files; the statements are the same for all, and
one contract suite (`tests/contract/test_store.py`) holds all of them to the same behaviour.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

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
    Item,
    Judgement,
    Match,
    Moved,
    Mute,
    PageWatch,
    Remembered,
    Story,
    StoryUpdate,
    Subscription,
    Told,
)
from monitor.store import counting, expecting, outbox, pages, polling, sleeping, stories, telling
from monitor.store.connection import Connection
from monitor.store.pages import PagesStore
from monitor.store.pushing import PushingStore
from monitor.store.rows import micros
from monitor.store.sleeping import SleepingStore
from monitor.store.watching import WatchingStore

#: rows read or changed at a time by what goes through everything
CHUNK = 500


class SqlStore(PagesStore, PushingStore, SleepingStore, WatchingStore, ABC):
    """The statements, bound to a database by those who inherit."""

    #: who holds the leases that this store gives out
    owner = ""

    @abstractmethod
    def _lives(self, owner: str) -> bool:
        """Whether the process that gave out leases under this name is still there."""

    @abstractmethod
    def _index_items(self, db: Connection, ids: Sequence[str]) -> None:
        """Makes new items findable."""

    @abstractmethod
    def _unindex_items(self, db: Connection, ids: Sequence[str]) -> None:
        """Takes items out of the index, before their texts change."""

    @abstractmethod
    def _index_developments(self, db: Connection, ids: Sequence[str]) -> None:
        """Makes new developments findable."""

    # feeds ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    def put_feeds(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Makes these the configured feeds; a new one, and one whose address was edited, is due at once."""
        with self._writing() as db:
            polling.put_feeds(db, feeds, now)

    def due_feeds(self, now: datetime, limit: int = 500) -> list[tuple[Feed, FeedState]]:
        """Feeds whose `check_after` has come and that are not retired, longest overdue first."""
        with self._reading() as db:
            return polling.due_feeds(db, now, limit)

    def feeds(self) -> list[tuple[Feed, FeedState]]:
        """Every configured feed with its state, by name."""
        with self._reading() as db:
            return polling.feeds(db)

    def known(self, feed: str, tombstones: Iterable[str]) -> set[str]:
        """Those of these hashes that this feed has carried before."""
        with self._reading() as db:
            return polling.known(db, feed, tombstones)

    def versions(self, feed: str, guids: Iterable[str]) -> dict[str, Item]:
        """The newest stored item of this feed for each of these guids; guids without one are left out."""
        with self._reading() as db:
            return polling.versions(db, feed, guids)

    def record_check(self, check: FeedCheck) -> None:
        """Items, matches, tombstones, events and the feed's state, in one transaction."""
        self.record_checks([check])

    def record_checks(self, checks: Sequence[FeedCheck]) -> None:
        """Several checks in one transaction: all of them, or none."""
        with self._writing() as db:
            if fresh := [item for check in checks for item in polling.record_check(db, check)]:
                self._index_items(db, fresh)

    def record_page(
        self, before: PageWatch, after: PageWatch | None, revision: Item | None = None, matches: Sequence[Match] = ()
    ) -> None:
        """A look at a page: the next one, and a revision of its item if its text changed, in one transaction."""
        with self._writing() as db:
            pages.looked_at(db, before, after)
            if revision is not None and (fresh := polling.put_items(db, [revision], {revision.id: matches})):
                self._index_items(db, fresh)

    # topics ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def due_topics(self, now: datetime) -> list[str]:
        """Topics with items that were not judged yet, with a decision whose time has come, or with something announced that is due."""
        with self._reading() as db:
            return telling.due_topics(db, now)

    def pending(self, topic: str, limit: int = 500) -> list[tuple[Item, Match]]:
        """Items that a topic wants and has not judged yet, in order of (first_seen, arrival)."""
        with self._reading() as db:
            return stories.pending(db, topic, limit)

    def remembered(self, topic: str, since: datetime, newest: int = 10**6) -> list[Remembered]:
        """Judged items since then of the stories that had news last, in the order in which they were judged."""
        with self._reading() as db:
            return stories.remembered(db, topic, since, newest)

    def arrivals(self, topic: str, since: datetime) -> list[tuple[datetime, str, str]]:
        """When each item of a topic was judged since then, from which origin, and of which story."""
        with self._reading() as db:
            return stories.arrivals(db, topic, since)

    def due_expectations(self, topic: str, now: datetime) -> list[Expectation]:
        """What a topic's stories announced and the clock has to ask about by now, the first due first."""
        with self._reading() as db:
            return expecting.due(db, topic, now)

    def put_subscriptions(self, subscriptions: Iterable[Subscription], now: datetime) -> None:
        """Makes these the configured subscriptions. A new one is owed what is recorded from now on, not the past."""
        with self._writing() as db:
            telling.put_subscriptions(db, subscriptions, now)

    def owed(self, subscription: Subscription) -> list[Development]:
        """What a subscription waits for, oldest first."""
        with self._reading() as db:
            return telling.owed(db, subscription.id)

    def began(self, subscription: str) -> datetime | None:
        """When a subscription was first seen; None if never."""
        with self._reading() as db:
            return telling.began(db, subscription)

    def told(self, channel: str, stories: Iterable[str]) -> dict[str, Told]:
        """What a channel knows of these stories; stories it knows nothing of are left out."""
        with self._reading() as db:
            return telling.told(db, channel, stories)

    def sent_since(self, subscription: str, since: datetime) -> int:
        """Interruptions (mode "now") made for a subscription since then: the day's budget."""
        with self._reading() as db:
            return outbox.sent_since(db, subscription, since)

    def last_digest(self, subscription: str) -> datetime | None:
        """When the last digest of a subscription was made."""
        with self._reading() as db:
            return outbox.last_digest(db, subscription)

    def next_due(self) -> datetime | None:
        """The earliest time at which something falls due without news: a held decision, a delivery, something announced."""
        with self._reading() as db:
            return telling.next_due(db)

    def record_update(self, update: StoryUpdate) -> None:
        """Judgements, developments, facts, expectations, repairs, decisions and outbox rows, in one transaction."""
        with self._writing() as db:
            developments = (
                stories.record_judgements(db, update.topic, update.judgements, update.at) if update.judgements else []
            )
            developments += stories.record_the_clocks(db, update.developments, update.at)
            expecting.became(db, update.expectations)
            for moved in update.moved:
                stories.move(db, moved)
            sleeping.put(db, update.topic, update.asleep)
            stories.done(db, update.topic, [*(one.item for one in update.judgements), *update.skipped])
            if developments:
                self._index_developments(db, developments)
                telling.owe(db, developments, update.at)
            for alert in update.alerts:
                outbox.put_alert(db, alert)
            telling.record_decisions(db, update.topic, update.decisions)

    # alerts ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def due_alerts(self, now: datetime, lease: timedelta, limit: int = 100) -> list[Alert]:
        """Owed alerts whose time has come, each leased to this caller for `lease`."""
        with self._writing() as db:
            return outbox.due_alerts(db, now, lease, limit, self.owner)

    def alerts_of(self, story: str, channel: str | None = None) -> list[Alert]:
        """Alerts about one story, of one channel or of all, oldest first."""
        with self._reading() as db:
            return outbox.alerts_of(db, story, channel)

    def not_before(self, channel: str, now: datetime) -> datetime | None:
        """Until when a channel asked for no request; None where it did not, or that is over."""
        with self._reading() as db:
            return outbox.not_before(db, channel, now)

    def waiting(self, since: datetime) -> list[Alert]:
        """Alerts made then or before that are owed and that nobody is sending, oldest first."""
        with self._reading() as db:
            return outbox.waiting(db, since)

    def supersede(self, alert: Alert, replaced: Iterable[str]) -> bool:
        """Puts one alert in the place of several of its channel, with all that they promised; False if they have changed."""
        with self._writing() as db:
            return outbox.supersede(db, alert, list(replaced))

    def dead_alerts(self, subscription: str, since: datetime) -> list[Alert]:
        """Alerts of a subscription made since then that never arrived, oldest first."""
        with self._reading() as db:
            return outbox.dead(db, subscription, since)

    def record_feedback(self, feedback: Feedback) -> None:
        """Keeps a reader's verdict; the same one on the same alert is one."""
        with self._writing() as db:
            outbox.record_feedback(db, feedback)

    def undo_feedback(self, feedback: str) -> bool:
        """Takes a verdict back; False if there is none of this id, or it was taken back."""
        with self._writing() as db:
            return outbox.undo_feedback(db, feedback)

    def feedback(self, subscription: str | None = None, limit: int = 100) -> list[Feedback]:
        """What readers said, newest first."""
        with self._reading() as db:
            return outbox.feedback(db, subscription, limit)

    def record_attempt(self, attempt: Attempt) -> None:
        """A try. On success the alert is sent and its developments are told; on a final failure it is dead and they are owed again."""
        with self._writing() as db:
            outbox.record_attempt(db, attempt)

    def release_leases(self) -> int:
        """Frees the leases that a dead process of this store left behind; how many there were."""
        with self._writing() as db:
            return outbox.release_leases(db, self._lives)

    def put_alert(self, alert: Alert) -> None:
        """An alert that no topic made: the system's own."""
        with self._writing() as db:
            outbox.put_alert(db, alert)

    def retry_alert(self, alert: str, now: datetime) -> bool:
        """Makes a dead alert owed again; False if there is none of this id."""
        with self._writing() as db:
            return outbox.retry_alert(db, alert, now)

    # what the doors read ───────────────────────────────────────────────────────────────────────────────────────────
    def stories(self, topic: str | None = None, since: datetime | None = None, limit: int = 200) -> list[Story]:
        """Stories, most recently updated first."""
        with self._reading() as db:
            return stories.stories(db, topic, since, limit)

    def story(self, story: str) -> Story | None:
        """One story, following merges; None if there is none."""
        with self._reading() as db:
            return stories.story(db, story)

    def story_items(self, story: str) -> list[tuple[Item, Judgement]]:
        """The items of a story, oldest first."""
        with self._reading() as db:
            return stories.story_items(db, story)

    def developments(
        self, *, story: str | None = None, item: str | None = None, ids: Iterable[str] | None = None
    ) -> list[Development]:
        """Developments of a story, of an item, or by id; oldest first."""
        with self._reading() as db:
            return stories.developments_of(db, story=story, item=item, ids=ids)

    def facts(self, story: str) -> list[Fact]:
        """The ledger of a story, oldest first."""
        with self._reading() as db:
            return stories.facts(db, story)

    def expectations(self, story: str) -> list[Expectation]:
        """What a story announced and what became of it, in the order in which it is due."""
        with self._reading() as db:
            return expecting.of_story(db, stories.resolve(db, story))

    def item(self, key: str) -> Item | None:
        """An item by id, or the newest of an address."""
        with self._reading() as db:
            return polling.item(db, key)

    def matches(self, item: str) -> list[Match]:
        """What each topic found in an item."""
        with self._reading() as db:
            return polling.matches(db, item)

    def judgements(self, item: str) -> list[Judgement]:
        """What each topic made of an item."""
        with self._reading() as db:
            return stories.judgements(db, item)

    def decisions(self, *, developments: Iterable[str]) -> list[Decision]:
        """Every decision that concerned one of these developments, oldest first."""
        with self._reading() as db:
            return telling.decisions(db, developments)

    def alerts(self, state: str | None = None, limit: int = 200) -> list[Alert]:
        """The outbox, newest first."""
        with self._reading() as db:
            return outbox.alerts(db, state, limit)

    def alert(self, alert: str) -> Alert | None:
        """One alert."""
        with self._reading() as db:
            return outbox.one_alert(db, alert)

    def attempts(self, alert: str) -> list[Attempt]:
        """Every try to deliver one alert, oldest first."""
        with self._reading() as db:
            return outbox.attempts(db, alert)

    def items(self, since: datetime | None = None, limit: int | None = None) -> Iterator[Item]:
        """Stored items in order of (first_seen, arrival), read as they are asked for."""
        place = polling.START if since is None else (micros(since), -1)
        left = limit
        while left is None or left > 0:
            with self._reading() as db:
                found, place = polling.items_after(db, place, CHUNK if left is None else min(left, CHUNK))
            yield from found
            if not found:
                return
            left = None if left is None else left - len(found)

    def events(self, since: datetime | None = None) -> list[Event]:
        """The monitor's own health, oldest first."""
        with self._reading() as db:
            return polling.events(db, since)

    def record_events(self, events: Iterable[Event]) -> list[Event]:
        """Keeps events that are not known yet and returns those: each is told once."""
        with self._writing() as db:
            return polling.record_events(db, events)

    def mute(self, story: str, until: datetime | None, now: datetime) -> bool:
        """Mutes a story until then (None: unmutes it). Logged. False if there is no such story."""
        with self._writing() as db:
            return stories.mute(db, story, until, now)

    def record_edit(self, moved: Moved) -> None:
        """An editor's merge or split: logged, reversible, honoured afterwards."""
        with self._writing() as db:
            stories.move(db, moved)

    def edits(self, topic: str | None = None) -> list[Moved]:
        """What editors did, oldest first."""
        with self._reading() as db:
            return stories.edits(db, topic)

    def mutes(self) -> list[Mute]:
        """Every time that a story was muted or unmuted, oldest first."""
        with self._reading() as db:
            return stories.mutes(db)

    def counts(self) -> dict[str, Any]:
        """How much is stored and how much is owed, for `doctor` and the page."""
        with self._reading() as db:
            return counting.counts(db)

    # housekeeping ──────────────────────────────────────────────────────────────────────────────────────────────────
    def forget(self, before: datetime) -> int:
        """Drops the bodies of items older than this, some at a time; what was told, and tombstones, stay. How many were dropped."""
        place, dropped = polling.START, 0
        while True:
            with self._writing() as db:
                old, place = polling.old_items(db, before, place, CHUNK)
                if not old:
                    return dropped
                stories.forget_memory(db, old)
                self._unindex_items(db, old)
                dropped += polling.forget_bodies(db, old)
                self._index_items(db, old)
