"""From a query as it was written to one that can be evaluated; words that several topics share are looked for once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.text.lexicon import Lexicon
from monitor.topics import evaluate
from monitor.topics.automaton import Words, words_of
from monitor.topics.evaluate import Node, Term
from monitor.topics.nodes import (
    About,
    And,
    Everything,
    FeedIs,
    Field,
    Figure,
    LanguageIs,
    Name,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Within,
)

#: a longer name may be inflected
_INFLECTED = 4


@dataclass
class Compiler:
    """Turns queries into nodes. `numbers` holds every term that was met, with its number."""

    lexicon: Lexicon
    numbers: dict[Words, int] = field(default_factory=dict)

    def node(self, query: Query) -> Node:
        """The compiled query."""
        return self._ways[type(query)](self, query)

    def _distinct(self, parts: Sequence[Query]) -> list[Node]:
        return [self.node(part) for part in dict.fromkeys(parts)]

    def _number(self, text: str) -> int:
        return self.numbers.setdefault(words_of(text), len(self.numbers))

    def _term(self, text: str, where: Field = "") -> Term:
        return Term(self._number(text), text, where)

    def _near(self, query: Near) -> Node:
        parts = [[self._term(phrase.text, query.field) for phrase in part] for part in query.parts]
        return evaluate.Near(query.distance, parts)

    def _name(self, query: Name) -> Node:
        return self._named(query.text, set(self.lexicon.ids_of(query.text)), outlets=False)

    def _within(self, query: Within) -> Node:
        wanted = set(self.lexicon.ids_of(query.text))
        gazetteer = self.lexicon.gazetteer
        ids = {id_ for id_ in self.lexicon.names if not wanted.isdisjoint(gazetteer.chain(id_))}
        return self._named(query.text, ids, outlets=True)

    def _named(self, text: str, ids: set[str], *, outlets: bool) -> Node:
        if not ids:
            # A name that the gazetteer does not know is looked for as it is written.
            return self._term(text)
        words = {_trigger(words_of(alias)) for id_ in ids for alias in self.lexicon.aliases[id_]} - {()}
        terms = {self.numbers.setdefault(word, len(self.numbers)) for word in words}
        return evaluate.Named(frozenset(ids), frozenset(terms), outlets=outlets)

    #: the way from each kind of node to its compiled form
    _ways: dict[type, Callable[[Compiler, Any], Node]] = field(
        init=False,
        repr=False,
        default_factory=lambda: {
            Everything: lambda _, __: evaluate.Always(),
            Phrase: lambda self, query: self._term(query.text, query.field),
            Near: Compiler._near,
            Pattern: lambda _, query: evaluate.Regex(query.source, query.field),
            Name: Compiler._name,
            Within: Compiler._within,
            About: lambda _, query: evaluate.IsAbout(query.field),
            FeedIs: lambda _, query: evaluate.FromFeed(query.text),
            LanguageIs: lambda _, query: evaluate.InLanguage(query.code),
            Figure: lambda _, query: evaluate.HasFigure(query),
            Not: lambda self, query: evaluate.Negation(self.node(query.part)),
            And: lambda self, query: evaluate.All(self._distinct(query.parts)),
            Or: lambda self, query: evaluate.Any(self._distinct(query.parts)),
        },
    )


def _trigger(words: Words) -> Words:
    """What calls for a look into the gazetteer: an alias, and for one word its inflections ("venezolanas")."""
    if len(words) == 1 and len(words[0][0]) > _INFLECTED:
        return ((words[0][0][:-1], True),)
    return words
