"""What every store does with subscriptions and decisions: nothing owed is lost, nothing is told twice."""

from __future__ import annotations

from dataclasses import replace

from store_values import (
    CHAT,
    DESK,
    DIGEST,
    NOON,
    after,
    alert,
    check,
    decision,
    development,
    failed,
    item,
    judgement,
    moved,
    newsroom,
    owed,
    promised,
    sent,
    update,
)

from monitor.model import Kind, Reason, Subscription, Told
from monitor.ports import Store

# ── what is owed ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_development_is_owed_to_every_subscription_of_its_topic(store: Store):
    elsewhere = Subscription(id="elsewhere", topic="guyana", channel="desk")
    newsroom(store, (DESK, CHAT, elsewhere), developments=2)
    assert (owed(store), owed(store, CHAT), owed(store, elsewhere)) == (["d1", "d2"], ["d1", "d2"], [])
    assert store.owed(DESK)[0] == development(minutes=1)


def test_new_subscription_is_not_owed_the_past(store: Store):
    newsroom(store, (DESK,))
    store.put_subscriptions([DESK, CHAT], after(5))
    assert (owed(store, CHAT), store.began(CHAT.id), store.began(DESK.id)) == ([], after(5), NOON)
    store.record_check(check(item("i2", minutes=6)))
    late = development("d9", of="i2", minutes=-30)  # it happened before the subscription began, and we learn of it now
    store.record_update(update(judgement("i2", developments=[late]), minutes=6))
    assert owed(store, CHAT) == ["d9"]
    assert store.began("nobody") is None


def test_owed_is_oldest_first(store: Store):
    newsroom(store, items=2)
    store.record_check(check(item("i3", minutes=3)))
    store.record_update(update(judgement("i3", developments=[development("d0", of="i3", minutes=-5)]), minutes=3))
    assert owed(store) == ["d0", "d1", "d1-2"]


def test_subscription_that_leaves_and_comes_back_has_lost_nothing(store: Store):
    newsroom(store, (DESK, CHAT))
    store.put_subscriptions([CHAT], after(5))
    assert owed(store) == []
    store.record_check(check(item("i2", minutes=6)))
    store.record_update(
        update(judgement("i2", minutes=6, developments=[development("d2", of="i2", minutes=6)]), minutes=6)
    )
    store.put_subscriptions([DESK, CHAT], after(9))
    assert owed(store) == ["d1", "d2"]


def test_subscription_that_changes_channel_is_owed_what_the_new_channel_was_not_told(store: Store):
    newsroom(store, (DESK, CHAT), developments=2)
    store.put_alert(alert("a1", ["d1"], channel="chat", subscription=CHAT.id))
    store.put_subscriptions([replace(DESK, channel="chat"), CHAT], after(5))
    assert owed(store, replace(DESK, channel="chat")) == ["d2"]


def test_promise_ends_the_debt_to_the_channel_and_not_to_others(store: Store):
    newsroom(store, (DESK, DIGEST, CHAT), developments=2)
    promised(store, "d1")
    assert (owed(store), owed(store, DIGEST), owed(store, CHAT)) == (["d2"], ["d2"], ["d1", "d2"])
    assert store.told("desk", ["st1"]) == {
        "st1": Told(channel="desk", story="st1", promised=frozenset({"d1"}), last_at=after(1)),
    }
    assert store.told("chat", ["st1"]) == {}


