"""Whether the order of arrival decides what is a story: streams shuffled within an hour, twenty times, scored by BCubed F1.

    python bench/order.py [--seeds 20] [--sets gold,lookalikes]

Signatures are made in the order of the archive, and placed in a shuffled one: an item comes up to an hour later than it did.
"spread" is the best F1 less the worst. "single pass" is the same placing without any repair, so that what repair does for the
order shows. Sets whose data are absent are left out, and said.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.streams import SETS, Stream, play, stream, the_lexicon
from monitor.stories.cluster import UNSEEN, Weights, load_weights

HOUR = 3600.0


def bcubed(gold: Mapping[str, str], found: Mapping[str, str]) -> float:
    """BCubed F1 over the items that are labelled."""
    items = [item for item in gold if item in found]
    both = Counter((gold[item], found[item]) for item in items)
    labelled, placed = Counter(gold[item] for item in items), Counter(found[item] for item in items)
    precision = sum(both[gold[item], found[item]] / placed[found[item]] for item in items) / len(items)
    recall = sum(both[gold[item], found[item]] / labelled[gold[item]] for item in items) / len(items)
    return 2 * precision * recall / (precision + recall)


def shuffled(one: Stream, seed: int) -> list[int]:
    """Places in the order in which they come, each up to an hour late; for seed 0 as they came."""
    dice = random.Random(seed)
    late = [signature.at + (dice.random() * HOUR if seed else 0.0) for signature in one.signatures]
    return sorted(range(len(late)), key=lambda at: (late[at], at))


def spread(one: Stream, weights: Weights, seeds: int) -> Sequence[float]:
    """F1 as they came, and for each seed."""
    return [bcubed(one.story, play(one, weights, shuffled(one, seed))) for seed in range(seeds + 1)]


def row(name: str, found: Sequence[float]) -> str:
    """One line of the table."""
    return f"{name:<24} {found[0]:.4f}   {min(found[1:]):.4f} … {max(found[1:]):.4f}   {max(found[1:]) - min(found[1:]):.4f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--sets", default="gold,lookalikes")
    options = parser.parse_args()
    lexicon, weights = the_lexicon(), load_weights()
    print(f"{'':24} as it came   shuffled          spread")
    for name in options.sets.split(","):
        if not all(path.exists() for path in SETS[name]):
            print(f"{name}: its data are absent here")
            continue
        one = stream(name, lexicon)
        print(row(name, spread(one, weights, options.seeds)), flush=True)
        alone = replace(weights, pair=(), pair_bias=UNSEEN)
        print(row(f"{name}, single pass", spread(one, alone, options.seeds)), flush=True)


if __name__ == "__main__":
    main()
