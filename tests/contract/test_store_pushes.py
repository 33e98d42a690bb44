"""Subscriptions at hubs: the same over every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from store_values import NOON, after, check, feed, state

from monitor.model import Push

PUSH = Push(
    feed="wire",
    id="w_1",
    hub="https://hub.example/",
    topic="https://wire.example/rss",
    state="live",
    due=after(60),
    asked_at=NOON,
    verified_at=after(1),
    until=after(90),
    signed=True,
    failures=2,
    why="nothing",
    heard_at=after(2),
)


def test_a_subscription_comes_out_as_it_went_in_and_is_found_by_its_id_and_its_feed(store: Any) -> None:
    store.put_feeds([feed(), feed("herald")], NOON)
    bare = Push(feed="herald", id="w_2", hub="https://h.example/", topic="https://t.example/", state="wanted", due=None)
    assert store.record_push(None, PUSH)
    assert store.record_push(None, bare)
    assert store.pushes() == [bare, PUSH]
    assert (store.push("w_1"), store.push("w_2"), store.push("w_3")) == (PUSH, bare, None)
    assert (store.push_of("wire"), store.push_of("herald"), store.push_of("gazette")) == (PUSH, bare, None)


def test_of_two_that_change_it_at_once_the_second_is_told_and_changes_nothing(store: Any) -> None:
    store.put_feeds([feed()], NOON)
    assert store.record_push(None, PUSH)
    assert not store.record_push(None, replace(PUSH, failures=9))
    verified = replace(PUSH, until=after(200))
    assert store.record_push(PUSH, verified)
    assert not store.record_push(PUSH, replace(PUSH, state="refused"))
    assert store.push("w_1") == verified


def test_another_hub_takes_the_place_of_the_one_before(store: Any) -> None:
    store.put_feeds([feed()], NOON)
    store.record_push(None, PUSH)
    moved = replace(PUSH, id="w_9", hub="https://other.example/")
    assert store.record_push(PUSH, moved)
    assert store.push("w_1") is None
    assert store.pushes() == [moved]


def test_what_is_due_is_that_of_feeds_that_are_polled_longest_overdue_first(store: Any) -> None:
    names = ["wire", "herald", "gazette", "gone"]
    store.put_feeds([feed(name) for name in names], NOON)
    dues = (after(5), after(3), None, after(1))
    for number, (name, due) in enumerate(zip(names, dues, strict=True)):
        store.record_push(None, replace(PUSH, feed=name, id=f"w_{number}", due=due))
    retired = state("gone", retired=True)
    store.record_check(check(feed="gone", state=retired))
    assert store.due_pushes(after(2)) == []
    assert [one.feed for one in store.due_pushes(after(5))] == ["herald", "wire"]
    assert [one.feed for one in store.due_pushes(after(5), 1)] == ["herald"]
    store.put_feeds([feed("wire")], NOON)
    assert [one.feed for one in store.due_pushes(after(5))] == ["wire"]
    assert [one.feed for one in store.pushes()] == ["wire"]
    assert store.push_of("herald") is not None, "its address is good until its lease ends"


def test_a_hint_brings_a_poll_forward_and_never_back_and_not_where_a_server_asked_for_rest(store: Any) -> None:
    store.put_feeds([feed(), feed("sick")], NOON)
    store.record_check(check(state=state(at=after(60))))
    store.record_check(check(feed="sick", state=state("sick", at=after(60), failures=1)))
    for name in ("wire", "sick"):
        store.poll_soon(name, after(10))
        store.poll_soon(name, after(30))
    found = {one.id: learned.check_after for one, learned in store.feeds()}
    assert found == {"wire": after(10), "sick": after(60)}


def test_a_feed_is_found_with_its_state_while_it_is_polled(store: Any) -> None:
    store.put_feeds([feed()], NOON)
    store.record_check(check(state=state(at=NOON + timedelta(hours=1))))
    assert store.polled("wire") == (feed(), state(at=NOON + timedelta(hours=1)))
    assert store.polled("herald") is None
    store.put_feeds([], NOON)
    assert store.polled("wire") is None


def test_a_clock_that_was_ahead_does_not_put_a_renewal_off(store: Any) -> None:
    store.put_feeds([feed(), feed("herald")], NOON)
    store.record_push(None, replace(PUSH, asked_at=after(600), due=after(900)))
    store.record_push(None, replace(PUSH, feed="herald", id="w_2", asked_at=after(1), due=after(900)))
    store.clock_went_back(after(5))
    assert [one.feed for one in store.due_pushes(after(5))] == ["wire"]
