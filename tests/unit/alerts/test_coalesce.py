"""Many late messages become one, and nothing of them is lost."""

from __future__ import annotations

from datetime import timedelta

from alert_news import NOON, alert, line
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.coalesce import STALE, coalesce
from monitor.model import Message

MINUTE = timedelta(minutes=1)


def late(name: str, *developments: str, minutes: int = 0, lines: int | None = None, **more):
    count = len(developments) if lines is None else lines
    message = Message(
        title=name, lines=tuple(line(text=one) for one in developments[:count]), standing=(f"after {name}",)
    )
    at = NOON + minutes * MINUTE
    return alert(message, id=name, key=f"k{name}", developments=developments, created=at, send_after=at, **more)


def system(name: str, minutes: int = 0, **more):
    message = Message(title=name, lines=(), mode="system", **more)
    at = NOON + minutes * MINUTE
    return alert(
        message, id=name, developments=(), created=at, send_after=at, mode="system", subscription="system", story=None
    )


def test_one_late_message_stays_what_it_is():
    assert coalesce([late("a", "d1")], NOON + STALE) == []


def test_what_had_no_line_of_its_own_is_promised_still():
    ((digest, replaced),) = coalesce([late("a", "d1", "d2", lines=1), late("b", "d3", minutes=1)], NOON + 2 * STALE)
    assert replaced == ("a", "b")
    assert set(digest.developments) == {"d1", "d2", "d3"}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 90)), max_size=12))
def test_every_development_of_what_is_replaced_is_in_the_one_message(shape):
    alerts = [
        late(f"a{number}", *(f"d{number}-{one}" for one in range(count)), lines=lines, minutes=minutes)
        for number, (count, lines, minutes) in enumerate(shape)
    ]
    by_id = {one.id: one for one in alerts}
    for digest, replaced in coalesce(alerts, NOON + 60 * MINUTE):
        owed = {one for name in replaced for one in by_id[name].developments}
        assert set(digest.developments) == owed
        assert len(digest.developments) == len(owed)
        assert digest.created == min(by_id[name].created for name in replaced)


def test_made_twice_it_is_the_same_message():
    alerts = [late("a", "d1"), late("b", "d2", minutes=3)]
    assert coalesce(alerts, NOON + 2 * STALE)[0][0].id == coalesce(alerts[::-1], NOON + 3 * STALE)[0][0].id


def test_reports_on_the_monitor_itself_become_one_message_of_all_their_lines():
    now = NOON + 2 * STALE
    ((digest, replaced),) = coalesce([system("Feed A fails"), system("Feed B fails", minutes=5)], now)
    assert (digest.mode, digest.developments, replaced) == ("system", (), ("Feed A fails", "Feed B fails"))
    assert digest.message.title == "2 reports on the monitor itself"
    assert digest.message.standing == ("2026-03-02 12:00Z Feed A fails", "2026-03-02 12:05Z Feed B fails")
    ((again, _),) = coalesce([digest, system("Feed A is well", minutes=20)], NOON + 60 * MINUTE)
    assert len(again.message.standing) == 3
