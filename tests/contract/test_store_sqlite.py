"""What only a file can do wrong: locks, versions, damage, a full disk, a kill at the worst moment."""

from __future__ import annotations

import os
import random
import re
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from store_files import run, sound
from store_values import DESK, NOON, after, alert, check, development, feed, item, judgement, newsroom, sent, update

from monitor.errors import StoreError, StoreLockedError, StoreVersionError
from monitor.store import opening, schema
from monitor.store.sqlite import SqliteStore

# ── settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_database_waits_for_the_disk_and_trusts_no_schema(database: SqliteStore):
    settings = (
        "journal_mode",
        "synchronous",
        "foreign_keys",
        "trusted_schema",
        "busy_timeout",
        "application_id",
        "user_version",
    )
    found = {name: database._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in settings}
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 5000,
        "application_id": schema.APPLICATION_ID,
        "user_version": schema.VERSION,
    }


def test_what_was_recorded_is_there_after_a_restart(path: Path):
    with closing(SqliteStore.open(path)) as database:
        newsroom(database, items=2, developments=2)
        before = (database.counts(), database.feeds(), database.owed(DESK), database.next_due())
    with closing(SqliteStore.open(path)) as database:
        assert (database.counts(), database.feeds(), database.owed(DESK), database.next_due()) == before


def test_statements_that_run_at_every_tick_use_their_indexes(database: SqliteStore):
    newsroom(database)
    seen: list[str] = []
    database._connection.set_trace_callback(seen.append)
    database.due_feeds(NOON)
    database.due_alerts(NOON, timedelta(seconds=60))
    database.next_due()
    database.owed(DESK)
    database.known("wire", ["a"])
    database.versions("wire", ["a"])
    database.told("desk", ["st1"])
    database.trouble("desk")
    database.deliveries("desk", NOON)
    database.not_before("desk", NOON)
    database.alerts_of("st1", "desk")
    database.alerts_of("st1")
    database.clock_went_back(NOON)
    database.record_check(check(item("i7", minutes=7)))
    database.record_update(
        update(judgement("i7", developments=[development("d7", of="i7")]), alerts=(alert("a7", ["d7"]),))
    )
    database.record_attempt(sent("a7"))
    database._connection.set_trace_callback(None)
    plans = [(sql, row[3]) for sql in seen for row in _plan(database, sql)]
    large = "items|matches|placements|developments|facts|tombstones|told|owed|decisions|alerts|attempts|stories|feeds|feed_states"
    assert [(sql, step) for sql, step in plans if re.match(rf"SCAN ({large})\b", step)] == []
    assert {"SEARCH told USING INDEX told_story (channel=? AND story=?)"} <= {step for _, step in plans}


def _plan(database: SqliteStore, sql: str) -> list[tuple[int, int, int, str]]:
    hot = sql.lstrip().startswith(("SELECT", "DELETE", "UPDATE", "INSERT"))
    return database._connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall() if hot else []


# ── who may open it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_second_daemon_is_refused_and_a_command_is_not(path: Path):
    with closing(SqliteStore.open(path, exclusive=True)):
        with pytest.raises(StoreLockedError, match=f"process {os.getpid()}"):
            SqliteStore.open(path, exclusive=True)
        with closing(SqliteStore.open(path)) as command:
            command.put_feeds([feed()], NOON)
    SqliteStore.open(path, exclusive=True).close()


