"""What every store does when a channel was away: many alerts become one, and what died is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_values import DESK, NOON, after, alert, decision, failed, newsroom, sent, update

from monitor.alerts.feedback import Verdict
from monitor.model import Reason
from monitor.pipeline import adjusted
from monitor.ports import Store
from monitor.run.verdicts import say, unsay

LEASE = timedelta(seconds=60)


def promised(store: Store, *developments: str, name: str = "a1", minutes: float = 1) -> None:
    made = decision(developments=developments, reason=Reason.FIRST_REPORT, alert=name, minutes=minutes)
    store.record_update(
        update(minutes=minutes, decisions=(made,), alerts=(alert(name, developments, minutes=minutes),))
    )


def test_one_alert_takes_the_place_of_several_and_keeps_what_they_promised(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    promised(store, "d2", name="a2", minutes=2)
    assert [one.id for one in store.waiting(after(2))] == ["a1", "a2"]
    assert [one.id for one in store.waiting(after(1))] == ["a1"]
    assert store.supersede(alert("a3", ("d1", "d2"), mode="digest", minutes=1), ["a1", "a2"])
    states = {one.id: one.state for one in store.alerts()}
    assert states == {"a1": "superseded", "a2": "superseded", "a3": "owed"}
    assert [one.id for one in store.due_alerts(after(40), LEASE)] == ["a3"]
    store.record_attempt(sent("a3", minutes=40))
    assert store.told("desk", ["st1"])["st1"].developments == {"d1", "d2"}


def test_what_the_one_promised_is_owed_again_if_it_dies(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    promised(store, "d2", name="a2", minutes=2)
    store.supersede(alert("a3", ("d1", "d2"), mode="digest", minutes=1), ["a1", "a2"])
    store.record_attempt(failed("a3", minutes=40, permanent=True))
    assert store.told("desk", ["st1"]) == {}
    assert [one.id for one in store.owed(DESK)] == ["d1", "d2"]


def test_an_alert_that_is_being_sent_is_not_replaced(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    promised(store, "d2", name="a2", minutes=2)
    store.due_alerts(after(1), LEASE)
    assert [one.id for one in store.waiting(after(2))] == ["a2"]
    assert not store.supersede(alert("a3", ("d1", "d2"), minutes=1), ["a1", "a2"])
    assert store.alert("a3") is None
    found = store.alert("a2")
    assert found is not None
    assert found.state == "owed"


def test_an_alert_keeps_what_the_peer_said_and_which_message_is_edited(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    promised(store, "d2", name="a2", minutes=2)
    store.record_attempt(replace(sent("a1", minutes=3), root="C1/77"))
    store.record_attempt(sent("a2", minutes=4))
    assert [(one.receipt, one.root) for one in store.alerts_of("st1", "desk")] == [("250 ok", "C1/77"), ("250 ok", "")]


def test_a_channel_is_left_alone_for_as_long_as_it_asked_and_no_other_is(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    assert store.not_before("desk", after(2)) is None
    store.record_attempt(replace(failed("a1", minutes=2, retry=20), not_before=after(20)))
    store.record_attempt(replace(failed("a1", minutes=3, retry=9), not_before=after(9)))
    assert store.not_before("desk", after(3)) == after(20)
    assert store.not_before("chat", after(3)) is None
    assert store.not_before("desk", after(20)) is None
    assert store.not_before("desk", after(1)) is None, "what a clock that was ahead noted silences nobody"


def test_dead_alerts_are_those_that_never_arrived(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1", minutes=1)
    promised(store, "d2", name="a2", minutes=2)
    store.record_attempt(failed("a1", permanent=True))
    store.record_attempt(sent("a2", minutes=3))
    (dead,) = store.alerts("dead")
    assert store.dead_alerts(dead.subscription, after(0)) == [dead]
    assert store.dead_alerts(dead.subscription, after(5)) == []
    assert store.dead_alerts("nobody", after(0)) == []


def test_arrivals_say_when_from_where_and_of_which_story(store: Store):
    newsroom(store, items=3)
    (topic,) = {one.topic for one in store.owed(DESK)}
    found = store.arrivals(topic, after(2))
    assert [(at, story) for at, _, story in found] == [(after(2), "st1"), (after(3), "st1")]
    assert store.arrivals("guyana", after(0)) == []


# ── what readers say ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_verdict_is_kept_once_and_can_be_taken_back(store: Store):
    newsroom(store)
    promised(store, "d1")
    said = say(store, "a1", Verdict.KNOWN, after(2))
    assert said is not None
    say(store, "a1", Verdict.KNOWN, after(3))
    later = say(store, "a1", Verdict.IMPORTANT, after(4))
    assert later is not None
    assert [(one.id, one.at) for one in store.feedback(DESK.id)] == [(later.id, after(4)), (said.id, after(3))]
    assert store.feedback("nobody") == []
    assert unsay(store, said.id, after(5)) is not None
    assert unsay(store, said.id, after(5)) is None
    assert [one.undone for one in store.feedback()] == [False, True]
    assert say(store, "nothing", Verdict.KNOWN, after(2)) is None


def test_verdicts_move_the_threshold_and_taking_them_back_moves_it_back(store: Store):
    newsroom(store, developments=2)
    promised(store, "d1", name="a1")
    promised(store, "d2", name="a2", minutes=2)
    base = DESK.threshold
    for name in ("a1", "a2"):
        say(store, name, Verdict.NOT_RELEVANT, after(3))
    assert adjusted(DESK, store).threshold == pytest.approx(base + 0.04)
    for one in store.feedback():
        unsay(store, one.id, after(4))
    assert adjusted(DESK, store) == DESK


def test_a_reader_can_mute_a_story_for_a_day_and_take_that_back(store: Store):
    newsroom(store)
    promised(store, "d1")
    said = say(store, "a1", Verdict.MUTE, after(2))
    story = store.story("st1")
    assert said is not None
    assert story is not None
    assert story.muted_until == after(2) + timedelta(hours=24)
    unsay(store, said.id, after(3))
    assert getattr(store.story("st1"), "muted_until", NOON) is None
