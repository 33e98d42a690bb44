"""What topics made of items: stories, developments, the ledger of facts, and who moved what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import Development, Fact, Item, Judgement, Match, Moved, Mute, Remembered, Story, make_id
from monitor.store import expecting
from monitor.store.connection import Connection
from monitor.store.polling import ITEM, MATCH
from monitor.store.rows import Shape, id_list, micros, moment

STORY = Shape(Story, table="stories")
DEVELOPMENT = Shape(Development, table="developments")
FACT = Shape(Fact, table="facts")
PLACEMENT = Shape(Judgement, without=("developments", "facts", "expectations"), table="placements")
MOVED = Shape(Moved, table="moves")
MUTE = Shape(Mute, table="mutes")
REMEMBERED = Shape(Remembered)

# ── what a topic asks ────────────────────────────────────────────────────────────────────────────────────────────────

# The inner question sorts ids only, never texts. Indexes: the primary keys of pending and matches, items.id
_PENDING = f"""
SELECT {ITEM.of("i")}, {MATCH.of("m")} FROM (SELECT item, topic FROM pending WHERE topic = :topic ORDER BY first_seen, seq LIMIT :limit) p
JOIN items i ON i.id = p.item JOIN matches m ON m.item = p.item AND m.topic = p.topic ORDER BY i.first_seen, i.seq"""

# indexes: placements_topic, stories_of_topic
_REMEMBERED = """
SELECT item, story, copy_of, at, memory FROM placements WHERE topic = :topic AND at >= :since AND story IN (
  SELECT id FROM stories WHERE topic = :topic AND merged_into IS NULL ORDER BY updated DESC, id LIMIT :newest) ORDER BY seq"""


def pending(db: Connection, topic: str, limit: int) -> list[tuple[Item, Match]]:
    """Items that a topic wants and has not judged yet, in order of arrival."""
    rows = db.rows(_PENDING, {"topic": topic, "limit": limit})
    return [(ITEM.unpack(row[: ITEM.width]), MATCH.unpack(row[ITEM.width :])) for row in rows]


def remembered(db: Connection, topic: str, since: datetime, newest: int) -> list[Remembered]:
    """Judged items since then of the stories that had news last, in the order in which they were judged."""
    rows = db.rows(_REMEMBERED, {"topic": topic, "since": micros(since), "newest": newest})
    return [REMEMBERED.unpack(row) for row in rows]


# index: placements_topic
_ARRIVALS = "SELECT at, origin, story FROM placements WHERE topic = :topic AND at >= :since ORDER BY seq"


def arrivals(db: Connection, topic: str, since: datetime) -> list[tuple[datetime, str, str]]:
    """When each item of a topic was judged since then, from which origin, and of which story."""
    rows = db.rows(_ARRIVALS, {"topic": topic, "since": micros(since)})
    return [(moment(at), origin, story) for at, origin, story in rows]


# ── what a topic records ─────────────────────────────────────────────────────────────────────────────────────────────

_PUT_STORY = STORY.upsert("id") + ", merged_into = NULL"

# index: developments.id
_STORED = "SELECT id FROM developments WHERE id IN (SELECT value FROM json_each(:ids))"

_PUT_DEVELOPMENT = f"INSERT INTO developments ({DEVELOPMENT.columns}, recorded) VALUES ({DEVELOPMENT.slots}, :recorded)"

_PUT_FACT = f"{FACT.insert} ON CONFLICT (id) DO NOTHING"

# index: the unique key of placements
_PLACED = "SELECT item FROM placements WHERE topic = :topic AND item IN (SELECT value FROM json_each(:items))"

# index: the primary key of pending
_DONE = "DELETE FROM pending WHERE topic = :topic AND item IN (SELECT value FROM json_each(:items))"


def record_judgements(db: Connection, topic: str, judgements: Sequence[Judgement], at: datetime) -> list[str]:
    """Places items in stories, with what they add. Ids of the new developments. An item that is placed stays where it is."""
    first = {one.item: one for one in reversed(judgements)}
    placed = {row[0] for row in db.rows(_PLACED, {"topic": topic, "items": id_list(first)})}
    fresh = [_settled_in(db, one) for one in judgements if one.item not in placed and one is first[one.item]]
    db.many(PLACEMENT.insert, map(PLACEMENT.pack, fresh))
    _grow(db, fresh)
    db.many(_PUT_FACT, (FACT.pack(one) for judgement in fresh for one in judgement.facts))
    expecting.put(db, (one for judgement in fresh for one in judgement.expectations))
    return _put_developments(db, [one for judgement in fresh for one in judgement.developments], at)


def record_the_clocks(db: Connection, developments: Sequence[Development], at: datetime) -> list[str]:
    """Keeps developments that no item made, in the stories that theirs were merged into meanwhile. Ids of the new ones."""
    return _put_developments(db, [replace(one, story=resolve(db, one.story)) for one in developments], at)


def _put_developments(db: Connection, developments: Sequence[Development], at: datetime) -> list[str]:
    if not developments:
        return []
    stored = {row[0] for row in db.rows(_STORED, {"ids": id_list(one.id for one in developments)})}
    fresh = {one.id: one for one in developments if one.id not in stored}
    db.many(_PUT_DEVELOPMENT, (DEVELOPMENT.pack(one, recorded=micros(at)) for one in fresh.values()))
    return list(fresh)


def _settled_in(db: Connection, judgement: Judgement) -> Judgement:
    """The judgement, of the story that its story was merged into meanwhile, if it was."""
    story = judgement.story if judgement.new_story else resolve(db, judgement.story)
    if story == judgement.story:
        return judgement
    developments = tuple(replace(one, story=story) for one in judgement.developments)
    return replace(
        judgement,
        story=story,
        developments=developments,
        facts=tuple(replace(one, story=story) for one in judgement.facts),
        expectations=tuple(replace(one, story=story) for one in judgement.expectations),
    )


def _grow(db: Connection, judgements: Sequence[Judgement]) -> None:
    """Adds newly placed items to their stories."""
    stories = _stories_by_id(db, {one.story for one in judgements})
    for one in judgements:
        story = stories.get(one.story)
        stories[one.story] = _with(story, one) if story else _begun(one)
    db.many(_PUT_STORY, map(STORY.pack, stories.values()))


def _begun(one: Judgement) -> Story:
    return Story(
        id=one.story,
        topic=one.topic,
        headline=one.headline,
        created=one.at,
        updated=one.at,
        items=1,
        origins=(one.origin,),
    )


def _with(story: Story, one: Judgement) -> Story:
    if not story.items:  # everything in it went elsewhere; under its id it begins again
        return replace(_begun(one), muted_until=story.muted_until)
    origins = story.origins if one.origin in story.origins else (*story.origins, one.origin)
    updated = max(story.updated, one.at)
    return replace(
        story,
        headline=one.headline,
        created=min(story.created, one.at),
        updated=updated,
        items=story.items + 1,
        origins=origins,
    )


def _stories_by_id(db: Connection, ids: Iterable[str]) -> dict[str, Story]:
    rows = db.rows(
        f"SELECT {STORY.columns} FROM stories WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": id_list(ids)}
    )
    return {story.id: story for story in map(STORY.unpack, rows)}


def done(db: Connection, topic: str, items: Iterable[str]) -> None:
    """These items need no judging any more."""
    db.run(_DONE, {"topic": topic, "items": id_list(items)})


# ── repairs and editors ──────────────────────────────────────────────────────────────────────────────────────────────

_PUT_MOVED = f"INSERT INTO moves (id, {MOVED.columns}) VALUES (:id, {MOVED.slots}) ON CONFLICT (id) DO NOTHING"

# indexes: the unique key of placements, developments_item, facts_item, expectations_story, told's primary key
_MOVE = (
    "UPDATE placements SET story = :target WHERE topic = :topic AND story = :source AND item IN (SELECT value FROM json_each(:items))",
    """UPDATE told SET story = :target WHERE story = :source AND development IN (
         SELECT id FROM developments WHERE story = :source AND item IN (SELECT value FROM json_each(:items)))""",
    "UPDATE developments SET story = :target WHERE story = :source AND item IN (SELECT value FROM json_each(:items))",
    "UPDATE facts SET story = :target WHERE story = :source AND item IN (SELECT value FROM json_each(:items))",
    "UPDATE expectations SET story = :target WHERE story = :source AND item IN (SELECT value FROM json_each(:items))",
)

# index: placements_story
_MEMBERS = "SELECT origin, headline, at FROM placements WHERE story = :story ORDER BY seq"

_MERGED = (
    "UPDATE stories SET merged_into = :target, items = 0 WHERE id = :source",
    "UPDATE alerts SET story = :target WHERE story = :source",
)

# What an editor muted as one story is not heard because the program made two of it.
_AS_MUTED = "UPDATE stories SET muted_until = (SELECT muted_until FROM stories WHERE id = :source) WHERE id = :target AND muted_until IS NULL"


def move(db: Connection, moved: Moved) -> None:
    """Moves items with all they said, and what was told of it. A story that is left empty points to where it went."""
    if not db.run(_PUT_MOVED, MOVED.pack(moved, id=_move_id(moved))):
        return
    where = {"topic": moved.topic, "source": moved.source, "target": moved.target, "items": id_list(moved.items)}
    for statement in _MOVE:
        db.run(statement, where)
    if not _recount(db, moved.topic, moved.source):
        for statement in _MERGED:
            db.run(statement, where)
    _recount(db, moved.topic, moved.target)
    if moved.by == "parted":
        db.run(_AS_MUTED, where)
    db.run("UPDATE holds SET until = :at WHERE story IN (:source, :target)", {**where, "at": micros(moved.at)})


def _move_id(moved: Moved) -> str:
    return make_id("m", moved.topic, moved.source, moved.target, moved.by, micros(moved.at), *moved.items)


def _recount(db: Connection, topic: str, story: str) -> bool:
    """Makes a story's row say what its items say; False if it has none."""
    members = db.rows(_MEMBERS, {"story": story})
    if not members:
        return False
    times = sorted(at for _, _, at in members)
    before = _stories_by_id(db, [story]).get(story)
    counted = Story(
        id=story,
        topic=topic,
        headline=before.headline if before else members[-1][1],
        created=moment(times[0]),
        updated=moment(times[-1]),
        items=len(members),
        origins=tuple(dict.fromkeys(origin for origin, _, _ in members)),
        muted_until=before.muted_until if before else None,
    )
    db.run(_PUT_STORY, STORY.pack(counted))
    return True


