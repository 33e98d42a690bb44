"""A database's file as others meet it: whether it is sound, and another process at it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

TESTS = Path(__file__).parent


def sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        try:
            return [row[0] for row in db.execute("PRAGMA integrity_check")] == ["ok"]
        except sqlite3.DatabaseError:
            return False


def run(path: Path, code: str) -> subprocess.Popen[str]:
    """Another process at the same database."""
    head = "from store_values import *; from monitor.store.sqlite import SqliteStore; import sys, os"
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    return subprocess.Popen(
        [sys.executable, "-c", f"{head}\n{code}", str(path)], stdout=subprocess.PIPE, text=True, env=env
    )
