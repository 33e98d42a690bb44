"""Whether a query holds for an item, and by which words: a small tree over what the automaton found.

A compiled query knows its triggers, words without which it cannot hold, so that of a thousand topics only the few whose
words stand in the text are looked at. `Any` of hundreds of words asks only those that were found.
"""

# ruff: noqa: D102, ARG002  # every node answers the same few questions, which `Node` documents

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from math import isfinite
from operator import eq, ge, gt, le, lt

from monitor.text.figures.nouns import classes
from monitor.text.normal import fold
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import tokens
from monitor.topics.automaton import Place
from monitor.topics.nodes import Comparison, Field
from monitor.topics.nodes import Figure as FigureIs
from monitor.topics.page import Page
from monitor.topics.patterns import spans
from monitor.topics.reading import Reading, page_places
from monitor.topics.subjects import OUTLET, Mark


class Node(ABC):
    """A compiled part of a query."""

    #: every term under this node
    terms: frozenset[int] = frozenset()
    #: terms one of which must stand in the item if this is to hold; None where it may hold without any
    triggers: frozenset[int] | None = None
    #: the rows of the gazetteer under this node
    ids: frozenset[str] = frozenset()
    #: 0 where it looks at words found, 1 where it looks at the text, 2 where it must read it
    cost: int = 0

    @abstractmethod
    def proof(self, reading: Reading) -> list[Mark] | None:
        """The marks that make it hold, [] where it holds without words, None where it does not hold."""

    def holds(self, reading: Reading) -> bool:
        """Whether it holds."""
        return self.proof(reading) is not None

    def parts_of(self) -> Sequence[Node]:
        """The nodes under this one."""
        return ()

    def words(self) -> Iterator[Term]:
        """The words it would hold by, those under NOT left out."""
        for part in self.parts_of():
            yield from part.words()

    def failures(self, reading: Reading) -> Iterator[str]:
        """Sentences on what keeps it from holding."""
        for part in self.parts_of():
            yield from part.failures(reading)


class Always(Node):
    """`*`: holds for every item."""

    def proof(self, reading: Reading) -> list[Mark] | None:
        return []


class Term(Node):
    """A word or phrase, anywhere or in one field."""

    def __init__(self, number: int, label: str, where: Field) -> None:
        self.number, self.label, self.where = number, label, where
        self.terms = self.triggers = frozenset((number,))

    def words(self) -> Iterator[Term]:
        """Itself."""
        yield self

    def places(self, reading: Reading) -> list[Place]:
        """Where it stands in its field."""
        return _within(reading.found.get(self.number, ()), reading.page, self.where)

    def holds(self, reading: Reading) -> bool:
        places = reading.found.get(self.number, ())
        if not places or not self.where:
            return bool(places)
        if self.where == "title":
            return places[0][0] < reading.page.title_end
        return places[-1][0] >= reading.page.title_end

    def proof(self, reading: Reading) -> list[Mark] | None:
        places = self.places(reading)
        return [Mark(self.label, start, end) for start, end in places] if places else None


class Near(Node):
    """Parts near each other."""

    def __init__(self, distance: int, parts: Sequence[Sequence[Term]]) -> None:
        self.distance, self.parts = distance, parts
        self.terms = frozenset().union(*(term.terms for part in parts for term in part))
        self.triggers = min((frozenset().union(*(term.terms for term in part)) for part in parts), key=len)

    def proof(self, reading: Reading) -> list[Mark] | None:
        marks = [[mark for term in part for mark in term.proof(reading) or ()] for part in self.parts]
        if not all(marks):
            return None
        return _closest(marks, self.distance, reading.page)


def _closest(parts: list[list[Mark]], distance: int, page: Page) -> list[Mark] | None:
    """All windows that hold a mark of each part with at most `distance` words between the first and the last."""
    row = [(mark.start, mark.end, number, mark) for number, part in enumerate(parts) for mark in part]
    row.sort(key=lambda one: one[:3])
    found: dict[Mark, None] = {}
    latest: dict[int, Mark] = {}
    for _, _, number, mark in row:
        latest[number] = mark
        if len(latest) < len(parts):
            continue
        window = sorted(latest.values(), key=lambda one: one.start)
        between = page.words_between(window[0].end, window[-1].start)
        apart = all(left.end <= right.start for left, right in pairwise(window))
        if between is not None and between <= distance and apart:
            found.update(dict.fromkeys(window))
    return sorted(found, key=lambda one: one.start) or None


class Regex(Node):
    """A regular expression over each field as it is written."""

    cost = 1

    def __init__(self, source: str, where: Field) -> None:
        self.source, self.where = source, where

    def proof(self, reading: Reading) -> list[Mark] | None:
        marks = []
        for part in reading.page.parts:
            if self.where and (part.field == "title") != (self.where == "title"):
                continue
            back = page_places(part.folded.places, part.start)
            marks += [Mark(f"/{self.source}/", back(start), back(end)) for start, end in spans(self.source, part.text)]
        return marks or None


class Named(Node):
    """Rows of the gazetteer. Their aliases are terms; whether an ambiguous one counts is the gazetteer's to say.

    With `outlets`, an outlet that bears such a name counts too: "Willemstad Vandaag" need not say where it is.
    """

    def __init__(self, ids: frozenset[str], terms: frozenset[int], *, outlets: bool) -> None:
        self.ids, self.outlets = ids, outlets
        self.terms = self.triggers = terms

    def proof(self, reading: Reading) -> list[Mark] | None:
        if reading.present.isdisjoint(self.terms):
            return None
        marks = [mark for mark in reading.names if mark.name in self.ids]
        if self.outlets and not self.ids.isdisjoint(reading.outlet_names):
            marks.append(Mark(reading.item.publisher or reading.item.feed, OUTLET, OUTLET))
        return marks or None


