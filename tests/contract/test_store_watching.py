"""What every store says of the monitor's own health."""

from __future__ import annotations

from datetime import timedelta

from store_values import DESK, after, alert, check, failed, item, newsroom, sent, state

from monitor.ports import Store

LEASE = timedelta(seconds=60)


def outbox(store: Store, *names: str) -> None:
    newsroom(store)
    for minutes, name in enumerate(names, 1):
        store.put_alert(alert(name, [], minutes=minutes))


def test_channel_that_takes_messages_has_no_trouble(store: Store):
    outbox(store, "a1", "a2")
    assert store.trouble("desk") is None
    store.record_attempt(failed("a1", minutes=3, retry=4))
    store.record_attempt(sent("a2", minutes=4))
    assert store.trouble("desk") is None


def test_trouble_is_as_old_as_the_first_try_after_the_last_success(store: Store):
    outbox(store, "a1", "a2", "a3", "a4", "a5")
    store.record_attempt(failed("a2", minutes=5, retry=6))
    store.record_attempt(sent("a1", minutes=6))
    store.record_attempt(failed("a2", minutes=7, retry=8))
    store.record_attempt(failed("a3", minutes=9, permanent=True))
    found = store.trouble("desk")
    assert found is not None
    assert (found.since, found.error) == (after(7), "550 no")
    assert (found.owed, found.owed_since, found.dead) == (3, after(2), 1)
    store.record_attempt(sent("a4", minutes=10))
    assert store.trouble("desk") is None
    assert store.trouble("nobody") is None


def test_tries_of_what_was_replaced_count_still(store: Store):
    outbox(store, "a1", "a2")
    store.record_attempt(failed("a1", minutes=3, retry=60))
    store.supersede(alert("a3", [], minutes=1), ["a1", "a2"])
    found = store.trouble("desk")
    assert found is not None
    assert (found.since, found.owed) == (after(3), 1)


def test_deliveries_are_what_a_channel_took_lately(store: Store):
    outbox(store, "a1", "a2", "a3")
    store.record_attempt(sent("a2", minutes=5))
    store.record_attempt(sent("a1", minutes=9))
    assert store.deliveries("desk", after(0)) == [after(5), after(9)]
    assert store.deliveries("desk", after(5)) == [after(9)]
    assert store.deliveries("chat", after(0)) == []


def test_alert_that_is_put_off_waits_and_no_try_is_counted(store: Store):
    outbox(store, "a1")
    assert [one.id for one in store.due_alerts(after(1), LEASE)] == ["a1"]
    store.put_off("a1", after(30), "over 2 messages an hour")
    assert store.due_alerts(after(29), LEASE) == []
    assert store.next_due() == after(30) or store.owed(DESK)
    found = store.alert("a1")
    assert found is not None
    assert (found.state, found.attempts, found.error) == ("owed", 0, "over 2 messages an hour")
    assert [one.id for one in store.due_alerts(after(30), LEASE)] == ["a1"]
    store.record_attempt(sent("a1", minutes=31))
    store.put_off("a1", after(90), "too late")
    assert [one.state for one in store.alerts()] == ["sent"]


def test_oldest_item_that_waits_to_be_judged(store: Store):
    newsroom(store)
    assert store.pending_since() is None
    store.record_check(check(item("i8", minutes=8), item("i7", minutes=7)))
    assert store.pending_since() == after(7)


def test_what_a_clock_ahead_had_put_off_is_due_at_once(store: Store):
    newsroom(store)
    store.record_check(check(state=state(at=after(600), checked_at=after(590))))
    store.put_alert(alert("a1", ["d1"], minutes=590))
    assert store.due_feeds(after(5)) == []
    store.clock_went_back(after(5))
    assert [feed.id for feed, _ in store.due_feeds(after(5))] == ["wire"]
    assert [one.id for one in store.due_alerts(after(5), LEASE)] == ["a1"]


def test_waits_that_the_clock_did_not_make_stay(store: Store):
    newsroom(store)
    store.record_check(check(state=state(at=after(60), checked_at=after(1))))
    store.put_alert(alert("a1", ["d1"], minutes=1))
    store.record_attempt(failed("a1", minutes=2, retry=40))
    store.clock_went_back(after(5))
    assert store.due_feeds(after(5)) == []
    assert store.due_alerts(after(39), LEASE) == []
