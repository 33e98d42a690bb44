"""One sentence that was chosen, as a development: its kind, its weight, and what its kind says of it (old → new, speaker, status).

Beside it the two developments that no new sentence makes: told evidence that is gone, and an origin that says what is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Development, Kind, Span, Status, make_id
from monitor.stories import claims
from monitor.stories.chains import Change
from monitor.stories.context import Context
from monitor.stories.facts import Statement
from monitor.stories.ledger import Ledger
from monitor.stories.novelty import Models
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed
from monitor.text.figures import Figure

#: importance by kind where the model would say less (decide interrupts from .65 on)
LEAST = {Kind.NEW_STORY: 0.75, Kind.FIGURE: 0.45, Kind.CORRECTION: 0.75, Kind.CONTRADICTION: 0.7, Kind.STATUS: 0.8}

_LIVES = frozenset({"dead", "missing"})
_FATES = _LIVES | {"injured", "kidnapped", "arrested", "freed", "displaced", "evacuated", "rescued"}
#: a figure that moved by a tenth or more makes what a reader knows untrue
_MOVED, _MOVED_BY = 0.66, 0.1


def development(row: Weighed, reading: Reading, context: Context, shipped: Models) -> Development:
    """The development that a chosen sentence is."""
    statement, item = row.statement, reading.item
    name = item.body_field if reading.body.sentences else "title"
    change = _surest(row)
    kind, strength = _kind(row, change), _strength(row, context, shipped)
    made = Development(
        id=make_id("d", context.topic, item.id, kind, name, statement.start, statement.end),
        topic=context.topic,
        story=context.story,
        item=item.id,
        kind=kind,
        at=context.now,
        span=Span(item=item.id, field=name, start=statement.start, end=statement.end),
        text=statement.text,
        importance=round(
            max(strength * (0.6 + 0.4 * row.likely), LEAST.get(kind, 0.0), _lives(row, change), _moved(change)), 4
        ),
        novelty=round(row.likely, 4),
        sure=row.likely >= shipped.say,
        origins=(context.origin,),
        publisher=item.publisher,
        url=item.url,
        terms={"news": round(row.news, 3), "novel": round(row.novel, 3), "importance": round(strength, 3)}
        | _why(row, shipped),
    )
    return _detailed(made, row, change)


def _strength(row: Weighed, context: Context, shipped: Models) -> float:
    """How weighty a sentence would be if it were new."""
    kind = _kind(row, _surest(row))
    return shipped.importance(row.features | {f"kind_{kind}": 1.0, "opens": float(context.new_story)})


def _surest(row: Weighed) -> Change | None:
    return max(row.chains.changes, key=lambda one: one.sure, default=None)


def _lives(row: Weighed, change: Change | None) -> float:
    """People killed or missing for the first time, or more of them, always interrupt."""
    counted = change.figure.noun if change else ""
    lives = [figure for figure in row.statement.figures if figure.noun in _LIVES and figure.bound]
    first = row.chains.fresh and any(not figure.role for figure in lives)
    return 0.7 if counted in _LIVES or first or any(figure.role == "more" for figure in lives) else 0.0


def _moved(change: Change | None) -> float:
    """A changed figure interrupts where it is plain what it replaces, and it moved."""
    if change is None or change.sure < 0.5:
        return 0.0
    return _MOVED if abs(change.figure.value - change.old) >= _MOVED_BY * max(abs(change.old), 1e-9) else 0.0


def _why(row: Weighed, shipped: Models) -> dict[str, float]:
    """The four heaviest terms of each model, for `explain`."""
    found: dict[str, float] = {}
    for name, model in (("news", shipped.news), ("novel", shipped.novel)):
        found |= {f"{name}.{term}": round(value, 2) for term, value in list(model.terms(row.features).items())[:4]}
    return found


def _kind(row: Weighed, change: Change | None) -> Kind:
    if change is not None:
        return change.kind
    taken_back = row.status is not None and row.status.after is Status.RETRACTED
    noted = not taken_back and "correct" in row.statement.cues and bool(row.nearest) and row.nearest[0].contained > 0.2
    if row.corrects or noted:
        return Kind.CORRECTION
    if row.status is not None:
        return Kind.STATUS
    if row.features["quote_new"]:
        return Kind.QUOTE
    if row.chains.fresh:
        return Kind.FIGURE
    return Kind.FACT


def _detailed(made: Development, row: Weighed, change: Change | None) -> Development:
    """The development with what its kind says: old and new, speaker, status."""
    statement = row.statement
    status = str(claims.status_of(statement))
    made = replace(made, status=status, speaker=claims.source_of(statement) or None)
    if row.corrects:
        made = replace(made, replaces=row.corrects, terms={**made.terms, "revised": 1.0})
    if change is not None:
        return _changed(made, change, statement)
    if row.status is not None:
        return replace(made, status_before=str(row.status.before), replaces=row.status.told or None)
    if row.edit is not None and made.kind in (Kind.FACT, Kind.QUOTE, Kind.CORRECTION):
        return replace(made, old=row.edit[0], new=row.edit[1])
    counted = [one for one in statement.figures if one.bound and not one.role and one.qualifier != "vague"]
    if made.kind is Kind.FIGURE and counted:
        first = max(counted, key=lambda one: (one.noun in _LIVES, one.kind != "ordinal", -one.start))
        return replace(
            made,
            noun=_noun(first),
            subject=subject_of(statement),
            new=first.shown,
            unit=first.shown_unit or None,
        )
    return made


def _noun(figure: Figure) -> str:
    """What a figure counts, in the news' own word; what became of people says more than "people"."""
    return figure.noun if figure.noun in _FATES else figure.said_noun or figure.noun


