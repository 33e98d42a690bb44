"""Pages that are looked at again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.model import PageWatch
from monitor.store.bound import Bound
from monitor.store.connection import Connection
from monitor.store.rows import Shape, micros

WATCH = Shape(PageWatch, table="pages")

_PUT = WATCH.upsert("url")

# index: the primary key
_OF = f"SELECT {WATCH.columns} FROM pages WHERE url = :url"

# index: pages_due
_DUE = f"SELECT {WATCH.columns} FROM pages WHERE due <= :now ORDER BY due, url LIMIT :limit"


def watch_pages(db: Connection, watches: Iterable[PageWatch]) -> None:
    """Keeps when each page is looked at again."""
    db.many(_PUT, map(WATCH.pack, watches))


def due_pages(db: Connection, now: datetime, limit: int) -> list[PageWatch]:
    """Pages whose time has come, longest overdue first."""
    return [WATCH.unpack(row) for row in db.rows(_DUE, {"now": micros(now), "limit": limit})]


def watched_page(db: Connection, url: str) -> PageWatch | None:
    """The watch on an address."""
    row = db.row(_OF, {"url": url})
    return WATCH.unpack(row) if row else None


def looked_at(db: Connection, before: PageWatch, after: PageWatch | None) -> None:
    """The next look at a page, or none any more."""
    if after is None:
        db.run("DELETE FROM pages WHERE url = :url", {"url": before.url})
    else:
        watch_pages(db, [after])


class PagesStore(Bound):
    """These questions as methods of a store, in the words of `ports.Store`."""

    def watch_pages(self, watches: Iterable[PageWatch]) -> None:
        """Keeps which pages are looked at again, and when."""
        with self._writing() as db:
            watch_pages(db, watches)

    def due_pages(self, now: datetime, limit: int = 20) -> list[PageWatch]:
        """Pages whose time has come, longest overdue first."""
        with self._reading() as db:
            return due_pages(db, now, limit)

    def watched_page(self, url: str) -> PageWatch | None:
        """The watch on the page at this address, if it was read lately."""
        with self._reading() as db:
            return watched_page(db, url)
