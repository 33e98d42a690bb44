"""TOML files → one frozen `Config`, or every problem at once.

Each table is described once, as a typed struct; msgspec checks the types, this module adds what news needs (durations, sizes,
local times), the environment, secrets in files, includes, and the nearest valid key beside an unknown one. A value that may be
a secret is never part of an error, a log line or a repr.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, NewType, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from monitor.errors import ConfigError, LexiconError, MonitorError, Problem, QueryError
from monitor.feeds import opml
from monitor.feeds.limits import FetchLimits
from monitor.model import Channel, Feed, PageRule, Subscription, Topic, make_id
from monitor.text import lexicon
from monitor.topics import query

Size = NewType("Size", int)
T = TypeVar("T", bound="_Table")
TimeRange = tuple[time, time]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)")
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_ENV = re.compile(r"\$(\$)?\{([A-Za-z_][A-Za-z0-9_]*)\}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
#: keys whose value may be a secret; each has a twin `…_file`
SECRETS = frozenset({"url", "password", "proxy", "database", "ping"})


# ── what may stand in a file ─────────────────────────────────────────────────────────────────────────────────────────


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """A TOML table: its fields are the valid keys."""


class FetchTable(_Table, frozen=True, kw_only=True):
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


class WebTable(_Table, frozen=True, kw_only=True):
    """[web]: the page."""

    listen: str = "127.0.0.1:8080"
    password: str = ""
    public_url: str = ""


class SystemTable(_Table, frozen=True, kw_only=True):
    """[system]: where the monitor's own health goes."""

    channel: str = ""
    #: an address that is called while all is well (a dead-man switch)
    ping: str = ""
    ping_every: timedelta = timedelta(minutes=5)


class RetentionTable(_Table, frozen=True, kw_only=True):
    """[retention]: how long bodies are kept."""

    items: timedelta = timedelta(days=180)


class FeedTable(_Table, frozen=True, kw_only=True):
    """[[feed]]."""

    url: str
    name: str = ""
    language: str = ""
    family: str = ""
    trust: int = 3
    interval: timedelta | None = None
    full_text: bool | None = None


class PageTable(_Table, frozen=True, kw_only=True):
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


class TopicTable(_Table, frozen=True, kw_only=True):
    """[[topic]]."""

    id: str
    query: str
    name: str = ""
    names: str = ""
    min_relevance: float = 0.5


class ChannelTable(_Table, frozen=True, kw_only=True):
    """[[channel]]."""

    id: str
    url: str
    per_hour: int | None = None
    fallback: str = ""


class SubscriptionTable(_Table, frozen=True, kw_only=True):
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


class File(_Table, frozen=True, kw_only=True):
    """A whole configuration file."""

    timezone: str = "UTC"
    database: str = "../data/monitor.db"
    include: list[str] = []
    lexicon: str = ""
    log: str = "info"


_TABLES: Mapping[str, type[_Table]] = {
    "fetch": FetchTable,
    "web": WebTable,
    "system": SystemTable,
    "retention": RetentionTable,
}
_LISTS: Mapping[str, type[_Table]] = {
    "feed": FeedTable,
    "page": PageTable,
    "topic": TopicTable,
    "channel": ChannelTable,
    "subscription": SubscriptionTable,
}
_PATHS = frozenset({"lexicon", "names"})


# ── what comes out ───────────────────────────────────────────────────────────────────────────────────────────────────


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
    names: tuple[Path, ...]
    concepts: tuple[Path, ...]

    def __repr__(self) -> str:
        return f"Config({str(self.path)!r}, {len(self.feeds)} feeds, {len(self.topics)} topics, {len(self.channels)} channels)"


def starter() -> Path:
    """The folder of the starter configuration: in the installed package, or at the top of a checkout."""
    here = Path(__file__).parent
    return here / "starter" if (here / "starter").is_dir() else here.parent / "config"


