"""What was kept and what it turned out to be: items, matches, stories, developments with their proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from monitor.model.ids import Language


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


class Awaited(StrEnum):
    """What became of something announced. The clock speaks of the first three only."""

    OPEN = "open"
    #: its day has come
    DUE = "due"
    #: its day is over and nobody told of it
    OVERDUE = "overdue"
    #: an item of the story told of it
    MET = "met"
    #: put off or called off, as an item of the story told
    OFF = "called off"
    #: an earlier item announced the same for the same day
    SAME = "announced before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Something a story announced: a vote on 12 December, a deadline on Friday, an update. Times in UTC.

    The span is the sentence that announced it; it is the evidence of the developments that the clock makes of it.
    """

    id: str
    topic: str
    story: str
    item: str
    span: Span
    text: str
    language: Language = ""
    said: datetime
    #: the beginning of its day where the reader is ("day", and "end" for what lasts until then), the hour itself ("hour"), the latest
    #: time of a promised update ("update")
    due: datetime
    kind: Literal["day", "end", "hour", "update"] = "day"
    speaker: str | None = None
    origin: str = ""
    publisher: str = ""
    url: str = ""
    state: Awaited = Awaited.OPEN
    #: when the clock asks next; None where there is nothing to ask any more
    ask: datetime | None = None


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
    expectations: tuple[Expectation, ...] = ()
    #: score of the chosen story with its terms; the runner-up and its score. Of a copy: shares of the text, and the next text's item
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
    #: "repair" (two became one) or "parted" (one became two); an editor's "merge" or "split"
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A story was muted until then; None: it was unmuted."""

    story: str
    until: datetime | None
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
class Asleep:
    """A story that leaves a topic's memory: the keys by which it is found again (63-bit hashes), with weights (a vector of length one)."""

    story: str
    keys: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a user watches."""

    id: str
    name: str
    query: str
    names: str = ""
    min_relevance: float = 0.5
