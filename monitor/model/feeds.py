"""From an address to what it said: feeds, what polling learned of them, answers, entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from monitor.model.ids import Language


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
    #: the address of the outlet or feed that an aggregator names as the source
    source_url: str = ""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A feed's subscription at its WebSub hub: the hub sends what is new, as long as the lease lasts (feeds/websub)."""

    feed: str
    #: hash of the feed, the hub, the topic and our public address: another of these is another subscription
    id: str
    hub: str
    #: the address that the feed gives itself, by which the hub knows it
    topic: str
    state: Literal["wanted", "asked", "live", "refused", "ended"]
    #: when there is something to do about it; None where there is nothing
    due: datetime | None
    #: when the hub was last asked, when it last made sure that it was us, and the end of the lease that it gave
    asked_at: datetime | None = None
    verified_at: datetime | None = None
    until: datetime | None = None
    #: whether the hub was given a secret, by which it signs what it sends
    signed: bool = False
    failures: int = 0
    #: why it is not live, in words for a person
    why: str = ""
    #: when it last sent something that we believed
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWatch:
    """A page whose text was read, and when it is looked at again; `digest` is of the text as it was last read."""

    url: str
    feed: str
    guid: str
    first_seen: datetime
    #: where it stands on the ladder of looks (feeds/article)
    step: int
    due: datetime
    digest: str