def load(path: Path) -> Config:
    """Reads the configuration at `path` with everything it includes. Raises `ConfigError` with every problem."""
    reader = _Reader()
    reader.read(path)
    config = _build(path, reader) if reader.files else None
    if reader.problems or config is None:
        raise ConfigError(reader.problems)
    return config


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Place:
    """Where a table stands, for error messages."""

    file: Path
    key: str

    def at(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key


@dataclass
class _Reader:
    """Collects tables and problems over all the files."""

    problems: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    top: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, tuple[_Place, _Table]] = field(default_factory=dict)
    lists: dict[str, list[tuple[_Place, _Table]]] = field(default_factory=lambda: {name: [] for name in _LISTS})
    feeds: list[tuple[_Place, Feed]] = field(default_factory=list)
    #: ids of tables that have problems of their own: what names them is not wrong too
    named: set[str] = field(default_factory=set)

    def problem(self, place: _Place, key: str, what: str, near: str = "") -> None:
        self.problems.append(Problem(str(place.file), place.at(key) if key else place.key, what, near))

    def read(self, path: Path) -> None:
        here = _Place(path, "")
        if path.resolve() in {file.resolve() for file in self.files}:
            return
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problem(here, "", "there is no such file; `monitor init` writes a starter configuration")
        except (OSError, UnicodeDecodeError) as error:
            self.problem(here, "", f"cannot be read: {error}")
        except tomllib.TOMLDecodeError as error:
            self.problem(here, "", f"not TOML: {error}")
        else:
            self.files.append(path)
            self._document(here, document)

    def _document(self, here: _Place, document: dict[str, Any]) -> None:
        valid = [*File.__struct_fields__, *_TABLES, *_LISTS, "database_file"]
        simple = {key: value for key, value in document.items() if key not in _TABLES and key not in _LISTS}
        for key in [key for key in simple if key not in valid]:
            self.problem(here, key, "unknown key", _nearest(key, valid))
            del simple[key]
        values = self._values(here, simple, File)
        for key, value in values.items():
            if key != "include":
                self.top[key] = value
        if "database" in values and "://" not in values["database"] and values["database"] != ":memory:":
            self.top["database"] = str((here.file.parent / values["database"]).resolve())
        for name, kind in _TABLES.items():
            if name in document:
                self._one(here, name, document[name], kind)
        for name, kind in _LISTS.items():
            for number, table in enumerate(_as_list(document.get(name, []))):
                self._several(_Place(here.file, f"{name}[{number}]"), name, table, kind)
        for pattern in values.get("include", []):
            self._include(here, pattern)

    def _one(self, here: _Place, name: str, table: Any, kind: type[_Table]) -> None:
        place = _Place(here.file, name)
        if name in self.tables:
            self.problem(place, "", f"stands in {self.tables[name][0].file} already")
        if (made := self._table(place, table, kind)) is not None:
            self.tables[name] = (place, made)

    def _several(self, place: _Place, name: str, table: Any, kind: type[_Table]) -> None:
        if (made := self._table(place, table, kind)) is not None:
            self.lists[name].append((place, made))

    def _table(self, place: _Place, table: Any, kind: type[_Table]) -> _Table | None:
        if not isinstance(table, dict):
            self.problem(place, "", f"must be a table: [{place.key}]")
            return None
        before = len(self.problems)
        if isinstance(table.get("id"), str):
            self.named.add(table["id"])
        valid = list(kind.__struct_fields__) + [f"{key}_file" for key in kind.__struct_fields__ if key in SECRETS]
        for key in [key for key in table if key not in valid]:
            self.problem(place, key, "unknown key", _nearest(key, valid))
        values = self._values(place, {key: value for key, value in table.items() if key in valid}, kind)
        for struct_field in msgspec.structs.fields(kind):
            if (
                struct_field.required
                and struct_field.name not in values
                and not any(problem.key == place.at(struct_field.name) for problem in self.problems)
            ):
                twin = f" (or {struct_field.name}_file)" if struct_field.name in SECRETS else ""
                self.problem(place, struct_field.name, f"is required{twin}")
        return kind(**values) if len(self.problems) == before else None

    def _values(self, place: _Place, table: Mapping[str, Any], kind: type[_Table]) -> dict[str, Any]:
        types = {struct_field.name: struct_field.type for struct_field in msgspec.structs.fields(kind)}
        found: dict[str, Any] = {}
        for key, raw in table.items():
            name = key if key in types else key.removesuffix("_file")
            if name != key and name in table:
                self.problem(place, key, f"give either {name} or {key}, not both")
                continue
            try:
                value = _interpolate(raw)
                if name != key:
                    value = _secret(place.file.parent / value) if isinstance(value, str) else value
                found[name] = _convert(value, types[name])
                if name in _PATHS and found[name]:
                    found[name] = str((place.file.parent / found[name]).resolve())
            except _WrongError as error:
                self.problem(place, key, str(error))
        return found

    def _include(self, here: _Place, pattern: str) -> None:
        is_glob = any(c in pattern for c in "*?[")
        paths = sorted(here.file.parent.glob(pattern)) if is_glob else [here.file.parent / pattern]
        for path in paths:
            if path.suffix == ".opml":
                self._opml(path)
            else:
                self.read(path)

    def _opml(self, path: Path) -> None:
        place = _Place(path, "")
        try:
            feeds = opml.read(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, MonitorError) as error:
            self.problem(place, "", f"cannot be read as OPML: {error}")
            return
        self.files.append(path)
        self.feeds.extend((place, feed) for feed in feeds)


