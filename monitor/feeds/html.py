"""HTML that came in, as plain text. Beautiful Soup over lxml; the input is capped first, since 5 MB cost 8 s and 450 MB."""

from __future__ import annotations

import html
import re
import warnings

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, Tag

from monitor.text.normal import visible

MAX_HTML = 1_000_000
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,6}|#x[0-9a-fA-F]{2,6});")
_BLOCKS = frozenset(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote section article header footer figure figcaption hr pre dd dt".split()
)
_DROPPED = ("script", "style", "noscript", "iframe", "svg", "template", "head")
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")
_BREAKS = re.compile(r" ?\n[\n ]*")

warnings.filterwarnings("ignore", category=MarkupResemblesLocatorWarning)


def has_markup(text: str) -> bool:
    """Whether `text` carries tags or entities and is not plain text."""
    return _MARKUP.search(text) is not None


def to_text(markup: str) -> str:
    """The text of a piece of HTML: blocks on lines of their own, entities resolved, scripts and styles gone.

    "&amp;lt;p&amp;gt;" (escaped twice, as some feeds do) becomes text too. Never raises.
    """
    if "<" not in markup:
        return _tidy(html.unescape(markup))
    soup = BeautifulSoup(markup[:MAX_HTML], "lxml")
    for tag in soup(_DROPPED):
        tag.decompose()
    for tag in soup.find_all(_BLOCKS):
        if isinstance(tag, Tag):
            tag.insert_before("\n")
            tag.insert_after("\n")
    return _tidy(soup.get_text())


def _tidy(text: str) -> str:
    return _BREAKS.sub("\n", _BLANKS.sub(" ", visible(text))).strip()
