"""What stands around a number in its sentence: nouns and verbs it may count, qualifiers, and the part it plays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.common import is_common
from monitor.text.figures.nouns import classes
from monitor.text.figures.numerals import Numeral
from monitor.text.figures.words import VALUES
from monitor.text.phrases import Found
from monitor.text.reading import Passage
from monitor.text.stems import stem
from monitor.text.tokens import Token

_RIGHT, _NEAR, _LEFT = 7, 9, 10
_STOPS = frozenset(
    "on at off by from to after before with about during who that which while as is are was were has have "
    "had because "
    "ante desde hasta tras segun que por para con mientras es son fue fueron ha han "
    "sur par apres selon qui que pour avec ont est sont dans chez lors depuis "
    "apos segundo pelo pela com sao foi foram em "
    "op bij naar door na volgens die dat met is zijn was waren "
    "comme como conforme zoals than".split()
)
_TO = frozenset(
    "to naar a at para tot em is are was were son eran es sont etait sao stands reached reaches reach op "
    "now already ya".split()
)
_FROM = frozenset("from de du van desde des".split())
_NOT = frozenset("not no non nao niet pas".split())
_PARTITIVE = frozenset(
    "of de d des du van dos das la los las les the those these ellos elles hen wie whom them".split()
)
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
    "were was are have had has been more others other fueron han habian resultaron quedaron estan siguen "
    "ont etaient sont furent foram ficaram estao zijn werden raakten".split()
)
_MORE_BEFORE = {
    "en": {"another"},
    "es": {"otros", "otras", "otro", "otra"},
    "pt": {"mais", "outros", "outras", "outro", "outra"},
}
_MORE_BEHIND = {
    "en": {"more", "additional", "further"},
    "es": {"mas", "adicionales"},
    "fr": {"supplementaires", "supplementaire"},
    "pt": {"adicionais"},
    "nl": {"extra"},
}
#: cases of a disease, where a text speaks of one; else cases of law, of corruption, of what a count has verified
CASES = frozenset("case cases caso casos cas geval gevallen".split())
_OF = frozenset("of de d van des dos".split())
_THEM = frozenset(
    "them those these whom ellos ellas los las les hen eles elas the wie die leurs entre its sus eux elles".split()
)
_OTHERS = frozenset("other others otros otras autres outros outras andere anderen".split())


@dataclass(slots=True)
class Around:
    """One sentence, asked about its numbers; places are tokens of the sentence."""

    passage: Passage
    number: int
    words: Sequence[Token]
    cues: list[Found]
    nouns: list[Found]
    units: list[Found]

    def _rate(self, one: Numeral) -> Found | None:
        """What a percentage is of, said before it: "inflation hits 234%"."""
        near = [
            noun
            for noun in self.nouns
            if classes()[0][noun.name].tells == "rate" and noun.last <= one.first and one.first - noun.last <= 14
        ]
        return near[-1] if near and self._one_clause(near[-1].last - 1, one.first) else None

    def _passive(self, one: Numeral) -> Found | None:
        """What happened, right behind an auxiliary: "40 were injured", "nueve resultaron heridos"."""
        if one.last >= len(self.words) or self.words[one.last].folded not in _AUXILIARIES:
            return None
        return next(
            (
                noun
                for noun in self.nouns
                if one.last < noun.first <= one.last + 3 and classes()[0][noun.name].tells == "state"
            ),
            None,
        )

    def _demonym(self, one: Numeral) -> str:
        """The word right behind a number where it names people by their country: "350,000 Venezuelans", "1,7 millones de venezolanos"."""
        at = one.last + (one.last < len(self.words) and self.words[one.last].folded in ("de", "d", "of"))
        if at >= len(self.words) or self.passage.text[self.words[at - 1].end : self.words[at].start].strip() not in (
            "",
            "'",
            "’",
        ):
            return ""
        word, place = self.words[at], self.passage.bounds[self.number][0] + at
        named = any(hit.entry.is_place and hit.first <= place < hit.last for hit in self.passage.names)
        english = (
            self.passage.language == "en"
            and word.is_capital
            and len(word.text) > 5
            and word.folded.endswith(("ans", "ians", "ese", "ish", "is", "cans"))
        )
        return (
            word.text
            if (named and word.folded.endswith(("s", "en", "ers")) and not word.text.isupper()) or english
            else ""
        )

    def _noun_at(self, at: int) -> bool:
        skip = at + (at < len(self.words) and self.words[at].folded in ("de", "d", "of"))
        beyond = (
            skip + 1
            if skip < len(self.words)
            and self.words[skip].folded not in _STOPS
            and not is_common(self.words[skip].folded, self.passage.language)
            else skip
        )
        return any(noun.first in (at, skip, beyond) for noun in self.nouns) or any(
            unit.first in (at, skip) for unit in self.units
        )

    def _noun(self, one: Numeral, last: int, kept: Sequence[Numeral]) -> Found | None:
        return self._right(last, kept) or self._left(one, kept)

    def _right(self, last: int, kept: Sequence[Numeral]) -> Found | None:
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
        near = [
            noun
            for noun in self.nouns
            if noun.last <= hint and hint - noun.last <= (_LEFT if lead in _TO or hint < one.first else 2)
        ]
        if lead in ("of", "de", "van") and near and near[-1].last == one.first - 1:
            return None if self._word(one.last) else near[-1]  # "a crew of 22", but "a shipment of 50,000 doses"
        if not near:
            return None
        last = near[-1]
        gap = self.passage.text[self.words[last.last - 1].end : self.words[one.first].start]
        blocked = any(
            last.last <= other.first < one.first
            for other in kept
            if other.form != "ordinal" and other is not one and not self._from(other)
        )
        if (
            blocked
            or re.search(r"[;.]", gap)
            or (lead not in _TO and classes()[0][last.name].tells != "state" and ":" not in gap)
        ):
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
            if not moved and self.words[at - 1].folded in (
                "all",
                "the",
                "a",
                "los",
                "las",
                "les",
                "alle",
                "as",
                "os",
                "otros",
                "another",
                "other",
                "unas",
                "unos",
                "todos",
            ):
                at, moved = at - 1, True
        return at

    def _state(self, one: Numeral, last: int, kept: Sequence[Numeral]) -> Found | None:
        """What happened to those who are counted: the nearest such word in the clause, behind first, then before."""
        table = classes()[0]
        states = [noun for noun in self.nouns if table[noun.name].tells == "state"]
        others = [
            other.first for other in kept if other is not one and other.form != "ordinal" and not self._from(other)
        ]
        hint = self._lead(one)
        close = [
            noun for noun in states if noun.last <= hint <= noun.last + 1 and self._one_clause(noun.last - 1, one.first)
        ]
        if close and (close[-1].last == hint or self.words[hint - 1].folded in ("of", "de", "d", "van")):
            return close[-1]  # "the release of 120 people jailed", "killing all five people"
        behind = [
            noun
            for noun in states
            if last <= noun.first <= last + _NEAR
            and not any(last <= other < noun.first for other in others)
            and self._one_clause(last - 1, noun.first)
        ]
        if behind:
            return behind[0]
        ahead = [
            noun
            for noun in states
            if noun.last <= one.first
            and one.first - noun.last <= 5
            and not any(noun.last <= other < one.first for other in others)
            and self._one_clause(noun.last - 1, one.first)
        ]
        return ahead[-1] if ahead else None

    def _one_clause(self, first: int, last: int) -> bool:
        return _CLAUSE.search(self._between(first, last)) is None

    def _between(self, first: int, last: int) -> str:
        return self.passage.text[self.words[first].end : self.words[last].start]

    def _word(self, at: int) -> tuple[str, str, bool] | None:
        """The first word of meaning behind a number, as (key, as written, whether the lexicon knows it)."""
        text, language = self.passage.text, self.passage.language
        first = self.passage.bounds[self.number][0]
        for here in range(at, min(len(self.words), at + 4)):
            word = self.words[here]
            if here and _HARD.search(text[self.words[here - 1].end : word.start]):
                return None
            if (
                word.is_number
                or (word.folded in _STOPS and word.folded != "de")
                or word.folded in ("in", "en", "no", "na", "a")
            ):
                return None
            if is_common(word.folded, language) or len(word.folded) < 3 or word.folded in VALUES.get(language, ()):
                continue
            if word.folded in CASES:  # "casos" has the stem of "casas"
                return "case", word.text, True
            hit = next((hit for hit in self.passage.concepts if hit.first <= first + here < hit.last), None)
            if word.is_capital and hit is None:
                continue
            return (hit.entry.id if hit else stem(word.text, language)), word.text, hit is not None
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
        if self._role(one) == "old" and any(cue.name == "then" and 0 <= cue.first - one.last <= 3 for cue in self.cues):
            return "then"
        if any(cue.name == "perday" and 0 <= cue.first - one.last <= 4 for cue in self.cues):
            return "day"
        return "total" if any(cue.name == "total" for cue in self.cues) else ""

    def _role(self, one: Numeral) -> str:
        for role, holds in (("old", self._is_old), ("subset", self._is_subset), ("more", self._is_more)):
            if holds(one):
                return role
        before = self.words[one.first - 1].folded if one.first else ""
        return "given" if before in _THE.get(self.passage.language, ()) else ""

    def _is_old(self, one: Numeral) -> bool:
        """Whether a number is named as what was: "up from 2,000", "frente a 8", ", not four"."""
        before = self.words[one.first - 1].folded if one.first else ""
        hint = self._lead_plain(one)
        clear = any(
            cue.name == "old"
            and 0 <= one.first - cue.last <= 2
            and not _HARD.search(self._between(cue.last - 1, one.first))
            for cue in self.cues
        )
        denied = before in _NOT and one.first > 1 and one.form != "ordinal"
        return clear or denied or any(cue.name == "old" and cue.last == hint for cue in self.cues)

    def _is_subset(self, one: Numeral) -> bool:
        """Whether a number is a part of what was counted: "two of them", "dos de ellos", "two other carriers"."""
        rest = [word.folded for word in self.words[one.last : one.last + 2]]
        text, end = self.passage.text, self.words[one.last - 1].end
        close = one.last < len(self.words) and text[end : self.words[one.last].start].strip() == ""
        partitive = len(rest) == 2 and rest[0] in _OF and rest[1] in _THEM
        if close and partitive and one.form not in ("vague", "round", "mixed"):
            return True
        hint = self._lead_plain(one)
        if any(cue.name == "subset" and cue.last == hint for cue in self.cues):
            return True
        return close and rest[0] in _OTHERS | {"deles", "delas"}  # "two other carriers" leave the six as they are

    def _is_more(self, one: Numeral) -> bool:
        """Whether a number is added to what was counted: "two more people died", "tres cuerpos más", "mais três corpos"."""
        language, rest = self.passage.language, [word.folded for word in self.words[one.last : one.last + 5]]
        before = self.words[one.first - 1].folded if one.first else ""
        if before in _MORE_BEFORE.get(language, ()):
            return True
        for at, word in enumerate(rest[:4]):
            gap = self.words[one.last + at]
            if _HARD.search(self.passage.text[self.words[one.last + at - 1].end : gap.start]):
                return False
            if word in _MORE_BEHIND.get(language, ()):
                return rest[at + 1 : at + 2] not in (["than"], ["de"], ["que"]) and (language != "en" or at == 0)
            if language == "fr" and rest[at : at + 2] == ["de", "plus"] and at <= 2:
                return True
        return False

    def _lead_plain(self, one: Numeral) -> int:
        at = one.first
        while at and self.words[at - 1].folded in (
            "the",
            "los",
            "las",
            "les",
            "os",
            "as",
            "de",
            "an",
            "a",
            "earlier",
            "about",
            "some",
            "unos",
            "unas",
        ):
            if any(cue.last == at and cue.name in ("old", "subset") for cue in self.cues):
                return at
            at -= 1
        return at
