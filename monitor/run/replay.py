"""An archive, run through the real steps with the archive's clock.

Items are taken in order of `first_seen` (else `published`, else the file's order) and the clock is set to that time; between
items, whatever falls due happens at its own time. Alerts are recorded and count as delivered at once, so that what follows
knows what was told. The same input and configuration give byte-identical output (design: the replay format).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.alerts.render import as_text
from monitor.errors import ReplayError
from monitor.feeds import schedule
from monitor.feeds.html import has_markup, to_text
from monitor.feeds.sift import digest, fingerprints, guids, sift
from monitor.model import (
    Alert,
    Attempt,
    Development,
    Entry,
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

#: after the last item the clock runs on this long, so that what is owed then still falls due (a day of digests)
AFTERWARDS = timedelta(hours=24)
_TEXTS = ("title", "summary", "content")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """One line of an archive: an entry of a feed, and the id that the archive knows it by."""

    id: str
    feed: Feed
    entry: Entry
    at: datetime


# ── reading the archive ──────────────────────────────────────────────────────────────────────────────────────────────


def read_archive(path: Path, feeds: Sequence[Feed] = ()) -> list[Archived]:
    """The items of an archive in the order in which they happen. Raises `ReplayError` with file and line.

    A `feed` of the archive that is a configured feed's id, address or name gets that feed's family, trust and language.
    """
    configured = {key: feed for feed in feeds for key in (feed.id, feed.url, feed.name)}
    made: dict[str, Feed] = {}
    found: list[tuple[datetime | None, Archived]] = []
    for place, record in _records(path):
        found.append(_archived(record, place, configured, made))
    return _in_order(found)


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.open(encoding="utf-8")
    except OSError as error:
        raise ReplayError(f"{path}: cannot be read: {error.strerror}") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{path}:{number}", _record(line, f"{path}:{number}")


def _record(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ReplayError(f"{place}: not JSON: {error}") from error
    if not isinstance(record, dict):
        raise ReplayError(f"{place}: an object was expected, one item a line")
    for key in ("id", "url", "title"):
        if not isinstance(record.get(key), str):
            raise ReplayError(f"{place}: {key!r} is required and must be a string")
    for key in ("feed", "publisher", "guid", "summary", "content", "language", "published", "first_seen"):
        if not isinstance(record.get(key) or "", str):
            raise ReplayError(f"{place}: {key!r} must be a string")
    return record


def _archived(
    record: dict[str, Any], place: str, configured: dict[str, Feed], made: dict[str, Feed]
) -> tuple[datetime | None, Archived]:
    published, first_seen = _time(record, "published", place), _time(record, "first_seen", place)
    at = first_seen or published
    texts = {key: record.get(key) or "" for key in _TEXTS}
    markup = tuple(key for key in _TEXTS if has_markup(texts[key]))
    entry = Entry(
        guid=record.get("guid") or record["url"],
        url=record["url"],
        publisher=record.get("publisher") or "",
        language=record.get("language") or "",
        published=published,
        markup=markup,
        title=_plain(texts["title"]),
        summary=_plain(texts["summary"]),
        content=_plain(texts["content"]),
    )
    return at, Archived(
        id=record["id"], feed=_feed(record, configured, made), entry=entry, at=at or datetime.min.replace(tzinfo=UTC)
    )


def _plain(text: str) -> str:
    """As it came where it is plain text, since evidence is named by offsets into it."""
    return to_text(text) if has_markup(text) else text


def _time(record: dict[str, Any], key: str, place: str) -> datetime | None:
    text = record.get(key)
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise ReplayError(f"{place}: {key!r} is not a time of RFC 3339: {text!r}") from error
    if time.tzinfo is None:
        raise ReplayError(f"{place}: {key!r} has no time zone: {text!r}; add Z or an offset")
    return time.astimezone(UTC)


def _feed(record: dict[str, Any], configured: dict[str, Feed], made: dict[str, Feed]) -> Feed:
    host = (urlsplit(record["url"]).hostname or "").removeprefix("www.")
    key = record.get("feed") or record.get("publisher") or host
    if key in configured:
        return configured[key]
    if key not in made:
        publisher = record.get("publisher") or ""
        made[key] = Feed(
            id=make_id("f", "archive", key),
            url=key,
            name=publisher or key,
            family=publisher.casefold() or key,
            language="",
        )
    return made[key]


def _in_order(found: list[tuple[datetime | None, Archived]]) -> list[Archived]:
    """By time; an item without one happens when the item before it in the file happened."""
    timed: list[Archived] = []
    last = min((at for at, _ in found if at), default=datetime(2000, 1, 1, tzinfo=UTC))
    for at, archived in found:
        last = at or last
        timed.append(replace(archived, at=last))
    return sorted(timed, key=lambda archived: archived.at)  # stable: the file's order decides between equals


# ── the run ──────────────────────────────────────────────────────────────────────────────────────────────────────────


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

    def run(
        self, archive: Sequence[Archived], progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[dict[str, Any]]:
        """Every line of the output, in the order things happened. The id of an archive's item is the id of the stored one."""
        if archive:
            self.store.put_subscriptions(self.subscriptions, archive[0].at)
        for number, archived in enumerate(archive, 1):
            yield from self._until(archived.at)
            yield from self._take(archived)
            progress(number)
        if archive:
            yield from self._until(archive[-1].at + AFTERWARDS)
        yield {"type": "stories", "stories": self._grouping()}

    def _until(self, at: datetime) -> Iterator[dict[str, Any]]:
        """Lets everything that falls due before `at` happen at its own time."""
        while (due := self.store.next_due()) is not None and due < at:
            for desk in self.desks:
                yield from self._told(update_topic(desk, self.store, due))
            if self.store.next_due() == due:  # nothing moved: never spin
                break

    def _take(self, archived: Archived) -> Iterator[dict[str, Any]]:
        item = self._sift(archived)
        if item is None:
            yield self._repeated(archived)
            return
        updates = [update_topic(desk, self.store, archived.at) for desk in self.desks]
        yield item_line(item, archived.entry, self._wanted(item), updates)
        for update in updates:
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
                # An item of several topics stands in the story of the first that wants it.
                items = [item.id for item, _ in self.store.story_items(story.id) if item.id not in seen]
                seen.update(items)
                if items:
                    stories[story.id] = [one for item in items for one in (item, *again[item])]
        return stories


