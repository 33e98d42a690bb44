"""Who waits for what, who was told what, and what was decided about it.

`owed` is kept, not computed: a row for each development that a subscription waits for. It appears with the development and goes
when the development is promised, told or settled, so that the question "what is owed?" costs what is owed, however much was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from monitor.model import Decision, Development, Subscription, Told, make_id
from monitor.store.connection import Connection
from monitor.store.rows import Shape, id_list, maybe_micros, maybe_moment, micros, moment
from monitor.store.stories import DEVELOPMENT

DECISION = Shape(Decision, table="decisions")

# ── subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────────

_PUT_SUBSCRIPTION = """
INSERT INTO subscriptions (id, topic, channel, began, active) VALUES (:id, :topic, :channel, :now, 1)
ON CONFLICT (id) DO UPDATE SET topic = excluded.topic, channel = excluded.channel, active = 1"""

_DROP_SUBSCRIPTION = (
    "UPDATE subscriptions SET active = 0 WHERE id = :id",
    "DELETE FROM owed WHERE subscription = :id",
    "DELETE FROM holds WHERE subscription = :id",
)

# Two topics may want one item: what each of them learns from one sentence is one piece of news to a channel that follows both.
_SAME = "e.item = d.item AND (e.id = d.id OR (e.topic <> d.topic AND e.span = d.span AND e.new IS d.new))"

# indexes: developments_item, the primary key of told
_UNTOLD = f"""
NOT EXISTS (SELECT 1 FROM developments e JOIN told t ON t.development = e.id AND t.channel = s.channel WHERE {_SAME})"""

# What a subscription waits for, by the definition. Indexes: developments_topic, the primary key of settled
_OWE_SUBSCRIPTION = f"""
INSERT INTO owed (subscription, development)
SELECT s.id, d.seq FROM subscriptions s JOIN developments d ON d.topic = s.topic AND d.recorded >= s.began
WHERE s.id = :id AND s.active = 1
  AND {_UNTOLD}
  AND NOT EXISTS (SELECT 1 FROM settled x WHERE x.subscription = s.id AND x.development = d.id)
ON CONFLICT DO NOTHING"""

# The same, from the developments' side. Indexes: developments.id, subscriptions_topic
_OWE_DEVELOPMENTS = f"""
INSERT INTO owed (subscription, development)
SELECT s.id, d.seq FROM developments d JOIN subscriptions s ON s.topic = d.topic AND s.active = 1 AND s.began <= d.recorded
WHERE d.id IN (SELECT value FROM json_each(:ids))
  AND {_UNTOLD}
  AND NOT EXISTS (SELECT 1 FROM settled x WHERE x.subscription = s.id AND x.development = d.id)
