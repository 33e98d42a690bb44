"""Whether an item is about a topic or only mentions it: where its words stand, how often, and whether they are that name at all.

The score is a sum of what an editor would look at (title, lead, sentences that come back to it, the outlet's own field), over
the marks that are left when other names and boilerplate are taken away. A query of several parts (`a AND b`) needs all of them
to be spoken of. The weights are a judgement, checked on labelled items (bench/relevance.py), not a fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.text.sentences import sentences
from monitor.topics.borrowed import borrowed
from monitor.topics.evaluate import All, Any, Node
from monitor.topics.page import Part
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
    """The sentences of an item on the page: (start, end), the first being the title."""

    title_end: int
    sentences: Sequence[tuple[int, int]]
    boilerplate: frozenset[int]
    outlet: bool
    #: another place is named in the title or the first sentence; another place is named at all
    elsewhere_first: bool
    elsewhere: bool
    others: dict[Mark, str] = field(default_factory=dict)

    def sentence(self, mark: Mark) -> int:
        """The number of the sentence of a mark in the text."""
        for number, (start, end) in enumerate(self.sentences):
            if start <= mark.start < end:
                return number
        return len(self.sentences)


def relevance(reading: Reading, marks: Sequence[Mark], node: Node) -> Relevance:
    """How much the item is about what `node`, which holds by these marks, asks for."""
    if not marks:
        return Relevance(1.0, ("the query asks for no words",))
    layout = _layout(reading, marks, node)
    score, reasons = _weigh(node, reading, layout)
    names = dict.fromkeys(layout.others.values())
    if names:
        reasons = (*reasons, f"part of another name: {', '.join(list(names)[:3])}")
    return Relevance(round(min(score, 1.0), 3), tuple(dict.fromkeys(reasons)))


def _layout(reading: Reading, marks: Sequence[Mark], node: Node) -> _Layout:
    placed = [span for part in reading.page.parts[1:] for span in _sentences(part)]
    boilerplate = frozenset(number for number, (_, _, text) in enumerate(placed) if _BOILERPLATE.match(text))
    spans = [(start, end) for start, end, _ in placed]
    outlet = any(term in reading.outlet_terms for term in node.terms)
    others = _other_places(reading, node, marks)
    first = spans[0][1] if spans else reading.page.title_end
    return _Layout(
        reading.page.title_end,
        spans,
        boilerplate,
        outlet,
        any(place < first for place in others),
        bool(others),
        borrowed(marks, reading),
    )


def _other_places(reading: Reading, node: Node, marks: Sequence[Mark]) -> list[int]:
    """Where places stand that the topic does not ask for; continents and oceans are nobody's."""
    own = {mark.start for mark in marks}
    names = reading.lexicon.names
    return [
        mark.start
        for mark in reading.names
        if mark.name not in node.ids
        and mark.start not in own
        and names[mark.name].is_place
        and (names[mark.name].within or names[mark.name].kind not in ("region", "sea"))
    ]


def _sentences(part: Part) -> list[tuple[int, int, str]]:
    places = part.folded.places
    found = []
    at = 0
    for start, end in sentences(part.text):
        if places is None:
            found.append((part.start + start, part.start + end, part.text[start:end]))
            continue
        while places[at] < start:
            at += 1
        first = at
        while at < len(places) - 1 and places[at] < end:
            at += 1
        found.append((part.start + first, part.start + at, part.text[start:end]))
    return found


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
    places = {layout.sentence(mark) for mark in own if mark.start >= layout.title_end} - layout.boilerplate
    if title or any(number < _LEAD_SENTENCES for number in places):
        return _in_front(places, layout, title=title)
    if places:
        return _further(places, layout, local=local)
    if local:
        return (0.25 + LOCAL, ("an outlet of that place",)) if not layout.elsewhere_first else (LOCAL, ("elsewhere",))
    return BORROWED, ("only in boilerplate",) if own else ()


def _in_front(places: set[int], layout: _Layout, *, title: bool) -> tuple[float, tuple[str, ...]]:
    outlet = OUTLETS_FIELD if layout.outlet else 0.0
    if title and not layout.sentences:
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
