"""What hubs send before somebody reads it: in order, bounded, and never quite forgotten."""

from __future__ import annotations

from monitor.model import Fetched
from monitor.pipeline.inbox import MOST, MOST_BYTES, Inbox, Sent


def sent(feed: str, size: int = 3) -> Sent:
    return Sent(feed, Fetched(url="https://news.example/rss", status=200, body=b"x" * size))


def test_bodies_come_in_order_and_hints_once_a_feed_and_all_of_it_once() -> None:
    inbox = Inbox()
    came = [sent("b"), Sent("a"), sent("a"), Sent("a"), sent("b", 4)]
    for one in came:
        inbox.put(one)
    assert inbox.take() == [came[0], came[2], came[4], Sent("a")]
    assert inbox.take() == []


def test_of_what_does_not_fit_it_is_remembered_that_there_was_something() -> None:
    many = Inbox()
    for number in range(3 * MOST):
        many.put(sent(f"f{number % 7}"))
    found = many.take()
    assert len(found) == MOST + 7
    assert [one.body for one in found[MOST:]] == [None] * 7
    large = Inbox()
    for _ in range(5):
        large.put(sent("f", MOST_BYTES // 3))
    assert [one.body is None for one in large.take()] == [False, False, False, True]
    large.put(sent("f", MOST_BYTES // 3))
    assert large.take()[0].body is not None, "there is room again"
