"""Whose text it is: agencies by byline, dateline and closing line in five languages, publishers by family."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsdesk import article, lexicon

from monitor.config import load, starter
from monitor.errors import LexiconError
from monitor.stories.families import families
from monitor.stories.origins import dateline_end, origin_of, wires
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


# ── breadth ──────────────────────────────────────────────────────────────────────────────────────────────────────────

LONG = (
    "Un incendio destruyó el mercado de Valencia el lunes, dijo la policía. Doce personas resultaron heridas. Los comerciantes habían advertido "
    "desde hace años que la instalación eléctrica del viejo edificio no era segura. El alcalde prometió que cada comerciante recibirá ayuda."
)


@pytest.mark.parametrize(
    ("head", "agency"),
    [
        ("EFE.- ", "EFE"),
        ("EFE / Caracas ", "EFE"),
        ("Caracas / EFE\n", "EFE"),
        ("Caracas, 5 oct. (EFE) ", "EFE"),
        ("(EFE).- ", "EFE"),
        ("Redacción Internacional, 5 oct (EFE).- ", "EFE"),
        ("MADRID, 5 Oct. (EUROPA PRESS) -\n", "Europa Press"),
        ("Caracas, AVN.- ", "AVN"),
        ("Caracas, 5 de octubre de 2026 (AVN).- ", "AVN"),
        ("La Habana, 5 oct (Prensa Latina) ", "Prensa Latina"),
        ("Por Reuters\n", "Reuters"),
        ("Par AFP\n", "AFP"),
        ("CARACAS, 5 oct 2026 (AFP) - ", "AFP"),
        ("Lusa - ", "Lusa"),
        ("CARACAS (ANP/AFP) - ", "ANP"),
        ("(Belga) ", "Belga"),
        ("By The Associated Press\n", "AP"),
        ("CARACAS, Venezuela (AP) — ", "AP"),
        ("Oct 5 (Reuters) - ", "Reuters"),
        ("PORT OF SPAIN, Trinidad, CMC – ", "CMC"),
        ("KINGSTON, Jamaica, Oct 5, CMC – ", "CMC"),
        ("GEORGETOWN, Guyana, (CMC) — ", "CMC"),
        ("DPI, Guyana, Monday, October 5, 2026\n", "DPI Guyana"),
        ("Kingston, Jamaica (JIS) ", "JIS"),
        ("Bogotá, 5 oct (Colprensa). ", "Colprensa"),
        ("La Paz, 5 oct (ABI).- ", "ABI"),
        ("PORT-AU-PRINCE (AHP) - ", "AHP"),
        ("NASSAU, The Bahamas (BIS) - ", "BIS"),
        ("RIO (Agência Estado) - ", "Agência Estado"),
    ],
)
def test_an_agency_that_opens_a_text_is_its_origin(head, agency):
    assert origin(f"{head}{LONG}", "es") == agency


@pytest.mark.parametrize(
    ("tail", "agency"),
    [
        ("\nCon información de agencias EFE y AFP", "EFE"),
        (" // AFP", "AFP"),
        (" – AP", "AP"),
        (" —AFP", "AFP"),
        ("\n\nEFE", "EFE"),
        (" (ANP)", "ANP"),
        ("\n© ANP", "ANP"),
        (" Bron: ANP/Reuters", "ANP"),
        (" (Avec AFP)", "AFP"),
        (" Avec AFP et Reuters", "AFP"),
        ("\nFonte: Agência Brasil", "Agencia Brasil"),
        (" Com Lusa", "Lusa"),
        ("\nFuente: Prensa Latina / Telesur", "Prensa Latina"),
        ("\nTomado de: AVN", "AVN"),
        ("\nWith files from The Canadian Press", "The Canadian Press"),
        (
            "\nCopyright 2026 The Associated Press. All rights reserved. This material may not be published or rewritten without permission.",
            "AP",
        ),
    ],
)
def test_an_agency_that_ends_a_text_is_its_origin(tail, agency):
    assert origin(f"{LONG}{tail}", "es") == agency


@pytest.mark.parametrize(
    "head",
    [
        "Reuters reported on Monday that ",
        "EFE y AP coincidieron en que ",
        "A Reuters/Ipsos poll found that ",
        "El periodista de EFE fue liberado y ",
        "AP reporters saw that ",
        "CNN and BBC reporters were expelled, and ",
    ],
)
def test_an_agency_that_a_text_is_about_is_not_its_origin(head):
    assert origin(f"{head}{LONG}", "es") == "Daily"


@pytest.mark.parametrize(
    "author",
    ["Redacción EFE", "Por EFE", "efe", "AFP / Reuters", "(AFP)", "Reuters Staff", "By Ana Gil, Associated Press"],
)
def test_bylines_of_agencies_in_many_forms(author):
    assert origin(LONG, "es", author=author) in {"EFE", "AFP", "Reuters", "AP"}


def test_whose_name_only_holds_an_agencys_letters_is_nobody_elses():
    assert origin(LONG, "es", author="Maria Apolinária") == "Daily"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("El País", "https://elpais.com/a"), ("Cadena SER", "https://cadenaser.com/b")),
        (("Trinidad Express", "https://trinidadexpress.com/a"), ("Nation News", "https://www.nationnews.com/b")),
        (("Jamaica Gleaner", "http://jamaica-gleaner.com/a"), ("", "https://radiojamaicanewsonline.com/b")),
        (("VTV", "https://www.vtv.gob.ve/a"), ("Correo del Orinoco", "https://www.correodelorinoco.gob.ve/b")),
        (("De Volkskrant", "https://www.volkskrant.nl/a"), ("AD", "https://www.ad.nl/b")),
        (("O Globo", "https://oglobo.globo.com/a"), ("G1", "https://g1.globo.com/b")),
        (("Le Parisien", "https://www.leparisien.fr/a"), ("Les Échos", "https://www.lesechos.fr/b")),
        (("Miami Herald", "https://www.miamiherald.com/a"), ("el Nuevo Herald", "https://www.elnuevoherald.com/b")),
        (("Expresso", "https://expresso.pt/a"), ("SIC Notícias", "https://sicnoticias.pt/b")),
    ],
)
def test_titles_of_one_house_are_one_origin_without_any_configuration(one, two):
    origins = {origin(LONG, publisher=name, family="", url=url) for name, url in (one, two)}
    assert len(origins) == 1
    assert "Daily" not in origins


def test_papers_of_one_name_in_two_countries_are_two_origins():
    urls = (
        "https://www.elnacional.com/a",
        "https://elnacional.com.do/b",
        "https://www.eluniversal.com/a",
        "https://www.eluniversal.com.mx/b",
    )
    assert len({origin(LONG, publisher="El Nacional", family="", url=url) for url in urls}) == 4


def test_a_family_that_was_configured_stands():
    assert origin(LONG, publisher="El País", family="my-house", url="https://elpais.com/a") == "my-house"


def test_a_house_that_is_credited_as_an_agency_is_one_origin_with_it():
    own = origin(LONG, publisher="BBC: Latin America", family="bbc", url="https://www.bbc.com/a")
    assert own == origin(f"{LONG}\nFuente: BBC Mundo", "es") == "BBC"


def test_the_shipped_feeds_have_the_families_of_the_table():
    table, known = families(), 0
    for feed in load(starter() / "monitor.toml").feeds:
        found = table.get(feed.name.casefold()) or table.get(feed.name)
        known += found is not None
        assert found in (None, feed.family), feed.name
    assert known >= 5


def test_the_tables_are_broad_and_name_nothing_twice():
    assert len(set(families().values())) >= 120
    assert len(set(wires()[0].values())) >= 100
    every = ("AP Reuters AFP EFE ANP Lusa AVN CMC ANSA Belga dpa").split()
    assert {wires()[0][name.casefold()] for name in every} == set(every)


def test_a_title_of_two_houses_is_an_error_that_names_the_line(tmp_path):
    (tmp_path / "families.tsv").write_text("# houses\none\tPaper|paper.example\ntwo\tOther|Paper\n")
    with pytest.raises(LexiconError, match=r"families\.tsv: line 3: 'paper' belongs to 'one' already"):
        families(tmp_path / "families.tsv")


def test_an_agency_with_accents_is_one_origin_however_it_is_credited():
    own = origin(BODY, publisher="Agencia Señal del Río", family="agencia señal del río")
    dateline = origin("VALENCIA, 5 oct (Agencia Señal del Río) - Un incendio destruyó el mercado.", "es")
    credit = origin("Un incendio destruyó el mercado de Valencia. Con información de Agencia Señal del Río.", "es")
    assert own == dateline == credit