def edits(db: Connection, topic: str | None) -> list[Moved]:
    """What editors did, and what was parted, oldest first; the program's other repairs are left out."""
    sql = f"SELECT {MOVED.columns} FROM moves WHERE \"by\" <> 'repair' AND (:topic IS NULL OR topic = :topic) ORDER BY seq"
    return [MOVED.unpack(row) for row in db.rows(sql, {"topic": topic})]


def mute(db: Connection, story: str, until: datetime | None, now: datetime) -> bool:
    """Mutes a story until then, or unmutes it; what is held of it is asked about again."""
    row = {"story": resolve(db, story), "until": None if until is None else micros(until), "at": micros(now)}
    if not db.run("UPDATE stories SET muted_until = :until WHERE id = :story", row):
        return False
    db.run("INSERT INTO mutes (story, until, at) VALUES (:story, :until, :at)", row)
    db.run("UPDATE holds SET until = :at WHERE story = :story", row)
    return True


def mutes(db: Connection) -> list[Mute]:
    """Every time that a story was muted or unmuted, oldest first."""
    return [MUTE.unpack(row) for row in db.rows(f"SELECT {MUTE.columns} FROM mutes ORDER BY seq", {})]


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# index: placements_story
_STORY_ITEMS = f"""
SELECT {ITEM.of("i")}, {PLACEMENT.of("p")} FROM placements p JOIN items i ON i.id = p.item WHERE p.story = :story ORDER BY i.first_seen, i.seq"""

