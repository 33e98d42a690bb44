"""What a reader finds on the page."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
from fakes import MemoryStore
from page_values import MINUTE, NOON, PAGES, ask, clock, configure, newsroom

from monitor.errors import StoreError
from monitor.model import Feed, FeedCheck, FeedState, Match, Moved, Push, StoryUpdate
from monitor.ports import Store
from monitor.store.sqlite import SqliteStore
from monitor.web.app import make_app


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest) -> Any:
    opened: Store = MemoryStore() if request.param == "memory" else SqliteStore.open(":memory:", durable=False)
    yield opened
    opened.close()


def text(html: str) -> str:
    """What is written on a page, in one line."""
    return " ".join("".join(html5lib.parse(html, namespaceHTMLElements=False).find("body").itertext()).split())


async def read(store: Store, path: str, folder: Path, **more: Any) -> str:
    answer = await ask(make_app(configure(folder), store, more.get("at", clock)), path)
    assert answer.status == 200
    return text(answer.text)


async def test_the_front_page_tells_the_change_with_old_and_new_who_says_so_and_through_whom(
    store: Store, tmp_path: Path
) -> None:
    newsroom(store)
    page = await read(store, "/", tmp_path)
    assert "Bridge closed in Caracas" in page
    assert "injured few people → many people" in page
    assert "the mayor, in Ledger via WIRE, Harbour Agency" in page
    assert "Evidence of the figure" in page
    assert "5 more developments" in page
    assert "3 reports from" in page


async def test_a_copy_is_counted_and_is_no_development(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    assert "Evidence of the source" not in await read(store, "/", tmp_path)
    page = await read(store, "/story/st1", tmp_path)
    assert "3 reports (1 a copy)" in page
    assert "Also in Herald via WIRE" in page
    assert "same text as Wire" in page


async def test_a_story_calls_its_origins_by_their_outlets_and_not_by_host(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    (item, judgement), *_ = store.story_items("st1")
    tide = replace(
        item, id="i-tide", url="https://a.example/1", guid="tide", publisher="The Tide", family="tide.example"
    )
    state = next(state for _, state in store.feeds() if state.feed == item.feed)
    matches = {"i-tide": (Match(topic="v", score=0.9),)}
    store.record_check(FeedCheck(feed=item.feed, at=NOON, state=state, items=(tide,), matches=matches))
    told = replace(judgement, item="i-tide", origin="tide.example", developments=(), new_story=False)
    store.record_update(StoryUpdate(topic="v", at=NOON, judgements=(told,)))
    page = await read(store, "/story/st1", tmp_path)
    assert "Wire The Tide" in page
    assert "tide.example" not in page


async def test_a_story_has_its_timeline_its_figures_and_its_sources(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    page = await read(store, "/story/st1", tmp_path)
    for said in (
        "Evidence of the new_story",
        "claimed → denied",
        "3 people → 4,500 people",
        "3 people or 4,500 people",
    ):
        assert said in page
    assert page.index("Evidence of the figure") < page.index("Evidence of the new_story")
    assert "Figures as they stand many people injured" in page
    assert "Monday, 2 March 2026" in page
    assert "08:01" in page  # Caracas is four hours behind


async def test_a_merged_story_is_found_under_its_old_address(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    items = tuple(item.id for item, _ in store.story_items("st1"))
    store.record_edit(Moved(topic="v", items=items, source="st1", target="st2", by="merge", at=NOON + 3 * MINUTE))
    answer = await ask(make_app(configure(tmp_path), store, clock), "/story/st1")
    assert (answer.status, answer.headers["location"]) == (303, "/story/st2")


async def test_old_news_leave_the_front_page(store: Store, tmp_path: Path) -> None:
    newsroom(store)

    def later() -> Any:
        return NOON + timedelta(hours=30)

    assert "Nothing new in the last 24 hours." in await read(store, "/", tmp_path, at=later)
    assert "Bridge closed in Caracas" in await read(store, "/?hours=72", tmp_path, at=later)


async def test_a_topic_can_be_read_alone(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    assert "Bridge closed" in await read(store, "/?topic=v", tmp_path)
    assert "Nothing new" in await read(store, "/?topic=g", tmp_path)


async def test_the_feeds_page_says_what_is_wrong_first(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    page = await read(store, "/feeds", tmp_path)
    assert "1 well, 1 failing, 1 not read yet, 1 retired" in page
    assert page.index("herald herald.example") < page.index("wire wire.example")
    assert "failing for 10 h HTTP 403" in page
    assert "token" not in page.replace(
        "token=hidden", "", 1
    )  # the server's own words; the address itself is only a host
    assert "Herald has failed for 6 hours" in page


async def test_the_feeds_page_says_until_when_a_feed_is_pushed(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    push = Push(feed="wire", id="w_1", hub="https://h.example/", topic="https://t.example/", state="live", due=None)
    store.record_push(None, replace(push, until=NOON + 60 * MINUTE))
    assert "pushed until 09:00" in await read(store, "/feeds", tmp_path)
    store.record_push(store.push_of("wire"), replace(push, until=NOON))
    assert "pushed" not in await read(store, "/feeds", tmp_path)


async def test_the_outbox_says_what_is_owed_what_is_dead_and_why(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    page = await read(store, "/outbox", tmp_path)
    assert "2 owed, 1 dead" in page
    for said in (
        "550 refused",
        "monitor alerts retry al-dead",
        "503 busy",
        "next try in 10 min, after 1 try",
        "250 accepted",
        "Five were hurt.",
    ):
        assert said in page
    assert "503 busy" not in await read(store, "/outbox?state=dead", tmp_path)
    assert "No alert is superseded." in await read(store, "/outbox?state=superseded", tmp_path)


async def test_without_feeds_the_page_says_how_to_add_one(store: Store, tmp_path: Path) -> None:
    for path in ("/", "/feeds"):
        assert "monitor feeds add URL" in await read(store, path, tmp_path)
    assert "The outbox is empty." in await read(store, "/outbox", tmp_path)


async def test_before_the_first_poll_the_page_says_that_it_comes(store: Store, tmp_path: Path) -> None:
    store.put_feeds([Feed(id="wire", url="https://wire.example/", name="Wire", family="wire")], NOON)
    assert "1 feed is about to be read for the first time" in await read(store, "/", tmp_path)


async def test_silence_is_explained(store: Store, tmp_path: Path) -> None:
    watched(store)
    assert "1 feed is watched, last 5 min ago" in await read(store, "/", tmp_path)


async def test_a_story_that_is_not_there_is_a_page_that_says_so(store: Store, tmp_path: Path) -> None:
    for path in ("/story/st_none", "/nothing", "/static/app.py", "/static/..%2fapp.py", "/static/../app.py"):
        answer = await ask(make_app(configure(tmp_path), store, clock), path)
        assert answer.status == 404
        assert "There is no such page" in text(answer.text)


async def test_a_page_renews_itself_only_for_who_asks(store: Store, tmp_path: Path) -> None:
    app = make_app(configure(tmp_path), store, clock)
    assert "refresh" not in (await ask(app, "/")).headers
    assert (await ask(app, "/?live=1")).headers["refresh"] == "60"


async def test_the_style_is_sent_once_and_then_remembered(store: Store, tmp_path: Path) -> None:
    app = make_app(configure(tmp_path), store, clock)
    first = await ask(app, "/static/page.css")
    assert first.headers["content-type"].startswith("text/css")
    again = await ask(app, "/static/page.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.text) == (304, "")


# ── health ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def watched(store: Store) -> None:
    store.put_feeds([Feed(id="wire", url="https://wire.example/", name="Wire", family="wire")], NOON)
    state = FeedState(
        feed="wire",
        check_after=NOON + 35 * MINUTE,
        checked_at=NOON + 25 * MINUTE,
        ok_at=NOON + 25 * MINUTE,
        baseline_done=True,
    )
    store.record_check(FeedCheck(feed="wire", at=NOON + 25 * MINUTE, state=state))


async def test_health_is_good_while_feeds_are_polled(store: Store, tmp_path: Path) -> None:
    watched(store)
    answer = await ask(make_app(configure(tmp_path), store, clock), "/healthz")
    assert answer.status == 200
    assert (
        answer.text
        == '{"ok":true,"trouble":"","polled":"2026-03-02T12:25:00Z","feeds":1,"failing":0,"owed":0,"dead":0}'
    )


async def test_health_is_bad_when_what_is_due_is_not_polled_for_long(store: Store, tmp_path: Path) -> None:
    watched(store)
    now = [NOON + 30 * MINUTE]
    app = make_app(configure(tmp_path), store, lambda: now[0])
    for minutes, status in ((49, 200), (51, 503)):
        now[0] = NOON + minutes * MINUTE
        assert (await ask(app, "/healthz")).status == status
    # A page that has just begun gives its daemon the time to catch up.
    assert (await ask(make_app(configure(tmp_path), store, lambda: now[0]), "/healthz")).status == 200


class Broken(MemoryStore):
    """A store whose database does not answer."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def feeds(self) -> Any:
        raise self.error


