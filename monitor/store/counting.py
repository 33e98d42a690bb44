"""How much there is."""

from __future__ import annotations

from typing import Any

from monitor.store.connection import Connection

_COUNTS = {
    "feeds": "SELECT count(*) FROM feed_states WHERE polled = 1",
    "feeds_failing": "SELECT count(*) FROM feed_states WHERE polled = 1 AND failures > 0",
    "feeds_retired": "SELECT count(*) FROM feed_states WHERE polled = 1 AND retired = 1",
    "items": "SELECT count(*) FROM items",
    "pending": "SELECT count(*) FROM pending",
    "stories": "SELECT count(*) FROM stories WHERE merged_into IS NULL",
    "developments": "SELECT count(*) FROM developments",
    "facts": "SELECT count(*) FROM facts",
    "owed": "SELECT count(*) FROM owed",
    "alerts_owed": "SELECT count(*) FROM alerts WHERE state IN ('owed', 'sending')",
    "alerts_sent": "SELECT count(*) FROM alerts WHERE state = 'sent'",
    "alerts_dead": "SELECT count(*) FROM alerts WHERE state = 'dead'",
    "tombstones": "SELECT count(*) FROM tombstones",
}


def counts(db: Connection) -> dict[str, Any]:
    """Whole numbers by name: what is stored, what waits, what is owed."""
    rows = {name: db.row(sql) for name, sql in _COUNTS.items()}
    return {name: row[0] if row else 0 for name, row in rows.items()}