def stored_archive(store: Store, since: datetime) -> list[Archived]:
    """What a database has taken in since then, as an archive. Baseline items are left out: they were never news."""
    feeds = {feed.id: feed for feed, _ in store.feeds()}
    return [
        Archived(id=item.id, feed=feeds.get(item.feed) or _gone(item), entry=_entry(item), at=item.first_seen)
        for item in store.items(since)
        if item.live
    ]


def _gone(item: Item) -> Feed:
    return Feed(
        id=item.feed, url=item.url, name=item.publisher, family=item.family, language=item.language, trust=item.trust
    )


def _entry(item: Item) -> Entry:
    return Entry(
        guid=item.guid,
        url=item.url,
        title=item.title,
        summary=item.summary,
        content=item.content,
        author=item.author,
        publisher=item.publisher,
        language=item.language,
        published=item.published,
        markup=item.markup,
    )


def compare(lines: Iterable[dict[str, Any]], was: Iterable[Alert]) -> list[str]:
    """What would have been sent beside what was, by the developments in each message: lines for a person."""
    would = [line for line in lines if line["type"] == "alert"]
    sent = list(was)
    told_then = {one for alert in sent for one in alert.developments}
    told_now = {one for line in would for one in line["developments"]}
    found = [
        f"would have been sent: {len(would)} messages with {len(told_now)} developments; was: {len(sent)} with {len(told_then)}"
    ]
    found += [
        f"+ {line['at']} {line['channel']} [{line['mode']}] {line['title']}"
        for line in would
        if set(line["developments"]) - told_then
    ]
    found += [
        f"- {_stamp(alert.created)} {alert.channel} [{alert.mode}] {alert.message.title}"
        for alert in sent
        if set(alert.developments) - told_now
    ]
    return found


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# ── the lines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def item_line(item: Item, entry: Entry, topics: Sequence[str], updates: Iterable[StoryUpdate]) -> dict[str, Any]:
    """The output line of one item: the judgement of the first topic that wants it."""
    found = [judgement for update in updates for judgement in update.judgements if judgement.item == item.id]
    judgement = found[0] if found else None
    return {
        "type": "item",
        "id": item.id,
        "topics": list(topics),
        "copy_of": judgement.copy_of if judgement else None,
        "revision_of": item.revision_of,
        "story": judgement.story if judgement else None,
        "developments": [development_line(one, entry.markup) for one in (judgement.developments if judgement else ())],
    }


def development_line(development: Development, markup: Sequence[str]) -> dict[str, Any]:
    """A development as the replay format has it: offsets are null where the field carried markup."""
    plain = development.span.field not in markup
    return {
        "id": development.id,
        "kind": str(development.kind),
        "field": development.span.field,
        "start": development.span.start if plain else None,
        "end": development.span.end if plain else None,
        "text": development.text,
        "noun": development.noun,
        "subject": development.subject,
        "old": _number(development.old),
        "new": _number(development.new),
        "unit": development.unit,
        "speaker": development.speaker,
        "status": development.status,
        "importance": round(development.importance, 4),
        "novelty": round(development.novelty, 4),
    }


def _number(value: float | str | None) -> float | str | None:
    """5.0 is written 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def alert_line(alert: Alert, at: datetime) -> dict[str, Any]:
    """The output line of one alert."""
    return {
        "type": "alert",
        "at": _stamp(at),
        "channel": alert.channel,
        "story": alert.story,
        "mode": alert.mode,
        "developments": list(alert.developments),
        "title": alert.message.title,
        "text": as_text(alert.message),
    }
