"""Politeness, bombs, slow deaths: what a server may do to us, and what it may not."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import zstandard
from newsroom import always, answer, own, serving

from monitor.errors import FetchError, RefusedError
from monitor.feeds.fetch import HttpFetcher, retry_after, wanted_wait
from monitor.feeds.turns import Turns
from monitor.model import Fetched, NotModified, Validators

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BODY = b"<rss><channel><title>News</title></channel></rss>" * 200


async def fetch(reply: bytes, path: str = "/feed", **limits: object) -> Fetched:
    async with serving(always(reply)) as server, HttpFetcher(own(**limits)) as fetcher:
        answered = await fetcher.get(server.url(path))
        assert isinstance(answered, Fetched)
        return answered


# ── politeness ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_both_validators_are_sent_back_word_for_word() -> None:
    reply = answer(b"", "304 Not Modified", ETag='W/"a b"')
    async with serving(always(reply)) as server, HttpFetcher(own(contact="https://desk.example")) as fetcher:
        sent = Validators(etag='W/"a b"', last_modified="Mon, 02 Mar 2026 09:00:00 GMT")
        assert isinstance(await fetcher.get(server.url(), sent), NotModified)
        headers = server.asked[0][1]
    assert headers["if-none-match"] == 'W/"a b"'
    assert headers["if-modified-since"] == "Mon, 02 Mar 2026 09:00:00 GMT"
    assert "desk.example" in headers["user-agent"]


async def test_a_304_that_nobody_asked_for_is_a_failure_and_not_silence() -> None:
    with pytest.raises(FetchError, match="304"):
        await fetch(answer(b"", "304 Not Modified"))


async def test_the_turns_of_one_host_are_spaced_and_other_hosts_do_not_wait() -> None:
    turns = Turns(2, 0.2)
    begun: list[tuple[str, float]] = []

    async def ask(url: str) -> None:
        async with turns.turn(url):
            begun.append((url, time.monotonic()))

    start = time.monotonic()
    await asyncio.gather(
        *(
            ask(url)
            for url in ["https://a.example/1", "https://www.a.example/2", "https://a.example/3", "https://b.example/"]
        )
    )
    a = [at - start for url, at in begun if "a.example" in url]
    b = [at - start for url, at in begun if "b.example" in url]
    assert b[0] < a[1]
    # counted from the start: a late first turn must not look like a hurried second
    assert all(at > 0.19 * number for number, at in enumerate(a))


async def test_waiting_for_a_turn_is_not_part_of_the_deadline() -> None:
    async def slow(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(answer(BODY))

    limits = own(per_host=1, timeout=timedelta(seconds=0.6))
    async with serving(slow) as server, HttpFetcher(limits) as fetcher:
        found = await asyncio.gather(*(fetcher.get(server.url(f"/{n}")) for n in range(4)))
    assert len(found) == 4


async def test_a_task_that_holds_its_turn_follows_redirects_inside_the_site() -> None:
    async def redirect(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(answer(BODY) if path == "/new" else answer(b"", "302 Found", Location="/new"))

    async with (
        serving(redirect) as server,
        HttpFetcher(own(per_host=1)) as fetcher,
        asyncio.timeout(3),
        fetcher.turn(server.url()),
    ):
        assert isinstance(await fetcher.get(server.url("/old")), Fetched)


async def test_pages_read_beside_a_feed_take_their_turns_without_waiting_for_it() -> None:
    turns = Turns(1, 0.1)
    begun: list[float] = []
    asked = time.monotonic()

    async def page() -> None:
        async with turns.turn("https://a.example/page"):
            begun.append(time.monotonic())

    async with asyncio.timeout(3), turns.turn("https://a.example/feed"):
        await asyncio.gather(*(page() for _ in range(4)))
    assert [at for at, since in enumerate(begun) if since - asked < at * 0.1] == []


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 10),
        ({"Cache-Control": "public, max-age=600", "Age": "300"}, 5),
        ({"Cache-Control": "max-age=600", "Age": "900"}, None),
        ({"Cache-Control": 'max-age="600"'}, 10),
        ({"Cache-Control": "max-age=31536000"}, 1440),
        ({"Cache-Control": "max-age=99999999999999999999999"}, 1440),
        ({"Cache-Control": "no-cache"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Cache-Control": "max-age=٣٠"}, None),
        ({"Expires": "Mon, 02 Mar 2026 10:30:00 GMT"}, 30),
        ({"Expires": "Mon, 02 Mar 2026 11:30:00 GMT", "Date": "Mon, 02 Mar 2026 11:00:00 GMT"}, 30),
        ({"Expires": "Mon, 02 Mar 2026 10:30:00 GMT", "Cache-Control": "max-age=60"}, 1),
        ({"Expires": "0"}, None),
        ({"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({"Expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 1440),
        ({"Retry-After": "120"}, 2),
        ({"Retry-After": "999999999999"}, 1440),
        ({"Retry-After": "Mon, 02 Mar 2026 10:10:00 GMT"}, 10),
        ({"Retry-After": "Mon, 02 Mar 2026 12:10:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"}, 10),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "600", "Cache-Control": "max-age=60"}, 10),
    ],
)
def test_what_the_headers_ask_for(headers: dict[str, str], minutes: int | None) -> None:
    assert wanted_wait(headers, NOW) == (timedelta(minutes=minutes) if minutes else None)


async def test_a_429_says_when_to_come_back() -> None:
    busy = always(answer(b"", "429 Too Many Requests", Retry_After="120"))
    async with serving(busy) as server, HttpFetcher(own(), clock=lambda: NOW) as fetcher:
        with pytest.raises(FetchError) as caught:
            await fetcher.get(server.url())
    assert caught.value.retry_at == NOW + timedelta(seconds=120)
    assert retry_after({"Retry-After": "Sat, 01 Jan 0001 00:00:00 -2359"}, NOW) in (NOW, None)


# ── redirects ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def follow(steps: dict[str, tuple[str, str]], start: str = "/0") -> Fetched:
    async def redirect(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        status, to = steps.get(path, ("200 OK", ""))
        writer.write(answer(BODY, status, **({"Location": to} if to else {})))

    async with serving(redirect) as server, HttpFetcher(own()) as fetcher:
        found = await fetcher.get(server.url(start))
        assert isinstance(found, Fetched)
        return found


@pytest.mark.parametrize(
    ("status", "moved"), [("301 Moved", True), ("308 Moved", True), ("302 Found", False), ("307 Found", False)]
)
async def test_only_a_permanent_redirect_is_a_move(status: str, moved: bool) -> None:
    found = await follow({"/0": (status, "/new place")})
    assert found.url.endswith("/new%20place")
    assert bool(found.moved_to) == moved


async def test_a_move_ends_where_the_first_temporary_redirect_begins() -> None:
    found = await follow({"/0": ("301 Moved", "/1"), "/1": ("302 Found", "/2"), "/2": ("301 Moved", "/3")})
    assert found.url.endswith("/3")
    assert found.moved_to.endswith("/1")


async def test_five_hops_are_followed_and_a_sixth_is_not() -> None:
    chain = {f"/{n}": ("302 Found", f"/{n + 1}") for n in range(6)}
    assert (await follow(chain, "/1")).url.endswith("/6")
    with pytest.raises(FetchError, match="more than 5"):
        await follow(chain)


async def test_circles_end_at_once() -> None:
    with pytest.raises(FetchError, match="circle"):
        await follow({"/0": ("302 Found", "/1"), "/1": ("302 Found", "/0")})


# ── bombs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _gzip_zeros(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(2**20)
    return b"".join(packer.compress(zeros) for _ in range(size // 2**20)) + packer.flush()


def _brotli_zeros(size: int) -> bytes:
    packer = brotli.Compressor(quality=5)
    zeros = bytes(2**20)
    return b"".join(packer.process(zeros) for _ in range(size // 2**20)) + packer.finish()


BOMBS = {
    "gzip": lambda: _gzip_zeros(256 * 2**20),
    "br": lambda: _brotli_zeros(256 * 2**20),
    "zstd": lambda: zstandard.ZstdCompressor(level=3).compress(bytes(256 * 2**20)),
    "deflate": lambda: zlib.compress(bytes(64 * 2**20), 9),
}


@pytest.mark.parametrize("encoding", BOMBS)
async def test_a_bomb_costs_no_more_than_the_cap(encoding: str) -> None:
    bomb = BOMBS[encoding]()
    async with serving(always(answer(bomb, Content_Encoding=encoding))) as server, HttpFetcher(own()) as fetcher:
        tracemalloc.start()
        started = time.monotonic()
        with pytest.raises(RefusedError, match="more than 200 times its size"):
            await fetcher.get(server.url())
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000
    assert time.monotonic() - started < 4


async def test_a_large_feed_of_few_words_is_no_bomb() -> None:
    """Two megabytes of entries that are all alike but for their numbers: thirty to one, as markup packs at its best."""
    body = b"".join(
        b"<item><title>Flood warning %d</title><guid>%d</guid></item>" % (n, n * 7919) for n in range(30_000)
    )
    packed = gzip.compress(body)
    assert len(body) > 1_500_000
    assert (await fetch(answer(packed, Content_Encoding="gzip"))).body == body


async def test_text_that_packs_too_little_to_be_a_bomb_ends_at_the_cap() -> None:
    body = b"".join(b"<item>%d</item>" % (n * 7919) for n in range(100_000))
    with pytest.raises(RefusedError, match="larger than 1 MB"):
        await fetch(answer(gzip.compress(body), Content_Encoding="gzip"), max_body=1_000_000)


async def test_a_doubly_packed_gigabyte_is_one_layer_of_bytes() -> None:
    """1 GiB in a few kilobytes: the second layer is not unpacked, and a double Content-Encoding is refused."""
    twice = gzip.compress(_gzip_zeros(2**28), 9)
    assert len((await fetch(answer(twice, Content_Encoding="gzip"))).body) < 2_000_000
    with pytest.raises(RefusedError, match="one layer"):
        await fetch(answer(twice, Content_Encoding="gzip, gzip"))


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("gzip", gzip.compress(BODY[:500]) + gzip.compress(BODY[500:])),
        ("gzip", gzip.compress(BODY) + b"\0\0\0"),
        ("deflate", zlib.compress(BODY)),
        ("deflate", zlib.compress(BODY)[2:-4]),
        ("br", brotli.compress(BODY)),
        ("zstd", zstandard.ZstdCompressor().compress(BODY)),
        ("identity", BODY),
    ],
)
async def test_every_usual_packing_is_unpacked(encoding: str, packed: bytes) -> None:
    found = await fetch(answer(packed, Content_Encoding=encoding, ETag='"1"'))
    assert found.body == BODY
    assert found.validators.etag == '"1"'


async def test_a_body_that_was_cut_short_is_not_vouched_for() -> None:
    found = await fetch(answer(gzip.compress(BODY)[:-20], Content_Encoding="gzip", ETag='"1"'))
    assert BODY.startswith(found.body)
    assert found.validators == Validators()


async def test_bytes_that_are_not_what_the_header_says_are_a_failure() -> None:
    for encoding in ("gzip", "br", "zstd", "deflate"):
        with pytest.raises(FetchError, match="unpacked"):
            await fetch(answer(b"<rss>plain</rss>", Content_Encoding=encoding))


async def test_an_endless_body_ends_at_the_cap() -> None:
    async def endless(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10_000):
            writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            await writer.drain()

    async with serving(endless) as server, HttpFetcher(own(max_body=1_000_000)) as fetcher:
        with pytest.raises(RefusedError, match="larger than 1 MB"):
            await fetcher.get(server.url())


async def test_of_large_bodies_only_so_many_are_read_at_a_time_and_all_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.feeds.fetch._LARGE_AT_ONCE", 2)
    begun, ended, most = 0, 0, 0

    async def large(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        nonlocal begun, ended, most
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6000000\r\n\r\n" + b" " * 3_000_000)
        await writer.drain()
        begun += 1  # more than three million bytes do not fit between us: they were taken
        for _ in range(30):
            writer.write(b" " * 100_000)
            await writer.drain()
            most = max(most, begun - ended)
        ended += 1

    async with serving(large) as server, HttpFetcher(own(per_host=9)) as fetcher:
        found = await asyncio.gather(*(fetcher.get(server.url(f"/{number}")) for number in range(6)))
    assert [len(one.body) for one in found if isinstance(one, Fetched)] == [6_000_000] * 6


@pytest.mark.parametrize("drip", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"])
async def test_a_server_that_drips_is_left_at_the_deadline(drip: bytes) -> None:
    async def slowloris(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        writer.write(drip)
        for _ in range(100):
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.05)

    started = time.monotonic()
    async with serving(slowloris) as server, HttpFetcher(own(timeout=timedelta(seconds=0.5))) as fetcher:
        with pytest.raises(FetchError, match=r"within 0\.5 s"):
            await fetcher.get(server.url())
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "not HTTP"),
        (b"", "hung up"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", "before its announced length"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n", "not HTTP"),
        (answer(b"", "410 Gone"), "gone for good"),
        (answer(b"", "503 Busy"), "the server failed"),
        (answer(b"", "204 No Content"), "unexpected"),
    ],
)
async def test_every_failure_is_a_sentence(reply: bytes, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        await fetch(reply)


# ── forms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_form_that_is_refused_says_why_and_when_to_come_back() -> None:
    reply = answer(b"why", "429 Too Many Requests", Retry_After="120")
    async with serving(always(reply)) as hub, HttpFetcher(own(), clock=lambda: NOW) as fetcher:
        with pytest.raises(FetchError, match="slow down") as refused:
            await fetcher.post(hub.url(), {"hub.mode": "subscribe"})
    assert refused.value.status == 429
    assert refused.value.retry_at == NOW + timedelta(seconds=120)


async def test_a_hub_that_redirects_for_ever_or_does_not_answer_is_given_up() -> None:
    async def silent(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    circle = answer(b"", "307 Temporary Redirect", Location="/again")
    for handler, why in ((always(circle), "redirects"), (silent, "within 0.2 s")):
        async with serving(handler) as hub, HttpFetcher(own(timeout=timedelta(seconds=0.2))) as fetcher:
            with pytest.raises(FetchError, match=why):
                await fetcher.post(hub.url(), {"hub.mode": "subscribe"})
