"""Plays the bundled story: a feed server on loopback publishes it in rounds, and the real daemon, a process of its own, polls it.

Nothing here knows what will be alerted: the narrator says what a round brings, and what appears between is the daemon's own voice.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from rich.console import Console

say = Console(highlight=False, soft_wrap=True)

#: seconds that a round lasts at speed 1: long enough for a poll, the settling and the delivery
ROUND = 4.5


class Newsstand:
    """A feed server: one RSS feed an outlet, with an ETag. `polled` counts the answers each feed gave since it last changed."""

    def __init__(self, outlets: Sequence[Mapping[str, Any]]) -> None:
        self.outlets = {outlet["id"]: outlet for outlet in outlets}
        self.entries: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self._runner: web.AppRunner | None = None

    def publish(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Puts entries at the top of their outlets' feeds, dated now."""
        for entry in entries:
            self.entries[entry["outlet"]].insert(0, {**entry, "at": datetime.now(UTC)})

    async def open(self) -> int:
        """Listens on a free port of loopback, and says which."""
        app = web.Application()
        app.router.add_get("/{outlet}.xml", self._feed)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def close(self) -> None:
        """Stops listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self.outlets.get(request.match_info["outlet"])
        if outlet is None:
            raise web.HTTPNotFound
        body = rss(outlet, self.entries[outlet["id"]])
        etag = f'"{blake2b(body.encode(), digest_size=8).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304, headers={"ETag": etag})
        return web.Response(text=body, content_type="application/rss+xml", headers={"ETag": etag})


def rss(outlet: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> str:
    """An RSS 2.0 document."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{entry['id']}</guid><title>{escape(entry['title'])}</title>"
        f"<link>https://{outlet['id']}.example/{entry['id']}</link><pubDate>{format_datetime(entry['at'])}</pubDate>"
        f"<description>{escape(entry['text'])}</description></item>"
        for entry in entries
    )
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><rss version='2.0'><channel><title>{escape(outlet['name'])}</title>"
        f"<link>https://{outlet['id']}.example/</link><description>News</description><language>{outlet['language']}</language>{items}</channel></rss>"
    )


def read_story() -> dict[str, Any]:
    """The bundled story: topic, outlets, rounds."""
    story = json.loads(files("monitor.demo").joinpath("story.json").read_text(encoding="utf-8"))
    assert isinstance(story, dict)
    return story


def configuration(story: Mapping[str, Any], folder: Path, port: int, digest_at: datetime, listen: str) -> Path:
    """Writes a configuration for the daemon that polls the newsstand, and says where."""
    feeds = "".join(
        f'[[feed]]\nurl = "http://127.0.0.1:{port}/{outlet["id"]}.xml"\nname = "{outlet["name"]}"\nlanguage = "{outlet["language"]}"\n'
        f'family = "{outlet["family"]}"\ntrust = {outlet["trust"]}\n\n'
        for outlet in story["outlets"]
    )
    path = folder / "monitor.toml"
    path.write_text(
        f"""timezone = "UTC"
database = "monitor.db"
log = "error"

[fetch]
interval = "1s"
min_interval = "1s"
max_interval = "1s"
allow_private = ["127.0.0.0/8"]
per_host = 8

[web]
listen = "{listen}"

[[topic]]
id = "{story["topic"]["id"]}"
name = "{story["topic"]["name"]}"
query = '''{story["topic"]["query"]}'''

[[channel]]
id = "screen"
url = "terminal://"

[[subscription]]
topic = "{story["topic"]["id"]}"
channel = "screen"
settle = "500ms"
gap = "0s"
digest_at = ["{digest_at:%H:%M:%S}"]

[system]
channel = "screen"

{feeds}""",
        encoding="utf-8",
    )
    return path


def play(*, speed: float = 1.0, listen: str = "127.0.0.1:8080") -> int:
    """Plays the story to the end. Returns the exit code: 1 if the daemon did not live through it."""
    return asyncio.run(_play(speed, listen))


async def _play(speed: float, listen: str) -> int:
    story = read_story()
    stand = Newsstand(story["outlets"])
    port = await stand.open()
    rounds = story["rounds"]
    digest_at = datetime.now(UTC) + timedelta(seconds=(len(rounds) + 1) * ROUND / speed)
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
        config = configuration(story, Path(folder), port, digest_at, listen)
        _headline(listen, len(rounds))
        stand.publish(rounds[0]["entries"])
        daemon = subprocess.Popen(
            [sys.executable, "-m", "monitor", "-c", str(config), "run"], env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        try:
            await _rounds(stand, rounds, speed, digest_at)
        finally:
            daemon.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(daemon.wait)
            await stand.close()
    say.print(
        "\nThat was the demo. [bold]make run[/bold] watches the real feeds; config/monitor.toml says where alerts go."
    )
    return 1 if code else 0


def _headline(listen: str, rounds: int) -> None:
    say.print(
        "[bold]monitor demo[/bold]: a bundled story, no network. Five invented outlets, the real daemon, this terminal."
    )
    if listen:
        say.print(f"The page is at http://{listen} while it runs.")
    say.print(f"{rounds} rounds of a few seconds each.\n")


async def _rounds(stand: Newsstand, rounds: Sequence[Mapping[str, Any]], speed: float, digest_at: datetime) -> None:
    for number, one in enumerate(rounds):
        say.print(f"[dim]── {number + 1}/{len(rounds)}  {escape_markup(one['say'])}[/dim]")
        if number:
            stand.publish(one["entries"])
            for entry in one["entries"]:
                say.print(
                    f"[dim]   {stand.outlets[entry['outlet']]['name']} publishes: {escape_markup(entry['title'])}[/dim]"
                )
        await asyncio.sleep(ROUND / speed)
    remaining = (digest_at - datetime.now(UTC)).total_seconds()
    await asyncio.sleep(max(remaining, 0) + 3.0)


def escape_markup(text: str) -> str:
    """Text for rich: brackets are only brackets."""
    return text.replace("[", r"\[")
