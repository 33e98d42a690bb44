"""A channel is away for six hours, then asks for patience in both forms, then is back: nothing early, nothing lost, one digest."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest
from receivers import http_service
from store_values import NOON, after, alert, decision, newsroom, update

from monitor.alerts.send import Senders
from monitor.model import Channel, Reason
from monitor.pipeline import coalesce_stale, deliver, hold_back
from monitor.ports import Store

DOWN = timedelta(hours=6)


class Day:
    """A clock by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self):
        return self.now


def promised(store: Store, development: str, minutes: int) -> None:
    name = f"a-{development}"
    made = decision(developments=(development,), reason=Reason.DEVELOPMENT, alert=name, minutes=minutes)
    store.record_update(
        update(minutes=minutes, decisions=(made,), alerts=(alert(name, (development,), minutes=minutes),))
    )


async def minute(store: Store, senders: Senders, day: Day, **more) -> None:
    """What the daemon does in its ticks."""
    coalesce_stale(store, day.now)
    for one in store.due_alerts(day.now, timedelta(seconds=60)):
        if not hold_back(one, store=store, per_hour={}, subscriptions={}, now=day.now):
            await deliver(one, notifier=senders, store=store, clock=day, **more)
    day.now += timedelta(minutes=1)


@pytest.mark.parametrize("life", [60 * 8, 7, 1])
async def test_after_an_outage_nothing_is_early_nothing_is_lost_and_one_digest_comes(store: Store, life: int):
    """A process lives for `life` minutes: what it remembers of its peers dies with it, what they asked for does not."""
    newsroom(store, developments=12)
    day, allowed, asked, accepted = Day(), NOON, [], []
    refusals = iter(["120", "date"])

    def answer(got):
        nonlocal allowed
        asked.append(day.now)
        assert day.now >= allowed, "a request before it was allowed"
        if day.now < NOON + DOWN:
            return 503, "down for repairs"
        form = next(refusals, None)
        if form is None:
            accepted.append(got)
            return 200, {}
        allowed = day.now + timedelta(seconds=120 if form == "120" else 600)
        service.faults = []
        raise RefusalError(form)

    async with http_service() as service:
        service.answer = lambda got: refusing(answer, got, day)
        channel = Channel(id="desk", url=f"webhook+{service.url}/hook")
        for number in range(60 * 8):
            if number % life == 0:
                senders = Senders({"desk": channel}, allow_private=["127.0.0.0/8"], clock=day)
            if number % 30 == 0 and number < 12 * 30:
                promised(store, f"d{number // 30 + 1}", number)
            await minute(store, senders, day)
    everything = {f"d{n}" for n in range(1, 13)}
    assert store.told("desk", ["st1"])["st1"].developments == everything
    told = [one["id"] for got in accepted for one in got.json["developments"]]
    assert sorted(told) == sorted(everything), "each exactly once"
    assert sum(got.json["mode"] == "digest" for got in accepted) <= 1
    assert len(accepted) <= 2
    if life > 60:  # patience is memory
        assert len(asked) < 80, "a channel that is down is asked with patience"
    assert not [one for one in store.alerts() if one.state in ("owed", "sending", "dead")]


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_what_a_channel_asked_for_holds_after_a_restart_for_news_that_came_since(store: Store, form: str):
    newsroom(store, developments=3)
    day = Day()
    allowed = NOON + timedelta(minutes=10)
    wish = {
        "seconds": {"Retry-After": "600"},
        "date": {"Retry-After": format_datetime(allowed, usegmt=True), "Date": format_datetime(NOON, usegmt=True)},
    }[form]
    asked = []
    async with http_service() as service:
        service.answer = lambda _: (asked.append(day.now), 200, {})[1:]
        service.faults = [(429, wish, "slow down")]
        channel = Channel(id="desk", url=f"webhook+{service.url}/hook")
        for number in range(14):
            if number in (0, 2, 5):
                promised(store, f"d{(0, 2, 5).index(number) + 1}", number)
            senders = Senders({"desk": channel}, allow_private=["127.0.0.0/8"], clock=day)
            await minute(store, senders, day)
        assert len(service.got) == 1 + 3
    assert min(asked) >= allowed
    assert store.told("desk", ["st1"])["st1"].developments == {"d1", "d2", "d3"}


class RefusalError(Exception):
    """A 429, in one of its two forms."""


def refusing(answer, got, day):
    try:
        return answer(got)
    except RefusalError as form:
        at = {"120": "120", "date": format_datetime(day.now + timedelta(seconds=600), usegmt=True)}[str(form)]
        return 429, {}, {"Retry-After": at, "Date": format_datetime(day.now, usegmt=True)}


async def test_a_dead_channels_message_goes_by_the_fallback_and_is_owed_to_its_own_channel_still(store: Store):
    newsroom(store, developments=1)
    promised(store, "d1", 0)
    day = Day()
    async with http_service() as gone, http_service() as other:
        gone.answer = lambda _: (410, "gone")
        channels = {
            "desk": Channel(id="desk", url=f"webhook+{gone.url}/a"),
            "spare": Channel(id="spare", url=f"webhook+{other.url}/b"),
        }
        senders = Senders(channels, allow_private=["127.0.0.0/8"], clock=day)
        for _ in range(3):
            await minute(store, senders, day, fallbacks={"desk": "spare"})
        assert len(gone.got) == 1
        (got,) = other.got
    assert got.json["standing"][-1] == "sent here instead of to desk"
    assert store.told("spare", ["st1"])["st1"].developments == {"d1"}
    assert "st1" not in store.told("desk", ["st1"])
    found = store.trouble("desk")
    assert found is not None
    assert found.dead == 1


@pytest.mark.parametrize("minutes", [5, 29])
def test_what_is_only_a_little_late_stays_an_alert_of_its_own(store: Store, minutes: int):
    newsroom(store, developments=2)
    promised(store, "d1", 0)
    promised(store, "d2", 1)
    assert coalesce_stale(store, after(minutes)) == []
    (digest,) = coalesce_stale(store, after(31))
    assert digest.developments == ("d2", "d1")
    assert digest.message.standing[-1] == "2 developments undelivered, owed since 12:00"
    assert coalesce_stale(store, after(32)) == []
