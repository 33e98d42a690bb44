"""When a feed is asked again, and what a person hears of it, once each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.errors import WEB_PAGE, FetchError, ParseError
from monitor.feeds.condition import condition
from monitor.feeds.limits import FetchLimits
from monitor.feeds.schedule import body_hash, failed, first, pushed, succeeded
from monitor.model import Feed, FeedState, Fetched, NotModified, ParsedFeed

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LIMITS = FetchLimits()
MINUTE = timedelta(minutes=1)


def well(
    feed: Feed, state: FeedState, now: datetime, *, new: int = 0, known: int = 30, **more: Any
) -> tuple[FeedState, list[str]]:
    body = more.pop("body", b"x")
    answer = more.pop("answer", None) or Fetched(
        url=feed.url, status=200, body=body, wait=more.pop("wait", None), moved_to=more.pop("moved_to", "")
    )
    parsed = more.pop("parsed", ParsedFeed(title="", entries=(), ttl=more.pop("ttl", None)))
    after, events = succeeded(feed, state, answer, parsed=parsed, new=new, known=known, now=now, limits=LIMITS)
    return after, [event.kind for event in events]


def unwell(feed: Feed, state: FeedState, now: datetime, error: Any = None) -> tuple[FeedState, list[str]]:
    after, events = failed(feed, state, error or FetchError(feed.url, "down"), now=now, limits=LIMITS)
    return after, [event.kind for event in events]


def wait_of(state: FeedState, now: datetime = NOW) -> timedelta:
    return state.check_after - now


def known(feed: Feed, **more: Any) -> FeedState:
    return replace(first(feed, NOW), baseline_done=True, checked_at=NOW, ok_at=NOW, **more)


# ── the next check ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_longest_of_interval_ttl_and_headers_counts(feed: Feed) -> None:
    for asked, minutes in (
        ({}, 12.5),
        ({"ttl": 30 * MINUTE}, 30),
        ({"wait": 45 * MINUTE}, 45),
        ({"ttl": 50 * MINUTE, "wait": 45 * MINUTE}, 50),
    ):
        after, _ = well(feed, known(feed), NOW, **asked)
        assert minutes * MINUTE <= wait_of(after) <= minutes * 1.1 * MINUTE, asked


def test_waits_that_others_ask_for_end_at_a_day(feed: Feed) -> None:
    after, _ = well(feed, known(feed), NOW, wait=timedelta(days=30), ttl=timedelta(days=365))
    assert timedelta(hours=24) <= wait_of(after) <= timedelta(hours=27)


def test_the_ttl_holds_while_the_body_is_not_sent(feed: Feed) -> None:
    after, _ = well(feed, known(feed), NOW, ttl=40 * MINUTE)
    again, _ = well(feed, after, NOW, answer=NotModified(url=feed.url), parsed=None)
    assert wait_of(again) >= 40 * MINUTE


def test_the_interval_adapts_between_its_bounds(feed: Feed) -> None:
    state = known(feed)
    for _ in range(20):
        state, _ = well(feed, state, NOW, new=30, known=0)
    assert state.interval == LIMITS.min_interval
    for _ in range(30):
        state, _ = well(feed, state, NOW)
    assert state.interval == LIMITS.max_interval
    middle, _ = well(feed, known(feed), NOW, new=15, known=15)
    assert middle.interval == LIMITS.interval


def test_a_configured_interval_stays(feed: Feed) -> None:
    fixed = replace(feed, interval=3 * MINUTE)
    state, _ = well(fixed, known(fixed), NOW, new=30, known=0)
    assert state.interval == 3 * MINUTE


def test_feeds_are_spread_and_each_always_the_same_way(feed: Feed) -> None:
    waits = {wait_of(well(replace(feed, id=f"f_{n}"), known(feed), NOW)[0]) for n in range(200)}
    assert len(waits) > 100
    assert well(feed, known(feed), NOW) == well(feed, known(feed), NOW)


def test_failures_back_off_to_a_day_and_never_stop(feed: Feed) -> None:
    state, now, waits = known(feed), NOW, []
    for _ in range(40):
        state, _ = unwell(feed, state, now)
        waits.append(wait_of(state, now))
        now = state.check_after
    assert [round(wait / MINUTE / 5) for wait in waits[:4]] == [1, 2, 4, 8]
    assert max(waits) <= timedelta(hours=26.5)
    assert not state.retired


def test_a_server_that_says_when_is_obeyed_up_to_a_day(feed: Feed) -> None:
    for asked, hours in ((timedelta(hours=2), 2), (timedelta(days=9), 24)):
        state, _ = unwell(feed, known(feed), NOW, FetchError(feed.url, "busy", status=429, retry_at=NOW + asked))
        assert timedelta(hours=hours) <= wait_of(state) <= timedelta(hours=hours * 1.1)


def test_an_unchanged_body_is_recognised(feed: Feed) -> None:
    state, _ = well(feed, known(feed), NOW, body=b"body")
    assert state.body == body_hash(b"body")
    assert state.body != body_hash(b"other")


# ── moving and dying ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_move_is_believed_after_three_answers(feed: Feed) -> None:
    state, heard = known(feed), []
    for _ in range(3):
        assert state.url == ""
        state, events = well(feed, state, NOW, moved_to="https://news.example/new")
        heard += events
    assert state.url == "https://news.example/new"
    assert heard == ["moved"]


def test_a_move_that_changes_its_mind_is_not_believed(feed: Feed) -> None:
    state = known(feed)
    for number in range(9):
        state, _ = well(feed, state, NOW, moved_to=f"https://news.example/{number % 2}")
    assert state.url == ""


def test_a_moved_feed_that_fails_is_tried_at_its_old_address(feed: Feed) -> None:
    state = known(feed, url="https://elsewhere.example/feed")
    for _ in range(3):
        state, _ = unwell(feed, state, NOW)
    assert state.url == ""


def test_gone_for_good_retires_once_and_only_by_the_feeds_own_word(feed: Feed) -> None:
    state, events = unwell(feed, known(feed), NOW, FetchError(feed.url, "HTTP 410: gone for good", status=410))
    assert state.retired
    assert events == ["retired"]
    assert condition(state, NOW).word == "retired"
    elsewhere = FetchError("https://parking.example/", "HTTP 410: gone for good", status=410)
    assert not unwell(feed, known(feed), NOW, elsewhere)[0].retired


NEW = "https://elsewhere.example/feed"
GONE_THERE = FetchError(NEW, "HTTP 410: gone for good", status=410)


def test_gone_where_it_was_moved_to_retires_when_the_old_address_still_leads_there(feed: Feed) -> None:
    state, heard = known(feed, url=NEW), []
    for _ in range(3):
        state, events = unwell(feed, state, NOW, GONE_THERE)
        heard += events
    assert state.retired
    assert heard == ["retired"]


def test_gone_after_the_new_address_had_failed_for_a_while_retires_too(feed: Feed) -> None:
    state = known(feed, url=NEW)
    for _ in range(3):
        state, _ = unwell(feed, state, NOW)
    assert unwell(feed, state, NOW, GONE_THERE)[0].retired


def test_gone_where_it_was_moved_to_is_no_end_where_the_old_address_serves_again(feed: Feed) -> None:
    state, _ = unwell(feed, known(feed, url=NEW), NOW, GONE_THERE)
    assert (state.url, state.retired) == ("", False)
    state, _ = well(feed, state, NOW)
    assert not unwell(feed, state, NOW, GONE_THERE)[0].retired


def test_gone_where_one_answer_led_is_not_yet_the_feeds_own_word(feed: Feed) -> None:
    state, _ = well(feed, known(feed), NOW, moved_to=NEW)
    assert not unwell(feed, state, NOW, GONE_THERE)[0].retired


# ── what a person hears ──────────────────────────────────────────────────────────────────────────────────────────────


def test_failing_and_recovered_are_told_once_each(feed: Feed) -> None:
    state, now, heard = known(feed), NOW, []
    while now < NOW + timedelta(days=3):
        state, events = unwell(feed, state, now)
        heard += events
        now = state.check_after
    assert heard == ["failing"]
    state, events = well(feed, state, now)
    assert events == ["recovered"]
    assert well(feed, state, now)[1] == []


def test_a_short_failure_is_nobodys_business(feed: Feed) -> None:
    state, now, heard = known(feed), NOW, []
    for _ in range(3):
        state, events = unwell(feed, state, now)
        heard += events
        now = state.check_after
    state, events = well(feed, state, now)
    assert heard + events == []


def test_a_feed_that_falls_silent_is_told_once_and_again_next_time(feed: Feed) -> None:
    state, now, heard = known(feed), NOW, []
    for silence in (0, 40, 0):
        for _ in range(8):  # something every three hours
            now += timedelta(hours=3)
            state, events = well(feed, state, now, new=2)
            heard += events
        for _ in range(silence):
            now += timedelta(hours=1)
            state, events = well(feed, state, now)
            heard += events
        if silence:
            assert condition(state, now).word == "silent"
    assert heard == ["silent"]
    assert condition(state, now).word == "well"


def test_a_nights_rest_is_no_silence(feed: Feed) -> None:
    state, now, heard = known(feed), NOW, []
    for _ in range(8):
        now += timedelta(minutes=20)
        state, events = well(feed, state, now, new=2)
        heard += events
    for _ in range(11):
        now += timedelta(hours=1)
        state, events = well(feed, state, now)
        heard += events
    assert heard == []


def test_a_feed_that_became_a_page_is_told_once(feed: Feed) -> None:
    state, now, heard = known(feed), NOW, []
    for _ in range(6):
        state, events = unwell(feed, state, now, ParseError(f"{WEB_PAGE}; see there"))
        heard += events
        now = state.check_after
    assert heard == ["html"]


def test_a_clock_that_is_set_back_breaks_nothing(feed: Feed) -> None:
    state, _ = well(feed, known(feed), NOW, new=3)
    state, events = well(feed, state, NOW - timedelta(hours=5), new=3)
    assert events == []
    assert min(state.measures["gaps"]) >= 0


# ── feeds that a hub sends ───────────────────────────────────────────────────────────────────────────────────────────


def polled_while_pushed(feed: Feed, state: FeedState, **more: Any) -> FeedState:
    answer = Fetched(url=feed.url, status=200, body=b"x", wait=more.get("wait"))
    parsed = ParsedFeed(title="", entries=())
    after, _ = succeeded(feed, state, answer, parsed=parsed, new=0, known=30, now=NOW, limits=LIMITS, pushed=True)
    return after


def test_a_feed_that_is_pushed_is_polled_at_the_longest_interval_and_its_own_is_kept(feed: Feed) -> None:
    after = polled_while_pushed(feed, known(feed))
    assert LIMITS.max_interval <= wait_of(after) <= LIMITS.max_interval * 1.1
    assert after.interval == 12.5 * MINUTE
    asked = polled_while_pushed(feed, known(feed), wait=180 * MINUTE)
    assert wait_of(asked) >= 180 * MINUTE


def test_an_interval_that_the_user_set_holds_for_a_pushed_feed_too(feed: Feed) -> None:
    after = polled_while_pushed(replace(feed, interval=7 * MINUTE), known(feed))
    assert 7 * MINUTE <= wait_of(after) <= 7.7 * MINUTE


def test_what_a_hub_sends_is_news_and_says_nothing_of_the_server(feed: Feed) -> None:
    before = known(feed, changed_at=NOW - 30 * MINUTE, failures=2, failing_since=NOW, error="down", body="b")
    after, events = pushed(feed, before, new=1, now=NOW)
    assert events == ()
    assert after.changed_at == NOW
    assert after.measures["gaps"] == [1800]
    assert replace(after, changed_at=before.changed_at, measures=before.measures) == before
    again, _ = pushed(feed, after, new=0, now=NOW + MINUTE)
    assert again.changed_at == NOW
