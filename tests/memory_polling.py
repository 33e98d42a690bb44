"""What a store keeps of feeds: what was polled and when, hubs that push, pages that are looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from memory_kept import Kept

from monitor.model import (
    Feed,
    FeedCheck,
    FeedState,
    Item,
    Match,
    PageWatch,
    Push,
    Validators,
)


class Polling(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

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
