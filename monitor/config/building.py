"""Tables → one frozen `Config`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from monitor.addresses import host_of
from monitor.config.reading import Place, Reader, only, typed
from monitor.config.tables import (
    ChannelTable,
    FeedTable,
    FetchTable,
    File,
    PageTable,
    RetentionTable,
    StoriesTable,
    SubscriptionTable,
    SystemTable,
    TopicTable,
    WebTable,
)
from monitor.errors import QueryError
from monitor.feeds.limits import FetchLimits
from monitor.model import Channel, Feed, PageRule, Subscription, Topic, make_id
from monitor.topics import query


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything the user said, checked. `files` are the files it was read from."""

    path: Path
    files: tuple[Path, ...]
    timezone: str
    database: str
    log: str
    fetch: FetchLimits
    full_text: bool
    web: WebTable
    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...]
    channels: tuple[Channel, ...]
    subscriptions: tuple[Subscription, ...]
    system: SystemTable
    retention: timedelta
    #: the folder of a sentence model, None for none; and the file that names it
    embeddings: Path | None
    embeddings_in: Path
    names: tuple[Path, ...]
    concepts: tuple[Path, ...]
    #: patterns of `include` that no file fits
    idle: tuple[str, ...] = ()

    @property
    def fallbacks(self) -> dict[str, str]:
        """Who takes over: by channel, and by subscription where it has its own."""
        every: tuple[Channel | Subscription, ...] = (*self.channels, *self.subscriptions)
        return {one.id: one.fallback for one in every if one.fallback}

    @property
    def per_hour(self) -> dict[str, int]:
        """How many messages an hour a channel takes, for those with a limit."""
        return {one.id: one.per_hour for one in self.channels if one.per_hour is not None}

    def __repr__(self) -> str:
        return f"Config({str(self.path)!r}, {len(self.feeds)} feeds, {len(self.topics)} topics, {len(self.channels)} channels)"


def starter() -> Path:
    """The folder of the starter configuration: in the installed package, or at the top of a checkout."""
    here = Path(__file__).parent.parent
    return here / "starter" if (here / "starter").is_dir() else here.parent / "config"


def build(path: Path, reader: Reader) -> Config:
    """The configuration of what was read; what does not fit is added to the reader's problems."""
    fetch = only(reader, "fetch", FetchTable)
    web = only(reader, "web", WebTable)
    system = only(reader, "system", SystemTable)
    top = File(**{key: value for key, value in reader.top.items() if key in File.__struct_fields__})
    database = reader.top.get("database") or str((path.parent / top.database).resolve())
    topics = _topics(reader)
    model = only(reader, "stories", StoriesTable).embeddings
    folder = Path(top.lexicon) if top.lexicon else _lexicon_folder(path)
    names = tuple(sorted({Path(one.names) for one in topics if one.names and Path(one.names).is_file()})) or _present(
        folder / "names.tsv"
    )
    return Config(
        path=path,
        files=tuple(reader.files),
        timezone=top.timezone,
        database=database,
        log=top.log,
        fetch=_limits(reader, fetch),
        full_text=fetch.full_text,
        web=web,
        feeds=_feeds(reader, fetch.full_text),
        topics=topics,
        channels=tuple(
            Channel(id=c.id, url=c.url, per_hour=c.per_hour, fallback=c.fallback, template=c.template)
            for _, c in typed(reader, "channel", ChannelTable)
        ),
        subscriptions=_subscriptions(reader, top.timezone),
        system=system,
        retention=only(reader, "retention", RetentionTable).items,
        embeddings=Path(model) if model else None,
        embeddings_in=reader.tables["stories"][0].file if model else path,
        names=names,
        concepts=_present(folder / "concepts.tsv"),
        idle=tuple(reader.idle),
    )


def _present(path: Path) -> tuple[Path, ...]:
    """A table of the lexicon, from the packaged one where the user's folder has none."""
    found = path if path.is_file() else starter() / "lexicon" / path.name
    return (found,) if found.is_file() else ()


def _lexicon_folder(path: Path) -> Path:
    beside = path.parent / "lexicon"
    return beside if beside.is_dir() else starter() / "lexicon"


