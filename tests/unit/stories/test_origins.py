"""Whose text it is: agencies by byline, dateline and closing line in five languages, publishers by family."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsdesk import article, lexicon

from monitor.stories.origins import dateline_end, origin_of
from monitor.stories.reading import read_item

BODY = "A fire destroyed the market hall of Valencia and injured twelve people."


def origin(body: str, language: str = "en", **more: str) -> str:
    item = replace(article(1, "Fire in Valencia", body, language, publisher="Daily"), **more)
    return origin_of(read_item(item, lexicon()))


@pytest.mark.parametrize(
    ("body", "language", "agency"),
    [
        ("CARACAS, Oct 5 (Reuters) - A fire destroyed the hall.", "en", "Reuters"),
        ("Caracas, 5 oct (EFE).- Un incendio destruyó el mercado.", "es", "EFE"),
        ("CARACAS (AFP) - Un incendie a détruit la halle.", "fr", "AFP"),
        ("LA HABANA (AP) — Un incendio destruyó el mercado.", "es", "AP"),
        ("Un incendio destruyó el mercado de Valencia.\nCon información de EFE.", "es", "EFE"),
        ("Een brand verwoestte de markthal van Valencia.\nBron: ANP", "nl", "ANP"),
        ("Un incendie a détruit la halle de Valencia. (avec AFP)", "fr", "AFP"),
        ("Um incêndio destruiu o mercado de Valencia.\nCom informações da Lusa", "pt", "Lusa"),
        (f"{BODY}\nReporting by Reuters", "en", "Reuters"),
    ],
)
def test_an_agency_is_credited_in_five_languages(body, language, agency):
    assert origin(body, language).casefold() == agency.casefold()


@pytest.mark.parametrize("author", ["The Associated Press", "By Associated Press", "AP"])
def test_a_byline_credits_the_agency(author):
    assert origin(BODY, author=author).casefold() == "ap"


@pytest.mark.parametrize(
    "body",
    [
        "The minister told Reuters on Monday that the hall would be built again, and that nobody was to blame for the fire.",
        "El ministro dijo a EFE que el mercado se reconstruirá, y que nadie tiene la culpa del incendio de Valencia.",
    ],
)
def test_who_spoke_to_an_agency_does_not_make_its_text(body):
    assert origin(body) == "Daily"


def test_an_agency_that_no_table_knows_is_read_from_the_dateline():
    assert origin("CARACAS, Oct 5 (Sargasso Wire) - A fire destroyed the hall.").casefold() == "sargasso wire"


def test_a_date_in_brackets_is_no_agency():
    assert origin("CARACAS (Oct 5) - A fire destroyed the hall.") == "Daily"


def test_labels_of_one_house_are_one_origin():
    assert (
        origin(BODY, publisher="Daily Sport", family="daily")
        == origin(BODY, publisher="Daily Web", family="daily")
        == "daily"
    )


def test_the_agencys_own_feed_is_the_agency():
    assert origin(BODY, publisher="Reuters", family="reuters.com").casefold() == "reuters"


def test_a_text_begins_behind_its_dateline():
    body = "CARACAS, Oct 5 (Reuters) - A fire destroyed the hall."
    assert body[dateline_end(body) :].strip() == "A fire destroyed the hall."
    assert dateline_end("A fire destroyed the hall.") == 0
