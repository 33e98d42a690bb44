"""The SQLite schema, as migrations that were applied in this order and are never edited afterwards.

Times are integers: microseconds since 1970 in UTC. Nested values are JSON. Ids are text, and hashes of what they identify.
`seq` is the order of arrival. A new migration is a new function below the others, and one more in `VERSION`.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database, Migrations

#: "Monr": what `file` and `PRAGMA application_id` say of our databases
APPLICATION_ID = 0x4D6F6E72

migrations = Migrations("monitor")

_FEEDS = """
CREATE TABLE feeds (
  id TEXT PRIMARY KEY, url TEXT NOT NULL, name TEXT NOT NULL, family TEXT NOT NULL, language TEXT NOT NULL, trust INTEGER NOT NULL,
  interval INTEGER, page TEXT, full_text INTEGER NOT NULL);

CREATE TABLE feed_states (
  feed TEXT PRIMARY KEY, check_after INTEGER NOT NULL, url TEXT NOT NULL, validators TEXT NOT NULL, body TEXT NOT NULL,
  interval INTEGER NOT NULL, checked_at INTEGER, ok_at INTEGER, changed_at INTEGER, failures INTEGER NOT NULL, failing_since INTEGER,
  error TEXT NOT NULL, baseline_done INTEGER NOT NULL, retired INTEGER NOT NULL, moved_to TEXT NOT NULL, moved_count INTEGER NOT NULL,
  measures TEXT NOT NULL,
  polled INTEGER NOT NULL DEFAULT 1);  -- 0: no longer configured

CREATE INDEX feed_states_due ON feed_states (check_after) WHERE polled = 1 AND retired = 0;

-- hashes of everything a feed ever carried; `feed` is a hash too, so that a feed's tombstones lie together
CREATE TABLE tombstones (feed INTEGER NOT NULL, hash INTEGER NOT NULL, PRIMARY KEY (feed, hash)) WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL, text TEXT NOT NULL);
"""

_ITEMS = """
CREATE TABLE items (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, guid TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL,
  summary TEXT NOT NULL, content TEXT NOT NULL, publisher TEXT NOT NULL, family TEXT NOT NULL, trust INTEGER NOT NULL, author TEXT NOT NULL,
  language TEXT NOT NULL, published INTEGER, first_seen INTEGER NOT NULL, digest TEXT NOT NULL, revision_of TEXT, markup TEXT NOT NULL,
  live INTEGER NOT NULL);

CREATE INDEX items_guid ON items (feed, guid);

CREATE INDEX items_url ON items (url);

CREATE INDEX items_first_seen ON items (first_seen);

CREATE TABLE matches (
  item TEXT NOT NULL REFERENCES items (id), topic TEXT NOT NULL, score REAL NOT NULL, terms TEXT NOT NULL, reasons TEXT NOT NULL,
  PRIMARY KEY (item, topic)) WITHOUT ROWID;

-- what a topic wants and has not judged yet
CREATE TABLE pending (
  topic TEXT NOT NULL, item TEXT NOT NULL REFERENCES items (id), first_seen INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (topic, item)) WITHOUT ROWID;
"""

_STORIES = """
CREATE TABLE stories (
  id TEXT PRIMARY KEY, topic TEXT NOT NULL, headline TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
  items INTEGER NOT NULL, origins TEXT NOT NULL, muted_until INTEGER,
  merged_into TEXT);  -- where everything that was in it went

CREATE INDEX stories_recent ON stories (updated) WHERE merged_into IS NULL;

CREATE INDEX stories_of_topic ON stories (topic, updated) WHERE merged_into IS NULL;

-- what one topic made of one item
CREATE TABLE placements (
  seq INTEGER PRIMARY KEY, item TEXT NOT NULL REFERENCES items (id), topic TEXT NOT NULL, story TEXT NOT NULL, new_story INTEGER NOT NULL,
  copy_of TEXT, origin TEXT NOT NULL, headline TEXT NOT NULL, at INTEGER NOT NULL, score REAL NOT NULL, terms TEXT NOT NULL, runner_up TEXT,
  runner_up_score REAL NOT NULL, memory BLOB NOT NULL,
  UNIQUE (item, topic));

CREATE INDEX placements_story ON placements (story);

CREATE INDEX placements_topic ON placements (topic, at);

CREATE TABLE developments (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, story TEXT NOT NULL, item TEXT NOT NULL REFERENCES items (id),
  kind TEXT NOT NULL, at INTEGER NOT NULL, span TEXT NOT NULL, text TEXT NOT NULL, noun TEXT, subject TEXT, old TEXT, new TEXT, unit TEXT,
  speaker TEXT, status TEXT, status_before TEXT, importance REAL NOT NULL, novelty REAL NOT NULL, sure INTEGER NOT NULL, origins TEXT NOT NULL,
  publisher TEXT NOT NULL, url TEXT NOT NULL, replaces TEXT, terms TEXT NOT NULL,
  recorded INTEGER NOT NULL);  -- when we learned it, which may be later than when it happened

CREATE INDEX developments_story ON developments (story);

CREATE INDEX developments_item ON developments (item);

