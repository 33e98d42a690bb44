"""One item, judged: a copy or not, of which story, and what it adds. The order of the room is here and nowhere else.

read → place (version? copy? which story?) → diff (what is new in it?) → remember
"""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from monitor.model import Item, Judgement, Kind, Match, Moved
from monitor.stories.developments import Context, Diff, diff
from monitor.stories.embedded import TERM
from monitor.stories.evidence import NAMES, vector
from monitor.stories.memory import Placed, TopicMemory
from monitor.stories.reading import Reading, read_item

__all__ = ["TopicMemory", "judge"]


class _Reasons(TypedDict):
    """The part of a judgement that says why."""

    score: float
    terms: dict[str, float]
    runner_up: str | None
    runner_up_score: float


def judge(memory: TopicMemory, item: Item, match: Match, now: datetime) -> tuple[Judgement, tuple[Moved, ...]]:
    """What an item is for a topic, and the repairs it caused. Changes the memory; touches nothing else.

    `now` (UTC) is when it is judged. Moved items were told where they were, and are not told again.
    """
    del match  # relevance was decided before; every wanted item is judged alike
    reading = read_item(item, memory.lexicon)
    placed = memory.place(reading)
    found = _difference(memory, reading, placed, now)
    memory.ledger(placed.story).restore(found.memory)
    memory.ledgers.rest()
    judgement = Judgement(
        item=item.id,
        topic=memory.topic,
        story=placed.story,
        new_story=placed.new,
        copy_of=None if _adds(found) else placed.copy_of,
        origin=placed.origin,
        headline=item.title,
        at=now,
        developments=found.developments,
        facts=found.facts,
        expectations=found.expectations,
        **_reasons(memory, placed),
        memory=memory.pack(placed, found.memory, item),
    )
    return judgement, tuple(
        Moved(topic=memory.topic, items=move.items, source=move.source, target=move.target, by=move.by, at=now)
        for move in placed.moves
    )


def _adds(found: Diff) -> bool:
    """Whether a text says more than that it exists: what adds a paragraph or another number to a copy is a text of its own."""
    return any(development.kind is not Kind.SOURCE for development in found.developments)


def _difference(memory: TopicMemory, reading: Reading, placed: Placed, now: datetime) -> Diff:
    versions = memory.versions(reading.item)
    context = Context(
        topic=memory.topic,
        story=placed.story,
        new_story=placed.new,
        origin=placed.origin,
        is_copy=placed.copy_of is not None,
        previous=versions[-1] if versions else None,
        earlier=versions[:-1],
        neighbours=memory.neighbours(placed),
        now=now,
        zone=memory.zone,
    )
    return diff(reading, memory.ledger(placed.story), context, memory.lexicon, weights=memory.models)


def _reasons(memory: TopicMemory, placed: Placed) -> _Reasons:
    """The score with its terms, and the runner-up: a story's, or for a copy how much of its text is shared, and with which other text."""
    terms = _terms(memory, placed)
    if copied := placed.copied:
        return _Reasons(
            score=copied.contained,
            terms=copied.terms | terms,
            runner_up=copied.runner_up,
            runner_up_score=copied.runner_up_contained,
        )
    best = placed.considered[0].score if placed.considered else 0.0
    other = next((one for one in placed.considered if one.story.id != placed.story), None)
    return _Reasons(
        score=best,
        terms=terms,
        runner_up=other.story.id if other else None,
        runner_up_score=other.score if other else 0.0,
    )


def _terms(memory: TopicMemory, placed: Placed) -> dict[str, float]:
    """What spoke for and against the best story, in log-odds; and how long it had slept."""
    terms: dict[str, float] = {}
    if placed.considered:
        weights = memory.clusterer.weights
        told = vector(placed.considered[0].terms)
        terms = {
            name: round(weight * value, 3)
            for name, weight, value in zip(NAMES, weights.terms, told, strict=True)
            if abs(weight * value) >= 0.005
        }
        if TERM in placed.considered[0].terms:
            terms[TERM] = round(placed.considered[0].terms[TERM], 3)
        terms["bias"] = round(weights.bias - weights.join, 3)
    if placed.slept:
        terms["days asleep"] = round(placed.slept, 1)
    return terms
