"""Which entries of a poll are new, which are other versions of known ones, and which the feed has carried before.

An entry is known by its identity (guid, else address, else text) and by its text: a feed that changes its guids at every poll
makes no news, since the text was seen; an entry whose text changes under the same identity is a revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import xxhash

from monitor.model import Entry, Event, Feed, FeedState, Item, ParsedFeed, make_id
from monitor.text.canonical import canonical, readable
from monitor.text.normal import fold, squeeze

#: an entry dated further ahead than this is dated wrongly (design: trust, row 19)
FUTURE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a poll brought: items in the feed's order, oldest first; every hash it carried; how many entries were known."""

    items: tuple[Item, ...]
    tombstones: tuple[str, ...]
    known: int
    measures: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


def identity(entry: Entry) -> str:
    """What the entry is known by inside its feed."""
    return entry.guid or canonical(entry.url) or digest(entry)


def digest(entry: Entry) -> str:
    """Hash of what an entry says: its title and its texts in normal form, without layout."""
    return xxhash.xxh3_64_hexdigest(
        "\x1f".join(fold(squeeze(text)) for text in (entry.title, entry.summary, entry.content)).encode(
            "utf-8", "replace"
        )
    )


def fingerprints(feed: Feed, state: FeedState, parsed: ParsedFeed) -> tuple[str, ...]:
    """Every hash to ask the store about: of the identity with its text, and of the text alone, for each entry."""
    del feed, state
    return tuple(dict.fromkeys(one for entry in parsed.entries for one in (_version(entry), _text(entry))))


def guids(feed: Feed, state: FeedState, parsed: ParsedFeed) -> tuple[str, ...]:
    """The identities to ask the store's newest versions of."""
    del feed, state
    return tuple(dict.fromkeys(identity(entry) for entry in parsed.entries))


def _version(entry: Entry) -> str:
    return xxhash.xxh3_64_hexdigest(f"{identity(entry)}\x1f{digest(entry)}".encode("utf-8", "replace"))


def _text(entry: Entry) -> str:
    """Short texts ("Live", "Weather today") come again as other articles: there the address belongs to the text."""
    long_enough = len(entry.title) + len(entry.summary) + len(entry.content) >= 80
    return (
        digest(entry)
        if long_enough
        else xxhash.xxh3_64_hexdigest(f"{canonical(entry.url)}\x1f{digest(entry)}".encode("utf-8", "replace"))
    )


def sift(
    feed: Feed, state: FeedState, parsed: ParsedFeed, known: set[str], versions: Mapping[str, Item], now: datetime
) -> Sifted:
    """What is new in `parsed`: `known` are those of its `fingerprints` that the feed carried before, `versions` its stored items by identity."""
    items: dict[str, Item] = {}
    seen = set(known)
    repeated = 0
    for entry in reversed(parsed.entries):  # feeds put the newest first; what came first happened first
        marks = (_version(entry), _text(entry))
        if seen & set(marks):
            repeated += 1
        else:
            item = _item(feed, state, parsed, entry, versions.get(identity(entry)), now)
            items[item.id] = item
        seen.update(marks)
    tombstones = tuple(one for one in fingerprints(feed, state, parsed) if one not in known)
    return Sifted(items=tuple(items.values()), tombstones=tombstones, known=repeated)


def _item(feed: Feed, state: FeedState, parsed: ParsedFeed, entry: Entry, before: Item | None, now: datetime) -> Item:
    published = entry.published or (entry.updated if before is None else None)
    return Item(
        id=make_id("i", feed.id, identity(entry), digest(entry)),
        feed=feed.id,
        guid=identity(entry),
        url=readable(entry.url),
        title=entry.title,
        summary=entry.summary,
        content=entry.content,
        publisher=entry.publisher or feed.name,
        family=feed.family,
        trust=feed.trust,
        author=entry.author,
        language=entry.language or feed.language or parsed.language,
        published=None if published and published > now + FUTURE else published,
        first_seen=now,
        digest=digest(entry),
        revision_of=before.id if before else None,
        markup=entry.markup,
        live=state.baseline_done,
    )
