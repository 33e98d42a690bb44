"""The words of this project: frozen values that flow from room to room.

bytes → `Fetched` → `ParsedFeed`/`Entry` → `Item` (+ `Match`) → `Judgement` (story, `Development`s) → `Decision` → `Alert` → `Attempt`

Times are aware and in UTC. Ids are short hashes of what they identify, so that doing a thing twice is doing it once.
There is no behaviour here beyond tiny properties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Literal

Language = str  # "en", "es", "fr", "pt", "nl"; "" where unknown


def make_id(prefix: str, *parts: object) -> str:
    """A short id, e.g. `st_9f2c01ab44de`: the hash of its parts, the same in every process."""
    digest = blake2b("\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass"), digest_size=6)
    return f"{prefix}_{digest.hexdigest()}"


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRule:
    """CSS selectors that make a page without a feed behave as one."""

    item: str
    title: str = ""
    link: str = ""
    text: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as the user configured it. What was learned about it since is its `FeedState`."""

    id: str
    url: str
    name: str
    #: outlets of one owner count once; the host's name where nothing was configured
    family: str
    language: Language = ""
    #: 1 official or wire, 2 established, 3 unknown
    trust: int = 3
    #: None where the adaptive default applies
    interval: timedelta | None = None
    page: PageRule | None = None
    full_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a conditional request sends back: RFC 9110 §8.8, verbatim as the server gave them."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What polling has learned about a feed. `check_after` is the schedule: a column, not a timer."""

    feed: str
    check_after: datetime
    #: where it is polled now; "" while that is the configured address
    url: str = ""
    validators: Validators = Validators()
    #: hash of the last body, so that an unchanged one is never parsed
    body: str = ""
    interval: timedelta = timedelta(minutes=10)
    checked_at: datetime | None = None
    ok_at: datetime | None = None
    changed_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    error: str = ""
    #: False until the first successful poll, whose entries are a silent baseline
    baseline_done: bool = False
    retired: bool = False
    #: an address the server moved us to, and how many times in a row it said so
    moved_to: str = ""
    moved_count: int = 0
    #: what the lie detector measured and decided: plain JSON values, named in feeds/schedule
    measures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body that a polite request brought. `wait` is the longest wait that the HTTP headers ask for."""

    url: str
    status: int
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = Validators()
    wait: timedelta | None = None
    #: the address of the last permanent redirect (301, 308), or ""
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server said 304: nothing to read."""

    url: str
    wait: timedelta | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a feed, as text. `markup` names the fields that carried HTML before they became text."""

    guid: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    author: str = ""
    publisher: str = ""
    language: Language = ""
    published: datetime | None = None
    updated: datetime | None = None
    markup: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What a body said. `ttl` is the feed's own wish (RSS ttl, sy:updatePeriod); `hub` its WebSub hub; `notes` what was repaired."""

    title: str
    entries: tuple[Entry, ...]
    language: Language = ""
    ttl: timedelta | None = None
    hub: str = ""
    self_url: str = ""
    notes: tuple[str, ...] = ()


