"""Small news for tests of alerts: a development, a story and a view with sensible defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.alerts.decide import View
from monitor.model import Alert, Development, Kind, Line, Message, Span, Story, Subscription, Told, Topic

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOPIC = Topic(id="venezuela", name="Venezuela and the Caribbean", query="venezuela")


def development(
    identity: str = "d1", kind: Kind = Kind.FACT, text: str = "The port was closed.", **more
) -> Development:
    given = {"importance": 0.8, "novelty": 0.9, "origins": ("EFE",), "publisher": "Diario del Puerto", "at": NOON}
    given |= {"story": "st_1", "url": "https://puerto.example/a", "topic": TOPIC.id, "item": f"i_{identity}"} | more
    return Development(
        id=identity,
        kind=kind,
        text=text,
        span=Span(item=given["item"], field="content", start=0, end=len(text)),
        **given,
    )


def toll(identity: str, old: float | None, new: float, **more) -> Development:
    return development(
        identity, Kind.FIGURE, f"{new:g} people have died.", **{"noun": "dead", "old": old, "new": new} | more
    )


def story(identity: str = "st_1", headline: str = "Boat strike off La Guaira", **more) -> Story:
    given = {"created": NOON, "updated": NOON, "items": 3, "origins": ("EFE", "AP")} | more
    return Story(id=identity, topic=TOPIC.id, headline=headline, **given)


def subscription(**more) -> Subscription:
    given = {
        "id": "venezuela/desk",
        "topic": TOPIC.id,
        "channel": "desk",
        "settle": timedelta(0),
        "timezone": "UTC",
    } | more
    return Subscription(**given)


def view(
    owed: Iterable[Development],
    *,
    sub: Subscription | None = None,
    stories: Iterable[Story] = (),
    told: Iterable[Development] = (),
    **more,
) -> View:
    """`told` are developments that the channel has; an hour ago unless `told_at` says otherwise."""
    sub, owed, told = sub or subscription(), tuple(owed), tuple(told)
    told_at = more.pop("told_at", NOON - timedelta(hours=1))
    known = {one.id: one for one in stories} or {one.story: story(one.story) for one in (*owed, *told)}
    heard = {
        name: Told(
            channel=sub.channel,
            story=name,
            developments=frozenset(one.id for one in told if one.story == name),
            last_at=told_at,
        )
        for name in {one.story for one in told}
    }
    given = {"sent_today": 0, "last_digest": None, "began": NOON - timedelta(days=30)} | more
    given["told"] = heard | given.get("told", {})
    return View(
        subscription=sub,
        topic=TOPIC,
        owed=owed,
        stories=known,
        told_developments={one.id: one for one in told},
        **given,
    )


def alert(message: Message | None = None, **more) -> Alert:
    message = message or Message(
        title="Boat strike off La Guaira: dead 3 → 5 (EFE)", lines=(line(),), standing=("3 reports",), topic=TOPIC.name
    )
    given = {
        "id": "al_1",
        "key": "k_1",
        "channel": "desk",
        "subscription": "venezuela/desk",
        "topic": TOPIC.id,
        "story": "st_1",
        "mode": "now",
    }
    given |= {"developments": ("d1",), "created": NOON, "send_after": NOON} | more
    return Alert(message=message, **given)


def line(**more) -> Line:
    given = {
        "story": "st_1",
        "headline": "Boat strike off La Guaira",
        "kind": "figure",
        "text": "Five people have died.",
        "what": "dead 3 → 5",
    }
    given |= {
        "who": "Diario del Puerto",
        "status": "reported",
        "url": "https://puerto.example/a",
        "at": NOON,
        "old": "3",
        "new": "5",
        "noun": "dead",
    }
    return Line(**{**given, "origins": ("EFE",), **more})


def later(one: Development, **by) -> Development:
    return replace(one, at=one.at + timedelta(**by))
