"""Whether an item is about a topic or only mentions it: where its words stand, how often, and whether they are that name at all.

The score is a sum of what an editor would look at (title, lead, sentences that come back to it, the outlet's own field), over
the marks that are left when other names and boilerplate are taken away. A query of several parts (`a AND b`) needs all of them
to be spoken of. The weights are a judgement, checked on labelled items (bench/relevance.py), not a fit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.topics.borrowed import borrowed
from monitor.topics.evaluate import All, Any, Node
from monitor.topics.reading import Reading
from monitor.topics.subjects import OUTLET, Mark

TITLE, LEAD, OUTLETS_FIELD = 0.55, 0.5, 0.15
#: an outlet of that place writes of it unless it says otherwise; no other place is named first, or none at all
LOCAL, NOWHERE_ELSE = 0.3, 0.3
#: a headline without a text says all there is
ALONE = 0.75
#: what a mention further down is worth, by the number of sentences that have one
FURTHER = (0.0, 0.25, 0.38, 0.45)
#: and beside a title or a lead
AGAIN = (0.0, 0.05, 0.15, 0.25)
#: only as part of another name
BORROWED = 0.1
_LEAD_SENTENCES = 2
#: the country whose doings are news everywhere: "US lifts sanctions on two officials" is about the officials' country
_ACTOR = "united-states"
#: named once in the second sentence, when the title named another place
_PASSING = 0.4
#: the number of the last sentence that is still early
_EARLY = 3
_BOILERPLATE = re.compile(
    r"^\W*(?:read (?:more|also)|also read|related|more (?:news|stories|on this)|sign up|subscribe|follow us|copyright|©|"
    r"all rights|click here|advertisement|leer? (?:más|también)|lea (?:más|también)|le puede interesar|te puede interesar|más noticias|"
    r"suscr[ií]b|síg[ua]|sigue|derechos reservados|notas? relacionadas?|lire (?:aussi|la suite)|à lire|abonnez|inscrivez|suivez|"
    r"tous droits|leia (?:mais|também)|saiba mais|inscreva|siga|assine|todos os direitos|lees (?:ook|meer|verder)|meer nieuws|"
    r"volg ons|abonneer|schrijf je|alle rechten|the post .{5,200} appeared first on)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Relevance:
    """Between 0 and 1, with the reasons a person may read."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Layout:
    """Where things stand in one item, as one topic sees it; what is dear is found only if asked for."""

    reading: Reading
    node: Node
    marks: Sequence[Mark]

    @property
    def title_end(self) -> int:
        """Where the title ends."""
        return self.reading.page.title_end

    @cached_property
    def others(self) -> dict[Mark, str]:
        """The marks that are part of another name, with that name."""
        return borrowed([mark for mark in self.marks if mark.start != OUTLET], self.reading)

    @cached_property
    def starts(self) -> list[int]:
        """Where each sentence of the text starts."""
        return [start for start, _, _ in self.reading.sentences]

    def sentence(self, mark: Mark) -> int:
        """The number of the sentence of the text that a mark stands in."""
        return max(0, bisect_right(self.starts, mark.start) - 1)

    def is_boilerplate(self, number: int) -> bool:
        """Whether a sentence is "read more" and its like."""
        sentences = self.reading.sentences
        return number < len(sentences) and _BOILERPLATE.match(sentences[number][2]) is not None

    @cached_property
    def outlet(self) -> bool:
        """Whether words of the topic stand in the outlet's names."""
        return not self.node.terms.isdisjoint(self.reading.outlet_terms)

    @cached_property
    def _elsewhere(self) -> list[Mark]:
        """The places that the topic does not ask for; continents and oceans are nobody's."""
        own = {mark.start for mark in self.marks}
        names = self.reading.lexicon.names
        return [
            mark
            for mark in self.reading.names
            if mark.name not in self.node.ids
            and mark.start not in own
            and names[mark.name].is_place
            and (names[mark.name].within or names[mark.name].kind not in ("region", "sea"))
        ]

    @property
    def elsewhere(self) -> bool:
        """Whether another place is named at all."""
        return bool(self._elsewhere)

    @property
    def elsewhere_in_title(self) -> bool:
        """Whether the title names another place; a power that acts everywhere is none."""
        chain = self.reading.lexicon.gazetteer.chain
        return any(mark.start < self.title_end and _ACTOR not in chain(mark.name) for mark in self._elsewhere)

    @property
    def elsewhere_first(self) -> bool:
        """Whether another place is named in the title or the first sentence."""
        sentences = self.reading.sentences
        first = sentences[0][1] if sentences else self.title_end
        return any(mark.start < first for mark in self._elsewhere)


