"""Tables that a journalist edits: tab-separated rows with a header, every bad row reported with its file and line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from monitor.errors import Problem


def table(
    path: Path,
    columns: Sequence[str],
    problems: list[Problem],
    check: Callable[[Sequence[str]], str] = lambda _: "",
) -> list[list[str]]:
    """The rows of a table as lists of cells; comments, blank lines and the header are left out.

    What is wrong goes to `problems`: a file that cannot be read, a row with too few or too many cells, an id met twice,
    and what `check` says of a row, "" being nothing.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(Problem(str(path), "", f"cannot be read: {error}"))
        return []
    found: list[list[str]] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if cells[:2] == list(columns[:2]):
            continue
        wrong = _wrong(cells, columns, lines) or check(cells)
        if wrong:
            problems.append(Problem(path.name, f"line {number}", wrong))
            continue
        lines[cells[0]] = number
        found.append(cells)
    return found


def _wrong(cells: Sequence[str], columns: Sequence[str], lines: dict[str, int]) -> str:
    if len(cells) != len(columns):
        return f"{len(cells)} columns where {len(columns)} were expected: {' '.join(columns)}"
    if cells[0] in lines:
        return f"the id {cells[0]!r} stands on line {lines[cells[0]]} already"
    return "" if cells[0] else "a row needs an id"


def alternatives(cell: str) -> list[str]:
    """The words of a cell, separated by `|`; none where it says `-`."""
    return [] if cell in ("-", "") else [word.strip() for word in cell.split("|") if word.strip()]
