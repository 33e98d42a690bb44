"""Servers on loopback that a test scripts byte by byte, and small feeds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from monitor.feeds.limits import FetchLimits

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
Handler = Callable[[str, dict[str, str], asyncio.StreamWriter], Awaitable[None]]


class Server:
    """An HTTP/1.1 server whose answers are raw bytes. `hits` are the paths that were asked, in order."""

    def __init__(self, handler: Handler) -> None:
        self.handler, self.hits, self.asked = handler, [], []
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            path = first.split(" ")[1]
            headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines if line)}
            self.hits.append(path)
            self.asked.append((path, headers))
            await self.handler(path, headers, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Server]:
    made = Server(handler)
    server = await asyncio.start_server(made.serve, host, port)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(reply: bytes) -> Handler:
    async def handler(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    return handler


def own(**more: object) -> FetchLimits:
    """Limits of a user who opened loopback."""
    return FetchLimits(
        **{"allow_private": ("127.0.0.0/8", "::1/128"), "timeout": timedelta(seconds=5), "per_host": 16, **more}
    )


def rss(*items: str, head: str = "") -> bytes:
    return (
        "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>News</title>"
        f"<link>https://news.example/</link>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(guid: str, title: str = "", text: str = "", more: str = "") -> str:
    title = title or f"Title of {guid}"
    text = text or f"What happened in {guid} is told here in words enough that the text is more than eighty characters."
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>https://news.example/{guid}</link><description>{text}</description>{more}</item>"
    )
