"""Stories that no memory holds: found again by what they are about, or by an item of theirs, and read back whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping

from monitor.model import Asleep, Remembered
from monitor.store.bound import Bound
from monitor.store.connection import Connection
from monitor.store.rows import id_list
from monitor.store.stories import REMEMBERED, resolve

#: stories found that were woken meanwhile: their keys stay until they fall asleep again
_AWAKE = 12

# index: sleepers_story
_WAS_ASLEEP = "DELETE FROM sleepers WHERE story IN (SELECT value FROM json_each(:stories))"

_PUT = "INSERT OR REPLACE INTO sleepers (topic, key, story, weight) VALUES (:topic, :key, :story, :weight)"

# CROSS JOIN: the few keys asked for are the outer loop, always. Index: the primary key of sleepers
_ALIKE = """
SELECT s.story, sum(s.weight * k.value ->> 1) AS alike FROM json_each(:keys) k CROSS JOIN sleepers s
WHERE s.topic = :topic AND s.key = k.value ->> 0 GROUP BY s.story HAVING alike >= :least ORDER BY alike DESC, s.story LIMIT :limit"""

# index: the unique key of placements
_HOLDS = "SELECT story FROM placements WHERE item = :item AND topic = :topic"

# index: placements_story
_ROWS = "SELECT item, story, copy_of, at, memory FROM placements WHERE story = :story ORDER BY seq"


def put(db: Connection, topic: str, stories: Iterable[Asleep]) -> None:
    """Keeps by what these stories are found; what was kept of them before goes."""
    stories = list(stories)
    if not stories:
        return
    db.run(_WAS_ASLEEP, {"stories": id_list(one.story for one in stories)})
    db.many(
        _PUT,
        (
            {"topic": topic, "key": key, "story": one.story, "weight": weight}
            for one in stories
            for key, weight in one.keys
        ),
    )


def alike(
    db: Connection, topic: str, keys: Mapping[int, float], least: float, limit: int, awake: Collection[str]
) -> list[Remembered]:
    """The rows of at most `limit` sleeping stories whose keys agree with these to at least `least` (a cosine), the nearest first."""
    found: list[str] = []
    parameters = {"topic": topic, "keys": json.dumps(list(keys.items())), "least": least, "limit": limit + _AWAKE}
    for sleeper, _ in db.rows(_ALIKE, parameters):
        story = resolve(db, sleeper)
        if story not in awake and story not in found:
            found.append(story)
    return [row for story in found[:limit] for row in rows(db, story)]


def holding(db: Connection, topic: str, item: str) -> list[Remembered]:
    """The rows of the story that an item is in; [] where it is in none."""
    found = db.row(_HOLDS, {"item": item, "topic": topic})
    return rows(db, found[0]) if found else []


def rows(db: Connection, story: str) -> list[Remembered]:
    """A story's items as a memory reads them, in the order in which they were judged."""
    return [REMEMBERED.unpack(row) for row in db.rows(_ROWS, {"story": story})]


class SleepingStore(Bound):
    """The part of the store that finds sleeping stories; it is bound to a database by those who inherit."""

    def asleep(
        self, topic: str, keys: Mapping[int, float], least: float, limit: int, awake: Collection[str]
    ) -> list[Remembered]:
        """The items of sleeping stories that agree with these keys (a product of at least `least`), the nearest story first."""
        with self._reading() as db:
            return alike(db, topic, keys, least, limit, awake)

    def asleep_with(self, topic: str, item: str) -> list[Remembered]:
        """The items of the story that this item is in, in the order of judging."""
        with self._reading() as db:
            return holding(db, topic, item)
