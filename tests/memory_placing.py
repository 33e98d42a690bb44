"""Where items are placed: stories, what they bring, and what is moved between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from memory_kept import Kept

from monitor.model import (
    Development,
    Judgement,
    Moved,
    Mute,
    Story,
    StoryUpdate,
)


class Placing(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

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

    def record_edit(self, moved: Moved) -> None:
        self._move(moved)

    def edits(self, topic: str | None = None) -> list[Moved]:
        return [one for one in self._moves if one.by != "repair" and topic in (None, one.topic)]

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

    def _resolve(self, story: str) -> str:
        while story in self._merged:
            story = self._merged[story]
        return story


def _move_rows(kept: dict[str, Any], source: str, target: str, items: set[str]) -> None:
    kept.update(
        {key: replace(one, story=target) for key, one in kept.items() if one.story == source and one.item in items}
    )
