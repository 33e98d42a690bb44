"""WebSub end to end: a daemon, its page, a real hub on loopback, and what each of them may do to the others."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import pytest
from hub import Hub, entry, hub
from receivers import free_port, http_service

from monitor import config as configs
from monitor.feeds import websub
from monitor.model import Push
from monitor.pipeline.inbox import LARGEST
from monitor.run.app import App, build
from monitor.run.daemon import Daemon
from monitor.run.doctor import examine
from monitor.run.secret import secret_of
from monitor.store.sqlite import SqliteStore
from monitor.web.app import serve

CONFIG = """
database = "monitor.db"
[fetch]
interval = "200ms"
min_interval = "200ms"
max_interval = "1h"
allow_private = ["127.0.0.0/8"]
[web]
listen = "127.0.0.1:{port}"
password = "correct horse"
{public}
[[topic]]
id = "v"
query = "caracas"
"""


class House:
    """A daemon that polls the feeds of a hub, and serves its page where the hub can reach it."""

    def __init__(self, folder: Path, at: Hub, public: bool, port: int) -> None:
        self.path, self.hub, self.port = folder / "monitor.toml", at, port or free_port()
        self.write(public=public)

    def write(self, *, public: bool) -> None:
        url = f'public_url = "http://127.0.0.1:{self.port}/"' if public else ""
        feeds = "".join(
            f'[[feed]]\nurl = "http://127.0.0.1:{self.hub.port}{path}"\nname = "{path}"\n' for path in self.hub.feeds
        )
        self.path.write_text(CONFIG.format(port=self.port, public=url) + feeds)

    def push(self) -> Push | None:
        (feed, _) = next(one for one in self.store.feeds() if one[0].name == "/rss")
        return self.store.push_of(feed.id)

    def titles(self) -> list[str]:
        return sorted(item.title.removeprefix("Caracas: ") for item in self.store.items() if item.live)

    @property
    def now(self):
        return self.daemon.app.clock()

    def answers(self) -> bool:
        """Whether the page is served."""
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def is_live(self) -> bool:
        return websub.is_live(self.push(), self.now)

    def next_poll(self) -> timedelta:
        """How long after the last poll of /rss the next one is."""
        state = next(state for feed, state in self.store.feeds() if feed.name == "/rss")
        assert state.checked_at is not None
        return state.check_after - state.checked_at


async def until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - the daemon's next step is the event
        await asyncio.sleep(0.005)


async def page(app: App) -> None:
    await serve(app.config, app.store, app.clock, secret_of(app.config), app.inbox)


@asynccontextmanager
async def house(folder: Path, at: Hub, *, public: bool = True, port: int = 0) -> AsyncIterator[House]:
    made = House(folder, at, public, port)
    config = configs.load(made.path)
    async with asyncio.timeout(30):
        with closing(SqliteStore.open(config.database, durable=False)) as made.store:
            app = build(config, made.store)
            made.daemon = Daemon(app, reload=lambda: configs.load(made.path), serve=page, tick=0.02)
            running = asyncio.create_task(made.daemon.run())
            try:
                yield made
            finally:
                made.daemon.stop()
                await running


@asynccontextmanager
async def pushed(folder: Path) -> AsyncIterator[tuple[House, Hub]]:
    """A house whose feed is pushed, and would be polled again in an hour."""
    async with hub() as at, house(folder, at) as made:
        await until(made.is_live)
        await until(lambda: made.next_poll() >= timedelta(hours=1))
        yield made, at


async def test_what_a_hub_sends_is_news_at_once_and_one_item_with_what_is_polled(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        assert publisher.answers == [(200, "challenge-1")], "the hub reaches us without the page's password"
        (asked,) = publisher.asked
        assert asked["hub.topic"] == publisher.topic()
        polls = len(publisher.polls)
        news = entry("g1", "the bridge to Colombia is closed")
        assert await publisher.send(publisher.body("/rss", news)) == 202
        await until(at.titles)
        assert at.titles() == ["the bridge to Colombia is closed"]
        assert len(publisher.polls) == polls, "nobody had to ask"
        assert at.push().heard_at is not None
        publisher.feeds["/rss"].insert(0, news)
        publisher.feeds["/rss"].insert(0, entry("g2", "and opens again"))
        (feed, _) = at.store.feeds()[0]
        at.store.poll_soon(feed.id, at.now)
        await until(lambda: len(at.titles()) > 1)
        assert at.titles() == ["and opens again", "the bridge to Colombia is closed"]


async def test_what_is_forged_unsigned_or_of_another_topic_is_answered_and_forgotten(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        lie = publisher.body("/rss", entry("lie", "the president has fled"))
        assert await publisher.send(lie, secret="a guess") == 202
        assert await publisher.send(lie, **{"X-Hub-Signature": ""}) == 202
        assert await publisher.send(lie, **{"X-Hub-Signature": "sha256=é"}) == 202
        assert await publisher.send(lie, topic=publisher.topic("/other")) == 202
        assert at.push().heard_at is None
        assert await publisher.send(publisher.body("/rss", entry("g1", "it rains")), method="sha1") == 202
        await until(at.titles)
        assert at.titles() == ["it rains"]
        assert at.next_poll() >= timedelta(hours=1), "a forger does not even make us poll"


async def test_what_a_hub_sends_during_a_poll_waits_for_it_and_is_one_item_with_it(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        news = entry("g1", "the bridge to Colombia is closed")
        publisher.feeds["/rss"].insert(0, news)
        publisher.release.clear()
        polls, before = len(publisher.polls), at.now
        (feed, _) = at.store.feeds()[0]
        at.store.poll_soon(feed.id, at.now)
        await until(lambda: len(publisher.polls) > polls)
        assert await publisher.send(publisher.body("/rss", news)) == 202
        assert await publisher.send(publisher.body("/rss", news, entry("g2", "and opens again"))) == 202
        await until(lambda: len(at.daemon._tasks) == 3)
        for _ in range(50):  # whoever does not wait has time to be done
            assert (await publisher.verify(publisher.asked[0], mode="unsubscribe"))[0] == 404
        assert at.titles() == []
        publisher.release.set()
        await until(lambda: not at.daemon._tasks)
        assert at.titles() == ["and opens again", "the bridge to Colombia is closed"]
        ((_, state),) = at.store.feeds()
        assert state.changed_at > before, "neither has forgotten what the other learned"


async def test_an_entry_that_is_known_by_a_relative_address_is_one_item_pushed_or_polled(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        news = "<item><title>Caracas: short</title><link>2026/short</link><description>Caracas</description></item>"
        assert await publisher.send(publisher.body("/rss", news)) == 202
        await until(at.titles)
        publisher.feeds["/rss"].insert(0, news)
        publisher.feeds["/rss"].insert(0, entry("g2", "the end of the poll"))
        (feed, _) = at.store.feeds()[0]
        at.store.poll_soon(feed.id, at.now)
        await until(lambda: "the end of the poll" in at.titles())
        assert at.titles() == ["short", "the end of the poll"]


async def test_a_lease_outlives_a_restart_and_nobody_is_asked_again(tmp_path: Path) -> None:
    async with hub() as publisher:
        async with house(tmp_path, publisher) as at:
            await until(at.is_live)
            port = at.port
        async with house(tmp_path, publisher, port=port) as at:
            await until(at.answers)
            assert at.is_live()
            assert await publisher.send(publisher.body("/rss", entry("g1", "news after a restart"))) == 202
            await until(at.titles)
        assert len(publisher.asked) == 1


async def test_the_hub_of_a_feed_that_nobody_polls_any_more_may_stop(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        publisher.feeds = {"/other": [entry("g0", "a quiet day")]}
        at.write(public=True)
        await at.daemon.reload()
        callback = publisher.asked[0]["hub.callback"]
        async with publisher.browser.post(callback, data=b"x") as answer:
            assert answer.status == 410
        async with publisher.browser.post(callback, data=b"x") as answer:
            assert answer.status == 410
        assert at.store.push(callback.rpartition("/")[2].partition(".")[0]).state == "ended"


async def test_a_body_that_holds_no_feed_is_a_hint_to_poll_soon(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        assert await publisher.send(b"something happened") == 202
        await until(lambda: at.next_poll() <= websub.HINT_EVERY)
        assert at.titles() == []


async def test_a_body_that_is_too_large_is_not_read_and_a_hint_to_poll_soon(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        assert await publisher.send(b"x" * (LARGEST + 1)) == 413
        await until(lambda: at.next_poll() <= websub.HINT_EVERY)


async def test_a_hub_is_told_that_we_did_not_ask_and_strangers_nothing(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        (form,) = publisher.asked
        before = at.push()
        for wrong in (
            {"topic": "https://victim.example/feed"},
            {"mode": "unsubscribe"},
            {"lease_seconds": "never"},
            {"challenge": ""},
        ):
            assert (await publisher.verify(form, **wrong))[0] == 404, wrong
        assert at.push() == before
        stranger = {**form, "hub.callback": form["hub.callback"][:-1] + "!"}
        assert (await publisher.verify(stranger))[0] == 404
        async with publisher.browser.post(stranger["hub.callback"], data=b"x") as answer:
            assert answer.status == 404
        async with publisher.browser.head(form["hub.callback"]) as answer:
            assert answer.status == 404
        async with publisher.browser.get(f"http://127.0.0.1:{at.port}/feeds") as answer:
            assert answer.status == 401


async def test_a_hub_that_says_no_is_left_alone_and_polling_goes_on(tmp_path: Path) -> None:
    async with pushed(tmp_path) as (at, publisher):
        status, text = await publisher.verify(publisher.asked[0], mode="denied", reason="not for you")
        assert (status, text) == (200, "")
        assert not at.is_live()
        assert "not for you" in at.push().why
        polls = len(publisher.polls)
        await until(lambda: len(publisher.polls) > polls)
        assert len(publisher.asked) == 1


async def test_a_lease_that_ends_brings_back_polling(tmp_path: Path) -> None:
    async with hub() as publisher:
        publisher.lease = "2"
        async with house(tmp_path, publisher) as at:
            await until(at.is_live)
            await until(lambda: at.push().state == "refused")
            polls = len(publisher.polls)
            publisher.feeds["/rss"].insert(0, entry("g1", "the news of a poll"))
            await until(at.titles)
            assert len(publisher.polls) > polls
            assert "lease ended" in at.push().why


@pytest.mark.parametrize(
    ("status", "why"), [(503, "HTTP 503"), (403, "HTTP 403"), (404, "HTTP 404"), (302, "HTTP 302")]
)
async def test_a_hub_that_is_down_or_refuses_costs_no_news(tmp_path: Path, status: int, why: str) -> None:
    async with hub() as publisher:
        publisher.status = status
        publisher.headers = {"Location": "/hub"} if status == 302 else {}
        async with house(tmp_path, publisher) as at:
            await until(lambda: at.push() and at.push().state == "refused")
            assert why in at.push().why
            publisher.feeds["/rss"].insert(0, entry("g1", "the news of a poll"))
            await until(at.titles)
            assert len(publisher.asked) == 1
            findings = [one for one in examine(at.daemon.app.config, at.store, at.now) if one.about == "push"]
            assert not any(one.needs_a_person for one in findings)
            assert "0 of 1 feeds" in findings[0].text
            assert why in findings[1].text


async def test_a_hub_that_moves_for_good_is_followed_with_the_same_question(tmp_path: Path) -> None:
    async with hub() as old, hub() as new:
        old.status, old.headers = 308, {"Location": new.url}
        async with house(tmp_path, old) as at:
            await until(at.is_live)
            assert new.asked == old.asked


async def test_no_hub_inside_our_network_is_ever_asked(tmp_path: Path) -> None:
    """The feeds' own network is open here, and no other: not IPv6 loopback, on which a canary listens."""
    async with http_service(host="::1") as canary, hub() as publisher:
        inside = f"http://[::1]:{canary.port}/"
        vectors = {
            "/one": inside,
            "/two": f"http://[0:0:0:0:0:0:0:1]:{canary.port}/hub",
            "/three": f"http://user@[::1]:{canary.port}/",
            "/four": "http://169.254.169.254/latest/meta-data",
            "/five": "http://[fd00:ec2::254]/",
            "/six": "http://2852039166/",
            "/seven": "https://10.0.0.1/",
            "/moved": "",  # asked, and sends us inside
        }
        publisher.feeds |= {path: [entry("g0", "a quiet day")] for path in vectors}
        publisher.names = lambda path: vectors.get(path, "")
        publisher.status, publisher.headers = 307, {"Location": inside}
        async with house(tmp_path, publisher) as at:
            await until(lambda: [one.state for one in at.store.pushes()] == ["refused"] * (len(vectors) + 1))
            assert all("refused" in one.why for one in at.store.pushes()), [one.why for one in at.store.pushes()]
            assert canary.got == []
            assert len(publisher.asked) == 2


async def test_without_a_public_address_no_hub_is_asked_and_with_it_every_one(tmp_path: Path) -> None:
    async with hub() as publisher, house(tmp_path, publisher, public=False) as at:
        await until(lambda: len(publisher.polls) > 1)
        assert publisher.asked == []
        assert at.store.pushes() == []
        at.write(public=True)
        await at.daemon.reload()
        await until(at.is_live)
        publisher.feeds["/rss"].insert(0, entry("g1", "first"))
        at.write(public=False)
        await at.daemon.reload()
        (feed, _) = at.store.feeds()[0]
        at.store.poll_soon(feed.id, at.now)
        await until(lambda: at.push().state == "ended")
        assert await publisher.send(publisher.body("/rss", entry("g2", "second"))) == 410
        assert (await publisher.verify(publisher.asked[0]))[0] == 404
