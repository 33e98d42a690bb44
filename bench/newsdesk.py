"""Five stories that no weight was fitted on, short items in five languages, through the product: python -m bench.newsdesk [--errors 60]

Written as a news desk would see them (bench/desk): a ferry, a strike, an outbreak, a seized tanker, an election; two to five sentences an
item, with what each states. The topic wants everything. The rules of figures were corrected after reading these stories; weights were not.
Needs the metric (../shared/tools); says so and ends where it is absent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench.gold import SHARED, read, replay, score, show_errors, table

DESK = Path(__file__).parent / "desk"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    if not (SHARED / "tools" / "score.py").is_file():
        sys.exit("bench/newsdesk.py needs the metric (../shared/tools), which is absent here")
    items = DESK / "items.jsonl"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "ours.jsonl"
        replay(items, out, DESK / "monitor.toml")
        found = score(out, items, max(options.errors, 1), DESK)
        table(read(out), found, {item["id"]: item for item in read(items)}, lambda path: score(path, items, 1, DESK))
    if options.errors:
        show_errors(found)


if __name__ == "__main__":
    main()
