"""A database that takes nothing for a while: everything waits, what lasts is told once past the outbox, and its end once by it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from store_values import NOON, check, item, newsroom

from monitor import config as configs
from monitor.errors import SendError, StoreRefusedError
from monitor.model import Alert, Receipt
from monitor.run.app import App
from monitor.run.health import Health
from monitor.run.recording import Recorder
from monitor.run.refusing import LASTS, LASTS_LONG, QUIET, Refusals
from monitor.store.sqlite import SqliteStore
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

CONFIG = """
timezone = "America/Caracas"
database = "monitor.db"
[[topic]]
id = "venezuela"
query = "venezuela"
[[channel]]
id = "desk"
url = "terminal://"
[system]
channel = "desk"
"""


class Mouth:
    """A way out that keeps what it said; `deaf` times it is not accepted."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.keys: list[str] = []
        self.deaf = 0

    async def send(self, alert: Alert, **_: object) -> Receipt:
        if self.deaf:
            self.deaf -= 1
            raise SendError("no answer in time")
        self.said.append(alert.message.title)
        self.keys.append(alert.key)
        return Receipt(detail="ok")


class Room:
    """A database that another process can hold, a clock that a tick moves, and what is told."""

    def __init__(self, folder: Path) -> None:
        (folder / "monitor.toml").write_text(CONFIG)
        self.path, self.now = folder / "monitor.db", NOON
        self.store = SqliteStore.open(self.path, durable=False)
        newsroom(self.store)
        self.store.wait_at_most(0)
        self.mouth, lexicon = Mouth(), Lexicon()
        config = configs.load(folder / "monitor.toml")
        self.app = App(
            config=config, store=self.store, lexicon=lexicon, matcher=Matcher([], lexicon), desks=[], clock=self.clock
        )
        self.refusals = Refusals(self.app, self.mouth)

    def clock(self) -> datetime:
        return self.now

    @contextmanager
    def held(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreRefusedError) as refused:
                self.store.touch()
            self.refusals.begin(refused.value)
            yield
            other.execute("ROLLBACK")

    async def ticks(self, number: int) -> None:
        for _ in range(number):
            self.now += timedelta(seconds=1)
            await self.refusals.tick()

    def owed(self) -> list[str]:
        return [
            alert.message.title for alert in Health(self.app.config, self.store, free=lambda _: None).look(self.now)
        ]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    made.owed()  # the beginning
    yield made
    made.store.close()


async def test_a_short_lock_is_nobodys_business(room: Room):
    with room.held():
        await room.ticks(LASTS - 2)
        assert room.refusals.holds
    await room.ticks(1 + QUIET)
    assert not room.refusals.holds
    assert (room.mouth.said, room.owed()) == ([], [])


async def test_a_lock_of_half_a_minute_is_an_event_once_it_is_over(room: Room):
    with room.held():
        await room.ticks(30)
    await room.ticks(1 + QUIET)
    (told,) = room.owed()
    assert told.startswith("The database took nothing for 31 s, from 2026-03-02 08:00, and does again: ")
    assert "another process is writing to it" in told
    assert (room.mouth.said, room.owed()) == ([], [])
    await room.ticks(2 * QUIET)
    assert room.owed() == []


async def test_what_lasts_for_minutes_is_told_past_the_outbox_once(room: Room):
    room.mouth.deaf = 2
    with room.held():
        await room.ticks(LASTS_LONG - 1)
        assert room.mouth.said == []
        await room.ticks(300)
    (told,) = room.mouth.said
    assert told.startswith("The database has taken nothing since 2026-03-02 08:00: ")
    await room.ticks(1 + QUIET)
    assert len(room.owed()) == 1
    assert len(room.mouth.said) == 1


async def test_a_refusal_that_comes_back_at_once_is_the_same_one_and_is_tried_less_often(room: Room):
    tried = 0
    for _ in range(20):
        with room.held():
            pass
        while room.refusals.holds:
            await room.ticks(1)
            tried += 1
    assert tried > 20 * 10, "the pauses grow"
    await room.ticks(QUIET)
    assert len(room.owed()) == 1


async def test_a_check_that_cannot_be_recorded_waits_and_is_recorded(room: Room):
    recorder = Recorder(room.store, room.refusals)
    with room.held():
        waiting = [asyncio.create_task(recorder.record(check(item(f"i{n}", minutes=n)))) for n in (20, 21)]
        await asyncio.sleep(0.05)
        await room.ticks(3)
        assert not any(task.done() for task in waiting)
    await room.ticks(1)
    await asyncio.gather(*waiting)
    assert room.store.item("i20")
    assert room.store.item("i21")


async def test_without_anybody_who_waits_a_check_that_cannot_be_recorded_fails(room: Room):
    with room.held(), pytest.raises(StoreRefusedError):
        await Recorder(room.store).record(check(item("i20", minutes=20)))
