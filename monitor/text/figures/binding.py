"""What a number counts: "5,000 Igla-S shoulder-fired missiles" is 5,000 missiles, "killing all five people on board" five dead.

A number is bound to a class of nouns.tsv, else to the word behind it; people who are only "people" to what happened to them. A
number that binds to nothing stays unbound: it may be news, and is never a changed figure (design/judgement 1.7, 3.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.text import cues
from monitor.text.common import is_common
from monitor.text.figures.exclusions import excluded
from monitor.text.figures.nouns import CountClass, Unit, classes, units
from monitor.text.figures.numerals import Numeral, joined, numerals
from monitor.text.phrases import Found
from monitor.text.reading import Passage
from monitor.text.stems import LANGUAGES, stem
from monitor.text.tokens import Token

_RIGHT, _NEAR, _LEFT = 7, 9, 10
_STOPS = frozenset(
    "on at off by from to after before with about during who that which while as is are was were has have had because "
    "ante desde hasta tras segun que por para con mientras es son fue fueron ha han "
    "sur par apres selon qui que pour avec ont est sont dans chez lors depuis "
    "apos segundo pelo pela com sao foi foram em "
    "op bij naar door na volgens die dat met is zijn was waren".split()
)
_TO = frozenset("to naar a at para tot em is are was were son eran es sont etait sao stands reached reaches reach op now already ya".split())
_FROM = frozenset("from de du van desde des".split())
_NOT = frozenset("not no non nao niet pas".split())
_PARTITIVE = frozenset("of de d des du van dos das la los las les the those these ellos elles hen wie whom them".split())
_CLAUSE = re.compile(r"[;:()\n]|[.!?](?=\s)|[–—]|, (?=(?:and|y|et|e|en|mientras|while|pero|but|mais|mas|maar) )")
_HARD = re.compile(r"[,;:().!?\n–—«»“”\"]")
_THE = {
    "en": {"the", "these", "those", "both"},
    "es": {"los", "las", "estos", "estas", "esos", "esas"},
    "fr": {"les", "ces", "des"},
    "pt": {"os", "as", "dos", "das", "aos", "esses", "essas", "nos", "nas"},
    "nl": {"de", "deze", "die"},
}
_AUXILIARIES = frozenset(
    "were was are have had has been more others other fueron han habian resultaron quedaron estan siguen ont etaient sont furent foram ficaram estao zijn werden raakten".split()
)
_AND = frozenset("and y et e en".split())
_OTHERS = frozenset("other others otros otras autres outros outras andere anderen".split())
#: words that speak of a number named before: "the toll", "la cifra"
_ANAPHORS = frozenset("toll figure number count total tally cifra numero saldo balance bilan chiffre nombre total numero saldo aantal cijfer dodental balanco".split())
_MONEY = {"$": "USD", "€": "EUR", "£": "GBP", "R$": "BRL", "Bs": "VES"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts, as a sentence states it. `text[start:end]` are its words."""

    low: float
    high: float
    start: int
    end: int
    sentence: int
    #: "count", "percent", "measure", "money", "duration", "ordinal" or "bare"
    kind: str
    #: what is counted: a class of nouns.tsv, "w:" and a concept or stem, or "" where nothing binds
    noun: str = ""
    #: the word of the text that says so
    said_noun: str = ""
    #: what happened to people or things counted by another name ("customers" … "restored"), or ""
    state: str = ""
    unit: str = ""
    #: "", "about", "over", "atleast", "upto", "under", "vague"
    qualifier: str = ""
    #: "old": named as what was; "subset": "two of them"; "given": "the five", known to the reader
    role: str = ""
    #: "", "total", "day", or "not" for what is said to be wrong ("78 tonnes, not 84")
    scope: str = ""
    #: bound to a noun only by another number of the sentence
    inherited: bool = False
    #: what a unit as written was multiplied by: 1.609 for miles, so that the number can be shown as it stands
    factor: float = 1.0

    @property
    def shown(self) -> float:
        """The number as it is written, in the unit as written."""
        return round(self.value / self.factor, 6)

    @property
    def value(self) -> float:
        """One number for it: the middle of a range, the number itself otherwise."""
        return self.low if self.low == self.high else (self.low + self.high) / 2

    @property
    def key(self) -> str:
        """Two figures of one key may be values of one thing."""
        return f"{self.noun}|{self.unit if self.kind in ('percent', 'measure', 'money') else ''}"

    @property
    def bound(self) -> bool:
        """Whether it is known what is counted."""
        return bool(self.noun) and self.kind not in ("bare", "duration")


