"""What every store does with feeds and items. Stories, tellings and the outbox have files of their own beside it."""

from __future__ import annotations

from datetime import timedelta

from store_values import NOON, after, check, feed, item, judgement, match, state, update

from monitor.model import Event, PageRule, Validators
from monitor.ports import Store

EVENT = Event(id="e1", at=NOON, kind="failing", about="wire", text="Wire does not answer")


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_feed_is_due_at_once(store: Store):
    rule = PageRule(item="article", title="h2")
    wanted = feed(language="es", trust=1, interval=timedelta(minutes=7), page=rule, full_text=True)
    store.put_feeds([wanted], NOON)
    [(found, learned)] = store.due_feeds(NOON)
    assert found == wanted
    assert (learned.check_after, learned.baseline_done, learned.checked_at) == (NOON, False, None)


def test_feed_state_comes_back_as_it_was_recorded(store: Store):
    learned = state(
        at=after(10), url="https://moved.example/", validators=Validators(etag='W/"a"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT"), body="b0d1",
        interval=timedelta(minutes=13, seconds=1), checked_at=NOON, ok_at=after(-5), changed_at=after(-9), failures=2, failing_since=after(-3),
        error="404", moved_to="https://x.example", moved_count=2, measures={"lies": 3, "seen": [1, "a", None], "ratio": 0.25},
    )  # fmt: skip
    store.put_feeds([feed()], NOON)
    store.record_check(check(state=learned))
    assert store.feeds() == [(feed(), learned)]


def test_most_overdue_feed_is_first_and_retired_or_later_ones_are_not_due(store: Store):
    store.put_feeds([feed(name) for name in ("a", "b", "c", "d")], NOON)
    store.record_check(check(feed="a", state=state("a", after(-1))))
    store.record_check(check(feed="b", state=state("b", after(-5))))
    store.record_check(check(feed="c", state=state("c", after(-9), retired=True)))
    store.record_check(check(feed="d", state=state("d", after(1))))
    assert [found.id for found, _ in store.due_feeds(NOON)] == ["b", "a"]
    assert [found.id for found, _ in store.due_feeds(NOON, limit=1)] == ["b"]


def test_how_far_polling_has_come_is_known_without_reading_the_feeds(store: Store):
    store.put_feeds([feed(name) for name in ("a", "b", "c")], NOON)
    store.record_check(check(feed="a", state=state("a", after(9), checked_at=NOON, baseline_done=True)))
    store.record_check(check(feed="b", state=state("b", after(9), checked_at=after(-2), baseline_done=False)))
    assert sorted(store.checked()) == [("a", NOON, True), ("b", after(-2), False), ("c", None, False)]
    store.put_feeds([feed("b")], NOON)
    assert store.checked() == [("b", after(-2), False)]


def test_feed_that_leaves_the_configuration_keeps_its_items_and_is_not_polled(store: Store):
    store.put_feeds([feed("a"), feed()], NOON)
    store.record_check(check(item()))
    store.put_feeds([feed("a")], after(1))
    assert [found.id for found, _ in store.feeds()] == ["a"]
    assert store.item("i1") == item()
    store.put_feeds([feed("a"), feed()], after(2))
    assert {found.id: learned for found, learned in store.feeds()}["wire"] == state()


def test_edited_address_is_polled_afresh(store: Store):
    store.put_feeds([feed()], NOON)
    store.record_check(
        check(
            state=state(
                at=after(60), url="https://old", validators=Validators(etag="x"), body="b", retired=True, failures=3
            )
        )
    )
    store.put_feeds([feed(url="https://new.example/rss")], after(1))
    assert [learned for _, learned in store.due_feeds(after(1))] == [state(at=after(1))]


def test_renamed_feed_keeps_its_schedule(store: Store):
    store.put_feeds([feed()], NOON)
    store.record_check(check(state=state(at=after(60), body="b")))
    store.put_feeds([feed(name="The Wire")], after(1))
    assert store.feeds() == [(feed(name="The Wire"), state(at=after(60), body="b"))]


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_item_comes_back_as_it_was_recorded_by_id_and_by_address(store: Store):
    full = item(
        summary="Résumé — « cinq »", author="A. Writer", language="fr", published=after(-3), digest="abc", revision_of="i0", markup=("summary",),
        trust=1, title="標題 😀",
    )  # fmt: skip
    store.record_check(check(full))
    assert store.item(full.id) == full
    assert store.item(full.url) == full
    assert store.item("nothing") is None
    assert store.matches(full.id) == [match()]


def test_poll_recorded_twice_changes_nothing(store: Store):
    poll = check(item(), tombstones=("h1",), events=(EVENT,))
    store.record_check(poll)
    before = (store.counts(), store.pending("venezuela"), store.events(), store.item("i1"))
    store.record_check(poll)
    assert (store.counts(), store.pending("venezuela"), store.events(), store.item("i1")) == before


def test_item_that_was_judged_is_not_pending_again_after_the_same_poll(store: Store):
    poll = check(item())
    store.record_check(poll)
    store.record_update(update(judgement()))
    store.record_check(poll)
    assert store.pending("venezuela") == []


def test_tombstones_belong_to_their_feed(store: Store):
    store.record_check(check(tombstones=("h1", "h2")))
    assert store.known("wire", ["h1", "h2", "h3"]) == {"h1", "h2"}
    assert store.known("other", ["h1"]) == set()
    assert store.known("wire", []) == set()


def test_newest_version_of_a_guid_is_the_last_that_arrived(store: Store):
    first, second = item("i1", guid="g"), item("i2", guid="g", minutes=1, revision_of="i1")
    store.record_check(check(first, item("i3")))
    store.record_check(check(second))
    assert store.versions("wire", ["g", "unknown"]) == {"g": second}
    assert store.versions("other", ["g"]) == {}


def test_baseline_is_stored_and_never_pending(store: Store):
    store.record_check(check(item(live=False), item("i2")))
    assert [found.id for found, _ in store.pending("venezuela")] == ["i2"]
    assert store.item("i1") == item(live=False)
    assert store.matches("i1") == [match()]


def test_items_are_pending_for_each_topic_in_order_of_arrival(store: Store):
    store.record_check(check(item("late", minutes=5), item("b"), item("a"), topics=("guyana", "venezuela")))
    store.record_check(check(item("unwanted"), topics=()))
    assert [found.id for found, _ in store.pending("venezuela")] == ["b", "a", "late"]
    assert [found.id for found, _ in store.pending("venezuela", limit=2)] == ["b", "a"]
    assert store.pending("guyana")[0] == (item("b"), match("guyana"))
    assert store.due_topics(NOON) == ["guyana", "venezuela"]


def test_judged_and_skipped_items_are_pending_no_more(store: Store):
    store.record_check(check(item("i1"), item("i2"), item("i3"), topics=("guyana", "venezuela")))
    store.record_update(update(judgement("i1"), skipped=("i2",)))
    assert [found.id for found, _ in store.pending("venezuela")] == ["i3"]
    assert len(store.pending("guyana")) == 3


def test_items_are_read_in_order_of_arrival(store: Store):
    store.record_check(check(item("c", minutes=2), item("b", minutes=1), item("a", minutes=1)))
    assert [found.id for found in store.items()] == ["b", "a", "c"]
    assert [found.id for found in store.items(since=after(2))] == ["c"]
    assert [found.id for found in store.items(limit=2)] == ["b", "a"]
    assert list(store.items(limit=0)) == []


def test_many_items_are_read_to_the_end(store: Store):
    store.record_check(check(*(item(f"i{number}", minutes=number // 400) for number in range(1201))))
    assert [found.id for found in store.items()] == [f"i{number}" for number in range(1201)]
    assert len(list(store.items(limit=700))) == 700
