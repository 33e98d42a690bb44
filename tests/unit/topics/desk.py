"""What topic tests share: items in one line, and a matcher for one query."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from monitor.model import Item, Match, Topic
from monitor.text.lexicon import Lexicon, load
from monitor.topics.match import Matcher

FOLDER = Path(__file__).parents[3] / "config" / "lexicon"
WHEN = datetime(2026, 10, 6, 12, tzinfo=UTC)


def lexicon() -> Lexicon:
    """The shipped tables."""
    return load([FOLDER / "names.tsv"], [FOLDER / "concepts.tsv"])


def item(
    title: str, text: str = "", *, language: str = "en", feed: str = "wire", publisher: str = "", **more: str
) -> Item:
    return Item(
        id="i1",
        feed=feed,
        guid="g",
        url="https://news.example/1",
        title=title,
        content=text,
        publisher=publisher,
        language=language,
        first_seen=WHEN,
        **more,
    )


def matcher(query: str, *, words: Lexicon | None = None) -> Matcher:
    return Matcher([Topic(id="t", name="T", query=query)], words or Lexicon())


def match(query: str, title: str, text: str = "", *, words: Lexicon | None = None, **more: str) -> Match | None:
    found = matcher(query, words=words).match(item(title, text, **more))
    return found[0] if found else None
