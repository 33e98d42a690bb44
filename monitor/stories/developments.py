"""What an item adds to its story: the developments that a reader does not know yet, each with its evidence.

Every sentence of the body is weighed (`sentences`); those that are both news and new become developments, one a sentence: a
changed figure, a changed status, a quotation or a fact. What is only said again, background and boilerplate stay silent. The
first item of a story gives its strongest sentence as `new_story`. Here it is chosen what is said; `stating` makes a development of
each, and `remembering` keeps what the next item is compared with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import Development, Kind, make_id
from monitor.stories import revisions
from monitor.stories.chains import INSIDE
from monitor.stories.context import Context, Diff
from monitor.stories.expectations import expectations_in
from monitor.stories.ledger import Ledger
from monitor.stories.novelty import Models, models
from monitor.stories.origins import is_credit
from monitor.stories.reading import Reading
from monitor.stories.remembering import facts_in, memory_of
from monitor.stories.sentences import Weighed, apart, weigh
from monitor.stories.stating import LEAST, development, further, source, withdrawn
from monitor.text.lexicon import Lexicon

#: a copy's sentence that has more of a known one than this was not put in
_COPIED = 0.6
#: what is put into a copy must be this likely to be news, or tables and captions would make texts of their own of it (bench/stories.py, Reuters)
_PUT_IN = 0.65
#: a story without news for this long is awake again with the next
_ASLEEP = timedelta(days=7)
_AWAKENED = 0.68
#: a first report less likely than this to be new and news is none
_KNOWN = 0.2


def diff(
    reading: Reading, ledger: Ledger, context: Context, lexicon: Lexicon, *, weights: Models | None = None
) -> Diff:
    """What `reading` adds to the story that `ledger` holds. Pure: the ledger is not touched.

    `weights` are the shipped ones but in measurements, which hold stories out of the fit.
    """
    del lexicon  # the reading was made with it
    shipped = weights or models()
    ledgers = (ledger, *context.neighbours)
    rows = weigh(reading, ledgers, context.origin, shipped)
    if context.is_copy:
        rows = _put_in(rows, shipped)
    before = revisions.versions((*context.earlier, context.previous), ledgers) if context.previous else None
    if before is not None:
        rows = [] if revisions.flips(reading, before) else revisions.changed(rows, before)
    chosen = _chosen(rows, context, shipped)
    if context.new_story:
        chosen = [_first_of_all(row) for row in chosen]
    found = [development(row, reading, context, shipped) for row in chosen]
    if context.new_story and found:
        found = _opened(found, chosen)
    elif (slept := _slept(ledger, context.now)) >= _ASLEEP:
        found = _awakened(found, slept)
    if before is not None:
        found += [more for row in chosen for more in further(row, reading, context, shipped)]
    if before is not None and not revisions.flips(reading, before):
        found += [withdrawn(told, gone, reading, context) for told, gone in revisions.vanished(reading, before)]
    if not found and context.previous is None and (vouching := source(rows, reading, ledger, context)):
        found = [vouching]
    told = {(one.span.start, one.span.end): one.id for one in found if one.kind is not Kind.SOURCE}
    return Diff(
        developments=tuple(found),
        facts=tuple(facts_in(rows, reading, context)),
        expectations=expectations_in(rows, reading, context),
        memory=memory_of(reading, rows, context, told),
        considered=tuple(
            (row.statement.start, row.statement.end, round(row.news, 4), round(row.novel, 4)) for row in rows
        ),
    )


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(rows: Sequence[Weighed], context: Context, shipped: Models) -> list[Weighed]:
    chosen = [row for row in rows if row.likely >= (_PUT_IN if context.is_copy else shipped.possible)]
    if not chosen and context.new_story and rows and not context.is_copy:
        chosen = [max(rows, key=lambda row: row.news + 0.3 * row.features["title"] + 0.2 * row.features["lead"])]
    return _once(chosen)


def _put_in(rows: Sequence[Weighed], shipped: Models) -> list[Weighed]:
    """A copy's sentences: an inserted one, or one with another number, is weighed apart from the copied text; the rest is not new."""
    added = [row for row in rows if (row.features["contained"] <= _COPIED and _states(row)) or row.chains.changes]
    weighed = dict(zip((row.statement.start for row in added), apart(added, shipped), strict=True))
    return [weighed.get(row.statement.start) or replace(row, novel=0.0) for row in rows]


def _states(row: Weighed) -> bool:
    """Whether what an editor put in says more than whose text it is, or what to read next."""
    features = row.features
    invites = "boilerplate" in row.statement.cues and not features["told"]
    if invites or features["question"] or is_credit(row.statement.text):
        return False
    return bool(features["told"] or features["figures"] or not features["short"])


def _once(chosen: Sequence[Weighed]) -> list[Weighed]:
    """Without the note that says again what a changed figure of the same item said ("corrected to show that…, not…")."""
    kept: list[Weighed] = []
    said: set[float] = set()
    for row in chosen:
        values = {figure.shown for figure in row.statement.figures if figure.bound}
        if not (values and values <= said and "correct" in row.statement.cues):
            kept.append(row)
        said |= {value for change in row.chains.changes for value in (change.old, change.figure.shown)}
    return kept


def _opened(found: list[Development], chosen: Sequence[Weighed]) -> list[Development]:
    """The first report of a story: its strongest sentence opens it."""
    first = max(
        range(len(found)),
        key=lambda at: (
            chosen[at].likely + 0.3 * chosen[at].features["title"] + 0.15 * chosen[at].features["lead"],
            -at,
        ),
    )
    opening = _opening(found[first], chosen[first])
    return [opening, *(one for at, one in enumerate(found) if at != first)]


def _opening(found: Development, row: Weighed) -> Development:
    """The sentence that opens a story. What carries on a neighbouring story's figure is that change, and no first report."""
    known = found.novelty < _KNOWN  # the neighbouring stories know it: a story torn in two, not a first report
    strength = found.importance if known else max(found.importance, LEAST[Kind.NEW_STORY])
    kind = Kind.NEW_STORY if found.old is None or not (row.chains.known or row.chains.other) else found.kind
    name = make_id("d", found.topic, found.item, kind, found.span.field, found.span.start, found.span.end)
    return replace(found, id=name, kind=kind, importance=strength, sure=not known)


def _first_of_all(row: Weighed) -> Weighed:
    """A sentence of a first report without the changes that only a neighbouring story's value makes: that may be another event's."""
    if {"change", "toll", "correct"} & row.statement.cues:
        return row
    confirmed = "confirm" in row.statement.cues
    kept = [one for one in row.chains.changes if one.sure >= INSIDE or (confirmed and one.figure.shown > one.old)]
    return (
        row if len(kept) == len(row.chains.changes) else replace(row, chains=replace(row.chains, changes=tuple(kept)))
    )


def _slept(ledger: Ledger, now: datetime) -> timedelta:
    """How long ago the story was last heard of."""
    return now - (ledger.latest or now)


def _awakened(found: list[Development], slept: timedelta) -> list[Development]:
    """The first sure development of a story that had fallen silent interrupts: it was no longer expected."""
    first = next((one for one in found if one.sure), None)
    if first is None:
        return found
    terms = {**first.terms, "silent_days": round(slept / timedelta(days=1), 1)}
    awake = replace(first, importance=max(first.importance, _AWAKENED), terms=terms)
    return [awake if one is first else one for one in found]


__all__ = ["Context", "Diff", "Ledger", "diff"]
