"""How well the shipped topic tells its news from look-alikes: python bench/relevance.py [--sample FILE] [--seed 1]

On `data/gold`, precision and recall against the labels. On `data/headlines/venezuela.jsonl`, which has no labels, the share
kept, and how a hand-checked sample fared: `relevance_verdicts.tsv` holds, for the hash of a headline, whether a reader of the
topic would want it. `--sample` writes a new sample of the dropped and of the lowest-scored for a person to read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from monitor.feeds.html import to_text
from monitor.model import Item, Topic
from monitor.text.lexicon import load
from monitor.topics.match import Matcher

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data"
VERDICTS = Path(__file__).with_name("relevance_verdicts.tsv")


def key(title: str) -> str:
    return hashlib.blake2b(title.encode(), digest_size=6).hexdigest()


def matcher() -> tuple[Matcher, float]:
    table = tomllib.loads((ROOT / "config/topics/venezuela.toml").read_text(encoding="utf-8"))["topic"][0]
    lexicon = load([ROOT / "config/lexicon/names.tsv"], [ROOT / "config/lexicon/concepts.tsv"])
    topic = Topic(id="v", name="", query=table["query"], min_relevance=table["min_relevance"])
    return Matcher([topic], lexicon), topic.min_relevance


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def item(row: dict[str, str]) -> Item:
    return Item(
        id=row.get("id", ""),
        feed=row.get("feed", ""),
        guid=row["url"],
        url=row["url"],
        title=row["title"],
        summary=to_text(row.get("summary") or ""),
        content=to_text(row.get("content") or ""),
        publisher=row.get("publisher", ""),
        language=row.get("language", ""),
        first_seen=datetime(2026, 1, 1, tzinfo=UTC),
    )


def gold(desk: Matcher, least: float) -> None:
    relevant = {row["id"] for row in rows(DATA / "gold/labels.jsonl") if row["relevant"]}
    said = set()
    for row in rows(DATA / "gold/items.jsonl"):
        found = desk.match(item(row))
        if found and found[0].score >= least:
            said.add(row["id"])
    right = len(said & relevant)
    print(
        f"gold: precision {right / len(said):.3f}, recall {right / len(relevant):.3f} of {len(relevant)} relevant items"
    )
    print(f"  wrongly kept {sorted(said - relevant)}, missed {sorted(relevant - said)}")


def headlines(desk: Matcher, least: float, sample: Path | None, seed: int) -> None:
    scores: dict[str, float] = {}
    for row in rows(DATA / "headlines/venezuela.jsonl"):
        found = desk.match(item(row))
        scores[row["title"]] = found[0].score if found else 0.0
    kept = sum(score >= least for score in scores.values())
    print(f"headlines: {kept} of {len(scores)} distinct titles kept ({kept / len(scores):.1%})")
    if sample:
        write_sample(scores, least, sample, seed)
    if VERDICTS.exists():
        check(scores, least)


def write_sample(scores: dict[str, float], least: float, path: Path, seed: int) -> None:
    chance = random.Random(seed)
    dropped = sorted(title for title, score in scores.items() if not score)
    low = sorted((title for title, score in scores.items() if score), key=lambda title: (scores[title], title))
    chosen = [*chance.sample(dropped, min(100, len(dropped))), *low[:100]]
    path.write_text("".join(f"{key(title)}\t{scores[title]:.2f}\t{title}\n" for title in chosen), encoding="utf-8")
    print(f"  {path}: {len(chosen)} headlines to read (the topic wants those of at least {least})")


def check(scores: dict[str, float], least: float) -> None:
    by_key = {key(title): score for title, score in scores.items()}
    read: dict[tuple[str, str], list[float]] = {}
    for line in VERDICTS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, sample, verdict, *_ = line.split("\t")
            if name in by_key:
                read.setdefault((sample, verdict), []).append(by_key[name])
    for (sample, verdict), found in sorted(read.items()):
        now = sum(score >= least for score in found)
        print(f"  {sample:<8} read as {verdict:<9} {len(found):>3}, of which kept now {now}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not DATA.is_dir():
        print("skipped: the evaluation data (../shared/data) is absent here")
        return
    desk, least = matcher()
    gold(desk, least)
    headlines(desk, least, options.sample, options.seed)


if __name__ == "__main__":
    main()
