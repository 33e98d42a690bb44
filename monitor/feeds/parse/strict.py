"""Well-formed RSS 0.9x/1.0/2.0 and Atom 1.0 by lxml, saying exactly what feedparser would say, or declining.

The rules are feedparser's (mixin.py and namespaces/ of 6.0.14): elements act in document order; a later one replaces an earlier one
only where it stands no deeper; a second description becomes the content; a guid is a link until a link comes. What would need its
tolerance is declined: a doctype, xml:base, xhtml, an odd encoding, an element inside a text, a dialect we do not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from monitor.feeds.parse.raw import MAX_ENTRIES, RawEntry, RawFeed
from monitor.feeds.parse.tolerant import feed_date

#: larger documents go to the worker process, where memory is limited
MAX_BODY = 4_000_000
_DECLINED = (b"<!DOCTYPE", b"xml:base", b" base=")
_DECLARATION = re.compile(rb"<\?xml\b[^>]*?(?:encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*?)?\?>")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.-]+)", re.IGNORECASE)
_UTF_8 = ("", "utf-8", "utf8")
_ENCODINGS = (*_UTF_8, "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-15")
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}rdf"
_ATOM = "http://www.w3.org/2005/atom"
_TEXT_TYPES = ("", "text", "html", "plain", "text/plain", "text/html")
_ENTITY_LIKE = re.compile("&([A-Za-z0-9_]+);")
_ABSOLUTE = re.compile(r"https?://[\w.-]+(?::\d+)?/[^\s;?#]*(?:\?[^\s;?#]+)?", re.ASCII)
_SCHEME = re.compile("^([A-Za-z][A-Za-z0-9+-.]*://)(/*)(.*?)")
# What Windows-1252 has where Unicode has control characters (feedparser's _cp1252).
_CP1252 = {
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_C1 = re.compile("[\x80-\x9f]")
_C1_BYTES = bytes(range(0x80, 0xA0))
_NAMESPACES = {
    **dict.fromkeys(
        ("", "http://backend.userland.com/rss", "http://blogs.law.harvard.edu/tech/rss", "http://purl.org/rss/1.0/", _ATOM,
         "http://my.netscape.com/rdf/simple/0.9/", "http://purl.org/rss/1.0/modules/rss091#"), ""),
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://search.yahoo.com/mrss": "media:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf:",
}  # fmt: skip


class _DeclinedError(Exception):
    """This document is feedparser's."""


def read(body: bytes, *, url: str, content_type: str = "", language: str = "") -> RawFeed | None:
    """The feed in `body` from `url`; None where feedparser should be asked. Never raises."""
    if len(body) > MAX_BODY or any(mark in body for mark in _DECLINED):
        return None
    document = _utf8(body.removeprefix(b"\xef\xbb\xbf").lstrip(), content_type)
    if document is None:
        return None
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(document, parser)
        raw = _feed(root, url, language.replace("_", "-"))
    except (etree.LxmlError, _DeclinedError, ValueError):
        return None
    return raw if raw.entries else None


def _utf8(body: bytes, content_type: str) -> bytes | None:
    """The document in UTF-8 without its declaration; None where its encoding is doubtful."""
    declaration = _DECLARATION.match(body)
    declared = (declaration[1] or b"").decode().lower() if declaration else ""
    header = _CHARSET.search(content_type)
    charset = header[1].lower() if header else ""
    if (charset and charset != (declared or "utf-8")) or declared not in _ENCODINGS:
        return None
    document = body[declaration.end() if declaration else 0 :]
    try:
        text = document.decode(declared or "utf-8")
    except UnicodeDecodeError:
        return None
    return document if declared in _UTF_8 else text.encode()


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def _name(tag: str, prefix: str | None) -> str:
    """An element's name as feedparser knows it: the usual prefix of its namespace, in lower case."""
    namespace, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    known = _NAMESPACES.get(namespace.lower())
    if known is None and "userland.com/rss" in namespace.lower():
        known = ""
    own = f"{prefix.lower()}:" if prefix else ""
    return (own if known is None else known) + local.lower()


def _named(element: etree._Element) -> str:
    return _name(element.tag, element.prefix)


