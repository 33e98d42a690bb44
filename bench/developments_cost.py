"""What the diff of one item costs against a story of many facts.

    python bench/developments_cost.py [--facts 2000]

Fills one story with the sentences of all gold items, varied by number so that no two are the same, then times `diff` on each item.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

from monitor.stories.developments import Context, diff
from monitor.stories.ledger import Ledger
from monitor.stories.reading import read_item

from bench.replaying import DATA, lexicon, read_items  # isort: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facts", type=int, default=2000)
    args = parser.parse_args()
    words, items, ledger = lexicon(), read_items(DATA / "gold" / "items.jsonl"), Ledger()
    number = 0
    while len(ledger) < args.facts:
        item = items[number % len(items)]
        item = replace(
            item,
            id=f"{item.id}-{number}",
            content=item.content.replace(" the ", f" the {number}th ", 1),
            family=f"f{number % 40}",
        )
        reading = read_item(item, words)
        ledger.add(
            diff(
                reading,
                ledger,
                Context(topic="t", story="s", new_story=False, origin=item.family, now=item.first_seen),
                words,
            )
        )
        number += 1
    readings = [read_item(item, words) for item in items]
    took = []
    for reading in readings:
        start = time.process_time()
        diff(
            reading,
            ledger,
            Context(topic="t", story="s", new_story=False, origin=reading.item.family, now=reading.item.first_seen),
            words,
        )
        took.append(1000 * (time.process_time() - start))
    took.sort()
    size = sum(len(ledger.dump(item)) for item in ledger.items) / max(1, number)
    print(
        f"{len(ledger)} sentences known; diff of one item: median {took[len(took) // 2]:.1f} ms, "
        f"p95 {took[int(len(took) * 0.95)]:.1f} ms; {size:.0f} bytes of memory an item"
    )


if __name__ == "__main__":
    main()
