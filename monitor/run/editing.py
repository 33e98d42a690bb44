"""An editor's hand on stories, for every door that has one: logged, reversible, honoured afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model import Moved, Story, make_id
from monitor.ports import Store


def take_out(store: Store, story: Story, items: Iterable[str], now: datetime) -> Moved | None:
    """Makes items of a story one of their own, with their copies. None, and nothing is changed, where they are the whole story."""
    judgements = [judgement for _, judgement in store.story_items(story.id)]
    chosen = {*items}
    moving = tuple(one.item for one in judgements if one.item in chosen or one.copy_of in chosen)
    if not moving or len(moving) == len(judgements):
        return None
    target = make_id("st", story.topic, "split", *sorted(moving))
    moved = Moved(topic=story.topic, items=moving, source=story.id, target=target, by="split", at=now)
    store.record_edit(moved)
    return moved


def put_back(store: Store, moved: Moved, now: datetime) -> bool:
    """Takes such a split back; False where its story is no more, because something else was done to it since."""
    source, target = store.story(moved.source), store.story(moved.target)
    if source is None or target is None or source.id == target.id or target.id != moved.target:
        return False
    items = tuple(item.id for item, _ in store.story_items(target.id))
    store.record_edit(Moved(topic=moved.topic, items=items, source=target.id, target=source.id, by="merge", at=now))
    return True