def read_figures(passage: Passage, hints: Sequence[Found] | None = None) -> tuple[Figure, ...]:
    """Every figure of `passage` in order. In a language that is not one of the five, digits with units and nothing else.

    `hints` are the passage's cues, where they have been found already.
    """
    found: list[Figure] = []
    last_bound: Figure | None = None
    if hints is None:
        hints = cues.find(passage.tokens, passage.language)
    nouns = classes()[1].find(passage.tokens, passage.language if passage.language in LANGUAGES else "en")
    known = passage.language if passage.language in LANGUAGES else "en"
    measures = units()[1].find(passage.tokens, known)
    for number, (first, last) in enumerate(passage.bounds):
        words = passage.tokens[first:last]
        if any(word.is_number for word in words) or passage.language in LANGUAGES:
            inside = _Sentence(passage, number, words, _inside(hints, first, last), _inside(nouns, first, last), _inside(measures, first, last))
            figures = [_anaphoric(figure, last_bound, words) for figure in inside.figures()]
            last_bound = next((one for one in reversed(figures) if one.kind == "count" and one.noun and not one.noun.startswith("w:")), last_bound)
            found.extend(figures)
    return tuple(found)


def _anaphoric(figure: Figure, before: Figure | None, words: Sequence[Token]) -> Figure:
    """ "The police put the toll at 15": what the sentence before counted, where this one names a number and no thing."""
    if before is None or figure.kind != "bare" or figure.sentence - before.sentence > 2 or not any(word.folded in _ANAPHORS for word in words):
        return figure
    return replace(figure, kind="count", noun=before.noun, said_noun=before.said_noun, state=before.state, inherited=True)


def _inside(found: Sequence[Found], first: int, last: int) -> list[Found]:
    return [Found(one.name, one.first - first, one.last - first) for one in found if first <= one.first and one.last <= last]


