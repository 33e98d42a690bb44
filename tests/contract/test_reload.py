"""A reload, in a daemon that runs: its page, its dead-man switch and its database, each by what they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
import structlog
from receivers import HttpService, free_port, http_service

from monitor import config as configs
from monitor.run.app import App, build
from monitor.run.daemon import Daemon
from monitor.store.sqlite import SqliteStore
from monitor.web.app import serve

CONFIG = """
database = "{database}"
[fetch]
allow_private = ["127.0.0.0/8"]
[web]
listen = "{listen}"
[[topic]]
id = "v"
name = "{name}"
query = "venezuela"
[[topic]]
id = "g"
query = "guyana"
[system]
ping = "{ping}"
ping_every = "1s"
"""


class House:
    """A daemon, its configuration file, and somebody who looks at its page and gets its pings."""

    def __init__(self, folder: Path, switch: HttpService, browser: aiohttp.ClientSession) -> None:
        self.path, self.switch, self.browser = folder / "monitor.toml", switch, browser
        self.values = {"database": "monitor.db", "listen": "", "ping": "", "name": "Venezuela"}
        self.write()

    def write(self, **values: str) -> None:
        self.values |= values
        self.path.write_text(CONFIG.format(**self.values))

    async def reload(self, daemon: Daemon, **values: str) -> None:
        self.write(**values)
        await daemon.reload()

    async def page(self, port: int) -> str:
        """What is shown there, as soon as somebody answers."""
        while True:
            try:
                async with self.browser.get(f"http://127.0.0.1:{port}/") as answer:
                    return await answer.text()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0)

    async def nobody(self, port: int) -> bool:
        try:
            async with self.browser.get(f"http://127.0.0.1:{port}/"):
                return False
        except aiohttp.ClientConnectorError:
            return True

    async def pinged(self, path: str) -> None:
        while path not in {got.path for got in self.switch.got}:  # noqa: ASYNC110 - the call is the event
            await asyncio.sleep(0)


async def show(app: App) -> None:
    await serve(app.config, app.store, app.clock)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[tuple[House, Daemon]]:
    async with http_service() as switch, aiohttp.ClientSession() as browser, asyncio.timeout(30):
        at = House(folder, switch, browser)
        config = configs.load(at.path)
        with closing(SqliteStore.open(config.database, durable=False)) as store:
            daemon = Daemon(build(config, store), reload=lambda: configs.load(at.path), serve=show, tick=0.05)
            running = asyncio.create_task(daemon.run())
            await asyncio.sleep(0)
            try:
                yield at, daemon
            finally:
                daemon.stop()
                await running
                structlog.reset_defaults()  # a reload sets up the log, for this test's own stderr


async def test_a_page_opens_moves_and_closes_with_the_configuration(tmp_path: Path) -> None:
    first, second = free_port(), free_port()
    async with house(tmp_path) as (at, daemon):
        await at.reload(daemon, listen=f"127.0.0.1:{first}")
        assert "Venezuela" in await at.page(first)
        await at.reload(daemon, listen=f"127.0.0.1:{second}")
        assert "Venezuela" in await at.page(second)
        assert await at.nobody(first)
        await at.reload(daemon, listen="")
        assert await at.nobody(second)


async def test_a_page_at_the_same_address_shows_what_has_changed(tmp_path: Path) -> None:
    port = free_port()
    async with house(tmp_path) as (at, daemon):
        await at.reload(daemon, listen=f"127.0.0.1:{port}")
        assert "Venezuela" in await at.page(port)
        await at.reload(daemon, name="The Caribbean")
        assert "The Caribbean" in await at.page(port)


async def test_an_address_that_cannot_be_used_is_said_and_costs_no_news(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(tmp_path) as (at, daemon):
        taken = f"127.0.0.1:{at.switch.port}"
        await at.reload(daemon, listen=taken)
        await asyncio.sleep(0)
        said = capsys.readouterr().err
        assert "the page cannot be served" in said
        assert f"{taken} cannot be used" in said
        port = free_port()
        await at.reload(daemon, listen=f"127.0.0.1:{port}")
        assert "Venezuela" in await at.page(port)


async def test_a_dead_mans_switch_begins_moves_and_ends(tmp_path: Path) -> None:
    async with house(tmp_path) as (at, daemon):
        await at.reload(daemon, ping=f"{at.switch.url}/one")
        await at.pinged("/one")
        await at.reload(daemon, ping=f"{at.switch.url}/two")
        await at.pinged("/two")
        before = len(at.switch.got)
        await at.reload(daemon, ping="")
        assert daemon._scheduler.get_job("ping") is None
        assert len(at.switch.got) <= before + 1


@pytest.mark.parametrize("change", [{"database": "other.db"}, {"ping": 'x"\nintervall = "3'}])
async def test_what_cannot_be_taken_is_refused_in_words_and_changes_nothing(
    tmp_path: Path, change: dict[str, str]
) -> None:
    port = free_port()
    async with house(tmp_path) as (at, daemon):
        await at.reload(daemon, listen=f"127.0.0.1:{port}")
        config = daemon.app.config
        with structlog.testing.capture_logs() as said:
            await at.reload(daemon, listen="", **change)
        (trouble,) = [one for one in said if one["event"] == "configuration not reloaded"]
        assert ("other.db is another one; stop the daemon" in trouble["problem"]) == ("database" in change)
        assert daemon.app.config is config
        assert "Venezuela" in await at.page(port)
