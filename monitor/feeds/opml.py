"""Feed lists in the field's exchange format (OPML 2.0), with our own attributes in a namespace of their own."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from monitor.addresses import host_of
from monitor.errors import ParseError
from monitor.model import Feed, make_id
from monitor.text.normal import visible

NAMESPACE = "https://monitor.invalid/opml"
_LIMIT = 5_000_000
etree.register_namespace("monitor", NAMESPACE)


def read(text: str) -> list[Feed]:
    """The feeds of an OPML document, in order, folders flattened. Raises `ParseError` where it is not OPML.

    Our attributes (language, family, trust) are understood with and without the namespace.
    """
    return [_feed(outline) for outline in _root(text).iter("{*}outline") if _address(outline)]


def _root(text: str, *, tidy: bool = False) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, recover=False, remove_blank_text=tidy
    )
    data = text.encode("utf-8", "replace")
    if len(data) > _LIMIT:
        raise ParseError(f"an OPML document of more than {_LIMIT // 1_000_000} MB")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ParseError(f"line {error.lineno}: {error.msg}") from error
    if etree.QName(root).localname.lower() != "opml":
        raise ParseError("not an OPML document")
    return root


def _address(outline: etree._Element) -> str:
    return (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()


def _own(outline: etree._Element, key: str) -> str:
    return (outline.get(f"{{{NAMESPACE}}}{key}") or outline.get(key) or "").strip()


def _feed(outline: etree._Element) -> Feed:
    url = _address(outline)
    host = host_of(url)
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
        _outline(body, feed)
    return _document(root)


def _outline(body: etree._Element, feed: Feed) -> None:
    outline = etree.SubElement(body, "outline", type="rss", text=_xml(feed.name), xmlUrl=_xml(feed.url))
    for key, value in (("language", feed.language), ("family", feed.family), ("trust", str(feed.trust))):
        if value:
            outline.set(f"{{{NAMESPACE}}}{key}", _xml(value))


def _xml(text: str) -> str:
    """`text` without what XML 1.0 cannot carry: a feed chooses its own title."""
    return visible(text).replace("\ufffe", "").replace("\uffff", "")


def _document(root: etree._Element) -> str:
    etree.cleanup_namespaces(root, keep_ns_prefixes=["monitor"])
    tree = root.getroottree()  # with the comments that stand before the root
    return bytes(etree.tostring(tree, pretty_print=True, xml_declaration=True, encoding="UTF-8")).decode()


def added(text: str, feeds: Iterable[Feed]) -> str:
    """The document `text` with these feeds appended to its body; "" makes a new one. Whatever else stands in it stays.

    Raises `ParseError` where it is not OPML.
    """
    feeds = list(feeds)
    if not text.strip():
        return write(feeds)
    root = _root(text, tidy=True)
    body = root.find("{*}body")
    if body is None:
        body = etree.SubElement(root, "body")
    for feed in feeds:
        _outline(body, feed)
    return _document(root)


def removed(text: str, url: str) -> str | None:
    """The document `text` without the feed at `url`; None where it does not list it. Raises `ParseError`."""
    root = _root(text, tidy=True)
    found = [outline for outline in root.iter("{*}outline") if _address(outline) == url]
    for outline in found:
        parent = outline.getparent()
        if parent is not None:
            parent.remove(outline)
    return _document(root) if found else None
