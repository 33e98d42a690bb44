"""Opening a SQLite file: whether it is ours, sound, of a version we can read, and free.

Nothing is written to a file before it is known to be ours. An existing database is backed up before a migration touches it.
"""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from monitor.errors import StoreBusyError, StoreError, StoreLockedError, StoreRefusedError, StoreVersionError
from monitor.store.schema import APPLICATION_ID, VERSION, migrate

#: how long a statement waits for another process that is writing, in milliseconds
BUSY = 5000

# WAL: readers never wait for the writer. FULL: what was acknowledged survives a power loss (NORMAL may roll it back).
# No mapping of the file into memory: an I/O error should be an error, not a signal that ends the process.
_SETTINGS = f"""
PRAGMA busy_timeout = {BUSY};
PRAGMA foreign_keys = ON;
PRAGMA trusted_schema = OFF;
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA cache_size = -16000;
"""


@contextmanager
def translated(path: str) -> Iterator[None]:
    """SQLite's refusals as ours, with the way out. What can only be a mistake of this program stays what it is."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise
    except sqlite3.OperationalError as error:
        raise _kind(error)(f"{path}: {error}{_WAYS_OUT.get(_code(error), '')}") from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, str(error)) from error
    except UnicodeDecodeError as error:
        # The schema itself is broken, and SQLite quotes it in its complaint.
        raise damaged(path, "the schema is not readable") from error


def _code(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", "").rpartition("SQLITE_")[2].partition("_")[0]


def _kind(error: sqlite3.Error) -> type[StoreError]:
    """Whether it may pass by itself."""
    if _code(error) in ("BUSY", "LOCKED"):
        return StoreBusyError
    writing = re.search(r"_(WRITE|FSYNC|TRUNCATE|SHMSIZE|SHMMAP)$", getattr(error, "sqlite_errorname", ""))
    return StoreRefusedError if _code(error) in ("FULL", "READONLY") or writing else StoreError


_WAYS_OUT = {
    "FULL": "; make room on the disk, nothing that was recorded is lost",
    "BUSY": "; another process is writing to it",
    "READONLY": "; this user may not write to it",
    "CANTOPEN": "; the folder must exist and be writable",
    "IOERR": "; the disk refuses, see the system's log",
}


def damaged(path: str, what: str) -> StoreError:
    """The error for a file that is not sound."""
    return StoreError(
        f"{path}: the database is damaged ({what}); restore the newest backup with `monitor restore FILE`, the damaged file is kept"
    )


def open_connection(path: str, *, durable: bool, check: bool) -> sqlite3.Connection:
    """A connection to a database of ours at the newest version, made if there is none.

    `durable=False` is for what is thrown away afterwards. `check` reads the whole file for damage. Raises `StoreError`.
    """
    with translated(path):
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
        try:
            _prepare(connection, path, durable=durable, check=check)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection, path: str, *, durable: bool, check: bool) -> None:
    connection.executescript(_SETTINGS)
    version = require_ours(connection, path)
    if check and version and (problems := quick_check(connection)):
        raise damaged(path, problems[0])
    _write_ahead(connection)
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
    if version < VERSION:
        if version:
            copy_into(connection, f"{path}.backup-{version}")
        migrate(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches the log on. The switch needs the file for itself for a moment, and unlike other statements does not wait."""
    deadline = time.monotonic() + BUSY / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if _code(error) != "BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def require_ours(connection: sqlite3.Connection, path: str) -> int:
    """The schema's version; 0 for an empty file. Raises `StoreVersionError` for another program's, or a newer one's, database."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (tables or application or version):
        raise StoreVersionError(f"{path}: this is another program's database; name another file")
    if version > VERSION:
        raise StoreVersionError(
            f"{path}: written by a newer version of this program (schema {version}, this one knows {VERSION}); upgrade it"
        )
    return int(version)


def quick_check(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the file's structure, in SQLite's words; empty when it is sound."""
    return [row[0] for row in connection.execute("PRAGMA quick_check(20)") if row[0] != "ok"]


def whole_check(connection: sqlite3.Connection) -> list[str]:
    """What is wrong with the file, its indexes and what rows point to, in words; empty when it is sound."""
    try:
        connection.execute(f"PRAGMA busy_timeout = {BUSY}")
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        dangling = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return found + [f"a row of {row[0]} points to a missing row of {row[2]}" for row in dangling]


def copy_into(connection: sqlite3.Connection, path: str) -> None:
    """Writes a consistent, compact copy; the name appears only when the copy is complete and on the disk."""
    partial = Path(f"{path}.partial")
    partial.unlink(missing_ok=True)
    try:
        connection.execute("VACUUM INTO ?", (str(partial),))
        sync(partial)
        partial.replace(path)
        sync(Path(path).absolute().parent)
    finally:
        partial.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hold(path: str) -> IO[str]:
    """Takes the lock of a database for as long as the result stays open. Raises `StoreLockedError` if another process has it.

    The lock is the kernel's: it goes with the process however that ends, so there is never a stale one to remove.
    """
    try:
        lock = Path(f"{path}.lock").open("a+", encoding="utf-8")  # noqa: SIM115 - held for life
    except OSError as error:
        raise StoreError(f"{path}.lock: {error.strerror}; the folder must exist and be writable") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        holder = lock.read(20).strip()
        lock.close()
        raise StoreLockedError(
            f"{path}: another daemon{f' (process {holder})' if holder else ''} holds this database"
        ) from error
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
