"""What every format says, before it is cleaned: the strict reader, feedparser and JSON Feed meet here.

Cleaning is one place: HTML becomes text, control and bidirectional characters go, lengths are clamped, only http(s) addresses stay,
and the publisher of an aggregated entry is recovered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from monitor.addresses import host_of
from monitor.feeds.html import has_markup, to_text
from monitor.model import Entry, ParsedFeed
from monitor.text.normal import squeeze, visible

MAX_ENTRIES = 2_000
MAX_TITLE = 500
MAX_TEXT = 100_000
MAX_URL = 2_048
#: aggregators whose titles end in the publisher ("Headline - El Nacional"); whoever sends <source> needs no list
_AGGREGATORS = ("news.google.com", "news.google.", "bing.com")


@dataclass(slots=True, kw_only=True)
class RawEntry:
    """One entry as its format says it; texts may be HTML, addresses may be anything."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    source: str = ""
    source_url: str = ""
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None


@dataclass(slots=True, kw_only=True)
class RawFeed:
    """A feed as its format says it."""

    title: str = ""
    link: str = ""
    language: str = ""
    ttl: str = ""
    period: str = ""
    frequency: str = ""
    hub: str = ""
    self_url: str = ""
    entries: list[RawEntry] = field(default_factory=list)


def cleaned(raw: RawFeed, url: str, notes: tuple[str, ...] = ()) -> ParsedFeed:
    """Our values for a feed that came from `url`."""
    base = http(raw.link, url) or url
    aggregator = any(mark in host_of(url) for mark in _AGGREGATORS)
    return ParsedFeed(
        title=one_line(raw.title),
        entries=tuple(_entry(entry, base, aggregator) for entry in raw.entries[:MAX_ENTRIES]),
        language=language(raw.language),
        ttl=_ttl(raw),
        # "" against a base is the base: a feed that names no hub would be its own.
        hub=hub if (hub := http(raw.hub, url)) != url else "",
        self_url=http(raw.self_url, url) if raw.self_url.strip() else "",
        notes=notes,
    )


def _entry(raw: RawEntry, base: str, aggregator: bool) -> Entry:
    texts = _texts(raw)
    publisher = one_line(raw.source)
    title, publisher = _unaggregated(texts.pop("title"), publisher, aggregator)
    link = http(raw.link, base)
    guid = visible(raw.guid).strip()[:MAX_URL]
    return Entry(
        guid=guid or link,
        url=link or http(guid, "") or base,
        title=title,
        author=one_line(raw.author),
        publisher=publisher,
        source_url=http(raw.source_url, base) if raw.source_url.strip() else "",
        language=language(raw.language),
        published=raw.published,
        updated=raw.updated,
        **texts,
    )


def _texts(raw: RawEntry) -> dict[str, Any]:
    content = "" if raw.content == raw.summary else raw.content
    fields = {"title": raw.title, "summary": raw.summary, "content": content}
    markup = tuple(name for name, text in fields.items() if has_markup(text))
    texts: dict[str, Any] = {
        name: (to_text(text) if name in markup else visible(text).strip())[:MAX_TEXT] for name, text in fields.items()
    }
    return {**texts, "title": squeeze(texts["title"])[:MAX_TITLE], "markup": markup}


def _unaggregated(title: str, publisher: str, aggregator: bool) -> tuple[str, str]:
    """The headline without its publisher, and the publisher: "Headline - El Nacional" is two things."""
    head, dash, tail = title.rpartition(" - ")
    if dash and head and (tail == publisher or (aggregator and not publisher and len(tail.split()) <= 6)):
        return head.strip(), tail.strip()
    return title, publisher


def one_line(text: str) -> str:
    """A short text as plain text on one line."""
    return squeeze(to_text(text) if has_markup(text) else visible(text))[:MAX_TITLE]


def http(link: str, base: str) -> str:
    """The absolute address of a web page or feed; "" for any other."""
    try:
        link = visible(link).strip()
        absolute = link if link.startswith(("http://", "https://")) else urljoin(base, link)
        fits = absolute.startswith(("http://", "https://")) and len(absolute) <= MAX_URL
        # What urlsplit does not take (a lone bracket, a "℀" in the host) would raise wherever the address is used.
        return absolute if fits and ((absolute.isascii() and "[" not in absolute) or host_of(absolute)) else ""
    except ValueError:
        return ""


def language(text: str) -> str:
    """The first part of a language tag, or ""."""
    first = text.strip().replace("_", "-").partition("-")[0].lower()
    return first if len(first) == 2 and first.isascii() and first.isalpha() else ""


_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


def _ttl(raw: RawFeed) -> timedelta | None:
    """RSS ttl in minutes, or the syndication module's period and frequency, at most a day."""
    try:
        if raw.ttl.strip():
            return timedelta(minutes=min(max(float(raw.ttl), 0), 1440)) or None
        seconds = _PERIODS.get(raw.period.strip().lower(), 0)
        return timedelta(seconds=min(seconds / max(float(raw.frequency or 1), 1), 86400)) or None
    except (ValueError, OverflowError):
        return None
