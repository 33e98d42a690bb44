"""What an examination says of feeds that answer, and yet are not as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import WEB_PAGE
from monitor.feeds.condition import condition
from monitor.model import Feed, FeedCheck, FeedState
from monitor.run.doctor import Finding, _feeds
from monitor.store.sqlite import SqliteStore

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", name="News", family="news")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "monitor.db", durable=False)
    opened.put_feeds([FEED], NOW)
    yield opened
    opened.close()


def findings(store: SqliteStore, **state: Any) -> list[Finding]:
    after = FeedState(feed="f", check_after=NOW, checked_at=NOW, ok_at=NOW, baseline_done=True, **state)
    store.record_check(FeedCheck(feed="f", at=NOW, state=after))
    return [one for one in _feeds(store, 1, NOW) if one.about == "feed"]


def test_feeds_that_were_never_read_are_told_from_none_at_all(tmp_path: Path) -> None:
    empty = SqliteStore.open(tmp_path / "empty.db", durable=False)
    (unread,), (none,) = list(_feeds(empty, 119, NOW)), list(_feeds(empty, 0, NOW))
    empty.close()
    assert (unread.needs_a_person, none.needs_a_person) == (True, True)
    assert ("119 configured" in unread.text, "monitor run" in unread.text) == (True, True)
    assert "monitor feeds add" in none.text


def test_where_no_feed_can_be_read_a_person_is_needed_at_once(store: SqliteStore) -> None:
    sick = FeedState(feed="f", check_after=NOW, checked_at=NOW, failures=1, failing_since=NOW, error="no network")
    store.record_check(FeedCheck(feed="f", at=NOW, state=sick))
    (one,) = [one for one in _feeds(store, 1, NOW) if one.about == "feeds"]
    assert one == Finding("feeds", "0 of 1 well, 0 not tried yet; nothing can be read: no network", True)


def test_a_feed_that_moved_is_named_with_both_addresses_and_needs_nobody(store: SqliteStore) -> None:
    (one,) = findings(store, url="https://news.example/feed")
    assert one == Finding("feed", "News has moved to https://news.example/feed (configured: https://news.example/rss)")
    assert "moved to https://news.example/feed" in condition(store.feeds()[0][1], NOW).text


def test_a_page_in_a_feeds_place_needs_a_person_at_the_third_answer(store: SqliteStore) -> None:
    sick: dict[str, Any] = {"failing_since": NOW - timedelta(minutes=15), "error": f"{WEB_PAGE}; look for another"}
    assert findings(store, failures=2, **sick) == []
    (one,) = findings(store, failures=3, **sick)
    assert one.needs_a_person
    assert "answers with a web page" in one.text


def test_a_feed_that_fails_for_long_is_named_once_whatever_it_answers(store: SqliteStore) -> None:
    (one,) = findings(store, failures=9, failing_since=NOW - timedelta(hours=7), error=f"{WEB_PAGE}; look for another")
    assert one.needs_a_person
    assert "has failed for 7 h" in one.text
