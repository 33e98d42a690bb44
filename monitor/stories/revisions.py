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
from monitor.stories.ledger import credit
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed

_ALIGNED = 0.45
_STYLE = 0.55
_POLARITY = frozenset({"deny", "confirm", "unverified", "correct"})
_NOT = frozenset("not no never without neither nor n't ni nunca sin jamas ne pas aucun sans jamais nao nem sem niet geen nooit zonder".split())
#: a page's clock or counter: it changes with every visit and says nothing
_CLOCK = re.compile(r"\b(?:updated|actualizado|actualizada|mis à jour|mise à jour|atualizado|bijgewerkt|last modified|published|publicado|publié|gepubliceerd)\b.{0,40}\d|\b\d{1,2}:\d{2}\b", re.IGNORECASE)


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
    changes = _replaced(before, row.statement)
    if not changes:
        return row
    return replace(row, chains=replace(row.chains, changes=tuple(changes)), novel=max(row.novel, 0.95), news=max(row.news, 0.9))


def _replaced(before: Statement, after: Statement) -> list[Change]:
    """Figures of one noun whose number is another now."""
    there = {figure.value for figure in before.figures}
    here = {figure.value for figure in after.figures}
    found: list[Change] = []
    for figure in after.figures:
        if figure.value in there or figure.kind in ("bare", "duration"):
            continue
        olds = [one for one in before.figures if one.noun == figure.noun and one.unit == figure.unit and one.value not in here]
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
    return [(" ".join(old[a:b]), " ".join(new[c:d])) for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if kind != "equal"]


def is_style(before: Statement, after: Statement) -> bool:
    """Whether two versions of a sentence say the same: the same figures, quotations, names and polarity, other words at most."""
    if _clockless(before.text) == _clockless(after.text):
        return True
    if sorted(_values(before)) != sorted(_values(after)) or before.cues & _POLARITY != after.cues & _POLARITY:
        return False
    if _negations(before) != _negations(after) or [_plain(q.text) for q in before.quotes] != [_plain(q.text) for q in after.quotes]:
        return False
    if {key for key in after.names if key not in before.keys} and not _same_names(before, after):
        return False
    return _alike(before, after) >= _STYLE


def _values(statement: Statement) -> list[tuple[float, float, str]]:
    return [(figure.low, figure.high, figure.unit) for figure in statement.figures]


def _negations(statement: Statement) -> int:
    return sum(word in _NOT for word in re.findall(r"\w+", statement.text.lower()))


def _same_names(before: Statement, after: Statement) -> bool:
    """A name may be written out ("The Hague" for "La Haya"); a name instead of another is substance."""
    gone = before.names - after.names
    come = after.names - before.names
    return not gone and len(come) <= 1 and _alike(before, after) >= 0.8


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
