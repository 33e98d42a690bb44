"""Backups while the daemon writes, and what may be put in a database's place."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from store_files import run, sound
from store_values import DESK, NOON, alert, check, development, feed, item, judgement, newsroom, sent, update

from monitor.errors import StoreError, StoreLockedError
from monitor.store import schema
from monitor.store.sqlite import SqliteStore, restore


def test_backup_under_way_is_consistent(database: SqliteStore, tmp_path: Path):
    database.put_feeds([feed()], NOON)
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            name = f"i{number}"
            database.record_check(check(item(name)))
            database.record_update(
                update(
                    judgement(name, developments=[development(f"d{number}", of=name)]),
                    alerts=(alert(f"a{number}", []),),
                )
            )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(8):
            target = tmp_path / f"backup{number % 2}.db"  # the second round replaces the first
            database.backup(str(target))
            assert sound(target)
            with closing(sqlite3.connect(target)) as db:
                counts = {
                    name: db.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
                    for name in ("placements", "developments", "alerts")
                }
            assert len(set(counts.values())) == 1
    finally:
        stop.set()
        writer.join()
    assert not list(tmp_path.glob("*.partial"))


def test_backup_of_a_store_in_memory(tmp_path: Path):
    with closing(SqliteStore.open(":memory:")) as database:
        newsroom(database)
        database.backup(str(tmp_path / "copy.db"))
    with closing(SqliteStore.open(tmp_path / "copy.db")) as copy:
        assert copy.item("i1") is not None


def test_backup_replaces_no_file_that_is_not_a_backup(database: SqliteStore, path: Path, tmp_path: Path):
    letter = tmp_path / "letter.txt"
    letter.write_text("dear reader " * 100)
    with pytest.raises(StoreError):
        database.backup(str(letter))
    assert letter.read_text().startswith("dear reader")
    with pytest.raises(StoreError, match="itself"):
        database.backup(str(path))


def test_restore_brings_everything_back_and_keeps_the_old_file(path: Path, tmp_path: Path):
    saved = tmp_path / "saved.db"
    with closing(SqliteStore.open(path)) as database:
        newsroom(database)
        database.put_alert(alert("a1", ["d1"]))
        database.record_attempt(sent())
        database.backup(str(saved))
        database.record_check(check(item("later")))
    kept = restore(saved, path)
    assert kept == path.with_name("monitor.db.before-restore")
    with closing(SqliteStore.open(path, exclusive=True)) as database:
        assert (database.item("i1") is not None, database.item("later")) == (True, None)
        assert database.told("desk", ["st1"])["st1"].developments == {"d1"}
        assert database.owed(DESK) == []  # what was told is not told again
    with closing(SqliteStore.open(kept)) as old:
        assert old.item("later") is not None
    assert not list(tmp_path.glob("*.restoring*"))


def test_restore_keeps_the_log_of_a_database_that_was_killed(path: Path, tmp_path: Path):
    saved = tmp_path / "saved.db"
    code = f"s = SqliteStore.open(sys.argv[1]); newsroom(s); s.backup({str(saved)!r}); s.record_check(check(item('later'))); os._exit(9)"
    run(path, code).communicate()
    kept = restore(saved, path)
    assert kept is not None
    with closing(SqliteStore.open(kept)) as old:
        assert old.item("later") is not None
    with closing(SqliteStore.open(path)) as database:
        assert database.item("later") is None


def test_restore_to_a_place_where_nothing_is(path: Path, tmp_path: Path):
    with closing(SqliteStore.open(path)) as database:
        newsroom(database)
    assert restore(path, tmp_path / "fresh.db") is None
    with closing(SqliteStore.open(tmp_path / "fresh.db")) as database:
        assert database.item("i1") is not None


def test_restore_while_a_daemon_runs_is_refused(path: Path, tmp_path: Path):
    saved = tmp_path / "saved.db"
    with closing(SqliteStore.open(path, exclusive=True)) as database:
        database.backup(str(saved))
        with pytest.raises(StoreLockedError):
            restore(saved, path)


@pytest.mark.parametrize("kind", ["missing", "text", "foreign", "newer", "damaged", "empty", "itself"])
def test_restore_refuses_what_is_no_sound_backup_and_changes_nothing(path: Path, tmp_path: Path, kind: str):
    with closing(SqliteStore.open(path)) as database:
        newsroom(database, items=30, developments=3)
    before = path.read_bytes()
    with pytest.raises(StoreError):
        restore(_bad_backup(kind, path, tmp_path), path)
    assert path.read_bytes() == before
    assert {one.name for one in tmp_path.glob("monitor.db*")} <= {"monitor.db", "monitor.db.lock"}


def _bad_backup(kind: str, path: Path, folder: Path) -> Path:
    bad = folder / "bad.db"
    if kind == "itself":
        return path
    if kind == "text":
        bad.write_text("words " * 1000)
    if kind in ("newer", "damaged"):
        shutil.copy(path, bad)
    if kind == "damaged":
        content = bytearray(bad.read_bytes())
        content[8192 : len(content) - 4096] = b"\xa5" * (len(content) - 12288)
        bad.write_bytes(content)
    if kind in ("foreign", "newer", "empty"):
        with closing(sqlite3.connect(bad)) as db:
            newer = f"PRAGMA user_version = {schema.VERSION + 5}"
            statements = {"foreign": "CREATE TABLE theirs (x)", "newer": newer, "empty": "PRAGMA user_version = 0"}
            db.execute(statements[kind])
    return bad
