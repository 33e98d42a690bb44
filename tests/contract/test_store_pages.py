"""Pages that are looked at again: the same over every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import Feed, FeedCheck, FeedState, Item, Match, PageWatch

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
WATCH = PageWatch(
    url="https://news.example/1",
    feed="f_1",
    guid="g",
    first_seen=NOW,
    step=0,
    due=NOW + timedelta(minutes=15),
    digest="a",
)
ITEM = Item(
    id="i_1",
    feed="f_1",
    guid="g",
    url=WATCH.url,
    title="A port closes",
    content="It closed.",
    first_seen=NOW,
    digest="a",
)


def test_a_watched_page_is_due_at_its_time_and_moves_on_when_it_was_looked_at(store: Any) -> None:
    store.watch_pages([WATCH])
    assert store.due_pages(NOW) == []
    assert store.due_pages(WATCH.due) == [WATCH]
    later = replace(WATCH, step=1, due=NOW + timedelta(hours=1))
    store.record_page(WATCH, later)
    assert store.due_pages(WATCH.due) == []
    assert store.due_pages(later.due) == [later]
    store.record_page(later, None)
    assert store.due_pages(NOW + timedelta(days=9)) == []


def test_a_changed_page_leaves_a_revision_that_its_topic_is_asked_about(store: Any) -> None:
    store.put_feeds([Feed(id="f_1", url="https://news.example/rss", name="News", family="news")], NOW)
    store.record_check(FeedCheck(feed="f_1", at=NOW, state=FeedState(feed="f_1", check_after=NOW), items=(ITEM,)))
    store.watch_pages([WATCH])
    revision = replace(
        ITEM, id="i_2", content="It closed for three weeks.", digest="b", first_seen=WATCH.due, revision_of="i_1"
    )
    for _ in range(2):  # a crash between may make it happen again
        store.record_page(WATCH, None, revision, [Match(topic="v", score=1.0)])
    assert store.versions("f_1", ["g"])["g"].id == "i_2"
    assert [item.id for item, _ in store.pending("v")] == ["i_2"]
    assert [item.id for item in store.search("three weeks")] == ["i_2"]