class _WrongError(ValueError):
    """A value that does not fit; the message never repeats a value that may be a secret."""


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _nearest(key: str, valid: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(key, list(valid), 1, 0.6)), "")


def _interpolate(value: Any) -> Any:
    """`${NAME}` from the environment, in strings however deep; `$${NAME}` stays as it is, less one dollar."""
    if isinstance(value, list):
        return [_interpolate(one) for one in value]
    return _ENV.sub(_variable, value) if isinstance(value, str) else value


def _variable(match: re.Match[str]) -> str:
    if match[1]:
        return match[0][1:]
    if match[2] not in os.environ:
        raise _WrongError(f"the environment variable {match[2]} is not set")
    return os.environ[match[2]]


def _secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _WrongError(
            f"the file {path} cannot be read: {getattr(error, 'strerror', None) or 'not text'}"
        ) from error


def _convert(value: Any, kind: Any) -> Any:
    options = get_args(kind)
    if type(None) in options:
        kind = next(option for option in options if option is not type(None))
    special: dict[Any, Callable[[Any], Any]] = {
        timedelta: duration,
        Size: size,
        TimeRange: time_range,
        list[time]: times,
    }
    if kind in special:
        return special[kind](value)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _WrongError(str(error).replace("Expected", "expected").replace("`", "")) from error


def duration(value: Any) -> timedelta:
    """A duration such as "90s", "1h30m", "7d". Raises ValueError."""
    text = value.replace(" ", "") if isinstance(value, str) else ""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise _WrongError('expected a duration such as "90s", "10m", "24h" or "7d"')
    return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))


