"""A daemon that is stopped in the middle of its work: it waits for what cannot be stopped, and calls none of it an error."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest
import structlog

from monitor import config as configs
from monitor.run.app import build
from monitor.run.daemon import Daemon
from monitor.store.sqlite import SqliteStore

CONFIG = """
database = "monitor.db"
[web]
listen = ""
[[topic]]
id = "v"
query = "venezuela"
[[channel]]
id = "desk"
url = "terminal://"
[[subscription]]
topic = "v"
channel = "desk"
"""


class SlowStore(SqliteStore):
    """A real store that takes its time over what happened: a disk under load."""

    def __init__(self, *given, **named) -> None:
        super().__init__(*given, **named)
        self.begun, self.go, self.ended = threading.Event(), threading.Event(), 0

    def events(self, *given, **named):
        self.begun.set()
        assert self.go.wait(20)
        found = super().events(*given, **named)
        self.ended += 1
        return found


async def work(folder: Path, stopping: Callable[[Daemon, SlowStore], Awaitable[None]]) -> SlowStore:
    """Runs a daemon until it looks at its own health, and then as `stopping` says until it has stopped."""
    (folder / "monitor.toml").write_text(CONFIG)
    config = configs.load(folder / "monitor.toml")
    with closing(SlowStore.open(config.database, durable=False)) as store:
        assert isinstance(store, SlowStore)
        daemon = Daemon(build(config, store), reload=lambda: config, tick=0.05)
        async with asyncio.timeout(20):
            running = asyncio.create_task(daemon.run())
            await asyncio.to_thread(store.begun.wait)
            await stopping(daemon, store)
            await running
    return store


async def test_a_stop_waits_for_what_still_uses_the_store_and_is_silent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def stopping(daemon: Daemon, store: SlowStore) -> None:
        daemon.stop()
        asyncio.get_running_loop().call_later(0.1, store.go.set)

    with caplog.at_level(logging.WARNING), structlog.testing.capture_logs() as said:
        store = await work(tmp_path, stopping)
    assert store.ended, "it was let finish before the store was closed"
    assert not caplog.records
    assert [one["event"] for one in said] == ["running", "stopping", "stopped"]


async def test_a_reload_that_comes_with_a_stop_changes_nothing(tmp_path: Path) -> None:
    async def stopping(daemon: Daemon, store: SlowStore) -> None:
        daemon.stop()
        reload = asyncio.create_task(daemon.reload())
        store.go.set()
        await reload

    with structlog.testing.capture_logs() as said:
        await work(tmp_path, stopping)
    assert "configuration reloaded" not in [one["event"] for one in said]
