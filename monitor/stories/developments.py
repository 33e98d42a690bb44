"""What an item adds to its story: the developments that a reader does not know yet, each with its evidence.

Every sentence of the body is weighed (`sentences`); those that are both news and new become developments, one a sentence: a
changed figure, a changed status, a quotation or a fact. What is only said again, background and boilerplate stay silent. The
first item of a story gives its strongest sentence as `new_story`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.model import Development, Fact, Kind, Span, make_id
from monitor.stories import claims, revisions
from monitor.stories.chains import Change, keep
from monitor.stories.expectations import keep_expectations
from monitor.stories.facts import Statement, speaker_key, statements
from monitor.stories.ledger import Known, Ledger, Memory, pack
from monitor.stories.novelty import Models, models
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed, weigh
from monitor.text.lexicon import Lexicon

#: what a copy must add to be heard: an inserted paragraph, another number
_COPY = 0.75
#: a copy's sentence that has this much of a known one is that one
_REPEATS = 0.8
#: a story without news for this long is awake again with the next
_ASLEEP = timedelta(days=7)
_AWAKENED = 0.68
#: a first report less likely than this to be new and news is none
_KNOWN = 0.2
#: importance by kind where the model would say less (decide interrupts from .65 on)
_LEAST = {Kind.NEW_STORY: 0.75, Kind.FIGURE: 0.45, Kind.CORRECTION: 0.75, Kind.CONTRADICTION: 0.7, Kind.STATUS: 0.8}

_LIVES = frozenset({"dead", "missing"})
#: a figure that moved by a tenth or more makes what a reader knows untrue
_MOVED, _MOVED_BY = 0.66, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of an item when it is asked what it adds."""

    topic: str
    story: str
    new_story: bool
    #: the wire or the publisher's family that the text comes from
    origin: str
    is_copy: bool = False
    #: the version before, where the item is a revision
    previous: Reading | None = None
    #: ledgers of the runner-up stories: what they know is no news either (findings A7)
    neighbours: tuple[Ledger, ...] = ()
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What an item adds: developments to tell, facts to keep, and its part of the ledger (`Ledger.add`)."""

    developments: tuple[Development, ...] = ()
    facts: tuple[Fact, ...] = ()
    memory: bytes = b""
    #: for `explain`: each sentence with its probabilities
    considered: tuple[tuple[int, int, float, float], ...] = field(default=())


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
    if context.previous is not None:
        rows = revisions.changed(rows, context.previous)
    chosen = _chosen(rows, context, shipped)
    found = [_development(row, reading, context, shipped) for row in chosen]
    if context.new_story and found:
        found = _opened(found, chosen)
    elif found and (slept := _slept(ledger, context.now)) >= _ASLEEP:
        found[0] = _awakened(found[0], slept)
    if context.previous is not None:
        found += [
            _withdrawn(told, gone, reading, context)
            for told, gone in revisions.vanished(reading, context.previous, ledgers)
        ]
    if not found and context.previous is None and (source := _source(rows, reading, ledger, context)):
        found = [source]
    told = {(one.span.start, one.span.end): one.id for one in found if one.kind is not Kind.SOURCE}
    return Diff(
        developments=tuple(found),
        facts=tuple(_facts(rows, reading, context)),
        memory=_memory(reading, rows, context, told),
        considered=tuple(
            (row.statement.start, row.statement.end, round(row.news, 4), round(row.novel, 4)) for row in rows
        ),
    )


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chosen(rows: Sequence[Weighed], context: Context, shipped: Models) -> list[Weighed]:
    least = _COPY if context.is_copy else shipped.possible
    chosen = [row for row in rows if row.likely >= least]
    if context.is_copy:
        return _once([row for row in chosen if row.features["contained"] <= 0.6])
    if not chosen and context.new_story and rows:
        chosen = [max(rows, key=lambda row: row.news + 0.3 * row.features["title"] + 0.2 * row.features["lead"])]
    return _once(chosen)


def _strength(row: Weighed, context: Context, shipped: Models) -> float:
    """How weighty a sentence would be if it were new."""
    kind = _kind(row, _surest(row))
    return shipped.importance(row.features | {f"kind_{kind}": 1.0, "opens": float(context.new_story)})


def _surest(row: Weighed) -> Change | None:
    return max(row.chains.changes, key=lambda one: one.sure, default=None)


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
    strength, sure = max(found[first].importance, _LEAST[Kind.NEW_STORY]), True
    if found[first].novelty < _KNOWN:  # the neighbouring stories know it: a story torn in two, not a first report
        strength, sure = found[first].importance, False
    opening = replace(found[first], kind=Kind.NEW_STORY, importance=strength, sure=sure)
    opening = replace(
        opening, id=make_id("d", opening.item, opening.kind, opening.span.field, opening.span.start, opening.span.end)
    )
    return [opening, *(one for at, one in enumerate(found) if at != first)]


def _slept(ledger: Ledger, now: datetime) -> timedelta:
    """How long ago the story was last heard of."""
    last = ledger.sentences[-1].when if ledger.sentences else now
    return now - last


def _awakened(first: Development, slept: timedelta) -> Development:
    """The first development of a story that had fallen silent interrupts: it was no longer expected."""
    terms = {**first.terms, "silent_days": round(slept / timedelta(days=1), 1)}
    return replace(first, importance=max(first.importance, _AWAKENED), terms=terms)


def _development(row: Weighed, reading: Reading, context: Context, shipped: Models) -> Development:
    statement, item = row.statement, reading.item
    name = item.body_field if reading.body.sentences else "title"
    change = _surest(row)
    kind, strength = _kind(row, change), _strength(row, context, shipped)
    made = Development(
        id=make_id("d", item.id, kind, name, statement.start, statement.end),
        topic=context.topic,
        story=context.story,
        item=item.id,
        kind=kind,
        at=context.now,
        span=Span(item=item.id, field=name, start=statement.start, end=statement.end),
        text=statement.text,
        importance=round(
            max(strength * (0.6 + 0.4 * row.likely), _LEAST.get(kind, 0.0), _lives(row, change), _moved(change)), 4
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


def _lives(row: Weighed, change: Change | None) -> float:
    """People killed or missing for the first time, or more of them, always interrupt."""
    counted = change.figure.noun if change else ""
    first = row.chains.fresh and any(
        figure.noun in _LIVES and figure.bound and not figure.role for figure in row.statement.figures
    )
    return 0.7 if counted in _LIVES or first else 0.0


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
    if "correct" in row.statement.cues and row.nearest and row.nearest[0].contained > 0.2:
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
    quote = next((quote for quote in statement.quotes if quote.speaker), None)
    status = str(claims.status_of(statement))
    made = replace(made, status=status, speaker=quote.speaker if quote else None)
    if change is not None:
        figure = change.figure
        return replace(
            made,
            noun=figure.said_noun or figure.noun,
            subject=_subject(statement),
            old=change.old,
            new=figure.shown,
            unit=figure.unit or None,
            replaces=change.told or None,
        )
    if row.status is not None:
        return replace(made, status_before=str(row.status.before), replaces=row.status.told or None)
    if row.edit is not None and made.kind in (Kind.FACT, Kind.QUOTE):
        return replace(made, old=row.edit[0], new=row.edit[1])
    counted = [one for one in statement.figures if one.bound and not one.role and one.qualifier != "vague"]
    if made.kind is Kind.FIGURE and counted:
        first = max(counted, key=lambda one: (one.noun in _LIVES, one.kind != "ordinal", -one.start))
        return replace(
            made,
            noun=first.said_noun or first.noun,
            subject=_subject(statement),
            new=first.shown,
            unit=first.unit or None,
        )
    return made


def _subject(statement: Statement) -> str | None:
    """A name in the sentence, places first: what or whom the figure is about."""
    names = sorted(statement.places) or sorted(key[2:] for key in statement.names if key.startswith("n:"))
    return names[0] if names else None


def _withdrawn(told: str, gone: str, reading: Reading, context: Context) -> Development:
    """Evidence that was told and is not in the text any more: a correction, which stands on the title of what is left."""
    item = reading.item
    return Development(
        id=make_id("d", item.id, Kind.CORRECTION, told),
        topic=context.topic,
        story=context.story,
        item=item.id,
        kind=Kind.CORRECTION,
        at=context.now,
        span=Span(item=item.id, field="title", start=0, end=len(item.title)),
        text=item.title,
        old=gone,
        status="retracted",
        importance=_LEAST[Kind.CORRECTION],
        novelty=1.0,
        origins=(context.origin,),
        publisher=item.publisher,
        url=item.url,
        replaces=told,
    )


def _source(rows: Sequence[Weighed], reading: Reading, ledger: Ledger, context: Context) -> Development | None:
    """An independent origin that says what is known: no news, but worth counting."""
    known = ledger.origins
    if not known or context.origin in known or not rows:
        return None
    row = max(rows, key=lambda row: (row.features["contained"], -row.statement.number))
    name = reading.item.body_field if reading.body.sentences else "title"
    statement = row.statement
    return Development(
        id=make_id("d", reading.item.id, Kind.SOURCE, name, statement.start, statement.end),
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


# ── remembering ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _facts(rows: Sequence[Weighed], reading: Reading, context: Context) -> list[Fact]:
    """The lines of the ledger that a person may ask for: figures, quotations, claims."""
    found: list[Fact] = []
    for row in rows:
        if row.news < 0.4:
            continue
        found += _facts_of(row, reading, context)
    return found


def _facts_of(row: Weighed, reading: Reading, context: Context) -> list[Fact]:
    statement, item = row.statement, reading.item
    name = item.body_field if reading.body.sentences else "title"
    status = str(claims.status_of(statement))
    plain = Fact(
        id=make_id("k", item.id, name, statement.start),
        story=context.story,
        item=item.id,
        kind=Kind.STATUS if {"deny", "confirm", "unverified"} & statement.cues else Kind.FACT,
        at=context.now,
        span=Span(item=item.id, field=name, start=statement.start, end=statement.end),
        text=statement.text,
        origin=context.origin,
        status=status,
    )
    figures = [
        replace(
            plain,
            id=make_id("k", item.id, name, figure.start, "figure"),
            kind=Kind.FIGURE,
            noun=figure.noun,
            subject=_subject(statement),
            value=figure.shown,
            low=round(figure.low / figure.factor, 6),
            high=round(figure.high / figure.factor, 6),
            qualifier=figure.qualifier or None,
            unit=figure.unit or None,
            scope=figure.role if figure.role in ("old", "subset") else figure.scope or None,
        )
        for figure in statement.figures
        if figure.bound
    ]
    said = [
        replace(
            plain,
            id=make_id("k", item.id, name, quote.start, "quote"),
            kind=Kind.QUOTE,
            text=quote.text,
            speaker=quote.speaker or None,
        )
        for quote in statement.quotes
    ]
    return [plain, *figures, *said]


def _memory(reading: Reading, rows: Sequence[Weighed], context: Context, told: dict[tuple[int, int], str]) -> bytes:
    """The item's part of the ledger: titles and sentences, whether they were told or not."""
    # what a copy only repeats is remembered already
    rows = [row for row in rows if not (context.is_copy and row.features["contained"] > _REPEATS)]
    body = [
        _known(row.statement, reading, context, row.news, told.get((row.statement.start, row.statement.end), ""))
        for row in rows
    ]
    titles = (
        [_known(one, reading, context, 1.0, "", title=True) for one in statements(reading.title)]
        if reading.body.sentences
        else []
    )
    return pack(
        Memory(item=reading.item.id, sentences=(*titles, *body), expectations=keep_expectations(rows, context.now))
    )


def _known(
    statement: Statement, reading: Reading, context: Context, news: float, told: str, *, title: bool = False
) -> Known:
    return Known(
        item=reading.item.id,
        at=reading.item.first_seen.timestamp(),
        origin=context.origin,
        language=statement.language,
        units=statement.units,
        cues=tuple(sorted(statement.cues)),
        figures=tuple(keep(figure) for figure in statement.figures if figure.noun),
        places=tuple(sorted(statement.places)),
        quotes=claims.keep_quotes(statement),
        news=round(news, 3),
        told=told,
        status=str(claims.status_of(statement)),
        title=title,
        source=next((speaker_key(quote.speaker) for quote in statement.quotes if quote.speaker), ""),
    )


__all__ = ["Context", "Diff", "Ledger", "diff"]