def size(value: Any) -> Size:
    """A size such as "15MB", in bytes. Raises ValueError."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise _WrongError('expected a size such as "500kB" or "15MB"')
    return Size(int(float(match[1]) * _BYTES[match[2]]))


def local_time(value: Any) -> time:
    """A local time such as "07:00" or "07:00:30". Raises ValueError."""
    match = (
        re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", value.strip()) if isinstance(value, str) else None
    )
    if match is None:
        raise _WrongError('expected a local time such as "07:00"')
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def times(value: Any) -> list[time]:
    """["07:00", "19:00"] → times, in order. Raises ValueError."""
    if not isinstance(value, list) or not value:
        raise _WrongError('expected a list of local times such as ["07:00", "19:00"]')
    return sorted({local_time(one) for one in value})


def time_range(value: Any) -> TimeRange | None:
    """The two ends of "23:00-06:30"; None for "". Raises ValueError."""
    if value == "":
        return None
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != 2:
        raise _WrongError('expected two local times such as "23:00-06:30", or "" for none')
    return local_time(parts[0]), local_time(parts[1])


# ── checking what belongs together ───────────────────────────────────────────────────────────────────────────────────


def _build(path: Path, reader: _Reader) -> Config:
    fetch = _only(reader, "fetch", FetchTable)
    web = _only(reader, "web", WebTable)
    system = _only(reader, "system", SystemTable)
    top = File(**{key: value for key, value in reader.top.items() if key in File.__struct_fields__})
    database = reader.top.get("database") or str((path.parent / top.database).resolve())
    topics = _topics(reader)
    folder = Path(top.lexicon) if top.lexicon else _lexicon_folder(path)
    names = tuple(sorted({Path(topic.names) for topic in topics if topic.names})) or _present(folder / "names.tsv")
    config = Config(
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
            Channel(id=c.id, url=c.url, per_hour=c.per_hour, fallback=c.fallback)
            for _, c in _typed(reader, "channel", ChannelTable)
        ),
        subscriptions=_subscriptions(reader, top.timezone),
        system=system,
        retention=_only(reader, "retention", RetentionTable).items,
        names=names,
        concepts=_present(folder / "concepts.tsv"),
    )
    _check(config, reader)
    return config


def _present(path: Path) -> tuple[Path, ...]:
    """A table of the lexicon, from the packaged one where the user's folder has none."""
    found = path if path.is_file() else starter() / "lexicon" / path.name
    return (found,) if found.is_file() else ()


def _lexicon_folder(path: Path) -> Path:
    beside = path.parent / "lexicon"
    return beside if beside.is_dir() else starter() / "lexicon"


def _only(reader: _Reader, name: str, kind: type[T]) -> T:
    found = reader.tables.get(name)
    return found[1] if found and isinstance(found[1], kind) else kind()


def _typed(reader: _Reader, name: str, kind: type[T]) -> list[tuple[_Place, T]]:
    return [(place, table) for place, table in reader.lists[name] if isinstance(table, kind)]


def _limits(reader: _Reader, fetch: FetchTable) -> FetchLimits:
    place = reader.tables["fetch"][0] if "fetch" in reader.tables else _Place(reader.files[0], "fetch")
    for network in fetch.allow_private:
        try:
            ip_network(network, strict=False)
        except ValueError:
            reader.problem(place, "allow_private", f"{network!r} is not a network such as 10.0.0.0/8")
    if not fetch.min_interval <= fetch.interval <= fetch.max_interval:
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


def _feeds(reader: _Reader, full_text: bool) -> tuple[Feed, ...]:
    found: dict[str, Feed] = {}
    tables: list[tuple[_Place, FeedTable | PageTable]] = [
        *_typed(reader, "feed", FeedTable),
        *_typed(reader, "page", PageTable),
    ]
    candidates = [(place, _feed(table, full_text)) for place, table in tables] + reader.feeds
    for place, feed in candidates:
        if urlsplit(feed.url).scheme not in ("http", "https") or not urlsplit(feed.url).hostname:
            reader.problem(place, "url", "must be an http(s) address")
        elif feed.trust not in (1, 2, 3):
            reader.problem(place, "trust", "must be 1 (official or wire), 2 (established) or 3 (unknown)")
        else:
            found.setdefault(feed.id, feed)  # the first one named wins: files come in order, then OPML
    return tuple(found.values())


def _feed(table: FeedTable | PageTable, full_text: bool) -> Feed:
    host = (urlsplit(table.url).hostname or "").removeprefix("www.")
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