# index: stories_recent
_STORIES = f"SELECT {STORY.columns} FROM stories WHERE merged_into IS NULL AND updated >= :since ORDER BY updated DESC, id LIMIT :limit"

# index: stories_of_topic
_STORIES_OF_TOPIC = _STORIES.replace("WHERE", "WHERE topic = :topic AND")


def resolve(db: Connection, story: str) -> str:
    """The story that this one was merged into, however many times; itself if it was not."""
    while (row := db.row("SELECT merged_into FROM stories WHERE id = :id", {"id": story})) and row[0]:
        story = row[0]
    return story


def story(db: Connection, story: str) -> Story | None:
    """One story, following merges."""
    return _stories_by_id(db, [found := resolve(db, story)]).get(found)


def stories(db: Connection, topic: str | None, since: datetime | None, limit: int) -> list[Story]:
    """Stories, most recently updated first."""
    since_at = micros(since) if since else -(2**62)
    sql = _STORIES if topic is None else _STORIES_OF_TOPIC
    return [STORY.unpack(row) for row in db.rows(sql, {"topic": topic, "since": since_at, "limit": limit})]


def story_items(db: Connection, story: str) -> list[tuple[Item, Judgement]]:
    """The items of a story, oldest first, each with what it added to it."""
    story = resolve(db, story)
    said, known = developments_of(db, story=story), facts(db, story)
    return [
        (ITEM.unpack(row[: ITEM.width]), _judgement(row[ITEM.width :], said, known))
        for row in db.rows(_STORY_ITEMS, {"story": story})
    ]


