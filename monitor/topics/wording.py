"""One field of an item as words, with what the tables know of each: asked for a few words beside a match, never for all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from monitor.text.lexicon import Entry, Lexicon
from monitor.text.normal import fold
from monitor.text.stems import stem
from monitor.text.tokens import Token, tokens
from monitor.topics.page import Part

#: how far a phrase of the tables may reach over a word
_REACH = 4
_TITLE_CASE = 0.75
_LONGEST_TITLE = 8
_QUOTED = re.compile(r"[\"“«‘']([^\"“”«»‘’\n]{3,80})[\"”»’']")


@dataclass(frozen=True)
class Wording:
    """The words of one field. `end` is where what it says ends, and an aggregator's imprint begins."""

    part: Part
    lexicon: Lexicon
    language: str
    end: int
    _known: dict[int, str | None] = field(default_factory=dict)

    @cached_property
    def words(self) -> list[Token]:
        """Its words."""
        return tokens(self.part.text)

    @cached_property
    def number_at(self) -> dict[int, int]:
        """The number of the word that starts at an offset."""
        return {word.start: number for number, word in enumerate(self.words)}

    def known(self, number: int) -> str | None:
        """What a table knows of a word: "" for a name, sure or not, a field for a concept, None for a stranger."""
        if number not in self._known:
            self._known[number] = self._look(number)
        return self._known[number]

    def _look(self, number: int) -> str | None:
        first = max(0, number - _REACH)
        words = self.words[first : number + _REACH + 1]
        for left, right in self.lexicon.gazetteer.spans(words):
            if left <= number - first < right:
                return ""
        vocabulary = self.lexicon.vocabulary(self.language)
        if vocabulary is None:
            return None
        stems = [stem(word.text, self.language) for word in words]
        for at in range(number - first + 1):
            forms, length = vocabulary.at(words, stems, at)
            if forms and at + length > number - first and (length > 1 or self._says(number, forms[0].entry)):
                return forms[0].entry.kind
        return None

    def field_of(self, word: str) -> str:
        """The field of the concept that a single word is; "" for none."""
        vocabulary = self.lexicon.vocabulary(self.language)
        forms = vocabulary.single(Token(word, fold(word), 0, 0), stem(word, self.language)) if vocabulary else ()
        return forms[0].entry.kind if forms else ""

    def _says(self, number: int, concept: Entry) -> bool:
        """Whether a word is one of a concept's own, give or take an ending: "Gooding" has the stem of "goods", no more."""
        word = self.words[number]
        own = self.lexicon.concept_words(self.language, concept)
        return not word.is_capital or any(one.startswith(word.folded[:-2]) for one in own)

    @cached_property
    def shouting(self) -> bool:
        """Whether capitals say nothing: nearly every word has one, or the words of the language are not known."""
        if self.lexicon.vocabulary(self.language) is None:
            return True
        long = [word for word in self.words if len(word.text) > 3 and not word.is_number and word.start < self.end]
        return len(long) >= 3 and sum(word.is_capital for word in long) >= _TITLE_CASE * len(long)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Where the titles of works are quoted: a few words, most with capitals."""
        return [(match.start(1), match.end(1)) for match in _QUOTED.finditer(self.part.text) if _is_title(match[1])]

    def joined(self, left: int, right: int) -> bool:
        """Whether only a blank stands between two words ("US-Venezuela" is no name)."""
        between = self.part.text[self.words[left].end : self.words[right].start]
        return between in (" ", "\u00a0")

    def starts_sentence(self, number: int) -> bool:
        """Whether a word begins a sentence."""
        start = self.words[number].start
        before = self.part.text[max(0, start - 20) : start].rstrip(" \"“«'(")
        return not before or before[-1] in '.!?…:\n"”»'


def _is_title(text: str) -> bool:
    words = tokens(text)
    capitals = sum(word.is_capital for word in words)
    return 2 <= len(words) <= _LONGEST_TITLE and words[0].is_capital and capitals * 2 >= len(words)