async def test_health_is_bad_when_the_database_does_not_answer(tmp_path: Path) -> None:
    app = make_app(configure(tmp_path), Broken(StoreError("/data/monitor.db: disk I/O error")), clock)
    answer = await ask(app, "/healthz")
    assert answer.status == 503
    assert answer.text == '{"ok":false,"trouble":"the database does not answer"}'
    page = await ask(app, "/")
    assert page.status == 503
    assert "disk I/O error" in text(page.text)


async def test_a_bug_shows_no_details_and_keeps_the_headers(tmp_path: Path) -> None:
    app = make_app(configure(tmp_path), Broken(sqlite3.ProgrammingError("secret detail")), clock)
    caught: list[Any] = []

    async def send(message: Any) -> None:
        caught.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "root_path": "",
    }
    with pytest.raises(sqlite3.ProgrammingError):
        await app(scope, None, send)
    headers = dict(caught[0]["headers"])
    assert caught[0]["status"] == 500
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert b"secret detail" not in caught[1]["body"]


async def test_health_names_no_feed_no_channel_and_no_error(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    answer = await ask(make_app(configure(tmp_path), store, clock), "/healthz")
    for word in ("wire", "herald", "desk", "403", "550", "token"):
        assert word not in answer.text


async def test_every_page_has_a_title_one_heading_and_links_that_lead_somewhere(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    app = make_app(configure(tmp_path), store, clock)
    for path in PAGES:
        tree = html5lib.parse((await ask(app, path)).text, namespaceHTMLElements=False)
        assert tree.find(".//title").text.endswith("· monitor")
        assert len(tree.findall(".//h1")) == 1, path
        ids = [element.get("id") for element in tree.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        for link in tree.iter("a"):
            if link.get("href", "").startswith("/"):
                assert (await ask(app, link.get("href"))).status == 200, link.get("href")


async def test_a_muted_story_says_so(store: Store, tmp_path: Path) -> None:
    newsroom(store)
    story = store.story("st1")
    assert story is not None
    assert replace(story, muted_until=None) == story
    store.mute("st1", NOON + timedelta(hours=24), NOON)
    assert "Muted until" in await read(store, "/story/st1", tmp_path)
    assert "muted" in await read(store, "/", tmp_path)


async def test_where_no_feed_can_be_read_the_page_calls_its_silence_nothing(store: Store, tmp_path: Path) -> None:
    store.put_feeds([Feed(id="wire", url="https://wire.example/", name="Wire", family="wire")], NOON)
    well = FeedState(feed="wire", check_after=NOON, checked_at=NOON, baseline_done=True)
    store.record_check(FeedCheck(feed="wire", at=NOON, state=well))
    assert "Silence means" in await read(store, "/", tmp_path)
    store.record_check(FeedCheck(feed="wire", at=NOON, state=replace(well, failures=1, error="no network")))
    page = await read(store, "/", tmp_path)
    assert "The one feed cannot be read: this silence says nothing." in page
    assert "Silence means" not in page
