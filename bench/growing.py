"""A made-up stream of news as large as wanted: stories of Zipf sizes in five languages, copies, sleepers that wake. Nothing of it is real.

A topic has names that are everywhere in it; a story has names, places, concepts and figures of its own; an article tells its
story in sentences of its language, between words that every article has. Words are invented, concepts come from the shipped
tables, so that an article in Dutch and one in Spanish share what real ones share.
"""

from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bench.replaying import ROOT
from monitor.model import Item

START = datetime(2026, 1, 1, tzinfo=UTC)
LANGUAGES, SHARE = ("es", "en", "pt", "fr", "nl"), (40, 30, 12, 10, 8)
#: items of a topic a day; the share that begins a story, that is a copy, and that wakes a story silent for nine days or more
DAILY, BEGINS, COPIES, WAKES = 60, 0.25, 0.12, 0.005
ASLEEP = timedelta(days=9)
_SYLLABLES = [a + b for a in ("b", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "ch", "tr") for b in "aeiou"]
_GLUE = {
    "en": "the of and to in that was for on with as by at from".split(),
    "es": "el de la que en y los del las por con para una su".split(),
    "pt": "o de a que em e do da os no na por com para uma".split(),
    "fr": "le de la et les des en un une du que dans pour par".split(),
    "nl": "de van het een en in dat op te voor met die aan door".split(),
}


@dataclass
class Event:
    """What one story is about."""

    key: str
    names: list[str]
    places: list[str]
    concepts: list[int]
    words: dict[str, list[str]]
    figures: list[int]
    last: datetime
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """An item, the story it is of, and for how long that one had been silent if this wakes it."""

    item: Item
    story: str
    slept: timedelta | None


class Country:
    """Makes one topic's stream; the same for the same seed."""

    def __init__(self, topic: int) -> None:
        self.topic, self.dice = topic, random.Random(topic)
        self.concepts, self.places = _tables()
        self.everywhere = [self._name() for _ in range(3)]
        words = random.Random(0)
        self.vocabulary = {one: [_word(words, 2, 4) for _ in range(6000)] for one in LANGUAGES}
        self.weights = list(itertools.accumulate(1 / (rank + 8) for rank in range(6000)))
        self.events: list[Event] = []

    def stream(self, count: int) -> Iterator[Told]:
        """So many items in order of time."""
        for number in range(count):
            at = START + timedelta(days=number / DAILY)
            event, slept = self._event(at)
            item = self._item(number, event, at)
            event.last = at
            event.items = [*event.items[-5:], item]
            yield Told(item, event.key, slept)

    def _event(self, at: datetime) -> tuple[Event, timedelta | None]:
        roll = self.dice.random()
        if roll < WAKES:
            sleeping = [one for one in self.events[:2000] if at - one.last > ASLEEP]
            if sleeping:
                event = self.dice.choice(sleeping)
                return event, at - event.last
        lively = [one for one in self.events[-120:] if at - one.last < timedelta(days=4)]
        if roll < WAKES + BEGINS or not lively:
            self.events.append(self._begin(at))
            return self.events[-1], None
        return self.dice.choices(lively, [len(one.items) for one in lively])[0], None

    def _begin(self, at: datetime) -> Event:
        dice = self.dice
        return Event(
            key=f"{self.topic}/{len(self.events)}",
            names=[self._name() for _ in range(dice.randint(2, 5))],
            places=dice.sample(self.places, 2),
            concepts=[dice.randrange(len(self.concepts)) for _ in range(6)],
            words={one: [_word(dice, 2, 4) for _ in range(12)] for one in LANGUAGES},
            figures=[dice.randint(2, 900) for _ in range(4)],
            last=at,
        )

    def _name(self) -> str:
        return f"{_word(self.dice, 2, 3).title()} {_word(self.dice, 2, 3).title()}"

    def _item(self, number: int, event: Event, at: datetime) -> Item:
        outlet = f"outlet{self.dice.randrange(400)}"
        if event.items and self.dice.random() < COPIES:
            before = self.dice.choice(event.items)
            title, body, language = before.title, before.content, before.language
        else:
            language = self.dice.choices(LANGUAGES, SHARE)[0]
            title = self._sentence(event, language, 9).rstrip(".")
            body = " ".join(self._sentence(event, language, self.dice.randint(14, 30)) for _ in range(self._length()))
        return Item(
            id=f"{self.topic}-{number}", feed=outlet, guid=str(number), url=f"https://{outlet}.example/{self.topic}/{number}",
            title=title, content=body, publisher=outlet, family=outlet, language=language, published=at, first_seen=at,
        )  # fmt: skip

    def _length(self) -> int:
        return min(40, int(self.dice.lognormvariate(2.5, 0.6)) + 1)

    def _sentence(self, event: Event, language: str, length: int) -> str:
        dice, words = self.dice, []
        for _ in range(length):
            roll = dice.random()
            if roll < 0.38:
                words.append(dice.choice(_GLUE[language]))
            elif roll < 0.74:
                words.append(self.vocabulary[language][bisect.bisect(self.weights, dice.random() * self.weights[-1])])
            elif roll < 0.82:
                words.append(dice.choice(event.words[language]))
            elif roll < 0.89:
                words.append(self.concepts[dice.choice(event.concepts)][language])
            elif roll < 0.94:
                words.append(dice.choice(event.names))
            elif roll < 0.96:
                words.append(dice.choice(event.places))
            elif roll < 0.98:
                words.append(f"{dice.choice(event.figures)} {self.concepts[dice.choice(event.concepts)][language]}")
            else:
                words.append(dice.choice(self.everywhere))
        text = " ".join(words)
        return f"{text[0].upper()}{text[1:]}."


def _word(dice: random.Random, least: int, most: int) -> str:
    return "".join(dice.choice(_SYLLABLES) for _ in range(dice.randint(least, most)))


def _tables() -> tuple[Sequence[dict[str, str]], Sequence[str]]:
    """Concepts with a form in every language, and names of cities, from the shipped tables."""
    folder = ROOT / "config" / "lexicon"
    concepts = []
    for line in (folder / "concepts.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        forms = line.split("\t")[3:8]
        if len(forms) == 5 and all(form and form != "-" for form in forms):
            concepts.append(
                {one: form.split("|")[0] for one, form in zip(("en", "es", "fr", "pt", "nl"), forms, strict=True)}
            )
    rows = [line.split("\t") for line in (folder / "names.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    return concepts, [row[3].split("|")[0] for row in rows if len(row) > 3 and row[1] == "city"]
