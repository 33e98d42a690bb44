"""A story for a reader: the state of knowledge now, and the timeline; as lines of text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from monitor.model import Item, Judgement, Story
from monitor.ports import Store, Summariser
from monitor.stories import glance
from monitor.stories.knowledge import knowledge
from monitor.stories.summary import summary


def state_of_knowledge(
    store: Store, story: Story, summariser: Summariser | None = None, zone: tzinfo = UTC
) -> Iterator[str]:
    """The story at a glance, times in `zone`. Every line ends at its source, those of a summariser too."""
    items = store.story_items(story.id)
    developments = store.developments(story=story.id)
    sources = glance.Sources({item.id: item.url for item, _ in items}, glance.names_of(items), zone)
    copies = sum(judgement.copy_of is not None for _, judgement in items)
    yield f"{story.id}  {story.headline}"
    yield f"  {_number(len(items), 'item')} ({_number(copies, 'copy')}), {vouching(story, items)}"
    yield f"  from {_moment(story.created, zone)} to {_moment(story.updated, zone)}; times are {zone}"
    if story.muted_until:
        yield f"  muted until {_moment(story.muted_until, zone)}"
    for line in summary(developments, {item.id: item for item, _ in items}, summariser):
        yield f"  in short: {glance.plain(line.text)}  {sources.addresses.get(line.span.item, '')}"
    yield ""
    known = knowledge(store.facts(story.id), story.updated, store.expectations(story.id), developments)
    yield from glance.lines(known, sources)
    yield ""
    yield from glance.timeline(developments, sources)


def vouching(story: Story, items: Sequence[tuple[Item, Judgement]]) -> str:
    """Who prints a story, and who said it first: "14 outlets, 1 origin (EFE)"."""
    outlets = {item.publisher or item.feed for item, _ in items}
    houses = glance.names_of(items)
    names = f" ({', '.join(houses.get(origin) or origin for origin in story.origins)})" if story.origins else ""
    return f"{_number(len(outlets), 'outlet')}, {_number(len(story.origins), 'origin')}{names}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else {'copy': 'copies'}.get(noun, f'{noun}s')}"


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


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
