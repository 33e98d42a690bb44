"""Well-formed RSS 0.9x/1.0/2.0 and Atom 1.0 by expat, saying exactly what feedparser would say, or declining.

The rules are feedparser's (mixin.py and namespaces/ of 6.0.14): elements act in document order; a later one replaces an earlier one
only where it stands no deeper; a second description becomes the content; a guid is a link until a link comes. What would need its
tolerance is declined: a doctype, xml:base, xhtml, an odd encoding, an element inside a text, a dialect we do not know.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

from monitor.feeds.parse.names import DeclinedError, Names
from monitor.feeds.parse.raw import MAX_ENTRIES, RawEntry, RawFeed
from monitor.feeds.parse.strict_texts import is_page, leads_to, repaired, resolved, text_of, typed
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
#: no feed nests its elements deeper
_DEEP = 100
_ENTITY_LIKE = re.compile("&([A-Za-z0-9_]+);")


def read(body: bytes, *, url: str, content_type: str = "", language: str = "") -> RawFeed | None:
    """The feed in `body` from `url`; None where feedparser should be asked. Never raises."""
    if len(body) > MAX_BODY or any(mark in body for mark in _DECLINED):
        return None
    document = _utf8(body.removeprefix(b"\xef\xbb\xbf").lstrip(), content_type)
    if document is None:
        return None
    parser = XMLParser(encoding="utf-8")  # noqa: S314 - without a doctype there is no entity to expand
    try:
        parser.feed(document)
        raw = _feed(parser.close(), Names(document), url, language.replace("_", "-"))
    except (ParseError, DeclinedError, ValueError):
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
    if declared in _UTF_8:
        return document  # the parser refuses what is none
    try:
        return document.decode(declared).encode()
    except UnicodeDecodeError:
        return None


# ── the feed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _feed(root: Element, names: Names, url: str, language: str) -> RawFeed:
    name = names[root.tag]
    scope = _Scope(url, _lang(root, language), names)
    if name == "rss":
        channels = [child for child in root if names[child.tag] == "channel"]
        if len(channels) != 1:
            raise DeclinedError
        return _read(scope, root, channels[0], "item", scope.language)
    if name == "rdf:rdf" and root.tag.lower() == _RDF:  # under another namespace its attributes are others, too
        return _read(scope, root, root, "item", language)
    if name == "feed" and root.tag.lower() == f"{{{_ATOM}}}feed":
        return _read(scope, root, root, "entry", scope.language)
    raise DeclinedError


@dataclass(slots=True)
class _Scope:
    """Where relative links start, the inherited language, and what an element leaves behind for those after it."""

    url: str
    language: str
    names: Names
    title_done: bool = False
    summary_seen: bool = False
    has_content: bool = False
    entries: int = 0


def _lang(element: Element, inherited: str) -> str:
    if not element.keys():  # where there are none, .attrib would make a dictionary
        return inherited
    value = element.get(f"{_XML}lang", element.get("lang"))
    return inherited if value is None else str(value)


def _read(scope: _Scope, root: Element, part: Element, entry: str, language: str) -> RawFeed:
    feed = RawFeed(language=language)
    _check_attributes(part)
    _channel(feed, scope, part, entry)
    tags = Counter(element.tag for element in root.iter())
    inner = sum(times for tag, times in tags.items() if tag.rpartition("}")[2] in ("item", "entry", "feed"))
    if scope.entries != inner - (scope.names[root.tag] == "feed"):
        raise DeclinedError  # some stand where entries or a feed do not belong, and feedparser finds them
    return feed


def _check_attributes(element: Element) -> None:
    if element.get("lastmod") is not None or element.get("href") is not None or element.get("LASTMOD") is not None:
        raise DeclinedError  # CDF


def _channel(feed: RawFeed, scope: _Scope, part: Element, entry: str) -> None:
    inherited, scope.language = scope.language, _lang(part, scope.language)
    names = scope.names
    for child in part:
        name = names[child.tag]
        if name in ("item", "entry"):
            if name != entry:
                raise DeclinedError
            scope.entries += 1
            if len(feed.entries) < MAX_ENTRIES:
                feed.entries.append(_Item(scope, has_content=scope.has_content).read(child))
            scope.has_content = False
        elif name == "channel":
            if part.tag == child.tag or feed.title:
                raise DeclinedError
            _channel(feed, scope, child, entry)
        elif (step := _FEED_STEPS.get(name)) is not None:
            step(feed, scope, child)
    scope.language = inherited


def _feed_title(feed: RawFeed, scope: _Scope, child: Element) -> None:
    if not scope.title_done:
        feed.title = typed(child)
        scope.title_done = bool(feed.title)


def _feed_picture(feed: RawFeed, scope: _Scope, child: Element) -> None:
    """An image or a text input, after which feedparser takes the next title for the feed's."""
    del feed, child
    scope.title_done = False


def _feed_summary(feed: RawFeed, scope: _Scope, child: Element) -> None:
    """A second summary of the feed is content to feedparser, which leaves a trace in the first entry."""
    del feed
    if scope.summary_seen and not scope.has_content:
        scope.has_content = True
    elif scope.names[child.tag] in ("summary", "itunes:summary"):
        scope.summary_seen = True


def _feed_content(feed: RawFeed, scope: _Scope, child: Element) -> None:
    del feed, child
    scope.has_content = True


