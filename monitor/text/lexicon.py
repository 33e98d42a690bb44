"""Names and concept words as data: what lets one event told in Spanish, Dutch and French be recognised without any model.

`names.tsv`    id type in en es fr pt nl note        aliases separated by `|`; `=` as in English; `-` none; `?` ambiguous
`concepts.tsv` id field value en es fr pt nl         words in dictionary form, matched by stem; `word*` a prefix; `?` ambiguous

Aliases of names are compared in normal form, word by word (gazetteer.py); concepts by stem in the text's language
(vocabulary.py). The longest match wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from monitor.errors import LexiconError, Problem
from monitor.text.gazetteer import Gazetteer
from monitor.text.normal import fold
from monitor.text.stems import LANGUAGES, stem
from monitor.text.tables import alternatives, table
from monitor.text.tokens import Token
from monitor.text.vocabulary import Form, Vocabulary

NAME_COLUMNS = ("id", "type", "in", *LANGUAGES, "note")
CONCEPT_COLUMNS = ("id", "field", "value", *LANGUAGES)
PLACES = frozenset("country region city port border sea river island airport base building site".split())
NAME_TYPES = PLACES | frozenset(
    "person office party government army court company aid body media vessel weapon gang airline event".split()
)
FIELDS = frozenset(
    "conflict diplomacy law elections politics crime migration disaster health economy energy transport society sport food "
    "leisure media number month weekday unit general".split()
)
#: an ambiguous concept counts when a sure one of its field stands within this many words
NEAR = 15


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a name (`kind` is its type, `within` what it belongs to) or a concept (`kind` its field, `value` its number)."""

    id: str
    kind: str
    within: str = ""
    value: str = ""

    @property
    def is_place(self) -> bool:
        """Whether this names a place."""
        return self.kind in PLACES


class Hit(NamedTuple):
    """A row found in a text: tokens[first:last]."""

    entry: Entry
    first: int
    last: int


