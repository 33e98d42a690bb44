"""What an item is recognised by: words of its own language, and marks that any language shares.

`words` are stems, compared within one language. `marks` are names, concepts, places, numbers (alone and bound to the concept
they count), ordinals bound to what they number, and cognate keys. Beside them stand the things that tell two events of one
kind apart: the names, places, days, ordinals and persons of the title and the first sentences. A signature is made once, is
never changed, and is all that stories keep of an item.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.stories.casing import Casing, is_title_case
from monitor.stories.compounds import compound
from monitor.stories.origins import dateline_end
from monitor.stories.reading import Reading
from monitor.text.cognates import cognate
from monitor.text.common import is_common
from monitor.text.days import days, months
from monitor.text.figures.numerals import Numeral, numerals
from monitor.text.lexicon import Lexicon
from monitor.text.reading import Passage
from monitor.text.stems import stem
from monitor.text.tokens import Token

#: how much more a word weighs in the title and in the first sentence (design/findings B)
TITLE, LEAD = 3.0, 1.5
#: words of a body that are read; the rest of a long article is background
BODY_WORDS = 500
#: sentences in which an event is placed: where, when, who, how many
LEAD_SENTENCES = 2
_COGNATE_WEIGHT = 0.5
#: a word of a longer name, and what a place lies in, beside the name itself
_WITHIN = 0.5
_ORDINAL = re.compile(r"(\d{1,3})(?:st|nd|rd|th|o|a|er|e|eme|de|ste|ero|era|ra|ro|ta|to|va|vo)")
#: kinds of lexicon rows that place nothing, and that mean nothing alone
_WIDE = frozenset({"country", "sea"})
_NO_CONCEPT = frozenset({"number", "weekday", "month", "unit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An item as stories remember it. Weights are (1 + ln tf), without idf; `at` in seconds since the epoch."""

    item: str
    at: float
    language: str
    bare: bool
    words: dict[str, float]
    marks: dict[str, float]
    #: marks of the title
    title: tuple[str, ...]
    #: what the title and the first sentences say: names, places finer than a country, bound numbers, days (proleptic ordinals)
    names: frozenset[str]
    places: frozenset[str]
    numbers: frozenset[str]
    days: frozenset[int]
    #: concept → the ordinals that number it ("shipment": {13})
    ordinals: dict[str, frozenset[int]]
    #: surname → first names
    people: dict[str, frozenset[str]]
    #: what a sentence model makes of it, with the model's name (`embedded`); b"" without one
    sense: bytes = b""


@dataclass(slots=True)
class _Count:
    """What is counted while an item is read."""

    words: dict[str, float]
    marks: dict[str, float]
    title: set[str]
    names: set[str]
    places: set[str]
    numbers: set[str]
    days: set[int]
    ordinals: dict[str, set[int]]
    people: dict[str, set[str]]


def sign(reading: Reading, casing: Casing, lexicon: Lexicon) -> Signature:
    """The signature of an item. `casing` knows which words are names in this stream; it is read, not changed."""
    count = _Count({}, {}, set(), set(), set(), set(), set(), {}, {})
    _passage(reading.title, reading, casing, lexicon, count, in_title=True)
    _passage(reading.body, reading, casing, lexicon, count, in_title=False)
    return Signature(
        item=reading.item.id,
        at=reading.item.at.timestamp(),
        language=reading.language,
        bare=len(reading.body.tokens) < 8,
        words={key: 1 + math.log(max(tf, 1.0)) for key, tf in count.words.items()},
        marks={
            key: (1 + math.log(max(tf, 1.0))) * (_COGNATE_WEIGHT if key[0] == "k" else 1.0)
            for key, tf in count.marks.items()
        },
        title=tuple(sorted(count.title)),
        names=frozenset(count.names),
        places=frozenset(count.places),
        numbers=frozenset(count.numbers),
        days=frozenset(count.days),
        ordinals={key: frozenset(values) for key, values in count.ordinals.items()},
        people={key: frozenset(values) for key, values in count.people.items()},
    )


