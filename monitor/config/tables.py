"""What may stand in a file: one typed struct a table, its fields are the valid keys."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta

import msgspec

from monitor.config.values import Size, TimeRange

#: keys whose value may be a secret; each has a twin `…_file`
SECRETS = frozenset({"url", "password", "proxy", "database", "ping"})


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A TOML table: its fields are the valid keys."""


class FetchTable(Table, frozen=True, kw_only=True):
    """[fetch]: how politely feeds are polled."""

    interval: timedelta = timedelta(minutes=10)
    min_interval: timedelta = timedelta(minutes=5)
    max_interval: timedelta = timedelta(minutes=60)
    timeout: timedelta = timedelta(seconds=20)
    max_body: Size = Size(15_000_000)
    per_host: int = 2
    user_agent: str = ""
    allow_private: list[str] = []
    full_text: bool = False
    contact: str = ""
    proxy: str = ""


class WebTable(Table, frozen=True, kw_only=True):
    """[web]: the page."""

    listen: str = "127.0.0.1:8080"
    password: str = ""
    public_url: str = ""


class SystemTable(Table, frozen=True, kw_only=True):
    """[system]: where the monitor's own health goes."""

    channel: str = ""
    #: an address that is called while all is well (a dead-man switch)
    ping: str = ""
    ping_every: timedelta = timedelta(minutes=5)


class StoriesTable(Table, frozen=True, kw_only=True):
    """[stories]: how items find together."""

    #: the folder of a sentence model on this disk; "" for none
    embeddings: str = ""


class RetentionTable(Table, frozen=True, kw_only=True):
    """[retention]: how long bodies are kept."""

    items: timedelta = timedelta(days=180)


class FeedTable(Table, frozen=True, kw_only=True):
    """[[feed]]."""

    url: str
    name: str = ""
    language: str = ""
    family: str = ""
    trust: int = 3
    interval: timedelta | None = None
    full_text: bool | None = None


class PageTable(Table, frozen=True, kw_only=True):
    """[[page]]: a page without a feed."""

    url: str
    item: str
    title: str = ""
    link: str = ""
    text: str = ""
    date: str = ""
    name: str = ""
    language: str = ""
    family: str = ""
    trust: int = 3
    interval: timedelta | None = None


class TopicTable(Table, frozen=True, kw_only=True):
    """[[topic]]."""

    id: str
    query: str
    name: str = ""
    names: str = ""
    min_relevance: float = 0.5


class ChannelTable(Table, frozen=True, kw_only=True):
    """[[channel]]."""

    id: str
    url: str
    per_hour: int | None = None
    fallback: str = ""
    template: str = ""


class SubscriptionTable(Table, frozen=True, kw_only=True):
    """[[subscription]]."""

    topic: str
    channel: str
    id: str = ""
    send: str = "now"
    digest_at: list[time] = msgspec.field(default_factory=lambda: [time(7), time(19)])
    threshold: float = 0.65
    quiet: TimeRange | None = None
    max_per_day: int = 10
    settle: timedelta = timedelta(seconds=90)
    gap: timedelta = timedelta(minutes=15)
    min_origins: int = 1
    language: str = "en"
    timezone: str = ""
    kinds: list[str] = []
    languages: list[str] = []
    always: list[str] = []
    fallback: str = ""
    heartbeat: bool = False


class File(Table, frozen=True, kw_only=True):
    """A whole configuration file."""

    timezone: str = "UTC"
    database: str = "../data/monitor.db"
    include: list[str] = []
    lexicon: str = ""
    log: str = "info"


TABLES: Mapping[str, type[Table]] = {
    "fetch": FetchTable,
    "web": WebTable,
    "system": SystemTable,
    "retention": RetentionTable,
    "stories": StoriesTable,
}
LISTS: Mapping[str, type[Table]] = {
    "feed": FeedTable,
    "page": PageTable,
    "topic": TopicTable,
    "channel": ChannelTable,
    "subscription": SubscriptionTable,
}
PATHS = frozenset({"lexicon", "names", "embeddings"})
