"""More than ten times its usual number of new entries in one poll: one notice, all of it stored, and none of it interrupts.

Usual is the median of the last polls that brought something; where too few did, fifty is taken for a flood. After a pause of ours
more is expected, in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from typing import Any

from monitor.model import Event, Feed, FeedState, make_id

TIMES = 10
#: never fewer than this is a flood, and this many are one where nothing is usual yet
LEAST, UNKNOWN = 20, 50
#: polls that are remembered, and of them so many that say what is usual
KEPT, ENOUGH = 20, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Overflow:
    """What a poll's number of new entries means; `event` is None for an ordinary one."""

    measures: Mapping[str, Any] = field(default_factory=dict)
    event: Event | None = None


def flood(feed: Feed, state: FeedState, new: int, now: datetime) -> Overflow:
    """Whether `new` new entries at `now` are a flood. The baseline of a new feed is none."""
    if not state.baseline_done or state.checked_at is None or not new:
        return Overflow()
    counts = [int(one) for one in state.measures.get("new", [])][-KEPT:]
    usual = median(counts) if len(counts) >= ENOUGH else None
    missed = (now - (state.ok_at or now)) / state.interval if state.interval else 1.0
    limit = UNKNOWN if usual is None else max(LEAST, TIMES * usual)
    if new <= limit * max(missed, 1.0):
        return Overflow(measures={"new": [*counts, new][-KEPT:]})
    known = "" if usual is None else f" (usually {usual:g})"
    text = f"{feed.name} brought {new} new entries at once{known}; all are stored, and go to the digest"
    return Overflow(
        event=Event(id=make_id("e", "flood", feed.id, now.isoformat()), at=now, kind="flood", about=feed.id, text=text)
    )
