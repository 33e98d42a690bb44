"""What the command line and the page read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from memory_kept import Kept

from monitor.model import (
    Alert,
    Attempt,
    Decision,
    Development,
    Event,
    Fact,
    Item,
    Judgement,
    Match,
    Story,
)


class Doors(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

    def stories(self, topic: str | None = None, since: datetime | None = None, limit: int = 200) -> list[Story]:
        found = [one for one in self._stories.values() if one.id not in self._merged and topic in (None, one.topic)]
        recent = [one for one in found if since is None or one.updated >= since]
        return sorted(sorted(recent, key=lambda one: one.id), key=lambda one: one.updated, reverse=True)[:limit]

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


def _tokens(text: str) -> list[str]:
    plain = "".join(char for char in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", plain)


def _count(tokens: list[str], phrase: list[str]) -> int:
    return sum(tokens[start : start + len(phrase)] == phrase for start in range(len(tokens)))