def _feed(root: etree._Element, url: str, language: str) -> RawFeed:
    name = _named(root)
    scope = _Scope(url, _lang(root, language))
    if name == "rss":
        channels = [child for child in root if _named(child) == "channel"]
        if len(channels) != 1:
            raise _DeclinedError
        return _read(scope, channels[0], "item", scope.language)
    if name == "rdf:rdf" and root.tag.lower() == _RDF:  # under another namespace its attributes are others, too
        return _read(scope, root, "item", language)
    if name == "feed" and root.tag.lower() == f"{{{_ATOM}}}feed":
        return _read(scope, root, "entry", scope.language)
    raise _DeclinedError


@dataclass(slots=True)
class _Scope:
    """Where relative links start, the inherited language, and what an element leaves behind for those after it."""

    url: str
    language: str
    title_done: bool = False
    summary_seen: bool = False
    has_content: bool = False
    entries: int = 0


def _lang(element: etree._Element, inherited: str) -> str:
    if not element.attrib:
        return inherited
    value = element.get(f"{_XML}lang", element.get("lang"))
    return inherited if value is None else str(value)


def _read(scope: _Scope, part: etree._Element, entry: str, language: str) -> RawFeed:
    feed = RawFeed(language=language)
    _check_attributes(part)
    _channel(feed, scope, part, entry)
    whole = part.getroottree().getroot()
    inner = sum(1 for _ in whole.iter("{*}item", "{*}entry", "{*}feed"))
    if scope.entries != inner - (_named(whole) == "feed"):
        raise _DeclinedError  # some stand where entries or a feed do not belong, and feedparser finds them
    return feed


def _check_attributes(element: etree._Element) -> None:
    if element.get("lastmod") is not None or element.get("href") is not None or element.get("LASTMOD") is not None:
        raise _DeclinedError  # CDF


def _channel(feed: RawFeed, scope: _Scope, part: etree._Element, entry: str) -> None:
    inherited, scope.language = scope.language, _lang(part, scope.language)
    for child in part:
        name = _named(child)
        if name in ("item", "entry"):
            if name != entry:
                raise _DeclinedError
            scope.entries += 1
            if len(feed.entries) < MAX_ENTRIES:
                feed.entries.append(_Item(scope, has_content=scope.has_content).read(child))
            scope.has_content = False
        elif name == "channel":
            if part.tag == child.tag or feed.title:
                raise _DeclinedError
            _channel(feed, scope, child, entry)
        elif (step := _FEED_STEPS.get(name)) is not None:
            step(feed, scope, child)
    scope.language = inherited