ON CONFLICT DO NOTHING"""

# indexes: developments.id, developments_item
_WITH_THE_SAME = f"SELECT DISTINCT e.id FROM developments d JOIN developments e ON {_SAME} WHERE d.id IN (SELECT value FROM json_each(:ids))"

# index: owed_development
_WAITING = """
SELECT DISTINCT s.id, s.topic FROM developments d JOIN owed o ON o.development = d.seq JOIN subscriptions s ON s.id = o.subscription
WHERE d.id IN (SELECT value FROM json_each(:ids)) AND (:channel IS NULL OR s.channel = :channel)"""

# A question that waits already is never put off by a later one.
_ASK = """
INSERT INTO holds (subscription, mark, topic, story, until) VALUES (:subscription, '', :topic, NULL, :until)
ON CONFLICT (subscription, mark) DO UPDATE SET until = excluded.until WHERE excluded.until < holds.until"""

# A hold without anything owed would fall due for ever. Index: the primary key of owed
_NOTHING_OWED = "DELETE FROM holds WHERE NOT EXISTS (SELECT 1 FROM owed o WHERE o.subscription = holds.subscription)"


def put_subscriptions(db: Connection, subscriptions: Iterable[Subscription], now: datetime) -> None:
    """Makes these the configured subscriptions; what they are owed is asked about at once, since their rules may have changed."""
    stored = {row[0]: tuple(row[1:]) for row in db.rows("SELECT id, topic, channel, active FROM subscriptions")}
    wanted = {one.id: one for one in subscriptions}
    for one in stored.keys() - wanted.keys():
        for statement in _DROP_SUBSCRIPTION:
            db.run(statement, {"id": one})
    for one in wanted.values():
        if stored.get(one.id) != (one.topic, one.channel, 1):
            _begin(db, one, now)
    waiting = db.rows("SELECT DISTINCT s.id, s.topic FROM subscriptions s JOIN owed o ON o.subscription = s.id")
    _ask(db, waiting, now)


def _begin(db: Connection, subscription: Subscription, now: datetime) -> None:
    db.run("DELETE FROM owed WHERE subscription = :id", {"id": subscription.id})
    db.run(
        _PUT_SUBSCRIPTION,
        {"id": subscription.id, "topic": subscription.topic, "channel": subscription.channel, "now": micros(now)},
    )
    db.run(_OWE_SUBSCRIPTION, {"id": subscription.id})


def owe(db: Connection, developments: Sequence[str], when: datetime, channel: str | None = None) -> None:
    """These developments are owed to every subscription of their topic that is not told or settled.

    Those of `channel` (None: of all channels) are asked about at `when`.
    """
    row = {"ids": _with_the_same(db, developments), "channel": channel}
    db.run(_OWE_DEVELOPMENTS, row)
    _ask(db, db.rows(_WAITING, row), when)


def _with_the_same(db: Connection, developments: Sequence[str]) -> str:
    """These developments, and those of other topics that say the same."""
    return id_list(row[0] for row in db.rows(_WITH_THE_SAME, {"ids": id_list(developments)}))


def _ask(db: Connection, waiting: Iterable[Sequence[str]], when: datetime) -> None:
    db.many(_ASK, ({"subscription": one, "topic": topic, "until": micros(when)} for one, topic in waiting))


def began(db: Connection, subscription: str) -> datetime | None:
    """When a subscription was first seen; None if never."""
    row = db.row("SELECT began FROM subscriptions WHERE id = :id", {"id": subscription})
    return moment(row[0]) if row else None


# ── owed and told ────────────────────────────────────────────────────────────────────────────────────────────────────

# index: the primary key of owed
_OWED = f"""
SELECT {DEVELOPMENT.of("d")} FROM owed o JOIN developments d ON d.seq = o.development WHERE o.subscription = :id ORDER BY d.at, d.seq"""

# index: told_story
_TOLD = "SELECT story, development, state, at FROM told WHERE channel = :channel AND story IN (SELECT value FROM json_each(:stories))"

_PROMISE = """
INSERT INTO told (channel, development, story, alert, state, at)
SELECT :channel, id, story, :alert, 'promised', :at FROM developments WHERE id IN (SELECT value FROM json_each(:ids))
ON CONFLICT DO NOTHING"""

_TELL = """
INSERT INTO told (channel, development, story, alert, state, at)
SELECT :channel, id, story, :alert, 'told', :at FROM developments WHERE id IN (SELECT value FROM json_each(:ids))
ON CONFLICT (development, channel) DO UPDATE SET state = 'told', alert = excluded.alert, at = excluded.at WHERE told.state <> 'told'"""

_BREAK_PROMISE = """
DELETE FROM told WHERE channel = :channel AND alert = :alert AND state = 'promised' AND development IN (SELECT value FROM json_each(:ids))"""

# indexes: developments.id, the primary key of owed
_NOT_OWED_BY_CHANNEL = """
DELETE FROM owed WHERE subscription IN (SELECT id FROM subscriptions WHERE channel = :channel)
  AND development IN (SELECT seq FROM developments WHERE id IN (SELECT value FROM json_each(:ids)))"""

_SETTLE = """
INSERT INTO settled (subscription, development)
SELECT :subscription, id FROM developments WHERE id IN (SELECT value FROM json_each(:ids)) ON CONFLICT DO NOTHING"""

_NOT_OWED = """
DELETE FROM owed WHERE subscription = :subscription
  AND development IN (SELECT seq FROM developments WHERE id IN (SELECT value FROM json_each(:ids)))"""


def owed(db: Connection, subscription: str) -> list[Development]:
    """What a subscription waits for, oldest first."""
    return [DEVELOPMENT.unpack(row) for row in db.rows(_OWED, {"id": subscription})]


def told(db: Connection, channel: str, stories: Iterable[str]) -> dict[str, Told]:
    """What a channel knows of these stories, and what it is about to; stories it knows nothing of are left out."""
    known: dict[str, dict[str, set[str]]] = {}
    last: dict[str, int] = {}
    for story, development, state, at in db.rows(_TOLD, {"channel": channel, "stories": id_list(stories)}):
        known.setdefault(story, {"told": set(), "promised": set()})[state].add(development)
        last[story] = max(at, last.get(story, at))
    return {story: _told(channel, story, sets, last[story]) for story, sets in known.items()}


def _told(channel: str, story: str, sets: dict[str, set[str]], last: int) -> Told:
    developments, promised = frozenset(sets["told"]), frozenset(sets["promised"])
    return Told(channel=channel, story=story, developments=developments, promised=promised, last_at=moment(last))


def promise(db: Connection, channel: str, alert: str, developments: Sequence[str], at: datetime) -> None:
    """These developments are in an alert on its way: they are owed to this channel no more."""
    row = {"channel": channel, "alert": alert, "ids": id_list(developments), "at": micros(at)}
    db.run(_PROMISE, row)
    db.run(_NOT_OWED_BY_CHANNEL, row | {"ids": _with_the_same(db, developments)})


def tell(db: Connection, channel: str, alert: str, developments: Sequence[str], at: datetime) -> None:
    """The alert arrived: its developments are told."""
    row = {"channel": channel, "alert": alert, "ids": id_list(developments), "at": micros(at)}
    db.run(_TELL, row)
    db.run(_NOT_OWED_BY_CHANNEL, row | {"ids": _with_the_same(db, developments)})
    db.run(_NOTHING_OWED)


_HAND_OVER = """
UPDATE told SET alert = :alert WHERE channel = :channel AND state = 'promised' AND alert IN (SELECT value FROM json_each(:ids))"""


def pass_promises(db: Connection, channel: str, replaced: Sequence[str], alert: str) -> None:
    """What these alerts promised, one alert promises now."""
    db.run(_HAND_OVER, {"channel": channel, "ids": id_list(replaced), "alert": alert})


def break_promise(db: Connection, channel: str, alert: str, developments: Sequence[str], ask_at: datetime) -> None:
    """The alert will not arrive: what it promised is owed again, and asked about at `ask_at`."""
    db.run(_BREAK_PROMISE, {"channel": channel, "alert": alert, "ids": id_list(developments)})
    owe(db, developments, ask_at, channel)


def settle(db: Connection, decision: Decision) -> None:
    """By decision, these developments are not owed to this subscription."""
    row = {"subscription": decision.subscription, "ids": id_list(decision.developments)}
    db.run(_SETTLE, row)
    db.run(_NOT_OWED, row)


# ── decisions, and those that stand ──────────────────────────────────────────────────────────────────────────────────

_PUT_DECISION = (
    f"INSERT INTO decisions (id, {DECISION.columns}) VALUES (:id, {DECISION.slots}) ON CONFLICT (id) DO NOTHING"
)

_PUT_HOLD = """
INSERT INTO holds (subscription, mark, topic, story, until) VALUES (:subscription, :mark, :topic, :story, :until)
ON CONFLICT (subscription, mark) DO UPDATE SET until = excluded.until"""

# A decision is found through the story its developments are in now, and every story these ever came from. Index: decisions_story
_DECISIONS = f"""
WITH RECURSIVE place (story) AS (
  SELECT story FROM developments WHERE id IN (SELECT value FROM json_each(:ids))
  UNION SELECT m.source FROM moves m JOIN place p ON m.target = p.story)
