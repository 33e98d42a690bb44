"""Turns of events and routine: what a sentence's concepts say about its weight, in any language. The concepts are data: acts.tsv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from monitor.stories.facts import Statement
from monitor.stories.ledger import Ledger

SHIPPED = Path(__file__).with_name("acts.tsv")
#: beyond two a sentence is a list
_MOST = 2


@lru_cache(maxsize=1)
def acts() -> dict[str, frozenset[str]]:
    """The concepts of each act, as keys of units: turn, routine."""
    rows = [line.split("\t") for line in SHIPPED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")][
        1:
    ]
    return {act: frozenset(f"c:{concept}" for concept, one in rows if one == act) for act in ("turn", "routine")}


def features(statement: Statement, title: Statement | None, ledgers: Sequence[Ledger]) -> dict[str, float]:
    """How many turns it tells, how many of them the title tells too or its story had not, and how much is routine."""
    concepts = [unit[0] for unit in statement.units]
    turns = [concept for concept in concepts if concept in acts()["turn"]]
    return {
        "turns": _counted(turns),
        "turns_title": _counted(turn for turn in set(turns) if title is not None and turn in title.keys),
        "turns_new": _counted(turn for turn in turns if not ledgers[0].knows(turn)),
        "routine": _counted(concept for concept in concepts if concept in acts()["routine"]),
    }


def _counted(found: Iterable[str]) -> float:
    return float(min(_MOST, sum(1 for _ in found)))
