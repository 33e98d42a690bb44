"""Subscriptions of feeds at WebSub hubs."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Feed, FeedState, Push
from monitor.store import polling
from monitor.store.bound import Bound
from monitor.store.connection import Connection
from monitor.store.rows import Shape, micros

PUSH = Shape(Push, table="pushes")

_PUT = PUSH.upsert("feed")

_OF_FEEDS = (
    f"SELECT {PUSH.of('p')} FROM pushes p JOIN feed_states s ON s.feed = p.feed WHERE s.polled = 1 ORDER BY p.feed"
)

# index: pushes_due
_DUE = f"""
SELECT {PUSH.of("p")} FROM pushes p JOIN feed_states s ON s.feed = p.feed
WHERE p.due IS NOT NULL AND p.due <= :now AND s.polled = 1 AND s.retired = 0 ORDER BY p.due, p.feed LIMIT :limit"""

_SOON = """
UPDATE feed_states SET check_after = :at WHERE feed = :feed AND check_after > :at AND failures = 0 AND retired = 0"""


def of_feed(db: Connection, feed: str) -> Push | None:
    """The subscription of a feed. Index: the primary key of pushes."""
    row = db.row(f"SELECT {PUSH.columns} FROM pushes WHERE feed = :feed", {"feed": feed})
    return PUSH.unpack(row) if row else None


class PushingStore(Bound):
    """These questions as methods of a store, in the words of `ports.Store`."""

    def polled(self, feed: str) -> tuple[Feed, FeedState] | None:
        """A configured feed with its state; None where it is not configured, or retired."""
        with self._reading() as db:
            return polling.polled(db, feed)

    def pushes(self) -> list[Push]:
        """The subscriptions of configured feeds at WebSub hubs, by feed."""
        with self._reading() as db:
            return [PUSH.unpack(row) for row in db.rows(_OF_FEEDS)]

    def push(self, push: str) -> Push | None:
        """One of them by its id; None where another one has taken its place."""
        with self._reading() as db:
            row = db.row(f"SELECT {PUSH.columns} FROM pushes WHERE id = :id", {"id": push})
            return PUSH.unpack(row) if row else None

    def push_of(self, feed: str) -> Push | None:
        """The one of a feed."""
        with self._reading() as db:
            return of_feed(db, feed)

    def due_pushes(self, now: datetime, limit: int = 100) -> list[Push]:
        """Those about which something is to be done by now, longest overdue first."""
        with self._reading() as db:
            return [PUSH.unpack(row) for row in db.rows(_DUE, {"now": micros(now), "limit": limit})]

    def record_push(self, before: Push | None, after: Push) -> bool:
        """Puts `after` in the place of `before`; False where that is not what is stored any more."""
        with self._writing() as db:
            if of_feed(db, after.feed) != before:
                return False
            db.run(_PUT, PUSH.pack(after))
            return True

    def poll_soon(self, feed: str, at: datetime) -> None:
        """A feed that is well is polled at `at` if it would be polled later."""
        with self._writing() as db:
            db.run(_SOON, {"feed": feed, "at": micros(at)})
