"""The labelled streams of the measurements: signatures in order, and the story of each. Copies and revisions go with their original."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.replaying import DATA, ROOT, read_items
from monitor.model import Item
from monitor.stories.casing import Casing, observed
from monitor.stories.cluster import Weights
from monitor.stories.memory import TopicMemory
from monitor.stories.reading import read_item
from monitor.stories.signature import Signature, sign
from monitor.text.lexicon import Lexicon, load

SETS = {
    "gold": (DATA / "gold/items.jsonl", DATA / "gold/labels.jsonl"),
    "ecbplus": (DATA / "clustering/ecbplus.items.jsonl", DATA / "clustering/ecbplus.labels.jsonl"),
    "headlines": (DATA / "clustering/headlines.items.jsonl", DATA / "clustering/headlines.labels.jsonl"),
    "short": (DATA / "gold/items.jsonl", DATA / "gold/labels.jsonl"),
    "lookalikes": (ROOT / "bench/lookalikes.jsonl", ROOT / "bench/lookalikes.jsonl"),
    "strangers": (ROOT / "bench/strangers.jsonl", ROOT / "bench/strangers.jsonl"),
    "desk": (ROOT / "bench/desk/items.jsonl", ROOT / "bench/desk/labels.jsonl"),
}


@dataclass(frozen=True)
class Stream:
    """Signatures in order of arrival. `story` has the labelled items only; `group` the fold each story belongs to."""

    name: str
    signatures: list[Signature]
    story: dict[str, str]
    language: dict[str, str]
    titles: dict[str, str]


def group_of(name: str, story: str) -> str:
    """What must stay together in one fold: the look-alikes of a topic ("1ecb" and "1ecbplus"), of a family ("boat/3")."""
    name = "gold" if name == "short" else name
    return (
        f"{name}/{re.sub('(ecb|plus|ecbplus)$', '', story) if name == 'ecbplus' else story.split('/', maxsplit=1)[0]}"
    )


def fold_of(name: str, story: str, folds: int = 5) -> int:
    """The fold of a story: by a hash, so that it never depends on the order."""
    return int(hashlib.blake2b(group_of(name, story).encode(), digest_size=4).hexdigest(), 16) % folds


def play(one: Stream, weights: Weights, order: Sequence[int] | None = None) -> dict[str, str]:
    """item → story, as the product would place these signatures (copies are placed like any item)."""
    memory = TopicMemory("bench", Lexicon(), weights)
    story: dict[str, str] = {}
    for at in order or range(len(one.signatures)):
        placement, _, moves = memory.arrive(one.signatures[at])
        story[one.signatures[at].item] = placement.story.id
        for move in moves:
            story.update(dict.fromkeys(move.items, move.target))
    return story


def _shortened(item: Item, sentences: Sequence[Mapping[str, int]]) -> Item:
    return replace(item, content=item.content[: sentences[-1]["end"]], summary="") if sentences else item


def the_lexicon() -> Lexicon:
    """The shipped tables, or those of the folder in $BENCH_LEXICON."""
    folder = Path(os.environ.get("BENCH_LEXICON", ROOT / "config" / "lexicon"))
    return load(sorted(folder.glob("names*.tsv")), sorted(folder.glob("concepts*.tsv")))


def stream(name: str, lexicon: Lexicon) -> Stream:
    """One labelled set as a stream; what its labels call irrelevant is left out."""
    items_path, labels_path = SETS[name]
    labels = {row["id"]: row for row in map(json.loads, labels_path.open())}
    items = read_items(items_path, lambda one: labels.get(one, {}).get("relevant", True))
    if name == "short":  # what real feeds carry: a title and two sentences
        items = [_shortened(item, labels[item.id]["sentences"][:2]) for item in items]
    casing, signatures = Casing(), []
    for item in items:
        reading = read_item(item, lexicon)
        casing.learn((*observed(reading.title), *observed(reading.body)))
        signatures.append(sign(reading, casing, lexicon))
    story = {one: row["story"] for one, row in labels.items() if row.get("story")}
    return Stream(
        name, signatures, story, {item.id: item.language for item in items}, {item.id: item.title for item in items}
    )
