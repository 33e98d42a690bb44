"""Are the stories right, in every set, with one configuration: python -m bench.stories [--sets gold,…] [--errors 20]

Each set is judged item after item by the stories room, every item wanted. Twice: with the shipped weights, which were fitted on
these sets; and out of fold, where every story is placed by weights fitted on the other four fifths of all sets together (what must
not be told apart by knowing it stays in one fold: both events of an ECB+ topic, a family of look-alikes, a gold story long or
short). Only out-of-fold figures say what unseen stories would get. Measures as tools/score.py of the evaluation data defines them:
BCubed over the items that have a story, F1 over pairs of items in two languages.

Baselines, in the same run, have the threshold that is best in hindsight on each set (`bench/stories_baselines.py`).

--errors N shows the N items of each set that are placed worst by the shipped weights, and what wrong placements have in common.
Needs ../shared (data and metric); says so and ends where it is absent. `short` is gold cut to a title and two sentences; `desk` was
fitted by nobody, so that its shipped figures are already those of unseen stories.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

from bench.gold import SHARED, shortened
from bench.replaying import DATA, grouping, read_items, run
from bench.stories_baselines import Texts, baselines
from bench.stories_errors import show
from bench.stories_fit import learn, rows, table
from bench.streams import SETS, fold_of, stream, the_lexicon
from monitor.model import Item
from monitor.stories.cluster import Weights, load_weights
from monitor.stories.memory import TopicMemory
from monitor.stories.reading import read_item
from monitor.text.lexicon import Lexicon

FOLDS = 5
FITTED = frozenset({"gold", "short", "ecbplus", "headlines", "lookalikes", "strangers"})
#: item → story
Grouping = Mapping[str, str]


@dataclass(frozen=True)
class Labelled:
    """A set in order of arrival. `gold` has the labelled items only."""

    name: str
    items: list[Item]
    gold: dict[str, str]
    language: dict[str, str]
    copies: dict[str, str]


@dataclass(frozen=True)
class Figures:
    """BCubed precision and recall, F1 over pairs in two languages (None where there is one language)."""

    p: float
    r: float
    cross: float | None

    @property
    def f1(self) -> float:
        return _f1(self.p, self.r)


def _f1(p: float, r: float) -> float:
    return 2 * p * r / (p + r) if p + r else 0.0


def read_set(name: str, items: Path, labels: Path) -> Labelled:
    """A labelled set without what its labels call irrelevant."""
    said = {row["id"]: row for row in map(json.loads, labels.open(encoding="utf-8"))}
    found = read_items(items, lambda one: said.get(one, {}).get("relevant", True))
    gold = {item.id: said[item.id]["story"] for item in found if said.get(item.id, {}).get("story")}
    copies = {one: row["copy_of"] for one, row in said.items() if row.get("copy_of")}
    return Labelled(name, found, gold, {item.id: item.language for item in found}, copies)


def read_sets(names: Iterable[str]) -> list[Labelled]:
    """The sets asked for; `short` is made anew from gold."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            short = shortened(Path(folder)) if name == "short" else None
            items, labels = (short / "items.jsonl", short / "labels.jsonl") if short else SETS[name]
            found.append(read_set(name, items, labels))
    return found


def judged(items: list[Item], lexicon: Lexicon, weights: Weights) -> tuple[dict[str, str], dict[str, str]]:
    """item → story, copy → original, as the stories room judges."""
    return grouping(run(items, TopicMemory("bench", lexicon, weights)))


def placed(items: list[Item], lexicon: Lexicon, weights: Weights) -> dict[str, str]:
    """item → story as `judged` has it, without the work of finding what is new."""
    memory, found = TopicMemory("bench", lexicon, weights), dict[str, str]()
    for item in items:
        place = memory.place(read_item(item, lexicon))
        found[item.id] = place.story
        for move in place.moves:
            found.update(dict.fromkeys(move.items, move.target))
    return found


def figures(gold: Grouping, counted: Iterable[tuple[str, Grouping]], language: Grouping) -> Figures:
    """Figures over `counted`: each item with the grouping that it is judged by. One grouping for all gives what score.py gives."""
    of_story = _members(gold)
    clusters: dict[int, dict[str, set[str]]] = {}
    precision, recall, right, said, there, n = 0.0, 0.0, 0, 0, 0, 0
    for item, grouped in counted:
        if id(grouped) not in clusters:
            clusters[id(grouped)] = _members({one: grouped.get(one, f"alone:{one}") for one in gold})
        mine, put = of_story[gold[item]], clusters[id(grouped)][grouped.get(item, f"alone:{item}")]
        precision, recall, n = precision + len(mine & put) / len(put), recall + len(mine & put) / len(mine), n + 1
        right += _foreign(mine & put, item, language)
        said, there = said + _foreign(put, item, language), there + _foreign(mine, item, language)
    cross = _f1(right / said if said else 0.0, right / there) if there else None
    return Figures(precision / n, recall / n, cross)


