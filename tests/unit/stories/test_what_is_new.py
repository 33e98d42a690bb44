"""What the days and the acts that a sentence names say about its being new, and about its weight."""

from __future__ import annotations

from datetime import date

import pytest
from newsdesk import ROOT, START, Desk

from monitor.model import Kind, Status
from monitor.stories.acts import acts
from monitor.text.days import days
from monitor.text.tokens import tokens


def test_an_event_of_today_is_new_though_yesterday_used_the_same_words():
    desk = Desk()
    desk.read(
        "Power fails across the island",
        "The national grid collapsed on Sunday morning, the power company said. Crews hope to reconnect the whole grid soon.",
    )
    desk.number += 30
    found = desk.read(
        "Grid reconnected", "The whole national grid was reconnected on Tuesday evening, the power company said."
    )
    assert [one.sure for one in found][:1] == [True]


def test_a_day_that_was_told_of_is_no_news_the_day_after():
    desk = Desk()
    desk.read("Power fails", "The national grid collapsed on Monday morning, the power company said.")
    desk.number += 20
    assert not desk.read(
        "Grid failed", "The national grid collapsed on Monday morning, according to the power company."
    )


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("declared out at six this morning", "en"),
        ("fue apagado esta madrugada", "es"),
        ("éteint ce matin", "fr"),
        ("apagado nesta madrugada", "pt"),
        ("vanochtend geblust", "nl"),
    ],
)
def test_this_morning_is_today_in_five_languages(text, language):
    today = START.date()
    assert [day for _, day in days(tuple(tokens(text)), language, today)] == [today]


def test_next_morning_names_no_day():
    assert not list(days(tuple(tokens("they left in the morning")), "en", date(2026, 3, 2)))


def test_every_act_is_a_concept_of_the_lexicon():
    rows = (ROOT / "config" / "lexicon" / "concepts.tsv").read_text(encoding="utf-8").splitlines()
    known = {f"c:{row.split()[0]}" for row in rows if row}
    assert acts()["turn"] <= known
    assert acts()["routine"] <= known
    assert not acts()["turn"] & acts()["routine"]


def test_a_turn_of_events_weighs_more_than_the_routine_that_follows():
    turn = Desk().read("Coup", "Soldiers killed the president and seized the capital on Monday, the army said.")[0]
    routine = Desk().read("Visit", "Teachers met volunteers at a school ceremony on Monday, a charity said.")[0]
    assert turn.terms["importance"] > routine.terms["importance"] + 0.2


@pytest.mark.parametrize(
    ("language", "denial", "reversal"),
    [
        (
            "en",
            "Istmo Air denied on Monday that it had suspended flights to Caracas.",
            "Istmo Air said on Tuesday it was suspending flights to Caracas, a day after denying it.",
        ),
        (
            "es",
            "Istmo Air negó el lunes haber suspendido los vuelos a Caracas.",
            "Istmo Air anunció el martes que suspende los vuelos a Caracas, tras negarlo un día antes.",
        ),
        (
            "fr",
            "Istmo Air a démenti lundi avoir suspendu ses vols vers Caracas.",
            "Istmo Air a annoncé mardi suspendre ses vols vers Caracas, après l'avoir démenti la veille.",
        ),
        (
            "pt",
            "A Istmo Air negou na segunda-feira ter suspendido os voos para Caracas.",
            "A Istmo Air anunciou na terça-feira que suspende os voos para Caracas, depois de negar a suspensão.",
        ),
        (
            "nl",
            "Istmo Air ontkende maandag de vluchten naar Caracas te hebben geschrapt.",
            "Istmo Air meldde dinsdag dat het de vluchten naar Caracas schrapt, na een eerdere ontkenning.",
        ),
    ],
)
def test_who_says_so_after_denying_it_confirms(language, denial, reversal):
    desk = Desk()
    desk.read("Istmo Air", denial, language)
    desk.number += 24
    found = desk.read("Istmo Air", reversal, language)
    assert [(one.kind, one.status, one.status_before) for one in found] == [
        (Kind.STATUS, Status.CONFIRMED, Status.DENIED)
    ]


def test_what_somebody_had_denied_is_background():
    desk = Desk()
    desk.read("Shots on the river", "Soldiers shot at a patrol boat on the river on Monday, Guyana said.")
    found = desk.read("Three hurt", "Three people were hurt in all. Venezuela had denied any shooting.")
    assert Status.DENIED not in {one.status for one in found}