def test_lock_goes_with_a_killed_daemon(path: Path):
    daemon = run(
        path,
        "s = SqliteStore.open(sys.argv[1], exclusive=True); print('up', flush=True); sys.stdin.read() or os.read(0, 1)",
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "up\n"
    daemon.kill()
    daemon.communicate()
    SqliteStore.open(path, exclusive=True).close()


def test_leases_of_a_dead_process_are_free_at_once_and_those_of_a_living_one_are_not(path: Path, database: SqliteStore):
    for name in ("a1", "a2"):
        database.put_alert(alert(name, []))
    code = "s = SqliteStore.open(sys.argv[1]); s.due_alerts(NOON, 60 * MINUTE, limit=1); os._exit(9)"
    run(path, code).communicate()
    assert [one.id for one in database.due_alerts(after(1), timedelta(hours=1))] == ["a2"]
    assert database.release_leases() == 1
    assert [one.id for one in database.due_alerts(after(1), timedelta(hours=1))] == ["a1"]
    assert database.release_leases() == 0


def test_newer_schema_is_refused_and_left_as_it_is(path: Path):
    SqliteStore.open(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreVersionError, match="upgrade"):
        SqliteStore.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "preparation", ["CREATE TABLE theirs (x)", "PRAGMA application_id = 7", "PRAGMA user_version = 3"]
)
def test_another_programs_database_is_refused_and_left_as_it_is(path: Path, preparation: str):
    with closing(sqlite3.connect(path)) as db:
        db.execute(preparation)
    before = path.read_bytes()
    with pytest.raises(StoreVersionError, match="another program"):
        SqliteStore.open(path)
    assert path.read_bytes() == before
    assert not path.with_name("monitor.db-wal").exists()


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text of some length" * 30, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_file_that_is_no_database_is_refused(path: Path, content: bytes):
    path.write_bytes(content)
    with pytest.raises(StoreError):
        SqliteStore.open(path)
    assert path.read_bytes() == content


def test_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(StoreError, match="folder"):
        SqliteStore.open(tmp_path / "nowhere" / "monitor.db")
    with pytest.raises(StoreError, match="folder"):
        SqliteStore.open(tmp_path / "nowhere" / "monitor.db", exclusive=True)


