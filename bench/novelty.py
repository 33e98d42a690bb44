"""Novelty of a sentence as a function, on the timelines protocol, beside its baselines.

    python bench/novelty.py           AUC, and F1 of "new" at a threshold chosen on the train events and reported on the dev events
    python bench/novelty.py fit       fits the weights of the plain novelty function (monitor/stories/novelty.json) on the train events

For an event, a sentence of person a's wording of update t is new against person b's wordings of the updates before t, and old
against the same with b's wording of t. Each pair is used once as new and once as old. Data: ../shared/data/novelty, evaluation only.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import log, sqrt
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from monitor.stories.facts import Statement, statements
from monitor.stories.ledger import Known, Ledger, Memory, joined, pack
from monitor.stories.novelty import PLAIN, Model, features_of
from monitor.text.lexicon import Lexicon
from monitor.text.reading import read

from bench.replaying import DATA, ROOT, lexicon  # isort: skip

TIMELINES = DATA / "novelty" / "timelines.jsonl"
OUT = ROOT / "monitor" / "stories" / "novelty.json"


@dataclass
class Case:
    """A sentence against a history."""

    event: str
    split: str
    features: dict[str, float]
    cosine: float
    words: float
    new: bool


def _sentences(text: str, words: Lexicon) -> list[Statement]:
    parts = [part.strip() for part in re.split(r"(?<=[.!?])\s+", text.replace("\\n", " ")) if part.strip()]
    found: list[Statement] = []
    for part in parts:
        read_now = statements(read(part, "en", words))
        if read_now:
            found.append(max(read_now, key=lambda one: len(one.units)))
    return found


def cases(words: Lexicon) -> Iterator[Case]:
    """Every case of the protocol."""
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in TIMELINES.open(encoding="utf-8"):
        row = json.loads(line)
        events[row["event"]].append(row)
    for event, rows in sorted(events.items()):
        rows.sort(key=lambda row: row["t"])
        wordings = [[_sentences(text, words) for text in row["updates"]] for row in rows]
        people = range(len(wordings[0]))
        for a, b in permutations(people, 2):
            yield from _pair(event, str(rows[0]["split"]), wordings, a, b)


def _pair(event: str, split: str, wordings: Sequence[Sequence[Sequence[Statement]]], a: int, b: int) -> Iterator[Case]:
    before = Ledger()
    for t, people in enumerate(wordings):
        if a >= len(people) or b >= len(people):
            continue
        after = Ledger()
        for item in before.items:
            after.restore(before.dump(item))
        _learn(after, f"{t}", people[b], t)
        for one in people[a]:
            for ledger, new in ((before, True), (after, False)):
                if len(ledger):
                    yield Case(
                        event, split, features_of(one, [ledger]), _cosine(one, ledger), _new_words(one, ledger), new
                    )
        before = after


def _learn(ledger: Ledger, item: str, sentences: Sequence[Statement], at: float) -> None:
    known = tuple(
        Known(item=item, at=at * 86_400.0, origin="b", language="en", said=joined(one.units), news=1.0)
        for one in sentences
    )
    ledger.restore(pack(Memory(item=item, sentences=known)))


# ── baselines ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cosine(one: Statement, ledger: Ledger) -> float:
    """Maximum TF-IDF cosine with a sentence of the history, as a novelty (negated)."""
    total = len(ledger) + 1
    weigh = lambda key: log(1 + total / (1 + ledger.count(key)))  # noqa: E731
    mine = Counter(unit[0] for unit in one.units)
    norm = sqrt(sum((n * weigh(key)) ** 2 for key, n in mine.items())) or 1.0
    best = 0.0
    for known in ledger.sentences:
        theirs = Counter(unit[0] for unit in known.units)
        shared = sum(n * theirs[key] * weigh(key) ** 2 for key, n in mine.items() if key in theirs)
        if shared:
            best = max(best, shared / (norm * (sqrt(sum((n * weigh(key)) ** 2 for key, n in theirs.items())) or 1.0)))
    return -best


def _new_words(one: Statement, ledger: Ledger) -> float:
    return sum(not ledger.knows(unit[0]) for unit in one.units) / max(1, len(one.units))


# ── the measure ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _f1(scores: np.ndarray, new: np.ndarray, threshold: float) -> float:
    said = scores >= threshold
    right = float((said & new).sum())
    return 2 * right / max(1.0, float(said.sum() + new.sum()))


def report(name: str, found: Sequence[Case], scores: np.ndarray) -> str:
    """AUC and F1 on the dev events, the threshold from the train events."""
    new = np.array([case.new for case in found])
    train = np.array([case.split == "train" for case in found])
    best = max(
        np.quantile(scores[train], np.linspace(0.1, 0.9, 161)),
        key=lambda threshold: _f1(scores[train], new[train], threshold),
    )
    dev = ~train
    return (
        f"{name:32} dev AUC {roc_auc_score(new[dev], scores[dev]):.3f}  F1(new) {_f1(scores[dev], new[dev], best):.3f}   "
        f"train AUC {roc_auc_score(new[train], scores[train]):.3f}"
    )


def fit(found: Sequence[Case]) -> Model:
    """The plain novelty function, on the train events."""
    train = [case for case in found if case.split == "train"]
    table = np.array([[case.features.get(name, 0.0) for name in PLAIN] for case in train])
    spread = np.maximum(table.std(axis=0), 0.05)
    model = LogisticRegression(C=0.3, max_iter=5000).fit(table / spread, np.array([case.new for case in train]))
    raw = model.coef_[0] / spread
    return Model(float(model.intercept_[0]), {name: float(value) for name, value in zip(PLAIN, raw, strict=True)})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", default="measure", choices=["measure", "fit"])
    args = parser.parse_args()
    if not TIMELINES.exists():
        print(f"{TIMELINES} is not here: nothing to measure")
        return 1
    found = list(cases(lexicon()))
    model = fit(found)
    if args.what == "fit":
        data = {
            "fitted_by": "python bench/novelty.py fit",
            "bias": round(model.bias, 4),
            "weights": {name: round(value, 4) for name, value in model.weights.items()},
        }
        OUT.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} cases")
    print(report("max TF-IDF cosine", found, np.array([case.cosine for case in found])))
    print(report("share of new words", found, np.array([case.words for case in found])))
    print(report("novelty()", found, np.array([model(case.features) for case in found])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
