"""feedparser: the authority on every RSS, RDF, CDF and Atom, however damaged.

It raises at eleven places on damaged feeds (measured); its own exceptions become one clean-up and a second try, and then a salvage
entry by entry: one bad item never loses a feed. The body is handed over as a stream, since feedparser opens bytes that happen to be
the name of a file ("/dev/zero").
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import feedparser
from feedparser.datetimes import _parse_date

from monitor.errors import ParseError
from monitor.feeds import dates
from monitor.feeds.parse.raw import MAX_ENTRIES, RawEntry, RawFeed

_ITEM = re.compile(rb"<((?:\w+:)?(?:item|entry))\b.*?(?:</\1\s*>|(?=<\1\b)|\Z)", re.IGNORECASE | re.DOTALL)
_ITEM_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: salvage parses each entry alone; more than this many would cost more than they are worth
_MAX_SALVAGE = 500


def read(body: bytes, about: Mapping[str, str]) -> tuple[RawFeed, tuple[str, ...]]:
    """The feed in `body` and what was repaired; `about` are its response headers. Raises `ParseError` where there is none."""
    found, notes = _tolerant(_shortened(body), about)
    if not found.get("entries") and not found.get("version"):
        raise ParseError("no feed was found in the answer")
    return _raw(found), notes


def feed_date(text: str) -> datetime | None:
    """A date in any spelling that feedparser or our fallback knows."""
    if not text:
        return None
    try:
        return dates.quick(text) or _utc(_parse_date(text)) or dates.guess(text)
    except Exception:  # noqa: BLE001 - feedparser's date readers raise whatever they like on odd text
        return dates.guess(text)


def _tolerant(body: bytes, about: Mapping[str, str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    try:
        return _feedparser(body, about), ()
    except Exception:  # noqa: BLE001 - any of its exceptions means: clean up
        clean = _clean(body)
    try:
        return _feedparser(clean, about), ("illegal characters removed",)
    except Exception:  # noqa: BLE001 - the same: go on entry by entry
        return _salvage(clean, about)


def _feedparser(body: bytes, about: Mapping[str, str]) -> Mapping[str, Any]:
    found = feedparser.parse(
        io.BytesIO(body), response_headers=dict(about), sanitize_html=False, resolve_relative_uris=False
    )
    assert isinstance(found, dict)
    return found


def _shortened(body: bytes) -> bytes:
    """Without the entries after the first `MAX_ENTRIES`: feedparser takes a fifth of a millisecond for each."""
    ends = [match.end() for match in _ITEM_END.finditer(body)]
    return body[: ends[MAX_ENTRIES - 1]] + body[ends[-1] :] if len(ends) > MAX_ENTRIES else body


def _clean(body: bytes) -> bytes:
    """Without control characters and references to characters that XML does not have."""
    return _CONTROLS.sub(b" ", _REFERENCE.sub(_kept, body))


def _kept(match: re.Match[bytes]) -> bytes:
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    code = int(digits[:8], base)
    legal = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
    return match[0] if legal and len(digits) <= 8 else b" "


def _salvage(body: bytes, about: Mapping[str, str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Each entry inside the feed's own frame, alone: those that still raise are left out."""
    chunks = list(islice(_ITEM.finditer(body), _MAX_SALVAGE))
    if not chunks:
        raise ParseError("the feed is damaged and no entry could be read")
    head, tail = body[: chunks[0].start()], body[chunks[-1].end() :]
    whole: dict[str, Any] = {"entries": [], "feed": {}, "version": ""}
    lost = 0
    for chunk in chunks:
        one = _alone(head, chunk[0], tail, about)
        lost += one is None
        if one is not None:
            whole["entries"] += one["entries"]
            whole["feed"] = whole["feed"] or one["feed"]
            whole["version"] = whole["version"] or one.get("version", "")
    if not whole["entries"]:
        raise ParseError("the feed is damaged and no entry could be read")
    return whole, (f"{lost} damaged entries left out",)


def _alone(head: bytes, chunk: bytes, tail: bytes, about: Mapping[str, str]) -> Mapping[str, Any] | None:
    """One entry; where the frame itself is what breaks, the entry without any frame."""
    for frame in ((head, tail), (b"<rss version='2.0'><channel>", b"</channel></rss>")):
        try:
            return _feedparser(frame[0] + chunk + frame[1], about)
        except Exception:  # noqa: BLE001, S112 - this entry, or the frame, is the damaged one
            continue
    return None


# ── feedparser's answer as ours ──────────────────────────────────────────────────────────────────────────────────────


def _raw(found: Mapping[str, Any]) -> RawFeed:
    feed = found.get("feed", {})
    links = [link for link in feed.get("links", []) if isinstance(link, Mapping)]
    return RawFeed(
        title=_text(feed, "title"),
        link=_text(feed, "link"),
        language=_text(feed, "language"),
        ttl=_text(feed, "ttl"),
        period=_text(feed, "sy_updateperiod"),
        frequency=_text(feed, "sy_updatefrequency"),
        hub=next((_text(link, "href") for link in links if link.get("rel") == "hub"), ""),
        self_url=next((_text(link, "href") for link in links if link.get("rel") == "self"), ""),
        entries=[_entry(entry) for entry in found["entries"][:MAX_ENTRIES]],
    )


def _entry(entry: Mapping[str, Any]) -> RawEntry:
    contents = [_text(one, "value") for one in entry.get("content", []) if isinstance(one, Mapping)]
    source, detail = entry.get("source", {}), entry.get("title_detail", {})
    return RawEntry(
        guid=_text(entry, "id"),
        link=_text(entry, "link"),
        title=_text(entry, "title"),
        summary=_text(entry, "summary"),
        content=max(contents, key=len, default=""),
        author=_text(entry, "author"),
        source=_text(source, "title") if isinstance(source, Mapping) else "",
        # Atom's <source> is a whole feed's head, whose author's address feedparser calls its href.
        source_url=_text(source, "href") if isinstance(source, Mapping) and source.keys() <= {"href", "title"} else "",
        language=_text(entry, "language") or (_text(detail, "language") if isinstance(detail, Mapping) else ""),
        published=_time(entry, "published"),
        updated=_time(entry, "updated"),
    )


def _text(values: Mapping[str, Any], key: str) -> str:
    """Text only: feedparser gives other things than text where a feed nests what should be flat."""
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _time(entry: Mapping[str, Any], key: str) -> datetime | None:
    # dict's own get: feedparser's answers "updated" with "published" where there is none.
    if not isinstance(entry, dict):
        return None
    found = _utc(dict.get(entry, f"{key}_parsed"))
    text = dict.get(entry, key)
    return found or (dates.guess(text) if isinstance(text, str) else None)


def _utc(parsed: Any) -> datetime | None:
    try:
        return dates.plausible(datetime.fromtimestamp(calendar.timegm(parsed), UTC)) if parsed else None
    except (ValueError, OverflowError, OSError, TypeError):
        return None
