"""Bytes → `ParsedFeed`: a strict reader for well-formed feeds, feedparser for everything else, JSON Feed beside them.

The strict reader (expat) is forty times as fast as feedparser and declines whatever it is not sure of; a differential test keeps the
two equal. HTML is recognised before parsing, since a megabyte of it costs feedparser two seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from monitor.errors import WEB_PAGE, ParseError
from monitor.feeds.parse import jsonfeed, strict, tolerant
from monitor.feeds.parse.raw import cleaned
from monitor.model import ParsedFeed

__all__ = ["parse", "parse_strictly", "parse_tolerantly"]

_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FEED_START = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


def parse(body: bytes, *, url: str, content_type: str = "", headers: Mapping[str, str] | None = None) -> ParsedFeed:
    """The feed in `body`, which came from `url`. Raises `ParseError` where there is none; never anything else."""
    found = parse_strictly(body, url=url, content_type=content_type, headers=headers)
    return found or parse_tolerantly(body, url=url, content_type=content_type, headers=headers)


def parse_strictly(
    body: bytes, *, url: str, content_type: str = "", headers: Mapping[str, str] | None = None
) -> ParsedFeed | None:
    """The feed in `body` where that is quick to say; None where feedparser should be asked. Raises `ParseError`."""
    if not body.strip():
        raise ParseError("the answer is empty")
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"[") or ("json" in content_type.lower() and start != b"<"):
        return cleaned(jsonfeed.read(body), url)
    if _is_html(body):
        raise ParseError(f"{WEB_PAGE}; `monitor feeds add` finds the feed of a site")
    raw = strict.read(body, url=url, content_type=content_type, language=(headers or {}).get("content-language", ""))
    return cleaned(raw, url) if raw else None


def parse_tolerantly(
    body: bytes, *, url: str, content_type: str = "", headers: Mapping[str, str] | None = None
) -> ParsedFeed:
    """The feed in `body` by feedparser. Slow, and not to be trusted with memory: `parsing` runs it in a process of its own."""
    # Never the server's Content-Location: relative links are resolved against where we really are.
    about = {**(headers or {}), "content-type": content_type, "content-location": url}
    raw, notes = tolerant.read(body, about)
    return cleaned(raw, url, notes)


def _is_html(body: bytes) -> bool:
    start = body[:4096].removeprefix(b"\xef\xbb\xbf")
    return bool(_HTML_START.match(start)) and not _FEED_START.search(start)
