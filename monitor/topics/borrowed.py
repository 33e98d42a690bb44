"""Names that only look like ours: "Cuba Gooding", "Orinoco Ltd", "Venezuela Street", the team, the film, the telenovela.

No list of them is kept. A word of the topic belongs to another name when it is joined to a capitalised word that neither the
gazetteer nor the concepts know ("Caracas Lions", but not "Caracas Mayor"), to a company's ending or a street's kind, when a
work's kind stands before it ("la telenovela Orinoco"), or when it stands inside a quoted title. Headlines that capitalise
every word show nothing of this, and are believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.text.common import is_common
from monitor.text.lexicon import Hit
from monitor.text.tokens import Token, tokens
from monitor.topics.page import Part
from monitor.topics.reading import Reading
from monitor.topics.subjects import OUTLET, Mark

_COMPANY = frozenset(
    "ltd limited inc incorporated corp corporation llc plc gmbh ag bv nv sa sas srl ltda lda group holdings".split()
)
_STREETS = frozenset("street road avenue boulevard lane drive straat laan plein weg".split())
_AFTER = frozenset(
    "square park plain heights hills county township university college school hotel hospital restaurant cafe bar grill "
    "club fc cf united city rovers athletic warriors knights royals kings patriots ziekenhuis".split()
)
_BEFORE = frozenset(
    "calle avenida plaza parque carrera barrio urbanizacion edificio teatro cine hotel bar restaurante colegio estadio "
    "rua avenida praca bairro edificio estadio rue avenue boulevard place quartier stade straat laan plein "
    "deportivo atletico club real sporting academia fc cf ss saint santa san santo".split()
)
_JOINERS = frozenset("de del da do dos das du des la las los el le les of the van der den".split())
#: fields whose words, just before a name, make it the name of a work or a team
_WORKS = frozenset({"sport", "food", "leisure"})
_NUMBERED = re.compile(r"[\"“«‘']([^\"“”«»‘’\n]{3,80})[\"”»’']")
_TITLE_CASE = 0.75
_LONGEST_TITLE = 8


@dataclass(frozen=True)
class Wording:
    """One field of the item as words, with what the tables know of them."""

    part: Part
    reading: Reading

    @cached_property
    def words(self) -> list[Token]:
        """Its words."""
        return tokens(self.part.text)

    @cached_property
    def number_at(self) -> dict[int, int]:
        """The number of the word that starts at an offset."""
        return {word.start: number for number, word in enumerate(self.words)}

    @cached_property
    def known(self) -> dict[int, str]:
        """Words that a table knows: their number → "" for a name, the field for a concept."""
        lexicon, found = self.reading.lexicon, {}
        for hit in lexicon.find_concepts(self.words, self.reading.language):
            if hit.last - hit.first > 1 or self._says(hit):
                found.update(dict.fromkeys(range(hit.first, hit.last), hit.entry.kind))
        # An ambiguous name is known too: "Trinidad" beside "Venezuela" makes no stranger of it.
        for first, last in lexicon.gazetteer.spans(self.words):
            found.update(dict.fromkeys(range(first, last), ""))
        return found

    def _says(self, hit: Hit) -> bool:
        """Whether a word is one of a concept's own, give or take an ending: "Gooding" has the stem of "goods", no more."""
        folded = self.words[hit.first].folded
        rows = self.reading.lexicon.concept_words(self.reading.language, hit.entry)
        return not self.words[hit.first].is_capital or any(word.startswith(folded[:-2]) for word in rows)

    @cached_property
    def shouting(self) -> bool:
        """Whether capitals say nothing: nearly every word has one, or the words of the language are not known."""
        if self.reading.lexicon.vocabulary(self.reading.language) is None:
            return True
        end = self.reading.imprint - self.part.start if self.part.field == "title" else len(self.part.text)
        long = [word for word in self.words if len(word.text) > 3 and not word.is_number and word.start < end]
        return len(long) >= 3 and sum(word.is_capital for word in long) >= _TITLE_CASE * len(long)

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """Where the titles of works are quoted: a few words, most with capitals."""
        return [(match.start(1), match.end(1)) for match in _NUMBERED.finditer(self.part.text) if _is_title(match[1])]

    def joined(self, left: int, right: int) -> bool:
        """Whether only a blank stands between two words ("US-Venezuela" is no name)."""
        between = self.part.text[self.words[left].end : self.words[right].start]
        return between in (" ", "\u00a0")

    def starts_sentence(self, number: int) -> bool:
        """Whether a word begins a sentence."""
        before = self.part.text[: self.words[number].start].rstrip(" \"“«'(")
        return not before or before[-1] in '.!?…:\n"”»'


