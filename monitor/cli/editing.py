"""monitor mute · merge · split: an editor's hand. Logged, reversible, honoured afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.common import fail, out, session, span
from monitor.model import Moved, Story
from monitor.ports import Store
from monitor.run.editing import take_out

_Story = Annotated[str, typer.Argument(metavar="STORY", help="A story's id, as `monitor stories` lists it.")]


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(mute)
    app.command()(merge)
    app.command()(split)


def mute(
    context: typer.Context,
    story: _Story,
    for_: Annotated[str, typer.Option("--for", metavar="24h", help="How long.")] = "24h",
    off: Annotated[bool, typer.Option("--off", help="Lift it now.")] = False,
) -> None:
    """Silences a story for a while. What is new meanwhile stays owed, and comes with the digest afterwards."""
    now = datetime.now(UTC)
    until = None if off else now + span(for_)
    with session(context).store() as store:
        found = _story(store, story)
        store.mute(found.id, until, now)
    out.print(
        f"{found.id} is {'no longer muted' if until is None else f'muted until {until:%Y-%m-%d %H:%M}Z'}: {found.headline}",
        markup=False,
    )


def merge(
    context: typer.Context,
    story: _Story,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The story that it goes into.", show_default=False)],
) -> None:
    """Makes one story of two: the first goes into the second. Nothing that was told is told again."""
    with session(context).store() as store:
        source, target = _story(store, story), _story(store, into)
        if source.id == target.id:
            raise fail(f"{story} and {into} are one story already")
        items = tuple(item.id for item, _ in store.story_items(source.id))
        store.record_edit(
            Moved(topic=source.topic, items=items, source=source.id, target=target.id, by="merge", at=datetime.now(UTC))
        )
    out.print(
        f"{len(items)} items of {source.id} are now in {target.id}; to undo: monitor split {target.id} {' '.join(items)}",
        markup=False,
    )


def split(
    context: typer.Context,
    story: _Story,
    items: Annotated[
        list[str], typer.Argument(metavar="ITEM…", help="Items of it, as `monitor --json story STORY` lists them.")
    ],
) -> None:
    """Takes items out of a story and makes them one of their own; their copies come along."""
    with session(context).store() as store:
        source = _story(store, story)
        inside = {item.id for item, _ in store.story_items(source.id)}
        strangers = [item for item in items if item not in inside]
        if strangers:
            raise fail(
                f"not in {source.id}: {', '.join(strangers)}; `monitor --json story {source.id}` lists its items"
            )
        moved = take_out(store, source, items, datetime.now(UTC))
    if moved is None:
        raise fail("with their copies that is the whole story; there is nothing to split")
    out.print(
        f"{len(moved.items)} items of {source.id} are now {moved.target}; to undo: monitor merge {moved.target} {source.id}",
        markup=False,
    )


def _story(store: Store, story: str) -> Story:
    found = store.story(story)
    if found is None:
        raise fail(f"there is no story {story!r}; `monitor stories` lists them")
    return found
