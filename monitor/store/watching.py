"""What the monitor's own health is read from: channels that take nothing, work that waits, a clock that went back."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Trouble
from monitor.store.bound import Bound
from monitor.store.connection import Connection
from monitor.store.rows import maybe_moment, micros, moment

_CHECKED = "SELECT feed, checked_at, baseline_done FROM feed_states WHERE polled = 1"

# index: alerts_sent
_LAST_SENT = "SELECT max(sent_at) FROM alerts WHERE channel = :channel AND state = 'sent'"

# indexes: alerts_unsent, attempts (alert)
_FAILED = """
SELECT t.at, t.error FROM alerts a JOIN attempts t ON t.alert = a.id
WHERE a.channel = :channel AND a.state <> 'sent' AND t.error <> '' AND t.at > :after ORDER BY t.at, t.seq"""

# index: alerts_unsent
_UNSENT = """
SELECT count(CASE WHEN state IN ('owed', 'sending') THEN 1 END), min(CASE WHEN state IN ('owed', 'sending') THEN created END),
  count(CASE WHEN state = 'dead' AND EXISTS (SELECT 1 FROM attempts t WHERE t.alert = alerts.id AND t.at > :after) THEN 1 END)
FROM alerts WHERE channel = :channel AND state <> 'sent'"""

# index: alerts_sent
_SENT_TIMES = (
    "SELECT sent_at FROM alerts WHERE channel = :channel AND state = 'sent' AND sent_at > :since ORDER BY sent_at"
)

# index: alerts.id
_PUT_OFF = """
UPDATE alerts SET state = 'owed', due = :until, send_after = :until, error = :why, owner = ''
WHERE id = :id AND state IN ('owed', 'sending')"""

_PENDING_SINCE = "SELECT min(first_seen) FROM pending"

# What was to happen at a time that is far away now happens at once. Indexes: feed_states_due, alerts_due, holds_until, pushes_due
_CLOCK_WENT_BACK = (
    "UPDATE feed_states SET check_after = :now WHERE polled = 1 AND retired = 0 AND check_after > :now AND checked_at > :now",
    """UPDATE alerts SET due = :now, send_after = :now
       WHERE state IN ('owed', 'sending') AND state = 'owed' AND due > :now AND created > :now""",
    "UPDATE holds SET until = :now WHERE until > :now",
    "UPDATE pushes SET due = :now WHERE due > :now AND asked_at > :now",
)


def trouble(db: Connection, channel: str) -> Trouble | None:
    """What keeps a channel from taking messages; None where the last try succeeded, or there was none."""
    row = db.row(_LAST_SENT, {"channel": channel})
    where = {"channel": channel, "after": row[0] if row and row[0] is not None else -(2**62)}
    failed = db.rows(_FAILED, where)
    counted = db.row(_UNSENT, where)
    if not failed or counted is None:
        return None
    owed, owed_since, dead = counted
    return Trouble(
        channel=channel,
        since=moment(failed[0][0]),
        error=failed[-1][1],
        owed=owed,
        owed_since=maybe_moment(owed_since),
        dead=dead,
    )


class WatchingStore(Bound):
    """These questions as methods of a store, in the words of `ports.Store`."""

    def checked(self) -> list[tuple[str, datetime | None, bool]]:
        """Of every configured feed, its id, when it was last checked, and whether its baseline is stored."""
        with self._reading() as db:
            return [(feed, maybe_moment(at), bool(done)) for feed, at, done in db.rows(_CHECKED)]

    def trouble(self, channel: str) -> Trouble | None:
        """What keeps a channel from taking messages; None where the last try succeeded, or there was none."""
        with self._reading() as db:
            return trouble(db, channel)

    def deliveries(self, channel: str, since: datetime) -> list[datetime]:
        """When a channel took messages after `since`, oldest first."""
        with self._reading() as db:
            return [moment(row[0]) for row in db.rows(_SENT_TIMES, {"channel": channel, "since": micros(since)})]

    def put_off(self, alert: str, until: datetime, why: str) -> None:
        """An alert that is owed waits until then; no try is counted."""
        with self._writing() as db:
            db.run(_PUT_OFF, {"id": alert, "until": micros(until), "why": why})

    def pending_since(self) -> datetime | None:
        """When the item came that waits longest to be judged; None if none waits."""
        with self._reading() as db:
            row = db.row(_PENDING_SINCE)
            return maybe_moment(row[0]) if row else None

    def clock_went_back(self, now: datetime) -> None:
        """Makes due at once what was put to a later time by a clock that was ahead."""
        with self._writing() as db:
            for statement in _CLOCK_WENT_BACK:
                db.run(statement, {"now": micros(now)})
