"""Bytes → `ParsedFeed`. feedparser is the authority on every RSS, RDF, CDF and Atom; JSON Feed is read here.

HTML is recognised before parsing (a megabyte of it costs feedparser two seconds), feedparser's own exceptions become one clean-up
and a second try, and then a salvage entry by entry: one bad item never loses a feed.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import feedparser

from monitor.errors import ParseError
from monitor.feeds.html import has_markup, to_text
from monitor.model import Entry, ParsedFeed
from monitor.text.normal import squeeze, visible

MAX_ENTRIES = 2_000
MAX_TITLE = 500
MAX_TEXT = 100_000
MAX_URL = 2_048
_HTML_START = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED_START = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_ITEM = re.compile(rb"<(item|entry)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BAD_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[dD][89abAB][0-9a-fA-F]{2}|[1-9a-fA-F]{7,}|[2-9a-fA-F][0-9a-fA-F]{5,}|1[1-9a-fA-F][0-9a-fA-F]{4,})|0*(?:[0-8]|1[124-9]|2\d|3[01]|\d{8,}|[2-9]\d{6}|1[2-9]\d{5}|11[2-9]\d{4}));"
)
_NULS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}
# RFC 822's names and day-first numbers are feedparser's; what it misses is left to a fallback that abstains (feeds/dates).
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


def parse(body: bytes, *, url: str, content_type: str = "", headers: Mapping[str, str] | None = None) -> ParsedFeed:
    """The feed in `body`, which came from `url`. Raises `ParseError` where there is none; never anything else."""
    if not body.strip():
        raise ParseError("the answer is empty")
    if "json" in content_type or body.lstrip()[:1] == b"{":
        return _json_feed(body, url)
    if _is_html(body):
        raise ParseError("a web page came instead of a feed; `monitor feeds add` finds the feed of a site")
    # Never trust the server's Content-Location: relative links are resolved against where we really are.
    about = {**(headers or {}), "content-type": content_type, "content-location": url}
    found, notes = _tolerant(body, about)
    if not found.get("entries") and not found.get("version"):
        raise ParseError("no feed was found in the answer")
    return _parsed(found, url, notes)


def _is_html(body: bytes) -> bool:
    start = body[:4096]
    return bool(_HTML_START.match(start)) and not _FEED_START.search(start)


# ── feedparser, and what to do when it raises ────────────────────────────────────────────────────────────────────────


def _tolerant(body: bytes, about: Mapping[str, str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    try:
        return _feedparser(body, about), ()
    except Exception:  # noqa: BLE001 - feedparser raises at eleven places on damaged feeds (measured); any of them means: clean up
        clean = _NULS.sub(b" ", _BAD_REFERENCE.sub(b" ", body))
    try:
        return _feedparser(clean, about), ("illegal characters removed",)
    except Exception:  # noqa: BLE001 - the same: go on entry by entry
        return _salvage(clean, about)


def _feedparser(body: bytes, about: Mapping[str, str]) -> Mapping[str, Any]:
    found = feedparser.parse(body, response_headers=dict(about), sanitize_html=False, resolve_relative_uris=False)
    assert isinstance(found, dict)
    return found


def _salvage(body: bytes, about: Mapping[str, str]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Each entry inside the feed's own frame, alone: those that still raise are left out."""
    chunks = list(islice(_ITEM.finditer(body), MAX_ENTRIES))
    if not chunks:
        raise ParseError("the feed is damaged and no entry could be read")
    head, tail = body[: chunks[0].start()], body[chunks[-1].end() :]
    whole: dict[str, Any] = {"entries": [], "feed": {}, "version": ""}
    lost = 0
    for chunk in chunks:
        try:
            one = _feedparser(head + chunk[0] + tail, about)
        except Exception:  # noqa: BLE001 - this entry is the damaged one
            lost += 1
            continue
        whole["entries"] += one["entries"]
        whole["feed"] = whole["feed"] or one["feed"]
        whole["version"] = whole["version"] or one.get("version", "")
    return whole, (f"{lost} damaged entries left out",)


# ── feedparser's answer as our values ────────────────────────────────────────────────────────────────────────────────


def _parsed(found: Mapping[str, Any], url: str, notes: tuple[str, ...]) -> ParsedFeed:
    feed = found.get("feed", {})
    base = _http(feed.get("link", ""), url) or url
    links = feed.get("links", [])
    return ParsedFeed(
        title=_title(feed.get("title", "")),
        entries=tuple(_entry(entry, base) for entry in found["entries"][:MAX_ENTRIES]),
        language=_language(feed.get("language", "")),
        ttl=_ttl(feed),
        hub=next((link.get("href", "") for link in links if link.get("rel") == "hub"), ""),
        self_url=next((link.get("href", "") for link in links if link.get("rel") == "self"), ""),
        notes=notes,
    )


