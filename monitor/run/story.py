"""A story for a reader: the state of knowledge now, and the timeline; as lines of text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from monitor.model import Development, Item, Judgement, Story
from monitor.ports import Store, Summariser
from monitor.stories import knowledge
from monitor.stories.summary import summary


def state_of_knowledge(store: Store, story: Story, summariser: Summariser | None = None) -> Iterator[str]:
    """The story at a glance. Every line ends at its source, those of a summariser too."""
    items = store.story_items(story.id)
    developments = store.developments(story=story.id)
    copies = sum(judgement.copy_of is not None for _, judgement in items)
    yield f"{story.id}  {story.headline}"
    yield f"  {_number(len(items), 'item')} ({_number(copies, 'copy')}), {vouching(story, items)}"
    yield f"  from {story.created:%Y-%m-%d %H:%M}Z to {story.updated:%Y-%m-%d %H:%M}Z"
    if story.muted_until:
        yield f"  muted until {story.muted_until:%Y-%m-%d %H:%M}Z"
    addresses = {item.id: item.url for item, _ in items}
    for line in summary(developments, {item.id: item for item, _ in items}, summariser):
        yield f"  in short: {line.text}  {addresses.get(line.span.item, '')}"
    yield ""
    yield from knowledge.lines(
        knowledge.knowledge(store.facts(story.id), story.updated, store.expectations(story.id)), addresses
    )
    yield ""
    for development in developments:
        yield from _timeline(development)


def vouching(story: Story, items: Sequence[tuple[Item, Judgement]]) -> str:
    """Who prints a story, and who said it first: "14 outlets, 1 origin (EFE)"."""
    outlets = {item.publisher or item.feed for item, _ in items}
    houses = {judgement.origin: item.publisher for item, judgement in reversed(items) if judgement.origin.islower()}
    names = f" ({', '.join(houses.get(origin) or origin for origin in story.origins)})" if story.origins else ""
    return f"{_number(len(outlets), 'outlet')}, {_number(len(story.origins), 'origin')}{names}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else {'copy': 'copies'}.get(noun, f'{noun}s')}"


def _timeline(development: Development) -> Iterator[str]:
    what = (
        f"{development.noun or ''} {_plain(development.old)} → {_plain(development.new)}: "
        if development.old is not None
        else ""
    )
    status = f" [{development.status}]" if development.status not in (None, "reported") else ""
    who = f" — {development.speaker}" if development.speaker else ""
    yield f"{development.at:%m-%d %H:%M}  {development.kind:<13} {what}{development.text}{status}{who}"
    yield f"{'':12}  {'':<13} {development.publisher} {development.url}"


def _plain(value: float | str | None) -> str:
    return f"{value:,.15g}" if isinstance(value, float | int) else str(value)


def story_lines(store: Store, story: Story) -> dict[str, Any]:
    """A story as JSON values: the timeline with origins."""
    return {
        "id": story.id,
        "topic": story.topic,
        "headline": story.headline,
        "created": story.created,
        "updated": story.updated,
        "origins": story.origins,
        "muted_until": story.muted_until,
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "publisher": item.publisher,
                "url": item.url,
                "at": item.at,
                "copy_of": judgement.copy_of,
                "origin": judgement.origin,
            }
            for item, judgement in store.story_items(story.id)
        ],
        "developments": store.developments(story=story.id),
    }
