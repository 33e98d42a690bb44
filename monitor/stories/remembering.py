"""What stays of an item when it was read: the facts that a person may ask for, and its part of the story's ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.model import Fact, Kind, Span, make_id
from monitor.stories import claims
from monitor.stories.chains import DISPUTES
from monitor.stories.comparing import keep
from monitor.stories.context import Context
from monitor.stories.facts import Statement, speaker_key, statements
from monitor.stories.ledger import Known, Memory, joined, pack
from monitor.stories.reading import Reading
from monitor.stories.sentences import Weighed
from monitor.stories.stating import subject_of
from monitor.text.figures import Figure

#: a copy's sentence that has this much of a known one is that one
_REPEATS = 0.8


def facts_in(rows: Sequence[Weighed], reading: Reading, context: Context) -> list[Fact]:
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
        id=make_id("k", context.topic, item.id, name, statement.start),
        story=context.story,
        item=item.id,
        kind=Kind.STATUS if {"deny", "confirm", "unverified"} & statement.cues else Kind.FACT,
        at=context.now,
        span=Span(item=item.id, field=name, start=statement.start, end=statement.end),
        text=statement.text,
        origin=context.origin,
        status=status,
        speaker=claims.source_of(statement) or None,
    )
    figures = [
        _figure(plain, figure, statement, make_id("k", context.topic, item.id, name, figure.start, "figure"))
        for figure in statement.figures
        if figure.bound and figure.kind != "ordinal"
    ]
    said = [
        replace(
            plain,
            id=make_id("k", context.topic, item.id, name, quote.start, "quote"),
            kind=Kind.QUOTE,
            text=quote.text,
            speaker=quote.speaker or None,
        )
        for quote in statement.quotes
    ]
    return [plain, *figures, *said]


def _figure(plain: Fact, figure: Figure, statement: Statement, key: str) -> Fact:
    """The line of one figure, beside the `plain` one of its sentence; numbers in the unit in which they were printed."""
    role = figure.role if figure.role in ("old", "subset", "more") else ""
    return replace(
        plain,
        id=key,
        kind=Kind.FIGURE,
        noun=figure.noun,
        subject=subject_of(statement),
        value=figure.shown,
        low=round(figure.low / figure.factor, 6),
        high=round(figure.high / figure.factor, 6),
        qualifier=figure.qualifier or None,
        unit=figure.shown_unit or None,
        scope=figure.scope if figure.scope == "not" else role or figure.scope or None,
    )


def memory_of(reading: Reading, rows: Sequence[Weighed], context: Context, told: dict[tuple[int, int], str]) -> bytes:
    """The item's part of the ledger: titles and sentences, whether they were told or not."""
    # what a copy only repeats is remembered already; another number in it is not
    rows = [
        row for row in rows if not (context.is_copy and row.features["contained"] > _REPEATS and not row.chains.changes)
    ]
    body = [
        _known(
            row.statement,
            reading,
            context,
            row.news,
            told.get((row.statement.start, row.statement.end), ""),
            disputes=any(change.kind is Kind.CONTRADICTION for change in row.chains.changes),
        )
        for row in rows
    ]
    titles = (
        [_known(one, reading, context, 1.0, "", title=True) for one in statements(reading.title)]
        if reading.body.sentences
        else []
    )
    return pack(Memory(item=reading.item.id, sentences=(*titles, *body)))


def _known(
    statement: Statement,
    reading: Reading,
    context: Context,
    news: float,
    told: str,
    *,
    title: bool = False,
    disputes: bool = False,
) -> Known:
    return Known(
        item=reading.item.id,
        at=reading.item.first_seen.timestamp(),
        origin=context.origin,
        language=statement.language,
        said=joined(statement.units),
        cues=tuple(sorted(statement.cues | ({DISPUTES} if disputes else set()))),
        figures=tuple(keep(figure) for figure in statement.figures if figure.noun),
        places=tuple(sorted(statement.places)),
        quotes=claims.keep_quotes(statement),
        news=round(news, 3),
        told=told,
        status=str(claims.status_of(statement)),
        title=title,
        source=next((speaker_key(quote.speaker) for quote in statement.quotes if quote.speaker), ""),
    )