def _entry(entry: Mapping[str, Any], base: str) -> Entry:
    contents = [one.get("value", "") or "" for one in entry.get("content", [])]
    raw = {
        "title": entry.get("title", "") or "",
        "summary": entry.get("summary", "") or "",
        "content": max(contents, key=len, default=""),
    }
    if raw["content"] == raw["summary"]:
        raw["content"] = ""
    link = _http(entry.get("link", ""), base)
    guid = str(entry.get("id", "") or "")
    source = entry.get("source", {})
    return Entry(
        guid=guid[:MAX_URL] or link,
        url=link or (guid if guid.startswith(("http://", "https://")) else base),
        author=_title(str(entry.get("author", "") or "")),
        publisher=_title(source.get("title", "") or "") if isinstance(source, Mapping) else "",
        language=_language(entry.get("language", "") or entry.get("title_detail", {}).get("language", "")),
        published=_time(entry, "published"),
        updated=_time(entry, "updated"),
        **_texts(raw),
    )


def _texts(raw: Mapping[str, str]) -> dict[str, Any]:
    markup = tuple(name for name, text in raw.items() if has_markup(text))
    texts: dict[str, Any] = {
        name: (to_text(text) if name in markup else visible(text).strip())[:MAX_TEXT] for name, text in raw.items()
    }
    return {**texts, "title": squeeze(texts["title"])[:MAX_TITLE], "markup": markup}


def _title(text: str) -> str:
    return squeeze(to_text(text) if has_markup(text) else visible(text))[:MAX_TITLE]


def _http(link: Any, base: str) -> str:
    """An absolute http(s) address, or ""."""
    try:
        absolute = urljoin(base, str(link or "").strip())
    except ValueError:
        return ""
    return absolute[:MAX_URL] if absolute.startswith(("http://", "https://")) else ""


def _language(text: Any) -> str:
    return str(text or "")[:2].lower() if str(text or "")[:2].isalpha() else ""


def _time(entry: Mapping[str, Any], key: str) -> datetime | None:
    parsed = entry.get(f"{key}_parsed")
    if not parsed:
        return None
    try:
        time = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return time if time >= _OLDEST else None  # "1761300000" gives the year 1761


def _ttl(feed: Mapping[str, Any]) -> timedelta | None:
    """RSS ttl in minutes, or the syndication module's period and frequency."""
    try:
        if feed.get("ttl"):
            return timedelta(minutes=min(max(float(feed["ttl"]), 0), 1440))
        if feed.get("sy_updateperiod"):
            seconds = _PERIODS.get(str(feed["sy_updateperiod"]).strip().lower(), 0)
            return timedelta(seconds=min(seconds / max(float(feed.get("sy_updatefrequency") or 1), 1), 86400)) or None
    except (ValueError, OverflowError):
        return None
    return None


# ── JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/) ────────────────────────────────────────────────────


def _json_feed(body: bytes, url: str) -> ParsedFeed:
    try:
        document = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError("JSON came, and it is not a JSON Feed")
    base = _http(document.get("home_page_url", ""), url) or url
    hubs = document.get("hubs") if isinstance(document.get("hubs"), list) else []
    return ParsedFeed(
        title=_title(str(document.get("title") or "")),
        entries=tuple(_json_entry(item, base) for item in document["items"][:MAX_ENTRIES] if isinstance(item, dict)),
        language=_language(document.get("language")),
        hub=next((str(hub.get("url", "")) for hub in hubs or [] if isinstance(hub, dict)), ""),
        self_url=str(document.get("feed_url") or ""),
    )


def _json_entry(item: Mapping[str, Any], base: str) -> Entry:
    def text(key: str) -> str:
        return str(item.get(key) or "") if isinstance(item.get(key), str | int | float) else ""

    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [str(author.get("name") or "") for author in authors or [] if isinstance(author, dict)]
    link = _http(text("url") or text("external_url"), base)
    return Entry(
        guid=text("id")[:MAX_URL] or link,
        url=link or base,
        author=_title(", ".join(name for name in names if name)),
        language=_language(text("language")),
        published=_iso(text("date_published")),
        updated=_iso(text("date_modified")),
        **_texts(
            {
                "title": text("title"),
                "summary": text("summary"),
                "content": text("content_text") or text("content_html"),
            }
        ),
    )


def _iso(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time if time >= _OLDEST else None
