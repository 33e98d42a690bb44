"""Builds everything from a configuration. The only importer of adapters: nobody else knows that the store is SQLite."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from monitor.alerts.send import Senders
from monitor.config import Config
from monitor.errors import ConfigError, EmbeddingsError, Problem
from monitor.feeds.article import PageReader
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.parsing import ParserPool
from monitor.feeds.robots import Robots
from monitor.model import Subscription, Topic
from monitor.pipeline import Desk
from monitor.pipeline.inbox import Inbox
from monitor.ports import Store
from monitor.run.secret import secret_of
from monitor.store.sqlite import SqliteStore
from monitor.stories.embedded import Embedding, embedding
from monitor.text import embedding as models
from monitor.text import lexicon as lexicons
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

_USERINFO = re.compile(r"(?<=://)[^/\s@]+@")


def utc_now() -> datetime:
    """The clock of every door but replay's."""
    return datetime.now(UTC)


@dataclass
class App:
    """What the doors share. `desks` hold each topic's memory; everything else could be built anew at any time."""

    config: Config
    store: Store
    lexicon: Lexicon
    matcher: Matcher
    desks: list[Desk]
    clock: Callable[[], datetime] = utc_now
    #: what hubs sent to the page, for the daemon to read
    inbox: Inbox = field(default_factory=Inbox)

    def fetcher(self) -> HttpFetcher:
        """The way out to the network, as configured; a context manager."""
        return HttpFetcher(self.config.fetch, clock=self.clock)

    def parser(self) -> ParserPool:
        """The parser's workers; a context manager."""
        return ParserPool()

    def pages(self, fetcher: HttpFetcher) -> PageReader:
        """The reader of the pages behind items, through the same way out."""
        return PageReader(fetcher, Robots(fetcher, self.config.fetch.user_agent, self.clock))

    def senders(self) -> Senders:
        """The way out for messages, as configured. Where readers can reach the page, messages have links by which they answer."""
        web = self.config.web
        receives = bool(web.public_url and web.listen)
        return Senders(
            {channel.id: channel for channel in self.config.channels},
            allow_private=self.config.fetch.allow_private,
            web_url=web.public_url if receives else "",
            secret=secret_of(self.config) if receives else "",
            clock=self.clock,
        )


def open_store(config: Config, *, exclusive: bool = False) -> SqliteStore:
    """The database that the configuration names. Raises `StoreError`, and `StoreLockedError` where another daemon holds it."""
    if config.database != ":memory:":
        Path(config.database).parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore.open(config.database, exclusive=exclusive)


def embedding_of(config: Config) -> Embedding | None:
    """The sentence model that the configuration names, None where it names none. Raises `ConfigError` with file and key."""
    if config.embeddings is None:
        return None
    try:
        return embedding(models.load(config.embeddings), config.embeddings / "monitor.json")
    except (EmbeddingsError, ValueError) as error:
        raise ConfigError([Problem(str(config.embeddings_in), "stories.embeddings", str(error))]) from error


def build(config: Config, store: Store, *, clock: Callable[[], datetime] = utc_now, before: App | None = None) -> App:
    """Everything, for this configuration and this database. What `before` remembers of unchanged topics is kept."""
    lexicon = lexicons.load(config.names, config.concepts)
    store.put_feeds(config.feeds, clock())
    store.put_subscriptions(config.subscriptions, clock())
    desks = desks_of(config.topics, config.subscriptions, lexicon, embedding_of(config))
    if before is not None and before.lexicon is lexicon:
        memories = {desk.topic.id: (desk.embedding, desk.memory) for desk in before.desks}
        for desk in desks:
            embedding, memory = memories.get(desk.topic.id, (None, None))
            desk.memory = memory if embedding == desk.embedding else None
    return App(
        config=config,
        store=store,
        lexicon=lexicon,
        matcher=Matcher(config.topics, lexicon),
        desks=desks,
        clock=clock,
        inbox=before.inbox if before else Inbox(),
    )


def desks_of(
    topics: Iterable[Topic],
    subscriptions: Iterable[Subscription],
    lexicon: Lexicon,
    embedding: Embedding | None = None,
) -> list[Desk]:
    """One desk a topic, with the subscriptions that want it."""
    wanted = list(subscriptions)
    return [
        Desk(topic, [one for one in wanted if one.topic == topic.id], lexicon, embedding=embedding) for topic in topics
    ]


# ── logs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def configure_logging(level: str = "info", secrets: Iterable[str] = ()) -> None:
    """One line an outcome on stderr: event first, then key=value. Whatever is in `secrets` is never written."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False),
            redacting(secrets),
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, pad_level=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard library, some of them whole addresses with their secrets.
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr, format="%(name)s: %(levelname)s", force=True)


def secrets_of(config: Config) -> set[str]:
    """Every string of a configuration that must never be printed."""
    found = {config.web.password, config.fetch.proxy, config.system.ping}
    for url in (*(channel.url for channel in config.channels), config.database, *(feed.url for feed in config.feeds)):
        parts = urlsplit(url)
        found |= {part for part in (parts.password, parts.query) if part}
    found |= {channel.url for channel in config.channels if not channel.url.startswith("terminal:")}
    return {secret for secret in found if secret and len(secret) >= 4}


def masking(config: Config) -> Callable[[str], str]:
    """What takes a configuration's secrets, and credentials inside addresses, out of a text that somebody else wrote."""
    longest_first = sorted(secrets_of(config), key=len, reverse=True)
    return lambda text: str(_masked(text, longest_first))


def redacting(secrets: Iterable[str]) -> Callable[[Any, str, MutableMapping[str, Any]], Mapping[str, Any]]:
    """A structlog processor that masks secrets, and credentials inside addresses."""
    longest_first = sorted(secrets, key=len, reverse=True)

    def mask(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        return {key: _masked(value, longest_first) for key, value in event.items()}

    return mask


def _masked(value: Any, secrets: Iterable[str]) -> Any:
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, "***")
    return _USERINFO.sub("***@", value)
