"""What the elements of one document are called, as feedparser calls them: "media:title", whatever prefix the document chose.

A namespace that feedparser knows has one prefix for it; an element of any other keeps the prefix that the document declared. The
parser forgets those, so they are read from the declarations: where two of them name one unknown namespace, nobody can say.
"""

from __future__ import annotations

import re

_ATOM = "http://www.w3.org/2005/atom"
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
_DECLARED = re.compile(rb"""\bxmlns(?::([A-Za-z_][\w.-]*))?\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")


class DeclinedError(Exception):
    """This document is feedparser's."""


class Names(dict[str, str]):
    """The name of every tag of a document, made when it is first asked for. Raises `DeclinedError` for one that could have two."""

    def __init__(self, document: bytes) -> None:
        super().__init__()
        self._document = document

    def __missing__(self, tag: str) -> str:
        namespace, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
        prefix = _NAMESPACES.get(namespace.lower())
        if prefix is None:
            prefix = "" if "userland.com/rss" in namespace.lower() else self._declared(namespace)
        self[tag] = prefix + local.lower()
        return self[tag]

    def _declared(self, namespace: str) -> str:
        written = namespace.encode()
        found = {match[1] for match in _DECLARED.finditer(self._document) if (match[2] or match[3] or b"") == written}
        if len(found) != 1:
            raise DeclinedError
        prefix = found.pop()
        return f"{prefix.decode().lower()}:" if prefix else ""
