"""A topic that is suddenly everywhere: three times as many reports as usual, from several origins, is an alert of its own.

The usual is the busiest quarter of the hours of the last week (a mean would call every morning a spike), and a topic is known for
two days at least before anything is called unusual. Once a local day and subscription, within its budget and never in quiet hours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from monitor.alerts.calendar import local_date, quiet_until
from monitor.alerts.notice import notice
from monitor.alerts.render.safe import clip
from monitor.alerts.render.words import counted, word
from monitor.model import Alert, Line, Message, Story, Subscription, Topic, make_id
from monitor.text.normal import squeeze, visible

HOUR = timedelta(hours=1)
#: how far back the usual is measured, and how much of that must be known
WEEK, KNOWN = timedelta(days=7), timedelta(days=2)
TIMES = 3
LEAST_REPORTS, LEAST_ORIGINS = 9, 3
#: stories named in the message
NAMED = 3


class Arrival(NamedTuple):
    """One item of a topic: when it was judged, from which origin, of which story."""

    at: datetime
    origin: str
    story: str


@dataclass(frozen=True, slots=True)
class Spike:
    """How many reports came in the last hour, how many are usual, from how many origins, of which stories (most first)."""

    reports: int
    usual: int
    origins: int
    stories: tuple[str, ...]


def spike(arrivals: Sequence[Arrival], now: datetime) -> Spike | None:
    """Whether the last hour is unusual, given the arrivals of the last `WEEK` in any order."""
    recent = [one for one in arrivals if now - HOUR < one.at <= now]
    before = [one for one in arrivals if now - WEEK < one.at <= now - HOUR]
    origins = {one.origin for one in recent}
    if len(recent) < LEAST_REPORTS or len(origins) < LEAST_ORIGINS or not before:
        return None
    began = min(one.at for one in before)
    hours = int((now - HOUR - began) / HOUR)
    if now - began < KNOWN or hours < 1:
        return None
    counts = Counter(int((now - HOUR - one.at) / HOUR) for one in before)
    usual = sorted(counts.get(hour, 0) for hour in range(hours))[int(0.75 * (hours - 1))]
    if len(recent) < TIMES * max(usual, 1):
        return None
    stories = Counter(one.story for one in recent).most_common()
    return Spike(len(recent), usual, len(origins), tuple(story for story, _ in stories))


def spike_alert(
    found: Spike, subscription: Subscription, topic: Topic, stories: Mapping[str, Story], sent_today: int, now: datetime
) -> Alert | None:
    """The message for one subscription; None where it may not be interrupted. Made twice in a local day it is one: see its id."""
    quiet = quiet_until(subscription.quiet, now, subscription.timezone)
    if subscription.send != "now" or quiet or sent_today >= subscription.max_per_day:
        return None
    key = make_id("k", "spike", subscription.id, local_date(now, subscription.timezone))
    message = _message(found, subscription, topic, stories)
    return notice(key, message, subscription, topic, "now", now)


def _message(found: Spike, subscription: Subscription, topic: Topic, stories: Mapping[str, Story]) -> Message:
    language, zone = subscription.language, ZoneInfo(subscription.timezone)
    name = clip(squeeze(visible(topic.name)), 60)
    much = f"{counted(found.reports, 'report', 'reports', language)} / h ({word('usual', language)} {found.usual})"
    sources = counted(found.origins, "source", "sources", language)
    named = [stories[story] for story in found.stories[:NAMED] if story in stories]
    lines = tuple(
        Line(
            story=story.id,
            headline=clip(squeeze(visible(story.headline)), 90),
            kind="spike",
            what=counted(story.items, "report", "reports", language),
            # Of several stories each has its headline above it.
            text=clip(squeeze(visible(story.headline)), 200) if len(named) == 1 else "",
            who=", ".join(clip(squeeze(visible(origin)), 40) for origin in story.origins[:4]),
            at=story.updated.astimezone(zone),
        )
        for story in named
    )
    return Message(
        title=f"{name}: {word('spike', language)}: {much}, {sources}", lines=lines, language=language, topic=topic.name
    )
