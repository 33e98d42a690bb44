"""Runs an archive through the stories room alone: no store, no matcher, every item wanted. For measurements.

python bench/replaying.py ITEMS.jsonl --out OUT.jsonl        the replay format, ready for a scorer
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from monitor.feeds.html import has_markup, to_text
from monitor.model import Item, Judgement, Match, Moved
from monitor.stories.judge import judge
from monitor.stories.memory import TopicMemory
from monitor.text.lexicon import Lexicon, load

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"


def lexicon() -> Lexicon:
    """The shipped names and concepts."""
    folder = ROOT / "config" / "lexicon"
    return load(sorted(folder.glob("names*.tsv")), sorted(folder.glob("concepts*.tsv")))


def read_items(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> list[Item]:
    """The items of an archive in order, with the archive's ids; another text of one feed's guid is a revision."""
    rows = [row for row in map(json.loads, path.open(encoding="utf-8")) if wanted(row["id"])]
    versions: dict[tuple[str, str], str] = {}
    found: list[Item] = []
    for number, row in enumerate(rows):
        if not (row.get("first_seen") or row.get("published")):
            row["first_seen"] = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=number)).isoformat()
    for row in sorted(rows, key=lambda row: row.get("first_seen") or row["published"]):
        item = _item(row)
        found.append(replace(item, revision_of=versions.get((item.feed, item.guid))))
        versions[item.feed, item.guid] = item.id
    return found


def _item(row: dict[str, str]) -> Item:
    texts = {key: row.get(key) or "" for key in ("title", "summary", "content")}
    markup = tuple(key for key, text in texts.items() if has_markup(text))
    texts = {key: to_text(text) if key in markup else text for key, text in texts.items()}
    host = (urlsplit(row["url"]).hostname or "").removeprefix("www.")
    feed = row.get("feed") or row.get("publisher") or host
    published, first_seen = (
        datetime.fromisoformat(row[key]) if row.get(key) else None for key in ("published", "first_seen")
    )
    at = first_seen or published
    assert at is not None
    return Item(
        id=row["id"],
        feed=feed,
        guid=row.get("guid") or row["url"],
        url=row["url"],
        publisher=row.get("publisher") or feed,
        family=(row.get("publisher") or feed).casefold(),
        language=row.get("language") or "",
        published=published,
        first_seen=at,
        markup=markup,
        **texts,
    )


def run(items: Iterable[Item], memory: TopicMemory) -> Iterator[tuple[Item, Judgement, tuple[Moved, ...]]]:
    """Every item with what became of it."""
    for item in items:
        judgement, moved = judge(memory, item, Match(topic="bench", score=1.0), item.first_seen)
        yield item, judgement, moved


def grouping(results: Iterable[tuple[Item, Judgement, tuple[Moved, ...]]]) -> tuple[dict[str, str], dict[str, str]]:
    """item → story after all repairs; copy → original."""
    story: dict[str, str] = {}
    copies: dict[str, str] = {}
    for item, judgement, moved in results:
        story[item.id] = judgement.story
        if judgement.copy_of:
            copies[item.id] = judgement.copy_of
        for move in moved:
            story.update(dict.fromkeys(move.items, move.target))
    return story, copies


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("items", type=Path)
    parser.add_argument("--labels", type=Path, help="leave out what these call irrelevant")
    parser.add_argument("--out", type=Path, default=Path("/dev/stdout"))
    args = parser.parse_args()
    irrelevant = set()
    if args.labels:
        irrelevant = {row["id"] for row in map(json.loads, args.labels.open()) if row.get("relevant") is False}
    items = read_items(args.items)
    story: dict[str, str] = {}
    with args.out.open("w", encoding="utf-8") as out:
        memory = TopicMemory("bench", lexicon())
        for item, judgement, moved in run([item for item in items if item.id not in irrelevant], memory):
            story[item.id] = judgement.story
            for move in moved:
                story.update(dict.fromkeys(move.items, move.target))
            out.write(json.dumps(line(item, judgement), ensure_ascii=False) + "\n")
        groups: dict[str, list[str]] = {}
        for one, where in story.items():
            groups.setdefault(where, []).append(one)
        out.write(json.dumps({"type": "stories", "stories": groups}) + "\n")


def line(item: Item, judgement: Judgement) -> dict[str, object]:
    """The output line of one item."""
    said = [
        {
            "id": one.id,
            "kind": str(one.kind),
            "field": one.span.field,
            "start": one.span.start,
            "end": one.span.end,
            "text": one.text,
            "noun": one.noun,
            "subject": one.subject,
            "old": one.old,
            "new": one.new,
            "unit": one.unit,
            "speaker": one.speaker,
            "status": one.status,
            "importance": one.importance,
            "novelty": one.novelty,
        }
        for one in judgement.developments
    ]
    return {
        "type": "item",
        "id": item.id,
        "topics": ["bench"],
        "copy_of": judgement.copy_of,
        "revision_of": item.revision_of,
        "story": judgement.story,
        "developments": said,
    }


__all__ = ["DATA", "grouping", "lexicon", "line", "read_items", "replace", "run"]

if __name__ == "__main__":
    sys.exit(main())
