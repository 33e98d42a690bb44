"""The concept words of one language: a word as written beats a prefix, a prefix beats a stem, and a stem goes to the nearest word.

Snowball sometimes gives two words one stem (Spanish "marina" and "marino"); of the rows that share it, the one whose own word
begins most like the word in the text is meant. Dutch compounds are split into what the table knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from monitor.text.common import is_common
from monitor.text.normal import fold
from monitor.text.stems import stem, stem_all
from monitor.text.tokens import Token, tokens

Row = TypeVar("Row")

#: a prefix entry has at least this many letters, so one is looked for no further than that
_LEAST_PREFIX = 4
_LONGEST_PREFIX = 16
#: a shorter word has too little stem to be told from another ("des", "DEA")
_LEAST_STEMMED = 4
#: the parts of a Dutch compound, and what may join them
_LEAST_HEAD, _LEAST_TAIL = 3, 3
_SURE_TAIL = 6
_JOINTS = ("", "s", "en", "e")
_REMEMBERED = 20_000


class Form(NamedTuple, Generic[Row]):
    """One alternative of a row: its folded words, the stems of those after the first, and whether it needs company."""

    entry: Row
    words: tuple[str, ...]
    rest: tuple[str, ...]
    ambiguous: bool


class Vocabulary(Generic[Row]):
    """The words of one language, made from (row, alternatives) pairs."""

    def __init__(self, language: str, rows: Iterable[tuple[Row, Sequence[str]]]) -> None:
        self.language = language
        self.exact: dict[str, list[Form[Row]]] = {}
        #: words that count only as they are written: "DEA", "May"
        self._cased: dict[str, list[Form[Row]]] = {}
        self.stems: dict[str, list[Form[Row]]] = {}
        self.prefixes: dict[str, Form[Row]] = {}
        self._phrases: dict[str, list[Form[Row]]] = {}
        self._remembered: dict[str, tuple[Form[Row], ...]] = {}
        self._fill([(row, word) for row, words in rows for word in words])
        for forms in self._phrases.values():
            forms.sort(key=lambda form: -len(form.rest))

    def _fill(self, pairs: Sequence[tuple[Row, str]]) -> None:
        plain = [(row, word.lstrip("?"), word.startswith("?")) for row, word in pairs if word.lstrip("?").isalpha()]
        for (row, word, ambiguous), key in zip(
            plain, stem_all([word for _, word, _ in plain], self.language), strict=True
        ):
            self._add_word(Form(row, (fold(word),), (), ambiguous), word, key)
        for row, word in pairs:
            if not word.lstrip("?").isalpha():
                self._add_other(row, word.lstrip("?"), ambiguous=word.startswith("?"))

    def _add_word(self, form: Form[Row], word: str, key: str) -> None:
        if _is_acronym(word) or (word[0].isupper() and is_common(form.words[0], self.language)):
            self._cased.setdefault(word, []).append(form)
            return
        self.exact.setdefault(form.words[0], []).append(form)
        if len(word) >= _LEAST_STEMMED:
            self.stems.setdefault(key, []).append(form)

    def _add_other(self, row: Row, word: str, *, ambiguous: bool) -> None:
        """A prefix, a phrase, or a word with an apostrophe or a hyphen in it."""
        parts = tokens(word)
        if not parts:
            return
        folded = tuple(part.folded for part in parts)
        if word.endswith("*") and len(parts) == 1:
            self.prefixes[folded[0]] = Form(row, folded, (), ambiguous)
            return
        first, *rest = (stem(part.text, self.language) for part in parts)
        form = Form(row, folded, tuple(rest), ambiguous)
        if rest:
            self._phrases.setdefault(first, []).append(form)
        else:
            self._add_word(form, word, first)

    @cached_property
    def forms(self) -> dict[str, tuple[Form[Row], ...]]:
        """Every form by the stem of its first word, longest first."""
        keys = dict.fromkeys((*self.stems, *self._phrases))
        return {key: (*self._phrases.get(key, ()), *self.stems.get(key, ())) for key in keys}

    @cached_property
    def _words(self) -> dict[Row, tuple[str, ...]]:
        found: dict[Row, list[str]] = {}
        for forms in (*self.exact.values(), *self._cased.values()):
            for form in forms:
                found.setdefault(form.entry, []).append(form.words[0])
        for prefix, form in self.prefixes.items():
            found.setdefault(form.entry, []).append(prefix)
        return {row: tuple(words) for row, words in found.items()}

    def words_of(self, row: Row) -> tuple[str, ...]:
        """The single words of a row, folded."""
        return self._words.get(row, ())

    def at(self, words: Sequence[Token], stems: Sequence[str], place: int) -> tuple[tuple[Form[Row], ...], int]:
        """What stands at a place of a text, given with its stems: the forms, and how many words they take.

        Several forms mean a word that belongs to several rows, or a compound of them; () is no concept.
        """
        for form in self._phrases.get(stems[place], ()):
            last = place + 1 + len(form.rest)
            if tuple(stems[place + 1 : last]) == form.rest:
                return (form,), len(form.words)
        return self.single(words[place], stems[place]), 1

    def single(self, word: Token, stemmed: str) -> tuple[Form[Row], ...]:
        """What one word means; remembered, since news repeats its words."""
        cased = self._cased.get(word.text)
        if cased:
            return tuple(cased)
        known = self._remembered.get(word.folded)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[word.folded] = self._single(word.folded, stemmed)
        return known

    def _single(self, folded: str, stemmed: str) -> tuple[Form[Row], ...]:
        if is_common(folded, self.language):
            return ()  # "over" is no inflection of cricket's "overs", and "una" mostly no number
        exact = self.exact.get(folded)
        if exact:
            return tuple(exact)
        prefix = self._prefix(folded)
        if prefix is not None:
            return (prefix,)
        if len(folded) < _LEAST_STEMMED:
            return ()
        near = self.stems.get(stemmed)
        if near:
            return _nearest(folded, near)
        return self._compound(folded) if self.language == "nl" else ()

    def _prefix(self, folded: str) -> Form[Row] | None:
        for length in range(min(len(folded), _LONGEST_PREFIX), _LEAST_PREFIX - 1, -1):
            form = self.prefixes.get(folded[:length])
            if form is not None:
                return form
        return None

    def _compound(self, folded: str) -> tuple[Form[Row], ...]:
        """The parts of "olietanker": both where both are known, the last alone where it is long enough to be sure."""
        for at in range(_LEAST_HEAD, len(folded) - _LEAST_TAIL + 1):  # the longest last part first
            tail = self._part(folded[at:])
            if tail is None:
                continue
            for joint in _JOINTS:
                head = self._part(folded[:at].removesuffix(joint)) if folded[:at].endswith(joint) else None
                if head is not None:
                    return (head, tail)
            if len(folded) - at >= _SURE_TAIL:
                return (tail,)
        return ()

    def _part(self, word: str) -> Form[Row] | None:
        if len(word) < _LEAST_HEAD:
            return None
        found = self.exact.get(word) or self.stems.get(stem(word, self.language)) or []
        return next((form for form in found if not form.ambiguous), None)


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) > 1


def _nearest(folded: str, forms: Sequence[Form[Row]]) -> tuple[Form[Row], ...]:
    shared = [_common(folded, form.words[0]) for form in forms]
    best = max(shared)
    return tuple(form for form, letters in zip(forms, shared, strict=True) if letters == best)


def _common(left: str, right: str) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
