"""What every store does with the outbox: an alert is leased, tried, sent or dead, and never lost."""

from __future__ import annotations

from datetime import timedelta

from store_values import (
    CHAT,
    DESK,
    MINUTE,
    NOON,
    after,
    alert,
    failed,
    newsroom,
    owed,
    promised,
    sent,
)

from monitor.ports import Store

LEASE = timedelta(seconds=60)


def test_alert_comes_back_as_it_was_made(store: Store):
    newsroom(store)
    promised(store, "d1")
    assert store.alert("a1") == alert(minutes=1)
    assert store.alert("nothing") is None


def test_due_alert_is_leased_to_one_caller_and_comes_back_when_the_lease_is_over(store: Store):
    newsroom(store)
    store.put_alert(alert(send_after=after(2)))
    assert store.due_alerts(after(1), LEASE) == []
    assert [one.state for one in store.due_alerts(after(2), LEASE)] == ["sending"]
    assert store.due_alerts(after(2), LEASE) == []
    assert [one.id for one in store.alerts("owed")] == ["a1"]
    assert store.next_due() == after(1)  # the development of the newsroom is still undecided
    assert [one.id for one in store.due_alerts(after(3), LEASE)] == ["a1"]


def test_due_alerts_are_oldest_first_and_limited(store: Store):
    for name, minutes in (("a1", 3), ("a2", 1), ("a3", 2)):
        store.put_alert(alert(name, [], minutes=minutes))
    assert [one.id for one in store.due_alerts(after(9), LEASE, limit=2)] == ["a2", "a3"]
    assert [one.id for one in store.due_alerts(after(9), LEASE)] == ["a1"]


def test_sent_alert_has_its_receipt_and_is_due_no_more(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.due_alerts(after(1), LEASE)
    store.record_attempt(sent(minutes=2))
    assert store.alert("a1") == alert(minutes=1, state="sent", attempts=1, sent_at=after(2), receipt="250 ok")
    assert store.due_alerts(after(99), LEASE) == []
    assert store.attempts("a1") == [sent(minutes=2)]


def test_failed_alert_is_due_again_at_its_time(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.due_alerts(after(1), LEASE)
    store.record_attempt(failed(minutes=1, retry=5))
    assert store.alert("a1") == alert(minutes=1, attempts=1, error="550 no", send_after=after(5))
    assert store.due_alerts(after(4), LEASE) == []
    assert [(one.id, one.attempts) for one in store.due_alerts(after(5), LEASE)] == [("a1", 1)]


def test_attempt_recorded_twice_is_one(store: Store):
    newsroom(store)
    promised(store, "d1")
    for _ in range(2):
        store.record_attempt(failed(retry=5))
    assert (store.attempts("a1"), getattr(store.alert("a1"), "attempts", None)) == ([failed(retry=5)], 1)


def test_what_was_sent_stays_sent_whatever_a_second_process_says(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.record_attempt(sent(minutes=1))
    store.record_attempt(failed(minutes=2, permanent=True))
    found = store.alert("a1")
    assert found is not None
    assert (found.state, owed(store)) == ("sent", [])
    assert store.attempts("a1") == [sent(minutes=1), failed(minutes=2, permanent=True)]


def test_late_success_of_a_dead_alert_counts(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.record_attempt(failed(minutes=1))
    store.record_attempt(sent(minutes=2))
    assert (owed(store), store.told("desk", ["st1"])["st1"].developments, store.next_due()) == ([], {"d1"}, None)


def test_attempt_for_an_unknown_alert_is_nothing(store: Store):
    store.record_attempt(sent("nothing"))
    assert store.attempts("nothing") == []


def test_dead_alert_can_be_retried_and_promises_again(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.record_attempt(failed(permanent=True))
    assert [one.id for one in store.alerts("dead")] == ["a1"]
    assert store.retry_alert("a1", after(9))
    assert not store.retry_alert("a1", after(9))
    assert not store.retry_alert("nothing", after(9))
    assert owed(store) == []
    assert [(one.id, one.attempts, one.error) for one in store.due_alerts(after(9), LEASE)] == [("a1", 0, "")]


def test_dead_alert_made_again_is_alive(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.record_attempt(failed(permanent=True))
    promised(store, "d1", minutes=70)
    assert owed(store) == []
    assert [one.id for one in store.due_alerts(after(70), LEASE)] == ["a1"]


def test_alert_put_twice_is_one(store: Store):
    system = alert("s1", [], mode="system", subscription="system", story=None, topic="")
    store.put_alert(system)
    store.put_alert(system)
    assert store.alerts() == [system]


def test_outbox_is_listed_newest_first(store: Store):
    for name, minutes in (("a1", 1), ("a3", 3), ("a2", 2)):
        store.put_alert(alert(name, [], minutes=minutes))
    store.record_attempt(sent("a2", minutes=4))
    assert [one.id for one in store.alerts()] == ["a3", "a2", "a1"]
    assert [one.id for one in store.alerts("owed")] == ["a3", "a1"]
    assert [one.id for one in store.alerts("sent")] == ["a2"]
    assert [one.id for one in store.alerts(limit=1)] == ["a3"]


def test_thread_holds_what_the_channel_got_oldest_first(store: Store):
    for name, minutes in (("a1", 5), ("a2", 3)):
        store.put_alert(alert(name, []))
        store.record_attempt(sent(name, minutes=minutes))
    store.put_alert(alert("a3", []))
    assert [one.id for one in store.alerts_of("st1", "desk") if one.state == "sent"] == ["a2", "a1"]
    assert store.alerts_of("st1", "chat") == []


def test_budget_counts_interruptions_that_were_not_lost(store: Store):
    for name, mode, minutes in (("a1", "now", 1), ("a2", "digest", 2), ("a3", "now", 3), ("a4", "now", 4)):
        store.put_alert(alert(name, [], mode=mode, minutes=minutes))
    store.record_attempt(failed("a4", permanent=True))
    assert [
        store.sent_since(DESK.id, NOON),
        store.sent_since(DESK.id, after(1) + MINUTE / 2),
        store.sent_since(CHAT.id, NOON),
    ] == [2, 1, 0]


def test_last_digest_is_the_newest(store: Store):
    assert store.last_digest(DESK.id) is None
    for name, minutes in (("a1", 5), ("a2", 3)):
        store.put_alert(alert(name, [], mode="digest", minutes=minutes))
    store.put_alert(alert("a3", [], minutes=9))
    assert store.last_digest(DESK.id) == after(5)
