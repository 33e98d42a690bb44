"""Which entries of a poll are new, which are other versions of known ones, and which the feed has carried before.

An entry is known by its identity (guid, else address, else text) and by its text: a feed that changes its guids at every poll
makes no news, since the text was seen; an entry whose text changes under the same identity is a revision. What the lie detector
chose for a feed (`lies`) is honoured here, and what it needs to choose is counted here.

New to us is not always news: an entry dated more than a week back on a feed that we know is stored and makes none; what comes in a
flood, or without a date where others have one, is owed to the digest and interrupts nobody (`calm`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from unicodedata import is_normalized, normalize
from urllib.parse import urlsplit

import xxhash

from monitor.addresses import host_of
from monitor.feeds.floods import flood
from monitor.feeds.lies import Poll, learned, policy
from monitor.feeds.outlets import family_of
from monitor.feeds.titles import learned_titles, publisher_names, without
from monitor.model import Entry, Event, Feed, FeedState, Item, ParsedFeed, make_id
from monitor.text.canonical import canonical, readable
from monitor.text.normal import has_only_latin_1, squeeze, western

#: an entry dated further ahead than this is dated wrongly (design: trust, row 19)
FUTURE = timedelta(minutes=10)
#: what is older than this when a known feed first shows it is no news (the same row)
STALE = timedelta(days=7)
#: where the poll before was no longer ago than this, a new entry's age is that of its date
PROMPT = timedelta(minutes=20)
#: of a feed with more entries than this it is not remembered which the last poll had: what returns is not counted there
REMEMBERED = 300
#: hexadecimal digits of an entry's hash by which the next poll knows it again: for a count, one in millions may be wrong
_SHORT = 6
#: how a reason begins that keeps an item from interrupting
CALM = "interrupts nobody: "
_QUOTES = (*((curly, "'") for curly in "’‘‚"), *((curly, '"') for curly in "“”„«»"))
_PATH_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a poll brought: items in the feed's order, oldest first; every hash it carried; how many entries were known.

    `calm` says by item id why an item, though new, should interrupt nobody.
    """

    items: tuple[Item, ...]
    tombstones: tuple[str, ...]
    known: int
    measures: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    calm: Mapping[str, str] = field(default_factory=dict)


# ── what an entry is known by ────────────────────────────────────────────────────────────────────────────────────────


def identity(entry: Entry, by: str = "") -> str:
    """What the entry is known by inside its feed; `by` is the identity policy: "" for the guid, "link" or "text"."""
    if by == "text":
        return digest(entry)
    if by == "link" or not entry.guid or entry.guid == entry.url:
        return _address(entry.url) or digest(entry)
    # Sites move to https, and their guids with them.
    return f"https://{entry.guid[7:]}" if entry.guid.startswith("http://") else entry.guid


def _address(url: str) -> str:
    """The canonical address, with the fragment where it names a part of the page and not a campaign."""
    fragment = url.partition("#")[2]
    return f"{canonical(url)}#{fragment}" if fragment and "=" not in fragment else canonical(url)


def digest(entry: Entry) -> str:
    """Hash of what an entry says: its title and its texts without layout, case and the shape of quotation marks."""
    fields = (entry.title, entry.summary, entry.content)
    coded = [plain for text in fields if (plain := _plain_western(text)) is not None]
    if len(coded) == len(fields):
        plain = b"\x1f".join(coded)
        return _hash(plain.decode("latin-1" if has_only_latin_1(plain) else "cp1252"))
    return _hash(_plain("\x1f".join(squeeze(text.replace("\n", " ")) for text in fields)))


def _plain(text: str) -> str:
    # Whole articles: text.normal.fold remembers what it folds, and is for words.
    plain = text.casefold()
    if plain.isascii():
        return plain
    if not is_normalized("NFC", plain):
        plain = normalize("NFC", plain)
    for curly, straight in _QUOTES:
        if curly in plain:
            plain = plain.replace(curly, straight)
    return plain


def _plain_western(text: str) -> bytes | None:
    """What `_plain` says of a squeezed text in Windows-1252, in that encoding; None of any other."""
    coded = western(text)
    if coded is None or len(plain := coded.translate(_WESTERN, _WESTERN_ODD)) != len(coded):
        return None
    return b" ".join(plain.split()) if b"  " in plain else plain.strip()


def _western_table() -> tuple[bytes, bytes]:
    """What each byte becomes, and those that become no single byte, or are white and neither a blank nor a line's end."""
    table, odd = bytearray(range(256)), bytearray()
    for byte in range(256):
        character = bytes([byte]).decode("cp1252", "ignore")
        plain = _plain(character).encode("cp1252", "ignore")
        if len(plain) == 1 and (character in " \n" or not character.isspace()):
            table[byte] = plain[0]
        else:
            odd.append(byte)
    table[ord("\n")] = ord(" ")
    return bytes(table), bytes(odd)


_WESTERN, _WESTERN_ODD = _western_table()


