"""Every reason for which something is told, or is not: decided on a real store, kept there, and shown by `monitor explain`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from store_values import (
    CHAT,
    DESK,
    MINUTE,
    NOON,
    after,
    alert,
    check,
    development,
    item,
    judgement,
    newsroom,
    sent,
    update,
)

from monitor.cli.explaining import explain_alert, explain_item
from monitor.config import Config
from monitor.model import Development, Kind, Reason, Subscription, Topic
from monitor.pipeline import Desk, decide_topic, watch_for_spikes
from monitor.ports import Store
from monitor.run.app import App
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

TOPIC = Topic(id="venezuela", name="Venezuela", query="venezuela")
NOW = after(30)
#: nothing holds anything
PLAIN = {"settle": timedelta(0), "gap": timedelta(0), "timezone": "UTC", "digest_at": (time(19),)}


@dataclass(frozen=True)
class Case:
    """A subscription, what its channel was told ten minutes ago, what comes now, and what else is so."""

    rules: dict[str, Any]
    news: Sequence[Development] = (development("n1", noun="boats", minutes=20),)
    told: Sequence[Development] = ()
    also: Callable[[Store], object] = lambda _: None
    at: datetime = NOW


TOLD = (development("t1", noun="boats", minutes=10),)
CASES = {
    Reason.FIRST_REPORT: Case({}),
    Reason.DEVELOPMENT: Case({}, [development("n1", old=5, new=6, noun="boats", minutes=20)], TOLD),
    Reason.CORRECTION: Case(
        {}, [development("n1", kind=Kind.CORRECTION, old=5, new=4, replaces="t1", minutes=20)], TOLD
    ),
    Reason.DIGEST: Case({}, [development("n1", importance=0.5, minutes=20)], at=NOON.replace(hour=19)),
    Reason.SETTLING: Case({"settle": timedelta(hours=1)}),
    Reason.GAP: Case({"gap": timedelta(hours=1)}, [development("n1", kind=Kind.FACT, minutes=20)], TOLD),
    Reason.BELOW_THRESHOLD: Case({"threshold": 0.99}, [development("n1", kind=Kind.FACT, minutes=20)]),
    Reason.QUIET: Case({"quiet": (time(12), time(14))}),
    Reason.BUDGET: Case({"max_per_day": 1}, also=lambda store: store.put_alert(alert("a0", [], minutes=1, story=None))),
    Reason.WAITING_FOR_DIGEST: Case({"send": "digest"}),
    Reason.MUTED: Case({}, also=lambda store: store.mute("st1", after(600), NOON)),
    Reason.FEW_ORIGINS: Case({"min_origins": 2}),
    Reason.ALREADY_TOLD: Case({}, told=TOLD),
    Reason.NOTHING_TO_CORRECT: Case(
        {},
        [
            development(
                "n1",
                kind=Kind.STATUS,
                status="retracted",
                old=None,
                new=None,
                replaces="t9",
                terms={"revised": 1.0},
                minutes=20,
            )
        ],
    ),
    Reason.SUPERSEDED: Case(
        {}, [development(f"n{n}", old=n + 2, new=n + 3, noun="boats", minutes=19 + n) for n in (1, 2)]
    ),
    Reason.NOT_WANTED: Case({"kinds": ("quote",)}),
}


def app(store: Store, config: Config | None = None) -> App:
    lexicon = Lexicon()
    return App(config, store, lexicon, Matcher([], lexicon), desks=[])  # type: ignore[arg-type]  # who asks nothing of a configuration gives none


def tell(store: Store, case: Case, subscription: Subscription) -> None:
    """The channel got these."""
    newsroom(store, (subscription,), developments=0)
    store.record_update(update(judgement("i1", developments=[]), minutes=1))
    for number, one in enumerate((*case.told, *case.news)):
        name = f"i-{one.id}"
        store.record_check(check(item(name, minutes=5 + number)))
        store.record_update(update(judgement(name, developments=[replace(one, item=name)]), minutes=5 + number))
        if one in case.told:
            store.put_alert(alert(f"a-{one.id}", [one.id], minutes=10))
            store.record_attempt(sent(f"a-{one.id}", minutes=10))


def test_there_is_a_case_for_every_reason():
    assert set(CASES) | {Reason.SPIKE} == set(Reason)


@pytest.mark.parametrize("reason", list(CASES))
def test_a_reason_is_decided_kept_and_shown(store: Store, reason: Reason):
    case = CASES[reason]
    subscription = replace(DESK, **PLAIN | case.rules)
    tell(store, case, subscription)
    case.also(store)
    made = decide_topic(Desk(TOPIC, [subscription], Lexicon()), store, case.at)
    assert [one.reason for one in made.decisions if "n1" in one.developments] == [reason]
    shown = "\n".join(explain_item(app(store), store.item("i-n1")))
    assert f"desk: {reason}" in shown
    for one in made.alerts:
        kept = store.alert(one.id)
        assert kept is not None
        assert any(
            f"because: {why}" in line
            for line in explain_alert(store, kept)
            for why in {d.reason for d in made.decisions}
        )


def test_what_is_held_says_when_it_is_asked_about_again(store: Store):
    case = CASES[Reason.QUIET]
    subscription = replace(DESK, **PLAIN | case.rules)
    tell(store, case, subscription)
    decide_topic(Desk(TOPIC, [subscription], Lexicon()), store, NOW)
    assert "quiet hours, asked again 2026-03-02 14:00Z" in "\n".join(explain_item(app(store), store.item("i-n1")))


# ── rules and routes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "urgent"), [("Twelve people were killed.", True), ("Three people were killed.", False)]
)
def test_a_rule_interrupts_whatever_else_holds(store: Store, text: str, urgent: bool):
    rules = {"always": ("figure:dead>10",), "threshold": 0.99, "max_per_day": 0, "gap": timedelta(hours=9)}
    subscription = replace(DESK, **PLAIN | rules)
    news = [development("n1", text=text, importance=0.4, minutes=20)]
    tell(store, Case(rules, news, TOLD), subscription)
    made = decide_topic(Desk(TOPIC, [subscription], Lexicon()), store, NOW)
    assert [one.developments for one in made.alerts] == ([("n1",)] if urgent else [])


def test_a_topic_goes_to_several_channels_and_each_is_told_for_itself(store: Store):
    subscriptions = [replace(one, **PLAIN) for one in (DESK, CHAT)]
    newsroom(store, subscriptions)
    desk = Desk(TOPIC, subscriptions, Lexicon())
    made = decide_topic(desk, store, NOW).alerts
    assert sorted(one.channel for one in made) == ["chat", "desk"]
    for one in made:
        if one.channel == "desk":
            store.record_attempt(sent(one.id, minutes=31))
    assert store.told("desk", ["st1"])["st1"].developments == {"d1"}
    assert store.told("chat", ["st1"])["st1"].developments == set()
    assert decide_topic(desk, store, after(40)).alerts == ()


# ── a topic that is everywhere ───────────────────────────────────────────────────────────────────────────────────────


def test_a_spike_is_one_alert_of_its_own_for_each_subscription_and_says_so(store: Store):
    subscriptions = [replace(one, **PLAIN) for one in (DESK, CHAT)]
    newsroom(store, subscriptions)
    hours = [-60 * hour for hour in range(1, 72)]
    for number, minutes in enumerate([*hours, *(-number for number in range(1, 13))]):
        name = f"s{number}"
        store.record_check(check(item(name, minutes=minutes)))
        store.record_update(update(judgement(name, minutes=minutes, origin=f"o{number % 4}"), minutes=minutes))
    desk = Desk(TOPIC, subscriptions, Lexicon())
    made = watch_for_spikes(desk, store, NOON)
    assert sorted(one.channel for one in made) == ["chat", "desk"]
    assert watch_for_spikes(desk, store, NOON + 5 * MINUTE) == []
    assert f"  because: {Reason.SPIKE}" in list(explain_alert(store, made[0]))
