"""Feed lists in the field's exchange format (OPML 2.0), with our own attributes in a namespace of their own."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from lxml import etree

from monitor.errors import ParseError
from monitor.model import Feed, make_id

NAMESPACE = "https://monitor.invalid/opml"
_LIMIT = 5_000_000


def read(text: str) -> list[Feed]:
    """The feeds of an OPML document, in order, folders flattened. Raises `ParseError` where it is not OPML.

    Our attributes (language, family, trust) are understood with and without the namespace.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(text.encode()[:_LIMIT], parser)
    except etree.XMLSyntaxError as error:
        raise ParseError(f"line {error.lineno}: {error.msg}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise ParseError("not an OPML document")
    return [_feed(outline) for outline in root.iter("{*}outline") if _address(outline)]


def _address(outline: etree._Element) -> str:
    return (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()


def _own(outline: etree._Element, key: str) -> str:
    return (outline.get(f"{{{NAMESPACE}}}{key}") or outline.get(key) or "").strip()


def _feed(outline: etree._Element) -> Feed:
    url = _address(outline)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    name = (outline.get("text") or outline.get("title") or host).strip()
    trust = _own(outline, "trust")
    return Feed(
        id=make_id("f", url),
        url=url,
        name=name,
        family=_own(outline, "family") or host,
        language=_own(outline, "language")[:2].lower(),
        trust=int(trust) if trust in ("1", "2", "3") else 3,
    )


def write(feeds: Iterable[Feed], title: str = "monitor") -> str:
    """An OPML document that `read` turns into the same feeds."""
    root = etree.Element("opml", version="2.0", nsmap={"monitor": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for feed in feeds:
        outline = etree.SubElement(body, "outline", type="rss", text=feed.name, xmlUrl=feed.url)
        for key, value in (("language", feed.language), ("family", feed.family), ("trust", str(feed.trust))):
            if value:
                outline.set(f"{{{NAMESPACE}}}{key}", value)
    return bytes(etree.tostring(root, pretty_print=True, xml_declaration=True, encoding="UTF-8")).decode()