def _hash(text: str) -> str:
    return xxhash.xxh3_64_hexdigest(text.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class _Marked:
    """An entry with what it is known by, each computed once."""

    entry: Entry
    identity: str
    digest: str
    #: hashes of the identity with its text, and of the text alone
    version: str
    text: str


@lru_cache(maxsize=1)
def _marked(parsed: ParsedFeed, by: str) -> tuple[_Marked, ...]:
    """Every entry marked. The three questions about one poll follow each other: the answer is kept until the next poll."""
    shared = _shared(parsed, by)
    return tuple(_mark(entry, by, shared) for entry in parsed.entries)


def _mark(entry: Entry, by: str, shared: Mapping[str, bool]) -> _Marked:
    said, name = digest(entry), identity(entry, by)
    if name in shared:  # one guid for several: the link, else the text, tells them apart
        name = f"{name} {_address(entry.url)}" if shared[name] else said
    return _Marked(entry, name, said, _hash(f"{name}\x1f{said}"), _text(entry, said))


def _text(entry: Entry, said: str) -> str:
    """Short texts ("Live", "Weather today") come again as other articles: there the address belongs to the text."""
    long_enough = len(entry.title) + len(entry.summary) + len(entry.content) >= 80
    return said if long_enough else _hash(f"{canonical(entry.url)}\x1f{said}")


def _short(entries: Iterable[_Marked]) -> set[str]:
    """What the next poll knows entries again by: their identity, whatever their text has become."""
    return {_hash(marked.identity)[:_SHORT] for marked in entries}


def _shared(parsed: ParsedFeed, by: str) -> dict[str, bool]:
    """Identities that several entries of a poll carry, and whether their links differ."""
    names = Counter(identity(entry, by) for entry in parsed.entries)
    several = {name for name, times in names.items() if times > 1}
    if not several:
        return {}
    links: dict[str, list[str]] = {name: [] for name in several}
    for entry in parsed.entries:
        if (name := identity(entry, by)) in several:
            links[name].append(_address(entry.url))
    return {name: len(set(found)) == len(found) for name, found in links.items()}


def fingerprints(feed: Feed, state: FeedState, parsed: ParsedFeed) -> tuple[str, ...]:
    """Every hash to ask the store about: of the identity with its text, and of the text alone, for each entry."""
    del feed
    return tuple(
        dict.fromkeys(
            one for marked in _marked(parsed, policy(state, "identity")) for one in (marked.version, marked.text)
        )
    )


def guids(feed: Feed, state: FeedState, parsed: ParsedFeed) -> tuple[str, ...]:
    """The identities to ask the store's newest versions of."""
    del feed
    return tuple(dict.fromkeys(marked.identity for marked in _marked(parsed, policy(state, "identity"))))


# ── sifting ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def sift(
    feed: Feed, state: FeedState, parsed: ParsedFeed, known: set[str], versions: Mapping[str, Item], now: datetime
) -> Sifted:
    """What is new in `parsed`: `known` are those of its `fingerprints` that the feed carried before, `versions` its stored items by identity."""
    entries = _marked(parsed, policy(state, "identity"))
    found = _Finding(feed, state, parsed, versions, now, set(known))
    for marked in reversed(entries):  # feeds put the newest first; what came first happened first
        found.take(marked)
    tombstones = dict.fromkeys(one for marked in entries for one in (marked.version, marked.text))
    items = tuple(found.items.values())
    overflow = flood(feed, state, sum(item.live and not item.revision_of for item in items), now)
    if overflow.event is not None:
        found.calm |= dict.fromkeys(found.items, f"{CALM}one of {len(items)} entries that came at once")
    measures: dict[str, Any] = dict(overflow.measures)
    if state.baseline_done:
        titles = [entry.title for entry in parsed.entries if entry.title]
        names = publisher_names(feed.name, host_of(feed.url))
        measures |= learned_titles(learned(state, found.poll(parsed, entries)), titles, names, state.measures)
        measures["last"] = "".join(sorted(_short(entries))) if len(entries) <= REMEMBERED else ""
    return Sifted(
        items=items,
        tombstones=tuple(one for one in tombstones if one not in known),
        known=len(entries) - len(items),
        measures=measures,
        events=(overflow.event,) if overflow.event else (),
        calm=found.calm,
    )


