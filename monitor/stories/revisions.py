"""A text that changed under its address: style is silent, substance speaks, and what a reader was told is taken back.

The versions are put side by side (`aligning`). A sentence that stood in any earlier version says nothing, so that a text that flips
back and forth is heard once; nor does a page's clock or counter. What was told and is now another is corrected, what is gone is
withdrawn: both name the development that they replace, and concern those who got it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.model import Kind
from monitor.stories import aligning
from monitor.stories.aligning import Version, counterpart, is_recombined, is_style, names_swapped, said, version
from monitor.stories.chains import Change
from monitor.stories.facts import Statement
from monitor.stories.ledger import Ledger
from monitor.stories.reading import Reading
from monitor.stories.said import credit
from monitor.stories.sentences import Weighed

#: a sentence is still there when another has this share of it
_KEPT = 0.5
#: another sentence of the newer version that says this much the same is what was told, still
_STILL = 0.8
#: where only a word is another, a sentence that was no news before is none now
_NO_NEWS = 0.3


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of an item before this one, oldest first, and what was told of them: (development, its sentence then)."""

    all: tuple[Version, ...]
    told: tuple[tuple[str, Statement], ...]

    @property
    def last(self) -> Version:
        """The version before this one."""
        return self.all[-1]

    def told_by(self, statement: Statement) -> str:
        """The development that told a sentence of the version before, in these words or nearly; "" where none did."""
        for told, then in reversed(self.told):
            if said(then) == said(statement) or (
                is_style(then, statement) and aligning.alike(then, statement) >= _STILL
            ):
                return told
        return ""


def versions(earlier: Iterable[Reading], ledgers: Sequence[Ledger]) -> Versions:
    """The versions before (at least one, oldest first), with what the ledgers remember as told of them."""
    found = tuple(version(one) for one in earlier)
    told = [
        (known.told, statement)
        for one in found
        for ledger in ledgers
        for known in ledger.of(one.item)
        if known.told
        for statement in one.statements
        if statement.units == known.units
    ]
    return Versions(found, tuple(told))


def flips(reading: Reading, before: Versions) -> bool:
    """Whether a text is again what it was before its last version: it goes back and forth, and says nothing."""
    now = version(reading).said
    return any(one.said == now for one in before.all[:-1])


def changed(rows: Sequence[Weighed], before: Versions) -> list[Weighed]:
    """The rows whose sentences no version before had, or not with this substance.

    A sentence whose substance was edited is new by that alone; a figure that replaces another in its place corrects it.
    """
    stood = frozenset().union(*(one.said for one in before.all))
    new = Version("", tuple(row.statement for row in rows), frozenset())
    kept: list[Weighed] = []
    for row in rows:
        words = said(row.statement)
        if not words or words in stood:
            continue
        was = counterpart(row.statement, before.last.statements)
        if was is None:
            kept.append(row)
        elif not is_style(was, row.statement) and not is_recombined(row.statement, was, before.last, new):
            kept.append(_edited(row, was, before.told_by(was)))
    return kept


def _edited(row: Weighed, before: Statement, told: str) -> Weighed:
    """A sentence of another substance than before: new by that alone, unless it never was news."""
    changes = tuple(_replaced(before, row.statement, told))
    if not changes and "boilerplate" in row.statement.cues:
        return row
    swapped = names_swapped(before, row.statement)
    turned = aligning.polarity(before) != aligning.polarity(row.statement)
    if (
        not (changes or swapped or turned or told)
        and aligning.same_quotes(before, row.statement)
        and row.news < _NO_NEWS
    ):
        return row  # another word in a sentence of background
    return replace(
        row,
        chains=replace(row.chains, changes=changes or row.chains.changes),
        novel=max(row.novel, 0.95),
        news=max(row.news, 0.9 if changes else 0.6),
        edit=aligning.shown(before.text, row.statement.text),
        corrects=told,
    )


def vanished(reading: Reading, before: Versions) -> list[tuple[str, str]]:
    """Sentences that were told and that this version neither keeps nor rewords: (development, sentence as the last version had it).

    Of one sentence, only what told it last.
    """
    now, found = version(reading), dict[str, str]()
    for told, then in before.told:
        last = then if said(then) in before.last.said else counterpart(then, before.last.statements)
        if last is not None and not _stands(last, now):
            found[last.text] = told
    return [(told, gone) for gone, told in found.items()]


def _stands(statement: Statement, now: Version) -> bool:
    if said(statement) in now.said or counterpart(statement, now.statements) is not None:
        return True
    return any(
        sum(bool(credit(unit, one.keys)) for unit in statement.units) >= _KEPT * len(statement.units)
        for one in now.statements
    )


def _replaced(before: Statement, after: Statement, told: str) -> list[Change]:
    """Figures of one noun whose number is another now."""
    there = {figure.value for figure in before.figures}
    here = {figure.value for figure in after.figures}
    found: list[Change] = []
    for figure in after.figures:
        if figure.value in there or figure.kind in ("bare", "duration"):
            continue
        olds = [
            one
            for one in before.figures
            if one.noun == figure.noun and one.unit == figure.unit and one.value not in here
        ]
        if len(olds) == 1:
            found.append(Change(figure, olds[0].shown, Kind.CORRECTION, 0.97, told))
    return found