SELECT {DECISION.columns} FROM decisions d
WHERE (d.story IN (SELECT story FROM place) OR d.story IS NULL)
  AND EXISTS (SELECT 1 FROM json_each(d.developments) WHERE value IN (SELECT value FROM json_each(:ids)))
ORDER BY at, seq"""


def record_decisions(db: Connection, topic: str, decisions: Sequence[Decision]) -> None:
    """Settles what they settle, keeps those that say something new, and replaces the holds of the subscriptions they mention.

    A subscription decides about everything it is owed at every tick; a row is written only when it changed its mind.
    """
    for decision in decisions:
        if decision.settles:
            settle(db, decision)
    by_subscription: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_subscription.setdefault(decision.subscription, []).append(decision)
    for subscription, made in by_subscription.items():
        _replace_holds(db, topic, subscription, made)
    db.run(_NOTHING_OWED)


def _replace_holds(db: Connection, topic: str, subscription: str, decisions: Sequence[Decision]) -> None:
    rows = db.rows("SELECT mark, until FROM holds WHERE subscription = :id", {"id": subscription})
    standing: dict[str, int | None] = {mark: until for mark, until in rows}  # noqa: C416 - rows are not pairs to the type checker
    marked = {_mark(decision): decision for decision in decisions}
    changed = [decision for mark, decision in marked.items() if mark not in standing]
    db.many(
        _PUT_DECISION,
        (DECISION.pack(one, id=make_id("dc", _mark(one), one.subscription, micros(one.at))) for one in changed),
    )
    held = {mark: one for mark, one in marked.items() if not one.settles and one.alert is None}
    gone = standing.keys() - held.keys()
    db.many(
        "DELETE FROM holds WHERE subscription = :id AND mark = :mark",
        ({"id": subscription, "mark": mark} for mark in gone),
    )
    moved = (
        (mark, one) for mark, one in held.items() if mark not in standing or standing[mark] != maybe_micros(one.until)
    )
    db.many(_PUT_HOLD, (_hold(topic, mark, one) for mark, one in moved))


def _mark(decision: Decision) -> str:
    """What makes two decisions the same decision at two times."""
    return make_id("h", decision.story, decision.reason, decision.alert, *decision.developments)


def _hold(topic: str, mark: str, decision: Decision) -> dict[str, object]:
    return {
        "subscription": decision.subscription,
        "mark": mark,
        "topic": topic,
        "story": decision.story,
        "until": maybe_micros(decision.until),
    }


def decisions(db: Connection, developments: Iterable[str]) -> list[Decision]:
    """Every decision that concerned one of these developments, oldest first."""
    return [DECISION.unpack(row) for row in db.rows(_DECISIONS, {"ids": id_list(developments)})]


# indexes: holds_until, expectations_ask, the primary key of pending
_DUE_TOPICS = """
SELECT topic FROM pending UNION SELECT topic FROM holds WHERE until IS NOT NULL AND until <= :now
UNION SELECT topic FROM expectations WHERE ask IS NOT NULL AND ask <= :now ORDER BY topic"""


def due_topics(db: Connection, now: datetime) -> list[str]:
    """Topics with items to judge, with a hold whose time has come, or with something announced that is due."""
    return [row[0] for row in db.rows(_DUE_TOPICS, {"now": micros(now)})]


# indexes: holds_until, expectations_ask, alerts_due
_NEXT_DUE = """
SELECT min(at) FROM (
  SELECT min(until) AS at FROM holds WHERE until IS NOT NULL
  UNION ALL SELECT min(ask) FROM expectations WHERE ask IS NOT NULL
  UNION ALL SELECT min(due) FROM alerts WHERE state IN ('owed', 'sending')) AS times"""


def next_due(db: Connection) -> datetime | None:
    """The earliest time at which something falls due without news."""
    row = db.row(_NEXT_DUE)
    return maybe_moment(row[0]) if row else None