def _changed(made: Development, change: Change, statement: Statement) -> Development:
    figure = change.figure
    return replace(
        made,
        noun=_noun(figure),
        subject=subject_of(statement),
        old=change.old,
        new=figure.shown,
        unit=figure.shown_unit or None,
        replaces=change.told or made.replaces,
    )


def further(row: Weighed, reading: Reading, context: Context, shipped: Models) -> list[Development]:
    """The other figures that an edit changed in one sentence: "killing 5 and injuring 12" says two things."""
    if row.edit is None:
        return []
    first = _surest(row)
    found = []
    for change in (one for one in row.chains.changes if one is not first):
        alone = replace(row, chains=replace(row.chains, changes=(change,)))
        made = development(alone, reading, context, shipped)
        found.append(replace(made, id=make_id("d", made.id, change.figure.start)))
    return found


def subject_of(statement: Statement) -> str | None:
    """A name in the sentence, places first: what or whom the figure is about."""
    names = sorted(statement.places) or sorted(key[2:] for key in statement.names if key.startswith("n:"))
    return names[0] if names else None


def withdrawn(told: str, gone: str, reading: Reading, context: Context) -> Development:
    """Evidence that was told and is not in the text any more: a correction, which stands on the title of what is left."""
    item = reading.item
    return Development(
        id=make_id("d", context.topic, item.id, Kind.CORRECTION, told),
        topic=context.topic,
        story=context.story,
        item=item.id,
        kind=Kind.CORRECTION,
        at=context.now,
        span=Span(item=item.id, field="title", start=0, end=len(item.title)),
        text=item.title,
        old=gone,
        status="retracted",
        importance=LEAST[Kind.CORRECTION],
        novelty=1.0,
        origins=(context.origin,),
        publisher=item.publisher,
        url=item.url,
        replaces=told,
        terms={"revised": 1.0},
    )


def source(rows: Sequence[Weighed], reading: Reading, ledger: Ledger, context: Context) -> Development | None:
    """An independent origin that says what is known: no news, but worth counting."""
    known = ledger.origins
    if not known or context.origin in known or not rows:
        return None
    row = max(rows, key=lambda row: (row.features["contained"], -row.statement.number))
    name = reading.item.body_field if reading.body.sentences else "title"
    statement = row.statement
    return Development(
        id=make_id("d", context.topic, reading.item.id, Kind.SOURCE, name, statement.start, statement.end),
        topic=context.topic,
        story=context.story,
        item=reading.item.id,
        kind=Kind.SOURCE,
        at=context.now,
        span=Span(item=reading.item.id, field=name, start=statement.start, end=statement.end),
        text=statement.text,
        importance=0.3 if len(known) == 1 else 0.1,
        novelty=0.0,
        origins=(context.origin,),
        publisher=reading.item.publisher,
        url=reading.item.url,
    )
