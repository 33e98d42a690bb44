"""The outbox: alerts that are owed, on their way, sent or dead, and every try to deliver them.

An alert is leased to the process that sends it. If that process dies between sending and recording, the lease runs out and the
alert is sent again under the same key: delivered at least once, and a peer that knows the key sees it once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from monitor.model import Alert, Attempt, Feedback
from monitor.store import telling
from monitor.store.connection import Connection
from monitor.store.rows import Shape, id_list, micros, moment
from monitor.store.stories import resolve

ALERT = Shape(Alert, table="alerts")
ATTEMPT = Shape(Attempt, table="attempts", without=("root",))

#: what a dead alert promised is owed again, and asked about after this: at once would try a dead channel at every tick
ASK_AGAIN = timedelta(hours=1)

# ── into the outbox ──────────────────────────────────────────────────────────────────────────────────────────────────

# The same alert made again revives a dead one; otherwise what is there stays. Index: alerts.id
_PUT_ALERT = f"""
INSERT INTO alerts ({ALERT.columns}, due) VALUES ({ALERT.slots}, :due)
ON CONFLICT (id) DO UPDATE SET state = 'owed', attempts = 0, error = '', send_after = excluded.send_after, due = excluded.due
WHERE alerts.state = 'dead' AND excluded.created > alerts.created"""

_RETRY = "UPDATE alerts SET state = 'owed', attempts = 0, error = '', send_after = :now, due = :now, owner = '' WHERE id = :id AND state = 'dead'"


def put_alert(db: Connection, alert: Alert) -> None:
    """Owes an alert, and promises its developments to its channel."""
    if db.run(_PUT_ALERT, ALERT.pack(alert, due=micros(alert.send_after))) and alert.developments:
        telling.promise(db, alert.channel, alert.id, alert.developments, alert.created)


def retry_alert(db: Connection, alert: str, now: datetime) -> bool:
    """Makes a dead alert owed again; False if there is none of this id."""
    found = one_alert(db, alert)
    if found is None or not db.run(_RETRY, {"id": alert, "now": micros(now)}):
        return False
    telling.promise(db, found.channel, found.id, found.developments, now)
    return True


# ── out of the outbox ────────────────────────────────────────────────────────────────────────────────────────────────

# index: alerts_due
_DUE = f"SELECT {ALERT.columns} FROM alerts WHERE state IN ('owed', 'sending') AND due <= :now ORDER BY due, seq LIMIT :limit"

_LEASE = (
    "UPDATE alerts SET state = 'sending', due = :until, owner = :owner WHERE id IN (SELECT value FROM json_each(:ids))"
)

# index: alerts_due
_LEASED = "SELECT DISTINCT owner FROM alerts WHERE state IN ('owed', 'sending') AND state = 'sending'"

_RELEASE = """
UPDATE alerts SET state = 'owed', due = send_after, owner = ''
WHERE state IN ('owed', 'sending') AND state = 'sending' AND owner = :owner"""


def due_alerts(db: Connection, now: datetime, lease: timedelta, limit: int, owner: str) -> list[Alert]:
    """Alerts whose time has come, each leased to `owner`; also those whose lease ran out."""
    rows = db.rows(_DUE, {"now": micros(now), "limit": limit})
    alerts = [ALERT.unpack((*row[:_STATE], "sending", *row[_STATE + 1 :])) for row in rows]
    if alerts:
        db.run(_LEASE, {"ids": id_list(one.id for one in alerts), "until": micros(now + lease), "owner": owner})
    return alerts


_STATE = ALERT.names.index("state")


# index: alerts_due
_WAITING = f"""
SELECT {ALERT.columns} FROM alerts WHERE state IN ('owed', 'sending') AND state = 'owed' AND created <= :since ORDER BY created, seq"""

_SUPERSEDED = """
UPDATE alerts SET state = 'superseded', owner = '' WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'owed'"""

_STILL_OWED = "SELECT count(*) FROM alerts WHERE id IN (SELECT value FROM json_each(:ids)) AND state = 'owed'"


def waiting(db: Connection, since: datetime) -> list[Alert]:
    """Alerts made then or before that are owed and that nobody is sending, oldest first."""
    return [ALERT.unpack(row) for row in db.rows(_WAITING, {"since": micros(since)})]


def supersede(db: Connection, alert: Alert, replaced: Sequence[str]) -> bool:
    """One alert in the place of several of its channel; False if one of them is not simply owed any more."""
    ids = {"ids": id_list(replaced)}
    row = db.row(_STILL_OWED, ids)
    if row is None or row[0] != len(set(replaced)):
        return False
    db.run(_SUPERSEDED, ids)
    telling.pass_promises(db, alert.channel, replaced, alert.id)
    put_alert(db, alert)
    return True


def release_leases(db: Connection, lives: Callable[[str], bool]) -> int:
    """Frees the leases of owners that do not live any more; how many there were."""
    owners = [row[0] for row in db.rows(_LEASED)]
    return sum(db.run(_RELEASE, {"owner": owner}) for owner in owners if not lives(owner))


# ── what became of it ────────────────────────────────────────────────────────────────────────────────────────────────

_PUT_ATTEMPT = f"{ATTEMPT.insert} ON CONFLICT DO NOTHING"

_SENT = """
UPDATE alerts SET state = 'sent', attempts = attempts + 1, error = '', sent_at = :at, receipt = :receipt, root = :root, owner = ''
WHERE id = :alert"""

_AGAIN = """
UPDATE alerts SET state = 'owed', attempts = attempts + 1, error = :error, send_after = :retry_at, due = :retry_at, owner = '' WHERE id = :alert"""

_DEAD = "UPDATE alerts SET state = 'dead', attempts = attempts + 1, error = :error, owner = '' WHERE id = :alert"


def record_attempt(db: Connection, attempt: Attempt) -> None:
    """A try and its outcome. What was sent stays sent, whatever a second process says of it later."""
    alert = one_alert(db, attempt.alert)
    if (
        alert is None
        or not db.run(_PUT_ATTEMPT, row := ATTEMPT.pack(attempt, root=attempt.root))
        or alert.state == "sent"
    ):
        return
    if not attempt.error:
        db.run(_SENT, row)
        telling.tell(db, alert.channel, alert.id, alert.developments, attempt.at)
    elif attempt.retry_at is not None and not attempt.permanent:
        db.run(_AGAIN, row)
    else:
        db.run(_DEAD, row)
        telling.break_promise(db, alert.channel, alert.id, alert.developments, attempt.at + ASK_AGAIN)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

#: what a reader calls owed includes what is being sent right now
_STATES = {"owed": ("owed", "sending")}


def one_alert(db: Connection, alert: str) -> Alert | None:
    """One alert."""
    row = db.row(f"SELECT {ALERT.columns} FROM alerts WHERE id = :id", {"id": alert})
    return ALERT.unpack(row) if row else None


def alerts(db: Connection, state: str | None, limit: int) -> list[Alert]:
    """The outbox, newest first. Index: alerts_created."""
    states = _STATES.get(state, (state,)) if state else ("owed", "sending", "sent", "dead", "superseded")
    sql = f"SELECT {ALERT.columns} FROM alerts WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY created DESC, seq DESC LIMIT :limit"
    return [ALERT.unpack(row) for row in db.rows(sql, {"states": id_list(states), "limit": limit})]


def attempts(db: Connection, alert: str) -> list[Attempt]:
    """Every try to deliver one alert, oldest first."""
    return [
        ATTEMPT.unpack(row)
        for row in db.rows(
            f"SELECT {ATTEMPT.columns} FROM attempts WHERE alert = :alert ORDER BY at, seq", {"alert": alert}
        )
    ]


# ── what readers say of it ───────────────────────────────────────────────────────────────────────────────────────────

FEEDBACK = Shape(Feedback, table="feedback")

# Said again, it is as new as it was said. Index: feedback.id
_SAID = f"{FEEDBACK.insert} ON CONFLICT (id) DO UPDATE SET at = excluded.at, undone = 0"


def record_feedback(db: Connection, feedback: Feedback) -> None:
    """Keeps a verdict; the same one on the same alert is one."""
    db.run(_SAID, FEEDBACK.pack(feedback))


def undo_feedback(db: Connection, feedback: str) -> bool:
    """Takes a verdict back; False if there is none of this id, or it was taken back."""
    return bool(db.run("UPDATE feedback SET undone = 1 WHERE id = :id AND undone = 0", {"id": feedback}))


def feedback(db: Connection, subscription: str | None, limit: int) -> list[Feedback]:
    """What readers said, newest first. Index: feedback_subscription."""
    where = "WHERE subscription = :id" if subscription is not None else ""
    sql = f"SELECT {FEEDBACK.columns} FROM feedback {where} ORDER BY at DESC, seq DESC LIMIT :limit"
    return [FEEDBACK.unpack(row) for row in db.rows(sql, {"id": subscription, "limit": limit})]


def alerts_of(db: Connection, story: str, channel: str | None) -> list[Alert]:
    """Alerts about one story, of one channel or of all, oldest first. Indexes: alerts_story, alerts_of."""
    mine = "channel = :channel AND" if channel is not None else ""
    sql = f"SELECT {ALERT.columns} FROM alerts WHERE {mine} story = :story ORDER BY coalesce(sent_at, created), seq"
    return [ALERT.unpack(row) for row in db.rows(sql, {"channel": channel, "story": resolve(db, story)})]


def dead(db: Connection, subscription: str, since: datetime) -> list[Alert]:
    """Alerts of a subscription made since then that never arrived, oldest first. Index: alerts_subscription."""
    sql = f"""SELECT {ALERT.columns} FROM alerts
              WHERE subscription = :id AND mode IN ('now', 'digest') AND created >= :since AND state = 'dead' ORDER BY created, seq"""
    return [ALERT.unpack(row) for row in db.rows(sql, {"id": subscription, "since": micros(since)})]


def not_before(db: Connection, channel: str, now: datetime) -> datetime | None:
    """Until when a channel asked for no request; None where it did not, or that is over. Index: attempts_wait.

    What was noted by a clock that was ahead does not count: it would silence the channel for as long.
    """
    sql = """SELECT max(t.not_before) FROM attempts t JOIN alerts a ON a.id = t.alert
             WHERE t.not_before IS NOT NULL AND t.not_before > :now AND t.at <= :now AND a.channel = :channel"""
    row = db.row(sql, {"channel": channel, "now": micros(now)})
    return moment(row[0]) if row and row[0] is not None else None


def sent_since(db: Connection, subscription: str, since: datetime) -> int:
    """Interruptions made for a subscription since then; those that never arrived do not count. Index: alerts_subscription."""
    sql = """SELECT count(*) FROM alerts
             WHERE subscription = :id AND mode = 'now' AND created >= :since AND state IN ('owed', 'sending', 'sent')"""
    row = db.row(sql, {"id": subscription, "since": micros(since)})
    return int(row[0]) if row else 0


def last_digest(db: Connection, subscription: str) -> datetime | None:
    """When the last digest of a subscription was made. Index: alerts_subscription."""
    row = db.row("SELECT max(created) FROM alerts WHERE subscription = :id AND mode = 'digest'", {"id": subscription})
    return moment(row[0]) if row and row[0] is not None else None
