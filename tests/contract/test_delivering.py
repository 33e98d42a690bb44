"""The daemon's way out of the outbox, against real receivers: nothing twice while the process lives, whatever the database says."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from receivers import HttpService, http_service
from store_values import NOON, after, alert, newsroom

from monitor import config as configs
from monitor.alerts.send import Senders
from monitor.pipeline import LEASE
from monitor.run.app import App
from monitor.run.delivering import Delivery
from monitor.run.refusing import Refusals
from monitor.store.sqlite import SqliteStore
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

CONFIG = """
timezone = "UTC"
database = "monitor.db"
[fetch]
allow_private = ["127.0.0.0/8"]
[[topic]]
id = "venezuela"
query = "venezuela"
[[channel]]
id = "desk"
url = "webhook+{url}/hook"
{more}
[[subscription]]
id = "desk-now"
topic = "venezuela"
channel = "desk"
quiet = "12:30-14:00"
"""


#: how long something may take that takes no time, on a machine that has none for us
PATIENCE = timedelta(minutes=10)


class Day:
    """A clock by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with closing(SqliteStore.open(tmp_path / "monitor.db", durable=False)) as opened:
        opened._connection.execute("PRAGMA busy_timeout = 0")
        newsroom(opened, developments=3)
        yield opened


class Desk:
    """A delivery with everything around it."""

    def __init__(self, folder: Path, store: SqliteStore, service: HttpService, more: str) -> None:
        path = folder / "monitor.toml"
        path.write_text(CONFIG.format(url=service.url, more=more))
        self.store, self.service, self.day, self.stop = store, service, Day(), asyncio.Event()
        lexicon = Lexicon()
        self.app = App(
            config=configs.load(path),
            store=store,
            lexicon=lexicon,
            matcher=Matcher([], lexicon),
            desks=[],
            clock=self.day,
        )
        self.refusals = Refusals(self.app, self.senders())
        self.delivery = Delivery(self.app, self.senders(), self.stop, self.refusals, tick=0.01)

    def senders(self) -> Senders:
        """The real ones, but that a machine with too much to do is no service without an answer."""
        config = self.app.config
        channels = {channel.id: channel for channel in config.channels}
        return Senders(channels, allow_private=config.fetch.allow_private, clock=self.day, deadline=PATIENCE)

    async def minute(self, count: int = 1) -> None:
        for _ in range(count):
            await self.delivery.start_due()
            await self.delivery.finish(PATIENCE)
            self.day.now += timedelta(minutes=1)

    def states(self) -> Counter[str]:
        return Counter(one.state for one in self.store.alerts())


@asynccontextmanager
async def desk(folder: Path, store: SqliteStore, more: str = "") -> AsyncIterator[Desk]:
    async with http_service() as service:
        yield Desk(folder, store, service, more)


async def test_message_that_was_accepted_while_the_database_is_locked_is_sent_once(store: SqliteStore, tmp_path: Path):
    async with desk(tmp_path, store) as at:
        for number in range(3):
            store.put_alert(alert(f"a{number}", [f"d{number + 1}"]))
        other = sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)
        store.wait_at_most(20)  # milliseconds, as a daemon waits briefly: twenty rounds of five seconds show no more

        locked = asyncio.Event()

        def accepted_and_locked(_):
            if not locked.is_set():
                other.execute("BEGIN EXCLUSIVE")
                locked.set()
            return 200, {}

        at.service.answer = accepted_and_locked
        await at.delivery.start_due()
        while not at.refusals.holds:  # noqa: ASYNC110 - accepted, and not to be recorded: the delivery says it to nobody else
            await asyncio.sleep(0)
        for _ in range(20):  # the lock is held for longer than any lease
            at.day.now += LEASE
            with pytest.raises(Exception, match="locked"):
                await at.delivery.start_due()
            await at.refusals.tick()
            await asyncio.sleep(0.005)
        assert at.refusals.holds
        assert len(at.service.got) == 1, "nothing else goes out while what was said is not written down"
        other.execute("COMMIT")
        other.close()
        await at.refusals.tick()
        await at.delivery.finish(PATIENCE)
        await at.minute(3)
        keys = Counter(got.headers["idempotency-key"] for got in at.service.got)
        assert sorted(keys.values()) == [1, 1, 1]
        assert at.states() == {"sent": 3}


async def test_what_is_over_the_channels_rate_waits_and_comes_also_after_a_restart(store: SqliteStore, tmp_path: Path):
    async with desk(tmp_path, store, "per_hour = 4") as at:
        for number in range(12):
            store.put_alert(alert(f"a{number:02}", [f"d{number % 3 + 1}"], minutes=0, mode="now", story=None))
        await at.minute(1)
        assert len(at.service.got) == 4
        at.delivery = Delivery(at.app, at.senders(), at.stop, at.refusals, tick=0.01)
        await at.minute(25)
        assert len(at.service.got) == 4
        assert store.attempts("a11") == [], "a wait is no failed try"
        waiting = store.alert("a11")
        assert waiting is not None
        assert waiting.error == "over 4 messages an hour"
        at.day.now = after(28)
        taken = [one for one in store.alerts() if one.state == "owed"]
        for one in taken:  # what came by then is no flood: these are too young to be one digest
            store.put_off(one.id, after(60), "over 4 messages an hour")
        at.day.now = after(61)
        await at.minute(3)
        assert store.told("desk", ["st1"])["st1"].developments == {"d1", "d2", "d3"}
        assert at.states() == {"sent": 5, "superseded": 8}, "eight that waited for an hour are one digest"


async def test_channel_that_comes_back_in_quiet_hours_waits_for_their_end(store: SqliteStore, tmp_path: Path):
    async with desk(tmp_path, store) as at:
        down = [True]
        at.service.answer = lambda _: (503, "down") if down[0] else (200, {})
        store.put_alert(alert("a1", ["d1"]))
        await at.minute(40)
        down[0] = False
        before = len(at.service.got)
        await at.minute(79)
        assert len(at.service.got) == before, "12:40 to 13:59: nobody is woken for what is late anyway"
        await at.minute(20)
        assert len(at.service.got) == before + 1
        assert at.states() == {"sent": 1}


async def test_one_bad_channel_delays_no_other(store: SqliteStore, tmp_path: Path):
    more = '[[channel]]\nid = "slow"\nurl = "webhook+http://127.0.0.1:9/hook"\n'
    async with desk(tmp_path, store, more) as at:
        store.put_alert(alert("a1", ["d1"], channel="slow", subscription="x"))
        store.put_alert(alert("a2", ["d2"]))
        await at.minute(1)
        assert [got.headers["idempotency-key"] for got in at.service.got] == ["key-a2"]
        assert {one.id: one.state for one in store.alerts()} == {"a1": "owed", "a2": "sent"}


async def test_a_delivery_that_breaks_leaves_the_others_to_go_on(store: SqliteStore, tmp_path: Path):
    async with desk(tmp_path, store) as at:
        store.put_alert(alert("a1", ["d1"]))
        store.put_alert(alert("a2", ["d2"]))

        class Broken:
            async def send(self, one, *, thread=(), root="", living=None):
                raise ZeroDivisionError("a bug")

        at.delivery.use(at.app, Broken())
        await at.delivery.start_due()
        await at.delivery.finish(PATIENCE)
        at.delivery.use(at.app, at.senders())
        await at.minute(3)
        assert at.states() == {"sent": 2}
