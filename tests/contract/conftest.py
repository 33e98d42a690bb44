"""The stores that keep the contract: another database is another branch here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import MemoryStore

from monitor.ports import Store
from monitor.store.sqlite import SqliteStore


@pytest.fixture(params=["sqlite", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened: Store = (
        MemoryStore() if request.param == "memory" else SqliteStore.open(tmp_path / "monitor.db", durable=False)
    )
    yield opened
    opened.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "monitor.db"


@pytest.fixture
def database(path: Path) -> Iterator[SqliteStore]:
    """A store in a file, as durable as the daemon's."""
    opened = SqliteStore.open(path)
    yield opened
    opened.close()
