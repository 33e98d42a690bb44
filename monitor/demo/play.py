"""Plays the bundled story: a feed server on loopback publishes it in rounds, and the real daemon, a process of its own, polls it.

Nothing here knows what will be alerted: the narrator says what a round brings, and what appears between is the daemon's own voice. A round
lasts until the daemon's database says that it has read, judged and sent everything, and then as long as a reader needs.
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
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import web
from rich.console import Console

from monitor.ports import Store
from monitor.store.sqlite import SqliteStore

say = Console(highlight=False, soft_wrap=True)

#: seconds for the reader after each round, at speed 1
READING = 1.5
#: seconds after which a round is over whatever the daemon did, and between two looks at its database
PATIENCE, LOOK = 20.0, 0.1
#: what is due within this time is waited for; the settling of the demo's subscription is half of it
SOON = timedelta(seconds=1)


class Newsstand:
    """A feed server: one RSS feed an outlet, with an ETag."""

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
    path = folder / "monitor.toml"
    path.write_text(_settings(story, digest_at, listen) + _feeds(story, port), encoding="utf-8")
    return path


def _settings(story: Mapping[str, Any], digest_at: datetime, listen: str) -> str:
    """Everything but the feeds: polled every second, told at once, on the screen."""
    return f"""timezone = "UTC"
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

"""


def _feeds(story: Mapping[str, Any], port: int) -> str:
    """The tables of the outlets' feeds."""
    return "".join(
        f'[[feed]]\nurl = "http://127.0.0.1:{port}/{outlet["id"]}.xml"\nname = "{outlet["name"]}"\nlanguage = "{outlet["language"]}"\n'
        f'family = "{outlet["family"]}"\ntrust = {outlet["trust"]}\n\n'
        for outlet in story["outlets"]
    )


def play(*, speed: float = 1.0, listen: str = "127.0.0.1:8080") -> int:
    """Plays the story to the end. Returns the exit code: 1 if the daemon did not live through it."""
    return asyncio.run(_play(speed, listen))


async def _play(speed: float, listen: str) -> int:
    story = read_story()
    stand = Newsstand(story["outlets"])
    port = await stand.open()
    with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:

        def configure(digest_in: timedelta) -> Path:
            return configuration(story, Path(folder), port, datetime.now(UTC) + digest_in, listen)

        config = configure(timedelta(hours=12))
        _headline(listen, len(story["rounds"]))
        stand.publish(story["rounds"][0]["entries"])
        store = SqliteStore.open(Path(folder) / "monitor.db")
        daemon = subprocess.Popen(
            [sys.executable, "-m", "monitor", "-c", str(config), "run"], env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        try:
            await _rounds(stand, story["rounds"], store, daemon, READING / speed)
            configure(timedelta(seconds=2))
            daemon.send_signal(signal.SIGHUP)
            await _until(lambda: any(one.mode == "digest" and one.state == "sent" for one in store.alerts()), daemon)
        finally:
            daemon.send_signal(signal.SIGTERM)
            code = await asyncio.to_thread(daemon.wait)
            store.close()
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
    say.print(f"{rounds} rounds of a few seconds each. ▶ is an alert, ≡ a digest, ⚙ the monitor about itself.")


async def _rounds(
    stand: Newsstand, rounds: Sequence[Mapping[str, Any]], store: Store, daemon: subprocess.Popen[bytes], pause: float
) -> None:
    published = 0
    for number, one in enumerate(rounds):
        say.print(f"\n[bold]{number + 1}/{len(rounds)}[/bold]  {escape_markup(one['say'])}")
        heard = len(store.alerts())
        if number:
            stand.publish(one["entries"])
            for entry in one["entries"]:
                say.print(
                    f"[dim]     {stand.outlets[entry['outlet']]['name']} publishes: {escape_markup(entry['title'])}[/dim]"
                )
        published += len(one["entries"])
        await _until(partial(_is_done, store, published), daemon)
        if len(store.alerts()) == heard:
            say.print("[dim]     (nothing is sent)[/dim]")
        await asyncio.sleep(pause)


def _is_done(store: Store, published: int) -> bool:
    """Whether everything that was published is read and judged, and what that led to is sent. The first message is the baseline's."""
    now = datetime.now(UTC)
    due = store.next_due()
    read = store.counts()["items"] >= published and bool(store.alerts())
    return read and not store.due_topics(now) and (due is None or due > now + SOON)


async def _until(done: Callable[[], bool], daemon: subprocess.Popen[bytes]) -> None:
    """Looks again and again until it is done, patience ends, or nobody is left who could do it."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while not done() and daemon.poll() is None and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110 - another process does it
        await asyncio.sleep(LOOK)


def escape_markup(text: str) -> str:
    """Text for rich: brackets are only brackets."""
    return text.replace("[", r"\[")
