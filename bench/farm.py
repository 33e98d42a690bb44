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
from itertools import accumulate
from typing import NamedTuple

ENTRIES = 30
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
#: different articles; feeds share them, each under its own addresses
TEXTS = 3_000
_WORDS = (
    "de la que el en los se del las por con para una al the of and in that was for on with "
    "ministerio gobierno puerto frontera policía hospital huracán elecciones oposición presidente asamblea tribunal petróleo "
    "buques soldados rescate heridos evacuados ciudad región acuerdo sanciones embajada portavoz informe agencia caracas venezuela "
    "said officials port storm border police people killed injured according ministry"
).split()
_SYLLABLES = "ca ra cas ma ri bo pe tró leo mi nis te rio ción sa lud es pa ñol pre si den cia fron ra go bier no mar ti ne lu é ó".split()


class Article(NamedTuple):
    """What an article says, in the markup that WordPress sends."""

    title: str
    summary: str
    content: str


@lru_cache(maxsize=1)
def _articles() -> list[Article]:
    """Texts of 145 words each, whose words are as frequent as in news (Zipf), with links, emphasis, entities and pictures."""
    chance = random.Random(3)
    made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(8_000)}
    vocabulary = [*_WORDS, *sorted(made)]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    return [_article(chance.choices(vocabulary, cum_weights=weights, k=145)) for _ in range(TEXTS)]


def _article(words: list[str]) -> Article:
    parts = [" ".join(words[at : at + 40]).capitalize() + "." for at in range(0, len(words), 40)]
    parts[0] = f"“{parts[0]}”, dijo."
    parts[1] = f'El&nbsp;<a href="https://other.example/2026/03/01/antes/">{parts[1][:-1]}</a>.'
    parts[2] = f"<strong>{parts[2]}</strong> &#8211; &#8220;{words[3]}&#8221;"
    picture = '<figure><img loading="lazy" src="https://img.example/a.jpg" alt="" width="800" height="450"/></figure>'
    return Article(
        " ".join(words[:9]).capitalize(), " ".join(words[9:45]), f"{picture}<p>" + "</p>\n<p>".join(parts) + "</p>"
    )


def _item(feed: int, number: int) -> str:
    title, summary, content = _articles()[(feed * 31 + number) % TEXTS]
    at = format_datetime(START + timedelta(minutes=10 * number + feed % 10))
    site = f"https://site{feed}.example"
    return (
        f"<item><title>{title} {number}</title><link>{site}/2026/03/nota-{number}/</link><dc:creator><![CDATA[Redacción]]></dc:creator>"
        f"<pubDate>{at}</pubDate><category><![CDATA[Internacional]]></category><category><![CDATA[Política]]></category>"
        f'<guid isPermaLink="false">{site}/?p={number}</guid><description><![CDATA[<p>{summary} [&#8230;]</p>]]></description>'
        f'<content:encoded><![CDATA[{content}]]></content:encoded><media:thumbnail url="{site}/m/{number}.jpg"/></item>\n'
    )


def document(feed: int, newest: int) -> bytes:
    """The feed's body when its newest entry has this number."""
    items = "".join(_item(feed, number) for number in range(newest, newest - ENTRIES, -1))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">'
        f"<channel><title>Site {feed}</title><link>https://site{feed}.example/</link><language>es</language>{items}</channel></rss>"
    ).encode()


class Farm:
    """What is served, and how often. Bodies are made when they are asked for: ten thousand of them are 600 MB."""

    def __init__(self, feeds: int) -> None:
        self.feeds, self.newest = feeds, [ENTRIES] * feeds
        self.served = {200: 0, 304: 0}

    def change(self, number: int) -> None:
        for feed in range(number % 20, self.feeds, 20):
            self.newest[feed] += 2

    def answer(self, path: bytes, head: bytes) -> bytes:
        if path.startswith(b"/round/"):
            self.change(int(path[7:]))
            return _reply(b"200 OK", b"changed")
        if path == b"/stats":
            return _reply(b"200 OK", repr(self.served).encode())
        feed = int(path[2:].split(b".")[0])
        etag = f'"{feed}-{self.newest[feed]}"'.encode()
        if etag in head:
            self.served[304] += 1
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"
        self.served[200] += 1
        return _reply(b"200 OK", document(feed, self.newest[feed]), etag)


def _reply(status: bytes, body: bytes, etag: bytes = b'""') -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Type: application/rss+xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s" % (
        status, etag, len(body), body,
    )  # fmt: skip


class _Connection(asyncio.Protocol):
    def __init__(self, farm: Farm) -> None:
        self.farm, self.buffer = farm, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4 :]
            self.transport.write(self.farm.answer(head.split(b" ", 2)[1], head))


async def main(feeds: int) -> None:
    farm = Farm(feeds)
    server = await asyncio.get_running_loop().create_server(lambda: _Connection(farm), "127.0.0.1", 0, backlog=1_024)
    _articles()  # made before anybody asks
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
