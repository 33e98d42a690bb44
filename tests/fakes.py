"""Fakes with behaviour: they keep the contract of the real thing, in memory, as plainly as it can be said.

`MemoryStore` answers every question from its definition, without keeping answers ready as the real store does. The contract
suite runs over both, and a property test compares them step by step, so that each is the other's proof.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    Asleep,
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
    Push,
    Remembered,
    Story,
    StoryUpdate,
    Subscription,
    Told,
    Trouble,
    Validators,
)

ASK_AGAIN = timedelta(hours=1)


@dataclass
class _Promise:
    """What a channel was promised or told of one development."""

    alert: str
    state: str
    at: datetime


@dataclass
class MemoryStore:
    """`ports.Store` without a database."""

    _feeds: dict[str, Feed] = field(default_factory=dict)
    _states: dict[str, FeedState] = field(default_factory=dict)
    _polled: set[str] = field(default_factory=set)
    _tombstones: set[tuple[str, str]] = field(default_factory=set)
    _pages: dict[str, PageWatch] = field(default_factory=dict)
    _pushes: dict[str, Push] = field(default_factory=dict)
    _events: dict[str, Event] = field(default_factory=dict)
    _items: dict[str, Item] = field(default_factory=dict)
    _feedback: dict[str, Feedback] = field(default_factory=dict)
    _matches: dict[str, dict[str, Match]] = field(default_factory=dict)
    _pending: set[tuple[str, str]] = field(default_factory=set)
    _placements: dict[tuple[str, str], Judgement] = field(default_factory=dict)
    _stories: dict[str, Story] = field(default_factory=dict)
    _merged: dict[str, str] = field(default_factory=dict)
    _developments: dict[str, Development] = field(default_factory=dict)
    _recorded: dict[str, datetime] = field(default_factory=dict)
    _facts: dict[str, Fact] = field(default_factory=dict)
    _expectations: dict[str, Expectation] = field(default_factory=dict)
    _moves: list[Moved] = field(default_factory=list)
    _mutes: list[Mute] = field(default_factory=list)
    _subscriptions: dict[str, Subscription] = field(default_factory=dict)
    _began: dict[str, datetime] = field(default_factory=dict)
    _told: dict[tuple[str, str], _Promise] = field(default_factory=dict)
    _settled: set[tuple[str, str]] = field(default_factory=set)
    #: (topic, story) → by what it is found
    _asleep: dict[tuple[str, str], Asleep] = field(default_factory=dict)
    _decisions: list[Decision] = field(default_factory=list)
    #: by subscription: what stands, as {(story, reason, developments, alert): until}
    _holds: dict[str, dict[tuple[Any, ...], datetime | None]] = field(default_factory=dict)
    _alerts: dict[str, Alert] = field(default_factory=dict)
    _leased: dict[str, datetime] = field(default_factory=dict)
    _attempts: dict[str, list[Attempt]] = field(default_factory=dict)

    # feeds
    def put_feeds(self, feeds: Iterable[Feed], now: datetime) -> None:
        self._polled = set()
        for feed in feeds:
            before = self._feeds.get(feed.id)
            self._feeds[feed.id] = feed
            self._polled.add(feed.id)
            state = self._states.setdefault(feed.id, FeedState(feed=feed.id, check_after=now))
            if before and before.url != feed.url:
                self._states[feed.id] = replace(
                    state, check_after=now, url="", validators=Validators(), body="", failures=0, failing_since=None,
                    error="", retired=False, moved_to="", moved_count=0,
                )  # fmt: skip

    def due_feeds(self, now: datetime, limit: int = 500) -> list[tuple[Feed, FeedState]]:
        due = [(feed, state) for feed, state in self.feeds() if not state.retired and state.check_after <= now]
        return sorted(due, key=lambda pair: (pair[1].check_after, pair[0].id))[:limit]

    def feeds(self) -> list[tuple[Feed, FeedState]]:
        found = sorted((self._feeds[feed] for feed in self._polled), key=lambda feed: (feed.name, feed.id))
        return [(feed, self._states[feed.id]) for feed in found]

    def checked(self):
        return [(feed.id, state.checked_at, state.baseline_done) for feed, state in self.feeds()]

    def known(self, feed: str, tombstones: Iterable[str]) -> set[str]:
        return {one for one in tombstones if (feed, one) in self._tombstones}

    def versions(self, feed: str, guids: Iterable[str]) -> dict[str, Item]:
        wanted = set(guids)
        return {item.guid: item for item in self._items.values() if item.feed == feed and item.guid in wanted}

    def record_checks(self, checks: Sequence[FeedCheck]) -> None:
        for check in checks:
            self.record_check(check)

    def record_check(self, check: FeedCheck) -> None:
        for item in check.items:
            if item.id not in self._items:
                self._keep(item, check.matches.get(item.id, ()))
        self._tombstones |= {(check.feed, one) for one in check.tombstones}
        self.record_events(check.events)
        self._states[check.feed] = check.state

    def _keep(self, item: Item, matches: Iterable[Match]) -> None:
        self._items[item.id] = item
        self._matches[item.id] = {match.topic: match for match in matches}
        if item.live:
            self._pending |= {(topic, item.id) for topic in self._matches[item.id]}

    def polled(self, feed: str) -> tuple[Feed, FeedState] | None:
        return next((one for one in self.feeds() if one[0].id == feed and not one[1].retired), None)

    def pushes(self) -> list[Push]:
        configured = {feed.id for feed, _ in self.feeds()}
        return [push for _, push in sorted(self._pushes.items()) if push.feed in configured]

    def push(self, push: str) -> Push | None:
        return next((one for one in self._pushes.values() if one.id == push), None)

    def push_of(self, feed: str) -> Push | None:
        return self._pushes.get(feed)

    def due_pushes(self, now: datetime, limit: int = 100) -> list[Push]:
        due = [(one.due, one.feed, one) for one in self._pushes.values() if one.due is not None and one.due <= now]
        return [one for _, feed, one in sorted(due, key=lambda it: it[:2]) if self.polled(feed)][:limit]

    def record_push(self, before: Push | None, after: Push) -> bool:
        if self._pushes.get(after.feed) != before:
            return False
        self._pushes[after.feed] = after
        return True

    def poll_soon(self, feed: str, at: datetime) -> None:
        state = self._states.get(feed)
        if state and not state.failures and not state.retired:
            self._states[feed] = replace(state, check_after=min(state.check_after, at))

    def watch_pages(self, watches: Iterable[PageWatch]) -> None:
        self._pages |= {watch.url: watch for watch in watches}

    def watched_page(self, url: str) -> PageWatch | None:
        return self._pages.get(url)

    def due_pages(self, now: datetime, limit: int = 20) -> list[PageWatch]:
        due = [watch for watch in self._pages.values() if watch.due <= now]
        return sorted(due, key=lambda watch: (watch.due, watch.url))[:limit]

    def record_page(
        self, before: PageWatch, after: PageWatch | None, revision: Item | None = None, matches: Sequence[Match] = ()
    ) -> None:
        self._pages.pop(before.url, None)
        if after is not None:
            self._pages[after.url] = after
        if revision is not None and revision.id not in self._items:
            self._keep(revision, matches)

    # topics
    def due_topics(self, now: datetime) -> list[str]:
        asked = {
            self._subscriptions[one].topic
            for one, held in self._holds.items()
            if any(until and until <= now for until in held.values())
        }
        awaited = {one.topic for one in self._expectations.values() if one.ask and one.ask <= now}
        return sorted({topic for topic, _ in self._pending} | asked | awaited)

    def due_expectations(self, topic: str, now: datetime) -> list[Expectation]:
        return [
            one
            for one in self._by_due(self._expectations.values())
            if one.topic == topic and one.ask and one.ask <= now
        ]

    @staticmethod
    def _by_due(expectations: Iterable[Expectation]) -> list[Expectation]:
        return sorted(expectations, key=lambda one: (one.due, one.said, one.id))

    def expectations(self, story: str) -> list[Expectation]:
        return self._by_due(one for one in self._expectations.values() if one.story == self._resolve(story))

    def pending(self, topic: str, limit: int = 500) -> list[tuple[Item, Match]]:
        waiting = [item for item in self._by_arrival() if (topic, item.id) in self._pending]
        return [(item, self._matches[item.id][topic]) for item in waiting[:limit]]

    def _by_arrival(self) -> list[Item]:
        return sorted(self._items.values(), key=lambda item: item.first_seen)

    def remembered(self, topic: str, since: datetime, newest: int = 10**6) -> list[Remembered]:
        kept = {one.id for one in self.stories(topic, limit=newest)}
        placed = [
            one for one in self._placements.values() if one.topic == topic and one.at >= since and one.story in kept
        ]
        return [
            Remembered(item=one.item, story=one.story, copy_of=one.copy_of, at=one.at, memory=one.memory)
            for one in placed
        ]

    def asleep(
        self, topic: str, keys: Mapping[int, float], least: float, limit: int, awake: Collection[str]
    ) -> list[Remembered]:
        alike = {
            story: sum(keys[key] * weight for key, weight in one.keys if key in keys)
            for (of, story), one in self._asleep.items()
            if of == topic
        }
        ranked = sorted((one for one in alike if alike[one] >= least), key=lambda one: (-alike[one], one))
        found = [one for one in dict.fromkeys(map(self._resolve, ranked)) if one not in awake]
        return [row for story in found[:limit] for row in self._rows_of(story)]

    def asleep_with(self, topic: str, item: str) -> list[Remembered]:
        one = self._placements.get((item, topic))
        return self._rows_of(one.story) if one else []

    def _rows_of(self, story: str) -> list[Remembered]:
        return [
            Remembered(item=one.item, story=one.story, copy_of=one.copy_of, at=one.at, memory=one.memory)
            for one in self._placements.values()
            if one.story == story
        ]

    def arrivals(self, topic: str, since: datetime) -> list[tuple[datetime, str, str]]:
        placed = [one for one in self._placements.values() if one.topic == topic and one.at >= since]
        return [(one.at, one.origin, one.story) for one in placed]

    def put_subscriptions(self, subscriptions: Iterable[Subscription], now: datetime) -> None:
        self._subscriptions = {one.id: one for one in subscriptions}
        self._holds = {one: held for one, held in self._holds.items() if one in self._subscriptions}
        for one in self._subscriptions.values():
            self._began.setdefault(one.id, now)
            if self.owed(one):
                self._ask(one.id, now)

    def _ask(self, subscription: str, when: datetime) -> None:
        held = self._holds.setdefault(subscription, {})
        held[()] = min(when, held.get(()) or when)

    def owed(self, subscription: Subscription) -> list[Development]:
        known = self._subscriptions.get(subscription.id)
        if known is None:
            return []
        return sorted((one for one in self._developments.values() if self._is_owed(one, known)), key=lambda one: one.at)

    def _is_owed(self, development: Development, subscription: Subscription) -> bool:
        return (
            development.topic == subscription.topic
            and self._recorded[development.id] >= self._began[subscription.id]
            and not self._is_told(subscription.channel, development)
            and (subscription.id, development.id) not in self._settled
        )

    def _is_told(self, channel: str, development: Development) -> bool:
        """Whether a channel knows it, or what another topic learned from the same words."""
        return any((channel, one.id) in self._told for one in self._developments.values() if _same(one, development))

    def began(self, subscription: str) -> datetime | None:
        return self._began.get(subscription)

    def told(self, channel: str, stories: Iterable[str]) -> dict[str, Told]:
        found = {}
        for story in set(stories):
            knows = {
                one: promise
                for (where, one), promise in self._told.items()
                if where == channel and self._developments[one].story == story
            }
            if knows:
                found[story] = Told(
                    channel=channel,
                    story=story,
                    developments=frozenset(one for one, promise in knows.items() if promise.state == "told"),
                    promised=frozenset(one for one, promise in knows.items() if promise.state == "promised"),
                    last_at=max(promise.at for promise in knows.values()),
                )
        return found

    def sent_since(self, subscription: str, since: datetime) -> int:
        made = [
            one
            for one in self._alerts.values()
            if one.subscription == subscription and one.mode == "now" and one.created >= since
        ]
        return sum(one.state in ("owed", "sending", "sent") for one in made)

    def last_digest(self, subscription: str) -> datetime | None:
        return max(
            (one.created for one in self._alerts.values() if one.subscription == subscription and one.mode == "digest"),
            default=None,
        )

    def next_due(self) -> datetime | None:
        held = [until for standing in self._holds.values() for until in standing.values() if until]
        asked = [one.ask for one in self._expectations.values() if one.ask]
        return min(
            [*held, *asked, *(self._due_at(one) for one in self._alerts.values() if one.state in ("owed", "sending"))],
            default=None,
        )

    def record_update(self, update: StoryUpdate) -> None:
        fresh = [one for judgement in update.judgements for one in self._place(judgement, update.at)]
        fresh += self._keep_developments(update.developments, update.at)
        for became in update.expectations:
            self._expectations[became.id] = replace(self._expectations[became.id], state=became.state, ask=became.ask)
        for moved in update.moved:
            self._move(moved)
        self._asleep |= {(update.topic, one.story): one for one in update.asleep}
        self._pending -= {(update.topic, item) for item in (*(one.item for one in update.judgements), *update.skipped)}
        self._ask_about(fresh, update.at)
        for alert in update.alerts:
            self.put_alert(alert)
        self._decide(update.decisions)

    def _place(self, judgement: Judgement, at: datetime) -> list[str]:
        """Ids of the new developments."""
        if (judgement.item, judgement.topic) in self._placements:
            return []
        one = self._of_story(judgement, judgement.story if judgement.new_story else self._resolve(judgement.story))
        self._placements[one.item, one.topic] = replace(one, developments=(), facts=(), expectations=())
        self._merged.pop(one.story, None)
        before = self._stories.get(one.story)
        muted_until = before.muted_until if before else None
        self._stories[one.story] = replace(
            self._counted(one.topic, one.story), headline=one.headline, muted_until=muted_until
        )
        for fact in one.facts:
            self._facts.setdefault(fact.id, fact)
        for announced in one.expectations:
            self._expectations.setdefault(announced.id, announced)
        return self._keep_developments(one.developments, at)

    def _keep_developments(self, developments: Iterable[Development], at: datetime) -> list[str]:
        fresh = [development for development in developments if development.id not in self._developments]
        self._developments.update((development.id, development) for development in fresh)
        self._recorded.update((development.id, at) for development in fresh)
        return [development.id for development in fresh]

    @staticmethod
    def _of_story(judgement: Judgement, story: str) -> Judgement:
        developments = tuple(replace(one, story=story) for one in judgement.developments)
        return replace(
            judgement,
            story=story,
            developments=developments,
            facts=tuple(replace(one, story=story) for one in judgement.facts),
            expectations=tuple(replace(one, story=story) for one in judgement.expectations),
        )

    def _members(self, story: str) -> list[Judgement]:
        return [one for one in self._placements.values() if one.story == story]

    def _counted(self, topic: str, story: str) -> Story:
        members = self._members(story)
        before = self._stories.get(story)
        return Story(
            id=story,
            topic=topic,
            headline=before.headline if before else members[-1].headline,
            created=min(one.at for one in members),
            updated=max(one.at for one in members),
            items=len(members),
            origins=tuple(dict.fromkeys(one.origin for one in members)),
            muted_until=before.muted_until if before else None,
        )

    def _move(self, moved: Moved) -> None:
        if moved in self._moves:
            return
        self._moves.append(moved)
        inside = set(moved.items)
        for key, one in self._placements.items():
            if one.topic == moved.topic and one.story == moved.source and one.item in inside:
                self._placements[key] = replace(one, story=moved.target)
        for kept in (self._developments, self._facts, self._expectations):
            _move_rows(kept, moved.source, moved.target, inside)
        if self._members(moved.source):
            self._stories[moved.source] = self._counted(moved.topic, moved.source)
        else:
            self._merged[moved.source] = moved.target
            for alert in self._alerts.values():
                if alert.story == moved.source:
                    self._alerts[alert.id] = replace(alert, story=moved.target)
        if self._members(moved.target):
            self._stories[moved.target] = self._counted(moved.topic, moved.target)
            self._merged.pop(moved.target, None)
            source, target = self._stories[moved.source], self._stories[moved.target]
            if moved.by == "parted" and target.muted_until is None:
                self._stories[moved.target] = replace(target, muted_until=source.muted_until)
        self._ask_of_stories({moved.source, moved.target}, moved.at)

    def _ask_about(self, developments: Iterable[str], when: datetime, channel: str | None = None) -> None:
        asked = [self._developments[one] for one in developments]
        for one in [one for one in self._developments.values() if any(_same(one, other) for other in asked)]:
            for subscription in self._subscriptions.values():
                if channel in (None, subscription.channel) and self._is_owed(one, subscription):
                    self._ask(subscription.id, when)

    def _ask_of_stories(self, stories: set[str], when: datetime) -> None:
        for held in self._holds.values():
            held.update((mark, when) for mark in list(held) if mark and mark[0] in stories)

    def _decide(self, decisions: Iterable[Decision]) -> None:
        made: dict[str, list[Decision]] = {}
        for decision in decisions:
            made.setdefault(decision.subscription, []).append(decision)
            if decision.settles:
                self._settled |= {
                    (decision.subscription, one) for one in decision.developments if one in self._developments
                }
        for subscription, decided in made.items():
            standing = self._holds.get(subscription, {})
            for decision in decided:
                if _mark(decision) not in standing and not self._has(decision):
                    self._decisions.append(decision)
            self._holds[subscription] = {
                _mark(one): one.until for one in decided if not one.settles and one.alert is None
            }
        self._drop_empty_holds()

    def _has(self, decision: Decision) -> bool:
        same = (_mark(decision), decision.subscription, decision.at)
        return any((_mark(one), one.subscription, one.at) == same for one in self._decisions)

    def _drop_empty_holds(self) -> None:
        for one in list(self._holds):
            if one not in self._subscriptions or not self.owed(self._subscriptions[one]):
                del self._holds[one]

    # alerts
    def _due_at(self, alert: Alert) -> datetime:
        return self._leased[alert.id] if alert.state == "sending" else alert.send_after

    def due_alerts(self, now: datetime, lease: timedelta, limit: int = 100) -> list[Alert]:
        due = [one for one in self._alerts.values() if one.state in ("owed", "sending") and self._due_at(one) <= now]
        leased = [replace(one, state="sending") for one in sorted(due, key=self._due_at)[:limit]]
        for one in leased:
            self._alerts[one.id], self._leased[one.id] = one, now + lease
        return leased

    def alerts_of(self, story: str, channel: str | None = None) -> list[Alert]:
        story = self._resolve(story)
        found = [one for one in self._alerts.values() if one.story == story and channel in (None, one.channel)]
        return sorted(found, key=lambda one: one.sent_at or one.created)

    def not_before(self, channel: str, now: datetime) -> datetime | None:
        mine = [one for name, tried in self._attempts.items() if self._alerts[name].channel == channel for one in tried]
        return max((one.not_before for one in mine if one.not_before and one.not_before > now >= one.at), default=None)

    def waiting(self, since: datetime) -> list[Alert]:
        found = [one for one in self._alerts.values() if one.state == "owed" and one.created <= since]
        return sorted(found, key=lambda one: one.created)

    def supersede(self, alert: Alert, replaced: Iterable[str]) -> bool:
        before = [self._alerts.get(one) for one in set(replaced)]
        if not all(one and one.state == "owed" for one in before):
            return False
        for one in before:
            self._alerts[one.id] = replace(one, state="superseded")
        for key, promise in self._told.items():
            if key[0] == alert.channel and promise.state == "promised" and promise.alert in {one.id for one in before}:
                self._told[key] = replace(promise, alert=alert.id)
        self.put_alert(alert)
        return True

    def dead_alerts(self, subscription: str, since: datetime) -> list[Alert]:
        made = [one for one in self._alerts.values() if one.subscription == subscription and one.created >= since]
        return sorted(
            (one for one in made if one.state == "dead" and one.mode != "system"), key=lambda one: one.created
        )

    def trouble(self, channel: str) -> Trouble | None:
        mine = [one for one in self._alerts.values() if one.channel == channel]
        last = max((one.sent_at for one in mine if one.state == "sent" and one.sent_at), default=None)
        failed = {
            one.id: [t for t in self._attempts.get(one.id, []) if t.error and (last is None or t.at > last)]
            for one in mine
            if one.state != "sent"
        }
        tries = sorted((one for tried in failed.values() for one in tried), key=lambda one: one.at)
        if not tries:
            return None
        owed = [one.created for one in mine if one.state in ("owed", "sending")]
        return Trouble(
            channel=channel,
            since=tries[0].at,
            error=tries[-1].error,
            owed=len(owed),
            owed_since=min(owed, default=None),
            dead=sum(one.state == "dead" and bool(failed[one.id]) for one in mine),
        )

    def deliveries(self, channel: str, since: datetime) -> list[datetime]:
        mine = [one for one in self._alerts.values() if one.channel == channel and one.state == "sent"]
        return sorted(one.sent_at for one in mine if one.sent_at and one.sent_at > since)

    def put_off(self, alert: str, until: datetime, why: str) -> None:
        found = self._alerts[alert]
        if found.state in ("owed", "sending"):
            self._alerts[alert] = replace(found, state="owed", send_after=until, error=why)

    def pending_since(self) -> datetime | None:
        return min((self._items[item].first_seen for _, item in self._pending), default=None)

    def clock_went_back(self, now: datetime) -> None:
        for feed, state in self._states.items():
            ahead = state.checked_at is not None and state.checked_at > now
            if feed in self._polled and not state.retired and ahead and state.check_after > now:
                self._states[feed] = replace(state, check_after=now)
        for one in self._alerts.values():
            if one.state == "owed" and one.created > now and one.send_after > now:
                self._alerts[one.id] = replace(one, send_after=now)
        for held in self._holds.values():
            held.update((mark, now) for mark, until in held.items() if until and until > now)
        for feed, push in self._pushes.items():
            if push.due and push.due > now and push.asked_at and push.asked_at > now:
                self._pushes[feed] = replace(push, due=now)

    def record_feedback(self, feedback: Feedback) -> None:
        self._feedback.pop(feedback.id, None)
        self._feedback[feedback.id] = feedback

    def undo_feedback(self, feedback: str) -> bool:
        found = self._feedback.get(feedback)
        if found is None or found.undone:
            return False
        self._feedback[feedback] = replace(found, undone=True)
        return True

    def feedback(self, subscription: str | None = None, limit: int = 100) -> list[Feedback]:
        said = [one for one in self._feedback.values() if subscription in (None, one.subscription)]
        return sorted(said, key=lambda one: one.at, reverse=True)[:limit]

    def record_attempt(self, attempt: Attempt) -> None:
        alert = self._alerts.get(attempt.alert)
        tried = self._attempts.setdefault(attempt.alert, [])
        same = [
            one for one in tried if (one.at, one.error, one.receipt) == (attempt.at, attempt.error, attempt.receipt)
        ]
        if alert is None or same:
            return
        tried.append(attempt)
        if alert.state == "sent":
            return
        alert = replace(alert, attempts=alert.attempts + 1, error=attempt.error)
        if not attempt.error:
            self._alerts[alert.id] = replace(
                alert, state="sent", sent_at=attempt.at, receipt=attempt.receipt, root=attempt.root
            )
            self._tell(alert, attempt.at)
        elif attempt.retry_at and not attempt.permanent:
            self._alerts[alert.id] = replace(alert, state="owed", send_after=attempt.retry_at)
        else:
            self._alerts[alert.id] = replace(alert, state="dead")
            self._break_promise(alert, attempt.at + ASK_AGAIN)

    def _tell(self, alert: Alert, at: datetime) -> None:
        for one in alert.developments:
            promise = self._told.get((alert.channel, one))
            if one in self._developments and (promise is None or promise.state != "told"):
                self._told[alert.channel, one] = _Promise(alert.id, "told", at)
        self._drop_empty_holds()

    def _break_promise(self, alert: Alert, ask_at: datetime) -> None:
        broken = [
            one
            for one in alert.developments
            if (promise := self._told.get((alert.channel, one)))
            and promise.alert == alert.id
            and promise.state == "promised"
        ]
        for one in broken:
            del self._told[alert.channel, one]
        self._ask_about(broken, ask_at, alert.channel)

    def release_leases(self) -> int:
        return 0  # leases of this store live and die with the process

    def put_alert(self, alert: Alert) -> None:
        before = self._alerts.get(alert.id)
        if before is None:
            self._alerts[alert.id] = alert
        elif before.state == "dead" and alert.created > before.created:
            self._alerts[alert.id] = replace(before, state="owed", attempts=0, error="", send_after=alert.send_after)
        else:
            return
        self._promise(self._alerts[alert.id], alert.created)

    def _promise(self, alert: Alert, at: datetime) -> None:
        for one in alert.developments:
            if one in self._developments:
                self._told.setdefault((alert.channel, one), _Promise(alert.id, "promised", at))

    def retry_alert(self, alert: str, now: datetime) -> bool:
        found = self._alerts.get(alert)
        if found is None or found.state != "dead":
            return False
        self._alerts[alert] = replace(found, state="owed", attempts=0, error="", send_after=now)
        self._promise(found, now)
        return True

    # what the doors read
    def stories(self, topic: str | None = None, since: datetime | None = None, limit: int = 200) -> list[Story]:
        found = [one for one in self._stories.values() if one.id not in self._merged and topic in (None, one.topic)]
        recent = [one for one in found if since is None or one.updated >= since]
        return sorted(sorted(recent, key=lambda one: one.id), key=lambda one: one.updated, reverse=True)[:limit]

    def _resolve(self, story: str) -> str:
        while story in self._merged:
            story = self._merged[story]
        return story

    def story(self, story: str) -> Story | None:
        return self._stories.get(self._resolve(story))

    def story_items(self, story: str) -> list[tuple[Item, Judgement]]:
        members = {one.item: one for one in self._members(self._resolve(story))}
        return [(item, self._whole(members[item.id])) for item in self._by_arrival() if item.id in members]

    def _whole(self, judgement: Judgement) -> Judgement:
        where = (judgement.item, judgement.story)
        developments = sorted(
            (one for one in self._developments.values() if (one.item, one.story) == where), key=lambda one: one.at
        )
        facts = sorted((one for one in self._facts.values() if (one.item, one.story) == where), key=lambda one: one.at)
        return replace(judgement, developments=tuple(developments), facts=tuple(facts))

    def developments(
        self, *, story: str | None = None, item: str | None = None, ids: Iterable[str] | None = None
    ) -> list[Development]:
        story, wanted = self._resolve(story) if story is not None else None, None if ids is None else set(ids)
        found = [one for one in self._developments.values() if story in (None, one.story) and item in (None, one.item)]
        return sorted((one for one in found if wanted is None or one.id in wanted), key=lambda one: one.at)

    def facts(self, story: str) -> list[Fact]:
        story = self._resolve(story)
        return sorted((one for one in self._facts.values() if one.story == story), key=lambda one: one.at)

    def item(self, key: str) -> Item | None:
        return self._items.get(key) or next((one for one in reversed(self._items.values()) if one.url == key), None)

    def matches(self, item: str) -> list[Match]:
        return [match for _, match in sorted(self._matches.get(item, {}).items())]

    def judgements(self, item: str) -> list[Judgement]:
        placed = [one for one in self._placements.values() if one.item == item]
        return [self._whole(one) for one in sorted(placed, key=lambda one: one.topic)]

    def decisions(self, *, developments: Iterable[str]) -> list[Decision]:
        wanted = set(developments)
        return sorted((one for one in self._decisions if wanted & set(one.developments)), key=lambda one: one.at)

    def alerts(self, state: str | None = None, limit: int = 200) -> list[Alert]:
        states = ("owed", "sending") if state == "owed" else (state,)
        found = [one for one in self._alerts.values() if state is None or one.state in states]
        newest_first = found[::-1]
        return sorted(newest_first, key=lambda one: one.created, reverse=True)[:limit]

    def alert(self, alert: str) -> Alert | None:
        return self._alerts.get(alert)

    def attempts(self, alert: str) -> list[Attempt]:
        return sorted(self._attempts.get(alert, []), key=lambda one: one.at)

    def items(self, since: datetime | None = None, limit: int | None = None) -> Iterator[Item]:
        yield from [one for one in self._by_arrival() if since is None or one.first_seen >= since][:limit]

    def search(self, query: str, limit: int = 50) -> list[Item]:
        words = [tokens for word in query.split() if (tokens := _tokens(word))]
        found = [item for item in self._items.values() if words and self._says(item, words)]
        return sorted(found, key=lambda item: -sum(_count(_tokens(item.title), word) for word in words))[:limit]

    def _says(self, item: Item, words: list[list[str]]) -> bool:
        fields = [_tokens(text) for text in (item.title, item.summary, item.content)]
        made = [[_tokens(one.text)] for one in self._developments.values() if one.item == item.id]
        return any(all(any(_count(text, word) for text in texts) for word in words) for texts in (fields, *made))

    def events(self, since: datetime | None = None) -> list[Event]:
        return sorted(
            (one for one in self._events.values() if since is None or one.at >= since), key=lambda one: one.at
        )

    def record_events(self, events: Iterable[Event]) -> list[Event]:
        fresh = []
        for event in events:
            if event.id not in self._events:
                self._events[event.id] = event
                fresh.append(event)
        return fresh

    def mute(self, story: str, until: datetime | None, now: datetime) -> bool:
        story = self._resolve(story)
        if story not in self._stories:
            return False
        self._stories[story] = replace(self._stories[story], muted_until=until)
        self._mutes.append(Mute(story=story, until=until, at=now))
        self._ask_of_stories({story}, now)
        return True

    def mutes(self) -> list[Mute]:
        return list(self._mutes)

    def record_edit(self, moved: Moved) -> None:
        self._move(moved)

    def edits(self, topic: str | None = None) -> list[Moved]:
        return [one for one in self._moves if one.by != "repair" and topic in (None, one.topic)]

    def counts(self) -> dict[str, Any]:
        states = [state for _, state in self.feeds()]
        outbox = [one.state for one in self._alerts.values()]
        return {
            "feeds": len(states),
            "feeds_failing": sum(state.failures > 0 for state in states),
            "feeds_retired": sum(state.retired for state in states),
            "items": len(self._items),
            "pending": len(self._pending),
            "stories": len(self._stories.keys() - self._merged.keys()),
            "developments": len(self._developments),
            "facts": len(self._facts),
            "owed": sum(len(self.owed(one)) for one in self._subscriptions.values()),
            "alerts_owed": outbox.count("owed") + outbox.count("sending"),
            "alerts_sent": outbox.count("sent"),
            "alerts_dead": outbox.count("dead"),
            "tombstones": len(self._tombstones),
        }

    # housekeeping
    def forget(self, before: datetime) -> int:
        old = [one for one in self._items.values() if one.first_seen < before and (one.summary or one.content)]
        self._items.update((one.id, replace(one, summary="", content="")) for one in old)
        gone = {one.id for one in old}
        for key, one in self._placements.items():
            if one.item in gone:
                self._placements[key] = replace(one, memory=b"")
        return len(old)

    def backup(self, path: str) -> None:
        raise NotImplementedError("nothing of this store outlives the process")

    def touch(self) -> None:
        pass

    def check(self) -> list[str]:
        return []

    def close(self) -> None:
        pass


def _same(one: Development, other: Development) -> bool:
    """Whether two developments are one piece of news: two topics learned it from the same words."""
    return one.id == other.id or (
        one.topic != other.topic and (one.item, one.span, one.new) == (other.item, other.span, other.new)
    )


def _mark(decision: Decision) -> tuple[Any, ...]:
    return decision.story, decision.reason, decision.developments, decision.alert


def _move_rows(kept: dict[str, Any], source: str, target: str, items: set[str]) -> None:
    kept.update(
        {key: replace(one, story=target) for key, one in kept.items() if one.story == source and one.item in items}
    )


def _tokens(text: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain)


def _count(tokens: list[str], phrase: list[str]) -> int:
    return sum(tokens[start : start + len(phrase)] == phrase for start in range(len(tokens)))
