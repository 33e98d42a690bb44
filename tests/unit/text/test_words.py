"""Normal form, words, stems and languages of texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.html import to_text
from monitor.text.canonical import canonical, readable
from monitor.text.language import detect
from monitor.text.normal import fold, spaced, squeeze, visible
from monitor.text.stems import stem
from monitor.text.tokens import tokens


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Acción", "accion"),
        ("ACCIO\u0301N", "accion"),
        ("Curaçao", "curacao"),
        ("Straße", "strasse"),
        ("cœur", "coeur"),
        ("l’île", "l'ile"),
        ("ﬁscal", "fiscal"),
        ("Θεσσαλονίκη", "θεσσαλονικη"),
        ("Ⅻ", "xii"),
        ("İstanbul", "istanbul"),
    ],
)
def test_words_are_compared_without_case_accents_and_typography(written, folded):
    assert fold(written) == folded


def test_a_spaced_text_keeps_the_way_back():
    text = "Le cœur de l’île: São Paulo…"
    found = spaced(text)
    assert found.text.split() == ["le", "coeur", "de", "l", "ile", "sao", "paulo"]
    start = found.text.index("paulo")
    assert text[found.origin(start) : found.origin(start + 4) + 1] == "Paulo"


def test_invisible_characters_are_dropped_and_white_space_is_squeezed():
    assert visible("Ma\u200bduro\u202e!") == "Maduro!"
    assert squeeze(" a\n\n b\u00a0 c ") == "a b c"


_NEWS = st.text(st.sampled_from("ab 9-É ñüßœ½ª“”’…—€\t\n\x1f\x85\xa0\u200b\u0301İ漢"), max_size=40)


@given(_NEWS)
def test_western_news_is_spaced_as_it_would_be_beside_another_script(text):
    assert spaced(f"{text} 漢").text == f"{spaced(text).text} 漢"


@given(_NEWS)
def test_a_squeezed_text_is_its_words_with_one_blank_between(text):
    assert squeeze(text) == " ".join(text.split())


@given(_NEWS)
def test_markup_becomes_lines_without_white_space_around(text):
    lines = (visible(line) for line in text.split("\n"))
    assert to_text(f"<p>{text}</p>") == "\n".join(plain for line in lines if (plain := " ".join(line.split())))


@given(
    host=st.sampled_from(["a.example", "www.a.example", "m.noticias.a.example", "www.example", "WWW.a.example"]),
    path=st.lists(st.sampled_from(["2025", "una-noticia", "amp", "x.amp.html", "camp", "%41", ""]), max_size=4),
)
def test_an_address_with_nothing_to_tidy_is_the_one_that_others_are_tidied_to(host, path):
    url = f"http://{host}/{'/'.join(path)}"
    assert canonical(url) == canonical(f"{url}?utm_source=rss#top")
    assert readable(url) == readable(f"{url}?utm_source=rss#top")


def test_a_number_with_separators_is_one_word():
    assert [token.text for token in tokens("5.000 misiles, 1,5 millones, 4 500 soldats, 3 100 000")] == [
        "5.000",
        "misiles",
        "1,5",
        "millones",
        "4 500",
        "soldats",
        "3 100 000",
    ]


def test_words_know_their_places_and_underscores_part_them():
    text = "Él_dijo: «Caracas»"
    assert [(token.text, text[token.start : token.end]) for token in tokens(text)] == [
        ("Él", "Él"),
        ("dijo", "dijo"),
        ("Caracas", "Caracas"),
    ]


def test_accents_of_their_own_do_not_part_a_word():
    assert [token.folded for token in tokens("Me\u0301rida y Cumana\u0301")] == ["merida", "y", "cumana"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", ("misil", "misiles")),
        ("es", ("detenido", "detenidas")),
        ("fr", ("frappe", "frappes")),
        ("pt", ("apagão", "apagões")),
        ("pt", ("eleição", "eleições")),
        ("nl", ("aanval", "aanvallen")),
        ("en", ("strike", "strikes")),
    ],
)
def test_inflections_share_a_stem(language, words):
    assert len({stem(word, language) for word in words}) == 1


def test_an_unknown_language_has_no_stems_but_folded_words():
    assert stem("Über", "de") == "uber"


TEXTS = {
    "en": "The president said on Monday that the ships were on their way to the island and would arrive within days.",
    "es": "El presidente dijo el lunes que los buques están en camino a la isla y que llegarán en los próximos días.",
    "fr": "Le président a déclaré lundi que les navires étaient en route vers l'île et qu'ils arriveraient dans les jours.",
    "pt": "O presidente disse na segunda-feira que os navios estão a caminho da ilha e que não vão chegar pelo norte.",
    "nl": "De president zei maandag dat de schepen op weg zijn naar het eiland en dat ze binnen enkele dagen aankomen.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_says_its_language(language):
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize("language", TEXTS)
def test_a_declaration_that_the_text_plainly_contradicts_is_not_believed(language):
    assert detect(TEXTS[language], "es" if language != "es" else "en") == language


def test_a_short_headline_is_in_the_language_that_its_feed_declares():
    assert detect("Maduro in Caracas", "nl") == "nl"
    assert detect("Maduro", "pt-BR") == "pt"


def test_too_little_to_say_is_unknown():
    assert detect("Maduro Trump") == ""
    assert detect("") == ""
    assert detect("1234 5678 90") == ""


def test_another_language_is_named_not_guessed_to_be_one_of_the_five():
    assert detect("Der Präsident sagte am Montag, dass die Schiffe unterwegs seien und bald ankommen würden.") == "de"
