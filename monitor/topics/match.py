"""Which topics want an item, how much it is about them, and why: all topics in one pass over its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Item, Match, Term, Topic
from monitor.text.lexicon import Lexicon
from monitor.topics.automaton import Automaton
from monitor.topics.compiling import Compiler
from monitor.topics.evaluate import Node
from monitor.topics.page import page
from monitor.topics.query import parse
from monitor.topics.reading import Reading
from monitor.topics.relevance import relevance
from monitor.topics.subjects import OUTLET, Mark

#: places that a match reports; the score looks at all of them
MAX_TERMS = 60


@dataclass(frozen=True, slots=True)
class _Watch:
    topic: Topic
    node: Node


class Matcher:
    """Made once for all topics; `match` is called for every item. Raises `QueryError` if a topic's query does not parse."""

    def __init__(self, topics: Sequence[Topic], lexicon: Lexicon) -> None:
        compiler = Compiler(lexicon)
        self._lexicon = lexicon
        self._watches = [_Watch(topic, compiler.node(parse(topic.query))) for topic in topics]
        self._automaton = Automaton(list(compiler.numbers))
        #: topics to look at because of a word, by the word's number; and those to look at always
        self._triggered: dict[int, list[int]] = {}
        self._always: list[int] = []
        for number, watch in enumerate(self._watches):
            if watch.node.triggers is None:
                self._always.append(number)
            for term in watch.node.triggers or ():
                self._triggered.setdefault(term, []).append(number)

    def match(self, item: Item) -> tuple[Match, ...]:
        """One `Match` for each topic whose query holds, in the order of the topics, also below its `min_relevance`."""
        reading = self._read(item)
        return tuple(
            _match(watch, reading, marks)
            for watch in self._candidates(reading.present)
            if (marks := watch.node.proof(reading)) is not None
        )

    def explain(self, item: Item, topic_id: str) -> Iterator[str]:
        """Sentences for a person: what of the topic stands in the item and where, or why it was not wanted."""
        watch = next((watch for watch in self._watches if watch.topic.id == topic_id), None)
        if watch is None:
            yield f"topic {topic_id}: there is no such topic"
            return
        reading = self._read(item)
        marks = watch.node.proof(reading)
        if marks is None:
            yield from _why_not(watch, reading)
        else:
            yield from _why(watch, reading, marks)

    def _read(self, item: Item) -> Reading:
        sheet = page(item)
        return Reading(item, sheet, self._automaton.find(sheet.text), self._lexicon, self._automaton)

    def _candidates(self, found: Iterable[int]) -> Iterator[_Watch]:
        numbers = set(self._always)
        for term in found:
            numbers.update(self._triggered.get(term, ()))
        return (self._watches[number] for number in sorted(numbers))


def _match(watch: _Watch, reading: Reading, marks: Sequence[Mark]) -> Match:
    judged = relevance(reading, marks, watch.node)
    return Match(topic=watch.topic.id, score=judged.score, terms=_terms(reading, marks), reasons=judged.reasons)


def _terms(reading: Reading, marks: Sequence[Mark]) -> tuple[Term, ...]:
    places = sorted((mark for mark in marks if mark.start != OUTLET), key=lambda mark: (mark.start, mark.end))
    distinct = {(mark.start, mark.end): mark for mark in places}
    return tuple(reading.page.term(mark.label, mark.start, mark.end) for mark in list(distinct.values())[:MAX_TERMS])


def _why(watch: _Watch, reading: Reading, marks: Sequence[Mark]) -> Iterator[str]:
    judged = relevance(reading, marks, watch.node)
    verdict = "wanted" if judged.score >= watch.topic.min_relevance else "kept, and makes no news"
    yield f"topic {watch.topic.id}: {verdict}: relevance {judged.score:.2f}, at least {watch.topic.min_relevance:.2f} is needed"
    for reason in judged.reasons:
        yield f"  {reason}"
    by_label: dict[str, list[str]] = {}
    for term in _terms(reading, marks):
        by_label.setdefault(term.term, []).append(f"{term.field} {term.start}")
    for label, places in by_label.items():
        more = f" and {len(places) - 4} more" if len(places) > 4 else ""
        yield f"  {label}: {', '.join(places[:4])}{more}"


def _why_not(watch: _Watch, reading: Reading) -> Iterator[str]:
    marks = [
        Mark(term.label, *reading.found[term.number][0]) for term in watch.node.words() if term.number in reading.found
    ]
    if not marks:
        yield f"topic {watch.topic.id}: not wanted: none of its words stands in the item"
        return
    labels = list(dict.fromkeys(mark.label for mark in marks))
    yield f"topic {watch.topic.id}: not wanted: its query does not hold"
    yield f"  words of it that stand in the item: {', '.join(labels[:12])}{' …' if len(labels) > 12 else ''}"
    yield from (f"  {reason}" for reason in watch.node.failures(reading))
