"""Full text search on SQLite's FTS5: accents and case are folded, a user's words are words."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Item
from monitor.store.connection import Connection
from monitor.store.polling import ITEM
from monitor.store.rows import id_list

# A word in a title counts four times one in a text. An item is as good as the better of what it says and what was made of it.
_SEARCH = f"""
WITH found (seq, rank) AS (
  SELECT rowid, bm25(items_text, 4.0, 1.0, 1.0) FROM items_text WHERE items_text MATCH :words
  UNION ALL
  SELECT (SELECT seq FROM items WHERE id = d.item), t.rank FROM developments_text t JOIN developments d ON d.seq = t.rowid
  WHERE developments_text MATCH :words)
SELECT {ITEM.of("i")} FROM (SELECT seq, min(rank) AS rank FROM found GROUP BY seq ORDER BY 2, seq DESC LIMIT :limit) best
JOIN items i ON i.seq = best.seq ORDER BY best.rank, i.seq DESC"""


# The inner SELECT is read in the order of seq. In any other FTS5 writes out what it has gathered at every row that goes backwards,
# and takes twice the time.
_ADD_ITEMS = """
INSERT INTO items_text (rowid, title, summary, content)
SELECT seq, title, summary, content FROM items
WHERE seq IN (SELECT seq FROM items WHERE id IN (SELECT value FROM json_each(:ids)))"""

_ADD_DEVELOPMENTS = """
INSERT INTO developments_text (rowid, text) SELECT seq, text FROM developments
WHERE seq IN (SELECT seq FROM developments WHERE id IN (SELECT value FROM json_each(:ids)))"""

# An index without a text of its own must be told what to take out.
_REMOVE_ITEMS = """
INSERT INTO items_text (items_text, rowid, title, summary, content)
SELECT 'delete', seq, title, summary, content FROM items
WHERE seq IN (SELECT seq FROM items WHERE id IN (SELECT value FROM json_each(:ids)))"""


def add_items(db: Connection, ids: Sequence[str]) -> None:
    """Makes newly stored items findable. Not twice."""
    db.run(_ADD_ITEMS, {"ids": id_list(ids)})


def remove_items(db: Connection, ids: Sequence[str]) -> None:
    """Takes items out of the index; before their texts change."""
    db.run(_REMOVE_ITEMS, {"ids": id_list(ids)})


def add_developments(db: Connection, ids: Sequence[str]) -> None:
    """Makes newly stored developments findable. Not twice."""
    db.run(_ADD_DEVELOPMENTS, {"ids": id_list(ids)})


def quoted(query: str) -> str:
    """A user's words as FTS5 strings, all of which must occur; "" if there is none. `*`, `NEAR`, `:` and quotes mean nothing."""
    clean = query.replace("\0", " ").encode("utf-8", "replace").decode()
    words = (word.replace('"', '""') for word in clean.split() if any(char.isalnum() for char in word))
    return " ".join(f'"{word}"' for word in words)


def search(db: Connection, query: str, limit: int) -> list[Item]:
    """Items that say all of these words, or whose developments do; best first."""
    words = quoted(query)
    return [ITEM.unpack(row) for row in db.rows(_SEARCH, {"words": words, "limit": limit})] if words else []
