"""What one table cannot know: names that must exist elsewhere, and be unique; and what is allowed and probably not meant."""

from __future__ import annotations

import re
from ipaddress import ip_address
from zoneinfo import ZoneInfo

from monitor.config.building import Config
from monitor.config.reading import Place, Reader, nearest, typed
from monitor.config.tables import ChannelTable, SubscriptionTable, TopicTable
from monitor.errors import LexiconError
from monitor.feeds.websub import public_base
from monitor.model import Kind
from monitor.text import embedding, lexicon
from monitor.topics.doubts import doubts

_KINDS = [str(kind) for kind in Kind]
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def check(config: Config, reader: Reader) -> None:
    """What one table cannot know: names that must exist elsewhere, and be unique."""
    root = Place(config.path, "")
    topics, channels = [topic.id for topic in config.topics], [channel.id for channel in config.channels]
    for name, kind in (("topic", TopicTable), ("channel", ChannelTable)):
        _check_ids(reader, [(place, getattr(table, "id")) for place, table in typed(reader, name, kind)])  # noqa: B009 - the id of either kind
    for place, table in typed(reader, "subscription", SubscriptionTable):
        _check_known(reader, place, "topic", table.topic, topics)
        _check_known(reader, place, "channel", table.channel, channels)
        _check_known(reader, place, "fallback", table.fallback, [*channels, ""])
        _check_zone(reader, place, table.timezone or config.timezone)
        _check_subscription(reader, place, table)
    for place, channel in typed(reader, "channel", ChannelTable):
        _check_known(reader, place, "fallback", channel.fallback, [*channels, ""])
        if channel.per_hour is not None and channel.per_hour < 1:
            reader.problem(place, "per_hour", "must be at least 1")
        if "://" not in channel.url and not channel.url.startswith("mailto"):
            reader.problem(place, "url", "is not an address such as mailtos://… or terminal://")
        if channel.template:
            _check_template(reader, place, channel.template)
    _check_known(reader, Place(config.path, "system"), "channel", config.system.channel, [*channels, ""])
    _check_zone(reader, root, config.timezone)
    _check_web(config, reader)
    if config.embeddings and (found := embedding.trouble(config.embeddings)):
        reader.problem(Place(config.embeddings_in, "stories"), "embeddings", found)
    try:
        lexicon.load(config.names, config.concepts)
    except LexiconError as error:
        reader.problems.extend(error.problems)


def _check_subscription(reader: Reader, place: Place, table: SubscriptionTable) -> None:
    if table.language not in ("en", "es", "fr", "pt", "nl"):
        reader.problem(place, "language", "must be one of en, es, fr, pt, nl")
    if not 0 <= table.threshold <= 1:
        reader.problem(place, "threshold", "must lie between 0 and 1")
    for key, least in (("max_per_day", 0), ("min_origins", 1)):
        if getattr(table, key) < least:
            reader.problem(place, key, f"must be at least {least}")
    for kind in table.kinds:
        if kind not in _KINDS:
            reader.problem(place, "kinds", f"there is no kind {kind!r}", nearest(kind, _KINDS))


def _check_ids(reader: Reader, ids: list[tuple[Place, str]]) -> None:
    seen: set[str] = set()
    for place, one in ids:
        if not _ID.fullmatch(one):
            reader.problem(place, "id", "must be letters, digits, '.', '_' or '-'")
        if one in seen:
            reader.problem(place, "id", f"{one!r} stands twice")
        seen.add(one)


def _check_known(reader: Reader, place: Place, key: str, value: str, valid: list[str]) -> None:
    if value not in valid and value not in reader.named:
        reader.problem(place, key, f"there is no {key} {value!r}", nearest(value, valid))


def _check_zone(reader: Reader, place: Place, zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        reader.problem(place, "timezone", f"{zone!r} is not a time zone such as America/Caracas")


def _check_template(reader: Reader, place: Place, source: str) -> None:
    """A template that fails only when there is news would cost its reader their own words without anybody noticing."""
    # Jinja and the samples are only for those who have a template.
    from monitor.alerts.render.samples import samples  # noqa: PLC0415
    from monitor.alerts.render.template import try_out  # noqa: PLC0415

    try:
        try_out(source, samples())
    except ValueError as error:
        reader.problem(place, "template", str(error))


def _check_web(config: Config, reader: Reader) -> None:
    place = Place(config.path, "web")
    if not config.web.listen:
        return
    host, colon, port = config.web.listen.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) < 65536:
        reader.problem(place, "listen", 'must be an address such as "127.0.0.1:8080"')
        return
    try:
        loopback = ip_address(host.strip("[]")).is_loopback
    except ValueError:
        loopback = host == "localhost"
    if not loopback and not config.web.password and reader.is_sound("web"):
        reader.problem(place, "password_file", "is required when the page listens beyond loopback")


def warnings(config: Config) -> list[str]:
    """What is allowed and probably not meant: sentences for a person."""
    found = []
    words = lexicon.load(config.names, config.concepts)
    wanted = {subscription.topic for subscription in config.subscriptions}
    found += [
        f"topic {topic.id!r} has no subscription: its stories are kept, and nobody is told"
        for topic in config.topics
        if topic.id not in wanted
    ]
    used = {subscription.channel for subscription in config.subscriptions} | {config.system.channel}
    found += [f"channel {channel.id!r} is used by nobody" for channel in config.channels if channel.id not in used]
    found += [f"topic {topic.id!r}: {doubt}" for topic in config.topics for doubt in doubts(topic.query, words)]
    if config.web.public_url and not public_base(config.web.public_url):
        found.append("web.public_url is no http(s) address: neither readers nor hubs can reach it")
    elif config.web.public_url and not config.web.listen:
        found.append("web.public_url is set and web.listen is off: neither readers nor hubs are answered")
    found += [f"include {pattern!r} fits no file" for pattern in config.idle]
    if not config.topics:
        found.append("no topics: nothing is news; docs/queries.md says how to write one")
    if not config.feeds:
        found.append("no feeds: `monitor feeds add URL` adds one")
    if not config.system.channel:
        found.append("system.channel is not set: nobody is told when feeds or channels fail")
    return found
