"""Feeds, what polling learned about them, and what it brought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from monitor.model import Event, Feed, FeedCheck, FeedState, Item, Match
from monitor.store.connection import Connection
from monitor.store.rows import Row, Shape, hash64, id_list, json_text, maybe_micros, micros

FEED = Shape(Feed, table="feeds")
STATE = Shape(FeedState, table="feed_states")
ITEM = Shape(Item, table="items")
MATCH = Shape(Match, table="matches")
EVENT = Shape(Event, table="events")

# ── the configured feeds ─────────────────────────────────────────────────────────────────────────────────────────────

_FEEDS = f"SELECT {FEED.of('f')}, {STATE.of('s')} FROM feeds f JOIN feed_states s ON s.feed = f.id WHERE s.polled = 1"

# index: feed_states_due
_DUE = f"""
SELECT {FEED.of("f")}, {STATE.of("s")} FROM feed_states s JOIN feeds f ON f.id = s.feed
WHERE s.polled = 1 AND s.retired = 0 AND s.check_after <= :now ORDER BY s.check_after, s.feed LIMIT :limit"""

_PUT_FEED = FEED.upsert("id")

_NEW_STATE = f"{STATE.insert} ON CONFLICT (feed) DO NOTHING"

_PUT_STATE = STATE.upsert("feed")

# An address that was edited is polled afresh: the validators, the redirects and the retirement were the old one's.
_MOVED_STATE = """
UPDATE feed_states SET check_after = :now, url = '', validators = '{"etag":"","last_modified":""}', body = '', failures = 0, failing_since = NULL,
  error = '', retired = 0, moved_to = '', moved_count = 0
WHERE feed = :feed"""


def put_feeds(db: Connection, feeds: Iterable[Feed], now: datetime) -> None:
    """Makes these the configured feeds; only what differs is written."""
    stored = {str(row[0]): FEED.unpack(row) for row in db.rows(f"SELECT {FEED.columns} FROM feeds")}
    polled = {str(row[0]) for row in db.rows("SELECT feed FROM feed_states WHERE polled = 1")}
    wanted = {feed.id: feed for feed in feeds}
    changed = [feed for feed in wanted.values() if stored.get(feed.id) != feed]
    db.many(_PUT_FEED, map(FEED.pack, changed))
    fresh = (FeedState(feed=feed.id, check_after=now) for feed in changed if feed.id not in stored)
    db.many(_NEW_STATE, map(STATE.pack, fresh))
    moved = (feed.id for feed in changed if feed.id in stored and stored[feed.id].url != feed.url)
    db.many(_MOVED_STATE, ({"feed": feed, "now": micros(now)} for feed in moved))
    db.many("UPDATE feed_states SET polled = 0 WHERE feed = :feed", ({"feed": feed} for feed in polled - wanted.keys()))
    back = (wanted.keys() & stored.keys()) - polled
    db.many("UPDATE feed_states SET polled = 1 WHERE feed = :feed", ({"feed": feed} for feed in back))


def due_feeds(db: Connection, now: datetime, limit: int) -> list[tuple[Feed, FeedState]]:
    """Feeds whose time has come, longest overdue first."""
    return [_feed_and_state(row) for row in db.rows(_DUE, {"now": micros(now), "limit": limit})]


def polled(db: Connection, feed: str) -> tuple[Feed, FeedState] | None:
    """A configured feed with its state; None where it is not configured, or retired. Index: the primary keys."""
    row = db.row(f"{_FEEDS} AND s.retired = 0 AND s.feed = :feed", {"feed": feed})
    return _feed_and_state(row) if row else None


def feeds(db: Connection) -> list[tuple[Feed, FeedState]]:
    """Every configured feed, by name."""
    return [_feed_and_state(row) for row in db.rows(f"{_FEEDS} ORDER BY f.name, f.id")]


def _feed_and_state(row: Row) -> tuple[Feed, FeedState]:
    return FEED.unpack(row[: FEED.width]), STATE.unpack(row[FEED.width :])


# ── what a poll asks ─────────────────────────────────────────────────────────────────────────────────────────────────

# index: the primary key of tombstones
_KNOWN = "SELECT hash FROM tombstones WHERE feed = :feed AND hash IN (SELECT value FROM json_each(:hashes))"

# index: items_guid, whose entries end in seq
_VERSIONS = f"""
SELECT {ITEM.columns} FROM items WHERE seq IN (
  SELECT max(seq) FROM items WHERE feed = :feed AND guid IN (SELECT value FROM json_each(:guids)) GROUP BY guid)"""


def known(db: Connection, feed: str, tombstones: Iterable[str]) -> set[str]:
    """Those of these hashes that the feed has carried before."""
    asked = {_tombstone(feed, one): one for one in tombstones}
    found = db.rows(_KNOWN, {"feed": _shelf(feed), "hashes": json_text(list(asked))}) if asked else []
    return {asked[row[0]] for row in found}


def versions(db: Connection, feed: str, guids: Iterable[str]) -> dict[str, Item]:
    """The newest stored item of the feed for each of these guids."""
    found = map(ITEM.unpack, db.rows(_VERSIONS, {"feed": feed, "guids": id_list(guids)}))
    return {item.guid: item for item in found}


def _tombstone(feed: str, one: str) -> int:
    return hash64(feed, one)


def _shelf(feed: str) -> int:
    """Where a feed's tombstones lie. Two feeds on one shelf do no harm: a tombstone is a hash of both."""
    return hash64(feed) >> 32


