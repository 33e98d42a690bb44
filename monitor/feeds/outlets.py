"""Whose article an entry is: the feed's own outlet's, or another's that an aggregator passes on."""

from __future__ import annotations

import re

from monitor.addresses import host_of
from monitor.model import Entry, Feed
from monitor.text.normal import fold

#: words that many outlets have in their names
_GENERIC = frozenset(
    "news noticias nieuws actualite actualites the diario journal daily radio online press prensa tv com org net www rss feed feeds "
    "world latest top stories venezuela caribbean latin america".split()
)
_WORD = re.compile(r"[^\W_]+")


def family_of(entry: Entry, feed: Feed) -> str:
    """The family of an entry's publisher: the feed's; where another outlet is named, the host that is given for it, or "" for not known."""
    if not entry.publisher or _is_own(entry, feed):
        return feed.family
    return host_of(entry.source_url)


def _is_own(entry: Entry, feed: Feed) -> bool:
    """Whether the publisher that an entry names is the feed's: by a word of its name that tells, or by its host."""
    if fold(entry.publisher) == fold(feed.name) or (
        entry.source_url and host_of(entry.source_url) == host_of(feed.url)
    ):
        return True
    own = _words(f"{feed.name} {host_of(feed.url)} {feed.family}")
    squeezed = "".join(_WORD.findall(fold(entry.publisher)))
    return bool(_words(entry.publisher) & own) or squeezed in own


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(fold(text)) if len(word) > 2} - _GENERIC
