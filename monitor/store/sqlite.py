"""The store on SQLite: one file, one writer, nothing to install.

One connection serves every thread of the process, one at a time; each record is one short `BEGIN IMMEDIATE` transaction.
Another process (a command beside the daemon) reads the same file without waiting, and writes when the daemon is between two.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from monitor.errors import StoreError
from monitor.model import Item
from monitor.store import searching
from monitor.store.connection import Connection, Parameters
from monitor.store.opening import BUSY, copy_into, hold, open_connection, require_ours, translated, whole_check
from monitor.store.processes import lives, this_process
from monitor.store.restoring import restore
from monitor.store.rows import Row
from monitor.store.sql import SqlStore

__all__ = ["SqliteStore", "restore"]


class Sqlite:
    """`Connection` on SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute, self._executemany = connection.execute, connection.executemany

    def rows(self, sql: str, parameters: Parameters = {}, /) -> list[Row]:
        """Every row of an answer."""
        return self._execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Parameters = {}, /) -> Row | None:
        """The first row of an answer, or None."""
        found: Row | None = self._execute(sql, parameters).fetchone()
        return found

    def run(self, sql: str, parameters: Parameters = {}, /) -> int:
        """Executes a statement; how many rows it changed."""
        return self._execute(sql, parameters).rowcount

    def many(self, sql: str, parameters: Iterable[Parameters], /) -> None:
        """Executes a statement once for each set of parameters."""
        self._executemany(sql, parameters)


class SqliteStore(SqlStore):
    """The store in a SQLite file. Made by `open`."""

    def __init__(self, path: str, connection: sqlite3.Connection, lock: IO[str] | None = None) -> None:
        self.path, self.owner = path, this_process()
        self._connection, self._lock = connection, lock
        self._db = Sqlite(connection)
        self._turn = threading.RLock()
        self._patience = BUSY

    @classmethod
    def open(cls, path: str | Path, *, durable: bool = True, exclusive: bool = False) -> SqliteStore:
        """Opens a database, or makes it; ":memory:" keeps nothing.

        `exclusive` is for a daemon: nobody else may hold this database then, for as long as it stays open, and the file is
        read through for damage first. `durable=False` is for a database that is thrown away: it does not wait for the disk.
        Raises `StoreLockedError`, `StoreVersionError`, and `StoreError` for a file that is damaged or cannot be written.
        """
        name = str(path)
        lock = hold(name) if exclusive and name != ":memory:" else None
        try:
            return cls(name, open_connection(name, durable=durable, check=exclusive), lock)
        except BaseException:
            if lock:
                lock.close()
            raise

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._turn, translated(self.path):
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, translated(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._connection.execute("COMMIT")
            except BaseException:
                # A full disk has rolled back already; a second ROLLBACK would hide the error that matters.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _lives(self, owner: str) -> bool:
        return lives(owner)

    def _index_items(self, db: Connection, ids: Sequence[str]) -> None:
        searching.add_items(db, ids)

    def _unindex_items(self, db: Connection, ids: Sequence[str]) -> None:
        searching.remove_items(db, ids)

    def _index_developments(self, db: Connection, ids: Sequence[str]) -> None:
        searching.add_developments(db, ids)

    def search(self, query: str, limit: int = 50) -> list[Item]:
        """Full text over items and developments; words are quoted, never syntax. Best first."""
        with self._reading() as db:
            return searching.search(db, query, limit)

    def backup(self, path: str) -> None:
        """A consistent, compact copy, while running: a second connection reads a snapshot and nobody waits.

        Replaces an older backup of that name, and nothing else: raises `StoreError` if another kind of file is there.
        """
        if Path(path).exists():
            self._require_replaceable(path)
        with translated(path):
            if self.path == ":memory:":
                with self._turn:
                    copy_into(self._connection, path)
                return
            reader = sqlite3.connect(self.path, isolation_level=None)
            try:
                reader.execute(f"PRAGMA busy_timeout = {BUSY}")
                copy_into(reader, path)
            finally:
                reader.close()

    def _require_replaceable(self, path: str) -> None:
        if self.path != ":memory:" and Path(path).samefile(self.path):
            raise StoreError(f"{path}: a backup cannot replace the database itself")
        with translated(path):
            other = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
            try:
                require_ours(other, path)
            finally:
                other.close()

    def touch(self) -> None:
        """A write that changes nothing and waits for nobody. Raises `StoreRefusedError` where none is taken."""
        with self._turn, translated(self.path):
            self._connection.execute("PRAGMA busy_timeout = 0")
            try:
                (version,) = self._connection.execute("PRAGMA user_version").fetchone()
                self._connection.execute(f"PRAGMA user_version = {version}")
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {self._patience}")

    def wait_at_most(self, milliseconds: int) -> None:
        """From now on, how long a statement waits for another process that is writing, before it is refused."""
        with self._turn:
            self._patience = milliseconds
            self._connection.execute(f"PRAGMA busy_timeout = {milliseconds}")

    def check(self) -> list[str]:
        """What is wrong with the database itself, in words; empty when it is sound. Reads all of it, on a connection of its own."""
        if self.path == ":memory:":
            with self._turn:
                return whole_check(self._connection)
        reader = sqlite3.connect(self.path, isolation_level=None)
        try:
            return whole_check(reader)
        finally:
            reader.close()

    def close(self) -> None:
        """Lets go of the database, and of the lock."""
        with self._turn:
            self._connection.close()
            if self._lock:
                self._lock.close()