# ── items and why they were kept ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry that was kept: who published it, when we first saw it, and what it says as plain text.

    A revision is an item of its own (another text under the same guid and feed); `revision_of` names the version before.
    """

    id: str
    feed: str
    guid: str
    #: canonical address (no tracking parameters); what a reader is sent to
    url: str
    title: str
    summary: str = ""
    content: str = ""
    publisher: str = ""
    family: str = ""
    trust: int = 3
    author: str = ""
    language: Language = ""
    published: datetime | None = None
    first_seen: datetime
    #: hash of the normalised title and text: two items with one digest are one text
    digest: str = ""
    revision_of: str | None = None
    markup: tuple[str, ...] = ()
    #: False for the silent baseline of a new feed: known, and never news
    live: bool = True

    @property
    def body(self) -> str:
        """The longer of content and summary; "" for a bare headline."""
        return self.content if len(self.content) >= len(self.summary) else self.summary

    @property
    def body_field(self) -> Literal["content", "summary"]:
        """The field that `body` came from."""
        return "content" if len(self.content) >= len(self.summary) else "summary"

    @property
    def at(self) -> datetime:
        """When it happened as far as we know: never later than when we first saw it."""
        return min(self.published, self.first_seen) if self.published else self.first_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One place where a query's term stands in an item."""

    term: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Why a topic wants an item: a relevance between 0 and 1, and the words that made it."""

    topic: str
    score: float
    terms: tuple[Term, ...] = ()
    #: sentences for a person: "only in the last paragraph", "part of another name: Cuba Gooding"
    reasons: tuple[str, ...] = ()


# ── stories and what is new in them ──────────────────────────────────────────────────────────────────────────────────


class Kind(StrEnum):
    """The kinds of development, as the replay format names them."""

    NEW_STORY = "new_story"
    FACT = "fact"
    FIGURE = "figure"
    QUOTE = "quote"
    ACTOR = "actor"
    STATUS = "status"
    CORRECTION = "correction"
    CONTRADICTION = "contradiction"
    SOURCE = "source"


class Status(StrEnum):
    """How sure a claim is. The first five are a ladder; the last two stand beside it (design/judgement §3.3)."""

    RUMOURED = "rumoured"
    CLAIMED = "claimed"
    REPORTED = "reported"
    OFFICIAL = "official"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where evidence stands: `item.<field>[start:end]`, offsets in characters of the item's plain text."""

    item: str
    field: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """Something a story did not say before, with its proof. Nothing is told to anybody that is not one of these."""

    id: str
    topic: str
    story: str
    item: str
    kind: Kind
    at: datetime
    span: Span
    #: the evidence, exactly as it stands in the item
    text: str
    noun: str | None = None
    subject: str | None = None
    old: float | str | None = None
    new: float | str | None = None
    unit: str | None = None
    speaker: str | None = None
    status: str | None = None
    status_before: str | None = None
    importance: float = 0.0
    novelty: float = 0.0
    #: False for "possible" novelty: it goes to the digest and never interrupts
    sure: bool = True
    #: the independent origins that state it (a wire or a publisher family each)
    origins: tuple[str, ...] = ()
    publisher: str = ""
    url: str = ""
    #: development that this one replaces for a reader (a correction of what was told)
    replaces: str | None = None
    #: the terms that made novelty and importance, for `explain`
    terms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of a story's ledger: what is known, who says so and how sure it is."""

    id: str
    story: str
    item: str
    kind: Kind
    at: datetime
    span: Span
    text: str
    origin: str
    noun: str | None = None
    subject: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    qualifier: str | None = None
    unit: str | None = None
    scope: str | None = None
    speaker: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event and what was said of it. `headline` is a title of one of its items, never a generated sentence."""

    id: str
    topic: str
    headline: str
    created: datetime
    updated: datetime
    items: int = 0
    origins: tuple[str, ...] = ()
    muted_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one item turned out to be for one topic: a copy or not, of which story, and what it adds."""

    item: str
    topic: str
    story: str
    new_story: bool
    copy_of: str | None
    origin: str
    headline: str
    at: datetime
    developments: tuple[Development, ...] = ()
    facts: tuple[Fact, ...] = ()
    #: score of the chosen story with its terms; the runner-up and its score
    score: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)
    runner_up: str | None = None
    runner_up_score: float = 0.0
    #: what a restarted process needs to go on from here; opaque to the store
    memory: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Repair, or an editor, moved items from one story to another. Nothing that was told is told again."""

    topic: str
    items: tuple[str, ...]
    source: str
    target: str
    #: "repair", "merge" or "split"
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """One judged item as a restarted process reads it back: enough to rebuild a topic's memory in order."""

    item: str
    story: str
    copy_of: str | None
    at: datetime
    memory: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a user watches."""

    id: str
    name: str
    query: str
    names: str = ""
    min_relevance: float = 0.5


# ── who is told ──────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── what the steps record, each in one transaction ──────────────────────────────────────────────────────────────────


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
    #: items that were looked at and make no news (below min_relevance, baseline)
    skipped: tuple[str, ...] = ()
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
