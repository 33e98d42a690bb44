"""Two versions of a text, sentence beside sentence: which is which, and whether two say the same in other words.

What kept its figures, quotations, names, polarity and most of its words is style. The judgement follows NewsEdits' split of fact
updates and style (design/judgement 1.6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from monitor.stories.facts import Statement, statements
from monitor.stories.reading import Reading
from monitor.stories.said import credit
from monitor.text.clocks import without_clocks
from monitor.text.common import is_common
from monitor.text.normal import fold

#: from here on two sentences are one in two versions; and, of one meaning, the same in other words
_ALIGNED, _STYLE = 0.45, 0.55
#: how much of a sentence those around its counterpart must say for it to be a split or a join of them
_RECOMBINED = 0.7
#: two spellings of one name
_SPELLING = 0.8
_CAPITAL = re.compile(r"(?:^|\W)([A-ZÀ-Þ]\w{2,})")
_POLARITY = frozenset({"deny", "confirm", "unverified", "correct"})
_NOT = frozenset(
    "not no never without neither nor n't ni nunca sin jamas ne pas aucun sans jamais nao nem sem niet "
    "geen nooit zonder".split()
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a text: its sentences, and what they say without the page's clocks and counters."""

    item: str
    statements: tuple[Statement, ...]
    said: frozenset[tuple[str, ...]]


def version(reading: Reading) -> Version:
    """The sentences of an item's body; of its title, where it has no body."""
    found = tuple(statements(reading.body) or statements(reading.title))
    return Version(reading.item.id, found, frozenset(map(said, found)) - {()})


def said(statement: Statement) -> tuple[str, ...]:
    """A sentence's words without its page's clocks and counters."""
    return without_clocks(statement.text)


def counterpart(statement: Statement, others: Sequence[Statement]) -> Statement | None:
    """The sentence of another version that this one is, in other words at most; None where there is none."""
    best = max(others, key=lambda one: alike(one, statement), default=None)
    return best if best is not None and alike(best, statement) >= _ALIGNED else None


def alike(one: Statement, two: Statement) -> float:
    """How much two sentences share, between 0 and 1."""
    if not one.units or not two.units:
        return float(said(one) == said(two))
    there = sum(credit(unit, two.keys) for unit in one.units) / len(one.units)
    back = sum(credit(unit, one.keys) for unit in two.units) / len(two.units)
    return (there + back) / 2


def is_style(before: Statement, after: Statement) -> bool:
    """Whether two versions of a sentence say the same: the same figures, quotations, names and polarity, other words at most."""
    if said(before) == said(after):
        return True
    if values(before) != values(after) or polarity(before) != polarity(after) or not same_quotes(before, after):
        return False
    if names_swapped(before, after) or len(after.names - before.keys) > 1:
        return False
    return alike(before, after) >= _STYLE


def is_recombined(statement: Statement, before: Statement, old: Version, new: Version) -> bool:
    """Whether a sentence is part of an old one, or several old ones in one: it says nothing that stood elsewhere before."""
    at = old.statements.index(before)
    around = old.statements[max(0, at - 1) : at + 2]
    keys = frozenset(key for one in around for key in one.keys)
    if sum(credit(unit, keys) for unit in statement.units) < _RECOMBINED * len(statement.units):
        return False
    there = {value for one in around for value in values(one)}
    if not set(values(statement)) <= there or not statement.names <= keys:
        return False
    whole = fold(" ".join(one.text for one in around))
    if any(fold(quote.text) not in whole for quote in statement.quotes):
        return False
    return _sum(old) == _sum(new)


def _sum(one: Version) -> tuple[int, set[tuple[float, float, str]], frozenset[str]]:
    """What a split or a join leaves as it was: how much is negated, which figures there are, and how it is meant."""
    return (
        sum(polarity(statement)[1] for statement in one.statements),
        {value for statement in one.statements for value in values(statement)},
        frozenset(cue for statement in one.statements for cue in statement.cues & _POLARITY),
    )


def polarity(statement: Statement) -> tuple[frozenset[str], int]:
    """How a sentence is meant: denied, confirmed, doubted, corrected; and how many negations it has."""
    negations = sum(word in _NOT for word in re.findall(r"\w+", statement.text.lower()))
    return statement.cues & _POLARITY, negations


def values(statement: Statement) -> list[tuple[float, float, str]]:
    """Its numbers, smallest first."""
    return sorted((figure.low, figure.high, figure.unit) for figure in statement.figures)


def names_swapped(before: Statement, after: Statement) -> bool:
    """Whether one name stands where another stood. A name put in, a title put before it and another spelling are none."""
    return any(_swapped(was, now) for was, now in words_changed(before.text, after.text))


def _swapped(was: str, now: str) -> bool:
    gone, come = (_CAPITAL.findall(f" {text}") for text in (was, now))
    pairs = [(one, two) for one in gone for two in come]
    return bool(pairs) and not any(
        SequenceMatcher(None, fold(one), fold(two)).ratio() >= _SPELLING for one, two in pairs
    )


def same_quotes(before: Statement, after: Statement) -> bool:
    """Quotations of the same words, but for words without a meaning of their own."""
    if len(before.quotes) != len(after.quotes):
        return False
    pairs = [
        pair
        for one, two in zip(before.quotes, after.quotes, strict=True)
        for pair in words_changed(" ".join(re.findall(r"\w+", one.text)), " ".join(re.findall(r"\w+", two.text)))
    ]
    return all(
        is_common(word, before.language) for was, now in pairs for word in fold(f"{was} {now}").split()
    )  # fmt: skip


def words_changed(before: str, after: str) -> list[tuple[str, str]]:
    """The words that differ, as (was, is) pairs in order; either may be ""."""
    old, new = before.split(), after.split()
    return [
        (" ".join(old[a:b]), " ".join(new[c:d]))
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def shown(before: str, after: str) -> tuple[str, str]:
    """What changed, for a reader: (was, is). Where words were only put in or left out, the word before them stands on both sides."""
    old, new = before.split(), after.split()
    was: list[str] = []
    now: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        begins = 1 if (a == b or c == d) and a and c else 0
        was.append(" ".join(old[a - begins : b]))
        now.append(" ".join(new[c - begins : d]))
    return " … ".join(filter(None, was)), " … ".join(filter(None, now))