class _Finding:
    """The items of one poll while its entries are gone through."""

    def __init__(
        self,
        feed: Feed,
        state: FeedState,
        parsed: ParsedFeed,
        versions: Mapping[str, Item],
        now: datetime,
        seen: set[str],
    ) -> None:
        self.feed, self.state, self.parsed, self.now, self.seen = feed, state, parsed, now, seen
        self.carried = frozenset(seen)
        self.versions = dict(versions)
        self.items: dict[str, Item] = {}
        self.calm: dict[str, str] = {}
        self.counts: Counter[str] = Counter()
        self.by_first_seen = policy(state, "dates") == "first seen"
        #: what every title of this feed carries; what entries are known by is not changed by it
        self.constant = policy(state, "titles")
        self.frozen = policy(state, "edits") == "ignored"
        dated = sum(entry.published is not None or entry.updated is not None for entry in parsed.entries)
        self.dates_are_usual = dated * 2 > len(parsed.entries)
        self.ages: list[float] = []
        self.prompt = state.ok_at is not None and now - state.ok_at <= PROMPT
        #: replay and the first poll know nothing of what is usual
        self.polled_before = state.baseline_done and state.checked_at is not None

    def take(self, marked: _Marked) -> None:
        """One entry: known, a revision, or new."""
        before = self.versions.get(marked.identity)
        self._count(marked, before)
        new = marked.version not in self.seen and marked.text not in self.seen
        if new and not (before and self.frozen):
            item = self._item(marked, before)
            self.items[item.id] = item
            self.versions[item.guid] = item
            if reason := self._why_calm(marked.entry, before):
                self.calm[item.id] = CALM + reason
        self.seen |= {marked.version, marked.text}

    def _count(self, marked: _Marked, before: Item | None) -> None:
        same, text_known = marked.version in self.seen, marked.text in self.seen
        identity_known = same or before is not None
        self.counts["known"] += identity_known
        self.counts["fresh"] += not identity_known
        self.counts["churned"] += not identity_known and text_known
        self.counts["revised"] += before is not None and not same and not text_known
        date = marked.entry.published or marked.entry.updated
        if not identity_known and not text_known and date:
            self.counts["dated"] += 1
            self.counts["future"] += date > self.now + FUTURE
            if self.prompt:
                self.ages.append((self.now - date).total_seconds())
        if same and before and before.published and marked.entry.published:
            moved = abs(before.published - marked.entry.published) > timedelta(minutes=1)
            self.counts["redated"] += moved

    def poll(self, parsed: ParsedFeed, entries: Iterable[_Marked]) -> Poll:
        """The counts of this poll for the lie detector."""
        names = Counter(identity(entry, policy(self.state, "identity")) for entry in parsed.entries)
        links = {_address(entry.url) for entry in parsed.entries}
        sharing = sum(times for times in names.values() if times > 1)
        own_links = len(links) == len(parsed.entries)
        return Poll(
            **self.counts,
            returned=self._returned(entries),
            sharing=sharing,
            own_links=own_links,
            ages=tuple(self.ages),
        )

    def _returned(self, entries: Iterable[_Marked]) -> int:
        """How many entries the feed carried once and not at the last poll; 0 where that is not remembered."""
        last = str(self.state.measures.get("last", ""))
        there = {last[at : at + _SHORT] for at in range(0, len(last), _SHORT)}
        known = [marked for marked in entries if marked.version in self.carried]
        return len(_short(known) - there) if there else 0

    def _published(self, entry: Entry, before: Item | None) -> datetime | None:
        if self.by_first_seen:
            return None
        published = entry.published or (entry.updated if before is None else None)
        return None if published and published > self.now + FUTURE else published

    def _item(self, marked: _Marked, before: Item | None) -> Item:
        entry = marked.entry
        published = self._published(entry, before)
        return Item(
            id=make_id("i", self.feed.id, marked.identity, marked.digest),
            feed=self.feed.id,
            guid=marked.identity,
            url=readable(entry.url),
            title=without(entry.title, self.constant) if self.constant else entry.title,
            summary=entry.summary,
            content=entry.content,
            publisher=entry.publisher or self.feed.name,
            family=family_of(entry, self.feed),
            trust=self.feed.trust,
            author=entry.author,
            language=entry.language or self.feed.language or self.parsed.language,
            published=published,
            first_seen=self.now,
            digest=marked.digest,
            revision_of=before.id if before else None,
            markup=entry.markup,
            live=self.state.baseline_done and not (before is None and self._is_stale(entry.url, published)),
        )

    def _is_stale(self, url: str, published: datetime | None) -> bool:
        """Whether a new entry is old: by its date, or by the date in its address where the feed dates it anew."""
        if not self.polled_before:
            return False
        # After a long silence of ours a week is not long: what came since the last good poll is news.
        since = min(self.now - STALE, (self.state.ok_at or self.now) - timedelta(days=1))
        dates = [date for date in (published, _path_date(url)) if date is not None]
        return bool(dates) and min(dates) < since

    def _why_calm(self, entry: Entry, before: Item | None) -> str:
        if not self.polled_before:
            return ""
        if before is not None:
            old = before.published is not None and before.published < self.now - STALE
            return "a new version of something old" if old else ""
        undated = not (entry.published or entry.updated) and self.dates_are_usual
        return "without a date, on a feed that dates its entries" if undated else ""


def _path_date(url: str) -> datetime | None:
    """The end of the day that an address names ("/2019/05/03/")."""
    match = _PATH_DATE.search(urlsplit(url).path)
    if match is None:
        return None
    year, month, day = map(int, match.groups())
    try:
        return datetime(year, month, day, tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        return None
