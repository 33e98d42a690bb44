"""A text that changes under its address: style is silent, substance speaks."""

from __future__ import annotations

from newsdesk import Desk, article, lexicon

from monitor.model import Kind
from monitor.stories import aligning
from monitor.stories.reading import Reading, read_item

STRIKE = (
    "US forces destroyed a boat off La Guaira on Tuesday night, killing 5 people, the defence secretary said. "
    "The secretary said that the vessel was carrying drugs."
)


def reading(text: str, number: int = 1) -> Reading:
    return read_item(article(number, "Strike", text), lexicon())


def revised(before: str, after: str) -> list:
    desk = Desk()
    desk.read("US forces strike boat", before, publisher="A")
    return desk.read("US forces strike boat", after, publisher="A", revises=True)


def test_a_changed_number_corrects_what_was_told():
    (said,) = revised(STRIKE, STRIKE.replace("killing 5", "killing 7"))
    assert (said.kind, said.old, said.new) == (Kind.CORRECTION, 5, 7)


def test_other_words_and_typography_are_silent():
    assert (
        revised(STRIKE, STRIKE.replace("said the vessel", "stated that the vessel").replace("boat", "small boat")) == []
    )


def test_a_clock_in_the_page_is_silent():
    assert revised(f"{STRIKE} Updated at 14:32.", f"{STRIKE} Updated at 15:07.") == []


def test_a_text_that_flips_back_says_nothing_new():
    desk = Desk()
    changed = STRIKE.replace("carrying drugs", "carrying drugs from Güiria")
    desk.read("US forces strike boat", STRIKE, publisher="A")
    desk.read("US forces strike boat", changed, publisher="A", revises=True)
    assert desk.read("US forces strike boat", STRIKE, publisher="A", revises=True) == []


def test_a_not_turns_the_sentence_round():
    (said,) = revised(STRIKE, STRIKE.replace("was carrying", "was not carrying"))
    assert (said.kind, said.old, said.new) == (Kind.FACT, "was", "was not")


def test_a_new_paragraph_is_read_as_news():
    (said,) = revised(
        STRIKE,
        f"{STRIKE} Trinidad and Tobago's foreign ministry on Wednesday asked Washington for an explanation of the attack.",
    )
    assert "Trinidad" in said.text


def test_evidence_that_was_told_and_vanishes_is_a_correction():
    desk = Desk()
    first = desk.read("US forces strike boat", STRIKE, publisher="A")
    left = "The Pentagon said on Wednesday that it is reviewing reports of an operation in the Caribbean."
    said = desk.read("US forces strike boat", left, publisher="A", revises=True)
    withdrawn = [one for one in said if one.status == "retracted"]
    assert {one.replaces for one in withdrawn} <= {one.id for one in first}
    assert withdrawn
    assert withdrawn[0].kind is Kind.CORRECTION


def test_edits_are_shown_word_by_word():
    assert aligning.words_changed("It carried drugs on Friday.", "It carried cocaine on Friday.") == [
        ("drugs", "cocaine")
    ]
    assert aligning.shown("It was carrying drugs.", "It was not carrying drugs.") == ("was", "was not")
    assert aligning.shown("One man was held.", "Two men were held.") == ("One man was", "Two men were")
