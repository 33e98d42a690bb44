"""The figure as the rest of the house knows it."""

from __future__ import annotations

from dataclasses import dataclass


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
    #: "old": named as what was; "subset": "two of them"; "given": "the five", known to the reader; "more": added to what was counted
    role: str = ""
    #: "", "total", "day"; of an old value "not" where it is said to be wrong ("78 tonnes, not 84"), "then" where it was of another time
    scope: str = ""
    #: bound to a noun only by another number of the sentence
    inherited: bool = False
    #: what a unit as written was multiplied by: 1.609 for miles, so that the number can be shown as it stands
    factor: float = 1.0
    #: the symbol of the unit as written, where that is another one than `unit`
    written: str = ""

    @property
    def shown(self) -> float:
        """The number as it is written, in the unit as written."""
        return round(self.value / self.factor, 6)

    @property
    def shown_unit(self) -> str:
        """The unit of `shown`."""
        return self.written or self.unit

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
