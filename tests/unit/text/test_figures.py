"""Figures as news writes them, in five languages: what is counted, and what only looks like a count."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.text.figures import Figure, read_figures
from monitor.text.lexicon import Lexicon
from monitor.text.reading import read

TABLE = Path(__file__).parents[2] / "corpus" / "figures.tsv"
NOTHING = Lexicon()


def figures(text: str, language: str = "en") -> tuple[Figure, ...]:
    return read_figures(read(text, language, NOTHING))


def one(text: str, language: str = "en") -> Figure:
    (figure,) = figures(text, language)
    return figure


def _expected(cell: str) -> list[tuple[float, float, str]]:
    found = []
    for part in [] if cell == "-" else cell.split(";"):
        number, _, noun = part.strip().partition(" ")
        low, _, high = number.partition("..")
        found.append((float(low), float(high or low), noun))
    return found


def _fits(figure: Figure, wanted: tuple[float, float, str]) -> bool:
    low, high, noun = wanted
    close = abs(figure.low - low) <= 0.01 * low and abs(figure.high - high) <= 0.01 * high
    return close and (not noun or noun in (figure.noun, figure.unit, figure.state))


def _rows() -> list[tuple[str, str, list[tuple[float, float, str]]]]:
    lines = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(language, text, _expected(cell)) for language, text, cell in lines]


def test_the_table_of_forms_is_read_with_precision_98_and_recall_95():
    right = wrong = missed = 0
    for language, text, wanted in _rows():
        left = list(figures(text, language))
        for want in wanted:
            hit = next((figure for figure in left if _fits(figure, want)), None)
            if hit is None:
                missed += 1
            else:
                left.remove(hit)
                right += 1
        wrong += len(left)
    assert len(_rows()) >= 400
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.95


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("5.000 misiles", "es", 5000),
        ("5,000 missiles", "en", 5000),
        ("cinq mille missiles", "fr", 5000),
        ("cinco mil mísseis", "pt", 5000),
        ("vijfduizend raketten", "nl", 5000),
        ("5 000 missiles", "fr", 5000),
    ],
)
def test_five_thousand_missiles_are_five_thousand_in_every_language(text, language, value):
    assert (one(text, language).value, one(text, language).noun) == (value, "missiles")


def test_what_happened_to_people_is_what_is_counted():
    assert one("killing all five people on board").noun == "dead"
    assert one("Two soldiers were wounded on Friday.").noun == "injured"
    assert one("la excarcelación de 120 personas detenidas", "es").noun == "freed"


def test_old_and_new_in_one_sentence_are_told_apart():
    new, old = figures("5,300 people had fled, up from 2,000 on Monday")
    assert (new.value, new.role) == (5300, "")
    assert (old.value, old.role, old.noun) == (2000, "old", "displaced")


def test_a_number_that_was_withdrawn_is_old():
    new, old = figures("Three people, not four, are known to have died.")
    assert (new.value, old.value, old.role) == (3, 4, "old")


def test_a_subset_is_not_the_whole():
    assert one("Some 2,200 of them are Marines.").role == "subset"


def test_a_share_is_a_percentage():
    assert (one("one customer in five has power").value, one("nueve de cada diez edificios", "es").unit) == (20, "%")


def test_miles_an_hour_and_kilometres_an_hour_are_one_measure_and_each_is_shown_as_written():
    miles, kilometres = one("winds of 130 mph"), one("vents de 210 km/h", "fr")
    assert miles.value == pytest.approx(kilometres.value, rel=0.03)
    assert (miles.shown, kilometres.shown) == (130, 210)


def test_qualifiers_stay_with_their_number():
    assert [
        one(text).qualifier
        for text in ("at least 12 people died", "about 40 houses", "up to 300 schools", "more than 1,000 evacuees")
    ] == ["atleast", "about", "upto", "over"]


def test_the_toll_of_the_sentence_before_is_what_a_bare_number_counts():
    found = figures("La red cuenta al menos 28 muertos. La policía rebaja la cifra a quince.", "es")
    assert [(figure.value, figure.noun) for figure in found] == [(28, "dead"), (15, "dead")]


def test_every_figure_stands_where_it_says():
    text = "Some 4,500 Marines and sailors arrived; 12 people died."
    assert [text[figure.start : figure.end] for figure in figures(text)] == ["4,500", "12"]


def test_an_unknown_language_is_read_without_number_words():
    assert [figure.value for figure in figures("Tiga orang 25% 3 million", "")] == [25, 3_000_000]


def test_a_table_of_numbers_is_no_sentence_and_is_not_read_to_the_end():
    assert len(figures("5 " * 5000)) <= 30


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Lo mató un fusil de calibre 7,62."),
        ("pt", "A arma era de calibre 7,62 e o jogo terminou 3 a 1."),
        ("es", "El partido acabó 3 a 1 en Maracaibo."),
        ("nl", "Het wapen had kaliber 7,62."),
    ],
)
def test_calibres_and_scores_in_words_count_nothing(language, text):
    assert [one for one in read_figures(read(text, language, Lexicon())) if one.bound] == []


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("es", "Un cargamento de 50.000 vacunas debe llegar el jueves.", ["vacunas"]),
        ("pt", "Dois dos sete abrigos de Boa Vista estão lotados.", ["abrigos", "abrigos"]),
        ("en", "The ship has a crew of 22.", ["crew"]),
    ],
)
def test_a_number_counts_what_stands_behind_it_before_what_carries_it(language, text, said):
    assert [one.said_noun for one in read_figures(read(text, language, Lexicon()))] == said
