"""One topic at work on a store, with the real judgement and the real decisions; every message arrives at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from store_values import feed, match, state

from monitor.model import Attempt, Development, FeedCheck, Item, StoryUpdate, Subscription, Topic
from monitor.pipeline import Desk, update_topic
from monitor.ports import Store
from monitor.text.lexicon import Lexicon, load

LEXICON = Path(__file__).parents[2] / "config" / "lexicon"
#: a Monday, eleven in the morning in Caracas
MONDAY = datetime(2026, 10, 12, 15, tzinfo=UTC)
DESK = Subscription(
    id="desk", topic="venezuela", channel="desk", timezone="America/Caracas", digest_at=(time(7),), settle=timedelta(0)
)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return load([LEXICON / "names.tsv"], [LEXICON / "concepts.tsv"])


@dataclass
class Newsroom:
    """One topic at work on a real store; every message arrives."""

    store: Store
    subscriptions: tuple[Subscription, ...] = (DESK,)
    made: list[StoryUpdate] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.store.put_feeds([feed()], MONDAY)
        self.store.put_subscriptions(self.subscriptions, MONDAY)
        self.restart()

    def restart(self) -> None:
        topic = Topic(id="venezuela", name="Venezuela", query="*")
        self.desk = Desk(topic, self.subscriptions, lexicon())

    def publish(self, at: datetime, title: str, text: str, **more: object) -> Item:
        self.number += 1
        values = {
            "id": f"i{self.number}",
            "feed": "wire",
            "guid": f"g{self.number}",
            "publisher": f"Paper {self.number}",
        }
        values |= {"url": f"https://wire.example/{self.number}", "title": title, "content": text, "language": "en"}
        values |= {"family": f"paper {self.number}", "first_seen": at, "published": at}
        item = Item(**{**values, **more})  # type: ignore[arg-type]  # fields by name, of many types
        self.store.record_check(
            FeedCheck(feed="wire", at=at, state=state(at=at), items=(item,), matches={item.id: (match(),)})
        )
        self.update(at)
        return item

    def update(self, at: datetime) -> StoryUpdate:
        update = update_topic(self.desk, self.store, at)
        for alert in update.alerts:
            self.store.record_attempt(Attempt(alert=alert.id, at=at, receipt="ok"))
        self.made.append(update)
        return update

    def wait(self, until: datetime) -> list[Development]:
        """Lets everything happen that falls due before then; what the clock alone made."""
        found: list[Development] = []
        while (due := self.store.next_due()) is not None and due <= until:
            found += self.update(due).developments
            assert self.store.next_due() != due, "the clock does not go on"
        return found