@dataclass(slots=True)
class _Sentence:
    """One sentence while its numbers are bound; places are tokens of the sentence."""

    passage: Passage
    number: int
    words: Sequence[Token]
    cues: list[Found]
    nouns: list[Found]
    units: list[Found]

    def figures(self) -> list[Figure]:
        text, language = self.passage.text, self.passage.language
        # "mil" and "cent" may also be nouns of the table; a word inside a number counts nothing
        read = joined(numerals(self.words, text, language), self.words, text, language)
        taken = {at for one in read for at in range(one.first, one.last) if one.form != "ordinal"}
        self.nouns = _longest([noun for noun in self.nouns if not taken & set(range(noun.first, noun.last))])
        kept = [one for one in read if not excluded(one, self.words, text, language, self._noun_at(one.last))]
        bound = [(one, self._bind(one, kept)) for one in kept]
        return self._settle([(one, figure) for one, figure in bound if figure is not None])

    # ── one number ──

    def _bind(self, one: Numeral, kept: Sequence[Numeral]) -> Figure | None:
        unit = self._unit(one)
        start, end = self.words[one.first].start, self.words[one.last - 1].end
        figure = Figure(one.low, one.high, start, end, self.number, "bare", qualifier=self._qualifier(one), role=self._role(one), scope=self._scope(one))
        if one.form == "ordinal":
            return self._ordinal(one, figure)
        if unit is not None:
            return self._measure(one, figure, unit, kept)
        if one.form == "words" and one.high == 1 and not self._counts_one(one):
            return None
        return self._count(one, figure, kept)

    def _unit(self, one: Numeral) -> tuple[Unit, int] | None:
        text, end = self.passage.text, self.words[one.last - 1].end
        table = units()[0]
        if one.form == "share" or re.match(r"\s?%", text[end : end + 2]):
            return Unit("%", "percent", 1.0), one.last
        before = re.search(r"(US\$|R\$|Bs\.? ?|[$€£])\s?$", text[max(0, self.words[one.first].start - 5) : self.words[one.first].start])
        if one.unit == "m" and before:
            return Unit(_MONEY.get(before[1].strip(" ."), "USD"), "money", 1e6), one.last
        if one.unit:
            near = [unit for key, unit in table.items() if key.split()[0] == one.unit or one.unit in ("mph", "kmh", "kph", "kg", "bpd") and key == {"mph": "km/h 1.609", "kmh": "km/h 1", "kph": "km/h 1", "kg": "t 0.001", "bpd": "bbl 1"}[one.unit]]
            return (near[0], one.last) if near else None
        if before:
            mark = before[1].strip(" .")
            return Unit(_MONEY.get(mark, "USD"), "money", 1.0), one.last
        if self._magnitude(one):
            return Unit("magnitude", "magnitude", 1.0), one.last
        found = [unit for unit in self.units if unit.first in self._after(one)]
        if not found or (one.form == "words" and one.high == 1 and table[found[0].name].measures == "time"):  # "un segundo fallo"
            return None
        best = max(found, key=lambda unit: (-unit.first, unit.last - unit.first))
        if best.name.split()[0] == "BRL" and self.passage.language == "es":
            return None
        return table[best.name], best.last

    def _magnitude(self, one: Numeral) -> bool:
        """An earthquake's number: "magnitude 6.2", "una magnitud de 6,2", "a 6.2-magnitude quake"."""
        if one.form != "digits" or not 1 <= one.high < 10.5:
            return False
        before = [word.folded for word in self.words[max(0, one.first - 2) : one.first]]
        around = {*before, *(word.folded for word in self.words[one.last : one.last + 1])}
        return bool({"magnitude", "magnitud"} & around) or before == ["kracht", "van"]

    def _after(self, one: Numeral) -> tuple[int, ...]:
        """Where a unit may begin: right behind the number, or behind "de" ("millones de dólares")."""
        at = one.last
        if at < len(self.words) and self.words[at].folded in ("de", "d", "of", "us") and one.form in ("mixed", "words", "vague", "round", "digits", "range"):
            return (at, at + 1)
        return (at,)

    def _measure(self, one: Numeral, figure: Figure, found: tuple[Unit, int], kept: Sequence[Numeral]) -> Figure:
        unit, last = found
        kind = {"percent": "percent", "time": "duration", "money": "money", "count0": "bare"}.get(unit.measures, "measure")
        noun = (self._right(one, last, kept) or self._rate(one) or self._left(one, kept)) if kind in ("percent", "measure") else None
        name, said = (noun.name, self._text(noun)) if noun else ("", "")
        if kind == "measure" and not name:
            name, said = unit.measures, unit.symbol
        if unit.measures == "magnitude":
            return replace(figure, kind="measure", unit="magnitude", noun="magnitude", said_noun="magnitude")
        if kind == "measure" and unit.measures == "speed":
            name = "wind" if any(one.name == "wind" for one in self.nouns) else unit.measures
        if kind == "measure" and unit.measures != "speed":
            follow = self._word(last)
            name = f"{unit.measures}:{follow[0]}" if follow else unit.measures
        state = self._state(one, last, kept) if kind == "percent" else None
        factor = unit.factor if kind != "duration" else 1.0
        if kind == "money":
            return replace(figure, kind=kind, low=figure.low * factor, high=figure.high * factor, unit=unit.symbol, noun="money")
        return replace(figure, kind=kind, low=figure.low * factor, high=figure.high * factor, factor=factor, unit=unit.symbol, noun=name or ("money" if kind == "money" else ""), said_noun=said, state=state.name if state and state.name != name else "")

    def _ordinal(self, one: Numeral, figure: Figure) -> Figure | None:
        table = classes()[0]
        noun = next((noun for noun in self.nouns if one.last <= noun.first <= one.last + 1 and table[noun.name].tells != "generic"), None)
        if noun is None or (one.high == 1 and table[noun.name].tells != "state"):
            return None
        return replace(figure, kind="count" if one.high == 1 else "ordinal", noun=noun.name, said_noun=self._text(noun))

    def _counts_one(self, one: Numeral) -> bool:
        """A lone "one" or "un" is a count before what happens to people ("un muerto", "one person was killed"), else an article."""
        table = classes()[0]
        noun = next((noun for noun in self.nouns if noun.first == one.last), None)
        if noun is None:
            return False
        kind = table[noun.name]
        if kind.tells == "state" and kind.person:
            return noun.name in ("dead", "injured", "missing", "survivors", "arrested", "freed", "kidnapped")
        return self.passage.language == "en" and kind.person and self.words[one.first].folded == "one" and self._state(one, noun.last, ()) is not None

    def _count(self, one: Numeral, figure: Figure, kept: Sequence[Numeral]) -> Figure:
        noun = self._noun(one, one.last, kept)
        if (noun is None or noun.last <= one.first) and (passive := self._passive(one)):
            noun = passive
        if figure.role == "subset":
            noun = next((noun for noun in self.nouns if one.last <= noun.first < one.last + _RIGHT), None) or noun
        if noun is None and (state := self._state(one, one.last, kept)) and classes()[0][state.name].person and state.first >= one.last and not _HARD.search(self._between(one.last - 1, state.first)):
            return replace(figure, kind="count", noun=state.name, said_noun=self._text(state))
        if noun is None and (people := self._demonym(one)):
            state = self._state(one, one.last + 1, kept)
            person = state is not None and classes()[0][state.name].person
            return replace(figure, kind="count", noun=state.name if state and person else "people", said_noun=people)
        if noun is None:
            word = self._word(one.last)
            if word is None or (one.form == "words" and one.high < 2):
                return figure
            return replace(figure, kind="count", noun=f"w:{word[0]}", said_noun=word[1])
        table = classes()[0]
        open_state = table[noun.name].person and (table[noun.name].tells != "state" or noun.name in ("held", "arrested"))
        state = self._state(one, noun.last if noun.first >= one.last else one.last, kept) if open_state else None
        if state is not None and noun.name in ("held", "arrested") and state.name not in ("freed", "dead", "injured"):
            state = None
        if figure.role == "subset":
            state = None
        name = state.name if state else noun.name
        said = self._text(noun)
        return replace(figure, kind="count", noun="people" if name == "people" else name, said_noun=said, state=noun.name if state and noun.name != "people" else self._thing_state(noun, one, kept))

    def _rate(self, one: Numeral) -> Found | None:
        """What a percentage is of, said before it: "inflation hits 234%"."""
        near = [noun for noun in self.nouns if classes()[0][noun.name].tells == "rate" and noun.last <= one.first and one.first - noun.last <= 14]
        return near[-1] if near and self._one_clause(near[-1].last - 1, one.first) else None

    def _passive(self, one: Numeral) -> Found | None:
        """What happened, right behind an auxiliary: "40 were injured", "nueve resultaron heridos"."""
        if one.last >= len(self.words) or self.words[one.last].folded not in _AUXILIARIES:
            return None
        return next((noun for noun in self.nouns if one.last < noun.first <= one.last + 3 and classes()[0][noun.name].tells == "state"), None)

    def _demonym(self, one: Numeral) -> str:
        """The word right behind a number where it names people by their country: "350,000 Venezuelans", "1,7 millones de venezolanos"."""
        at = one.last + (one.last < len(self.words) and self.words[one.last].folded in ("de", "d", "of"))
        if at >= len(self.words) or self.passage.text[self.words[at - 1].end : self.words[at].start].strip() not in ("", "'", "’"):
            return ""
        word, place = self.words[at], self.passage.bounds[self.number][0] + at
        named = any(hit.entry.is_place and hit.first <= place < hit.last for hit in self.passage.names)
        english = self.passage.language == "en" and word.is_capital and len(word.text) > 5 and word.folded.endswith(("ans", "ians", "ese", "ish", "is", "cans"))
        return word.text if (named and word.folded.endswith(("s", "en", "ers")) and not word.text.isupper()) or english else ""

    def _thing_state(self, noun: Found, one: Numeral, kept: Sequence[Numeral]) -> str:
        if classes()[0][noun.name].person:
            return ""
        state = self._state(one, noun.last, kept)
        return state.name if state and not classes()[0][state.name].person else ""

    # ── looking around ──

    def _noun_at(self, at: int) -> bool:
        skip = at + (at < len(self.words) and self.words[at].folded in ("de", "d", "of"))
        beyond = skip + 1 if skip < len(self.words) and self.words[skip].folded not in _STOPS and not is_common(self.words[skip].folded, self.passage.language) else skip
        return any(noun.first in (at, skip, beyond) for noun in self.nouns) or any(unit.first in (at, skip) for unit in self.units)

    def _noun(self, one: Numeral, last: int, kept: Sequence[Numeral]) -> Found | None:
        return self._right(one, last, kept) or self._left(one, kept)

    def _right(self, one: Numeral, last: int, kept: Sequence[Numeral]) -> Found | None:
        end = self._reach(last, kept)
        return next((noun for noun in self.nouns if last <= noun.first < end), None)

    def _reach(self, last: int, kept: Sequence[Numeral]) -> int:
        """How far to the right a noun may stand: to the next preposition, verb, number or mark."""
        at = last
        while at < min(len(self.words), last + _RIGHT):
            word = self.words[at]
            begun = any(noun.first == at for noun in self.nouns)
            if at > last - 1 and _HARD.search(self.passage.text[self.words[at - 1].end : word.start]):
                break
            if not begun and (word.folded in _STOPS or (word.folded in ("in", "en", "a", "no", "na") and at > last)):
                break
            if any(other.first == at for other in kept if other.form != "ordinal"):
                break
            at += 1
        return at

    def _left(self, one: Numeral, kept: Sequence[Numeral]) -> Found | None:
        """A noun or verb before the number: "killing five", "the death toll rose to six", "muertos: 7"."""
        lead = self.words[one.first - 1].folded if one.first else ""
        hint = self._lead(one)
        near = [noun for noun in self.nouns if noun.last <= hint and hint - noun.last <= (_LEFT if lead in _TO or hint < one.first else 2)]
        if lead in ("of", "de", "van") and near and near[-1].last == one.first - 1:
            return near[-1]  # "a crew of 22"
        if not near:
            return None
        last = near[-1]
        gap = self.passage.text[self.words[last.last - 1].end : self.words[one.first].start]
        blocked = any(last.last <= other.first < one.first for other in kept if other.form != "ordinal" and other is not one and not self._from(other))
        if blocked or re.search(r"[;.]", gap) or (lead not in _TO and classes()[0][last.name].tells != "state" and ":" not in gap):
            return None
        return last

    def _from(self, one: Numeral) -> bool:
        """Whether a number is named as what was: "from 4,500", ", not four"."""
        before = self.words[one.first - 1].folded if one.first else ""
        return before in _FROM or before in _NOT

    def _lead(self, one: Numeral) -> int:
        """Where the words before the number and its qualifiers ("at least", "all", "the") end."""
        at = one.first
        quantity = {"about", "over", "atleast", "upto", "under", "old"}
        moved = True
        while moved and at:
            moved = False
            for cue in self.cues:
                if cue.last == at and cue.name in quantity:
                    at, moved = cue.first, True
                    break
            if not moved and self.words[at - 1].folded in ("all", "the", "a", "los", "las", "les", "alle", "as", "os", "otros", "another", "other", "unas", "unos", "todos"):
                at, moved = at - 1, True
        return at

    def _state(self, one: Numeral, last: int, kept: Sequence[Numeral]) -> Found | None:
        """What happened to those who are counted: the nearest such word in the clause, behind first, then before."""
        table = classes()[0]
        states = [noun for noun in self.nouns if table[noun.name].tells == "state"]
        others = [other.first for other in kept if other is not one and other.form != "ordinal" and not self._from(other)]
        hint = self._lead(one)
        close = [noun for noun in states if noun.last <= hint <= noun.last + 1 and self._one_clause(noun.last - 1, one.first)]
        if close and (close[-1].last == hint or self.words[hint - 1].folded in ("of", "de", "d", "van")):
            return close[-1]  # "the release of 120 people jailed", "killing all five people"
        behind = [noun for noun in states if last <= noun.first <= last + _NEAR and not any(last <= other < noun.first for other in others) and self._one_clause(last - 1, noun.first)]
        if behind:
            return behind[0]
        ahead = [noun for noun in states if noun.last <= one.first and one.first - noun.last <= 5 and not any(noun.last <= other < one.first for other in others) and self._one_clause(noun.last - 1, one.first)]
        return ahead[-1] if ahead else None

    def _one_clause(self, first: int, last: int) -> bool:
        return _CLAUSE.search(self._between(first, last)) is None

    def _between(self, first: int, last: int) -> str:
        return self.passage.text[self.words[first].end : self.words[last].start]

    def _word(self, at: int) -> tuple[str, str] | None:
        """The first word of meaning behind a number, as (key, as written): a concept of the lexicon where it is one."""
        text, language = self.passage.text, self.passage.language
        first = self.passage.bounds[self.number][0]
        for here in range(at, min(len(self.words), at + 4)):
            word = self.words[here]
            if here and _HARD.search(text[self.words[here - 1].end : word.start]):
                return None
            if word.is_number or (word.folded in _STOPS and word.folded not in ("de",)) or word.folded in ("in", "en", "no", "na", "a"):
                return None
            if is_common(word.folded, language) or len(word.folded) < 3:
                continue
            hit = next((hit for hit in self.passage.concepts if hit.first <= first + here < hit.last), None)
            if word.is_capital and hit is None:
                continue
            return (hit.entry.id if hit else stem(word.text, language)), word.text
        return None

    def _text(self, noun: Found) -> str:
        return self.passage.text[self.words[noun.first].start : self.words[noun.last - 1].end]

    def _qualifier(self, one: Numeral) -> str:
        if one.form == "vague":
            return "vague"
        for name in ("atleast", "upto", "under", "over", "about"):
            if any(cue.name == name and one.first - 1 <= cue.last <= one.first for cue in self.cues):
                return name
        return "about" if one.form == "round" else ""

    def _scope(self, one: Numeral) -> str:
        if one.first > 1 and self.words[self._lead_plain(one) - 1].folded in _NOT and self._role(one) == "old":
            return "not"
        if any(cue.name == "perday" and 0 <= cue.first - one.last <= 4 for cue in self.cues):
            return "day"
        return "total" if any(cue.name == "total" for cue in self.cues) else ""

    def _role(self, one: Numeral) -> str:
        before = self.words[one.first - 1].folded if one.first else ""
        hint = self._lead_plain(one)
        clear = [cue for cue in self.cues if cue.name == "old" and 0 <= one.first - cue.last <= 2 and not _HARD.search(self._between(cue.last - 1, one.first))]
        if any(cue.name == "old" and cue.last == hint for cue in self.cues) or clear or (before in _NOT and one.first > 1 and one.form != "ordinal"):
            return "old"
        rest = [word.folded for word in self.words[one.last : one.last + 2]]
        text, end = self.passage.text, self.words[one.last - 1].end
        close = one.last < len(self.words) and text[end : self.words[one.last].start].strip() == ""
        if len(rest) == 2 and close and rest[0] in ("of", "de", "d", "van", "des", "dos") and (rest[1] in ("them", "those", "these", "whom", "ellos", "ellas", "los", "las", "les", "hen", "eles", "elas", "the", "wie", "die", "leurs", "entre", "its", "sus", "eux", "elles") ) and one.form not in ("vague", "round", "mixed"):
            return "subset"
        if rest and rest[0] in ("deles", "delas") and close:
            return "subset"
        if any(cue.name == "subset" and cue.last == hint for cue in self.cues):
            return "subset"
        if one.last < len(self.words) and close and self.words[one.last].folded in _OTHERS:
            return "subset"  # "two other carriers" leave the six as they are
        return "given" if before in _THE.get(self.passage.language, ()) else ""

    def _lead_plain(self, one: Numeral) -> int:
        at = one.first
        while at and self.words[at - 1].folded in ("the", "los", "las", "les", "os", "as", "de", "an", "a", "earlier", "about", "some", "unos", "unas"):
            if any(cue.last == at and cue.name in ("old", "subset") for cue in self.cues):
                return at
            at -= 1
        return at

    # ── numbers among each other ──

    def _settle(self, read: list[tuple[Numeral, Figure]]) -> list[Figure]:
        """Old values next to new ones ("from 4,500 to 6,000", "up from 2,000"), and numbers that share one noun ("28 dead, the police 15")."""
        figures = [figure for _, figure in read]
        for at in range(len(read) - 1):
            (one, _), (two, _) = read[at], read[at + 1]
            between = self.words[two.first - 1].folded if two.first - one.last <= 6 else ""
            before = self.words[one.first - 1].folded if one.first else ""
            own = between.split()[-1:] if len(between.split()) <= 3 else []
            ahead = self.words[two.first - 1].folded if two.first else ""
            if ahead in _FROM and two.first - one.last <= 4 and before in _TO:
                figures[at + 1] = replace(figures[at + 1], role="old")
            if before in _FROM and own and own[0] in ("to", "a", "tot", "para", "naar") and not any(cue.name == "change" for cue in self.cues):
                if figures[at].noun in (figures[at + 1].noun, "") and figures[at + 1].high > figures[at].low:
                    figures[at + 1] = replace(figures[at + 1], low=figures[at].low, start=figures[at].start)
                    figures[at] = replace(figures[at], kind="merged")
                continue
            if before in _FROM and own and own[0] in ("to", "a", "tot", "para", "naar") and figures[at].kind in ("count", "bare", "percent", "measure"):
                figures[at] = replace(figures[at], role="old")
            if figures[at].role == "old" and between in _AND:
                figures[at + 1] = replace(figures[at + 1], role="old")  # "up from three on the first night and four on Friday"
        for at, figure in enumerate(figures):
            if (figure.kind in ("bare", "count", "percent")) and (not figure.noun or (figure.role == "old" and figure.noun.startswith("w:"))):
                figures[at] = self._inherit(figure, figures, at)
        return [figure for figure in figures if figure.kind != "merged"]

    def _inherit(self, figure: Figure, figures: Sequence[Figure], at: int) -> Figure:
        follow = self.passage.text[figure.end : figure.end + 2]
        alone = not follow or not follow[0].isspace() or figure.role == "old" or self._ends(figure)
        giver = next((other for other in (*reversed(figures[:at]), *figures[at + 1 :]) if other.noun and other.kind in ("count", "percent", "measure") and other.role != "subset"), None)
        if giver is None or not alone or (figure.kind == "percent") != (giver.kind == "percent" or figure.kind == "bare" and giver.kind == "percent"):
            return figure
        return replace(figure, kind=giver.kind, noun=giver.noun, said_noun=giver.said_noun, state=giver.state, unit=giver.unit, inherited=True)

    def _ends(self, figure: Figure) -> bool:
        """Whether nothing that could be counted follows."""
        at = next((k for k, word in enumerate(self.words) if word.start >= figure.end), len(self.words))
        return at >= len(self.words) or self.words[at].folded in _STOPS or is_common(self.words[at].folded, self.passage.language)


def _longest(found: list[Found]) -> list[Found]:
    """Without those that lie inside a longer one."""
    return [one for one in found if not any(other is not one and other.first <= one.first and one.last <= other.last and other.last - other.first > one.last - one.first for other in found)]


__all__ = ["CountClass", "Figure", "read_figures"]
