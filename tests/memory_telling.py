"""Who is owed what: subscriptions, decisions, what each channel knows, and what readers say of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from memory_kept import Kept, same

from monitor.model import (
    Decision,
    Development,
    Feedback,
    Subscription,
    Told,
)


class Telling(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

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
        return any((channel, one.id) in self._told for one in self._developments.values() if same(one, development))

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

    def _ask_about(self, developments: Iterable[str], when: datetime, channel: str | None = None) -> None:
        asked = [self._developments[one] for one in developments]
        for one in [one for one in self._developments.values() if any(same(one, other) for other in asked)]:
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


def _mark(decision: Decision) -> tuple[Any, ...]:
    return decision.story, decision.reason, decision.developments, decision.alert