class FromFeed(Node):
    """Where the item came from."""

    def __init__(self, text: str) -> None:
        self.spaced = f" {fold(text)} "
        self.plain = fold(text)

    def proof(self, reading: Reading) -> list[Mark] | None:
        return [] if self.spaced in reading.outlet or self.plain == fold(reading.item.feed) else None


class IsAbout(Node):
    """What the text is about, by the fields of its concept words."""

    cost = 2

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def proof(self, reading: Reading) -> list[Mark] | None:
        return reading.subjects.marks(self.subject) if reading.subjects.is_about(self.subject) else None


class InLanguage(Node):
    """The item's language."""

    def __init__(self, code: str) -> None:
        self.code = code

    def proof(self, reading: Reading) -> list[Mark] | None:
        return [] if reading.language == self.code else None


class HasFigure(Node):
    """The noun is a class of the figures' table ("dead" in any language), else the text's own word."""

    cost = 2

    def __init__(self, wanted: FigureIs) -> None:
        self.wanted = wanted
        words = tokens(wanted.noun)
        self.nouns = {fold(wanted.noun)} | {
            found.name for language in LANGUAGES for found in classes()[1].find(words, language)
        }
        self.compare = _COMPARE[wanted.comparison]

    def proof(self, reading: Reading) -> list[Mark] | None:
        marks = []
        for figure, start, end in reading.figures:
            value = figure.value if isfinite(figure.high) else figure.low
            if self.nouns & {figure.noun, fold(figure.said_noun)} and self.compare(value, self.wanted.value):
                marks.append(Mark(f"{value:g} {self.wanted.noun}", start, end))
        return marks or None


_COMPARE: dict[Comparison, Callable[[float, float], bool]] = {
    "": lambda *_: True,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<=": le,
    "<": lt,
}


class Negation(Node):
    """Holds where its part does not."""

    def __init__(self, part: Node) -> None:
        self.part, self.terms, self.cost = part, part.terms, part.cost

    def failures(self, reading: Reading) -> Iterator[str]:
        marks = self.part.proof(reading)
        if marks is not None:
            labels = dict.fromkeys(mark.label for mark in marks)
            yield f"left out by NOT {', '.join(labels) or '(…)'}"

    def proof(self, reading: Reading) -> list[Mark] | None:
        return None if self.part.holds(reading) else []


class All(Node):
    """Holds where every part does."""

    def __init__(self, parts: Sequence[Node]) -> None:
        # What is dear (figures, regular expressions) is asked last.
        self.parts = sorted(parts, key=lambda part: part.cost)
        self.cost = max(part.cost for part in parts)
        self.terms = frozenset().union(*(part.terms for part in parts))
        self.ids = frozenset().union(*(part.ids for part in parts))
        triggers = [part.triggers for part in parts if part.triggers is not None]
        self.triggers = min(triggers, key=len) if triggers else None

    def parts_of(self) -> Sequence[Node]:
        return self.parts

    def failures(self, reading: Reading) -> Iterator[str]:
        for part in self.parts:
            if not part.holds(reading):
                yield from part.failures(reading)

    def holds(self, reading: Reading) -> bool:
        return all(part.holds(reading) for part in self.parts)

    def proof(self, reading: Reading) -> list[Mark] | None:
        if not self.holds(reading):
            return None
        return [mark for part in self.parts for mark in part.proof(reading) or ()]


class Any(Node):
    """Words are looked up by what was found; only what is more than a word is asked one by one."""

    def __init__(self, parts: Sequence[Node]) -> None:
        self.words_by_number: dict[int, list[Term]] = {}
        self.cost = max(part.cost for part in parts)
        for part in parts:
            if isinstance(part, Term):
                self.words_by_number.setdefault(part.number, []).append(part)
        self.others = [part for part in parts if not isinstance(part, Term)]
        self.terms = frozenset().union(*(part.terms for part in parts))
        self.ids = frozenset().union(*(part.ids for part in parts))
        triggers = [part.triggers for part in parts]
        self.triggers = frozenset().union(*(one for one in triggers if one)) if None not in triggers else None

    def parts_of(self) -> Sequence[Node]:
        return [*(term for terms in self.words_by_number.values() for term in terms), *self.others]

    def failures(self, reading: Reading) -> Iterator[str]:
        # Every part fails; only those of which something stands in the item are worth a word.
        for part in self.others:
            if not part.terms.isdisjoint(reading.present):
                yield from part.failures(reading)

    def asked(self, reading: Reading) -> Iterable[Node]:
        """The parts of which something stands in the item."""
        present = reading.present
        for number in present.intersection(self.words_by_number):
            yield from self.words_by_number[number]
        for part in self.others:
            if part.triggers is None or not present.isdisjoint(part.triggers):
                yield part

    def holds(self, reading: Reading) -> bool:
        return any(part.holds(reading) for part in self.asked(reading))

    def proof(self, reading: Reading) -> list[Mark] | None:
        proofs = [proof for part in self.asked(reading) if (proof := part.proof(reading)) is not None]
        return [mark for proof in proofs for mark in proof] if proofs else None


def _within(places: Sequence[Place], page: Page, where: Field) -> list[Place]:
    if not where:
        return list(places)
    return [place for place in places if (place[0] < page.title_end) == (where == "title")]
