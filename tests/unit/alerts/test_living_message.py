from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alert_news import NOON, TOPIC, development, later, story, subscription, toll

from monitor.alerts.render import as_text
from monitor.alerts.render.living import MOST, living
from monitor.model import Development, Kind, Message


def state(*told: Development, **more) -> Message:
    return living(told, story(), subscription(**more), TOPIC.name, NOON + timedelta(hours=2))


def test_it_shows_the_last_link_of_each_chain_and_what_else_was_told():
    message = state(
        development("d1", Kind.NEW_STORY, "A boat was hit."),
        later(toll("d2", None, 3), minutes=1),
        later(toll("d3", 3, 4), minutes=2),
        later(toll("d4", 4, 6), minutes=3),
        later(development("d5", Kind.QUOTE, "We will investigate."), minutes=4),
    )
    assert [line.what for line in message.lines] == ["dead 3 → 6", "said", "first report"]
    assert "4 people" not in as_text(message)


def test_what_stands_comes_first_and_the_newest_of_the_rest_after_it():
    facts = [later(development(f"d{n}", text=f"Fact {n}."), minutes=n) for n in range(20)]
    message = state(toll("d99", None, 3), *facts)
    assert len(message.lines) == MOST
    assert message.lines[0].new == "3"
    assert [line.text for line in message.lines[1:3]] == ["Fact 19.", "Fact 18."]


def test_it_says_of_what_time_it_is_and_how_much_stands_behind_it_in_the_readers_words():
    message = state(toll("d1", None, 3), language="es", timezone="America/Caracas")
    assert message.title == "Boat strike off La Guaira · a las 2 mar 10:00"
    assert message.standing == ("3 informes, 2 fuentes independientes (EFE, AP)",)


def test_that_others_printed_it_too_is_no_line_of_it():
    assert state(replace(development("d1"), kind=Kind.SOURCE)).lines == ()