def _feed_link(feed: RawFeed, scope: _Scope, child: Element) -> None:
    href = leads_to(child)
    if href is None:
        if child.get("href") == "" and child.get("rel", "").lower() == "self":
            feed.self_url = feed.self_url or scope.url  # "this very document" (RFC 3986 §4.4)
        feed.link = _ENTITY_LIKE.sub(r"&\g<1>", resolved(scope.url, text_of(child)))
        return
    href, rel = resolved(scope.url, href), child.get("rel", "alternate").lower()
    if is_page(child, rel):
        feed.link = href
    elif rel == "hub":
        feed.hub = feed.hub or href
    elif rel == "self":
        feed.self_url = feed.self_url or href


def _feed_guid(feed: RawFeed, scope: _Scope, child: Element) -> None:
    """A feed's id is its link where nothing else has been, unless it says that it is none."""
    if not feed.link and all(child.get(key, "true") == "true" for key in ("isPermaLink", "ispermalink")):
        feed.link = resolved(scope.url, text_of(child))


def _setting(key: str) -> Callable[[RawFeed, _Scope, Element], None]:
    def step(feed: RawFeed, scope: _Scope, child: Element) -> None:
        del scope
        setattr(feed, key, text_of(child))

    return step


def _plain_setting(key: str) -> Callable[[RawFeed, _Scope, Element], None]:
    """For elements that feedparser does not know: with attributes they are no text to it."""

    def step(feed: RawFeed, scope: _Scope, child: Element) -> None:
        del scope
        if not child.keys():
            setattr(feed, key, text_of(child))

    return step


_FEED_STEPS: Mapping[str, Callable[[RawFeed, _Scope, Element], None]] = {
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

    def read(self, element: Element) -> RawEntry:
        _check_attributes(element)
        about = element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about")
        if about:
            self.raw.guid = about
        self.children(element, 1, _lang(element, self.scope.language))
        self.raw.content = max(self.contents, key=len, default="")
        self.raw.language = self.raw.language or self.language or ""
        return self.raw

    def children(self, element: Element, depth: int, language: str) -> None:
        if depth > _DEEP:
            raise DeclinedError
        names = self.scope.names
        for child in element:
            name = names[child.tag]
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

    def title(self, child: Element, depth: int, language: str) -> None:
        value = typed(child)
        if self.has_title:
            if depth < self.depths.get("title", depth):
                raise DeclinedError
            return
        self.keep("title", value, depth)
        self.language = _lang(child, language)
        self.has_title = bool(value)

    def media_title(self, child: Element, depth: int, language: str) -> None:
        if not self.has_title:
            self.keep("title", typed(child), depth)
            self.language = _lang(child, language)

    def summary(self, child: Element, depth: int, language: str) -> None:
        del language
        if "summary" in self.depths and not self.has_content:
            self.has_content = True
            self.contents.append(typed(child))
        else:
            self.keep("summary", typed(child), depth)

    def content(self, child: Element, depth: int, language: str) -> None:
        del language
        self.has_content = True
        value = typed(child)
        self.contents.append(value)
        if "summary" not in self.depths:
            self.raw.summary = value
            self.depths["summary"] = depth + 1_000  # any real summary replaces it

    def link(self, child: Element, depth: int, language: str) -> None:
        del depth, language
        href = leads_to(child)
        if href is None:
            value = resolved(self.scope.url, text_of(child)).replace("&amp;", "&")
            self.raw.link, self.has_link = _ENTITY_LIKE.sub(r"&\g<1>", value), True
        elif is_page(child, child.get("rel", "alternate").lower()):
            self.raw.link, self.has_link = resolved(self.scope.url, href), True

    def guid(self, child: Element, depth: int, language: str) -> None:
        del language
        attributes = {str(key).lower(): value for key, value in child.items()}
        is_link = attributes.get("ispermalink", "true") == "true"
        value = text_of(child)
        value = resolved(self.scope.url, value) if is_link else value
        self.keep("guid", value, depth)
        if is_link and not self.has_link:
            self.raw.link, self.has_link = value, True

    def published(self, child: Element, depth: int, language: str) -> None:
        del depth, language
        self.raw.published = feed_date(text_of(child))

    def updated(self, child: Element, depth: int, language: str) -> None:
        del depth, language
        self.raw.updated = feed_date(text_of(child))

    def author(self, child: Element, depth: int, language: str) -> None:
        del language
        if not len(child):
            self.keep("author", text_of(child), depth)
            return
        parts = {
            self.scope.names[part.tag]: text_of(part)
            for part in child
            if self.scope.names[part.tag] in ("name", "email")
        }
        name, email = parts.get("name", ""), parts.get("email", "")
        self.raw.author = f"{name} ({email})" if name and email else name or email
        self.depths["author"] = depth

    def source(self, child: Element, depth: int, language: str) -> None:
        del depth, language
        if len(child) and ("".join(part.tail or "" for part in child) + (child.text or "")).strip():
            raise DeclinedError
        if any(self.scope.names[part.tag] in ("item", "entry", "channel", "feed", "image") for part in child):
            raise DeclinedError
        titles = [typed(part) for part in child if self.scope.names[part.tag] in ("title", "dc:title")]
        own = repaired((child.text or "").strip()) if not len(child) else ""
        self.raw.source = own or next((title for title in titles if title), "")
        self.raw.source_url = child.get("url", "")

    def own_language(self, child: Element, depth: int, language: str) -> None:
        del language
        self.keep("language", text_of(child), depth)

    def picture(self, child: Element, depth: int, language: str) -> None:
        """An image inside an entry, after which feedparser takes the next title for the entry's."""
        del depth, language
        if any(self.scope.names[part.tag] in _STEPS for part in child.iter() if part is not child):
            raise DeclinedError
        self.has_title = False

    def decline(self, child: Element, depth: int, language: str) -> None:
        del child, depth, language
        raise DeclinedError


_STEPS: Mapping[str, Callable[[_Item, Element, int, str], None]] = {
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
