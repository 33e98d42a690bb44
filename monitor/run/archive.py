"""An archive of items: read from a file of JSON lines, or from what a database has taken in."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from monitor.addresses import host_of
from monitor.errors import ReplayError
from monitor.feeds.html import has_markup, to_text
from monitor.feeds.parse.raw import MAX_TEXT, MAX_TITLE
from monitor.model import Entry, Feed, Item, make_id
from monitor.ports import Store

#: the path that means stdin
STDIN = Path("-")
#: what is longer is cut, as in a feed: what is left keeps its offsets
_TEXTS = {"title": MAX_TITLE, "summary": MAX_TEXT, "content": MAX_TEXT}
_OPTIONAL = ("feed", "publisher", "guid", "summary", "content", "language", "published", "first_seen")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LEAP_SECOND = re.compile(r"(?<=:\d\d):60(?=[.+Z-])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """One line of an archive: an entry of a feed, and the id that the archive knows it by."""

    id: str
    feed: Feed
    entry: Entry
    at: datetime


# ── from a file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def read_archive(path: Path, feeds: Sequence[Feed] = ()) -> list[Archived]:
    """The items of an archive ("-" is stdin) in the order in which they happen. Raises `ReplayError` with file and line.

    A `feed` of the archive that is a configured feed's id, address or name gets that feed's family, trust and language.
    """
    configured = {key: feed for feed in feeds for key in (feed.id, feed.url, feed.name)}
    made: dict[str, Feed] = {}
    found: list[tuple[datetime | None, Archived]] = []
    for place, record in _records(path):
        found.append(_archived(record, place, configured, made))
    return _in_order(found)


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    name = "stdin" if path == STDIN else str(path)
    with _opened(path) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                place = f"{name}:{number}"
                yield (
                    place,
                    _record(_decoded(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line, place), place),
                )


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if path == STDIN:
        yield sys.stdin.buffer
        return
    try:
        lines = path.open("rb")
    except OSError as error:
        raise ReplayError(f"{path}: cannot be read: {error.strerror}") from error
    with lines:
        yield lines


def _decoded(line: bytes, place: str) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise ReplayError(
            f"{place}: not UTF-8: byte {error.start + 1} of the line is {line[error.start]:#x}"
        ) from error


def _record(line: str, place: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise ReplayError(f"{place}: not JSON: {error}") from error
    except RecursionError as error:
        raise ReplayError(f"{place}: not JSON that can be read: it is nested too deeply") from error
    if not isinstance(record, dict):
        raise ReplayError(f"{place}: an object was expected, one item a line")
    for key in ("id", "url", "title"):
        if not isinstance(record.get(key), str):
            raise ReplayError(f"{place}: {key!r} is required and must be a string")
    for key in _OPTIONAL:
        if not isinstance(record.get(key, ""), str | None):
            raise ReplayError(f"{place}: {key!r} must be a string")
    # Half of a pair is no character: JSON can name it, and no file, database or terminal can hold it.
    return {key: _SURROGATE.sub("\ufffd", value) if isinstance(value, str) else value for key, value in record.items()}


def _archived(
    record: dict[str, Any], place: str, configured: dict[str, Feed], made: dict[str, Feed]
) -> tuple[datetime | None, Archived]:
    published, first_seen = _time(record, "published", place), _time(record, "first_seen", place)
    at = first_seen or published
    given = {key: record.get(key) or "" for key in _TEXTS}
    markup = tuple(key for key in _TEXTS if has_markup(given[key]))
    texts = {key: _plain(given[key])[:most] for key, most in _TEXTS.items()}
    entry = Entry(
        guid=record.get("guid") or record["url"],
        url=record["url"],
        publisher=record.get("publisher") or "",
        language=record.get("language") or "",
        published=published,
        markup=markup,
        title=texts["title"],
        summary=texts["summary"],
        content=texts["content"],
    )
    return at, Archived(
        id=record["id"], feed=_feed(record, configured, made), entry=entry, at=at or datetime.min.replace(tzinfo=UTC)
    )


def _plain(text: str) -> str:
    """As it came where it is plain text, since evidence is named by offsets into it."""
    return to_text(text) if has_markup(text) else text


def _time(record: dict[str, Any], key: str, place: str) -> datetime | None:
    """A time of RFC 3339 in UTC. None where there is none, or one that no news has (year 1, as some programs write "unknown")."""
    text = record.get(key)
    if not text:
        return None
    try:
        # "t" and "z" are allowed, and so is the second that clocks do not have.
        time = datetime.fromisoformat(_LEAP_SECOND.sub(":59", text.upper()))
    except ValueError as error:
        raise ReplayError(f"{place}: {key!r} is not a time of RFC 3339: {text!r}") from error
    if time.tzinfo is None:
        raise ReplayError(f"{place}: {key!r} has no time zone: {text!r}; add Z or an offset")
    return time.astimezone(UTC) if 1900 <= time.year < 3000 else None


def _feed(record: dict[str, Any], configured: dict[str, Feed], made: dict[str, Feed]) -> Feed:
    key = record.get("feed") or record.get("publisher") or host_of(record["url"]) or record["url"] or "?"
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


# ── from a database ──────────────────────────────────────────────────────────────────────────────────────────────────


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
