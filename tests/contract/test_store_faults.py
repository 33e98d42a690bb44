"""The disk fails at the N-th write, the power goes, somebody else holds the lock: nothing that was acknowledged is lost.

The short version runs in the suite; `make faults` tries every one of the first 300 writes (MONITOR_WRITES).
"""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from faulty_disk import FaultyDisk, library
from store_values import DESK, after, alert, check, development, failed, item, judgement, newsroom, sent, update

from monitor.errors import StoreError
from monitor.store.sqlite import SqliteStore

WRITES = int(os.environ.get("MONITOR_WRITES", "60"))

needs_the_library = pytest.mark.skipif(library() is None, reason="this Python's SQLite cannot be reached by ctypes")


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """A database with something in it."""
    path = tmp_path / "prepared.db"
    with closing(SqliteStore.open(path, durable=False)) as store:
        newsroom(store, items=3, developments=2)
    return path


def news(store: SqliteStore, count: int = 4) -> Iterator[str]:
    """Steps of a newsroom; each is yielded when it was acknowledged, "" when it was refused."""
    for n in range(10, 10 + count):
        made = judgement(f"i{n}", f"st{n // 2}", minutes=n, developments=[development(f"d{n}", of=f"i{n}", minutes=n)])
        steps: list[tuple[str, Callable[[], None]]] = [
            (f"i{n}", lambda n=n: store.record_check(check(item(f"i{n}", minutes=n), tombstones=(f"i{n}",)))),
            (f"j{n}", lambda made=made, n=n: store.record_update(update(made, minutes=n))),
            (f"a{n}", lambda n=n: store.put_alert(alert(f"a{n}", [f"d{n}"], minutes=n))),
            (f"f{n}", lambda n=n: store.record_attempt(failed(f"a{n}", minutes=n, retry=n + 1))),
            (f"t{n}", lambda n=n: store.record_attempt(sent(f"a{n}", minutes=n + 1))),
        ]
        for name, step in steps:
            try:
                step()
            except StoreError:
                yield ""
            except sqlite3.IntegrityError:  # judges what was refused before
                yield ""
            else:
                yield name


def is_there(store: SqliteStore, name: str) -> bool:
    """Whether a step that was acknowledged left its trace. A try of an alert that was refused leaves none."""
    kind, number = name[0], int(name[1:])
    found = store.alert(f"a{number}")
    if kind == "i":
        return store.item(f"i{number}") is not None and store.known("wire", [f"i{number}"]) == {f"i{number}"}
    if kind == "j":
        return [one.id for one in store.developments(item=f"i{number}")] == [f"d{number}"]
    if found is None:
        return kind in "ft"
    if kind == "f":
        return any(one.error for one in store.attempts(found.id))
    return found.state == "sent" if kind == "t" else found is not None


def require_everything(path: Path, acknowledged: list[str]) -> None:
    with closing(SqliteStore.open(path, exclusive=True)) as store:
        assert store.check() == []
        refused = {name for name in acknowledged if not is_there(store, name)}
        put = {name for name in acknowledged if name.startswith("a")}
        # a try is acknowledged and kept only where its alert was
        assert {name for name in refused if name[0] not in "ft" or f"a{name[1:]}" in put} == set()
        every = {one.id for one in store.developments()}
        known = {
            one
            for told in store.told("desk", [one.id for one in store.stories()]).values()
            for one in told.developments | told.promised
        }
        assert every == known | {one.id for one in store.owed(DESK)}


@needs_the_library
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
def test_whichever_write_fails_nothing_acknowledged_is_lost(prepared: Path, tmp_path: Path, lasting: bool):
    hurt = 0
    for number in range(1, WRITES + 1):
        path = tmp_path / f"{number}.db"
        shutil.copy(prepared, path)
        disk, acknowledged = FaultyDisk(), []
        with disk.mounted():
            disk.fail(number, lasting=lasting)
            with suppress(StoreError), closing(SqliteStore.open(path)) as store:
                answers = list(news(store, 2))
                hurt += "" in answers
                acknowledged += filter(None, answers)
                disk.fail(0)  # there is room again: the same process goes on
                acknowledged += [name for name in news(store, 3) if name]
        require_everything(path, acknowledged)
        for beside in tmp_path.glob(f"{number}.db*"):
            beside.unlink()
    assert hurt > WRITES // 3, "the failures hit the steps"