def test_daemon_never_starts_silently_on_a_damaged_file(path: Path):
    with closing(SqliteStore.open(path)) as database:
        newsroom(database, items=40, developments=3)
    whole = path.read_bytes()
    dice = random.Random(22)
    for _ in range(12):
        broken = bytearray(whole)
        page = dice.randrange(1, len(whole) // 4096)
        broken[page * 4096 : page * 4096 + 1000] = dice.randbytes(1000)
        path.write_bytes(bytes(broken))
        if not sound(path):
            with pytest.raises(StoreError, match="damaged"):
                SqliteStore.open(path, exclusive=True)
        for beside in path.parent.glob("monitor.db-*"):
            beside.unlink()


# ── full disks, kills ────────────────────────────────────────────────────────────────────────────────────────────────


def test_full_disk_rolls_back_and_loses_nothing(database: SqliteStore, path: Path):
    newsroom(database)
    pages = database._connection.execute("PRAGMA page_count").fetchone()[0]
    database._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    huge = check(*(item(f"big{number}", content="word " * 4000) for number in range(20)), tombstones=("lost",))
    with pytest.raises(StoreError, match="make room"):
        database.record_check(huge)
    assert (database.item("big0"), database.known("wire", ["lost"]), database.counts()["items"]) == (None, set(), 1)
    database._connection.execute("PRAGMA max_page_count = 1000000")
    database.record_check(huge)
    assert (database.counts()["items"], database.check()) == (21, [])


FILLER = """
import resource
from monitor.errors import StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))
database = SqliteStore.open(sys.argv[1])
for n in range(10_000):
    try:
        database.record_check(check(item(f"i{n}", content=f"word{n} " * 300), tombstones=(f"i{n}",)))
    except StoreError:
        os._exit(3)
    print(f"i{n}", flush=True)
"""


def test_file_that_may_not_grow_any_more_keeps_every_acknowledged_item(path: Path):
    writer = run(path, FILLER)
    acknowledged = writer.communicate()[0].split()
    assert writer.returncode == 3
    with closing(SqliteStore.open(path, exclusive=True)) as database:
        assert database.check() == []
        assert [one.id for one in database.items()] == acknowledged
        assert database.known("wire", acknowledged) == set(acknowledged)


def test_failing_step_leaves_no_trace(database: SqliteStore):
    newsroom(database)
    stranger = development("d9", of="an item that was never stored", minutes=9)
    before = (database.counts(), database.story("st1"))
    database.record_check(check(item("i2")))
    with pytest.raises(sqlite3.IntegrityError):
        database.record_update(update(judgement("i2", developments=[stranger]), alerts=(alert("a9", ["d1"]),)))
    assert database.story("st1") == before[1]
    assert database.counts() == {**before[0], "items": 2, "pending": 1}


WRITER = """
database = SqliteStore.open(sys.argv[1])
database.put_feeds([feed()], NOON)
database.put_subscriptions([DESK], NOON)
for n in range(100_000):
    name = f"i{n}"
    database.record_check(check(item(name, minutes=n), tombstones=(name,)))
    print(name, flush=True)
    said = [development(f"d{n}", of=name, story=f"st{n // 3}", minutes=n)]
    database.record_update(update(judgement(name, f"st{n // 3}", minutes=n, developments=said), alerts=(alert(f"a{n}", [f"d{n}"]),), minutes=n))
    print(f"a{n}", flush=True)
    database.record_attempt(sent(f"a{n}", minutes=n))
    print(f"t{n}", flush=True)
"""


@pytest.mark.parametrize("lines", [1, 20, 77])
def test_kill_loses_nothing_that_was_acknowledged(path: Path, lines: int):
    writer = run(path, WRITER)
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(lines)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [line for line in writer.communicate()[0].split("\n")[:-1] if line]
    with closing(SqliteStore.open(path, exclusive=True)) as database:
        assert database.check() == []
        for name in acknowledged:
            number = name[1:]
            if name[0] == "i":
                assert (database.item(name) is not None, database.known("wire", [name])) == (True, {name})
            elif name[0] == "a":
                assert database.alert(name) is not None
            else:
                assert (
                    f"d{number}"
                    in database.told("desk", [f"st{int(number) // 3}"])[f"st{int(number) // 3}"].developments
                )
        counts = database.counts()
        assert (
            counts["items"] - counts["pending"]
            == counts["developments"]
            == counts["alerts_sent"] + counts["alerts_owed"]
        )
    assert sound(path)


def test_two_processes_that_make_the_database_together_both_get_it(path: Path):
    both = [run(path, "SqliteStore.open(sys.argv[1]).put_feeds([feed()], NOON); print('ok')") for _ in range(2)]
    assert [one.communicate()[0] for one in both] == ["ok\n", "ok\n"]


def test_threads_take_turns(database: SqliteStore):
    def write(number: int) -> None:
        for one in range(20):
            database.record_check(check(item(f"i{number}-{one}")))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for one in threads:
        one.start()
    while any(one.is_alive() for one in threads):
        assert len(list(database.items())) <= 80
    for one in threads:
        one.join()
    assert database.counts()["items"] == 80


# ── migrations ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A program one version on, whose migration runs these statements."""
    statements: list[str] = ["CREATE TABLE newer (x)", "INSERT INTO newer VALUES (1)"]
    migrations = schema.Migrations("monitor")
    for known in schema.migrations._migrations:
        migrations(name=known.name)(known.fn)

    @migrations()
    def the_next(db: schema.Database) -> None:
        for statement in statements:
            db.execute(statement)
        schema._version(db, schema.VERSION + 1)

    monkeypatch.setattr(schema, "migrations", migrations)
    monkeypatch.setattr(opening, "VERSION", schema.VERSION + 1)
    return statements


def test_existing_database_is_backed_up_before_it_is_migrated(path: Path, request: pytest.FixtureRequest):
    with closing(SqliteStore.open(path)) as database:
        newsroom(database)
    request.getfixturevalue("next_version")
    with closing(SqliteStore.open(path)) as database:
        assert database.item("i1") is not None
        assert database._connection.execute("SELECT x FROM newer").fetchall() == [(1,)]
    with closing(sqlite3.connect(f"{path}.backup-{schema.VERSION}")) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert old.execute("SELECT id FROM items").fetchall() == [("i1",)]


def test_migration_that_fails_leaves_the_old_schema(
    path: Path, next_version: list[str], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as old:
        old.setattr(opening, "VERSION", schema.VERSION)
        old.setattr(schema.migrations, "_migrations", schema.migrations._migrations[: schema.VERSION])
        with closing(SqliteStore.open(path)) as database:
            newsroom(database)
    next_version.append("INSERT INTO missing VALUES (1)")
    with pytest.raises(StoreError):
        SqliteStore.open(path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'newer'").fetchone() == (0,)
    next_version.pop()
    with closing(SqliteStore.open(path)) as database:
        assert database.item("i1") is not None
