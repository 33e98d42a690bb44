"""The secret that signs the links by which readers say what an alert was worth: a file beside the database, made once.

It is not in the database, so that a copy of that can be given away. A backup brings it along in a file of its own.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from monitor.config import Config
from monitor.errors import StoreError

#: shorter ones were not made by us
LEAST = 32


def secret_of(config: Config) -> str:
    """The secret of this database; made if there is none. Raises `StoreError` where it can be neither read nor made."""
    if config.database == ":memory:":
        return secrets.token_urlsafe(LEAST)
    path = beside(config.path.with_suffix("") if "://" in config.database else config.database)
    try:
        if not path.exists():
            _make(path, secrets.token_urlsafe(LEAST))
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"{path}: {getattr(error, 'strerror', None) or 'no text'}; it signs links, and must be readable"
        ) from error
    if len(found) < LEAST:
        raise StoreError(
            f"{path}: this is no secret of ours; remove it, and a new one is made (links in old messages end)"
        )
    return found


def beside(database: str | Path) -> Path:
    """The secret's file of a database, or of a backup."""
    return Path(f"{database}.secret")


def bring_along(source: str | Path, target: str | Path) -> bool:
    """Copies the secret of one database to another that has none; whether it did."""
    if not beside(source).is_file() or beside(target).exists():
        return False
    _make(beside(target), beside(source).read_text(encoding="ascii"))
    return True


def _make(path: Path, text: str) -> None:
    """Nobody ever reads half of it, and of two processes that make one, one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text.strip() + "\n")
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        fresh.replace(path)
    fresh.unlink(missing_ok=True)