def _passage(
    passage: Passage, reading: Reading, casing: Casing, lexicon: Lexicon, count: _Count, *, in_title: bool
) -> None:
    part = _part(passage, in_title=in_title)
    when = _days(passage, reading, count, start=part.start, lead=part.lead)
    starts = {first for first, _ in passage.bounds} | {part.start}
    shouting = is_title_case(passage)
    runs = [] if shouting else list(_runs(passage, part, starts, casing))
    taken = _hits(passage, count, part, runs)
    _numbers(passage, count, part, when)
    for at in range(part.start, part.limit):
        token = passage.tokens[at]
        if token.is_number or at in when or is_common(token.folded, passage.language) or len(token.folded) < 2:
            continue
        weight = part.weight(at)
        _add(count.words, stem(token.text, passage.language), weight)
        if at in taken:
            continue
        if token.is_capital and casing.is_name(token.folded, sure=at not in starts and not shouting):
            _mark(count, f"w:{token.folded}", weight, named=at < part.lead, in_title=in_title)
            continue
        for concept in compound(token.text, passage.language, lexicon):
            _mark(count, f"c:{concept}", weight, named=False, in_title=in_title)
        if kin := cognate(token.folded):
            _mark(count, f"k:{kin}", weight, named=False, in_title=in_title)
    for first, last in runs:
        _person(passage.tokens[first:last], count)


@dataclass(frozen=True, slots=True)
class _Part:
    """Which words of a passage are read: from `start` (behind a dateline) to `limit`; the first sentence and the lead end where."""

    start: int
    first_sentence: int
    lead: int
    limit: int
    in_title: bool

    def weight(self, at: int) -> float:
        """How much a word counts by its place."""
        return TITLE if self.in_title else LEAD if at < self.first_sentence else 1.0

    def holds(self, at: int) -> bool:
        """Whether a word is read."""
        return self.start <= at < self.limit


def _part(passage: Passage, *, in_title: bool) -> _Part:
    size = len(passage.tokens)
    if in_title or not passage.bounds:
        return _Part(0, size, size, size, in_title)
    offset = dateline_end(passage.text)
    start = next((at for at, token in enumerate(passage.tokens[:40]) if token.start >= offset), 0) if offset else 0
    ends = [last for _, last in passage.bounds if last > start] or [size]
    return _Part(start, ends[0], ends[min(len(ends), LEAD_SENTENCES) - 1], min(size, BODY_WORDS), in_title)


def _add(counts: dict[str, float], key: str, weight: float) -> None:
    counts[key] = counts.get(key, 0.0) + weight


def _mark(count: _Count, key: str, weight: float, *, named: bool, in_title: bool) -> None:
    _add(count.marks, key, weight)
    if named:
        count.names.add(sys.intern(key))
    if in_title:
        count.title.add(sys.intern(key))


def _hits(passage: Passage, count: _Count, part: _Part, runs: Sequence[tuple[int, int]]) -> set[int]:
    """Counts lexicon rows, and names that only their capitals show; returns the places of the tokens they cover."""
    taken: set[int] = set()
    known = {at for hit in passage.names for at in range(hit.first, hit.last)}
    for first, last in runs:
        if known.isdisjoint(range(first, last)):
            key = "r:" + " ".join(token.folded for token in passage.tokens[first:last])
            _mark(count, key, part.weight(first), named=first < part.lead, in_title=part.in_title)
    inside = {at for first, last in runs for at in range(first, last)}
    for hit in passage.names:
        if part.holds(hit.first):
            named = hit.first < part.lead
            _mark(
                count,
                f"{'p' if hit.entry.is_place else 'n'}:{hit.entry.id}",
                part.weight(hit.first),
                named=named,
                in_title=part.in_title,
            )
            if named and hit.entry.is_place and hit.entry.kind not in _WIDE:
                count.places.add(sys.intern(f"p:{hit.entry.id}"))
            if hit.entry.is_place and hit.entry.within not in ("", "-"):
                _mark(count, f"p:{hit.entry.within}", _WITHIN * part.weight(hit.first), named=False, in_title=False)
            _parts_of_name(passage, count, part, hit.first, hit.last)
            taken.update(range(hit.first, hit.last))
    for hit in passage.concepts:
        if part.holds(hit.first) and hit.entry.kind not in _NO_CONCEPT and hit.first not in inside:
            _mark(count, f"c:{hit.entry.id}", part.weight(hit.first), named=False, in_title=part.in_title)
            taken.update(range(hit.first, hit.last))
    return taken


def _parts_of_name(passage: Passage, count: _Count, part: _Part, first: int, last: int) -> None:
    """The capitalised words of a longer name count too: "Antigua" alone is half of "Antigua and Barbuda"."""
    for token in passage.tokens[first:last] if last - first > 1 else ():
        if token.is_capital and len(token.folded) > 3:
            weight = _WITHIN * part.weight(first)
            _mark(count, f"w:{token.folded}", weight, named=first < part.lead, in_title=part.in_title)


