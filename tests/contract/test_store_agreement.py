"""The store that keeps answers ready and the one that works them out agree, whatever happens in whatever order."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from fakes import MemoryStore
from store_values import (
    CHAT,
    DESK,
    DIGEST,
    NOON,
    after,
    alert,
    check,
    decision,
    development,
    failed,
    feed,
    item,
    judgement,
    moved,
    sent,
    update,
)

from monitor.model import FeedCheck, Reason, StoryUpdate, Subscription
from monitor.store.sqlite import SqliteStore

SUBSCRIPTIONS = (DESK, DIGEST, CHAT, Subscription(id="guyana", topic="guyana", channel="chat"))
TOPICS = ((), ("venezuela",), ("guyana",), ("guyana", "venezuela"))
STEPS = (
    "poll",
    "poll",
    "judge",
    "judge",
    "decide",
    "decide",
    "decide",
    "deliver",
    "deliver",
    "move",
    "mute",
    "subscribe",
    "forget",
    "again",
)


def steps(seed: int, count: int) -> list[tuple[str, int]]:
    """A day of a newsroom: the same for the same seed. Long ones find what short ones do not."""
    dice = random.Random(seed)
    return [(dice.choice(STEPS), dice.randrange(10**6)) for _ in range(count)]


class Newsroom:
    """Plays the same steps on several stores; every choice is made from the step's number and what the first store says."""

    def __init__(self, *stores: Any) -> None:
        self.stores, self.minutes, self.items, self.last = stores, 0, 0, None
        self.all("put_feeds", [feed()], NOON)
        self.all("put_subscriptions", [DESK], NOON)

    def all(self, method: str, *arguments: Any) -> Any:
        answers = [getattr(store, method)(*arguments) for store in self.stores]
        assert answers.count(answers[0]) == len(answers), method
        return answers[0]

    def step(self, name: str, number: int) -> None:
        self.minutes += number % 3
        getattr(self, name)(number)

    def record(self, work: FeedCheck | StoryUpdate) -> None:
        self.last = work
        self.all("record_check" if isinstance(work, FeedCheck) else "record_update", work)

    def again(self, number: int) -> None:
        if self.last:
            self.record(self.last)

    def poll(self, number: int) -> None:
        self.items += 1
        came = item(f"i{self.items}", minutes=self.minutes - number % 5, guid=f"g{number % 4}", live=number % 7 > 0)
        self.record(check(came, topics=TOPICS[number % 4], at=after(self.minutes), tombstones=(came.id,)))

    def judge(self, number: int) -> None:
        topic = ("venezuela", "guyana")[number % 2]
        waiting = self.all("pending", topic, 3)
        made = [self._judged(topic, one.id, number + place) for place, (one, _) in enumerate(waiting)]
        keep = made if number % 5 else made[1:]
        skipped = tuple(one.item for one in made[: len(made) - len(keep)])
        self.record(replace(update(*keep, minutes=self.minutes, skipped=skipped), topic=topic))

    def _judged(self, topic: str, of: str, number: int) -> Any:
        story = f"{topic}-{number % 3}"
        said = [
            development(f"d-{topic}-{of}-{one}", of=of, story=story, topic=topic, minutes=self.minutes - one)
            for one in range(number % 4)
        ]
        return judgement(
            of,
            story,
            topic=topic,
            minutes=self.minutes,
            developments=said,
            origin=f"o{number % 2}",
            new_story=number % 11 == 0,
        )

    def decide(self, number: int) -> None:
        subscription = SUBSCRIPTIONS[number % 4]
        owed = self.all("owed", subscription)
        parts: list[list[Any]] = [owed[place::3] for place in range(3)]
        decisions, alerts = [], []
        for place, part in enumerate(one for one in parts if one):
            ids, what = tuple(one.id for one in part), (number // 7 + place) % 4
            base = decision(subscription, ids, minutes=self.minutes, story=part[0].story)
            if what == 0:
                name = f"a-{subscription.channel}-{'-'.join(ids)}"
                decisions.append(replace(base, reason=Reason.DEVELOPMENT, alert=name))
                more = {"channel": subscription.channel, "subscription": subscription.id, "topic": subscription.topic}
                alerts.append(alert(name, ids, minutes=self.minutes, story=part[0].story, **more))
            elif what == 1:
                decisions.append(replace(base, reason=Reason.NOT_WANTED, settles=True))
            else:
                until = after(self.minutes + number % 90) if what == 2 else None
                decisions.append(replace(base, reason=Reason.GAP, until=until))
        self.record(
            StoryUpdate(
                topic=subscription.topic, at=after(self.minutes), decisions=tuple(decisions), alerts=tuple(alerts)
            )
        )

    def deliver(self, number: int) -> None:
        for place, one in enumerate(self.all("due_alerts", after(self.minutes), timedelta(seconds=number % 200), 3)):
            kind = (number + place) % 4
            if kind < 3:
                outcomes = (sent, failed, lambda name, minutes: failed(name, minutes=minutes, retry=self.minutes + 5))
                asked = after(self.minutes + number % 7) if kind == 2 else None
                tried = outcomes[kind](one.id, minutes=self.minutes)
                self.all("record_attempt", replace(tried, not_before=asked, root="" if kind else f"C1/{number}"))
        dead = self.all("alerts", "dead")
        if dead and number % 3 == 0:
            self.all("retry_alert", dead[0].id, after(self.minutes))

    def move(self, number: int) -> None:
        stories = self.all("stories", "venezuela")
        if stories:
            source, target = stories[0].id, f"venezuela-{number % 4}"
            inside = [one.id for one, _ in self.all("story_items", source)]
            if source != target:
                by = ("merge", "split", "repair")[number % 3]
                self.all("record_edit", moved(source, target, inside[number % 2 :], by=by, minutes=self.minutes))

    def mute(self, number: int) -> None:
        self.all(
            "mute", f"venezuela-{number % 3}", after(self.minutes + 9) if number % 2 else None, after(self.minutes)
        )

    def subscribe(self, number: int) -> None:
        chosen = [one for place, one in enumerate(SUBSCRIPTIONS) if number >> place & 1]
        moving = [replace(one, channel="desk") if number % 5 == 0 else one for one in chosen]
        self.all("put_subscriptions", moving, after(self.minutes))

    def forget(self, number: int) -> None:
        self.all("forget", after(self.minutes - 20))

    def compare(self) -> None:
        """Every question that a step or a door asks."""
        now = after(self.minutes)
        self.all("counts")
        self.all("due_topics", now)
        self.all("next_due")
        self.all("feeds")
        self.all("alerts")
        self.all("edits")
        self.all("mutes")
        self.all("versions", "wire", ["g0", "g1", "g2", "g3"])
        self.all("search", "headline of i1", 1)
        items = [one.id for one in self.stores[0].items()]
        assert items == [one.id for one in self.stores[1].items()]
        self.all("known", "wire", [*items, "never"])
        for one in items:
            self.all("judgements", one)
            self.all("item", one)
        for topic in ("venezuela", "guyana"):
            self.all("pending", topic)
            self.all("remembered", topic, NOON)
            self.all("remembered", topic, NOON, 2)
            self._compare_stories(topic)
        for subscription in SUBSCRIPTIONS:
            for question in ("began", "last_digest"):
                self.all(question, subscription.id)
            self.all("owed", subscription)
            self.all("sent_since", subscription.id, NOON)

    def _compare_stories(self, topic: str) -> None:
        names = [f"{topic}-{number}" for number in range(4)]
        self.all("stories", topic)
        for name in names:
            for question in ("story", "story_items", "facts", "alerts_of"):
                self.all(question, name)
        for channel in ("desk", "chat"):
            self.all("told", channel, names)
            for name in names:
                self.all("alerts_of", name, channel)
            self.all("not_before", channel, after(self.minutes))
        said = [one.id for name in names for one in self.stores[0].developments(story=name)]
        for store_answers in zip(*(store.decisions(developments=said) for store in self.stores), strict=True):
            assert store_answers[0] == store_answers[1]


@pytest.mark.parametrize("seed", range(16))
def test_both_stores_agree_after_every_step(seed: int):
    with closing(SqliteStore.open(":memory:", durable=False)) as store:
        newsroom = Newsroom(store, MemoryStore())
        for name, number in steps(seed, 60):
            newsroom.step(name, number)
            newsroom.compare()
        assert store.check() == []


@pytest.mark.parametrize("seed", range(100, 108))
def test_nothing_owed_is_lost(seed: int):
    """Every development since a subscription began is owed, promised, told or settled: never none of these."""
    with closing(SqliteStore.open(":memory:", durable=False)) as store:
        newsroom = Newsroom(store)
        for name, number in steps(seed, 120):
            if name != "subscribe":
                newsroom.step(name, number)
        known = {
            one
            for told in store.told("desk", [one.id for one in store.stories()]).values()
            for one in told.developments | told.promised
        }
        owed = {one.id for one in store.owed(DESK)}
        every = {one.id for one in store.developments() if one.topic == DESK.topic}
        settled = {
            one
            for made in store.decisions(developments=every)
            if made.settles and made.subscription == DESK.id
            for one in made.developments
        }
        assert every <= known | owed | settled
        assert not known & owed