@dataclass(frozen=True)
class Lexicon:
    """Both tables, ready to be read against texts. Make one with `load`; a language's words are prepared when first asked for."""

    names: Mapping[str, Entry] = field(default_factory=dict)
    concepts: Mapping[str, Entry] = field(default_factory=dict)
    #: every alias of a name, without its `?`
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: folded aliases of places that are no language's first: demonyms and adjectives
    demonyms: frozenset[str] = frozenset()
    name_rows: Sequence[tuple[Entry, Sequence[str]]] = ()
    #: per language: (row, its words)
    concept_rows: Mapping[str, Sequence[tuple[Entry, Sequence[str]]]] = field(default_factory=dict)
    _vocabularies: dict[str, Vocabulary[Entry]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def gazetteer(self) -> Gazetteer[Entry]:
        """The names, ready to be found."""
        return Gazetteer(self.name_rows)

    def vocabulary(self, language: str) -> Vocabulary[Entry] | None:
        """The concept words of a language; None where the table has none."""
        known = self._vocabularies.get(language)
        if known is None and language in self.concept_rows:
            known = self._vocabularies[language] = Vocabulary(language, self.concept_rows[language])
        return known

    def concept_words(self, language: str, concept: Entry) -> tuple[str, ...]:
        """The single words of a concept in a language, folded."""
        vocabulary = self.vocabulary(language)
        return vocabulary.words_of(concept) if vocabulary else ()

    @property
    def concept_forms(self) -> Mapping[str, Mapping[str, tuple[Form[Entry], ...]]]:
        """Per language, every form of a concept by the stem of its first word, longest first."""
        return {language: found.forms for language in self.concept_rows if (found := self.vocabulary(language))}

    def ids_of(self, name: str) -> frozenset[str]:
        """The rows of names of this id or alias."""
        wanted = fold(name)
        return frozenset(
            id_
            for id_, aliases in self.aliases.items()
            if id_ == name or any(fold(alias) == wanted for alias in aliases)
        )

    def find_names(self, words: Sequence[Token]) -> list[Hit]:
        """The names in a text, longest first at each place; ambiguous ones only beside another name they belong with."""
        return [Hit(entry, first, last) for entry, first, last in self.gazetteer.find(words)]

    def find_concepts(self, words: Sequence[Token], language: str) -> list[Hit]:
        """The concepts in a text of this language, in order; where the language is unknown, none.

        The two parts of a Dutch compound are two hits at one place.
        """
        vocabulary = self.vocabulary(language)
        if vocabulary is None:
            return []
        stems = [stem(word.text, language) for word in words]
        found: list[tuple[tuple[Form[Entry], ...], int, int]] = []
        at = 0
        while at < len(words):
            forms, length = vocabulary.at(words, stems, at)
            if forms:
                found.append((forms, at, at + length))
            at += length
        return _settled(found)


def _settled(found: Sequence[tuple[tuple[Form[Entry], ...], int, int]]) -> list[Hit]:
    """Keeps what is sure, and of what is ambiguous the row whose field is spoken of nearby."""
    sure: dict[str, list[int]] = {}
    for forms, first, _ in found:
        for form in forms:
            if not form.ambiguous:
                sure.setdefault(form.entry.kind, []).append(first)
    hits: list[Hit] = []
    for forms, first, last in found:
        meant = [form for form in forms if not form.ambiguous]
        if not meant:
            near = [(_distance(sure.get(form.entry.kind, ()), first), form) for form in forms]
            meant = [form for distance, form in sorted(near, key=lambda one: one[0])[:1] if distance <= NEAR]
        hits += [Hit(form.entry, first, last) for form in meant]
    return hits


def _distance(places: Sequence[int], place: int) -> int:
    return min((abs(one - place) for one in places), default=NEAR + 1)


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(names: Iterable[Path] = (), concepts: Iterable[Path] = ()) -> Lexicon:
    """Reads both tables; a file that has not changed since is not read again.

    Raises `LexiconError` with every bad row's file and line.
    """
    return _load(tuple(_stamped(path) for path in names), tuple(_stamped(path) for path in concepts))


def _stamped(path: Path) -> tuple[Path, int, int]:
    try:
        state = path.stat()
    except OSError:
        return path, 0, 0
    return path, state.st_mtime_ns, state.st_size


@lru_cache(maxsize=8)
def _load(names: tuple[tuple[Path, int, int], ...], concepts: tuple[tuple[Path, int, int], ...]) -> Lexicon:
    problems: list[Problem] = []
    name_rows = [row for path, _, _ in names for row in table(path, NAME_COLUMNS, problems, _name_trouble)]
    concept_rows = [row for path, _, _ in concepts for row in table(path, CONCEPT_COLUMNS, problems, _concept_trouble)]
    known = {row[0] for row in name_rows}
    problems += [
        Problem(names[0][0].name, row[0], f"lies in {row[2]!r}, and there is no such row")
        for row in name_rows
        if row[2] != "-" and row[2] not in known
    ]
    if problems:
        raise LexiconError(problems)
    return _build(name_rows, concept_rows)


def _name_trouble(row: Sequence[str]) -> str:
    if row[1] not in NAME_TYPES:
        return f"{row[1]!r} is no type; there are {', '.join(sorted(NAME_TYPES))}"
    return _cell_trouble(row)


def _concept_trouble(row: Sequence[str]) -> str:
    if row[1] not in FIELDS:
        return f"{row[1]!r} is no field; there are {', '.join(sorted(FIELDS))}"
    return _cell_trouble(row)


def _cell_trouble(row: Sequence[str]) -> str:
    """A cell that says nothing, or an alternative without a letter or a digit in it."""
    for language, cell in zip(LANGUAGES, row[3:8], strict=True):
        if not cell:
            return f"{language} is empty; write - where a language has no word for it"
        for word in cell.split("|"):
            if cell not in ("-", "=") and not any(c.isalnum() for c in word):
                return f"{language}: {word!r} can never stand in a text"
    return ""


def _build(name_rows: Sequence[Sequence[str]], concept_rows: Sequence[Sequence[str]]) -> Lexicon:
    names = {row[0]: Entry(row[0], row[1], "" if row[2] == "-" else row[2]) for row in name_rows}
    concepts = {row[0]: Entry(row[0], row[1], "", "" if row[2] == "-" else row[2]) for row in concept_rows}
    aliases = {row[0]: _aliases(row) for row in name_rows}
    return Lexicon(
        names=names,
        concepts=concepts,
        aliases={id_: tuple(word.lstrip("?") for word in words) for id_, words in aliases.items()},
        demonyms=_demonyms(name_rows),
        name_rows=[(names[id_], words) for id_, words in aliases.items()],
        concept_rows={
            language: [(concepts[row[0]], alternatives(row[column])) for row in concept_rows]
            for column, language in enumerate(LANGUAGES, 3)
        },
    )


def _demonyms(rows: Sequence[Sequence[str]]) -> frozenset[str]:
    """Single words that stand second or later among the aliases of a country, an island or a region."""
    first: set[str] = set()
    later: set[str] = set()
    for row in rows:
        if row[1] in ("country", "island", "region", "city"):
            for cell in row[3:8]:
                words = [fold(word.lstrip("?")) for word in alternatives("-" if cell == "=" else cell)]
                first.update(words[:1])
                later.update(word for word in words[1:] if word.isalpha())
    return frozenset(later - first)


def _aliases(row: Sequence[str]) -> list[str]:
    """The aliases of a name in all languages; one that is ambiguous in one of them is so in all, for names have no language."""
    words = dict.fromkeys(word for cell in row[3:8] for word in alternatives("-" if cell == "=" else cell))
    return [word for word in words if word.startswith("?") or f"?{word}" not in words]
