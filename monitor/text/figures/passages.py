"""Every figure of a passage, sentence by sentence; what a sentence leaves unsaid, the one before it may have named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.text import cues
from monitor.text.figures.around import CASES
from monitor.text.figures.binding import Sentence
from monitor.text.figures.figure import Figure
from monitor.text.figures.nouns import classes, units
from monitor.text.phrases import Found
from monitor.text.reading import Passage
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import Token

#: words that speak of a number named before: "the toll", "la cifra"
ANAPHORS = frozenset(
    "toll figure number count total tally cifra numero saldo balance bilan chiffre nombre total numero "
    "saldo aantal cijfer dodental balanco".split()
)
#: words of a sentence that are read; a longer one is a table
_LONGEST = 300


def read_figures(passage: Passage, hints: Sequence[Found] | None = None) -> tuple[Figure, ...]:
    """Every figure of `passage` in order. In a language that is not one of the five, digits with units and nothing else.

    `hints` are the passage's cues, where they have been found already.
    """
    found: list[Figure] = []
    last_bound: Figure | None = None
    if hints is None:
        hints = cues.find(passage.tokens, passage.language)
    nouns: Sequence[Found] = classes()[1].find(
        passage.tokens, passage.language if passage.language in LANGUAGES else "en"
    )
    if not any(hint.name == "disease" for hint in hints):
        nouns = [one for one in nouns if passage.tokens[one.first].folded not in CASES]
    known = passage.language if passage.language in LANGUAGES else "en"
    measures = units()[1].find(passage.tokens, known)
    for number, (first, end) in enumerate(passage.bounds):
        last = min(end, first + _LONGEST)
        words = passage.tokens[first:last]
        if any(word.is_number for word in words) or passage.language in LANGUAGES:
            inside = Sentence(
                passage,
                number,
                words,
                _inside(hints, first, last),
                _inside(nouns, first, last),
                _inside(measures, first, last),
            )
            figures = [_anaphoric(figure, last_bound, words) for figure in inside.figures()]
            last_bound = next(
                (
                    one
                    for one in reversed(figures)
                    if one.kind == "count" and one.noun and not one.noun.startswith("w:")
                ),
                last_bound,
            )
            found.extend(figures)
    return tuple(found)


def _anaphoric(figure: Figure, before: Figure | None, words: Sequence[Token]) -> Figure:
    """What the sentence before counted, where this one names a number and no thing: "the police put the toll at 15"."""
    if (
        before is None
        or figure.kind != "bare"
        or figure.sentence - before.sentence > 2
        or not any(word.folded in ANAPHORS for word in words)
    ):
        return figure
    return replace(
        figure, kind="count", noun=before.noun, said_noun=before.said_noun, state=before.state, inherited=True
    )


def _inside(found: Sequence[Found], first: int, last: int) -> list[Found]:
    return [
        Found(one.name, one.first - first, one.last - first) for one in found if first <= one.first and one.last <= last
    ]
