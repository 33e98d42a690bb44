"""The SSRF table: what untrusted text may name, and what it never reaches."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import aiohttp
import pytest
from newsroom import always, answer, own, serving
from vectors import VECTORS

from monitor.addresses import check_url, is_allowed, is_connectable, networks
from monitor.errors import FetchError, RefusedError
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.limits import FetchLimits

PRIVATE = (
    "0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 "
    "192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 "
    ":: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 "
    "100::1 2001::1 2001:db8::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1"
).split()
PUBLIC = "1.1.1.1 8.8.8.8 93.184.215.14 2606:4700:4700::1111 2a00:1450:4001:80b::200e".split()


@pytest.mark.parametrize("address", PRIVATE)
def test_no_special_address_is_allowed(address: str) -> None:
    assert not is_allowed(address)
    assert not is_connectable(address, 80)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed_on_web_ports_only(address: str) -> None:
    assert is_allowed(address)
    assert is_connectable(address, 443)
    assert not is_connectable(address, 25)


def test_what_is_no_address_is_not_connected_to() -> None:
    for text in ("2130706433", "127.1", "0x7f000001", "①②⑦.⓪.⓪.①", "localhost", ""):
        assert not is_connectable(text, 80)


def test_a_network_that_the_user_opened_is_open_and_no_other() -> None:
    opened = networks(["10.1.0.0/16"])
    assert is_connectable("10.1.2.3", 9999, opened)
    assert not is_connectable("10.2.0.1", 80, opened)
    assert not is_connectable("1.1.1.1", 9999, opened)


@pytest.mark.parametrize(
    "url",
    ["https://news.example/feed?a=b", "http://münchen.example/rss", "https://1.1.1.1/x", "http://news.example:8080/"],
)
def test_ordinary_addresses_pass(url: str) -> None:
    check_url(url)


async def test_no_vector_reaches_a_canary_on_loopback() -> None:
    assert len(VECTORS) >= 60
    async with serving(always(answer(b"secret"))) as four, serving(always(answer(b"secret")), "::1") as six:
        async with HttpFetcher(FetchLimits()) as fetcher:
            for canary in (four, six):
                for vector in VECTORS:
                    with pytest.raises(FetchError):
                        await fetcher.get(vector.replace("{p}", str(canary.port)))
        assert four.connections == six.connections == 0


async def test_no_hub_that_a_feed_names_is_a_canary_on_loopback() -> None:
    async with serving(always(answer(b"secret"))) as four, serving(always(answer(b"secret")), "::1") as six:
        async with HttpFetcher(FetchLimits()) as fetcher:
            for canary in (four, six):
                for vector in VECTORS:
                    with pytest.raises(FetchError):
                        await fetcher.post(vector.replace("{p}", str(canary.port)), {"hub.secret": "s"})
        assert four.connections == six.connections == 0


async def test_no_redirect_of_a_hub_reaches_a_canary_on_loopback() -> None:
    async with serving(always(answer(b"secret")), "127.0.0.2") as canary:
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
            reply = answer(b"", status, Location=canary.url(host="127.0.0.2"))
            async with serving(always(reply)) as hub, HttpFetcher(own(allow_private=("127.0.0.1/32",))) as fetcher:
                with pytest.raises(FetchError):
                    await fetcher.post(hub.url(), {"hub.secret": "s"})
                assert hub.hits == ["/"]
        assert canary.connections == 0


async def test_no_redirect_reaches_a_canary_on_loopback() -> None:
    """The first hop is a server that the user opened; where it points to is not."""
    async with serving(always(answer(b"secret")), "127.0.0.2") as canary:

        async def redirect(path: str, headers: dict[str, str], writer: asyncio.StreamWriter) -> None:
            target = VECTORS[int(path.strip("/"))].replace("{p}", str(canary.port)).replace("127.0.0.1", "127.0.0.2")
            location = "".join(c for c in target if c not in "\n\x00").encode("utf-8")
            writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")
            await writer.drain()

        async with serving(redirect) as server, HttpFetcher(own(allow_private=("127.0.0.1/32",))) as fetcher:
            for number, vector in enumerate(VECTORS):
                try:
                    await fetcher.get(server.url(f"/{number}"))
                except FetchError:
                    continue
                pytest.fail(f"a redirect to {vector} was answered")
        assert canary.connections == 0


async def test_a_name_that_changes_its_address_never_reaches_loopback() -> None:
    """DNS rebinding: public when it is checked, loopback when it is connected to. What was checked is what is connected to."""
    async with serving(always(answer(b"secret"))) as canary:
        tries = 0

        def resolve(host: str, port: int) -> list[str]:
            nonlocal tries
            tries += 1
            return [["127.0.0.1"], ["1.1.1.1", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]][tries % 4]

        async with HttpFetcher(FetchLimits(spacing=FetchLimits().timeout * 0), resolve=resolve) as fetcher:
            for number in range(1_000):
                with pytest.raises(RefusedError):
                    await fetcher.get(f"http://rebind{number % 7}.example:8080/")
        assert tries >= 1_000
        assert canary.connections == 0


async def test_a_name_that_turns_to_loopback_between_two_hops_is_left_at_the_second() -> None:
    """Its first answer is allowed, its next is not: the redirect to the very same name is looked up anew, and refused."""
    async with serving(always(answer(b"secret"))) as canary:
        onward = always(answer(b"", "302 Found", Location=f"http://rebind.example:{canary.port}/next"))
        async with serving(onward, "127.0.0.2", canary.port) as public:
            answers = itertools.cycle(["127.0.0.2", "127.0.0.1"])
            limits = own(allow_private=("127.0.0.2/32",), spacing=timedelta(0))
            async with HttpFetcher(limits, resolve=lambda *_: [next(answers)]) as fetcher:
                for number in range(1_000):
                    with pytest.raises(RefusedError):
                        await fetcher.get(f"http://rebind.example:{public.port}/{number}")
            assert public.connections == 1_000
        assert canary.connections == 0


async def test_the_last_gate_holds_where_the_first_was_fooled() -> None:
    """aiohttp does not ask its resolver about what looks like an address: no socket is made for it all the same."""
    async with serving(always(answer(b"secret"))) as canary, HttpFetcher(FetchLimits()) as fetcher:
        assert fetcher._session is not None
        for host in ("2130706433", "127.1", "[::ffff:127.0.0.1]", "127.0.0.1"):
            with pytest.raises((OSError, aiohttp.ClientError)):
                await fetcher._session.get(f"http://{host}:{canary.port}/")
        assert canary.connections == 0


async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(always(answer(b"by proxy"))) as proxy, serving(always(answer(b"direct"))) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        async with HttpFetcher(own()) as fetcher:
            assert (await fetcher.get(server.url("/feed"))).body == b"direct"  # type: ignore[union-attr]
        assert proxy.connections == 0


async def test_our_own_proxy_is_used_and_does_not_open_loopback() -> None:
    async with serving(always(answer(b"by proxy"))) as proxy:
        limits = FetchLimits(proxy=proxy.url().rstrip("/"))
        async with HttpFetcher(limits, resolve=lambda *_: ["1.1.1.1"]) as fetcher:
            assert (await fetcher.get("http://news.example/feed")).body == b"by proxy"  # type: ignore[union-attr]
            with pytest.raises(RefusedError):
                await fetcher.get("http://127.0.0.1:8080/")
        assert len(proxy.hits) == 1
