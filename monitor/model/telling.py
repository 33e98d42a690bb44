"""Who is told what, in which words, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from monitor.model.ids import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who wants a topic, where, and how loudly. One channel is one target: what it was told is remembered per channel."""

    id: str
    topic: str
    channel: str
    send: Literal["now", "digest"] = "now"
    digest_at: tuple[time, ...] = (time(7), time(19))
    threshold: float = 0.65
    #: (start, end) in local time, across midnight where end < start; None for no quiet hours
    quiet: tuple[time, time] | None = None
    max_per_day: int = 10
    settle: timedelta = timedelta(seconds=90)
    gap: timedelta = timedelta(minutes=15)
    min_origins: int = 1
    language: Language = "en"
    timezone: str = "UTC"
    #: development kinds wanted; empty for all
    kinds: tuple[str, ...] = ()
    #: languages of items wanted; empty for all
    languages: tuple[str, ...] = ()
    #: query-language conditions that always interrupt, e.g. "figure:dead>10"
    always: tuple[str, ...] = ()
    #: channel that takes over when this one is dead
    fallback: str = ""
    #: whether a day without any message ends with a sign of life, at its last digest time
    heartbeat: bool = False


class Reason(StrEnum):
    """Why something was told, or was not. Stored with every decision; shown by `explain`."""

    FIRST_REPORT = "first report"
    DEVELOPMENT = "development"
    DIGEST = "digest due"
    CORRECTION = "correction"
    SPIKE = "spike"
    SETTLING = "settling"
    GAP = "gap"
    BELOW_THRESHOLD = "below threshold"
    QUIET = "quiet hours"
    BUDGET = "over the day's budget"
    WAITING_FOR_DIGEST = "waiting for the digest"
    MUTED = "muted"
    FEW_ORIGINS = "few origins"
    ALREADY_TOLD = "already told"
    NOTHING_TO_CORRECT = "what it takes back was never told here"
    SUPERSEDED = "superseded"
    NOT_WANTED = "not wanted by the subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one channel knows of one story: written when delivery is confirmed, never before."""

    channel: str
    story: str
    developments: frozenset[str] = frozenset()
    #: developments in messages that are on their way
    promised: frozenset[str] = frozenset()
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided for one subscription and story, and why. `until` is when to ask again; None if only news changes it."""

    subscription: str
    channel: str
    story: str | None
    reason: Reason
    developments: tuple[str, ...]
    at: datetime
    until: datetime | None = None
    #: id of the alert that this decision made, if it made one
    alert: str | None = None
    #: True where these developments are no longer owed although nothing was sent: not wanted, superseded, already told
    settles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One development as a reader sees it. Every string is untrusted text; renderers escape and neutralise it."""

    story: str
    headline: str
    kind: str
    text: str
    what: str = ""
    who: str = ""
    status: str = ""
    url: str = ""
    at: datetime | None = None
    old: str = ""
    new: str = ""
    noun: str = ""
    origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What an alert says, before any channel's markup. Renderers turn it into text, HTML, Markdown and the like."""

    title: str
    lines: tuple[Line, ...]
    #: what stands: one line a story ("14 outlets, 1 origin (EFE); unchanged: 4,500 Marines")
    standing: tuple[str, ...] = ()
    language: Language = "en"
    topic: str = ""
    mode: Literal["now", "digest", "system"] = "now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message owed to one channel. `key` is its idempotency key: Message-ID and Idempotency-Key are made from it."""

    id: str
    key: str
    channel: str
    subscription: str
    topic: str
    story: str | None
    mode: Literal["now", "digest", "system"]
    developments: tuple[str, ...]
    message: Message
    created: datetime
    send_after: datetime
    state: Literal["owed", "sending", "sent", "dead", "superseded"] = "owed"
    attempts: int = 0
    error: str = ""
    sent_at: datetime | None = None
    receipt: str = ""
    #: the peer's id of the story's living message, as this alert left it; "" where the service edits none
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A way to reach somebody. `url` may hold a secret: it is never printed, logged or stored."""

    id: str
    url: str
    #: messages an hour; None for no limit
    per_hour: int | None = None
    fallback: str = ""
    #: the user's own wording, a Jinja template; "" for ours
    template: str = ""

    def __repr__(self) -> str:
        return f"Channel(id={self.id!r}, url='{self.url.split(':', 1)[0]}:…')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the peer said when it accepted a message."""

    detail: str
    #: id of the sent message at the peer, where it gives one
    message_id: str = ""
    #: id of the story's living message at the peer: of this message, or of an earlier one that was edited
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A channel that takes no messages: since the first try that failed after the last one that did not."""

    channel: str
    since: datetime
    #: what the last try got for an answer
    error: str
    #: messages that are owed, and since when the oldest is
    owed: int = 0
    owed_since: datetime | None = None
    #: messages that will not be tried any more
    dead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a reader said of an alert: "known", "wrong_story", "not_relevant", "important" or "mute" (`alerts.feedback.Verdict`)."""

    id: str
    at: datetime
    alert: str
    subscription: str
    topic: str
    story: str | None
    verdict: str
    undone: bool = False
