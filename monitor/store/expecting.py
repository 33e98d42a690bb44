"""What stories announced, when the clock asks about it, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model import Expectation
from monitor.store.connection import Connection
from monitor.store.rows import Shape, micros

EXPECTATION = Shape(Expectation, table="expectations")

_PUT = f"{EXPECTATION.insert} ON CONFLICT (id) DO NOTHING"

# What it is about may have moved to another story meanwhile: only the answer is written. Index: the primary key
_BECAME = "UPDATE expectations SET state = :state, ask = :ask WHERE id = :id"

# index: expectations_ask
_DUE = f"SELECT {EXPECTATION.columns} FROM expectations WHERE topic = :topic AND ask IS NOT NULL AND ask <= :now ORDER BY due, said, id"

# index: expectations_story
_OF_STORY = f"SELECT {EXPECTATION.columns} FROM expectations WHERE story = :story ORDER BY due, said, id"


def put(db: Connection, expectations: Iterable[Expectation]) -> None:
    """Keeps what was announced; what is known already stays as it is."""
    db.many(_PUT, map(EXPECTATION.pack, expectations))


def became(db: Connection, expectations: Iterable[Expectation]) -> None:
    """Writes what became of them."""
    rows = map(EXPECTATION.pack, expectations)
    db.many(_BECAME, ({key: row[key] for key in ("id", "state", "ask")} for row in rows))


def due(db: Connection, topic: str, now: datetime) -> list[Expectation]:
    """What the clock has to ask about by now, the first due first."""
    return [EXPECTATION.unpack(row) for row in db.rows(_DUE, {"topic": topic, "now": micros(now)})]


def of_story(db: Connection, story: str) -> list[Expectation]:
    """What a story announced, the first due first."""
    return [EXPECTATION.unpack(row) for row in db.rows(_OF_STORY, {"story": story})]
