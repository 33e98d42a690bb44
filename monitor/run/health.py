"""What a person should know of the monitor itself: each event becomes one message to the system's channel, once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from monitor.model import Alert, Event, FeedState, Message, make_id
from monitor.ports import Store

#: older events are history, not news
FRESH = timedelta(days=3)


def system_alerts(store: Store, channel: str, now: datetime) -> list[Alert]:
    """The messages that the system's channel is owed; ids are made from the events, so that each is put only once."""
    _watch_baseline(store, now)
    if not channel:
        return []
    return [_alert(event, channel) for event in store.events(now - FRESH) if store.alert(_id(event, channel)) is None]


def _id(event: Event, channel: str) -> str:
    return make_id("al", "system", event.id, channel)


def _alert(event: Event, channel: str) -> Alert:
    return Alert(
        id=_id(event, channel),
        key=_id(event, channel),
        channel=channel,
        subscription="system",
        topic="",
        story=None,
        mode="system",
        developments=(),
        message=Message(title=event.text, lines=(), mode="system"),
        created=event.at,
        send_after=event.at,
    )


def _watch_baseline(store: Store, now: datetime) -> None:
    """A new feed is a silent baseline; once every new feed was tried, one summary says what is being watched."""
    states = [state for _, state in store.feeds()]
    if any(state.checked_at is None for state in states):
        return
    reported = {feed for event in store.events() if event.kind == "baseline" for feed in event.about.split()}
    fresh = [state for state in states if state.baseline_done and state.feed not in reported]
    if fresh:
        store.record_events([_baseline(fresh, states, store.counts().get("items", 0), now)])


def _baseline(fresh: Iterable[FeedState], states: list[FeedState], items: int, now: datetime) -> Event:
    about = " ".join(sorted(state.feed for state in fresh))
    answered = sum(state.baseline_done for state in states)
    text = f"Watching {answered} of {len(states)} feeds; {items} items were there before and are no news. From now on you hear what is new."
    return Event(id=make_id("e", "baseline", about), at=now, kind="baseline", about=about, text=text)