def test_delivery_makes_the_promise_told(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1")
    store.record_attempt(sent(minutes=3))
    assert store.told("desk", ["st1", "st2"]) == {
        "st1": Told(channel="desk", story="st1", developments=frozenset({"d1"}), last_at=after(3)),
    }
    assert owed(store) == ["d2"]


def test_final_failure_makes_the_promise_owed_again(store: Store):
    newsroom(store, (DESK, DIGEST), developments=2)
    promised(store, "d1", "d2")
    store.record_attempt(failed(permanent=True, retry=9))
    assert (owed(store), owed(store, DIGEST)) == (["d1", "d2"], ["d1", "d2"])
    assert store.told("desk", ["st1"]) == {}
    assert store.due_topics(after(1)) == []  # a dead channel is not tried at every tick
    assert store.next_due() == after(61)
    assert store.due_topics(after(61)) == ["venezuela"]


def test_what_is_tried_again_stays_promised(store: Store):
    newsroom(store)
    promised(store, "d1")
    store.record_attempt(failed(retry=5))
    assert owed(store) == []
    assert store.told("desk", ["st1"])["st1"].promised == {"d1"}


def test_settled_development_is_not_owed_to_that_subscription_only(store: Store):
    newsroom(store, (DESK, DIGEST), developments=2)
    unwanted = decision(DESK, ["d1"], reason=Reason.NOT_WANTED, settles=True)
    store.record_update(update(decisions=(unwanted,)))
    assert (owed(store), owed(store, DIGEST)) == (["d2"], ["d1", "d2"])
    assert store.told("desk", ["st1"]) == {}
    store.put_subscriptions([DIGEST], after(2))
    store.put_subscriptions([DESK, DIGEST], after(3))
    assert owed(store) == ["d2"]


def test_what_two_topics_learn_from_the_same_words_is_told_once_to_a_channel_and_to_every_channel(store: Store):
    both, other = (Subscription(id=f"guyana-{to}", topic="guyana", channel=to) for to in ("desk", "chat"))
    store.put_subscriptions([DESK, both, other], NOON)
    store.record_check(check(item(), topics=("venezuela", "guyana")))
    mine, theirs = (development("d1"), development("d2", topic="guyana", story="st2", kind=Kind.NEW_STORY))
    store.record_update(update(judgement(developments=[mine], new_story=True)))
    promised(store, "d1")
    store.record_update(
        update(judgement(story="st2", topic="guyana", developments=[theirs], new_story=True), topic="guyana", minutes=1)
    )
    assert (owed(store), owed(store, both), owed(store, other)) == ([], [], ["d2"])
    store.record_attempt(failed("a1", minutes=2))
    assert (owed(store), owed(store, both), owed(store, other)) == (["d1"], ["d2"], ["d2"])
    promised(store, "d2", name="a2", minutes=3)
    assert (owed(store), owed(store, both), owed(store, other)) == ([], [], ["d2"])


def test_merged_story_keeps_what_was_told_of_it(store: Store):
    newsroom(store, developments=2)
    store.record_check(check(item("i2", minutes=2)))
    store.record_update(
        update(
            judgement("i2", "st2", minutes=2, developments=[development("d9", of="i2", story="st2", minutes=2)]),
            minutes=2,
        )
    )
    promised(store, "d1")
    store.record_attempt(sent(minutes=3))
    store.record_edit(moved("st1", "st2", ["i1"], minutes=4))
    assert store.told("desk", ["st2"])["st2"].developments == {"d1"}
    assert store.told("desk", ["st1"]) == {}
    assert [one.story for one in store.owed(DESK)] == ["st2", "st2"]
    assert [one.id for one in store.alerts_of("st2", "desk")] == ["a1"]
    assert [one.id for one in store.alerts_of("st1")] == ["a1"]


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_development_is_asked_about_at_once_until_it_is_decided(store: Store):
    newsroom(store)
    assert (store.due_topics(after(1)), store.next_due()) == (["venezuela"], after(1))
    store.record_update(update(decisions=(decision(until=after(3)),)))
    assert (store.due_topics(after(2)), store.next_due()) == ([], after(3))
    assert store.due_topics(after(3)) == ["venezuela"]


def test_development_that_nobody_waits_for_is_not_asked_about(store: Store):
    newsroom(store, subscriptions=())
    assert (store.due_topics(after(9)), store.next_due()) == ([], None)


def test_decision_is_kept_once_while_it_stays_the_same(store: Store):
    newsroom(store, developments=2)
    first = decision(until=after(3), minutes=1)
    for minutes in (1, 2, 3):
        store.record_update(
            update(decisions=(replace(first, at=after(minutes), until=after(minutes + 2)),), minutes=minutes)
        )
    assert store.decisions(developments=["d1"]) == [first]
    assert store.next_due() == after(5)
    other = decision(reason=Reason.BELOW_THRESHOLD, minutes=4)
    store.record_update(update(decisions=(other,), minutes=4))
    assert store.decisions(developments=["d1"]) == [first, other]
    assert store.decisions(developments=["d2"]) == []
    assert store.next_due() is None


def test_decisions_replace_all_that_stood_for_the_subscription_and_nothing_else(store: Store):
    newsroom(store, (DESK, CHAT), developments=2)
    store.record_update(
        update(decisions=(decision(developments=["d1"], until=after(3)), decision(developments=["d2"], until=after(4))))
    )
    store.record_update(update(decisions=(decision(CHAT, until=after(9)),)))
    assert store.next_due() == after(3)
    store.record_update(update(decisions=(decision(developments=["d1", "d2"], until=after(7)),)))
    assert store.next_due() == after(7)


def test_nothing_falls_due_for_a_subscription_that_is_owed_nothing(store: Store):
    newsroom(store, (DESK, DIGEST))
    store.record_update(update(decisions=(decision(DIGEST, until=after(5)),)))
    promised(store, "d1")  # by the other subscription of the channel
    store.record_attempt(sent())
    assert (store.next_due(), store.due_topics(after(99))) == (None, [])


def test_dead_channel_puts_off_no_question_that_waits(store: Store):
    newsroom(store, (DESK, CHAT), developments=2)
    promised(store, "d1")
    store.record_update(update(decisions=(decision(developments=["d2"], until=after(90)),)))
    store.put_subscriptions([DESK, CHAT], after(2))
    store.record_attempt(failed(minutes=2, permanent=True))
    assert (store.due_topics(after(2)), store.next_due()) == (["venezuela"], after(1))


def test_reload_asks_again_about_what_is_owed(store: Store):
    newsroom(store)
    store.record_update(update(decisions=(decision(reason=Reason.BELOW_THRESHOLD),)))
    assert store.due_topics(after(9)) == []
    store.put_subscriptions([replace(DESK, threshold=0.1)], after(9))
    assert store.due_topics(after(9)) == ["venezuela"]


def test_muting_asks_again_about_the_story(store: Store):
    newsroom(store)
    store.record_update(update(decisions=(decision(reason=Reason.MUTED, until=after(600)),)))
    assert store.mute("st1", None, after(5))
    assert store.due_topics(after(5)) == ["venezuela"]


def test_explanation_finds_decisions_made_before_a_merge(store: Store):
    newsroom(store)
    made = decision(reason=Reason.GAP, until=after(9))
    store.record_update(update(decisions=(made,)))
    store.record_check(check(item("i2"), item("i3")))
    store.record_update(update(judgement("i2", "st2"), judgement("i3", "st3")))
    store.record_edit(moved("st1", "st2", ["i1"]))
    store.record_edit(moved("st2", "st3", ["i1", "i2"], minutes=1))
    assert store.decisions(developments=["d1"]) == [made]


def test_decision_recorded_twice_is_one(store: Store):
    newsroom(store, developments=2)
    work = update(
        decisions=(
            decision(reason=Reason.FIRST_REPORT, alert="a1"),
            decision(developments=["d2"], reason=Reason.NOT_WANTED, settles=True),
        ),
        alerts=(alert(),),
    )
    store.record_update(work)
    store.record_attempt(sent())
    before = (
        store.counts(),
        store.decisions(developments=["d1", "d2"]),
        store.alerts(),
        store.told("desk", ["st1"]),
        store.next_due(),
    )
    store.record_update(work)
    assert (
        store.counts(),
        store.decisions(developments=["d1", "d2"]),
        store.alerts(),
        store.told("desk", ["st1"]),
        store.next_due(),
    ) == before