def _limits(reader: Reader, fetch: FetchTable) -> FetchLimits:
    place = reader.tables["fetch"][0] if "fetch" in reader.tables else Place(reader.files[0], "fetch")
    for network in fetch.allow_private:
        try:
            ip_network(network, strict=False)
        except ValueError:
            reader.problem(place, "allow_private", f"{network!r} is not a network such as 10.0.0.0/8")
    if reader.is_sound("fetch") and not fetch.min_interval <= fetch.interval <= fetch.max_interval:
        reader.problem(place, "interval", "must lie between min_interval and max_interval")
    if fetch.per_host < 1:
        reader.problem(place, "per_host", "must be at least 1")
    return FetchLimits(
        interval=fetch.interval,
        min_interval=fetch.min_interval,
        max_interval=fetch.max_interval,
        timeout=fetch.timeout,
        max_body=fetch.max_body,
        per_host=fetch.per_host,
        contact=fetch.contact,
        allow_private=tuple(fetch.allow_private),
        proxy=fetch.proxy,
        user_agent=fetch.user_agent or FetchLimits().user_agent,
    )


def _feeds(reader: Reader, full_text: bool) -> tuple[Feed, ...]:
    found: dict[str, Feed] = {}
    tables: list[tuple[Place, FeedTable | PageTable]] = [
        *typed(reader, "feed", FeedTable),
        *typed(reader, "page", PageTable),
    ]
    candidates = [(place, _feed(table, full_text)) for place, table in tables] + reader.feeds
    for place, feed in candidates:
        if not feed.url.lower().startswith(("http://", "https://")) or not host_of(feed.url):
            reader.problem(place, "url", "must be an http(s) address")
        elif feed.page is not None and (wrong := _wrong_selector(feed.page)):
            reader.problem(place, wrong[0], f"is no CSS selector: {wrong[1]}")
        elif feed.trust not in (1, 2, 3):
            reader.problem(place, "trust", "must be 1 (official or wire), 2 (established) or 3 (unknown)")
        else:
            found.setdefault(feed.id, feed)  # the first one named wins: files come in order, then OPML
    return tuple(found.values())


def _wrong_selector(rule: PageRule) -> tuple[str, str] | None:
    # CSS selectors are only for who watches pages: every start would pay for them.
    from monitor.feeds.page import wrong_selector  # noqa: PLC0415

    return wrong_selector(rule)


def _feed(table: FeedTable | PageTable, full_text: bool) -> Feed:
    host = host_of(table.url)
    page = (
        PageRule(item=table.item, title=table.title, link=table.link, text=table.text, date=table.date)
        if isinstance(table, PageTable)
        else None
    )
    wants = table.full_text if isinstance(table, FeedTable) and table.full_text is not None else full_text
    return Feed(
        id=make_id("f", table.url),
        url=table.url,
        name=table.name or host,
        family=table.family or host,
        language=table.language,
        trust=table.trust,
        interval=table.interval,
        page=page,
        full_text=wants,
    )


def _topics(reader: Reader) -> tuple[Topic, ...]:
    found = []
    for place, table in typed(reader, "topic", TopicTable):
        try:
            query.parse(table.query)
        except QueryError as error:
            reader.problem(place, "query", str(error))
        if table.names and not Path(table.names).is_file():
            reader.problem(place, "names", f"there is no file {table.names}")
        if not 0 <= table.min_relevance <= 1:
            reader.problem(place, "min_relevance", "must lie between 0 and 1")
        found.append(
            Topic(
                id=table.id,
                name=table.name or table.id,
                query=table.query,
                names=table.names,
                min_relevance=table.min_relevance,
            )
        )
    return tuple(found)


def _subscriptions(reader: Reader, timezone: str) -> tuple[Subscription, ...]:
    found = []
    for place, table in typed(reader, "subscription", SubscriptionTable):
        if table.send not in ("now", "digest"):
            reader.problem(place, "send", 'must be "now" or "digest"')
            continue
        for condition in table.always:
            try:
                query.parse(condition)
            except QueryError as error:
                reader.problem(place, "always", str(error))
        found.append(
            Subscription(
                id=table.id or f"{table.topic}/{table.channel}",
                topic=table.topic,
                channel=table.channel,
                send="now" if table.send == "now" else "digest",
                digest_at=tuple(table.digest_at),
                threshold=table.threshold,
                quiet=table.quiet,
                max_per_day=table.max_per_day,
                settle=table.settle,
                gap=table.gap,
                min_origins=table.min_origins,
                language=table.language,
                timezone=table.timezone or timezone,
                kinds=tuple(table.kinds),
                languages=tuple(table.languages),
                always=tuple(table.always),
                fallback=table.fallback,
                heartbeat=table.heartbeat,
            )
        )
    return tuple(found)
