"""What `fakes.MemoryStore` keeps, and nothing of what it does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from monitor.model import (
    Alert,
    Asleep,
    Attempt,
    Decision,
    Development,
    Event,
    Expectation,
    Fact,
    Feed,
    Feedback,
    FeedState,
    Item,
    Judgement,
    Match,
    Moved,
    Mute,
    PageWatch,
    Push,
    Story,
    Subscription,
)


@dataclass
class Promise:
    """What a channel was promised or told of one development."""

    alert: str
    state: str
    at: datetime


@dataclass
class Kept:
    """Everything by its id, as it was handed in."""

    _feeds: dict[str, Feed] = field(default_factory=dict)
    _states: dict[str, FeedState] = field(default_factory=dict)
    _polled: set[str] = field(default_factory=set)
    _tombstones: set[tuple[str, str]] = field(default_factory=set)
    _pages: dict[str, PageWatch] = field(default_factory=dict)
    _pushes: dict[str, Push] = field(default_factory=dict)
    _events: dict[str, Event] = field(default_factory=dict)
    _items: dict[str, Item] = field(default_factory=dict)
    _feedback: dict[str, Feedback] = field(default_factory=dict)
    _matches: dict[str, dict[str, Match]] = field(default_factory=dict)
    _pending: set[tuple[str, str]] = field(default_factory=set)
    _placements: dict[tuple[str, str], Judgement] = field(default_factory=dict)
    _stories: dict[str, Story] = field(default_factory=dict)
    _merged: dict[str, str] = field(default_factory=dict)
    _developments: dict[str, Development] = field(default_factory=dict)
    _recorded: dict[str, datetime] = field(default_factory=dict)
    _facts: dict[str, Fact] = field(default_factory=dict)
    _expectations: dict[str, Expectation] = field(default_factory=dict)
    _moves: list[Moved] = field(default_factory=list)
    _mutes: list[Mute] = field(default_factory=list)
    _subscriptions: dict[str, Subscription] = field(default_factory=dict)
    _began: dict[str, datetime] = field(default_factory=dict)
    _told: dict[tuple[str, str], Promise] = field(default_factory=dict)
    _settled: set[tuple[str, str]] = field(default_factory=set)
    #: (topic, story) → by what it is found
    _asleep: dict[tuple[str, str], Asleep] = field(default_factory=dict)
    _decisions: list[Decision] = field(default_factory=list)
    #: by subscription: what stands, as {(story, reason, developments, alert): until}
    _holds: dict[str, dict[tuple[Any, ...], datetime | None]] = field(default_factory=dict)
    _alerts: dict[str, Alert] = field(default_factory=dict)
    _leased: dict[str, datetime] = field(default_factory=dict)
    _attempts: dict[str, list[Attempt]] = field(default_factory=dict)


def same(one: Development, other: Development) -> bool:
    """Whether two developments are one piece of news: two topics learned it from the same words."""
    return one.id == other.id or (
        one.topic != other.topic and (one.item, one.span, one.new) == (other.item, other.span, other.new)
    )
