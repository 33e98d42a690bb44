"""What a number of a sentence counts: "5,000 Igla-S shoulder-fired missiles" is 5,000 missiles, "killing all five people on board" five dead.

A number is bound to a class of nouns.tsv, else to the word behind it; people who are only "people" to what happened to them. A
number that binds to nothing stays unbound: it may be news, and is never a changed figure (design/judgement 1.7, 3.3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.text.common import is_common
from monitor.text.figures.around import _FROM, _HARD, _RIGHT, _STOPS, _TO, Around
from monitor.text.figures.exclusions import excluded
from monitor.text.figures.figure import Figure
from monitor.text.figures.nouns import Unit, classes, units
from monitor.text.figures.numerals import Numeral, joined, numerals
from monitor.text.phrases import Found

_AND = frozenset("and y et e en".split())
#: a sentence with more numbers is a table and no sentence; what stands beyond is not read
_MOST = 30
#: what "nog" adds to
_ADDED = frozenset("dead bodies injured arrested survivors rescued".split())
_CURRENCY = re.compile(r"(US\$|R\$|Bs\.? ?|[$€£])\s?$")
#: units that are written into a number by another name than their row's
_WRITTEN_IN = {"mph": "km/h 1.609", "kmh": "km/h 1", "kph": "km/h 1", "kg": "t 0.001", "bpd": "bbl 1"}
_MONEY = {"$": "USD", "€": "EUR", "£": "GBP", "R$": "BRL", "Bs": "VES"}


@dataclass(slots=True)
class Sentence(Around):
    """One sentence while its numbers are bound."""

    def figures(self) -> list[Figure]:
        """Its numbers in order, each bound where it binds to anything."""
        text, language = self.passage.text, self.passage.language
        # "mil" and "cent" may also be nouns of the table; a word inside a number counts nothing
        read = joined(numerals(self.words, text, language), self.words, text, language)[:_MOST]
        taken = {at for one in read for at in range(one.first, one.last) if one.form != "ordinal"}
        self.nouns = _longest([noun for noun in self.nouns if not taken & set(range(noun.first, noun.last))])
        kept = [one for one in read if not excluded(one, self.words, text, language, self._noun_at(one.last))]
        bound = [(one, self._bind(one, kept)) for one in kept]
        return self._settle([(one, figure) for one, figure in bound if figure is not None])

    def _bind(self, one: Numeral, kept: Sequence[Numeral]) -> Figure | None:
        unit = self._unit(one)
        start, end = self.words[one.first].start, self.words[one.last - 1].end
        figure = Figure(
            one.low,
            one.high,
            start,
            end,
            self.number,
            "bare",
            qualifier=self._qualifier(one),
            role=self._role(one),
            scope=self._scope(one),
        )
        if one.form == "ordinal":
            return self._ordinal(one, figure)
        if unit is not None:
            return self._measure(one, figure, unit, kept)
        if one.form == "words" and one.high == 1 and not self._counts_one(one):
            return None
        return self._count(one, figure, kept)

    def _unit(self, one: Numeral) -> tuple[Unit, int] | None:
        """The unit of a number, and where its words end: "%", one written into the number, money's mark, or a word behind."""
        text, end = self.passage.text, self.words[one.last - 1].end
        if one.form == "share" or re.match(r"\s?%", text[end : end + 2]):
            return Unit("%", "percent", 1.0), one.last
        money = _CURRENCY.search(text[max(0, self.words[one.first].start - 5) : self.words[one.first].start])
        if money and one.unit in ("", "m"):
            return Unit(_MONEY.get(money[1].strip(" ."), "USD"), "money", 1e6 if one.unit else 1.0), one.last
        if one.unit:
            return self._glued(one)
        if self._magnitude(one):
            return Unit("magnitude", "magnitude", 1.0), one.last
        return self._behind(one)

    def _glued(self, one: Numeral) -> tuple[Unit, int] | None:
        table = units()[0]
        name = _WRITTEN_IN.get(one.unit) or next((key for key in table if key.split()[0] == one.unit), "")
        return (table[name], one.last) if name else None

    def _behind(self, one: Numeral) -> tuple[Unit, int] | None:
        found = [unit for unit in self.units if unit.first in self._after(one)]
        best = max(found, key=lambda unit: (-unit.first, unit.last - unit.first), default=None)
        if best is None or (best.name.startswith("BRL") and self.passage.language == "es"):
            return None
        unit = units()[0][best.name]
        article = one.form == "words" and one.high == 1 and unit.measures == "time"  # "un segundo fallo"
        return None if article else (unit, best.last)

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
        if (
            at < len(self.words)
            and self.words[at].folded in ("de", "d", "of", "us")
            and one.form in ("mixed", "words", "vague", "round", "digits", "range")
        ):
            return (at, at + 1)
        return (at,)

    def _measure(self, one: Numeral, figure: Figure, found: tuple[Unit, int], kept: Sequence[Numeral]) -> Figure:
        unit, last = found
        kind = {"percent": "percent", "time": "duration", "money": "money", "count0": "bare"}.get(
            unit.measures, "measure"
        )
        noun = (
            (self._right(last, kept) or self._rate(one) or self._left(one, kept))
            if kind in ("percent", "measure")
            else None
        )
        name, said = (noun.name, self._text(noun)) if noun else ("", "")
        if kind == "measure" and not name:
            name, said = unit.measures, unit.symbol
        if unit.measures == "magnitude":
            return replace(figure, kind="measure", unit="magnitude", noun="magnitude", said_noun="magnitude")
        if kind == "measure" and unit.measures == "speed":
            name = "wind" if any(one.name == "wind" for one in self.nouns) else unit.measures
        if kind == "measure" and unit.measures != "speed":
            follow = self._word(last)
            name = f"{unit.measures}:{follow[0]}" if follow and follow[2] else unit.measures
        state = self._state(one, last, kept) if kind == "percent" else None
        factor = unit.factor if kind != "duration" else 1.0
        if kind == "money":
            return replace(
                figure, kind=kind, low=figure.low * factor, high=figure.high * factor, unit=unit.symbol, noun="money"
            )
        return replace(
            figure,
            kind=kind,
            low=figure.low * factor,
            high=figure.high * factor,
            factor=factor,
            unit=unit.symbol,
            written=unit.written if factor != 1 else "",
            noun=name or ("money" if kind == "money" else ""),
            said_noun=said,
            state=state.name if state and state.name != name else "",
        )

    def _ordinal(self, one: Numeral, figure: Figure) -> Figure | None:
        table = classes()[0]
        noun = next(
            (
                noun
                for noun in self.nouns
                if one.last <= noun.first <= one.last + 1 and table[noun.name].tells != "generic"
            ),
            None,
        )
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
        return (
            self.passage.language == "en"
            and kind.person
            and self.words[one.first].folded == "one"
            and self._state(one, noun.last, ()) is not None
        )

    def _count(self, one: Numeral, figure: Figure, kept: Sequence[Numeral]) -> Figure:
        noun = self._noun(one, one.last, kept)
        if (noun is None or noun.last <= one.first) and (passive := self._passive(one)):
            noun = passive
        if figure.role == "subset":
            noun = next((noun for noun in self.nouns if one.last <= noun.first < one.last + _RIGHT), None) or noun
        if noun is None:
            return self._count_without_noun(one, figure, kept)
        table = classes()[0]
        open_state = table[noun.name].person and (
            table[noun.name].tells != "state" or noun.name in ("held", "arrested")
        )
        state = self._state(one, noun.last if noun.first >= one.last else one.last, kept) if open_state else None
        if state is not None and noun.name in ("held", "arrested") and state.name not in ("freed", "dead", "injured"):
            state = None
        if figure.role == "subset":
            state = None
        name = state.name if state else noun.name
        said = self._text(noun)
        if not figure.role and self._nog(one) and name in _ADDED:
            figure = replace(figure, role="more")
        return replace(
            figure,
            kind="count",
            noun="people" if name == "people" else name,
            said_noun=said,
            state=noun.name if state and noun.name != "people" else self._thing_state(noun, one, kept),
        )

    def _count_without_noun(self, one: Numeral, figure: Figure, kept: Sequence[Numeral]) -> Figure:
        """What became of people ("12 were killed"), a people ("twelve Colombians"), or the word that stands there."""
        state = self._state(one, one.last, kept)
        if (
            state
            and classes()[0][state.name].person
            and state.first >= one.last
            and not _HARD.search(self._between(one.last - 1, state.first))
        ):
            return replace(figure, kind="count", noun=state.name, said_noun=self._text(state))
        if people := self._demonym(one):
            state = self._state(one, one.last + 1, kept)
            person = state is not None and classes()[0][state.name].person
            return replace(figure, kind="count", noun=state.name if state and person else "people", said_noun=people)
        word = self._word(one.last)
        if word is None or (one.form == "words" and one.high < 2):
            return figure
        return replace(figure, kind="count", noun=f"w:{word[0]}", said_noun=word[1])

    def _nog(self, one: Numeral) -> bool:
        """Dutch "nog": three more dead, but still three missing."""
        return self.passage.language == "nl" and one.first > 0 and self.words[one.first - 1].folded == "nog"

    def _thing_state(self, noun: Found, one: Numeral, kept: Sequence[Numeral]) -> str:
        if classes()[0][noun.name].person:
            return ""
        state = self._state(one, noun.last, kept)
        return state.name if state and not classes()[0][state.name].person else ""

    def _settle(self, read: list[tuple[Numeral, Figure]]) -> list[Figure]:
        """Old values next to new ones ("from 4,500 to 6,000", "up from 2,000"), and numbers that share one noun ("28 dead, the police 15")."""
        figures = [figure for _, figure in read]
        for at in range(len(read) - 1):
            (one, _), (two, _) = read[at], read[at + 1]
            between = self.words[two.first - 1].folded if two.first - one.last <= 6 else ""
            before = self.words[one.first - 1].folded if one.first else ""
            own = between.split()[-1:] if len(between.split()) <= 3 else []
            ahead = self.words[two.first - 1].folded if two.first else ""
            if (ahead in _FROM and two.first - one.last <= 4 and before in _TO) or self._left_behind(
                ahead, two.first - one.last, figures[at], figures[at + 1]
            ):
                figures[at + 1] = replace(figures[at + 1], role="old")
            if (
                before in _FROM
                and own
                and own[0] in ("to", "a", "tot", "para", "naar")
                and not any(cue.name == "change" for cue in self.cues)
            ):
                if figures[at].noun in (figures[at + 1].noun, "") and figures[at + 1].high > figures[at].low:
                    figures[at + 1] = replace(figures[at + 1], low=figures[at].low, start=figures[at].start)
                    figures[at] = replace(figures[at], kind="merged")
                continue
            if (
                before in _FROM
                and own
                and own[0] in ("to", "a", "tot", "para", "naar")
                and figures[at].kind in ("count", "bare", "percent", "measure")
            ):
                figures[at] = replace(figures[at], role="old")
            if figures[at].role == "old" and between in _AND:
                figures[at + 1] = replace(
                    figures[at + 1], role="old"
                )  # "up from three on the first night and four on Friday"
        self._share_nouns(figures)
        return [figure for figure in figures if figure.kind != "merged"]

    def _share_nouns(self, figures: list[Figure]) -> None:
        """Gives those that count nothing by themselves, in place, the noun of another one."""
        for at, figure in enumerate(figures):
            if (figure.kind in ("bare", "count", "percent")) and (
                not figure.noun
                or (figure.role == "old" and (figure.noun.startswith("w:") or _is_only_state(figure, figures[:at])))
            ):
                figures[at] = self._inherit(figure, figures, at)

    def _left_behind(self, ahead: str, gap: int, one: Figure, two: Figure) -> bool:
        """As in "corrected to ten the number of dead, from eleven": two counts of one thing, where something changed."""
        moved = any(cue.name in ("change", "correct") for cue in self.cues)
        counts = one.kind == "count" and not one.role and two.kind in ("count", "bare") and two.noun in (one.noun, "")
        return ahead in ("from", "desde") and gap <= 12 and moved and counts

    def _inherit(self, figure: Figure, figures: Sequence[Figure], at: int) -> Figure:
        follow = self.passage.text[figure.end : figure.end + 2]
        alone = not follow or not follow[0].isspace() or figure.role == "old" or self._ends(figure)
        giver = next(
            (
                other
                for other in (*reversed(figures[:at]), *figures[at + 1 :])
                if other.noun
                and other.kind in ("count", "percent", "measure")
                and other.role != "subset"
                and (figure.role == "old" or not other.noun.startswith("w:"))
            ),
            None,
        )
        if (
            giver is None
            or not alone
            or (figure.kind == "percent")
            != (giver.kind == "percent" or (figure.kind == "bare" and giver.kind == "percent"))
        ):
            return figure
        return replace(
            figure,
            kind=giver.kind,
            noun=giver.noun,
            said_noun=giver.said_noun,
            state=giver.state,
            unit=giver.unit,
            inherited=True,
        )

    def _ends(self, figure: Figure) -> bool:
        """Whether nothing that could be counted follows."""
        at = next((k for k, word in enumerate(self.words) if word.start >= figure.end), len(self.words))
        return (
            at >= len(self.words)
            or self.words[at].folded in _STOPS
            or is_common(self.words[at].folded, self.passage.language)
        )


def _is_only_state(figure: Figure, before: Sequence[Figure]) -> bool:
    """Whether its noun only says what became of those counted before it: "35 % of the customers had power again, against 8 %"."""
    return any(figure.noun == other.state and figure.kind == other.kind for other in before)


def _longest(found: list[Found]) -> list[Found]:
    """Without those that lie inside a longer one."""
    return [
        one
        for one in found
        if not any(
            other is not one
            and other.first <= one.first
            and one.last <= other.last
            and other.last - other.first > one.last - one.first
            for other in found
        )
    ]