def _is_title(text: str) -> bool:
    words = tokens(text)
    capitals = sum(word.is_capital for word in words)
    return 2 <= len(words) <= _LONGEST_TITLE and words[0].is_capital and capitals * 2 >= len(words)


def other_name(mark: Mark, wording: Wording) -> str:
    """The other name that a mark is part of, as written; "" where it is itself."""
    field, start, end = wording.reading.page.span(mark.start, mark.end)
    if field != wording.part.field:
        return ""
    first = wording.number_at.get(start)
    if first is None or wording.known.get(first):
        return ""  # "Hurricane Isaura": a common word is not a name that was lent
    last = first
    while last + 1 < len(wording.words) and wording.words[last + 1].end <= end:
        last += 1
    text = wording.part.text
    for left, right in wording.quoted:
        if left <= start and end <= right and (left < start or end < right):
            return text[left:right]
    begin, finish = _before(wording, first), _after(wording, last)
    if (begin, finish) == (first, last):
        return ""
    return text[wording.words[begin].start : wording.words[finish].end]


def _after(wording: Wording, last: int) -> int:
    """The last word of a longer name that goes on behind ours."""
    words, at = wording.words, last + 1
    if at >= len(words) or not wording.joined(last, at) or not words[at].is_capital:
        return last
    folded = words[at].folded
    if is_common(folded, wording.reading.language):
        return last
    if folded in _COMPANY or folded in _STREETS:
        return at
    # Of a demonym nothing is made but companies and streets: "Venezuelan PhD".
    if wording.shouting or not words[last].is_capital or words[last].folded in wording.reading.lexicon.demonyms:
        return last
    if folded in _AFTER:
        return at
    end = at
    while end + 1 < len(words) and wording.joined(end, end + 1) and words[end + 1].is_capital:
        end += 1
    kinds = [wording.known.get(number) for number in range(at, end + 1)]
    # "Caracas Mayor", "Haiti Prime Minister": a common word. "Venezuela Nicolás Maduro": names that are known.
    return last if any(kinds) or None not in kinds else end


def _before(wording: Wording, first: int) -> int:
    """The first word of a longer name that ours ends."""
    words, at = wording.words, first - 1
    while at >= 0 and words[at].folded in _JOINERS and wording.joined(at, at + 1):
        at -= 1
    if at < 0 or not wording.joined(at, at + 1):
        return first
    through = at < first - 1
    if wording.known.get(at) in _WORKS and not through:
        return at
    own = words[first]
    if own.folded in wording.reading.lexicon.demonyms:
        return first
    return at if own.is_capital and _is_stranger(wording, at, through=through) else first


def _is_stranger(wording: Wording, at: int, *, through: bool) -> bool:
    """Whether a word before ours is a name of its own: unknown, with a capital that no sentence's beginning explains."""
    word = wording.words[at]
    if not word.is_capital or word.is_number or wording.shouting or is_common(word.folded, wording.reading.language):
        return False
    if word.folded in _BEFORE and not through:
        return True
    return at not in wording.known and (through or not wording.starts_sentence(at))


def borrowed(marks: Sequence[Mark], reading: Reading) -> dict[Mark, str]:
    """The marks that are part of another name, with that name.

    A word that a text first brings as part of another name is that name afterwards too ("Orinoco Ltd … Orinoco now expects").
    """
    marks = [mark for mark in marks if mark.start != OUTLET]
    wordings = {part.field: Wording(part, reading) for part in reading.page.parts}
    found: dict[Mark, str] = {}
    for mark in marks:
        if _in_imprint(mark, reading):
            found[mark] = reading.page.parts[0].text[reading.imprint - reading.page.parts[0].start :].strip(" -–—|")
            continue
        name = other_name(mark, wordings[reading.page.part(mark.start).field])
        if name:
            found[mark] = name
    spelled: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda one: one.start):
        if not _in_imprint(mark, reading):
            spelled.setdefault(reading.page.text[mark.start : mark.end], []).append(mark)
    for same in spelled.values():
        body = [mark for mark in same if mark.start >= reading.page.title_end]
        named = [mark for mark in same if mark in found]
        if named and (body or same)[0] in found and 3 * len(named) >= len(same):
            found.update(dict.fromkeys(same, found[named[0]]))
    return found


def _in_imprint(mark: Mark, reading: Reading) -> bool:
    return reading.imprint <= mark.start < reading.page.title_end
