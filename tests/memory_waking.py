"""What a topic has before it: items that wait, appointments, and stories awake and asleep."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from memory_kept import Kept

from monitor.model import (
    Expectation,
    Item,
    Match,
    Remembered,
)


class Waking(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

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

    def pending_since(self) -> datetime | None:
        return min((self._items[item].first_seen for _, item in self._pending), default=None)

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
