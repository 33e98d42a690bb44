"""Names and concept words as data: what lets one event told in Spanish, Dutch and French be recognised without any model.

`names.tsv`    id type in en es fr pt nl note        aliases separated by `|`; `=` as in English; `-` none; `?` ambiguous
`concepts.tsv` id field value en es fr pt nl         words in dictionary form, matched by stem; `word*` a prefix; `?` ambiguous

Aliases of names are compared in normal form, word by word; concepts by stem in the text's language. The longest match wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from monitor.errors import LexiconError, Problem
from monitor.text.common import is_common
from monitor.text.stems import LANGUAGES, stem
from monitor.text.tokens import Token, tokens

PLACES = frozenset({"country", "region", "city", "port", "border", "sea", "river", "island", "airport", "base", "building", "site"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: a name (`kind` is its type, `within` what it belongs to) or a concept (`kind` is its field, `value` its number)."""

    id: str
    kind: str
    within: str = ""
    value: str = ""

    @property
    def is_place(self) -> bool:
        """Whether this names a place."""
        return self.kind in PLACES


@dataclass(frozen=True, slots=True)
class Hit:
    """A row found in a text: tokens[first:last]."""

    entry: Entry
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Form:
    """One alias: its words after the first, and whether it may stand alone."""

    entry: Entry
    rest: tuple[str, ...]
    ambiguous: bool = False
    #: an acronym must be written in capitals: "US" is a country, "us" is not
    capitals: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Both tables, ready to be read against texts. Make one with `load`."""

    names: Mapping[str, Entry] = field(default_factory=dict)
    concepts: Mapping[str, Entry] = field(default_factory=dict)
    name_forms: Mapping[str, tuple[_Form, ...]] = field(default_factory=dict)
    concept_forms: Mapping[str, Mapping[str, tuple[_Form, ...]]] = field(default_factory=dict)
    prefixes: Mapping[str, tuple[tuple[str, _Form], ...]] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find_names(self, words: Sequence[Token]) -> list[Hit]:
        """The names in a text, longest first at each place; ambiguous ones only beside another name they belong with."""
        found = _scan(words, [word.folded for word in words], self.name_forms, {})
        return _settle(found)

    def find_concepts(self, words: Sequence[Token], language: str) -> list[Hit]:
        """The concepts in a text of this language; where the language is unknown, none.

        A function word alone is never one: Spanish "para" has the stem of "paro" (strike), French "des" that of "DEA".
        """
        forms = self.concept_forms.get(language)
        if forms is None:
            return []
        found = _scan(words, [stem(word.text, language) for word in words], forms, dict(self.prefixes.get(language, ())))
        return [hit for hit in _settle(found) if hit.last - hit.first > 1 or not is_common(words[hit.first].folded, language)]


def _scan(words: Sequence[Token], keys: Sequence[str], forms: Mapping[str, tuple[_Form, ...]], prefixes: Mapping[str, _Form]) -> list[tuple[Hit, _Form]]:
    found: list[tuple[Hit, _Form]] = []
    at = 0
    while at < len(keys):
        hit = _longest(words, keys, at, forms) or _prefixed(words, at, prefixes)
        if hit is not None:
            found.append(hit)
        at = hit[0].last if hit else at + 1
    return found


def _longest(words: Sequence[Token], keys: Sequence[str], at: int, forms: Mapping[str, tuple[_Form, ...]]) -> tuple[Hit, _Form] | None:
    for form in forms.get(keys[at], ()):  # longest first
        last = at + 1 + len(form.rest)
        if tuple(keys[at + 1 : last]) == form.rest and not (form.capitals and not words[at].text.isupper()):
            return Hit(form.entry, at, last), form
    return None


def _prefixed(words: Sequence[Token], at: int, prefixes: Mapping[str, _Form]) -> tuple[Hit, _Form] | None:
    folded = words[at].folded
    for length in range(min(len(folded), 14), 4, -1):
        form = prefixes.get(folded[:length])
        if form is not None:
            return Hit(form.entry, at, at + 1), form
    return None


def _settle(found: list[tuple[Hit, _Form]]) -> list[Hit]:
    """Drops ambiguous hits that nothing else in the text agrees with: the same row, its country, or its field."""
    sure = [hit.entry for hit, form in found if not form.ambiguous]
    agree = {entry.id for entry in sure} | {entry.within for entry in sure if entry.within} | {entry.kind for entry in sure if not entry.within and not entry.is_place}
    return [hit for hit, form in found if not form.ambiguous or agree & {hit.entry.id, hit.entry.within or hit.entry.kind}]


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(names: Iterable[Path] = (), concepts: Iterable[Path] = ()) -> Lexicon:
    """Reads both tables. Raises `LexiconError` with every bad row's file and line."""
    return _load(tuple(names), tuple(concepts))