def _feed_title(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    if not scope.title_done:
        feed.title = _typed(child)
        scope.title_done = bool(feed.title)


def _feed_picture(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    """An image or a text input, after which feedparser takes the next title for the feed's."""
    del feed, child
    scope.title_done = False


def _feed_summary(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    """A second summary of the feed is content to feedparser, which leaves a trace in the first entry."""
    del feed
    if scope.summary_seen and not scope.has_content:
        scope.has_content = True
    elif _named(child) in ("summary", "itunes:summary"):
        scope.summary_seen = True


def _feed_content(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    del feed, child
    scope.has_content = True


def _feed_link(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    href = _href(child)
    if href is None:
        if child.get("href") == "" and child.get("rel", "").lower() == "self":
            feed.self_url = feed.self_url or scope.url  # "this very document" (RFC 3986 §4.4)
        feed.link = _ENTITY_LIKE.sub(r"&\g<1>", _resolved(scope.url, _text(child)))
        return
    href, rel = _resolved(scope.url, href), child.get("rel", "alternate").lower()
    if _is_page(child, rel):
        feed.link = href
    elif rel == "hub":
        feed.hub = feed.hub or href
    elif rel == "self":
        feed.self_url = feed.self_url or href


def _feed_guid(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
    """A feed's id is its link where nothing else has been, unless it says that it is none."""
    if not feed.link and all(child.get(key, "true") == "true" for key in ("isPermaLink", "ispermalink")):
        feed.link = _resolved(scope.url, _text(child))


def _setting(key: str) -> Callable[[RawFeed, _Scope, etree._Element], None]:
    def step(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
        del scope
        setattr(feed, key, _text(child))

    return step


def _plain_setting(key: str) -> Callable[[RawFeed, _Scope, etree._Element], None]:
    """For elements that feedparser does not know: with attributes they are no text to it."""

    def step(feed: RawFeed, scope: _Scope, child: etree._Element) -> None:
        del scope
        if not child.attrib:
            setattr(feed, key, _text(child))

    return step


_FEED_STEPS: Mapping[str, Callable[[RawFeed, _Scope, etree._Element], None]] = {
    "title": _feed_title,
    "dc:title": _feed_title,
    "link": _feed_link,
    **dict.fromkeys(("guid", "id"), _feed_guid),
    "language": _setting("language"),
    "dc:language": _setting("language"),
    "ttl": _plain_setting("ttl"),
    "sy:updateperiod": _plain_setting("period"),
    "sy:updatefrequency": _plain_setting("frequency"),
    **dict.fromkeys(("image", "textinput"), _feed_picture),
    **dict.fromkeys(("description", "dc:description", "media:description", "summary", "itunes:summary"), _feed_summary),
    **dict.fromkeys(("content", "content:encoded", "body", "fullitem"), _feed_content),
}


# ── texts and links ──────────────────────────────────────────────────────────────────────────────────────────────────


def _text(element: etree._Element) -> str:
    """The text of an element, with feedparser's repairs of double-encoded UTF-8 and of Windows characters."""
    if len(element):
        raise _DeclinedError
    return _repaired((element.text or "").strip())


def _repaired(text: str) -> str:
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


def _typed(element: etree._Element) -> str:
    """The text of an element that may say what type it is of."""
    if element.attrib and (element.get("type", "").lower() not in _TEXT_TYPES or element.get("mode") is not None):
        raise _DeclinedError
    return _text(element)


def _href(element: etree._Element) -> str | None:
    """Where a link points to by its attributes; feedparser takes url and uri for href."""
    for key in ("url", "uri", "href"):
        value = element.get(key)
        if value:
            return str(value)
    return None


def _is_page(element: etree._Element, rel: str) -> bool:
    kind = element.get("type", "text/html").lower()
    return rel == "alternate" and kind in ("text/html", "html", "xhtml", "application/xhtml+xml")


def _resolved(base: str, link: str) -> str:
    if _ABSOLUTE.fullmatch(link):
        return link
    try:
        return urljoin(base, _SCHEME.sub(r"\1\3", link)) if link else ""
    except ValueError:
        return ""


# ── an entry ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Item:
    """One entry while its elements are read in order. `depths` says how deep the element stood that each value came from."""

    scope: _Scope
    raw: RawEntry = field(default_factory=RawEntry)
    depths: dict[str, int] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)
    has_content: bool = False
    has_link: bool = False
    has_title: bool = False
    language: str | None = None

    def read(self, element: etree._Element) -> RawEntry:
        _check_attributes(element)
        about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
        if about:
            self.raw.guid = about
        self.children(element, 1, _lang(element, self.scope.language))
        self.raw.content = max(self.contents, key=len, default="")
        self.raw.language = self.raw.language or self.language or ""
        return self.raw

    def children(self, element: etree._Element, depth: int, language: str) -> None:
        for child in element:
            name = _named(child)
            step = _STEPS.get(name)
            if step is not None:
                step(self, child, depth, language)
            elif name not in _IGNORED and len(child):
                self.children(child, depth + 1, _lang(child, language))

    def keep(self, key: str, value: Any, depth: int) -> None:
        """A value replaces an earlier one unless it stands deeper."""
        if depth <= self.depths.get(key, depth):
            self.depths[key] = depth
            setattr(self.raw, key, value)

    # each of these is one element's step ─────────────────────────────────────────────────────────────────────────────

    def title(self, child: etree._Element, depth: int, language: str) -> None:
        value = _typed(child)
        if self.has_title:
            if depth < self.depths.get("title", depth):
                raise _DeclinedError
            return
        self.keep("title", value, depth)
        self.language = _lang(child, language)
        self.has_title = bool(value)

    def media_title(self, child: etree._Element, depth: int, language: str) -> None:
        if not self.has_title:
            self.keep("title", _typed(child), depth)
            self.language = _lang(child, language)

    def summary(self, child: etree._Element, depth: int, language: str) -> None:
        del language
        if "summary" in self.depths and not self.has_content:
            self.has_content = True
            self.contents.append(_typed(child))
        else:
            self.keep("summary", _typed(child), depth)

    def content(self, child: etree._Element, depth: int, language: str) -> None:
        del language
        self.has_content = True
        value = _typed(child)
        self.contents.append(value)
        if "summary" not in self.depths:
            self.raw.summary = value
            self.depths["summary"] = depth + 1_000  # any real summary replaces it

    def link(self, child: etree._Element, depth: int, language: str) -> None:
        del depth, language
        href = _href(child)
        if href is None:
            value = _resolved(self.scope.url, _text(child)).replace("&amp;", "&")
            self.raw.link, self.has_link = _ENTITY_LIKE.sub(r"&\g<1>", value), True
        elif _is_page(child, child.get("rel", "alternate").lower()):
            self.raw.link, self.has_link = _resolved(self.scope.url, href), True

    def guid(self, child: etree._Element, depth: int, language: str) -> None:
        del language
        attributes = {str(key).lower(): value for key, value in child.attrib.items()}
        is_link = attributes.get("ispermalink", "true") == "true"
        value = _text(child)
        value = _resolved(self.scope.url, value) if is_link else value
        self.keep("guid", value, depth)
        if is_link and not self.has_link:
            self.raw.link, self.has_link = value, True

    def published(self, child: etree._Element, depth: int, language: str) -> None:
        del depth, language
        self.raw.published = feed_date(_text(child))

    def updated(self, child: etree._Element, depth: int, language: str) -> None:
        del depth, language
        self.raw.updated = feed_date(_text(child))

    def author(self, child: etree._Element, depth: int, language: str) -> None:
        del language
        if not len(child):
            self.keep("author", _text(child), depth)
            return
        parts = {_named(part): _text(part) for part in child if _named(part) in ("name", "email")}
        name, email = parts.get("name", ""), parts.get("email", "")
        self.raw.author = f"{name} ({email})" if name and email else name or email
        self.depths["author"] = depth

    def source(self, child: etree._Element, depth: int, language: str) -> None:
        del depth, language
        if len(child) and ("".join(part.tail or "" for part in child) + (child.text or "")).strip():
            raise _DeclinedError
        if any(_named(part) in ("item", "entry", "channel", "feed", "image") for part in child):
            raise _DeclinedError
        titles = [_typed(part) for part in child if _named(part) in ("title", "dc:title")]
        own = _repaired((child.text or "").strip()) if not len(child) else ""
        self.raw.source = own or next((title for title in titles if title), "")

    def own_language(self, child: etree._Element, depth: int, language: str) -> None:
        del language
        self.keep("language", _text(child), depth)

    def picture(self, child: etree._Element, depth: int, language: str) -> None:
        """An image inside an entry, after which feedparser takes the next title for the entry's."""
        del depth, language
        if any(_named(part) in _STEPS for part in child.iter() if part is not child):
            raise _DeclinedError
        self.has_title = False

    def decline(self, child: etree._Element, depth: int, language: str) -> None:
        del child, depth, language
        raise _DeclinedError


_STEPS: Mapping[str, Callable[[_Item, etree._Element, int, str], None]] = {
    **dict.fromkeys(("title", "dc:title"), _Item.title),
    "media:title": _Item.media_title,
    **dict.fromkeys(
        ("description", "summary", "abstract", "dc:description", "media:description", "itunes:summary"), _Item.summary
    ),
    **dict.fromkeys(("content", "content:encoded"), _Item.content),
    "link": _Item.link,
    **dict.fromkeys(("guid", "id"), _Item.guid),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), _Item.published),
    **dict.fromkeys(("updated", "modified", "lastbuilddate", "dc:date", "dcterms:modified"), _Item.updated),
    **dict.fromkeys(("author", "managingeditor", "dc:creator", "dc:author", "itunes:author"), _Item.author),
    "source": _Item.source,
    **dict.fromkeys(("language", "dc:language"), _Item.own_language),
    "image": _Item.picture,
    **dict.fromkeys(
        ("item", "entry", "channel", "feed", "body", "xhtml:body", "fullitem", "textinput", "svg", "math"),
        _Item.decline,
    ),
}
# feedparser handles these, and nothing of them is ours.
_IGNORED = frozenset(
    "contributor dc:contributor itunes:owner rights dc:rights copyright subtitle tagline info generator created "
    "dcterms:created itunes:subtitle webmaster dc:publisher".split()
)
