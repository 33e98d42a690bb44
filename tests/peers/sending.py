"""A desk with one channel: the product's own way out of its outbox, as the daemon goes it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store_values import alert, newsroom

from monitor import config as configs
from monitor.model import Alert, Line, Message
from monitor.run.app import build
from monitor.run.delivering import Delivery
from monitor.run.refusing import Refusals
from monitor.store.sqlite import SqliteStore

CONFIG = """
timezone = "UTC"
database = "{folder}/monitor.db"
[fetch]
allow_private = ["127.0.0.0/8"]
[[topic]]
id = "venezuela"
query = "venezuela"
[[channel]]
id = "desk"
url = "{url}"
[[subscription]]
id = "desk-now"
topic = "venezuela"
channel = "desk"
"""
#: what a peer must carry whole: accents, other scripts, signs outside the first plane, and what some protocol takes for its own
TEXT = "Ñandú – “señales”, Ελλάδα, Пять человек, 五人死亡, 🚢; @everyone @room *all* <b>bold</b> .dot\tcomma, &amp;"


@dataclass
class Desk:
    """A desk with one channel: its outbox in SQLite, the daemon's delivering, and a clock by hand that begins now."""

    url: str
    folder: Path
    stack: ExitStack
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "monitor.toml"
        path.write_text(CONFIG.format(folder=self.folder, url=self.url), encoding="utf-8")
        config = configs.load(path)
        self.store = self.stack.enter_context(closing(SqliteStore.open(config.database, durable=False)))
        newsroom(self.store, developments=9)
        app = build(config, self.store, clock=lambda: self.now)
        senders = app.senders()
        self.delivery = Delivery(app, senders, asyncio.Event(), Refusals(app, senders), tick=0.01)
        self._owed = 0

    def owe(self, title: str, *texts: str, mode: str = "now") -> Alert:
        """Puts an alert with a development a text into the outbox."""
        self._owed += 1
        lines = tuple(
            Line(
                story="st1", headline="Boat strike", kind="figure", text=text, what="dead 3 → 5", who="El Diario",
                url=f"https://diario.example/{self._owed}/{number}?a=1&b=2", at=self.now,
            )
            for number, text in enumerate(texts)
        )  # fmt: skip
        message = Message(title=title, lines=lines, standing=("2 outlets",), topic="Venezuela")
        made = alert(f"a{self._owed}-{self.now:%H%M%S}", [f"d{self._owed}"], message=message, mode=mode)
        self.store.put_alert(replace(made, created=self.now, send_after=self.now))
        return made

    async def deliver(self, minutes: int = 0) -> None:
        """One round of the daemon's, that many minutes from now."""
        self.now += timedelta(minutes=minutes)
        await self.delivery.start_due()
        await self.delivery.finish(timedelta(seconds=60))

    def of(self, owed: Alert) -> Alert:
        """What became of an alert."""
        found = self.store.alert(owed.id)
        assert found is not None
        return found