@lru_cache(maxsize=8)
def _load(names: tuple[Path, ...], concepts: tuple[Path, ...]) -> Lexicon:
    problems: list[Problem] = []
    name_rows = [row for path in names for row in _rows(path, "id type in en es fr pt nl note".split(), problems)]
    concept_rows = [row for path in concepts for row in _rows(path, "id field value en es fr pt nl".split(), problems)]
    if problems:
        raise LexiconError(problems)
    return _build(name_rows, concept_rows)


def _rows(path: Path, columns: list[str], problems: list[Problem]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), "", f"cannot be read: {error}"))
        return found
    for number, line in enumerate(lines, 1):
        cells = line.split("\t")
        if not line.strip() or line.startswith("#") or cells[:2] == columns[:2]:
            continue
        if len(cells) != len(columns):
            problems.append(Problem(path.name, f"line {number}", f"{len(cells)} columns where {len(columns)} were expected: {' '.join(columns)}"))
            continue
        found.append(dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
    return found


def _words(row: Mapping[str, str], language: str) -> list[str]:
    cell = row["en"] if row[language] == "=" else row[language]
    return [] if cell in ("-", "") else [word.strip() for word in cell.split("|") if word.strip()]


def _build(name_rows: list[dict[str, str]], concept_rows: list[dict[str, str]]) -> Lexicon:
    names = {row["id"]: Entry(row["id"], row["type"], "" if row["in"] == "-" else row["in"]) for row in name_rows}
    concepts = {row["id"]: Entry(row["id"], row["field"], "", "" if row["value"] == "-" else row["value"]) for row in concept_rows}
    aliases = {row["id"]: tuple(dict.fromkeys(word.lstrip("?") for language in LANGUAGES for word in _words(row, language))) for row in name_rows}
    name_forms: dict[str, dict[_Form, None]] = {}
    for row in name_rows:
        for word in dict.fromkeys(word for language in LANGUAGES for word in _words(row, language)):
            _add_name(name_forms, names[row["id"]], word)
    concept_forms: dict[str, dict[str, dict[_Form, None]]] = {language: {} for language in LANGUAGES}
    prefixes: dict[str, dict[str, _Form]] = {language: {} for language in LANGUAGES}
    for row in concept_rows:
        for language in LANGUAGES:
            for word in _words(row, language):
                _add_concept(concept_forms[language], prefixes[language], concepts[row["id"]], word, language)
    return Lexicon(
        names=names,
        concepts=concepts,
        aliases=aliases,
        name_forms=_longest_first(name_forms),
        concept_forms={language: _longest_first(forms) for language, forms in concept_forms.items()},
        prefixes={language: tuple(found.items()) for language, found in prefixes.items()},
    )


def _longest_first(forms: Mapping[str, dict[_Form, None]]) -> dict[str, tuple[_Form, ...]]:
    return {key: tuple(sorted(found, key=lambda form: -len(form.rest))) for key, found in forms.items()}


def _add_name(forms: dict[str, dict[_Form, None]], entry: Entry, word: str) -> None:
    plain = word.lstrip("?")
    parts = tokens(plain)
    if parts:
        capitals = len(parts) == 1 and plain.isupper() and len(plain) <= 4
        form = _Form(entry, tuple(part.folded for part in parts[1:]), word.startswith("?"), capitals)
        forms.setdefault(parts[0].folded, {})[form] = None


def _add_concept(forms: dict[str, dict[_Form, None]], prefixes: dict[str, _Form], entry: Entry, word: str, language: str) -> None:
    plain = word.lstrip("?")
    parts = tokens(plain)
    if not parts:
        return
    if plain.endswith("*"):
        prefixes[parts[0].folded] = _Form(entry, (), word.startswith("?"))
        return
    form = _Form(entry, tuple(stem(part.text, language) for part in parts[1:]), word.startswith("?"))
    forms.setdefault(stem(parts[0].text, language), {})[form] = None
