"""What the three steps record, each in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.feeds import FeedState
from monitor.model.news import Asleep, Development, Expectation, Item, Judgement, Match, Moved
from monitor.model.telling import Alert, Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedCheck:
    """The outcome of one poll. The validators travel in the same transaction as the items they vouch for."""

    feed: str
    at: datetime
    state: FeedState
    items: tuple[Item, ...] = ()
    #: per item id: the topics that want it (with at least a mention), and why
    matches: Mapping[str, tuple[Match, ...]] = field(default_factory=dict)
    #: hashes of every entry the poll carried, kept for ever: what vanished and returns stays known
    tombstones: tuple[str, ...] = ()
    entries: int = 0
    events: tuple[Event, ...] = ()

    @property
    def error(self) -> str:
        """What went wrong, in words for a person; "" if nothing did."""
        return self.state.error


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something about the monitor's own health that a person should know once: "feed failing", "recovered", "channel dead"."""

    id: str
    at: datetime
    #: "failing", "recovered", "silent", "moved", "retired", "html", "flood", "baseline", "channel", "disk", "clock", …
    kind: str
    #: the feed's or channel's id
    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryUpdate:
    """The outcome of one `update_topic`: judgements in order, repairs, decisions and the alerts they made."""

    topic: str
    at: datetime
    judgements: tuple[Judgement, ...] = ()
    moved: tuple[Moved, ...] = ()
    #: stories that left the topic's memory
    asleep: tuple[Asleep, ...] = ()
    #: items that were looked at and make no news (below min_relevance, baseline)
    skipped: tuple[str, ...] = ()
    #: what the clock alone made: due, overdue; and what became of the expectations that it asked about
    developments: tuple[Development, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    decisions: tuple[Decision, ...] = ()
    alerts: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver one alert. Without an error it is the proof of delivery, and what was promised becomes told."""

    alert: str
    at: datetime
    error: str = ""
    permanent: bool = False
    #: when to try again; None when it is final
    retry_at: datetime | None = None
    receipt: str = ""
    #: until when the channel is to be left alone, whatever there is to send; None where nobody asked for that
    not_before: datetime | None = None
    #: `Receipt.root`
    root: str = ""