def _members(grouped: Grouping) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for item, story in grouped.items():
        found[story].add(item)
    return found


def _foreign(items: set[str], item: str, language: Grouping) -> int:
    return sum(language[one] != language[item] for one in items)


def of_one(one: Labelled, grouped: Grouping, language: str = "") -> Figures:
    """One grouping of a whole set, or of its items in a language."""
    gold = _of_language(one, language)
    return figures(gold, ((item, grouped) for item in gold), one.language)


def _of_language(one: Labelled, language: str) -> dict[str, str]:
    return {item: story for item, story in one.gold.items() if not language or one.language[item] == language}


def out_of_fold(sets: list[Labelled], lexicon: Lexicon) -> dict[str, list[Grouping]]:
    """Each set once a fold, by weights that were fitted on the other folds of all sets; join and merge as shipped."""
    shipped = load_weights()
    streams = [stream(one.name, lexicon) for one in sets]
    items = table(streams, rows)
    found: dict[str, list[Grouping]] = {one.name: [] for one in sets}
    for fold in range(FOLDS):
        weights = learn(streams, items, fold, join=shipped.join, merge=shipped.merge)
        for one in sets:
            found[one.name].append(placed(one.items, lexicon, weights))
    return found


def held_out(one: Labelled, by_fold: list[Grouping], language: str = "") -> Figures:
    """Every story in the run whose weights never saw it."""
    gold = _of_language(one, language)
    return figures(gold, ((item, by_fold[fold_of(one.name, gold[item], FOLDS)]) for item in gold), one.language)


def metric() -> ModuleType:
    """The module tools/score.py of the evaluation data."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "tools" / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def row(name: str, found: Figures, more: str = "") -> str:
    cross = f"{found.cross:>7.3f}" if found.cross is not None else f"{'–':>7}"
    return f"  {name:<18} {found.p:>6.3f} {found.r:>6.3f} {found.f1:>6.3f} {cross}   {more}"


def languages(one: Labelled, scored: Callable[[str], Figures]) -> str:
    """F1 of each language on its own."""
    known = sorted({one.language[item] for item in one.gold} - {""})
    return " ".join(f"{code} {scored(code).f1:.3f}" for code in known)


def show_set(one: Labelled, by_fold: list[Grouping], others: Mapping[str, Grouping]) -> None:
    """Prints one set's table."""
    print(f"\n{one.name}: {len(one.gold)} items, {len(set(one.gold.values()))} stories")
    print(f"  {'':<18} {'P':>6} {'R':>6} {'F1':>6} {'cross':>7}   F1 by language")
    if by_fold:
        print(row("out of fold", held_out(one, by_fold), languages(one, partial(held_out, one, by_fold))))
    for name, grouped in others.items():
        print(row(name, of_one(one, grouped), languages(one, partial(of_one, one, grouped))))


def show_copies(name: str, found: Mapping[str, float]) -> None:
    print(f"  {name:<10} P {found['p']:.3f} R {found['r']:.3f}   {found['predicted']} said, {found['gold']} there")


def reuters(lexicon: Lexicon, weights: Weights) -> Mapping[str, float]:
    """Copies among newswire items: a pair is one text where four fifths of the shorter are in the longer."""
    score, folder = metric(), DATA / "copies"
    pairs = list(map(json.loads, (folder / "reuters.pairs.jsonl").open(encoding="utf-8")))
    said = score.closure(judged(read_items(folder / "reuters.items.jsonl"), lexicon, weights)[1])
    found: Mapping[str, float] = score.copies(
        {frozenset((pair["a"], pair["b"])) for pair in pairs if pair["containment"] >= 0.8}, said
    )
    return found


def measure(sets: list[Labelled], errors: int) -> None:
    """Judges, scores and prints everything."""
    lexicon, weights, score = the_lexicon(), load_weights(), metric()
    by_fold = out_of_fold([one for one in sets if one.name in FITTED], lexicon)
    copies = {}
    for one in sets:
        shipped, copied = judged(one.items, lexicon, weights)
        others = baselines(Texts(one.items), lambda grouped, one=one: of_one(one, grouped).f1)
        show_set(one, by_fold.get(one.name, []), {"shipped weights": shipped, **others})
        if errors:
            show(one.items, one.gold, shipped, errors)
        if one.copies:
            copies[one.name] = score.copies(score.closure(one.copies), score.closure(copied))
    print("\ncopies, pairs")
    for name, found in (copies | {"reuters": reuters(lexicon, weights)}).items():
        show_copies(name, found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    if not (SHARED / "tools" / "score.py").is_file() or not DATA.is_dir():
        sys.exit("bench/stories.py needs the evaluation data (../shared), which is absent here")
    measure(read_sets(options.sets.split(",")), options.errors)


if __name__ == "__main__":
    main()
