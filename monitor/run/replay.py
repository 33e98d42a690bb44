"""An archive, run through the real steps with the archive's clock.

Items are taken in order of `first_seen` (else `published`, else the file's order) and the clock is set to that time; between
items, whatever falls due happens at its own time. Alerts are recorded and count as delivered at once, so that what follows
knows what was told. The same input and configuration give byte-identical output (design: the replay format).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from monitor.feeds import schedule
from monitor.feeds.sift import digest, fingerprints, guids, sift
from monitor.model import (
    Attempt,
    Feed,
    FeedCheck,
    FeedState,
    Item,
    ParsedFeed,
    StoryUpdate,
    Subscription,
    make_id,
)
from monitor.pipeline import Desk, Matches, update_topic
from monitor.ports import Store
from monitor.run.archive import Archived
from monitor.run.output import alert_line, due_line, item_line

#: after the last item the clock runs on this long, so that what is owed then still falls due (a day of digests)
AFTERWARDS = timedelta(hours=24)


@dataclass
class Replay:
    """The steps with the archive's clock. `run` yields the output's lines as they happen."""

    desks: Sequence[Desk]
    matcher: Matches
    store: Store
    subscriptions: Sequence[Subscription] = ()
    _states: dict[str, FeedState] = field(default_factory=dict)
    _feeds: list[Feed] = field(default_factory=list)
    #: the first item of each feed that said a text, and the items that only said it again
    _said: dict[tuple[str, str], str] = field(default_factory=dict)
    _again: dict[str, str] = field(default_factory=dict)
    #: what a stored item is called in the archive, where that cannot be its id: two lines of one id, an id of control characters
    _called: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def run(
        self, archive: Sequence[Archived], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[dict[str, Any]]:
        """Every line of the output, in the order things happened."""
        if archive:
            self.store.put_subscriptions(self.subscriptions, archive[0].at)
        for number, archived in enumerate(archive, 1):
            yield from self._until(archived.at)
            yield from self._take(replace(archived, id=self._stored_id(archived.id)))
            progress(number)
        if archive:
            yield from self._until(archive[-1].at + AFTERWARDS)
        yield {"type": "stories", "stories": self._grouping()}

    def _stored_id(self, id_: str) -> str:
        """The id under which an archive's item is stored: its own, where that is one and not taken."""
        if id_.isprintable() and id_ and id_ not in self._taken:
            self._taken.add(id_)
            return id_
        made = make_id("i", "archive", id_, str(len(self._called)))
        self._called[made] = id_
        return made

    def _name(self, id_: str | None) -> str | None:
        return self._called.get(id_, id_) if id_ else id_

    def _named(self, line: dict[str, Any]) -> dict[str, Any]:
        """An item's line with the archive's ids."""
        return line | {key: self._name(line[key]) for key in ("id", "copy_of", "revision_of")} if self._called else line

    def _until(self, at: datetime) -> Iterator[dict[str, Any]]:
        """Lets everything that falls due before `at` happen at its own time."""
        while (due := self.store.next_due()) is not None and due < at:
            for desk in self.desks:
                update = update_topic(desk, self.store, due)
                yield from self._due(update)
                yield from self._told(update)
            if self.store.next_due() == due:  # nothing moved: never spin
                break

    def _take(self, archived: Archived) -> Iterator[dict[str, Any]]:
        item = self._sift(archived)
        if item is None:
            yield self._named(self._repeated(archived))
            return
        updates = [update_topic(desk, self.store, archived.at) for desk in self.desks]
        yield self._named(item_line(item, archived.entry, self._wanted(item), updates))
        for update in updates:
            yield from self._due(update)
            yield from self._told(update)

    def _sift(self, archived: Archived) -> Item | None:
        """Stores the entry as a poll would. None where this feed has said exactly this before."""
        feed = archived.feed
        if feed.id not in self._states:
            self._feeds.append(feed)
            self.store.put_feeds(self._feeds, archived.at)
            self._states[feed.id] = replace(schedule.first(feed, archived.at), baseline_done=True)
        state = self._states[feed.id]
        parsed = ParsedFeed(title=feed.name, entries=(archived.entry,))
        known = self.store.known(feed.id, fingerprints(feed, state, parsed))
        versions = self.store.versions(feed.id, guids(feed, state, parsed))
        sifted = sift(feed, state, parsed, known, versions, archived.at)
        items = tuple(replace(item, id=archived.id) for item in sifted.items)
        matches = {item.id: found for item in items if (found := self.matcher.match(item))}
        self.store.record_check(
            FeedCheck(
                feed=feed.id,
                at=archived.at,
                state=state,
                items=items,
                matches=matches,
                tombstones=sifted.tombstones,
                entries=1,
            )
        )
        if items:
            self._said.setdefault((feed.id, digest(archived.entry)), archived.id)
        return items[0] if items else None

    def _repeated(self, archived: Archived) -> dict[str, Any]:
        """An entry that says again what its feed said before is a copy of that, and nothing follows."""
        before = self._said.get((archived.feed.id, digest(archived.entry)))
        placed = self.store.judgements(before) if before else []
        if before and placed:
            self._again[archived.id] = before
        return {
            "type": "item",
            "id": archived.id,
            "topics": [judgement.topic for judgement in placed],
            "copy_of": before if before != archived.id else None,
            "revision_of": None,
            "story": placed[0].story if placed else None,
            "developments": [],
        }

    def _wanted(self, item: Item) -> list[str]:
        least = {desk.topic.id: desk.topic.min_relevance for desk in self.desks}
        return [
            match.topic
            for match in self.store.matches(item.id)
            if match.topic in least and match.score >= least[match.topic]
        ]

    def _told(self, update: StoryUpdate) -> Iterator[dict[str, Any]]:
        for alert in update.alerts:
            self.store.record_attempt(Attempt(alert=alert.id, at=update.at, receipt="replay"))
            yield alert_line(alert, update.at)

    def _due(self, update: StoryUpdate) -> Iterator[dict[str, Any]]:
        for one in update.developments:
            item = self.store.item(one.item)
            line = due_line(one, item.markup if item else (), update.at)
            yield line | {"item": self._name(line["item"])}

    def _grouping(self) -> dict[str, list[str]]:
        stories: dict[str, list[str]] = {}
        seen: set[str] = set()
        again: defaultdict[str, list[str]] = defaultdict(list)
        for repeated, first in self._again.items():
            again[first].append(repeated)
        for desk in self.desks:
            for story in sorted(
                self.store.stories(desk.topic.id, limit=10**9), key=lambda story: (story.created, story.id)
            ):
                stored = [one for item, _ in self.store.story_items(story.id) for one in (item.id, *again[item.id])]
                # An item of several topics stands in the story of the first that wants it, and an id once.
                items = [one for one in dict.fromkeys(self._called.get(id_, id_) for id_ in stored) if one not in seen]
                seen.update(items)
                if items:
                    stories[story.id] = items
        return stories
