"""Numbers whose thing only the title names: under "Cholera deaths climb to 14" stands "It was five on Monday, and is 14 now".

Feeds carry a title and two lines, and the lines rely on it. A number of the first sentences that counts nothing itself counts what
the title counts with the same value; or, where the sentence speaks of "the figure", the one thing that the title says happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.stories.facts import Statement
from monitor.text.figures import Figure
from monitor.text.figures.nouns import classes
from monitor.text.figures.passages import ANAPHORS
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import tokens

#: sentences that may lean on the title
_LEANING = 3


def under(title: Statement | None, body: Sequence[Statement]) -> list[Statement]:
    """The sentences of a body, the first ones with their bare numbers bound to what the title counts."""
    if title is None or title.language not in LANGUAGES:
        return list(body)
    happened = _happened(title)
    return [_bound(one, title, happened) if one.number < _LEANING else one for one in body]


def _bound(statement: Statement, title: Statement, happened: str) -> Statement:
    bare = [one for one in statement.figures if one.kind == "bare" and not one.unit]
    if not bare:
        return statement
    counted = next((one for figure in bare for one in title.figures if _same(figure, one)), None)
    speaks = any(word.folded in ANAPHORS for word in tokens(statement.text))
    noun = counted.noun if counted else happened if speaks else ""
    if not noun:
        return statement
    said = counted.said_noun if counted else ""
    figures = tuple(
        replace(one, kind="count", noun=noun, said_noun=said, inherited=True) if one in bare else one
        for one in statement.figures
    )
    return replace(statement, figures=figures)


def _same(bare: Figure, counted: Figure) -> bool:
    """Whether the title counts with the number that stands bare below it."""
    return counted.bound and counted.kind == "count" and counted.role == "" and counted.value == bare.value


def _happened(title: Statement) -> str:
    """What the title says became of people, where that is one thing."""
    table, phrases = classes()
    found = {one.name for one in phrases.find(tokens(title.text), title.language) if table[one.name].tells == "state"}
    return found.pop() if len(found) == 1 else ""
