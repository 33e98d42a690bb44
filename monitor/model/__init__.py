"""The words of this project: frozen values that flow from room to room.

bytes → `Fetched` → `ParsedFeed`/`Entry` → `Item` (+ `Match`) → `Judgement` (story, `Development`s) → `Decision` → `Alert` → `Attempt`

Times are aware and in UTC. Ids are short hashes of what they identify, so that doing a thing twice is doing it once.
There is no behaviour here beyond tiny properties.
"""

from __future__ import annotations

from monitor.model.feeds import (
    Entry,
    Feed,
    FeedState,
    Fetched,
    NotModified,
    PageRule,
    PageWatch,
    ParsedFeed,
    Push,
    Validators,
)
from monitor.model.ids import Language, make_id
from monitor.model.news import (
    Asleep,
    Awaited,
    Development,
    Expectation,
    Fact,
    Item,
    Judgement,
    Kind,
    Match,
    Moved,
    Mute,
    Remembered,
    Span,
    Status,
    Story,
    Term,
    Topic,
)
from monitor.model.records import Attempt, Event, FeedCheck, StoryUpdate
from monitor.model.telling import (
    Alert,
    Channel,
    Decision,
    Feedback,
    Line,
    Message,
    Reason,
    Receipt,
    Subscription,
    Told,
    Trouble,
)

__all__ = [
    "Alert",
    "Asleep",
    "Attempt",
    "Awaited",
    "Channel",
    "Decision",
    "Development",
    "Entry",
    "Event",
    "Expectation",
    "Fact",
    "Feed",
    "FeedCheck",
    "FeedState",
    "Feedback",
    "Fetched",
    "Item",
    "Judgement",
    "Kind",
    "Language",
    "Line",
    "Match",
    "Message",
    "Moved",
    "Mute",
    "NotModified",
    "PageRule",
    "PageWatch",
    "ParsedFeed",
    "Push",
    "Reason",
    "Receipt",
    "Remembered",
    "Span",
    "Status",
    "Story",
    "StoryUpdate",
    "Subscription",
    "Term",
    "Told",
    "Topic",
    "Trouble",
    "Validators",
    "make_id",
]
