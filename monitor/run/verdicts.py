"""A reader's verdict on an alert: kept, and acted on. For every door by which a reader may say something."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.feedback import Verdict
from monitor.model import Feedback, make_id
from monitor.ports import Store

#: how long a story is muted by a reader
MUTE = timedelta(hours=24)


def say(store: Store, alert: str, verdict: Verdict, now: datetime) -> Feedback | None:
    """Records what a reader says of an alert, and mutes its story if that was it. None where there is no such alert."""
    found = store.alert(alert)
    if found is None:
        return None
    said = Feedback(
        id=make_id("fb", alert, verdict),
        at=now,
        alert=alert,
        subscription=found.subscription,
        topic=found.topic,
        story=found.story,
        verdict=str(verdict),
    )
    store.record_feedback(said)
    if verdict is Verdict.MUTE and found.story:
        store.mute(found.story, now + MUTE, now)
    return said


def unsay(store: Store, feedback: str, now: datetime) -> Feedback | None:
    """Takes a verdict back, with what it did. None where there is none of this id that stands."""
    found = next((one for one in store.feedback(limit=100_000) if one.id == feedback), None)
    if found is None or not store.undo_feedback(feedback):
        return None
    if found.verdict == Verdict.MUTE and found.story:
        store.mute(found.story, None, now)
    return found
