"""The feeds of a site: what its page declares, then where feeds usually stand, then what its anchors say."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from monitor.feeds.html import MAX_HTML
from monitor.feeds.parse.raw import http

_TYPES = re.compile(r"application/(?:rss|atom|rdf|feed)\+?(?:xml|json)|application/json|text/xml", re.IGNORECASE)
_ANCHOR = re.compile(r"\b(?:rss|atom|feeds?|syndication)\b|\.(?:rss|xml|rdf)$", re.IGNORECASE)
_PATHS = (
    "/feed/",
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feeds/posts/default",
    "/?feed=rss2",
    "/arc/outboundfeeds/rss/",
)


def find_feeds(body: bytes, url: str) -> list[str]:
    """Addresses that may be feeds of the page `body` at `url`, the likeliest first. Comment feeds come last."""
    soup = BeautifulSoup(body[:MAX_HTML], "lxml")
    base = _base(soup, url)
    found = [
        http(_text(link, "href"), base)
        for link in soup.find_all("link")
        if isinstance(link, Tag) and _is_feed_link(link)
    ]
    found += [urljoin(url, path) for path in _PATHS]
    found += [
        http(_text(anchor, "href"), base)
        for anchor in soup.find_all("a")
        if isinstance(anchor, Tag) and _is_feed_anchor(anchor)
    ]
    addresses = [one for one in dict.fromkeys(found) if one]
    return sorted(addresses, key=lambda one: "comment" in one.lower())


def _base(soup: BeautifulSoup, url: str) -> str:
    tag = soup.find("base")
    return http(_text(tag, "href"), url) or url if isinstance(tag, Tag) else url


def _text(tag: Tag, key: str) -> str:
    value = tag.get(key) or ""
    return value.strip() if isinstance(value, str) else " ".join(value)


def _is_feed_link(link: Tag) -> bool:
    return (
        "alternate" in _text(link, "rel").lower()
        and bool(_TYPES.match(_text(link, "type")))
        and bool(_text(link, "href"))
    )


def _is_feed_anchor(anchor: Tag) -> bool:
    href = _text(anchor, "href")
    return (
        bool(href)
        and not href.startswith(("mailto:", "javascript:", "#"))
        and bool(_ANCHOR.search(href) or _ANCHOR.search(anchor.get_text()))
    )
