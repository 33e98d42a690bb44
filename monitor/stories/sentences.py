"""Each sentence of an item, weighed: what it states, beside what the story knows, and how likely it is new and news."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from monitor.model import Item, Status
from monitor.stories import acts, claims
from monitor.stories import chains as chained
from monitor.stories.chains import Chains
from monitor.stories.claims import StatusChange
from monitor.stories.facts import Statement, statements
from monitor.stories.heading import under
from monitor.stories.ledger import Ledger, Near
from monitor.stories.novelty import Asked, Features, Models, compare, manner, place_of, said_again
from monitor.stories.reading import Reading
from monitor.text.days import days
from monitor.text.reading import Passage

#: sentences of an item that are weighed; news stands before them, and a page of thousands must not hold up the others
LONGEST = 80
#: how much of its novelty a plain repetition loses
_REPEATED = 0.85
#: a figure that surely changed is new, and so is a denial taken back, whatever the words around it, in what is surely news
_TOLD, _CHANGED = 0.85, 0.6
#: a weekday names a day of the last week
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sentence with everything that decides whether it is told."""

    statement: Statement
    features: Features
    nearest: tuple[Near, ...]
    chains: Chains
    status: StatusChange | None
    news: float = 0.0
    novel: float = 0.0
    #: the words that another version had here, and what took their place
    edit: tuple[str, str] | None = None
    #: the development that told what stood here before, or ""
    corrects: str = ""

    @property
    def likely(self) -> float:
        """The probability that it states a development, and a new one."""
        return self.news * self.novel


def weigh(reading: Reading, ledgers: Sequence[Ledger], origin: str, models: Models | None) -> list[Weighed]:
    """The sentences of an item's body (of its title, where there is no body), each against the ledgers and those before it.

    Without `models` the probabilities stay 0: that is how the models are fitted.
    """
    titles = statements(reading.title)
    body = statements(reading.body, LONGEST)
    # a bare headline is its own text: it cannot also vouch for itself
    title = titles[0] if titles and body else None
    body = under(title, body)
    passage = reading.body if body else reading.title
    body = body or titles
    asked = Asked([*body, *([title] if title else [])], ledgers)
    headline = compare(title, asked, len(body)).features if title else {}
    numbered = chained.ordinals_of((*titles, *body))
    rows: list[Weighed] = []
    for number, statement in enumerate(body):
        before = body[:number]
        compared = compare(statement, asked, number, number, _dated(passage, statement, reading.item))
        found = chained.chains(statement, ledgers, origin, before, numbered, compared.weights)
        features = (
            compared.features
            | dict(chained.features(found))
            | dict(claims.features(statement, compared.nearest, ledgers))
        )
        features |= manner(statement, title, number, bare=title is None)
        features |= acts.features(statement, title, ledgers)
        features["title_unseen"] = headline.get("unseen", 0.0)
        features["title_covered"] = headline.get("covered", 0.0)
        features["title_new"] = features["title"] * (1 - headline.get("covered", 0.0))
        rows.append(
            Weighed(statement, features, compared.nearest, found, claims.status_change(statement, compared.nearest))
        )
    return [_judged(row, _tone(rows), models) for row in rows]


def apart(rows: Sequence[Weighed], models: Models) -> list[Weighed]:
    """What somebody put into a known text, weighed as a text of its own: where it stands, and among what, says nothing of it."""
    placed = [replace(row, features=row.features | {"lead": 0.0, "place": place_of(at)}) for at, row in enumerate(rows)]
    return [_judged(row, _tone(placed), models) for row in placed]


def _turned_round(status: StatusChange | None) -> bool:
    """Whether what was denied is now admitted, or a claim taken back: the same words as before, and the opposite of what was known."""
    if status is None:
        return False
    return status.after is Status.RETRACTED or (status.before, status.after) == (Status.DENIED, Status.CONFIRMED)


def _dated(passage: Passage, statement: Statement, item: Item) -> tuple[float, float] | None:
    """When the first and the last day began that a sentence names, of the past week (timestamps); None where it names none."""
    first, last = passage.bounds[statement.number]
    at = min(item.first_seen, item.published or item.first_seen)
    named = [day for _, day in days(passage.tokens[first:last], passage.language, at.date())]
    recent = [day for day in named if timedelta(0) <= at.date() - day <= _WEEK]
    return (_begins(min(recent)), _begins(max(recent))) if recent else None


def _begins(day: date) -> float:
    return datetime.combine(day, time(), UTC).timestamp()


def _tone(rows: Sequence[Weighed]) -> Features:
    """What the whole item is: how much of it is unseen, and how much is somebody's opinion."""
    count = max(1, len(rows))
    return {
        "item_unseen": sum(row.features["unseen"] for row in rows) / count,
        "item_opinion": sum(row.features["opinion"] or "opinion" in row.statement.cues for row in rows) / count,
    }


def _judged(row: Weighed, tone: Features, models: Models | None) -> Weighed:
    features = row.features | tone
    news, novel = (models.news(features), models.novel(features)) if models else (0.0, 0.0)
    if news >= _TOLD and (features["figure_change"] >= _CHANGED or _turned_round(row.status)):
        novel = max(novel, 0.6)
    return Weighed(
        row.statement,
        features,
        row.nearest,
        row.chains,
        row.status,
        news,
        novel * (1 - _REPEATED * said_again(features)),
    )
