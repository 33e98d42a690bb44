"""Names, texts and links of one element as feedparser would read them; what only its tolerance can read raises `DeclinedError`."""

from __future__ import annotations

import re
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

from monitor.feeds.parse.names import DeclinedError

_TEXT_TYPES = ("", "text", "html", "plain", "text/plain", "text/html")
_ABSOLUTE = re.compile(r"https?://[\w.-]+(?::\d+)?/[^\s;?#]*(?:\?[^\s;?#]+)?", re.ASCII)
_SCHEME = re.compile("^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")
# What Windows-1252 has where Unicode has control characters (feedparser's _cp1252).
_CP1252 = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_C1 = re.compile("[\x80-\x9f]")
_C1_BYTES = bytes(range(0x80, 0xA0))


def text_of(element: Element) -> str:
    """The text of an element, with feedparser's repairs of double-encoded UTF-8 and of Windows characters."""
    if len(element):
        raise DeclinedError
    text = element.text
    return repaired(text.strip()) if text else ""


def repaired(text: str) -> str:
    """A text that was encoded twice, or holds characters of Windows, as it was meant (feedparser's repairs)."""
    if text.isascii():
        return text
    try:
        coded = text.encode("iso-8859-1")
        text = coded.decode("utf-8")
    except UnicodeEncodeError:
        pass
    except UnicodeDecodeError:  # as nearly always: it was encoded once
        if len(coded.translate(None, _C1_BYTES)) == len(coded):
            return text
    return text.translate(_CP1252) if _C1.search(text) else text


def typed(element: Element) -> str:
    """The text of an element that may say what type it is of."""
    if element.keys() and (element.get("type", "").lower() not in _TEXT_TYPES or element.get("mode") is not None):
        raise DeclinedError
    return text_of(element)


def leads_to(element: Element) -> str | None:
    """Where a link points to by its attributes; feedparser takes url and uri for href."""
    for key in ("url", "uri", "href"):
        value = element.get(key)
        if value:
            return str(value)
    return None


def is_page(element: Element, rel: str) -> bool:
    """Whether a link leads to the page that its element is about."""
    kind = element.get("type", "text/html").lower()
    return rel == "alternate" and kind in ("text/html", "html", "xhtml", "application/xhtml+xml")


def resolved(base: str, link: str) -> str:
    """A link as an absolute address; "" where it is none."""
    if _ABSOLUTE.fullmatch(link):
        return link
    try:
        return urljoin(base, _SCHEME.sub(r"\1\3", link)) if link else ""
    except ValueError:
        return ""
