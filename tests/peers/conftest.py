"""What the peers' tests share: desks, a certificate, and a table of what arrived where."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

# Values and rooms that the contract tests have already.
sys.path[:0] = [str(Path(__file__).parent.with_name("contract"))]

_TABLE = pytest.StashKey[list[tuple[str, str, str]]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TABLE] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    rows = config.stash[_TABLE]
    if rows:
        terminalreporter.section("peers")
        terminalreporter.write_line(f"{'peer':<26} {'version':<14} received")
        for peer, version, received in rows:
            terminalreporter.write_line(f"{peer:<26} {version:<14} {received}")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[object]:
    """Makes desks, each by its channel's address."""
    from sending import Desk

    with ExitStack() as stack:
        yield lambda url, name="desk": Desk(url, tmp_path / name, stack)


def _open(folder: str) -> Path:
    """For servers with users of their own."""
    Path(folder).chmod(0o755)
    return Path(folder)


@pytest.fixture(scope="session")
def certificate() -> Iterator[object]:
    from certificate import make

    with tempfile.TemporaryDirectory(prefix="peer") as folder:
        yield make(_open(folder))


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder for a server, with a short name, since sockets are in it."""
    with tempfile.TemporaryDirectory(prefix="peer", ignore_cleanup_errors=True) as folder:
        yield _open(folder)


@pytest.fixture
def received(request: pytest.FixtureRequest) -> object:
    """Adds a row to the table that stands at the end of the run."""
    return lambda peer, version, what: request.config.stash[_TABLE].append((peer, version, what))