CREATE INDEX developments_topic ON developments (topic, recorded);

CREATE TABLE facts (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, story TEXT NOT NULL, item TEXT NOT NULL REFERENCES items (id), kind TEXT NOT NULL,
  at INTEGER NOT NULL, span TEXT NOT NULL, text TEXT NOT NULL, origin TEXT NOT NULL, noun TEXT, subject TEXT, value REAL, low REAL, high REAL,
  qualifier TEXT, unit TEXT, scope TEXT, speaker TEXT, status TEXT);

CREATE INDEX facts_story ON facts (story);

CREATE INDEX facts_item ON facts (item);

-- repairs, and what editors did
CREATE TABLE moves (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL, items TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL,
  "by" TEXT NOT NULL, at INTEGER NOT NULL);

CREATE INDEX moves_target ON moves (target);

CREATE TABLE mutes (seq INTEGER PRIMARY KEY, story TEXT NOT NULL, until INTEGER, at INTEGER NOT NULL);
"""

_TELLING = """
CREATE TABLE subscriptions (
  id TEXT PRIMARY KEY, topic TEXT NOT NULL, channel TEXT NOT NULL, began INTEGER NOT NULL,
  active INTEGER NOT NULL);  -- 0: no longer configured

CREATE INDEX subscriptions_topic ON subscriptions (topic);

-- what each subscription still waits for: developments.seq
CREATE TABLE owed (
  subscription TEXT NOT NULL REFERENCES subscriptions (id), development INTEGER NOT NULL REFERENCES developments (seq),
  PRIMARY KEY (subscription, development)) WITHOUT ROWID;

CREATE INDEX owed_development ON owed (development);

-- what each channel knows ('told'), or is about to ('promised', in an alert on its way)
CREATE TABLE told (
  channel TEXT NOT NULL, development TEXT NOT NULL REFERENCES developments (id), story TEXT NOT NULL, alert TEXT NOT NULL, state TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (development, channel)) WITHOUT ROWID;

CREATE INDEX told_story ON told (channel, story);

-- what a subscription will never be told, by decision
CREATE TABLE settled (
  subscription TEXT NOT NULL, development TEXT NOT NULL REFERENCES developments (id), PRIMARY KEY (subscription, development)) WITHOUT ROWID;

-- every change of mind about what to tell whom, and why
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, subscription TEXT NOT NULL, channel TEXT NOT NULL, story TEXT, reason TEXT NOT NULL,
  developments TEXT NOT NULL, at INTEGER NOT NULL, until INTEGER, alert TEXT, settles INTEGER NOT NULL);

CREATE INDEX decisions_story ON decisions (story);

-- the decisions that stand: what is held for a subscription, and when to ask again; mark '' means "something is owed: ask now"
CREATE TABLE holds (
  subscription TEXT NOT NULL, mark TEXT NOT NULL, topic TEXT NOT NULL, story TEXT, until INTEGER,
  PRIMARY KEY (subscription, mark)) WITHOUT ROWID;

CREATE INDEX holds_until ON holds (until, topic) WHERE until IS NOT NULL;

CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, channel TEXT NOT NULL, subscription TEXT NOT NULL, topic TEXT NOT NULL,
  story TEXT, mode TEXT NOT NULL, developments TEXT NOT NULL, message TEXT NOT NULL, created INTEGER NOT NULL, send_after INTEGER NOT NULL,
  state TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL, sent_at INTEGER, receipt TEXT NOT NULL,
  due INTEGER NOT NULL,  -- send_after, or the end of the lease while it is being sent
  owner TEXT NOT NULL DEFAULT '');  -- who holds the lease

CREATE INDEX alerts_due ON alerts (due) WHERE state IN ('owed', 'sending');

CREATE INDEX alerts_subscription ON alerts (subscription, mode, created);

CREATE INDEX alerts_story ON alerts (channel, story) WHERE story IS NOT NULL;

CREATE INDEX alerts_created ON alerts (created);

CREATE TABLE attempts (
  seq INTEGER PRIMARY KEY, alert TEXT NOT NULL REFERENCES alerts (id), at INTEGER NOT NULL, error TEXT NOT NULL, permanent INTEGER NOT NULL,
  retry_at INTEGER, receipt TEXT NOT NULL, UNIQUE (alert, at, error, receipt));
"""

#: accents are folded for every letter that has a base letter, also where Unicode composes them twice (Vietnamese, Greek)
_TOKENS = "unicode61 remove_diacritics 2"

# The indexes hold no text of their own (content=…); `searching` keeps them in step, since an untrusted schema may not have
# triggers that write to virtual tables.
_FULL_TEXT = f"""
CREATE VIRTUAL TABLE items_text USING fts5 (title, summary, content, content='items', content_rowid='seq', tokenize='{_TOKENS}');

