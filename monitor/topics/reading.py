"""What is known of one item while its topics are evaluated: words found, on demand its names, subjects and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.model import Item
from monitor.text.figures import Figure, read_figures
from monitor.text.language import detect
from monitor.text.lexicon import Lexicon
from monitor.text.normal import fold, spaced
from monitor.text.reading import read
from monitor.text.sentences import sentences
from monitor.text.tokens import tokens
from monitor.topics.automaton import Automaton, Place
from monitor.topics.page import Page
from monitor.topics.subjects import LEAD, Mark, Subjects
from monitor.topics.wording import Wording

_SCORE = re.compile(r"(?<![\w.,:/-])\d{1,2}-\d{1,2}(?![\w.,:/-])")
_IMPRINT = re.compile(r"(?<=\S{2})\s+[-–—|]\s+([^-–—|]{2,60})$")


@dataclass
class Reading:
    """What is known of one item while its topics are evaluated; dear things are found once, and only if asked for."""

    item: Item
    page: Page
    found: Mapping[int, Sequence[Place]]
    lexicon: Lexicon
    automaton: Automaton

    @property
    def feed_name(self) -> str:
        """The feed's id where it is a name; an address, and one of a search at that, names no outlet."""
        return "" if "/" in self.item.feed else self.item.feed

    @cached_property
    def outlet_terms(self) -> set[int]:
        """The terms that stand in the names of where it came from."""
        item = self.item
        return set(self.automaton.find(f" {spaced(f'{self.feed_name} {item.publisher} {item.family}').text} "))

    @cached_property
    def outlet_names(self) -> set[str]:
        """The rows of the gazetteer that the outlet's name means; a country may be ambiguous ("Trinidad Express").

        An aggregator's title names the outlet at its end.
        """
        outlet = self.item.publisher or self.feed_name.replace("-", " ").title()
        imprint = self.item.title[_imprint(self.item.title) :]
        found = self.lexicon.gazetteer.candidates(tokens(f"{outlet} | {imprint}"))
        return {entry.id for entry, sure in found if sure or entry.kind in ("country", "island")}

    @cached_property
    def wordings(self) -> dict[str, Wording]:
        """Each field as words."""
        end = _imprint(self.item.title)
        return {
            part.field: Wording(part, self.lexicon, self.language, end if part.field == "title" else len(part.text))
            for part in self.page.parts
        }

    @cached_property
    def imprint(self) -> int:
        """Where the title ends and the publisher's name that aggregators add begins, on the page."""
        title = self.page.parts[0]
        return page_places(title.folded.places, title.start)(_imprint(self.item.title))

    @cached_property
    def sentences(self) -> list[tuple[int, int, str]]:
        """(start, end, text) of every sentence but the title, places on the page."""
        found = []
        for part in self.page.parts[1:]:
            back = page_places(part.folded.places, part.start)
            found += [(back(start), back(end), part.text[start:end]) for start, end in sentences(part.text)]
        return found

    @cached_property
    def names(self) -> list[Mark]:
        """Every name of the gazetteer that stands in the item."""
        marks = []
        for part in self.page.parts:
            words = self.wordings[part.field].words
            back = page_places(part.folded.places, part.start)
            for hit in self.lexicon.find_names(words):
                start, end = words[hit.first].start, words[hit.last - 1].end
                marks.append(Mark(part.text[start:end], back(start), back(end), hit.entry.id))
        return marks

    @cached_property
    def language(self) -> str:
        """The item's language, by declaration or by its text."""
        return (self.item.language or detect(self.item.body or self.item.title)).lower().split("-")[0]

    @cached_property
    def subjects(self) -> Subjects:
        """What its concept words are about; a word inside a name ("Puerto La Cruz") is no concept."""
        found = []
        inside = {place for mark in self.names for place in range(mark.start, mark.end)}
        for part in self.page.parts:
            words = self.wordings[part.field].words
            back = page_places(part.folded.places, part.start)
            lead = LEAD if part.field != "title" else 0
            for hit in self.lexicon.find_concepts(words, self.language):
                start, end = words[hit.first].start, words[hit.last - 1].end
                weight = 3.0 if part.field == "title" else 2.0 if start < lead else 1.0
                mark = Mark(part.text[start:end], back(start), back(end), hit.entry.id)
                if mark.start not in inside:
                    found.append((hit.entry.kind, mark, weight))
            if part.field == "title":
                # A score in a headline: "Caribes 5-3 Magallanes". A vote of a court has words of its own beside it.
                scores = _SCORE.finditer(part.text)
                found += [
                    ("sport", Mark(score[0], back(score.start()), back(score.end()), "score"), 3.0) for score in scores
                ]
        return Subjects(found)

    @cached_property
    def figures(self) -> list[tuple[Figure, int, int]]:
        """Every figure with what it counts, and where it stands on the page."""
        found = []
        for part in self.page.parts:
            back = page_places(part.folded.places, part.start)
            passage = read(part.text, self.language, self.lexicon)
            found += [(figure, back(figure.start), back(figure.end)) for figure in read_figures(passage)]
        return found

    @cached_property
    def present(self) -> set[int]:
        """The terms that stand in the item or in the name of its outlet."""
        return set(self.found) | self.outlet_terms

    @cached_property
    def outlet(self) -> str:
        """The folded names of where it came from, a blank around each."""
        item = self.item
        return f" {fold(item.feed)} | {fold(item.publisher)} | {fold(item.family)} "


def page_places(places: Sequence[int] | None, base: int) -> Callable[[int], int]:
    """The way from an offset in a field to the page; `places` as `Spaced` has them, `base` where the field starts."""
    if places is None:
        return lambda place: place + base
    known = {place: number for number, place in reversed(list(enumerate(places)))}
    return lambda place: known.get(place, place) + base


def _imprint(title: str) -> int:
    """Where the publisher's name that aggregators add to a title begins ("… - Barbados Today"), else the title's end."""
    found = _IMPRINT.search(title)
    if found is None or sum(word.is_capital for word in tokens(found[1])) < 2:
        return len(title)
    return found.start()
