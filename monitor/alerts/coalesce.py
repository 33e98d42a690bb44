"""After an outage: one digest in the place of many messages that came too late to interrupt.

An alert that has waited for half an hour is news no more, and a channel that comes back is not to be flooded with what it missed.
Nothing is lost: the digest promises every development of the alerts it replaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.alerts.render.message import digest_title, undelivered
from monitor.model import Alert, Line, Message, make_id

#: an alert that is owed for longer joins the others of its channel
STALE = timedelta(minutes=30)


def coalesce(owed: Iterable[Alert], now: datetime) -> list[tuple[Alert, tuple[str, ...]]]:
    """Of these owed alerts: for each subscription with two stale ones or more, the digest and the ids that it replaces.

    The digest keeps the oldest one's age, so that 72 h of outage are 72 h, and the latest time that a peer asked us to wait for.
    """
    waiting: dict[tuple[str, str], list[Alert]] = {}
    for alert in owed:
        news = bool(alert.developments) or alert.mode == "system"
        if news and alert.state == "owed" and now - alert.created >= STALE:
            waiting.setdefault((alert.channel, alert.subscription), []).append(alert)
    return [(_digest(group, now), tuple(one.id for one in group)) for group in waiting.values() if len(group) > 1]


def _digest(alerts: Sequence[Alert], now: datetime) -> Alert:
    newest = max(alerts, key=lambda one: (one.created, one.id))
    told = _by_story(alerts)
    shown = [development for pairs in told.values() for development, _ in pairs]
    # Whatever was promised stays promised, also where it had no line of its own.
    developments = tuple(dict.fromkeys([*shown, *(development for one in alerts for development in one.developments)]))
    stories = [story for story, pairs in told.items() if pairs]
    key = (newest.channel, *sorted(one.id for one in alerts))
    return replace(
        newest,
        id=make_id("al", "digest", *key),
        key=make_id("k", "digest", *key),
        mode="system" if newest.mode == "system" else "digest",
        story=stories[0] if len(stories) == 1 else None,
        developments=developments,
        message=_of_the_system(alerts)
        if newest.mode == "system"
        else _message(alerts, newest.message, [line for pairs in told.values() for _, line in pairs], now),
        created=min(one.created for one in alerts),
        send_after=max(one.send_after for one in alerts),
        attempts=max(one.attempts for one in alerts),
        error=newest.error,
    )


def _by_story(alerts: Sequence[Alert]) -> dict[str, list[tuple[str, Line]]]:
    """Each development with its line, the story with the newest alert first, each development once."""
    told: dict[str, list[tuple[str, Line]]] = {}
    seen: set[str] = set()
    for alert in sorted(alerts, key=lambda one: (one.created, one.id), reverse=True):
        for development, line in zip(alert.developments, alert.message.lines, strict=False):
            if development not in seen:
                seen.add(development)
                told.setdefault(line.story, []).append((development, line))
    return told


def _message(alerts: Sequence[Alert], newest: Message, lines: Sequence[Line], now: datetime) -> Message:
    standing: dict[str, str] = {}
    for alert in sorted(alerts, key=lambda one: (one.created, one.id)):
        stories = dict.fromkeys(line.story for line in alert.message.lines)
        standing.update(zip(stories, alert.message.standing, strict=False))
    since = min(one.created for one in alerts)
    zone = next((line.at.tzinfo for line in lines if line.at), now.tzinfo)
    late = undelivered(len(lines), since.astimezone(zone), now.astimezone(zone), newest.language)
    order = dict.fromkeys(line.story for line in lines)
    return replace(
        newest,
        title=digest_title(newest.topic, len(order), len(lines), newest.language),
        lines=tuple(lines),
        standing=(*(standing.get(story, "") for story in order), late),
        mode="digest",
    )


def _of_the_system(alerts: Sequence[Alert]) -> Message:
    """What the monitor had to say of itself, a line each, oldest first."""
    said: list[str] = []
    for alert in sorted(alerts, key=lambda one: (one.created, one.id)):
        said += alert.message.standing or (f"{alert.created:%Y-%m-%d %H:%M}Z {alert.message.title}",)
    return Message(title=f"{len(said)} reports on the monitor itself", lines=(), standing=tuple(said), mode="system")
