"""Putting a backup in the place of the database.

The backup is copied and checked before anything is touched; the change of names is what makes it real, and the old file is kept.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.opening import BUSY, damaged, hold, quick_check, require_ours, sync, translated

_BESIDE = ("-wal", "-shm")


def restore(source: str | Path, target: str | Path) -> Path | None:
    """Makes `source` the database `target`; where the old one was kept, or None if there was none.

    Raises `StoreLockedError` while a daemon holds the target, `StoreVersionError` for a file that is not ours or newer than this
    program, `StoreError` for one that is missing or damaged. Then nothing has changed.
    """
    source, target = Path(source), Path(target)
    if not source.is_file():
        raise StoreError(f"{source}: there is no such file")
    if target.exists() and source.samefile(target):
        raise StoreError(f"{source}: this is the database itself")
    with hold(str(target)):
        fresh = target.with_name(f"{target.name}.restoring")
        try:
            _checked_copy(source, fresh)
            kept = _put_aside(target) if target.exists() else None
            fresh.replace(target)
            sync(target.absolute().parent)
        finally:
            _remove(fresh)
        return kept


def _checked_copy(source: Path, fresh: Path) -> None:
    """A copy through SQLite, so that what is still in the backup's own log comes along; then the copy is what is checked."""
    _remove(fresh)
    name = str(source)
    with translated(name), closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
        old.execute(f"PRAGMA busy_timeout = {BUSY}")
        if not require_ours(old, name):
            raise StoreError(f"{source}: this database is empty")
        with closing(sqlite3.connect(fresh)) as new:
            old.backup(new)
            if problems := quick_check(new):
                raise damaged(name, problems[0])
    sync(fresh)


def _put_aside(target: Path) -> Path:
    """Gives a database, with its log, a second name. The first is never without a database, or a kill would leave an empty start."""
    kept = target.with_name(f"{target.name}.before-restore")
    _remove(kept)
    _fold_in_log(target)
    for suffix in _BESIDE:
        beside = target.with_name(target.name + suffix)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + suffix))
    try:
        kept.hardlink_to(target)
    except OSError:  # a file system without hard links
        target.replace(kept)
    return kept


def _fold_in_log(target: Path) -> None:
    """Writes the log into the file where that still can be done; a damaged file is kept as it is."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _remove(path: Path) -> None:
    for suffix in ("", *_BESIDE):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
