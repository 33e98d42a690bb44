"""Names in a text, whatever its language: word by word in normal form, the longest first, in capitals where the name has them.

A demonym is found in its inflections ("venezolanas", "Haïtiennes", "Cubaanse"). An ambiguous alias ("Georgetown", "Valencia")
counts only beside a name that is sure and belongs with it: another name of the same row, of its country, or of what lies in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from monitor.text.normal import fold
from monitor.text.tokens import Token, tokens


class Row(Protocol):
    """A row of the names table."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """Its type."""

    @property
    def within(self) -> str:
        """The id of what it belongs to, or ""."""


Entry = TypeVar("Entry", bound=Row)

# (ending in the text, ending in the table): plural and feminine in five languages, "Cubaanse" for "Cubaans".
_ENDINGS = (("s", ""), ("es", ""), ("e", ""), ("a", "o"), ("as", "o"), ("ne", ""), ("nes", ""), ("en", ""))
_LEAST = 5
_DEEPEST = 8
_REMEMBERED = 20_000
#: countries with islands far away
_OVERSEAS = frozenset({"france", "united-kingdom", "united-states", "netherlands", "kingdom-netherlands"})
_LANDS = frozenset({"country", "island"})


class _Alias(NamedTuple, Generic[Entry]):
    entry: Entry
    rest: tuple[str, ...]
    ambiguous: bool
    #: "US" must be written in capitals: "us" is no country
    acronym: bool
    #: "Valencia" must begin with a capital; "venezolano" need not
    capital: bool


class Gazetteer(Generic[Entry]):
    """Every alias of every row. Rows come as (row, aliases); an alias with `?` before it is ambiguous in every language."""

    def __init__(self, rows: Iterable[tuple[Entry, Sequence[str]]]) -> None:
        #: aliases of one word, and longer ones by their first two, the longest first
        self._aliases: dict[str, list[_Alias[Entry]]] = {}
        self._longer: dict[tuple[str, str], list[_Alias[Entry]]] = {}
        self._inflections: dict[str, list[_Alias[Entry]]] = {}
        self._within: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._companies: dict[str, tuple[str, ...]] = {}
        self._chains: dict[str, frozenset[str]] = {}
        for row, words in rows:
            self._within[row.id] = row.within
            self._kinds[row.id] = row.kind
            for word in words:
                self._add(row, word)
        for found in self._longer.values():
            found.sort(key=lambda alias: -len(alias.rest))

    def _add(self, row: Entry, written: str) -> None:
        ambiguous = written.startswith("?")
        word = written[1:] if ambiguous else written
        folded = [fold(word)] if word.isalpha() else [part.folded for part in tokens(word)]
        if not folded:
            return
        first, rest = folded[0], tuple(folded[1:])
        acronym = not rest and word.isupper() and len(word) <= 6
        alias = _Alias(row, rest, ambiguous, acronym, word[0].isupper() and not rest)
        if rest:
            self._longer.setdefault((first, rest[0]), []).append(alias)
        else:
            self._aliases.setdefault(first, []).append(alias)

    def find(self, words: Sequence[Token]) -> list[tuple[Entry, int, int]]:
        """(row, first, last) of every name in a text: its words are words[first:last]."""
        found: list[tuple[list[_Alias[Entry]], int, int]] = []
        if not self._aliases and not self._longer:
            return []
        at = 0
        while at < len(words):
            here, length = self._at(words, at)
            if here:
                found.append((here, at, at + length))
            at += length
        return self._settled(found)

    def candidates(self, words: Sequence[Token]) -> list[tuple[Entry, bool]]:
        """Every row that a name in these words may mean, and whether it is sure."""
        return [(alias.entry, not alias.ambiguous) for at in range(len(words)) for alias in self._at(words, at)[0]]

    def spans(self, words: Sequence[Token]) -> list[tuple[int, int]]:
        """Where names stand, sure or not: words[first:last]."""
        return [(at, at + length) for at in range(len(words)) for found, length in (self._at(words, at),) if found]

    def _at(self, words: Sequence[Token], at: int) -> tuple[list[_Alias[Entry]], int]:
        word = words[at]
        if at + 1 < len(words):
            longest = self._longest(words, at)
            if longest:
                return longest, len(longest[0].rest) + 1
        aliases = self._aliases.get(word.folded)
        if aliases is None:
            return self._inflected(word), 1
        return [alias for alias in aliases if _cased(alias, word)], 1

    def _longest(self, words: Sequence[Token], at: int) -> list[_Alias[Entry]]:
        longest: list[_Alias[Entry]] = []
        for alias in self._longer.get((words[at].folded, words[at + 1].folded), ()):
            if longest and len(alias.rest) < len(longest[0].rest):
                break
            if _fits(alias, words, at):
                longest.append(alias)
        return longest

    def _inflected(self, word: Token) -> list[_Alias[Entry]]:
        known = self._inflections.get(word.folded)
        if known is None:
            if len(self._inflections) >= _REMEMBERED:
                self._inflections.clear()
            known = self._inflections[word.folded] = self._stripped(word.folded)
        return [alias for alias in known if _cased(alias, word)] if known else []

    def _stripped(self, folded: str) -> list[_Alias[Entry]]:
        """The single-word aliases that a word may be an inflection of."""
        if len(folded) <= _LEAST:
            return []
        for ending, instead in _ENDINGS:
            if folded.endswith(ending):
                aliases = self._aliases.get(folded[: -len(ending)] + instead, ())
                fitting = [alias for alias in aliases if not alias.acronym]
                if fitting:
                    return fitting
        return []

    def _settled(self, found: Sequence[tuple[list[_Alias[Entry]], int, int]]) -> list[tuple[Entry, int, int]]:
        company: dict[str, int] = {}
        for aliases, _, _ in found:
            for alias in aliases:
                if not alias.ambiguous:
                    for place in self._company(alias.entry.id):
                        company[place] = company.get(place, 0) + 1
        settled = []
        for aliases, first, last in found:
            entry = self._meant(aliases, company)
            if entry is not None:
                settled.append((entry, first, last))
        return settled

    def _meant(self, aliases: Sequence[_Alias[Entry]], company: Mapping[str, int]) -> Entry | None:
        """The sure row; else the ambiguous one in the best company; None where none has any."""
        for alias in aliases:
            if not alias.ambiguous:
                return alias.entry
        scores = [self._spoken_for(alias.entry.id, company) for alias in aliases]
        best = max(scores)
        return aliases[scores.index(best)].entry if best else None

    def _spoken_for(self, id_: str, company: Mapping[str, int]) -> float:
        """How much of a text's sure names belongs with a row; what is nearer counts more."""
        return sum(company.get(place, 0) / distance for distance, place in enumerate(self._company(id_), 1))

    def _company(self, id_: str) -> tuple[str, ...]:
        """What speaks for an ambiguous name: itself and what it lies in up to its country, not beyond.

        "Carolina" in Puerto Rico is not meant because Texas is named, nor Saint Martin because France is.
        """
        known = self._companies.get(id_)
        if known is None:
            found, at = [id_], self._within.get(id_, "")
            settled = self._kinds.get(id_) in _LANDS
            while at and len(found) < _DEEPEST and not (settled and at in _OVERSEAS):
                found.append(at)
                if self._kinds.get(at) in _LANDS and not settled:
                    break
                at = self._within.get(at, "")
            known = self._companies[id_] = tuple(found)
        return known

    def chain(self, id_: str) -> frozenset[str]:
        """A row and all it lies in: a city, its state, its country."""
        known = self._chains.get(id_)
        if known is None:
            chain, at = [id_], self._within.get(id_, "")
            while at and len(chain) < _DEEPEST:
                chain.append(at)
                at = self._within.get(at, "")
            known = self._chains[id_] = frozenset(chain)
        return known


def _fits(alias: _Alias[Entry], words: Sequence[Token], at: int) -> bool:
    """Whether the rest of a longer alias stands behind its first word."""
    last = at + 1 + len(alias.rest)
    return last <= len(words) and all(words[at + 1 + number].folded == word for number, word in enumerate(alias.rest))


def _cased(alias: _Alias[Entry], word: Token) -> bool:
    if alias.acronym:
        return word.text.isupper()
    return not alias.capital or word.is_capital
