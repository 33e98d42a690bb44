"""What a topic as a whole says, and no single item: that it is suddenly everywhere, or that a whole day was silent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.alerts.decide import day_start
from monitor.alerts.heartbeat import heartbeat, silent_since, was_silent
from monitor.alerts.spikes import NAMED, WEEK, Arrival, spike, spike_alert
from monitor.model import Alert
from monitor.pipeline.updating import Desk
from monitor.ports import Store


def watch_topic(desk: Desk, store: Store, now: datetime) -> list[Alert]:
    """Looks at a topic as a whole, after its decisions were made; the alerts that came of it."""
    return [*watch_for_spikes(desk, store, now), *watch_for_silence(desk, store, now)]


def watch_for_spikes(desk: Desk, store: Store, now: datetime) -> list[Alert]:
    """Tells a topic's subscriptions once a day that it is suddenly everywhere; the alerts that were made."""
    found = spike([Arrival(*one) for one in store.arrivals(desk.topic.id, now - WEEK)], now)
    if found is None:
        return []
    stories = {one: story for one in found.stories[:NAMED] if (story := store.story(one)) is not None}
    made = []
    for subscription in desk.subscriptions:
        sent_today = store.sent_since(subscription.id, day_start(subscription, now))
        made.append(spike_alert(found, subscription, desk.topic, stories, sent_today, now))
    return _put(made, store)


def watch_for_silence(desk: Desk, store: Store, now: datetime) -> list[Alert]:
    """Ends a day without any message with a sign of life, for the subscriptions that want one; the alerts that were made."""
    made = []
    for subscription in desk.subscriptions:
        since = silent_since(subscription, store.began(subscription.id) or now, now)
        if since is None:
            continue
        interruptions, digest = store.sent_since(subscription.id, since), store.last_digest(subscription.id)
        if was_silent(subscription, since, interruptions, digest):
            held = len(store.owed(subscription))
            made.append(heartbeat(subscription, desk.topic, store.feeds(), since, held, now))
    return _put(made, store)


def _put(alerts: Iterable[Alert | None], store: Store) -> list[Alert]:
    """Owes those that were not owed before."""
    fresh = [one for one in alerts if one is not None and store.alert(one.id) is None]
    for one in fresh:
        store.put_alert(one)
    return fresh
