"""A text that changed under its address: style is silent, substance speaks.

The sentences of both versions are aligned; what kept its figures, quotations, names, polarity and status and most of its words is
style. The judgement follows NewsEdits' split of fact updates and style (design/judgement 1.6).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from monitor.model import Kind
from monitor.stories.chains import Change
from monitor.stories.facts import Statement, statements
from monitor.stories.ledger import Ledger, credit
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed
from monitor.text.common import is_common
from monitor.text.normal import fold

_ALIGNED = 0.45
#: a sentence is still there when another has this share of it
_KEPT = 0.5
_SILENT = frozenset({"boilerplate", "nocomment"})
_STYLE = 0.55
_CAPITAL = re.compile(r"(?:^|\W)[A-ZÀ-Þ]\w{2,}")
_POLARITY = frozenset({"deny", "confirm", "unverified", "correct"})
_NOT = frozenset(
    "not no never without neither nor n't ni nunca sin jamas ne pas aucun sans jamais nao nem sem niet "
    "geen nooit zonder".split()
)
#: a page's clock or counter: it changes with every visit and says nothing
_CLOCK = re.compile(
    r"\b(?:updated|actualizado|actualizada|mis à jour|mise à jour|atualizado|bijgewerkt"
    r"|last modified|published|publicado|publié|gepubliceerd)\b.{0,40}\d|\b\d{1,2}:\d{2}\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Edit:
    """One sentence that changed: what it was ("" where it is new) and what it is ("" where it vanished)."""

    before: str
    after: str
    #: "added", "deleted", "substance" or "style"
    kind: str


def changed(rows: Sequence[Weighed], previous: Reading) -> list[Weighed]:
    """The rows whose sentences were not in the version before, or not with this substance.

    A sentence whose substance was edited is new by that alone; a figure that replaces another in its place corrects it.
    """
    old = statements(previous.body) or statements(previous.title)
    texts = Counter(_plain(one.text) for one in old)
    kept: list[Weighed] = []
    for row in rows:
        if texts[_plain(row.statement.text)]:
            continue
        before = _counterpart(row.statement, old)
        if before is None:
            kept.append(row)
        elif not is_style(before, row.statement):
            kept.append(_edited(row, before))
    return kept


def _edited(row: Weighed, before: Statement) -> Weighed:
    """A sentence of another substance than before: new by that alone, unless it never was news."""
    changes = tuple(_replaced(before, row.statement))
    if not changes and row.statement.cues & _SILENT:
        return row
    named = _polarity(before) == _polarity(row.statement) and _same_quotes(before, row.statement)
    if not changes and named and row.news < 0.3:
        return row  # another name in a sentence of background
    pairs = words_changed(before.text, row.statement.text)
    edit = (" … ".join(was for was, _ in pairs if was), " … ".join(now for _, now in pairs if now))
    chains = replace(row.chains, changes=changes or row.chains.changes)
    return replace(
        row, chains=chains, novel=max(row.novel, 0.95), news=max(row.news, 0.9 if changes else 0.6), edit=edit
    )


def vanished(reading: Reading, previous: Reading, ledgers: Sequence[Ledger]) -> list[tuple[str, str]]:
    """Sentences of the version before that were told and that this version neither keeps nor rewords: (development, sentence)."""
    now = statements(reading.body)
    texts = {_plain(one.text) for one in now}
    found: list[tuple[str, str]] = []
    for known in (known for ledger in ledgers for known in ledger.of(previous.item.id) if known.told):
        gone = next((one for one in statements(previous.body) if one.units == known.units), None)
        if gone is None or _plain(gone.text) in texts or _counterpart(gone, now) is not None:
            continue
        if not any(sum(bool(credit(unit, one.keys)) for unit in gone.units) >= _KEPT * len(gone.units) for one in now):
            found.append((known.told, gone.text))
    return found


def _replaced(before: Statement, after: Statement) -> list[Change]:
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
            found.append(Change(figure, olds[0].shown, Kind.CORRECTION, 0.97))
    return found


def edits(reading: Reading, previous: Reading) -> list[Edit]:
    """Every sentence that differs between two versions, for a person to see."""
    old, new = statements(previous.body), statements(reading.body)
    same = {_plain(one.text) for one in old} & {_plain(one.text) for one in new}
    left = [one for one in old if _plain(one.text) not in same]
    found: list[Edit] = []
    for statement in new:
        if _plain(statement.text) in same:
            continue
        before = _counterpart(statement, left)
        if before is None:
            found.append(Edit("", statement.text, "added"))
            continue
        left.remove(before)
        found.append(Edit(before.text, statement.text, "style" if is_style(before, statement) else "substance"))
    return [*found, *(Edit(one.text, "", "deleted") for one in left)]


def words_changed(before: str, after: str) -> list[tuple[str, str]]:
    """The words that differ, as (was, is) pairs in order; either may be ""."""
    old, new = before.split(), after.split()
    return [
        (" ".join(old[a:b]), " ".join(new[c:d]))
        for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def is_style(before: Statement, after: Statement) -> bool:
    """Whether two versions of a sentence say the same: the same figures, quotations, names and polarity, other words at most."""
    if _clockless(before.text) == _clockless(after.text):
        return True
    if (
        sorted(_values(before)) != sorted(_values(after))
        or _polarity(before) != _polarity(after)
        or not _same_quotes(before, after)
    ):
        return False
    if {key for key in after.names if key not in before.keys} and not _same_names(before, after):
        return False
    return _alike(before, after) >= _STYLE


def _polarity(statement: Statement) -> tuple[frozenset[str], int]:
    return statement.cues & _POLARITY, _negations(statement)


def _values(statement: Statement) -> list[tuple[float, float, str]]:
    return [(figure.low, figure.high, figure.unit) for figure in statement.figures]


def _negations(statement: Statement) -> int:
    return sum(word in _NOT for word in re.findall(r"\w+", statement.text.lower()))


def _same_names(before: Statement, after: Statement) -> bool:
    """A name may be put in ("Venezuela's Paria Peninsula"); a name in the place of another capitalised word is substance."""
    come = after.names - before.names
    swapped = any(_CAPITAL.search(was) and _CAPITAL.search(now) for was, now in words_changed(before.text, after.text))
    return len(come) <= 1 and not swapped


def _same_quotes(before: Statement, after: Statement) -> bool:
    """Quotations of the same words, but for words without a meaning of their own."""
    if len(before.quotes) != len(after.quotes):
        return False
    pairs = [
        pair
        for one, two in zip(before.quotes, after.quotes, strict=True)
        for pair in words_changed(_plain(one.text), _plain(two.text))
    ]
    return all(is_common(word, before.language) for was, now in pairs for word in fold(f"{was} {now}").split())


def _counterpart(statement: Statement, old: Sequence[Statement]) -> Statement | None:
    best = max(old, key=lambda one: _alike(one, statement), default=None)
    return best if best is not None and _alike(best, statement) >= _ALIGNED else None


def _alike(one: Statement, two: Statement) -> float:
    if not one.units or not two.units:
        return float(_plain(one.text) == _plain(two.text))
    there = sum(credit(unit, two.keys) for unit in one.units) / len(one.units)
    back = sum(credit(unit, one.keys) for unit in two.units) / len(two.units)
    return (there + back) / 2


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _clockless(text: str) -> str:
    return _plain(_CLOCK.sub(" ", text))
