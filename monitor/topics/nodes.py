"""What a query is made of: small frozen values. `And`, `Or` and `Not` hold the others; everything else is a leaf.

Texts are kept as the user wrote them, so that a query printed is one a person recognises; matching folds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Field = Literal["", "title", "body"]
Comparison = Literal["", ">", ">=", "=", "<=", "<"]


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`: every item."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """`maduro`, `guyan*`, `"fuerza armada"`: words in a row. A word ending in `*` is a prefix."""

    text: str
    field: Field = ""
    #: written in quotation marks
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """`NEAR/5(a b)`: a phrase of each part, with at most `distance` words between the first and the last."""

    distance: int
    parts: tuple[tuple[Phrase, ...], ...]
    field: Field = ""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`/regex/`, in RE2's linear-time syntax, blind to case."""

    source: str
    field: Field = ""


@dataclass(frozen=True, slots=True)
class Name:
    """`name:"Nicolás Maduro"`: any alias of that row of the gazetteer."""

    text: str


@dataclass(frozen=True, slots=True)
class Within:
    """`in:Grenada`: any name of the gazetteer that is Grenada or belongs to it, from an islet to a minister."""

    text: str


@dataclass(frozen=True, slots=True)
class About:
    """`about:sport`: the words of one field of the concepts table carry much of the text."""

    field: str


@dataclass(frozen=True, slots=True)
class FeedIs:
    """`feed:reuters`: the feed's id, or words of its publisher's or family's name."""

    text: str


@dataclass(frozen=True, slots=True)
class LanguageIs:
    """`lang:es`: the item's language."""

    code: str


@dataclass(frozen=True, slots=True)
class Figure:
    """`figure:dead>10`: a number bound to a noun. Without a comparison, any number of it."""

    noun: str
    comparison: Comparison = ""
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Not:
    """`NOT a`."""

    part: Query


@dataclass(frozen=True, slots=True)
class And:
    """`a AND b`, or `a b`."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`a OR b`."""

    parts: tuple[Query, ...]


Leaf = Everything | Phrase | Near | Pattern | Name | Within | About | FeedIs | LanguageIs | Figure
Query = Leaf | Not | And | Or


def children(query: Query) -> tuple[Query, ...]:
    """The queries a query is made of; () for a leaf."""
    if isinstance(query, Not):
        return (query.part,)
    return query.parts if isinstance(query, And | Or) else ()


def leaves(query: Query) -> Iterator[Leaf]:
    """Every leaf, from left to right."""
    waiting = [query]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Not | And | Or):
            waiting.extend(reversed(children(node)))
        else:
            yield node


def depth(query: Query) -> int:
    """How deeply a query is nested; found without recursion, since a hostile one may be nested without end."""
    deepest, waiting = 0, [(query, 1)]
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((part, level + 1) for part in children(node))
    return deepest
