"""A sentence, reduced to what it states: words of meaning, names, figures, quotations, and how it is meant.

Every word of meaning is a `unit`: the keys by which another text may say the same thing. "misiles" is `es:misil` to a Spanish
text, `c:missile` to every text whose lexicon knows the concept, and `k:misil` to a cognate in a language that does not. Two
sentences are alike as far as their units share keys; that works within a language and across languages (design/findings A3).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.text import cues
from monitor.text.attribution import ACCORDING, speaker
from monitor.text.cognates import cognate
from monitor.text.common import is_common
from monitor.text.figures import Figure, read_figures
from monitor.text.figures.words import MONTH_WORDS
from monitor.text.lexicon import Hit
from monitor.text.normal import fold
from monitor.text.phrases import Found
from monitor.text.quotes import Quote, quotes
from monitor.text.reading import Passage
from monitor.text.stems import stem
from monitor.text.tokens import Token, folded, tokens

#: words that only tell when it was reported: every report has its weekday, and it makes nothing new
_FIELDLESS = frozenset({"weekday", "month", "number"})
_CALENDAR = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado "
    "domingo lundi mardi mercredi jeudi vendredi "
    "samedi dimanche segunda terca quarta quinta sexta feira maandag dinsdag woensdag donderdag vrijdag "
    "zaterdag zondag".split()
).union(*MONTH_WORDS.values()) - {"may", "mai", "mars", "marco", "set"}
#: "CARACAS, Oct 5 (Agency) -": where and who, no part of the sentence
_DATELINE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ'’. /-]{2,40}(?:, [^().\n–—]{2,30})?(?: ?\([^)\n]{2,40}\))?(?:, [^().\n–—]{2,30})?\s?(?:\.-|\.–|\.—| [-–—]|—|:)\s"
)
Unit = tuple[str, ...]
#: what one language says with one concept and another with two: "14 people were killed", "dejó 14 muertos"
_ALSO = {"kill": ("dead",), "dead": ("kill",), "victim": ("dead",)}
_CLAUSE = re.compile(r"[,;:()“”\"«»—–]")
#: more than so many do not say a thing together
_FEW_SAY = 12
#: a sentence of more units is a list and no sentence
_MOST_UNITS = 150


@dataclass(frozen=True)
class Statement:
    """One sentence of an item. `start` and `end` are its place in the item's title or body."""

    text: str
    start: int
    end: int
    language: str
    units: tuple[Unit, ...]
    figures: tuple[Figure, ...] = ()
    quotes: tuple[Quote, ...] = ()
    cues: frozenset[str] = frozenset()
    #: offset of the sentence in its passage's list
    number: int = 0
    places: frozenset[str] = frozenset()
    #: the fields of its concepts, one entry a concept: conflict, disaster, sport …
    fields: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key of every unit."""
        return frozenset(key for unit in self.units for key in unit)

    @cached_property
    def words(self) -> tuple[Token, ...]:
        """Its words; their places are in `text`."""
        return tuple(tokens(self.text))

    @cached_property
    def marked(self) -> tuple[Found, ...]:
        """Its cues, by `words`."""
        return cues.find(self.words, self.language)

    @cached_property
    def names(self) -> frozenset[str]:
        """Names, known to the lexicon (`n:`) or only capitalised (`p:`)."""
        return frozenset(key for key in self.keys if key.startswith(("n:", "p:")))

    @cached_property
    def values(self) -> frozenset[str]:
        """Its numbers as keys."""
        return frozenset(key for key in self.keys if key.startswith("#"))


def value_key(figure: Figure) -> str:
    """A number as a key, the same in every language and notation."""
    return f"#{figure.value:.3g}{figure.unit}" if figure.kind == "measure" else f"#{figure.value:g}"


def statements(passage: Passage, most: int | None = None) -> list[Statement]:
    """The sentences of a passage in order, or the first `most` of them."""
    found = cues.find(passage.tokens, passage.language)
    figures, said = read_figures(passage, found), quotes(passage.text)
    proper, names = _proper(passage), frozenset(passage.names)
    result: list[Statement] = []
    for number, ((start, end), (first, last)) in enumerate(
        zip(passage.sentences[:most], passage.bounds[:most], strict=True)
    ):
        inside = tuple(figure for figure in figures if figure.sentence == number)
        hits = passage.hits(number)
        statement = Statement(
            text=passage.text[start:end],
            start=start,
            end=end,
            language=passage.language,
            units=tuple(_units(passage, first, last, hits, names, inside, proper, _reporting(found, first, last))),
            figures=inside,
            quotes=tuple(quote for quote in said if start <= quote.start < end),
            cues=frozenset(cue.name for cue in found if first <= cue.first < last),
            number=number,
            fields=tuple(hit.entry.kind for hit in hits if not _named(names, hit)),
            places=frozenset(hit.entry.id for hit in hits if hit.entry.is_place and hit.entry.kind != "country"),
        )
        result.append(_counted(statement))
    return result


def _counted(statement: Statement) -> Statement:
    """The sentence without who says so among what it counts: "two officials said", "tres testigos contaron"."""
    few = [one for one in statement.figures if one.bound and one.kind == "count" and one.value <= _FEW_SAY]
    if not few or not statement.cues & {"say", "claim"}:
        return statement
    who = speaker(statement.text, statement.words, statement.marked, statement.language)
    first = statement.start + statement.text.find(who)
    named = [one for one in few if who and first <= one.start < first + len(who)]
    sayers = [one for one in few if one in named or _says(statement, one)]
    figures = tuple(replace(one, kind="bare", noun="") if one in sayers else one for one in statement.figures)
    return replace(statement, figures=figures) if sayers else statement


def _says(statement: Statement, figure: Figure) -> bool:
    """Whether those counted are the ones who speak: right before the verb, or right behind "volgens" ("according to")."""
    words, start = statement.words, figure.start - statement.start
    at = next((number for number, word in enumerate(words) if word.start >= start), len(words))
    for cue in (one for one in statement.marked if one.name == "say"):
        said = words[cue.first].start
        near = at < cue.first <= at + 3 and not _CLAUSE.search(statement.text[start:said])
        if near or (cue.last == at and words[cue.first].folded in ACCORDING):
            return True
    return False


def _proper(passage: Passage) -> frozenset[str]:
    """Words that stand with a capital inside a sentence: names, whether a lexicon knows them or not."""
    inner = {
        word.folded for first, last in passage.bounds for word in passage.tokens[first + 1 : last] if word.is_capital
    }
    lower = {word.folded for word in passage.tokens if not word.is_capital}
    return frozenset(inner - lower)


def _units(
    passage: Passage,
    first: int,
    last: int,
    hits: Sequence[Hit],
    names: frozenset[Hit],
    figures: Iterable[Figure],
    proper: frozenset[str],
    reporting: frozenset[int],
) -> list[Unit]:
    """The units of tokens[first:last] in order: one a hit of the lexicon, one a number, one a remaining word of meaning."""
    words, language = passage.tokens, passage.language
    dateline = _DATELINE.match(passage.text, words[first].start) if first < last else None
    begins = dateline.end() if dateline else 0
    taken = {at for at in range(first, last) if words[at].start < begins} | reporting
    found: list[tuple[int, Unit]] = []
    for figure in (one for one in figures if one.start >= begins):
        spots = {at for at in range(first, last) if words[at].start < figure.end and figure.start < words[at].end}
        taken |= spots
        found.append((min(spots, default=first), (value_key(figure),)))
    for hit in hits:
        spots = set(range(hit.first, hit.last))
        if spots & taken or hit.entry.kind in _FIELDLESS:
            taken |= spots if hit.entry.kind in _FIELDLESS else set()
            continue
        taken |= spots
        found.append((hit.first, _named(names, hit) or _concept(passage, hit)))
    for at in range(first, last):
        word = words[at]
        if (
            at in taken
            or word.is_number
            or len(word.folded) < 2
            or is_common(word.folded, language)
            or word.folded in _CALENDAR
        ):
            continue
        found.append((at, (f"p:{word.folded}",) if word.folded in proper else _word(word, language)))
    return [unit for _, unit in sorted(found)][:_MOST_UNITS]


def _named(names: frozenset[Hit], hit: Hit) -> Unit:
    """The unit of a name; () where `hit` is a concept."""
    return (f"n:{hit.entry.id}",) if hit in names else ()


def _concept(passage: Passage, hit: Hit) -> Unit:
    bases = [
        stem(word.text, passage.language)
        for word in passage.tokens[hit.first : hit.last]
        if not is_common(word.folded, passage.language)
    ]
    alike = [f"k:{key}" for base in bases if (key := cognate(base))] if len(bases) == 1 else []
    also = [f"c:{other}" for other in _ALSO.get(hit.entry.id, ())]
    return (f"c:{hit.entry.id}", *also, *(f"{passage.language}:{base}" for base in bases), *alike)


def _word(word: Token, language: str) -> Unit:
    base = stem(word.text, language)
    key, own = cognate(base), f"{language}:{base}"
    return (own, f"k:{key}") if key else (own,)


def _reporting(found: Iterable[Found], first: int, last: int) -> frozenset[int]:
    """Where "said", "according to", "informó" stand: who reports is no part of what is reported."""
    return frozenset(
        at for cue in found if cue.name == "say" and first <= cue.first < last for at in range(cue.first, cue.last)
    )


def quote_keys(quote: Quote) -> frozenset[str]:
    """Character 5-grams of a quotation in normal form: what an excerpt of it shares (design/judgement 3.3.4)."""
    plain = " ".join(folded(quote.text))
    return frozenset(plain[at : at + 5] for at in range(max(1, len(plain) - 4)))


def speaker_key(speaker: str) -> str:
    """A speaker's last capitalised word in normal form, or "" (roles are written differently in every language)."""
    capitals = [word for word in tokens(speaker) if word.is_capital]
    return fold(capitals[-1].text) if capitals else ""
