"""Where sentences end, and what only looks like an end."""

from __future__ import annotations

import pytest

from monitor.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Smith met Gen. Pérez at 3 p.m. on Friday.",
        "The U.S. Navy and the U.N. Security Council met.",
        "El Sr. Gómez y la Dra. Ruiz hablaron con EE. UU. sobre el art. 5 de la ley.",
        "El Gral. Padrino y el Tte. Cnel. Lugo salieron.",
        "EE.UU. envió tres buques.",
        "M. Macron et Mme. Dupont sont arrivés av. J.-C. au no. 4.",
        "O Sr. Silva e a Dra. Lima falaram com o Exmo. ministro.",
        "Dhr. Jansen en mevr. de Vries spraken o.a. met dr. Bakker.",
        "St. Vincent and St. Lucia closed their airports.",
        "Shares fell 3.5 percent to 1.250 points.",
        "He wrote to J. R. Rodríguez and to J. Pérez.",
        "Visite www.ejemplo.com y lea la noticia.",
        "La empresa Acme Inc. Holdings cerró.",
        "Pérez (véase pág. 4) no respondió.",
        "Approx. 40 people came, incl. children.",
        "The ship (the U.S.S. Gravely) sailed.",
        "Prof. Dr. Van den Berg sprak.",
        "Unos 5.000 misiles y 4.500 marines.",
    ],
)
def test_an_abbreviation_does_not_end_a_sentence(text):
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Four died. Two are missing.", ["Four died.", "Two are missing."]),
        ("¿Qué pasó? Nadie sabe. ¡Basta! Dijo.", ["¿Qué pasó?", "Nadie sabe.", "¡Basta!", "Dijo."]),
        ("“We are ready.” He left.", ["“We are ready.”", "He left."]),
        ("«No hay paso». Cerraron.", ["«No hay paso».", "Cerraron."]),
        ("One\nTwo", ["One", "Two"]),
        ("A title\n\nA paragraph. Another.", ["A title", "A paragraph.", "Another."]),
        ("They met in the U.S. The talks failed.", ["They met in the U.S. The talks failed."]),
        ("Llegó de EE. UU. El avión aterrizó.", ["Llegó de EE. UU.", "El avión aterrizó."]),
        ("It began at 3 p.m. The minister spoke.", ["It began at 3 p.m.", "The minister spoke."]),
        ("Ils sont partis… Personne ne sait.", ["Ils sont partis…", "Personne ne sait."]),
        ("Wait… what happened.", ["Wait… what happened."]),
        ("«Tenemos nombres. Ellos tienen un número», dijo.", ["«Tenemos nombres. Ellos tienen un número», dijo."]),
        ("“We are ready. We wait.” He left.", ["“We are ready. We wait.”", "He left."]),
        (
            "“We are ready. Nobody came. " + "It rained. " * 20 + "End.”",
            ["“We are ready.", "Nobody came.", *["It rained."] * 20, "End.”"],
        ),
        ("Cuesta 5 Bs. 200 personas esperan.", ["Cuesta 5 Bs. 200 personas esperan."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, parts):
    assert split(text) == parts


def test_nothing_but_white_space_is_lost():
    text = "  One.  Two!\n\nThree?  "
    spans = sentences(text)
    between = "".join(
        text[a:b] for a, b in zip([0, *(end for _, end in spans)], [*(s for s, _ in spans), len(text)], strict=True)
    )
    assert between.strip() == ""
