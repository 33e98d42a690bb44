"""Small values for the store's contract: the least that a test has to say about a feed, an item, a story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    Attempt,
    Decision,
    Development,
    Fact,
    Feed,
    FeedCheck,
    FeedState,
    Item,
    Judgement,
    Kind,
    Line,
    Match,
    Message,
    Moved,
    Reason,
    Span,
    StoryUpdate,
    Subscription,
    Term,
)
from monitor.ports import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DESK = Subscription(id="desk-now", topic="venezuela", channel="desk")
DIGEST = Subscription(id="desk-digest", topic="venezuela", channel="desk", send="digest")
CHAT = Subscription(id="chat-now", topic="venezuela", channel="chat")


def after(minutes: float) -> datetime:
    return NOON + minutes * MINUTE


def feed(ident: str = "wire", /, **more: Any) -> Feed:
    return Feed(**{"id": ident, "url": f"https://{ident}.example/rss", "name": ident.title(), "family": ident, **more})


def state(name: str = "wire", at: datetime = NOON, **more: Any) -> FeedState:
    return FeedState(**{"feed": name, "check_after": at, "baseline_done": True, **more})


def item(name: str = "i1", *, minutes: float = 0, **more: Any) -> Item:
    values = {
        "id": name,
        "feed": "wire",
        "guid": f"guid-{name}",
        "url": f"https://wire.example/{name}",
        "title": f"Headline of {name}",
        "content": f"The ministry said that five boats left the port. ({name})",
        "publisher": "Wire",
        "family": "wire",
        "first_seen": after(minutes),
    }
    return Item(**{**values, **more})


def match(topic: str = "venezuela", score: float = 0.9) -> Match:
    return Match(
        topic=topic,
        score=score,
        terms=(Term(term="port", field="content", start=41, end=45),),
        reasons=("in the title",),
    )


def check(*items: Item, topics: Sequence[str] = ("venezuela",), **more: Any) -> FeedCheck:
    at = more.pop("at", max((one.first_seen for one in items), default=NOON))
    values = {
        "feed": "wire",
        "at": at,
        "state": state(at=at),
        "items": items,
        "matches": {one.id: tuple(map(match, topics)) for one in items},
    }
    return FeedCheck(**{**values, **more})


def development(
    name: str = "d1", *, of: str = "i1", story: str = "st1", minutes: float = 0, **more: Any
) -> Development:
    values = {
        "id": name,
        "topic": "venezuela",
        "story": story,
        "item": of,
        "kind": Kind.FIGURE,
        "at": after(minutes),
        "span": Span(item=of, field="content", start=0, end=12),
        "text": f"five boats left ({name})",
        "old": 3,
        "new": 5,
        "origins": ("wire",),
        "importance": 0.8,
        "terms": {"novelty": 0.5},
    }
    return Development(**{**values, **more})


def fact(name: str = "fa1", *, of: str = "i1", story: str = "st1", minutes: float = 0, **more: Any) -> Fact:
    values = {
        "id": name,
        "story": story,
        "item": of,
        "kind": Kind.FIGURE,
        "at": after(minutes),
        "span": Span(item=of, field="content", start=0, end=12),
        "text": "five boats",
        "origin": "wire",
        "noun": "boats",
        "value": 5.0,
    }
    return Fact(**{**values, **more})


def judgement(
    of: str = "i1", story: str = "st1", *, minutes: float = 0, developments: Sequence[Development] = (), **more: Any
) -> Judgement:
    values = {
        "item": of,
        "topic": "venezuela",
        "story": story,
        "new_story": False,
        "copy_of": None,
        "origin": "wire",
        "headline": f"Headline of {of}",
        "at": after(minutes),
        "developments": tuple(developments),
        "memory": b"\x00memory of " + of.encode(),
        "terms": {"words": 0.7},
    }
    return Judgement(**{**values, **more})


def update(*judgements: Judgement, minutes: float = 0, **more: Any) -> StoryUpdate:
    return StoryUpdate(**{"topic": "venezuela", "at": after(minutes), "judgements": judgements, **more})


def decision(
    subscription: Subscription = DESK, developments: Sequence[str] = ("d1",), *, minutes: float = 0, **more: Any
) -> Decision:
    values = {
        "subscription": subscription.id,
        "channel": subscription.channel,
        "story": "st1",
        "reason": Reason.SETTLING,
        "developments": tuple(developments),
        "at": after(minutes),
    }
    return Decision(**{**values, **more})


def alert(name: str = "a1", developments: Sequence[str] = ("d1",), *, minutes: float = 0, **more: Any) -> Alert:
    line = Line(
        story="st1", headline="Five boats", kind="figure", text="five boats left", old="3", new="5", at=after(minutes)
    )
    values = {
        "id": name,
        "key": f"key-{name}",
        "channel": "desk",
        "subscription": DESK.id,
        "topic": "venezuela",
        "story": "st1",
        "mode": "now",
        "developments": tuple(developments),
        "message": Message(title="Five boats left", lines=(line,), standing=("one outlet",)),
        "created": after(minutes),
        "send_after": after(minutes),
    }
    return Alert(**{**values, **more})


def sent(name: str = "a1", *, minutes: float = 1) -> Attempt:
    return Attempt(alert=name, at=after(minutes), receipt="250 ok")


def failed(name: str = "a1", *, minutes: float = 1, retry: float | None = None, permanent: bool = False) -> Attempt:
    return Attempt(
        alert=name,
        at=after(minutes),
        error="550 no",
        permanent=permanent,
        retry_at=None if retry is None else after(retry),
    )


def moved(source: str, target: str, items: Sequence[str], *, by: str = "merge", minutes: float = 0) -> Moved:
    return Moved(topic="venezuela", items=tuple(items), source=source, target=target, by=by, at=after(minutes))


def newsroom(
    store: Any, subscriptions: Sequence[Subscription] = (DESK,), items: int = 1, developments: int = 1
) -> None:
    """Some items of one feed, judged into story st1; i1 has d1 d2 …, i2 has d1-2 …"""
    store.put_feeds([feed()], NOON)
    store.put_subscriptions(subscriptions, NOON)
    for number in range(1, items + 1):
        name = f"i{number}"
        said = [
            development(f"d{one}" if number == 1 else f"d{one}-{number}", of=name, minutes=number)
            for one in range(1, developments + 1)
        ]
        store.record_check(check(item(name, minutes=number)))
        known = (fact(f"fa-{name}", of=name, minutes=number),)
        store.record_update(
            update(
                judgement(name, minutes=number, developments=said, new_story=number == 1, facts=known), minutes=number
            )
        )


def owed(store: Store, subscription: Subscription = DESK) -> list[str]:
    return [one.id for one in store.owed(subscription)]


def promised(store: Store, *developments: str, name: str = "a1", minutes: float = 1) -> None:
    made = decision(developments=developments, reason=Reason.FIRST_REPORT, alert=name, minutes=minutes)
    store.record_update(
        update(minutes=minutes, decisions=(made,), alerts=(alert(name, developments, minutes=minutes),))
    )
