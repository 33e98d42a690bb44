"""The whole product on the gold stories: `monitor replay` with the shipped topic, scored, beside baselines made in the same run.

    python bench/gold.py [--items ITEMS.jsonl] [--short] [--errors 20]

Baselines share our matching, so that only novelty and telling differ:

    every sentence        each sentence of each matched item is a development, each item an alert (an e-mail an item)
    cosine < .35          the same, silent where an earlier sentence has a TF-IDF cosine of .35 or more
    new words > .5        the same, silent where half of the words were seen before
    another headline      an item whose headline was not seen before is told whole: its title and its lead

Needs ../shared (data and metric); says so and ends where it is absent. The weights were fitted on these stories: out-of-fold figures
are those of bench/developments.py and bench/stories.py.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from monitor.text.sentences import sentences
from monitor.text.stems import stem
from monitor.text.tokens import tokens

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
GOLD = SHARED / "data" / "gold"
Line = dict[str, Any]


def replay(items: Path, out: Path, config: Path = ROOT / "config" / "monitor.toml") -> None:
    command = [
        sys.executable,
        "-m",
        "monitor",
        "-c",
        str(config),
        "replay",
        str(items),
        "--out",
        str(out),
    ]
    subprocess.run(command, check=True)


def shortened(folder: Path) -> Path:
    """The gold stories, each item cut to its title and first two sentences; labels and nuggets that are then still stated."""
    command = [sys.executable, str(SHARED / "tools" / "shorten.py"), str(GOLD), str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder


def score(out: Path, items: Path, errors: int, gold: Path = GOLD) -> Line:
    command = [sys.executable, str(SHARED / "tools" / "score.py"), str(out), "--items", str(items)]
    command += [
        "--labels",
        str(gold / "labels.jsonl"),
        "--nuggets",
        str(gold / "nuggets.jsonl"),
        "--errors",
        str(errors),
    ]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert isinstance(found, dict)
    return found


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def words(text: str, language: str) -> Counter[str]:
    return Counter(stem(token.text, language) for token in tokens(text) if len(token.text) > 2)


class Seen:
    """The sentences that came before, for baselines that look for likeness."""

    def __init__(self) -> None:
        self.texts: list[Counter[str]] = []
        self.frequency: Counter[str] = Counter()
        self.titles: set[str] = set()

    def add(self, bag: Counter[str]) -> None:
        self.texts.append(bag)
        self.frequency.update(bag.keys())

    def cosine(self, bag: Counter[str]) -> float:
        return max((self._cosine(bag, other) for other in self.texts), default=0.0)

    def _cosine(self, a: Counter[str], b: Counter[str]) -> float:
        weight = {word: math.log(1 + len(self.texts) / (1 + self.frequency[word])) ** 2 for word in a.keys() | b.keys()}
        dot = sum(a[word] * b[word] * weight[word] for word in a.keys() & b.keys())
        norm = math.sqrt(sum(a[word] ** 2 * weight[word] for word in a)) * math.sqrt(
            sum(b[word] ** 2 * weight[word] for word in b)
        )
        return dot / norm if norm else 0.0

    def share_new(self, bag: Counter[str]) -> float:
        return sum(word not in self.frequency for word in bag) / len(bag) if bag else 0.0


def baseline(
    ours: list[Line], items: dict[str, Line], wanted: Callable[[Seen, Line, str, Counter[str]], bool]
) -> list[Line]:
    """Our output with the developments and alerts of a baseline."""
    seen, found = Seen(), []
    for line in (line for line in ours if line["type"] == "item"):
        item, told = items[line["id"]], []
        if line["topics"] and not line["copy_of"]:
            told = list(_sentences(item, seen, wanted))
            seen.titles.add(item["title"])
        found.append({**line, "developments": told})
        if told:
            found.append(
                {
                    "type": "alert",
                    "at": item["first_seen"],
                    "channel": "x",
                    "story": None,
                    "mode": "now",
                    "developments": [d["id"] for d in told],
                }
            )
    return found + [line for line in ours if line["type"] == "stories"]


def _sentences(item: Line, seen: Seen, wanted: Callable[[Seen, Line, str, Counter[str]], bool]) -> Iterable[Line]:
    text = item.get("content") or item.get("summary") or ""
    field = "content" if item.get("content") else "summary"
    for start, end in sentences(text):
        bag = words(text[start:end], item.get("language", ""))
        if wanted(seen, item, text[start:end], bag):
            yield {
                "id": f"{item['id']}:{start}",
                "kind": "fact",
                "field": field,
                "start": start,
                "end": end,
                "text": text[start:end],
                "old": None,
                "new": None,
            }
        seen.add(bag)


BASELINES: dict[str, Callable[[Seen, Line, str, Counter[str]], bool]] = {
    "every sentence": lambda _seen, _item, _text, _bag: True,
    "cosine < .35": lambda seen, _item, _text, bag: seen.cosine(bag) < 0.35,
    "new words > .5": lambda seen, _item, _text, bag: seen.share_new(bag) > 0.5,
    "another headline": lambda seen, item, text, _bag: (
        item["title"] not in seen.titles and (item.get("content") or item["summary"]).startswith(text)
    ),
}


def row(name: str, found: Line) -> str:
    dev, alerts, figures = found["developments"], found["alerts"], found["developments"]["figures"]
    return (
        f"{name:<18} {dev['said']:>5} {dev['p']:>6.3f} {dev['r']:>6.3f}   {figures['p']:>6.3f} {figures['r']:>6.3f}   "
        f"{alerts['now']:>5} {alerts['useful']:>6.3f} {alerts['top_nuggets_told']:>6.3f} {alerts['per_story_item']:>6.3f}"
    )


def table(ours: list[Line], found: Line, items: dict[str, Line], scored: Callable[[Path], Line]) -> None:
    """Prints what was scored, and the baselines made of the same replay."""
    print(
        f"stories    BCubed P {found['stories']['p']} R {found['stories']['r']} F1 {found['stories']['f1']}; "
        f"cross-language F1 {found['stories_cross_language']['f1']}"
    )
    print(f"           by language {found['stories_by_language']}\n")
    print(
        f"{'':18} {'said':>5} {'P':>6} {'R':>6}   {'fig P':>6} {'fig R':>6}   {'alerts':>5} {'useful':>6} {'top':>6} {'/item':>6}"
    )
    print(row("monitor", found))
    with tempfile.TemporaryDirectory() as folder:
        for name, wanted in BASELINES.items():
            path = Path(folder) / "baseline.jsonl"
            path.write_text(
                "".join(json.dumps(line) + "\n" for line in baseline(ours, items, wanted)), encoding="utf-8"
            )
            print(row(name, scored(path)))


def show_errors(found: Line) -> None:
    """Prints what was said wrongly and what was not said."""
    print("\nsaid wrongly:")
    for error in found["developments"]["errors"]:
        print(f"  {error['verdict']:<9} {error['kind']:<8} {error['item']} {error['text']}")
    print("by kind (correct, redundant, noise):")
    for kind, counts in found["developments"]["by_kind"].items():
        print(f"  {kind:<14}", *(f"{counts.get(name, 0):>4}" for name in ("correct", "redundant", "noise")))
    print("not said:")
    for missed in found["developments"]["missed"]:
        print(f"  {missed['importance']} {missed['kind']:<8} {missed['nugget']} {missed['text']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=Path, default=GOLD / "items.jsonl")
    parser.add_argument(
        "--short", action="store_true", help="cut each item to its title and two sentences, as real feeds carry them"
    )
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    if not GOLD.is_dir():
        sys.exit("bench/gold.py needs the evaluation data (../shared), which is absent here")
    with tempfile.TemporaryDirectory() as folder:
        gold = shortened(Path(folder) / "short") if options.short else GOLD
        source = gold / "items.jsonl" if options.short else options.items
        out = Path(folder) / "ours.jsonl"
        replay(source, out)
        ours, found = read(out), score(out, source, max(options.errors, 1), gold)
        print(
            f"relevance  P {found['relevance']['p']} R {found['relevance']['r']};  copies P {found['copies']['p']} R {found['copies']['r']}"
        )
        table(ours, found, {item["id"]: item for item in read(source)}, lambda path: score(path, source, 1, gold))
    if options.errors:
        show_errors(found)


if __name__ == "__main__":
    main()
