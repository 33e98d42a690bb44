"""A page without a feed, read as one: CSS selectors say what an item is, and what in it is its title, link, text and date."""

from __future__ import annotations

from datetime import datetime

import soupsieve
from bs4 import BeautifulSoup, Tag

from monitor.errors import ParseError
from monitor.feeds.dates import guess, quick
from monitor.feeds.html import MAX_HTML
from monitor.feeds.parse.raw import http
from monitor.model import Entry, PageRule, ParsedFeed
from monitor.text.normal import squeeze, visible

MAX_ITEMS = 500
_HEADINGS = "h1, h2, h3, h4, h5, h6"


def wrong_selector(rule: PageRule) -> tuple[str, str] | None:
    """The first key of a rule whose selector is no CSS, and what is wrong with it; None where all are good."""
    for key in ("item", "title", "link", "text", "date"):
        selector = getattr(rule, key)
        try:
            soupsieve.compile(selector or "*")
        except soupsieve.SelectorSyntaxError as error:
            return key, str(error).split("\n", 1)[0]
    return None


def read_page(body: bytes, url: str, rule: PageRule) -> ParsedFeed:
    """The items of a page, in its order. Raises `ParseError` where nothing on it fits the rule."""
    soup = BeautifulSoup(body[:MAX_HTML], "lxml")
    base = _href(soup.find("base"), url) or url
    entries = [entry for tag in soup.select(rule.item, limit=MAX_ITEMS) if (entry := _entry(tag, base, rule))]
    if not entries:
        raise ParseError(f"nothing on the page fits the selector {rule.item!r}")
    language = soup.html.get("lang") if soup.html else ""
    title = soup.title.get_text() if soup.title else ""
    return ParsedFeed(title=_line(title)[:500], entries=tuple(entries), language=str(language or "")[:2].lower())


def _entry(tag: Tag, base: str, rule: PageRule) -> Entry | None:
    """An item needs a title and an address of its own."""
    link = _href(_one(tag, rule.link or "a[href]") or tag, base)
    heading = _one(tag, rule.title or _HEADINGS) or _one(tag, "a[href]") or tag
    title = _line(heading.get_text(" "))[:500]
    if not title or not link:
        return None
    texts = [
        _line(one.get_text(" "))
        for one in (tag.select(rule.text) if rule.text else tag.find_all("p"))
        if isinstance(one, Tag)
    ]
    return Entry(
        guid=link,
        url=link,
        title=title,
        summary="\n".join(text for text in texts if text)[:20_000],
        published=_when(tag, rule),
    )


def _when(tag: Tag, rule: PageRule) -> datetime | None:
    found = _one(tag, rule.date or "time")
    text = str(found.get("datetime") or found.get_text(" ")).strip() if found else ""
    return quick(text) or guess(text)


def _one(tag: Tag, selector: str) -> Tag | None:
    return tag.select_one(selector)


def _href(tag: object, base: str) -> str:
    return http(str(tag.get("href")), base) if isinstance(tag, Tag) and tag.get("href") else ""


def _line(text: str) -> str:
    return squeeze(visible(text))
