"""A reload, in a daemon that runs: its page, its dead-man switch and its database, each by what they do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest
import structlog
from aiohttp import web
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
{fetch}
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
{feeds}
"""


class House:
    """A daemon, its configuration file, and somebody who looks at its page and gets its pings."""

    def __init__(self, folder: Path, switch: HttpService, browser: aiohttp.ClientSession) -> None:
        self.path, self.switch, self.browser = folder / "monitor.toml", switch, browser
        self.values = {
            "database": "monitor.db",
            "listen": "",
            "ping": "",
            "name": "Venezuela",
            "fetch": "",
            "feeds": "",
        }
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


class SlowStand:
    """A newsstand that answers when it is let, and remembers who asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.let = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers["User-Agent"])
        await self.let.wait()
        item = "<item><guid>1</guid><title>News</title><link>https://news.example/1</link></item>"
        return web.Response(
            text=f"<rss version='2.0'><channel><title>T</title>{item}</channel></rss>", content_type="text/xml"
        )


@asynccontextmanager
async def slow_stand() -> AsyncIterator[tuple[SlowStand, str]]:
    stand, app = SlowStand(), web.Application()
    app.router.add_get("/feed", stand.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield stand, f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    finally:
        stand.let.set()
        await runner.cleanup()


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


async def test_the_way_out_stays_through_a_reload_that_does_not_concern_it(tmp_path: Path) -> None:
    async with house(tmp_path) as (at, daemon):
        await at.reload(daemon)
        before = daemon._fetcher
        await at.reload(daemon, name="The Caribbean")
        assert daemon.app.config.topics[0].name == "The Caribbean"
        assert daemon._fetcher is before


async def test_a_poll_under_way_ends_with_the_way_out_that_it_began_with_which_is_then_closed(tmp_path: Path) -> None:
    async with slow_stand() as (stand, url), house(tmp_path) as (at, daemon):
        feed = f'[[feed]]\nurl = "{url}"\nname = "slow"'
        await at.reload(daemon, feeds=feed, fetch='user_agent = "first"\ninterval = "1s"\nmin_interval = "1s"')
        first = daemon._fetcher
        while not stand.asked:  # noqa: ASYNC110 - the call is the event
            await asyncio.sleep(0)
        await at.reload(daemon, fetch='user_agent = "second"\ninterval = "1s"\nmin_interval = "1s"')
        assert daemon._fetcher is not first
        assert first._session is not None
        assert not first._session.closed, "somebody still reads with it"
        stand.let.set()
        while not first._session.closed:  # noqa: ASYNC110 - the daemon tells nobody
            await asyncio.sleep(0)
        (state,) = [state for _, state in daemon.app.store.feeds()]
        assert (state.failures, state.baseline_done) == (0, True), "the poll was not cut off"
        while "second" not in stand.asked:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0)
    second = daemon._fetcher._session
    assert second is not None
    assert second.closed, "a stop closes them all"