# ── what a poll records ──────────────────────────────────────────────────────────────────────────────────────────────

# index: items.id
_STORED = "SELECT id FROM items WHERE id IN (SELECT value FROM json_each(:ids))"

_PUT_MATCH = f"INSERT INTO matches (item, {MATCH.columns}) VALUES (:item, {MATCH.slots}) ON CONFLICT DO NOTHING"

# index: the primary key of pending, items.id
_PUT_PENDING = """
INSERT INTO pending (topic, item, first_seen, seq) SELECT :topic, id, first_seen, seq FROM items WHERE id = :item ON CONFLICT DO NOTHING"""

_PUT_EVENT = f"{EVENT.insert} ON CONFLICT (id) DO NOTHING"


def record_check(db: Connection, check: FeedCheck) -> list[str]:
    """Items with their matches, tombstones, events and the feed's state with the validators that vouch for all. Ids of the new items."""
    fresh = put_items(db, check.items, check.matches) if check.items else []
    shelf = _shelf(check.feed)
    hashes = ({"feed": shelf, "hash": _tombstone(check.feed, one)} for one in check.tombstones)
    db.many("INSERT INTO tombstones (feed, hash) VALUES (:feed, :hash) ON CONFLICT DO NOTHING", hashes)
    record_events(db, check.events)
    db.run(_PUT_STATE, STATE.pack(check.state))
    return fresh


def put_items(db: Connection, items: Sequence[Item], matches: Mapping[str, Sequence[Match]]) -> list[str]:
    """Items that are stored already are left as they are: they may have been judged since. Ids of the new ones."""
    stored = {row[0] for row in db.rows(_STORED, {"ids": id_list(item.id for item in items)})}
    fresh = {item.id: item for item in items if item.id not in stored}
    db.many(ITEM.insert, map(ITEM.pack, fresh.values()))
    db.many(_PUT_MATCH, (MATCH.pack(match, item=item) for item in fresh for match in matches.get(item, ())))
    live = (item for item in fresh.values() if item.live)
    db.many(
        _PUT_PENDING, ({"topic": match.topic, "item": item.id} for item in live for match in matches.get(item.id, ()))
    )
    return list(fresh)


def record_events(db: Connection, events: Iterable[Event]) -> list[Event]:
    """Keeps the events that are not known yet and returns those."""
    return [event for event in events if db.run(_PUT_EVENT, EVENT.pack(event))]


def events(db: Connection, since: datetime | None) -> list[Event]:
    """The monitor's own health, oldest first."""
    sql = f"SELECT {EVENT.columns} FROM events WHERE :since IS NULL OR at >= :since ORDER BY at, seq"
    return [EVENT.unpack(row) for row in db.rows(sql, {"since": maybe_micros(since)})]


# ── reading items ────────────────────────────────────────────────────────────────────────────────────────────────────

# index: items_first_seen
_AFTER = f"""
SELECT {ITEM.columns}, seq FROM items WHERE first_seen >= :since AND (first_seen, seq) > (:since, :seq) ORDER BY first_seen, seq LIMIT :limit"""


def item(db: Connection, key: str) -> Item | None:
    """An item by id, or the newest of an address. Indexes: items.id, items_url."""
    row = db.row(f"SELECT {ITEM.columns} FROM items WHERE id = :key", {"key": key}) or db.row(
        f"SELECT {ITEM.columns} FROM items WHERE url = :key ORDER BY seq DESC LIMIT 1", {"key": key}
    )
    return ITEM.unpack(row) if row else None


def items_after(db: Connection, place: tuple[int, int], limit: int) -> tuple[list[Item], tuple[int, int]]:
    """At most `limit` items after a place, (first_seen, seq), and the place after them: a long reading never holds the database."""
    rows = db.rows(_AFTER, {"since": place[0], "seq": place[1], "limit": limit})
    found = [ITEM.unpack(row) for row in rows]
    return found, (micros(found[-1].first_seen), rows[-1][ITEM.width]) if found else place


def matches(db: Connection, item: str) -> list[Match]:
    """What each topic found in an item."""
    return [
        MATCH.unpack(row)
        for row in db.rows(f"SELECT {MATCH.columns} FROM matches WHERE item = :item ORDER BY topic", {"item": item})
    ]


# index: items_first_seen
_OLD = """
SELECT id, first_seen, seq FROM items
WHERE first_seen < :before AND (first_seen, seq) > (:since, :seq) AND (summary <> '' OR content <> '') ORDER BY first_seen, seq LIMIT :limit"""

_FORGET = "UPDATE items SET summary = '', content = '' WHERE id IN (SELECT value FROM json_each(:ids))"

#: a place before every item
START = (-(2**62), 0)


def old_items(
    db: Connection, before: datetime, place: tuple[int, int], limit: int
) -> tuple[list[str], tuple[int, int]]:
    """Ids of at most `limit` items older than `before` that still have a text, after a place; and the place after them."""
    rows = db.rows(_OLD, {"before": micros(before), "since": place[0], "seq": place[1], "limit": limit})
    return [row[0] for row in rows], (rows[-1][1], rows[-1][2]) if rows else place


def forget_bodies(db: Connection, ids: Sequence[str]) -> int:
    """Empties the texts of these items; how many."""
    return db.run(_FORGET, {"ids": id_list(ids)})
