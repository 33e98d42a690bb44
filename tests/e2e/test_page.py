"""The page of a running daemon, and the same page in a real browser: it fits a telephone, obeys the reader's light or dark, and
gives a browser nothing to run.

Chromium is driven over its own protocol; where it is not installed those tests skip, and say so.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
PATIENCE = 60
SHOTS = os.environ.get("MONITOR_SHOTS", "")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="NOT TESTED IN A BROWSER: Chromium is not installed (apt-get install chromium)"
)


class Tab:
    """One page of the browser. `complaints` is everything that it logged: refused styles, failed loads, errors."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.complaints: list[str] = []
        self._events: list[str] = []

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while (message := await self._next()).get("id") != number:
            pass
        assert "error" not in message, message
        return message["result"]

    async def _next(self) -> dict[str, Any]:
        message = await self._socket.receive_json(timeout=PATIENCE)
        self._events.append(message.get("method", ""))
        if message.get("method") == "Log.entryAdded":
            self.complaints.append(message["params"]["entry"]["text"])
        return message

    async def open(self, url: str) -> None:
        self._events.clear()
        await self.do("Page.navigate", url=url)
        while "Page.loadEventFired" not in self._events:
            await self._next()

    async def look(self, width: int, *, dark: bool = False, height: int = 900) -> None:
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        await self.do("Emulation.setEmulatedMedia", features=scheme)
        await self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )

    async def value(self, expression: str) -> Any:
        answer = await self.do("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    async def picture(self, name: str) -> bytes:
        """The whole page; kept under this name in the folder that MONITOR_SHOTS names, for a person to look at."""
        size = (await self.do("Page.getLayoutMetrics"))["cssContentSize"]
        whole = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16_000), "scale": 1}
        answer = await self.do("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=whole)
        return kept(base64.b64decode(answer["data"]), name)


def kept(picture: bytes, name: str) -> bytes:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        (Path(SHOTS) / f"{name}.png").write_bytes(picture)
    return picture


@asynccontextmanager
async def browser(profile: Path) -> AsyncIterator[Tab]:
    """A tab in a Chromium of its own, with an empty profile."""
    assert CHROMIUM
    port_file = profile / "DevToolsActivePort"
    process = subprocess.Popen(  # noqa: ASYNC220 - started once, before anything waits
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not (port_file.exists() and port_file.read_text().count("\n")):
                assert process.poll() is None, "Chromium did not start"
                await asyncio.sleep(0.05)
        port = port_file.read_text().splitlines()[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                (page,) = [one for one in await answer.json() if one["type"] == "page"]
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                tab = Tab(socket)
                for domain in ("Page", "Log", "Runtime"):
                    await tab.do(f"{domain}.enable")
                yield tab
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


# ── the daemon's page ────────────────────────────────────────────────────────────────────────────────────────────────

STORY = (
    "CARACAS - Venezuela's president said on Wednesday that 3,000 soldiers were sent to the border with Colombia. "
    "The soldiers will stay until the end of the month, the president said in a speech in Caracas."
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def show_page(stage: Any, listen: str) -> None:
    stage.config.write_text(stage.config.read_text().replace('listen = ""', f'listen = "{listen}"'), encoding="utf-8")


async def tell(stage: Any) -> str:
    """Starts a daemon with a page, publishes a story, and waits until it is in the mailbox. Where the page is."""
    stage.configure(["/a", "/broken"])
    listen = f"127.0.0.1:{free_port()}"
    show_page(stage, listen)
    stage.stand.behaviour["/broken"] = lambda request: request.send_error(403)
    stage.start()
    await asyncio.to_thread(stage.stand.wait_until_asked, "/a", 2)
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the <b>border</b>", STORY)
    await asyncio.to_thread(stage.mailbox.wait_for, lambda got: len(got) == 1, "the alert")
    return f"http://{listen}"


async def test_the_page_shows_what_was_alerted_what_fails_and_what_was_sent(stage: Any) -> None:
    page = await tell(stage)
    async with aiohttp.ClientSession(page) as session:
        read = {path: await (await session.get(path)).text() for path in ("/", "/feeds", "/outbox", "/healthz")}
    assert "Venezuela sends 3,000 soldiers" in read["/"]
    assert "<b>" not in read["/"]
    assert "3,000 soldiers were sent to the border" in read["/"]
    assert "failing" in read["/feeds"]
    assert "403" in read["/feeds"]
    assert "Venezuela sends 3,000 soldiers" in read["/outbox"]
    assert '"ok":true' in read["/healthz"]
    assert '"failing":1' in read["/healthz"]


async def test_a_taken_address_costs_the_page_and_not_the_news(stage: Any) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        listen = f"127.0.0.1:{other.getsockname()[1]}"
        stage.configure(["/a"])
        show_page(stage, listen)
        stage.start()
        await asyncio.to_thread(stage.stand.wait_until_asked, "/a", 2)
        stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", STORY)
        await asyncio.to_thread(stage.mailbox.wait_for, lambda got: len(got) == 1, "the alert")
    assert f"{listen} cannot be used" in stage.log()


@needs_chromium
@pytest.mark.browser
async def test_in_a_browser_the_page_fits_every_width_in_light_and_dark_and_runs_nothing(stage: Any) -> None:
    page = await tell(stage)
    async with aiohttp.ClientSession(page) as session:
        front = await (await session.get("/")).text()
        story = front[front.index("/story/") :].partition('"')[0]
        told = await (await session.get(story)).text()
    verdict = told[told.index("/feedback/") :].partition('"')[0]
    # Beside the test's own folder: a profile may have a socket in it, whose path must be short.
    with tempfile.TemporaryDirectory() as profile:
        async with browser(Path(profile)) as tab:
            for path in ("/", story, "/feeds", "/outbox", verdict):
                for width in (360, 768, 1280):
                    papers = [await look(tab, page + path, width, dark=dark) for dark in (False, True)]
                    assert papers[0] > 200, "light paper is light"
                    assert papers[1] < 60, "dark paper is dark"
            assert await press(tab, page + story, "button") == "Take it back", "our own form is heard"
            assert await press(tab, page + verdict, "button") == "Say so"
            assert tab.complaints == []


async def press(tab: Tab, url: str, button: str) -> str:
    """What the first button says on the page that comes of pressing it on this one."""
    await tab.open(url)
    tab._events.clear()
    await tab.value(f"document.querySelector('main {button}').click()")
    while "Page.loadEventFired" not in tab._events:
        await tab._next()
    return str(await tab.value(f"document.querySelector('main {button}').textContent"))


async def look(tab: Tab, url: str, width: int, *, dark: bool) -> int:
    """How light the paper is, from 0 to 255, after everything that must hold of the page at this width was seen to hold."""
    await tab.look(width, dark=dark)
    await tab.open(url)
    assert await tab.value("document.documentElement.scrollWidth") == width, (url, "scrolls sideways")
    assert await tab.value("document.styleSheets.length") == 1
    assert await tab.value("document.scripts.length") == 0
    assert await tab.value("document.querySelectorAll('main h1').length") == 1
    cut = "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).length"
    assert await tab.value(cut) == 0, (url, "something hangs over the edge")
    name = f"page-{urlsplit(url).path.split('/')[1] or 'front'}-{width}-{'dark' if dark else 'light'}"
    picture = await tab.picture(name)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000, "there is something to see"
    paper = await tab.value("getComputedStyle(document.body).backgroundColor")
    return int(paper[paper.index("(") + 1 :].split(",")[0])
