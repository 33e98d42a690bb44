"""Fits the weights of monitor/stories/weights.json on labelled streams (scikit-learn, in the dev extra).

    python bench/stories_fit.py [--sets gold,short,ecbplus,headlines,lookalikes,strangers] [--out monitor/stories/weights.json]

Each stream is played with its labels: at every item, each candidate story is a row, right or wrong. Sets weigh the same
whatever their size. One logistic regression for all; signs that contradict sense are held at zero.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from bench.streams import SETS, Stream, fold_of, stream, the_lexicon
from monitor.stories.cluster import PAIR_NAMES, SMALL, Clusterer, Weights
from monitor.stories.evidence import NAMES, vector

#: +1: only evidence for, -1: only evidence against, 0: free
_FREE = frozenset({"size", "bare", "foreign", "mass", "item_told", "length", "numbers_rise"})
SIGNS = {
    name: -1 if name.endswith("_differ") or name == "gap" else 0 if name in _FREE or "*" in name else 1
    for name in NAMES
}
#: terms, right or wrong, the story of the item, how much it counts
Row = tuple[list[float], bool, str, float]
#: an item that opens a story, put into another, spoils both: such rows count for so many
OPENING = 8.0


def rows(one: Stream, noise: float = 0.15, seed: int = 0) -> Iterator[Row]:
    """(terms, right, story of the item) for every item and candidate, stories being what the labels say, a few of them in three parts."""
    chance = random.Random(seed)
    clusterer = Clusterer(Weights(0.0, (0.0,) * len(NAMES)))
    labels: dict[str, str] = {}
    for signature in one.signatures:
        member = clusterer.member(signature)
        truth = one.story.get(signature.item, f"alone:{signature.item}")
        known = truth in labels.values()
        for story in clusterer.candidates(member):
            yield (
                vector(clusterer.score(member, story).terms),
                labels[story.id] == truth,
                truth,
                1.0 if known else OPENING,
            )
        part = truth if chance.random() >= noise else f"{truth}/{chance.randrange(3)}"
        labels[part] = truth
        clusterer.put(member, part)


def pair_rows(one: Stream, weights: Weights, seed: int = 0) -> Iterator[Row]:
    """(terms of a pair, whether they are one, the smaller's story): parts as the clusterer makes them, merged half of the time where right."""
    chance = random.Random(seed)
    clusterer = Clusterer(weights)
    truth: dict[str, Counter[str]] = {}
    for number, signature in enumerate(one.signatures):
        placement = clusterer.place(clusterer.member(signature), f"p{number}")
        truth.setdefault(placement.story.id, Counter())[one.story.get(signature.item, f"alone:{signature.item}")] += 1
        waiting = [
            story
            for story in clusterer.stories.values()
            if story.size <= SMALL and signature.at - story.updated < 3 * 86_400
        ]
        if not waiting or number % 2:
            continue
        small = chance.choice(waiting)
        right = None
        for other in clusterer.neighbours(small):
            lesser = min(small, other, key=lambda story: (story.size, -story.number))
            mine, theirs = (truth[story.id].most_common(1)[0][0] for story in (small, other))
            yield clusterer.pair_vector(small, other), mine == theirs, truth[lesser.id].most_common(1)[0][0], 1.0
            right = other if mine == theirs else right
        if right is not None and chance.random() < 0.5:
            truth[right.id].update(truth[small.id])
            clusterer.merge(small.id, right.id)


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float) -> np.ndarray:
    """Logistic regression with bounds on signs; the last coefficient is the bias."""
    x1 = np.hstack([x, np.ones((len(x), 1))])
    signs = [SIGNS.get(name, 0) for name in (*NAMES, "smaller")[: x.shape[1]]]
    bounds = [(0, None) if sign > 0 else (None, 0) if sign < 0 else (None, None) for sign in signs] + [(None, None)]
    total = weight.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x1 @ w
        value = np.sum(weight * (np.logaddexp(0, z) - y * z)) / total + penalty * np.sum(w[:-1] ** 2) / 2e3
        gradient = x1.T @ (weight * (1 / (1 + np.exp(-z)) - y)) / total
        gradient[:-1] += penalty * w[:-1] / 1e3
        return value, gradient

    return minimize(loss, np.zeros(x1.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x


Table = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def table(streams: list[Stream], make: Callable[[Stream], Iterator[Row]]) -> Table:
    """Rows of all streams: terms, right or wrong, weight (every set counts the same), and the group that a fold holds out."""
    xs, ys, ws, groups = [], [], [], []
    for one in streams:
        x, y, truth, counts = zip(*make(one), strict=True)
        xs.append(np.array(x))
        ys.append(np.array(y, float))
        ws.append(np.array(counts) / sum(counts))
        groups.append(np.array([fold_of(one.name, story) if not story.startswith("alone:") else -1 for story in truth]))
    return np.vstack(xs), np.concatenate(ys), np.concatenate(ws), np.concatenate(groups)


def learn(
    streams: list[Stream], items: Table, fold: int | None, penalty: float = 0.1, join: float = 0.0, merge: float = 0.0
) -> Weights:
    """Weights fitted on every fold but one (on all, where `fold` is None): of items first, of pairs of stories then."""

    def without(rows: Table) -> np.ndarray:
        x, y, weight, group = rows
        kept = np.ones(len(y), bool) if fold is None else group != fold
        return fit(x[kept], y[kept], weight[kept], penalty)

    w = without(items)
    weights = Weights(float(w[-1]), tuple(map(float, w[:-1])), join=join, merge=merge)
    pair = without(table(streams, lambda one: pair_rows(one, replace(weights, join=join + 0.5))))
    return replace(weights, pair_bias=float(pair[-1]), pair=tuple(map(float, pair[:-1])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sets", default=",".join(name for name, paths in SETS.items() if paths[0].exists() and name != "desk")
    )
    parser.add_argument("--out", type=Path, default=Path("monitor/stories/weights.json"))
    parser.add_argument("--penalty", type=float, default=0.1)
    parser.add_argument("--join", type=float, default=-0.5)
    parser.add_argument("--merge", type=float, default=-0.7)
    args = parser.parse_args()
    lexicon = the_lexicon()
    streams = [stream(name, lexicon) for name in args.sets.split(",")]
    weights = learn(streams, table(streams, rows), None, args.penalty, args.join, args.merge)
    named = {
        key: {name: round(value, 3) for name, value in zip(names, values, strict=True) if abs(value) >= 5e-4}
        for key, names, values in (("terms", NAMES, weights.terms), ("pair", PAIR_NAMES, weights.pair))
    }
    out = {
        "join": args.join,
        "merge": args.merge,
        "bias": round(weights.bias, 3),
        "terms": named["terms"],
        "pair_bias": round(weights.pair_bias, 3),
        "pair": named["pair"],
    }
    args.out.write_text(json.dumps(out, indent=1) + "\n")
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
