"""A feed farm on loopback for `bench.polling`: N feeds of thirty entries and some 57 kB, with ETags, served by one small process.

It speaks just enough HTTP to cost next to nothing: what is measured is who asks. `GET /round/K` changes one feed in twenty, which
carry two new entries from then on; `/stats` tells how many 200 and 304 were served.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache

ENTRIES = 30
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
_WORDS = (
    "ministerio gobierno puerto frontera policía hospital huracán elecciones oposición presidente asamblea tribunal petróleo "
    "buques soldados rescate heridos evacuados ciudad región acuerdo sanciones embajada portavoz informe agencia caracas venezuela "
    "the of and in that was for on with said officials port storm border police people killed injured according ministry"
).split()


@lru_cache(maxsize=200_000)
def _item(feed: int, number: int) -> str:
    chance = random.Random(feed * 1_000 + number)
    words = [chance.choice(_WORDS) for _ in range(186)]
    title = " ".join(words[:9]).capitalize()
    text = "</p><p>".join(" ".join(words[at : at + 40]).capitalize() + "." for at in range(0, 186, 40))
    at = format_datetime(START + timedelta(minutes=10 * number + feed % 10))
    link = f"https://site{feed}.example/2026/03/{number}"
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{feed}-{number}</guid><pubDate>{at}</pubDate>"
        f"<category>News</category><description>{' '.join(words[9:40])}</description></item>"
    ).replace("<description>", f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded><description>")


def document(feed: int, newest: int) -> bytes:
    """The feed's body when its newest entry has this number."""
    items = "".join(_item(feed, number) for number in range(newest, newest - ENTRIES, -1))
    return (
        "<?xml version='1.0' encoding='UTF-8'?><rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
        f"<channel><title>Site {feed}</title><link>https://site{feed}.example/</link><language>es</language>{items}</channel></rss>"
    ).encode()


class Farm:
    """What is served, and how often."""

    def __init__(self, feeds: int) -> None:
        self.feeds, self.newest = feeds, [ENTRIES] * feeds
        self.bodies: dict[int, tuple[bytes, bytes]] = {}
        self.served = {200: 0, 304: 0}

    def change(self, number: int) -> None:
        for feed in range(number % 20, self.feeds, 20):
            self.newest[feed] += 2
            self.bodies.pop(feed, None)

    def answer(self, path: bytes, head: bytes) -> bytes:
        if path.startswith(b"/round/"):
            self.change(int(path[7:]))
            return _reply(b"200 OK", b"changed")
        if path == b"/stats":
            return _reply(b"200 OK", repr(self.served).encode())
        feed = int(path[2:].split(b".")[0])
        if feed not in self.bodies:
            body = document(feed, self.newest[feed])
            etag = f'"{feed}-{self.newest[feed]}"'.encode()
            self.bodies[feed] = (etag, _reply(b"200 OK", body, etag))
        etag, reply = self.bodies[feed]
        if etag in head:
            self.served[304] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"
        self.served[200] += 1
        return reply


def _reply(status: bytes, body: bytes, etag: bytes = b'""') -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        status, etag, len(body), body,
    )  # fmt: skip


class _Connection(asyncio.Protocol):
    def __init__(self, farm: Farm) -> None:
        self.farm, self.buffer = farm, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self.transport.write(self.farm.answer(head.split(b" ", 2)[1], head))  # type: ignore[attr-defined]


async def main(feeds: int) -> None:
    farm = Farm(feeds)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(farm), "127.0.0.1", 0, backlog=1_024)
    for feed in range(feeds):  # made before anybody asks
        farm.answer(b"/f%d.xml" % feed, b"")
    farm.served = {200: 0, 304: 0}
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