def relevance(reading: Reading, marks: Sequence[Mark], node: Node) -> Relevance:
    """How much the item is about what `node`, which holds by these marks, asks for."""
    if not marks:
        return Relevance(1.0, ("the query asks for no words",))
    layout = _Layout(reading, node, marks)
    score, reasons = _weigh(node, reading, layout)
    names = dict.fromkeys(layout.others.values())
    if names:
        reasons = (*reasons, f"part of another name: {', '.join(list(names)[:3])}")
    return Relevance(round(min(score, 1.0), 3), tuple(dict.fromkeys(reasons)))


def _weigh(node: Node, reading: Reading, layout: _Layout) -> tuple[float, tuple[str, ...]]:
    """The score of a part of the query and its reasons."""
    if isinstance(node, All):
        return _all(node, reading, layout)
    if isinstance(node, Any):
        held = [part for part in node.asked(reading) if part.proof(reading)]
        joint = [mark for part in held if not isinstance(part, All) for mark in part.proof(reading) or ()]
        ways = [_weigh(part, reading, layout) for part in held if isinstance(part, All)]
        if joint:
            ways.append(_prominence(joint, layout))
        return max(ways, key=lambda one: one[0])
    return _prominence(node.proof(reading) or [], layout)


def _all(node: All, reading: Reading, layout: _Layout) -> tuple[float, tuple[str, ...]]:
    """Names must all be spoken of; common words only say in which sense ("haiti AND (gang* OR police)")."""
    names, every = [], []
    for part in node.parts:
        marks = part.proof(reading)
        if marks:
            weighed = _weigh(part, reading, layout)
            every.append(weighed)
            if any(_is_name(mark, reading) for mark in marks):
                names.append(weighed)
    weakest = min(names or every, key=lambda one: one[0])
    mean = sum(score for score, _ in every) / len(every)
    return (0.75 * weakest[0] + 0.25 * mean if names else mean), weakest[1]


def _is_name(mark: Mark, reading: Reading) -> bool:
    part = reading.page.part(mark.start)
    _, start, _ = reading.page.span(mark.start, mark.end)
    return part.text[start : start + 1].isupper()


def _prominence(marks: Sequence[Mark], layout: _Layout) -> tuple[float, tuple[str, ...]]:
    local = any(mark.start == OUTLET for mark in marks)
    own = [mark for mark in marks if mark not in layout.others and mark.start != OUTLET]
    title = any(mark.start < layout.title_end for mark in own)
    places = {layout.sentence(mark) for mark in own if mark.start >= layout.title_end}
    places = {number for number in places if not layout.is_boilerplate(number)}
    if title or any(number < _LEAD_SENTENCES for number in places):
        if not title and places == {1} and layout.elsewhere_in_title:
            return _PASSING, ("once, and the title names another place",)
        return _in_front(places, layout, title=title)
    if places:
        return _further(places, layout, local=local)
    if local:
        return _at_home(layout)
    return BORROWED, ("only in boilerplate",) if own else ()


def _at_home(layout: _Layout) -> tuple[float, tuple[str, ...]]:
    """An outlet named for the place, whose item names no place of the topic."""
    if layout.elsewhere_first:
        return LOCAL, ("an outlet of that place, which writes of another",)
    reading = layout.reading
    if reading.lexicon.vocabulary(reading.language) is not None and not reading.subjects.is_hard:
        return LOCAL, ("an outlet of that place, and nothing of public affairs",)
    return 0.25 + LOCAL, ("an outlet of that place",)


def _in_front(places: set[int], layout: _Layout, *, title: bool) -> tuple[float, tuple[str, ...]]:
    outlet = OUTLETS_FIELD if layout.outlet else 0.0
    if title and not layout.starts:
        return ALONE + outlet, ("in the title, and there is no text",)
    lead = any(number < _LEAD_SENTENCES for number in places)
    score = title * TITLE + lead * (LEAD if not title else 0.25) + AGAIN[min(len(places), 3)] + outlet
    reasons = ["in the title"] * title + ["in the first sentences"] * lead
    reasons += [f"in {len(places)} sentences"] * (len(places) > 1) + ["the outlet's own field"] * layout.outlet
    return score, tuple(reasons)


def _further(places: set[int], layout: _Layout, *, local: bool) -> tuple[float, tuple[str, ...]]:
    score = FURTHER[min(len(places), 3)]
    reasons = ["once, further down" if len(places) == 1 else f"only further down, in {len(places)} sentences"]
    if local and not layout.elsewhere_first:
        score += LOCAL
        reasons.append("an outlet of that place")
    elif layout.outlet:
        score += OUTLETS_FIELD
        reasons.append("the outlet's own field")
    if not layout.elsewhere and min(places) <= _EARLY:
        score += NOWHERE_ELSE
        reasons.append("no other place is named")
    return score, tuple(reasons)
