"""What a decision may look at, and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Alert, Decision, Development, Story, Subscription, Told, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that a decision may look at, loaded by the pipeline. Times in UTC."""

    subscription: Subscription
    topic: Topic
    #: what the subscription still waits for, oldest first
    owed: tuple[Development, ...]
    #: the stories of those developments
    stories: Mapping[str, Story]
    #: by story, what the subscription's channel knows
    told: Mapping[str, Told]
    #: the developments that the channel was told in these stories
    told_developments: Mapping[str, Development]
    #: interruptions made since local midnight
    sent_today: int
    last_digest: datetime | None
    #: when the subscription began: the first digest covers what came since
    began: datetime
    #: owed developments that one of the subscription's `always` conditions wants
    urgent: frozenset[str] = frozenset()
    #: by owed development, the language of its item, where that is known
    languages: Mapping[str, str] = field(default_factory=dict)
    #: by owed development, the title of its item: what a message about it is called
    titles: Mapping[str, str] = field(default_factory=dict)
    #: alerts of this subscription that died: what they said is owed again, and the next message says so
    dead: tuple[Alert, ...] = ()

    def knows(self, story: str) -> Told:
        """What the channel knows of a story; nothing where it was told nothing."""
        return self.told.get(story) or Told(channel=self.subscription.channel, story=story)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Every owed development in exactly one decision, and the alerts that some of the decisions made."""

    decisions: tuple[Decision, ...] = ()
    alerts: tuple[Alert, ...] = ()
