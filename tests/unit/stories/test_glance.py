"""A story at a glance, read as an editor reads it: names instead of keys, each thing once, what stands and what was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsdesk import START, Desk, article

from monitor.model import Development, Fact, Judgement, Kind
from monitor.stories.glance import Sources, lines, names_of, timeline
from monitor.stories.knowledge import knowledge
from monitor.stories.summary import extracted

NOW = START + timedelta(days=3)
SEIZED = (
    "Calypso Dawn seized",
    (
        "US forces seized the tanker Calypso Dawn off Curaçao on Monday with 1.8 million barrels of crude aboard, the Coast Guard said. "
        "“They board ships like bandits,” said the oil minister, Ramón Iturbe."
    ),
)
ABORDADO = (
    "Incautan el petrolero Calypso Dawn",
    (
        "Fuerzas de Estados Unidos incautaron el lunes el petrolero Calypso Dawn frente a Curazao, informó la Guardia Costera. "
        "«Abordan barcos como bandidos», dijo el ministro de Petróleo, Ramón Iturbe."
    ),
)
CORRECTED = (
    "Less oil",
    "The tanker Calypso Dawn carried 1.1 million barrels of crude, not 1.8 million, the Coast Guard corrected on Thursday.",
)


def heard(*news: tuple[str, str, str, str]) -> tuple[list[Fact], list[Development]]:
    desk, facts, developments = Desk(), list[Fact](), list[Development]()
    for publisher, language, title, text in news:
        developments += desk.read(title, text, language, publisher)
        facts += desk.last.facts
    return facts, developments


def test_a_quotation_and_its_translation_stand_once():
    facts, told = heard(("Wire", "en", *SEIZED), ("Faro", "es", *ABORDADO))
    assert len([fact for fact in facts if fact.kind is Kind.QUOTE]) == 2
    (quote,) = knowledge(facts, NOW, told=told).quotes
    assert quote.speaker == "the oil minister, Ramón Iturbe"


def test_nobody_stands_by_a_number_that_was_corrected():
    facts, told = heard(("Wire", "en", *SEIZED), ("Faro", "en", *CORRECTED))
    (volume,) = [line for line in knowledge(facts, NOW, told=told).figures if line.unit == "bbl"]
    assert (volume.latest.value, volume.disputed) == (1_100_000, False)
    assert any(
        line.startswith("  volume: 1,100,000 barrels  (was 1,800,000) — ")
        for line in lines(knowledge(facts, NOW), Sources())
    )


def test_what_an_item_tells_of_earlier_counts_disputes_nothing():
    text = "Deaths from cholera in Haiti climbed to 22, the health ministry said. Doctors had earlier said that more than 30 people had died."
    facts, _ = heard(("Wire", "en", "Cholera", text))
    (dead,) = knowledge(facts, NOW).figures
    assert (dead.latest.value, dead.disputed) == (22, False)


def test_an_outlet_is_named_and_not_its_key_and_a_wire_as_it_is_credited():
    item = replace(article(1, "News", "Text."), publisher="El Faro de Maiquetía", family="el faro de maiquetía")
    judged = Judgement(
        item="i1",
        topic="t",
        story="st",
        new_story=True,
        copy_of=None,
        origin="el faro de maiquetía",
        headline="News",
        at=START,
    )
    wire = replace(judged, origin="agencia costa firme")
    assert names_of([(item, judged), (item, wire)]) == {
        "el faro de maiquetía": "El Faro de Maiquetía",
        "agencia costa firme": "Agencia Costa Firme",
    }


def test_the_timeline_has_one_first_report_and_calls_what_is_due_due():
    _, told = heard(("Wire", "en", *SEIZED))
    opening = told[0]
    again, due = replace(opening, id="d2"), replace(opening, id="d3", kind=Kind.FACT, status="due")
    found = timeline([opening, again, due], Sources())
    assert [line.split("  ")[1].strip() for line in found[::2]] == ["first report", "fact", "due"]
    assert all(line.endswith(opening.url) for line in found[1::2])


def test_a_story_in_short_says_how_it_began_and_the_last_value_of_what_weighs_most():
    toll = "The death toll of the ferry disaster off Margarita rose to {}, the coast guard said on {}."
    _, told = heard(
        (
            "A",
            "en",
            "Ferry sinks",
            "The ferry Virgen del Valle sank off Margarita on Monday, killing 9 people, the coast guard said.",
        ),
        ("B", "en", "Toll rises", toll.format(12, "Tuesday")),
        ("C", "en", "Toll rises again", toll.format(15, "Wednesday")),
    )
    assert [line.text for line in extracted(told)] == [told[0].text, toll.format(15, "Wednesday")]
