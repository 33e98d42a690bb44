"""Every figure that the project claims, one after another: python -m bench [NAME…] (make bench). A name is a file of this folder.

Each bench is a program of its own with its own --help; here they run with their defaults. Those that need the evaluation data
(../shared) say so and end where it is absent.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
#: modules that others use, and what each bench is given where its default would be too little or too long
LIBRARIES = {
    "__init__",
    "__main__",
    "farm",
    "growing",
    "replaying",
    "stories_baselines",
    "stories_errors",
    "streams",
}
ARGUMENTS = {"developments": ["measure"]}


def benches() -> dict[str, Path]:
    """The programs of this folder, by name."""
    found = {path.stem: path for path in sorted(HERE.glob("*.py")) if path.stem not in LIBRARIES}
    return {name: path for name, path in found.items() if not name.endswith("_fit")}


def what(path: Path) -> str:
    """The first sentence of a program's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n", 1)[0]


def main() -> int:
    """Runs what was asked for; 1 if any failed."""
    known = benches()
    asked = sys.argv[1:] or list(known)
    if unknown := [name for name in asked if name not in known]:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in asked:
        print(f"\n══ {name}: {what(known[name])}", flush=True)
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", f"bench.{name}", *ARGUMENTS.get(name, [])], check=False, cwd=HERE.parent
        )
        print(f"   ({time.monotonic() - began:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\nfailed or skipped: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
