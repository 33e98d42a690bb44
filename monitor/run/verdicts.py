"""A reader's verdict on an alert: kept, and acted on. For every door by which a reader may say something."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.alerts.feedback import Verdict
from monitor.model import Alert, Feedback, Moved, make_id
from monitor.ports import Store
from monitor.run.editing import put_back, take_out

#: how long a story is muted by a reader
MUTE = timedelta(hours=24)


def say(store: Store, alert: str, verdict: Verdict, now: datetime) -> Feedback | None:
    """Records what a reader says of an alert, and does it. None where there is no such alert.

    A muted story is held for a day; in the wrong story, the reports behind the alert become a story of their own.
    """
    found = store.alert(alert)
    if found is None:
        return None
    before = standing(store, alert, verdict)
    if before and verdict is Verdict.WRONG_STORY:
        return before  # its reports are out of the story, and come back with this very verdict
    said = Feedback(
        id=feedback_id(alert, verdict),
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
    if verdict is Verdict.WRONG_STORY and (story := store.story(found.story or "")):
        take_out(store, story, _reports(store, found), now)
    return said


def unsay(store: Store, feedback: str, now: datetime) -> Feedback | None:
    """Takes a verdict back, with what it did. None where there is none of this id that stands."""
    found = next((one for one in store.feedback(limit=100_000) if one.id == feedback), None)
    if found is None or not store.undo_feedback(feedback):
        return None
    if found.verdict == Verdict.MUTE and found.story:
        store.mute(found.story, None, now)
    if found.verdict == Verdict.WRONG_STORY and (split := _split_of(store, found)):
        put_back(store, split, now)
    return found


def feedback_id(alert: str, verdict: Verdict) -> str:
    """One verdict on one alert is one, however often it is said."""
    return make_id("fb", alert, verdict)


def standing(store: Store, alert: str, verdict: Verdict) -> Feedback | None:
    """What was said of an alert and not taken back; None where this was not said."""
    wanted = feedback_id(alert, verdict)
    return next((one for one in store.feedback(limit=100_000) if one.id == wanted and not one.undone), None)


def _reports(store: Store, alert: Alert) -> set[str]:
    return {one.item for one in store.developments(ids=alert.developments)}


def _split_of(store: Store, said: Feedback) -> Moved | None:
    """The split that a verdict made: of reports behind its alert, at the very moment at which it was said."""
    alert = store.alert(said.alert)
    reports = _reports(store, alert) if alert else set()
    edits = [one for one in store.edits(said.topic) if one.by == "split" and one.at == said.at]
    return next((one for one in reversed(edits) if reports & set(one.items)), None)