def _numbers(passage: Passage, count: _Count, part: _Part, when: set[int]) -> None:
    """Numbers and ordinals, alone and bound to the concepts in the next three words (design/findings B: the ordinals' binding)."""
    concepts = [hit for hit in passage.concepts if part.holds(hit.first) and hit.entry.kind not in _NO_CONCEPT]
    for number in _counted(passage, when):
        if not part.holds(number.first):
            continue
        bound = [
            hit.entry.id
            for hit in concepts
            if number.last <= hit.first < number.last + 3 and _together(passage, number.last, hit.first)
        ]
        if number.form == "ordinal":
            if number.first < part.lead:
                _ordinal(count, int(number.high), bound, part)
            continue
        if number.low != number.high or number.high < 2:
            continue
        _mark(count, f"v:{number.high:g}", 1.0, named=False, in_title=part.in_title)
        for concept in bound[:1]:
            _mark(count, f"v:{number.high:g}:{concept}", 1.0, named=False, in_title=part.in_title)
            if number.first < part.lead:
                count.numbers.add(sys.intern(f"{concept}:{number.high:g}"))


def _ordinal(count: _Count, value: int, bound: list[str], part: _Part) -> None:
    for concept in bound:
        count.ordinals.setdefault(concept, set()).add(value)
        _mark(count, f"o:{value}:{concept}", TITLE if part.in_title else 1.0, named=False, in_title=part.in_title)
    if value > 2:  # "first" and "second" number too many things
        _mark(count, f"o:{value}", 1.0, named=False, in_title=part.in_title)


def _together(passage: Passage, first: int, last: int) -> bool:
    """Whether no punctuation stands between two places."""
    return first >= last or not re.search(
        r"[.,;:()]", passage.text[passage.tokens[first - 1].end : passage.tokens[last].start]
    )


def _counted(passage: Passage, when: set[int]) -> Iterator[Numeral]:
    """Numbers that count something: no years, no days of a month, no clock times. "13th" is an ordinal."""
    words = passage.tokens
    for at, word in enumerate(words):
        glued = _ORDINAL.fullmatch(word.folded)
        if glued and word.is_number and not _beside(at, at + 1, when):
            yield Numeral(float(glued[1]), float(glued[1]), at, at + 1, "ordinal")
    for number in numerals(words, passage.text, passage.language):
        year = number.form == "digits" and 1900 <= number.high <= 2100 and words[number.first].text.isdigit()
        if (
            not year
            and number.first not in when
            and not _beside(number.first, number.last, when)
            and not _clock(words, number, passage.text)
        ):
            yield number


def _beside(first: int, last: int, when: set[int]) -> bool:
    return not when.isdisjoint({first - 1, first - 2, last, last + 1})


def _clock(words: Sequence[Token], number: Numeral, text: str) -> bool:
    before, after = (
        text[words[number.first].start - 1 : words[number.first].start],
        text[words[number.last - 1].end : words[number.last - 1].end + 1],
    )
    return ":" in (before, after) and number.high < 60


def _days(passage: Passage, reading: Reading, count: _Count, *, start: int, lead: int) -> set[int]:
    """The days that the title and the first sentences name; returns the places of all words that only say when."""
    places: set[int] = set()
    named = {at for hit in passage.names for at in range(hit.first, hit.last)}  # Santo Domingo is no Sunday
    for at, day in days(passage.tokens, passage.language, reading.item.at.date()):
        if at in named:
            continue
        places.add(at)
        _add(count.marks, f"d:{day.month}-{day.day}", 1.0)
        if start <= at < lead:
            count.days.add(day.toordinal())
    places.update(months(passage.tokens, passage.language))
    for at, token in enumerate(passage.tokens):
        if len(token.text) == 4 and token.text.isdigit() and 1900 <= int(token.text) <= 2100:
            places.add(at)
            _add(count.marks, f"y:{token.text}", 1.0)
    return places


def _runs(passage: Passage, part: _Part, starts: set[int], casing: Casing) -> Iterator[tuple[int, int]]:
    """Two or three capitalised words in a row in running text: people, ships, companies, whether a lexicon knows them or not."""
    words, at = passage.tokens, part.start
    while at < part.limit:
        end = at
        while (
            end < part.limit
            and words[end].is_capital
            and (end == at or _touch(passage, end))
            and not (end > at and end in starts)
        ):
            end += 1
        first = at + 1 if at in starts and end > at and not casing.is_name(words[at].folded, sure=False) else at
        if 2 <= end - first <= 3:
            yield first, end
        at = max(end, at + 1)


def _touch(passage: Passage, at: int) -> bool:
    """Whether nothing but a blank or a hyphen stands before a word."""
    return passage.text[passage.tokens[at - 1].end : passage.tokens[at].start] in (" ", "-")


def _person(run: Sequence[Token], count: _Count) -> None:
    count.people.setdefault(sys.intern(run[-1].folded), set()).add(sys.intern(run[0].folded))
