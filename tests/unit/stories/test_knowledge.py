"""A story at a glance: figures by origin, claims, quotations, what is expected."""

from __future__ import annotations

from datetime import timedelta

from newsdesk import START, Desk

from monitor.model import Fact
from monitor.stories.glance import Sources, lines
from monitor.stories.knowledge import knowledge


def told(*articles: tuple[str, str, str]) -> list[Fact]:
    desk, facts = Desk(), []
    for publisher, title, text in articles:
        desk.read(title, text, publisher=publisher)
        facts += desk.last.facts
    return facts


TOWN = (
    "Town Paper",
    "Attack on Marchand",
    "A dozen people were killed in the attack on Marchand on Sunday, the mayor said.",
)
NETWORK = (
    "Rights Wire",
    "At least 28 dead",
    "At least 28 people were killed in the attack on Marchand, a rights network said on Monday.",
)
POLICE = ("Police Gazette", "Police count 15", "Police said that 15 people had died in the attack on Marchand.")
NOW = START + timedelta(days=2)


def test_origins_that_stand_by_different_values_dispute_a_figure():
    state = knowledge(told(TOWN, NETWORK, POLICE), NOW)
    (dead,) = state.disputed
    assert (dead.noun, dead.low, dead.high, dead.latest.value) == ("dead", 12, 28, 15)
    assert [value for _, value in dead.history] == [12, 28, 15]


def test_an_older_and_lower_count_of_another_origin_is_no_dispute():
    state = knowledge(told(TOWN, NETWORK), NOW)
    assert state.disputed == ()
    (shown,) = [line for line in lines(state, Sources()) if "dead" in line]
    assert shown.startswith("  dead: at least 28  (was 12) — Rights Wire, 03-02 12:00")


def test_a_speed_is_shown_in_the_unit_in_which_it_was_printed():
    facts = told(
        ("A", "Hurricane", "Hurricane Isaura hit Carriacou with sustained winds of 130 miles per hour on Tuesday.")
    )
    assert any(line.startswith("  wind: 130 mph — ") for line in lines(knowledge(facts, NOW), Sources()))


def test_an_origin_that_raises_its_own_count_disputes_nothing():
    later = (
        "Town Paper",
        "Toll rises",
        "The death toll of the attack on Marchand rose to 14, the mayor said on Monday.",
    )
    state = knowledge(told(TOWN, later), NOW)
    assert state.disputed == ()
    assert state.figures[0].latest.value == 14


def test_a_quotation_stands_once_with_its_speaker():
    text = "“They knocked at every door with a list,” said Amos Delva, the deputy mayor."
    state = knowledge(told(("A", "Attack", text), ("B", "Attack again", text)), NOW)
    assert [(quote.text, quote.speaker) for quote in state.quotes] == [
        ("They knocked at every door with a list", "Amos Delva, the deputy mayor")
    ]


def test_every_line_ends_at_a_source():
    facts = told(TOWN, NETWORK)
    found = lines(knowledge(facts, NOW), Sources({fact.item: f"https://{fact.item}.example/" for fact in facts}))
    assert all(line.endswith(".example/") for line in found if line.startswith("  "))
