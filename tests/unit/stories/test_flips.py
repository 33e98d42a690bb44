"""Texts that change over several versions: back and forth, with a clock, split and joined; and what was told of them."""

from __future__ import annotations

import pytest
from newsdesk import Desk

from monitor.model import Kind
from monitor.text.clocks import without_clocks

TITLE = "US forces strike boat"
FIVE = (
    "US forces destroyed a boat off La Guaira on Tuesday night, killing 5 people, the defence secretary said. "
    "The secretary said that the vessel was carrying drugs."
)
SEVEN = FIVE.replace("killing 5", "killing 7")
MORE = f"{FIVE} Trinidad and Tobago's foreign ministry on Wednesday asked Washington for an explanation of the attack."


def said(*versions: str) -> list[list]:
    desk = Desk()
    return [
        desk.read(TITLE, text, publisher="A", revises=number > 0) for number, text in enumerate(versions)
    ]  # fmt: skip


def test_a_text_that_flips_between_two_numbers_speaks_once():
    _, corrected, *rest = said(FIVE, SEVEN, FIVE, SEVEN, FIVE)
    assert [(one.kind, one.old, one.new) for one in corrected] == [(Kind.CORRECTION, 5, 7)]
    assert rest == [[], [], []]


def test_a_paragraph_that_comes_and_goes_is_neither_news_again_nor_withdrawn():
    _, added, *rest = said(FIVE, MORE, FIVE, MORE)
    assert len(added) == 1
    assert rest == [[], []]


@pytest.mark.parametrize(
    "clock",
    [
        "Updated {0}:{1} on Tuesday.",
        "Last modified: 3 March 2026, {0}:{1} GMT",
        "{1} min ago",
        "Actualizado el 3 de marzo a las {0}:{1}",
        "Hace {1} minutos",
        "Mis à jour le 3 mars à {0}h{1}",
        "Il y a {1} minutes",
        "Atualizado em 3 de março às {0}h{1}",
        "Bijgewerkt op 3 maart om {0}:{1} uur",
        "{1} minuten geleden",
        "1,{1}4 views",
        "Comentarios ({1})",
        "{1} reacties",
    ],
)
def test_a_text_that_flips_while_its_clock_runs_still_flips(clock):
    texts = [
        f"{text} {clock.format(hour, minute)}"
        for text, hour, minute in ((FIVE, 12, 10), (SEVEN, 12, 35), (FIVE, 13, 20))
    ]
    _, corrected, back = said(*texts)
    assert [one.new for one in corrected] == [7]
    assert back == []
    assert said(texts[0], f"{FIVE} {clock.format(23, 59)}")[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "The army published a list of 45 prisoners.",
        "The blast happened at 14:30.",
        "The party has 500 readers of its paper in 12 towns.",
    ],
)
def test_a_number_of_the_news_is_no_clock(text):
    assert any(word.isdigit() for word in without_clocks(text))


def test_both_changed_figures_of_one_sentence_are_told():
    before = "A blast at the El Palito refinery killed 5 workers and injured 12 others on Tuesday, the company said."
    (_, changes) = said(before, before.replace("killed 5", "killed 7").replace("injured 12", "injured 16"))
    assert {(one.old, one.new) for one in changes} == {(5, 7), (12, 16)}
    assert len({one.id for one in changes}) == 2
    assert len({one.replaces for one in changes}) == 1


def test_a_sentence_split_in_two_and_two_joined_to_one_are_style():
    one = "A blast at the El Palito refinery killed 5 workers and injured 12 firefighters, the company said."
    two = "A blast at the El Palito refinery killed 5 workers, the company said. It injured 12 firefighters at the refinery."
    assert said(one, two)[1] == []
    assert said(two, one)[1] == []


def test_another_spelling_of_a_name_is_style_and_another_name_is_not():
    before = (
        "The ship was boarded off La Guaira by marines of colonel Kowalsky on Tuesday, and its crew of 14 was arrested."
    )
    assert said(before, before.replace("Kowalsky", "Kowalski"))[1] == []
    (swapped,) = said(before, before.replace("Kowalsky", "Rodrigues"))[1]
    assert (swapped.old, swapped.new) == ("Kowalsky", "Rodrigues")


def test_an_edit_of_told_evidence_corrects_what_told_it():
    before = "US forces destroyed a boat off La Guaira on Tuesday night, killing 5 people, the defence secretary said."
    first, (edit,) = said(before, before.replace("La Guaira", "Puerto Cabello"))
    assert edit.kind is Kind.CORRECTION
    assert edit.replaces == first[0].id


def test_evidence_that_vanishes_two_versions_later_is_withdrawn():
    first, styled, left = said(
        FIVE,
        FIVE.replace("a boat", "a small boat"),
        "The Pentagon said on Wednesday that it is reviewing reports of an operation in the Caribbean.",
    )
    assert styled == []
    withdrawn = [one for one in left if one.status == "retracted"]
    assert [one.replaces for one in withdrawn] == [first[0].id]
    assert isinstance(withdrawn[0].old, str)
    assert "killing 5" in withdrawn[0].old


def test_a_correction_corrected_again_replaces_the_correction():
    _, (seven,), (nine,) = said(FIVE, SEVEN, FIVE.replace("killing 5", "killing 9"))
    assert (nine.old, nine.new, nine.replaces) == (7, 9, seven.id)
