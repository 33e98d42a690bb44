"""A publisher and a WebSub hub on loopback: it serves feeds, is asked for subscriptions, verifies them, and sends what it is told to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web


def entry(guid: str, text: str) -> str:
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>Caracas: {text}</title><link>https://news.example/{guid}</link>"
        f"<description>{text}, the ministry in Caracas said on Monday, and gave no further details of it.</description></item>"
    )


@dataclass
class Hub:
    """`feeds` are the entries at each path. `status` is what a subscription request is answered with, `lease` what is given."""

    browser: aiohttp.ClientSession
    port: int = 0
    feeds: dict[str, list[str]] = field(default_factory=lambda: {"/rss": [entry("g0", "a quiet day")]})
    polls: list[str] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    lease: str = "864000"
    verifies: bool = True
    #: while it is cleared, polls wait for their answer
    release: asyncio.Event = field(default_factory=asyncio.Event)
    #: the hub that a feed names; its own where nothing is said
    names: Callable[[str], str] = lambda _: ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hub"

    def topic(self, path: str = "/rss") -> str:
        return f"http://127.0.0.1:{self.port}/topics{path}"

    def body(self, path: str = "/rss", *entries: str) -> bytes:
        hub = self.names(path) or self.url
        links = f'<atom:link rel="hub" href="{hub}"/><atom:link rel="self" href="{self.topic(path)}"/>'
        items = "".join(entries or self.feeds[path])
        return (
            f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>News</title>{links}{items}</channel></rss>'
        ).encode()

    async def serve(self, request: web.Request) -> web.Response:
        self.polls.append(request.path)
        await self.release.wait()
        return web.Response(body=self.body(request.path), content_type="application/rss+xml")

    async def subscribe(self, request: web.Request) -> web.Response:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.status == 202 and self.verifies:
            # Before it answers, as a hub may.
            self.answers.append(await self.verify(form))
        return web.Response(status=self.status, headers=self.headers)

    async def verify(self, form: dict[str, str], **more: str) -> tuple[int, str]:
        said = {"hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.lease_seconds": self.lease}
        said |= {
            "hub.challenge": f"challenge-{len(self.asked)}",
            **{f"hub.{key}": value for key, value in more.items()},
        }
        async with self.browser.get(form["hub.callback"], params=said) as answer:
            return answer.status, await answer.text()

    async def send(
        self, body: bytes, *, secret: str = "", topic: str = "", method: str = "sha256", **headers: str
    ) -> int:
        """Distributes a body to the newest subscriber; what it answers. `secret` signs instead of the one that it was given."""
        form = self.asked[-1]
        digest = hmac.new((secret or form["hub.secret"]).encode(), body, getattr(hashlib, method)).hexdigest()
        said = {
            "Content-Type": "application/rss+xml",
            "Link": f'<{self.url}>; rel="hub", <{topic or form["hub.topic"]}>; rel="self"',
            "X-Hub-Signature": f"{method}={digest}",
            **headers,
        }
        async with self.browser.post(form["hub.callback"], data=io.BytesIO(body), headers=said) as answer:
            return answer.status


@asynccontextmanager
async def hub() -> AsyncIterator[Hub]:
    async with aiohttp.ClientSession() as browser:
        made = Hub(browser)
        made.release.set()
        app = web.Application()
        app.router.add_post("/hub", made.subscribe)
        app.router.add_get("/{path:.*}", made.serve)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        made.port = runner.addresses[0][1]
        try:
            yield made
        finally:
            await runner.cleanup()
