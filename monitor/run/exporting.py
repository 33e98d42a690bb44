"""Everything as JSON lines, for other programs: what is ours is yours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from monitor.ports import Store


def export_all(store: Store, folder: Path) -> Iterator[tuple[str, int]]:
    """Writes one file a kind into `folder`; yields each file's name with its number of lines."""
    folder.mkdir(parents=True, exist_ok=True)
    stories = store.stories(limit=10**9)
    tables: dict[str, Iterable[Any]] = {
        "feeds.jsonl": ({"feed": feed, "state": state} for feed, state in store.feeds()),
        "items.jsonl": store.items(),
        "stories.jsonl": stories,
        "developments.jsonl": (one for story in stories for one in store.developments(story=story.id)),
        "facts.jsonl": (one for story in stories for one in store.facts(story.id)),
        "expectations.jsonl": (one for story in stories for one in store.expectations(story.id)),
        "alerts.jsonl": store.alerts(limit=10**9),
        "edits.jsonl": store.edits(),
        "mutes.jsonl": store.mutes(),
        "feedback.jsonl": store.feedback(limit=10**9),
        "events.jsonl": store.events(),
    }
    for name, rows in tables.items():
        yield name, _write(folder / name, rows)


def _write(path: Path, rows: Iterable[Any]) -> int:
    count = 0
    with path.open("wb") as sink:
        for row in rows:
            sink.write(msgspec.json.encode(row, enc_hook=str) + b"\n")
            count += 1
    return count