def judgements(db: Connection, item: str) -> list[Judgement]:
    """What each topic made of an item, by topic."""
    said = developments_of(db, item=item)
    known = [
        FACT.unpack(row)
        for row in db.rows(f"SELECT {FACT.columns} FROM facts WHERE item = :item ORDER BY seq", {"item": item})
    ]
    rows = db.rows(f"SELECT {PLACEMENT.columns} FROM placements WHERE item = :item ORDER BY topic", {"item": item})
    return [_judgement(row, said, known) for row in rows]


def _judgement(row: Sequence[object], said: Iterable[Development], known: Iterable[Fact]) -> Judgement:
    item, story = row[PLACEMENT.names.index("item")], row[PLACEMENT.names.index("story")]
    developments = tuple(one for one in said if (one.item, one.story) == (item, story))
    return PLACEMENT.unpack(
        row, developments=developments, facts=tuple(one for one in known if (one.item, one.story) == (item, story))
    )


def developments_of(
    db: Connection, *, story: str | None = None, item: str | None = None, ids: Iterable[str] | None = None
) -> list[Development]:
    """Developments that satisfy every condition given, oldest first. Indexes: developments_story, developments_item, id."""
    conditions = ["story = :story"] * (story is not None) + ["item = :item"] * (item is not None)
    conditions += ["id IN (SELECT value FROM json_each(:ids))"] * (ids is not None)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    parameters = {"story": resolve(db, story) if story is not None else None, "item": item, "ids": id_list(ids or ())}
    return [
        DEVELOPMENT.unpack(row)
        for row in db.rows(f"SELECT {DEVELOPMENT.columns} FROM developments {where} ORDER BY at, seq", parameters)
    ]


def facts(db: Connection, story: str) -> list[Fact]:
    """The ledger of a story, oldest first. Index: facts_story."""
    sql = f"SELECT {FACT.columns} FROM facts WHERE story = :story ORDER BY at, seq"
    return [FACT.unpack(row) for row in db.rows(sql, {"story": resolve(db, story)})]


def forget_memory(db: Connection, items: Sequence[str]) -> None:
    """Drops what a restart would have needed of these items."""
    db.run(_FORGET_MEMORY, {"nothing": b"", "items": id_list(items)})


# index: the unique key of placements
_FORGET_MEMORY = "UPDATE placements SET memory = :nothing WHERE item IN (SELECT value FROM json_each(:items))"