CREATE VIRTUAL TABLE developments_text USING fts5 (text, content='developments', content_rowid='seq', tokenize='{_TOKENS}');
"""


@migrations()
def first_schema(db: Database) -> None:
    """Everything that version 1 keeps."""
    for statements in (_FEEDS, _ITEMS, _STORIES, _TELLING, _FULL_TEXT):
        for statement in statements.strip().split("\n\n"):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _version(db, 1)


@migrations()
def readers_verdicts(db: Database) -> None:
    """Version 2 keeps what readers say of alerts."""
    db.execute(
        """CREATE TABLE feedback (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, alert TEXT NOT NULL, subscription TEXT NOT NULL,
  topic TEXT NOT NULL, story TEXT, verdict TEXT NOT NULL, undone INTEGER NOT NULL)"""
    )
    db.execute("CREATE INDEX feedback_subscription ON feedback (subscription, at)")
    _version(db, 2)


@migrations()
def pages_looked_at_again(db: Database) -> None:
    """Version 3 keeps which pages are looked at again."""
    db.execute(
        """CREATE TABLE pages (
  url TEXT PRIMARY KEY, feed TEXT NOT NULL, guid TEXT NOT NULL, first_seen INTEGER NOT NULL, step INTEGER NOT NULL, due INTEGER NOT NULL,
  digest TEXT NOT NULL) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX pages_due ON pages (due)")
    _version(db, 3)


@migrations()
def how_channels_are(db: Database) -> None:
    """Version 4 finds what a channel took, and what it did not, without reading the outbox."""
    db.execute("CREATE INDEX alerts_sent ON alerts (channel, sent_at) WHERE state = 'sent'")
    db.execute("CREATE INDEX alerts_unsent ON alerts (channel) WHERE state <> 'sent'")
    _version(db, 4)


@migrations()
def what_was_announced(db: Database) -> None:
    """Version 5 keeps what stories announced, and when the clock asks about it."""
    db.execute(
        """CREATE TABLE expectations (
  id TEXT PRIMARY KEY, topic TEXT NOT NULL, story TEXT NOT NULL, item TEXT NOT NULL REFERENCES items (id), span TEXT NOT NULL,
  text TEXT NOT NULL, language TEXT NOT NULL, said INTEGER NOT NULL, due INTEGER NOT NULL, kind TEXT NOT NULL, speaker TEXT,
  origin TEXT NOT NULL, publisher TEXT NOT NULL, url TEXT NOT NULL, state TEXT NOT NULL, ask INTEGER)"""
    )
    db.execute("CREATE INDEX expectations_ask ON expectations (ask, topic) WHERE ask IS NOT NULL")
    db.execute("CREATE INDEX expectations_story ON expectations (story)")
    _version(db, 5)


@migrations()
def channels_that_ask_to_wait(db: Database) -> None:
    """Version 6 keeps until when a channel asked to be left alone, and which message of a story is edited in place."""
    db.execute("ALTER TABLE attempts ADD COLUMN not_before INTEGER")
    db.execute("CREATE INDEX attempts_wait ON attempts (not_before) WHERE not_before IS NOT NULL")
    db.execute("ALTER TABLE alerts ADD COLUMN root TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX alerts_of ON alerts (story) WHERE story IS NOT NULL")
    _version(db, 6)


@migrations()
def stories_asleep(db: Database) -> None:
    """Version 7 finds a story that no memory holds by what it is about."""
    db.execute(
        """CREATE TABLE sleepers (
  topic TEXT NOT NULL, key INTEGER NOT NULL, story TEXT NOT NULL, weight REAL NOT NULL, PRIMARY KEY (topic, key, story)) WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX sleepers_story ON sleepers (story)")
    _version(db, 7)


@migrations()
def feeds_that_are_pushed(db: Database) -> None:
    """Version 8 keeps the subscriptions of feeds at their WebSub hubs."""
    db.execute(
        """CREATE TABLE pushes (
  feed TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, hub TEXT NOT NULL, topic TEXT NOT NULL, state TEXT NOT NULL, due INTEGER,
  asked_at INTEGER, verified_at INTEGER, until INTEGER, signed INTEGER NOT NULL, failures INTEGER NOT NULL, why TEXT NOT NULL,
  heard_at INTEGER)"""
    )
    db.execute("CREATE INDEX pushes_due ON pushes (due) WHERE due IS NOT NULL")
    _version(db, 8)


@migrations()
def full_text_in_larger_pieces(db: Database) -> None:
    """Version 9 gathers eight mebibytes of words before FTS5 writes them (a transaction of sixty new feeds has five), and merges later.

    A fifth of what recording costs goes with it, and a search takes as long as before (docs/measurements).
    """
    for table in ("items_text", "developments_text"):
        db.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('hashsize', {8 * 2**20}), ('automerge', 8)")
    _version(db, 9)


def _version(db: Database, number: int) -> None:
    """In the migration's own transaction, so that the number never runs ahead of the tables."""
    db.execute(f"PRAGMA user_version = {number}")


#: the version that this program writes and reads
VERSION = 9


def migrate(connection: sqlite3.Connection) -> None:
    """Applies what is missing, in one transaction: a kill leaves the old schema or the new one, never something between.

    `IMMEDIATE`, so that of two processes that open a new database one waits, and then finds nothing to do.
    """
    db = Database(connection, execute_plugins=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        migrations.apply(db)
    except BaseException:
        db.rollback()
        raise
    db.commit()