@needs_the_library
def test_whichever_write_fails_while_a_database_is_made_it_is_made_the_next_time(tmp_path: Path):
    for number in range(1, WRITES + 1, 3):
        path = tmp_path / f"{number}.db"
        disk = FaultyDisk()
        with disk.mounted():
            disk.fail(number, lasting=True)
            with suppress(StoreError):
                SqliteStore.open(path).close()
        with closing(SqliteStore.open(path, exclusive=True)) as store:
            newsroom(store)
            assert store.check() == []


@needs_the_library
def test_after_a_power_cut_everything_acknowledged_is_there(prepared: Path, tmp_path: Path):
    """Whatever was not synced may be there or not, in any order; what was acknowledged must be."""
    chance = random.Random(24)
    for number in range(WRITES // 3):
        folder, later = tmp_path / f"{number}", tmp_path / f"{number}-later"
        folder.mkdir()
        later.mkdir()
        shutil.copy(prepared, folder / "monitor.db")
        disk, acknowledged = FaultyDisk(), []
        with disk.mounted(), closing(SqliteStore.open(folder / "monitor.db")) as store:
            stop = chance.randrange(1, 20)
            for name in news(store):
                acknowledged.append(name)
                if len(acknowledged) == stop:
                    break
            disk.after_a_power_cut(later, chance)
        require_everything(later / "monitor.db", acknowledged)


def test_a_lock_that_is_held_for_long_costs_time_and_nothing_else(prepared: Path):
    with closing(SqliteStore.open(prepared)) as store:
        store._connection.execute("PRAGMA busy_timeout = 10")
        other = sqlite3.connect(prepared, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert set(news(store, 3)) == {""}
        assert len(list(store.items())) == 3, "who reads does not wait"
        with pytest.raises(StoreError, match="another process is writing"):
            store.put_alert(alert("a1", []))
        other.execute("COMMIT")
        other.close()
        acknowledged = list(news(store, 3))
        assert "" not in acknowledged
    require_everything(prepared, acknowledged)


def test_bytes_that_flipped_are_found_before_anything_starts(prepared: Path, tmp_path: Path):
    whole, chance = prepared.read_bytes(), random.Random(7)
    path = tmp_path / "flipped.db"
    for _ in range(WRITES):
        broken = bytearray(whole)
        for _ in range(1000):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(broken))
        with pytest.raises(StoreError):
            SqliteStore.open(path, exclusive=True)
        for beside in tmp_path.glob("flipped.db-*"):
            beside.unlink()


def test_what_was_decided_stays_decided_after_a_refused_step(prepared: Path):
    with closing(SqliteStore.open(prepared)) as store:
        store._connection.execute("PRAGMA busy_timeout = 10")
        before = [one.id for one in store.owed(DESK)]
        other = sqlite3.connect(prepared, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            store.record_update(update(alerts=(alert("a1", before, minutes=3),), minutes=3))
        other.execute("ROLLBACK")
        other.close()
        assert [one.id for one in store.owed(DESK)] == before
        assert store.due_alerts(after(9), after(10) - after(9)) == []


def test_one_flipped_byte_is_refused_at_the_start_or_found_by_the_examination_or_changes_no_more_than_a_text(
    prepared: Path, tmp_path: Path
):
    whole, chance = prepared.read_bytes(), random.Random(8)
    path = tmp_path / "flipped.db"
    found = {"refused": 0, "examined": 0, "text": 0}
    for _ in range(WRITES // 2):
        broken = bytearray(whole)
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        path.write_bytes(bytes(broken))
        try:
            store = SqliteStore.open(path, exclusive=True, durable=False)
        except StoreError:
            found["refused"] += 1
        else:
            with closing(store):
                found["examined" if store.check() else "text"] += 1
                with suppress(StoreError, ValueError):
                    list(news(store, 2))
        for beside in tmp_path.glob("flipped.db-*"):
            beside.unlink()
    assert found["refused"] > 0
    print(found)
