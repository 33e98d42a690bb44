from __future__ import annotations

from datetime import time, timedelta

from alert_news import NOON, TOPIC, story, subscription

from monitor.alerts.spikes import Arrival, spike, spike_alert

MINUTE = timedelta(minutes=1)


def week(an_hour: int = 2, days: float = 7) -> list[Arrival]:
    hours = int(24 * days)
    return [
        Arrival(NOON - timedelta(hours=h, minutes=1 + n), f"o{n}", "st_1")
        for h in range(1, hours)
        for n in range(an_hour)
    ]


def burst(number: int, origins: int = 5) -> list[Arrival]:
    return [Arrival(NOON - MINUTE * (n % 50), f"o{n % origins}", "st_1" if n % 3 else "st_2") for n in range(number)]


def test_three_times_the_usual_from_several_origins_is_a_spike():
    found = spike(week(4) + burst(12), NOON)
    assert (found.reports, found.usual, found.origins, found.stories) == (12, 4, 5, ("st_1", "st_2"))


def test_a_busy_topic_that_is_busy_is_none():
    assert spike(week(4) + burst(11), NOON) is None


def test_one_outlet_that_posts_a_lot_is_none():
    assert spike(week(2) + burst(30, origins=2), NOON) is None


def test_a_handful_is_none_however_quiet_the_week_was():
    assert spike(week(1)[::5] + burst(8), NOON) is None


def test_nothing_is_unusual_before_the_usual_is_known():
    assert spike(burst(40), NOON) is None
    assert spike(week(1, days=1) + burst(40), NOON) is None


def test_a_daily_rush_hour_is_usual():
    rush = [
        Arrival(NOON - timedelta(hours=h, minutes=n), f"o{n % 5}", "st_1")
        for h in range(1, 160)
        for n in range(1, 9 if h % 3 else 13)
    ]
    assert spike(rush + burst(13), NOON) is None


def test_the_message_names_how_many_how_many_are_usual_and_the_stories():
    found = spike(week(2) + burst(24), NOON)
    made = spike_alert(found, subscription(), TOPIC, {"st_1": story(items=20)}, 0, NOON)
    assert (
        made.message.title
        == "Venezuela and the Caribbean: unusually many reports: 24 reports / h (usually 2), 5 independent sources"
    )
    assert made.message.lines[0].headline == "Boat strike off La Guaira"
    assert spike_alert(found, subscription(), TOPIC, {}, 3, NOON + 5 * MINUTE).id == made.id, "once a day"
    assert spike_alert(found, subscription(), TOPIC, {}, 3, NOON + timedelta(days=1)).id != made.id


def test_it_never_interrupts_who_is_not_to_be_interrupted():
    found = spike(week(2) + burst(24), NOON)
    for sub, sent in (
        (subscription(send="digest"), 0),
        (subscription(quiet=(time(11), time(13))), 0),
        (subscription(max_per_day=3), 3),
    ):
        assert spike_alert(found, sub, TOPIC, {}, sent, NOON) is None
