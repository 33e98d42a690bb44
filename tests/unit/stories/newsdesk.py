"""A small newsroom for the stories room's tests: articles in, developments out, with a real lexicon and the real ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from monitor.model import Development, Item, Kind
from monitor.stories.developments import Context, Diff, diff
from monitor.stories.ledger import Ledger
from monitor.stories.reading import Reading, read_item
from monitor.text.lexicon import Lexicon, load

ROOT = Path(__file__).parents[3]
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    folder = ROOT / "config" / "lexicon"
    return load([folder / "names.tsv"], [folder / "concepts.tsv"])


def article(number: int, title: str, text: str, language: str = "en", publisher: str = "") -> Item:
    at = START + timedelta(hours=number)
    name = publisher or f"Paper {number}"
    return Item(
        id=f"i{number}",
        feed=name,
        guid=f"g{number}",
        url=f"https://{number}.example/",
        title=title,
        content=text,
        publisher=name,
        family=name,
        language=language,
        published=at,
        first_seen=at,
    )


@dataclass
class Desk:
    """One story as it grows."""

    ledger: Ledger = field(default_factory=Ledger)
    number: int = 0
    last: Diff = field(default_factory=Diff)
    readings: list[Reading] = field(default_factory=list)

    def read(
        self,
        title: str,
        text: str,
        language: str = "en",
        publisher: str = "",
        *,
        revises: bool = False,
        is_copy: bool = False,
    ) -> list[Development]:
        """What the next article adds, "source" left out."""
        self.number += 1
        item = article(self.number, title, text, language, publisher)
        reading = read_item(item, lexicon())
        context = Context(
            topic="t",
            story="st",
            new_story=len(self.ledger) == 0,
            origin=item.family,
            is_copy=is_copy,
            previous=self.readings[-1] if revises else None,
            earlier=tuple(self.readings[:-1]) if revises else (),
            now=item.first_seen,
        )
        self.last = diff(reading, self.ledger, context, lexicon())
        self.ledger.add(self.last)
        self.readings.append(reading)
        return [one for one in self.last.developments if one.kind is not Kind.SOURCE]
