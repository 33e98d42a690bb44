"""A story's living message: what one channel knows of a story by now, in one message that is edited in place.

It says nothing that its reader was not told in a message of its own: a silent edit tells nobody anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.alerts.chains import chain, superseded
from monitor.alerts.render.message import coverage, line_of
from monitor.alerts.render.safe import clip
from monitor.alerts.render.words import moment, word
from monitor.model import Development, Kind, Message, Story, Subscription
from monitor.text.normal import squeeze, visible

#: lines of it; older ones stand in the messages of their own
MOST = 8
TITLE = 140


def living(told: Sequence[Development], story: Story, subscription: Subscription, topic: str, now: datetime) -> Message:
    """What stands of all that was told (oldest first) of a story: the last link of each chain, then the newest of the rest."""
    language, zone = subscription.language, ZoneInfo(subscription.timezone)
    replaced = superseded(told)
    gone = [one for one in told if one.id in replaced]
    standing = [one for one in told if one.id not in replaced and one.kind is not Kind.SOURCE]
    chosen = sorted(standing, key=lambda one: (chain(one) is None, -one.at.timestamp(), one.id))[:MOST]
    when = now.astimezone(zone)
    return Message(
        title=f"{clip(squeeze(visible(story.headline)), TITLE)} · {word('as_of', language)} {moment(when, language)}",
        lines=tuple(line_of(one, story, gone, language, zone) for one in chosen),
        standing=(coverage(story, language),),
        language=language,
        topic=topic,
        mode="digest",  # its lines are of several days
    )
