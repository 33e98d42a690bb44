"""Key facts that no interruption told, and where each was lost: `python -m bench untold`.

Three ends: the item never matched the topic; no development covers a sentence that states the fact; a development does, and its alert
went to the digest or nowhere. For the last, the development's importance, novelty and terms are shown. Needs ../shared.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.gold import GOLD, Line, read, replay


def stating(items: dict[str, Line], labels: dict[str, Line]) -> dict[str, list[tuple[str, str, int, int]]]:
    """Of each nugget: item, field, start and end of what states it, in the order of arrival."""
    found: dict[str, list[tuple[str, str, int, int]]] = {}
    for item in items:
        label = labels.get(item, {})
        for nugget in label.get("title_nuggets", []):
            found.setdefault(_full(nugget, label), []).append((item, "title", 0, 10**6))
        for sentence in label.get("sentences", []):
            for nugget in sentence["nuggets"]:
                found.setdefault(_full(nugget, label), []).append((item, "", sentence["start"], sentence["end"]))
    return found


def _full(nugget: str, label: Line) -> str:
    return nugget if "." in nugget else f"{label['story']}.{nugget}"


def covers(development: Line, field: str, start: int, end: int) -> bool:
    same = (development["field"] == "title") == (field == "title")
    return same and bool(development["start"] < end and start < development["end"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, default=GOLD / "items.jsonl")
    parser.add_argument("--importance", type=int, default=3)
    options = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench/untold.py needs the evaluation data (../shared), which is absent here")
    items = {line["id"]: line for line in read(options.items)}
    labels = {line["id"]: line for line in read(GOLD / "labels.jsonl")}
    nuggets = {line["id"]: line for line in read(GOLD / "nuggets.jsonl")}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        replay(options.items, out)
        lines = read(out)
    said = {line["id"]: line for line in lines if line["type"] == "item"}
    mode = {d: line["mode"] for line in reversed(lines) if line["type"] == "alert" for d in line["developments"]}
    for nugget, places in sorted(stating(items, labels).items()):
        if nuggets[nugget]["importance"] != options.importance:
            continue
        found = [
            (place[0], d)
            for place in places
            for d in said.get(place[0], {}).get("developments", [])
            if covers(d, *place[1:])
        ]
        if any(mode.get(d["id"]) == "now" for _, d in found):
            continue
        print(f"\n{nugget} [{nuggets[nugget]['kind']}] {nuggets[nugget]['text'][:150]}")
        for item, one in found:
            print(f"  said  {item} {mode.get(one['id'], 'nowhere')}: {_weight(one)} | {one['text'][:160]}")
        for item, field, start, end in places[:4]:
            whole = items[item]["title"] if field == "title" else items[item].get("content") or items[item]["summary"]
            print(
                f"  there {item} {items[item]['first_seen'][:16]} {said.get(item, {}).get('topics')} | {whole[start:end][:200]}"
            )


def _weight(one: Line) -> str:
    return f"{one['kind']} novelty {one.get('novelty')} importance {one.get('importance')}"


if __name__ == "__main__":
    main()