def _topics(reader: _Reader) -> tuple[Topic, ...]:
    found = []
    for place, table in _typed(reader, "topic", TopicTable):
        try:
            query.parse(table.query)
        except QueryError as error:
            reader.problem(place, "query", str(error))
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


def _subscriptions(reader: _Reader, timezone: str) -> tuple[Subscription, ...]:
    found = []
    for place, table in _typed(reader, "subscription", SubscriptionTable):
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
            )
        )
    return tuple(found)


def _check(config: Config, reader: _Reader) -> None:
    """What one table cannot know: names that must exist elsewhere, and be unique."""
    root = _Place(config.path, "")
    topics, channels = [topic.id for topic in config.topics], [channel.id for channel in config.channels]
    for name, kind in (("topic", TopicTable), ("channel", ChannelTable)):
        _check_ids(reader, [(place, getattr(table, "id")) for place, table in _typed(reader, name, kind)])  # noqa: B009 - the id of either kind
    for place, table in _typed(reader, "subscription", SubscriptionTable):
        _check_known(reader, place, "topic", table.topic, topics)
        _check_known(reader, place, "channel", table.channel, channels)
        _check_known(reader, place, "fallback", table.fallback, [*channels, ""])
        _check_zone(reader, place, table.timezone or config.timezone)
        if table.language not in ("en", "es", "fr", "pt", "nl"):
            reader.problem(place, "language", "must be one of en, es, fr, pt, nl")
    for place, channel in _typed(reader, "channel", ChannelTable):
        _check_known(reader, place, "fallback", channel.fallback, [*channels, ""])
        if "://" not in channel.url and not channel.url.startswith("mailto"):
            reader.problem(place, "url", "is not an address such as mailtos://… or terminal://")
    _check_known(reader, _Place(config.path, "system"), "channel", config.system.channel, [*channels, ""])
    _check_zone(reader, root, config.timezone)
    _check_web(config, reader)
    try:
        lexicon.load(config.names, config.concepts)
    except LexiconError as error:
        reader.problems.extend(error.problems)


def _check_ids(reader: _Reader, ids: list[tuple[_Place, str]]) -> None:
    seen: set[str] = set()
    for place, one in ids:
        if not _ID.fullmatch(one):
            reader.problem(place, "id", "must be letters, digits, '.', '_' or '-'")
        if one in seen:
            reader.problem(place, "id", f"{one!r} stands twice")
        seen.add(one)


def _check_known(reader: _Reader, place: _Place, key: str, value: str, valid: list[str]) -> None:
    if value not in valid and value not in reader.named:
        reader.problem(place, key, f"there is no {key} {value!r}", _nearest(value, valid))


def _check_zone(reader: _Reader, place: _Place, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        reader.problem(place, "timezone", f"{zone!r} is not a time zone such as America/Caracas")


def _check_web(config: Config, reader: _Reader) -> None:
    place = _Place(config.path, "web")
    if not config.web.listen:
        return
    host, _, port = config.web.listen.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) < 65536:
        reader.problem(place, "listen", 'must be an address such as "127.0.0.1:8080"')
        return
    try:
        loopback = ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback and not config.web.password:
        reader.problem(place, "password_file", "is required when the page listens beyond loopback")


def warnings(config: Config) -> list[str]:
    """What is allowed and probably not meant: sentences for a person."""
    found = []
    wanted = {subscription.topic for subscription in config.subscriptions}
    found += [
        f"topic {topic.id!r} has no subscription: its stories are kept, and nobody is told"
        for topic in config.topics
        if topic.id not in wanted
    ]
    used = {subscription.channel for subscription in config.subscriptions} | {config.system.channel}
    found += [f"channel {channel.id!r} is used by nobody" for channel in config.channels if channel.id not in used]
    if not config.feeds:
        found.append("no feeds: `monitor feeds add URL` adds one")
    if not config.system.channel:
        found.append("system.channel is not set: nobody is told when feeds or channels fail")
    return found
