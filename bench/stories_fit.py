"""Fits the weights of monitor/stories/weights.json on labelled streams (scikit-learn, in the dev extra).

    python bench/stories_fit.py [--sets gold,ecbplus,headlines,lookalikes] [--out monitor/stories/weights.json]

Each stream is played with its labels: at every item, each candidate story is a row, right or wrong. Sets weigh the same
whatever their size. One logistic regression for all; signs that contradict sense are held at zero.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from monitor.stories.cluster import Clusterer, Weights
from monitor.stories.evidence import NAMES, vector
from streams import SETS, Stream, stream, the_lexicon

#: +1: only evidence for, -1: only evidence against, 0: free
SIGNS = {name: (-1 if name.endswith("_differ") or name in ("gap",) else 0 if name in ("size", "bare", "foreign", "mass", "item_told") or "*" in name else 1) for name in NAMES}


def rows(one: Stream, noise: float = 0.0, seed: int = 0) -> Iterator[tuple[list[float], bool, str, str]]:
    """(terms, right, story of the item, story of the candidate) for every item and candidate, stories being what the labels say."""
    chance = random.Random(seed)
    clusterer = Clusterer(Weights(0.0, (0.0,) * len(NAMES)))
    labels: dict[str, str] = {}
    for signature in one.signatures:
        member = clusterer.member(signature)
        truth = one.story.get(signature.item, f"alone:{signature.item}")
        for story in clusterer.candidates(member):
            yield vector(clusterer.score(member, story).terms), labels[story.id] == truth, truth, labels[story.id]
        part = truth if chance.random() >= noise else f"{truth}/{chance.randrange(3)}"
        labels[part] = truth
        clusterer.put(member, part)


def fit(x: np.ndarray, y: np.ndarray, weight: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Logistic regression with bounds on signs; the last coefficient is the bias."""
    x1 = np.hstack([x, np.ones((len(x), 1))])
    bounds = [(0, None) if SIGNS[name] > 0 else (None, 0) if SIGNS[name] < 0 else (None, None) for name in NAMES] + [(None, None)]
    total = weight.sum()

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        z = x1 @ w
        value = np.sum(weight * (np.logaddexp(0, z) - y * z)) / total + penalty * np.sum(w[:-1] ** 2) / 2e3
        gradient = x1.T @ (weight * (1 / (1 + np.exp(-z)) - y)) / total
        gradient[:-1] += penalty * w[:-1] / 1e3
        return value, gradient

    return minimize(loss, np.zeros(x1.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x


def table(streams: list[Stream], noise: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Rows of all streams with a weight for each, so that every set counts the same, and right rows as much as wrong ones within reason."""
    xs, ys, ws, groups = [], [], [], []
    for one in streams:
        x, y, truth, _ = zip(*rows(one, noise), strict=True)
        right = np.array(y, float)
        weight = np.ones(len(x)) / len(x)
        xs.append(np.array(x)), ys.append(right), ws.append(weight), groups.append(np.array([f"{one.name}/{story}" for story in truth]))
    return np.vstack(xs), np.concatenate(ys), np.concatenate(ws), np.concatenate(groups)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(name for name, paths in SETS.items() if paths[0].exists()))
    parser.add_argument("--out", type=Path, default=Path("monitor/stories/weights.json"))
    parser.add_argument("--penalty", type=float, default=1.0)
    args = parser.parse_args()
    lexicon = the_lexicon()
    x, y, weight, _ = table([stream(name, lexicon) for name in args.sets.split(",")], noise=0.15)
    w = fit(x, y, weight, args.penalty)
    before = json.loads(args.out.read_text()) if args.out.exists() else {"join": 0.0, "repair": -0.5, "merge": 0.3}
    terms = {name: round(float(value), 3) for name, value in zip(NAMES, w, strict=False) if abs(value) >= 5e-4}
    args.out.write_text(json.dumps({**before, "bias": round(float(w[-1]), 3), "terms": terms}, indent=1) + "\n")
    print(json.dumps(terms, indent=1), "bias", w[-1], "rows", len(y), "right", y.mean())


if __name__ == "__main__":
    main()
