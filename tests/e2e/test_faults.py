"""The real daemon while another process holds its database, and while its disk is full: nothing acknowledged is lost, and it says so.

The suite holds the lock for a moment; `make faults` holds it for thirty seconds (MONITOR_HOLD).
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

HOLD = float(os.environ.get("MONITOR_HOLD", "1"))
#: a title and a text each, of events that have nothing in common
NEWS = [
    ("Caracas hospital evacuated after a fire", "A hospital in Caracas was evacuated on Thursday after a fire in its kitchen. Nobody was hurt."),
    ("Venezuela sends 3,000 soldiers to the border", "Venezuela's president said that 3,000 soldiers were sent to the border with Colombia."),
    ("Refinery workers strike in Venezuela", "Some 800 workers of the Amuay refinery stopped work over unpaid wages, their union said in Caracas."),
    ("Venezuela bans flights of a Panamanian airline", "The aviation authority withdrew the licence of an airline from Panama."),
    ("Venezuela's parliament adopts the budget", "The National Assembly in Caracas passed the budget of the coming year with 162 votes against 40."),
]  # fmt: skip


def publish(stage: Any, *numbers: int) -> None:
    for n in numbers:
        stage.stand.publish("/a", f"n{n}", NEWS[n][0], f"CARACAS - {NEWS[n][1]}")


def told(*numbers: int) -> Callable[[list[Any]], bool]:
    return lambda got: all(any(NEWS[n][0][:20] in mail["Subject"] for mail in got) for n in numbers)


def wait_for_words(stage: Any, words: str) -> None:
    pause = threading.Event()
    for _ in range(600):
        if words in stage.log():
            return
        pause.wait(0.05)
    raise AssertionError(f"the daemon never said {words!r}: {stage.log()[-2000:]}")


def sound(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Another process's write lock."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_lock_that_another_process_holds_costs_time_and_nothing_else(stage: Any) -> None:
    stage.configure(["/a"])
    database = stage.folder / "monitor.db"
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)
    publish(stage, 0)
    stage.mailbox.wait_for(told(0), "the first alert")
    with held(database):
        publish(stage, 1, 2, 3)
        threading.Event().wait(HOLD)
        wait_for_words(stage, "the database takes nothing")
        assert daemon.poll() is None
        assert len(stage.mailbox.messages) == 1
    mails = stage.mailbox.wait_for(told(1, 2, 3), "what came meanwhile")
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 4, "each once"
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) == 0
    sound(database)


def test_a_daemon_that_is_stopped_and_started_under_a_lock_loses_nothing(stage: Any) -> None:
    stage.configure(["/a"])
    database = stage.folder / "monitor.db"
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)
    with held(database):
        publish(stage, 1)
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(10) == 0
        daemon = stage.start()
        if HOLD > 6:
            wait_for_words(stage, "waiting for the database")
    stage.mailbox.wait_for(told(1), "what came meanwhile")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for a database and little more."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", place], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("NOT TESTED ON A FULL DISK: only root may mount one")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """Leaves no room; what to remove to have it again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass
    return ballast


def test_a_full_disk_costs_time_is_told_and_recovers(stage: Any, small_disk: Path) -> None:
    stage.configure(["/a"], system=True)
    database = small_disk / "monitor.db"
    stage.config.write_text(stage.config.read_text().replace('"monitor.db"', f'"{database}"'))
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)
    publish(stage, 0)
    stage.mailbox.wait_for(told(0), "the first alert")
    stage.mailbox.wait_for(lambda got: any("MB are free" in mail["Subject"] for mail in got), "a word about the disk")
    before = len(stage.mailbox.messages)
    ballast = fill(small_disk)
    publish(stage, 1, 2, 3)
    wait_for_words(stage, "the database takes nothing")
    if HOLD > 8:
        stage.mailbox.wait_for(
            lambda got: any("has taken nothing" in mail["Subject"] for mail in got), "a word past the outbox"
        )
        before += 1
    else:
        threading.Event().wait(2.5)
    assert daemon.poll() is None
    assert len(stage.mailbox.messages) == before
    ballast.unlink()
    mails = stage.mailbox.wait_for(told(1, 2, 3), "what came meanwhile")
    assert len({mail["Message-ID"] for mail in mails}) == len(mails), "each once"
    stage.mailbox.wait_for(lambda got: any("and does again" in mail["Subject"] for mail in got), "that it is over")
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(10) == 0
    sound(database)
