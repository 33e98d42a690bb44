"""How sure a claim is and who makes it: what a side says of its own forces, or the enemy's losses, is a claim of that side."""

from __future__ import annotations

import pytest
from newsdesk import Desk, lexicon

from monitor.stories.claims import source_of, status_of
from monitor.stories.facts import statements
from monitor.text.reading import read

CASES = [
    # language, status, who, sentence
    (
        "en",
        "claimed",
        "its president",
        "Venezuela has placed 5,000 Igla-S missiles at air-defence positions around the country, its president said on Tuesday.",
    ),
    (
        "en",
        "claimed",
        "Defense Secretary Pete Hegseth",
        "US forces sank a boat and killed six fighters off La Guaira, Defense Secretary Pete Hegseth said.",
    ),
    ("en", "claimed", "the army", "Two insurgents were killed near the border, said the army."),
    ("en", "claimed", "The rebels", "The rebels said on Monday they had shot down two helicopters."),
    (
        "en",
        "claimed",
        "the Pentagon",
        "Some 4,500 Marines are on their way to the Caribbean, according to the Pentagon.",
    ),
    ("en", "official", "the president", "Twelve people died in the flood, the president said."),
    (
        "en",
        "official",
        "the interior ministry",
        "Fourteen people were arrested after the protest, the interior ministry said.",
    ),
    ("en", "official", "The president", "The president said schools will reopen on Thursday."),
    ("en", "official", "The president", "CARACAS - The president said schools will reopen on Thursday."),
    ("en", "official", "Venezuela's president", "CARACAS -- Venezuela's president said schools will reopen."),
    ("en", "reported", "", "Three soldiers were wounded near the border."),
    ("en", "confirmed", "The United Nations", "The United Nations confirmed that the army had lost 12 soldiers."),
    (
        "es",
        "claimed",
        "el presidente Nicolás Maduro",
        "Venezuela tiene 5.000 misiles Igla-S desplegados en todo el país, aseguró el presidente Nicolás Maduro.",
    ),
    (
        "es",
        "claimed",
        "el ministro de Defensa",
        "Según el ministro de Defensa, las tropas abatieron a 14 guerrilleros.",
    ),
    ("es", "claimed", "El ejército", "El ejército informó que derribó tres drones enemigos."),
    ("es", "official", "el ministro de Salud", "Doce personas murieron por las lluvias, informó el ministro de Salud."),
    ("fr", "claimed", "l'armée", "Quinze combattants ont été tués dans la nuit, a indiqué l'armée."),
    (
        "fr",
        "claimed",
        "le ministre de la Défense",
        "Selon le ministre de la Défense, 4 500 soldats sont déployés à la frontière.",
    ),
    (
        "fr",
        "official",
        "le ministère de la Santé",
        "Douze personnes sont mortes dans les inondations, a annoncé le ministère de la Santé.",
    ),
    (
        "pt",
        "claimed",
        "o presidente",
        "A Venezuela posicionou 5.000 mísseis em todo o país, disse na terça-feira o presidente.",
    ),
    ("pt", "claimed", "o Exército", "Segundo o Exército, dois guerrilheiros foram mortos em combate."),
    ("pt", "official", "o ministério da Saúde", "Doze pessoas morreram nas enchentes, informou o ministério da Saúde."),
    ("nl", "claimed", "het leger", "Volgens het leger zijn veertien opstandelingen gedood."),
    ("nl", "claimed", "de president", "Venezuela heeft 5.000 raketten geplaatst, zei de president dinsdag."),
    (
        "nl",
        "official",
        "het ministerie van Volksgezondheid",
        "Twaalf mensen zijn omgekomen, meldde het ministerie van Volksgezondheid.",
    ),
]


@pytest.mark.parametrize(("language", "status", "who", "text"), CASES)
def test_a_sides_word_on_its_own_war_is_a_claim_and_the_rest_is_official(language, status, who, text):
    (sentence,) = statements(read(text, language, lexicon()))
    assert (str(status_of(sentence)), source_of(sentence)) == (status, who)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "A man who was there said he saw smoke."),
        ("en", "He said that it was over."),
        ("en", "Nothing was said about the price of the ships, which were bought in 2019 and never used."),
        ("es", "Un vecino dijo que escuchó disparos."),
        ("nl", "Hij zei dat het voorbij was."),
    ],
)
def test_a_source_without_office_or_name_is_none(language, text):
    (sentence,) = statements(read(text, language, lexicon()))
    assert source_of(sentence) == ""


def test_a_claimed_figure_says_who_claims_it_in_the_development_and_in_the_ledger():
    desk = Desk()
    text = "Venezuela has placed 5,000 Igla-S missiles at air-defence positions around the country, its president said on Tuesday."
    (said,) = desk.read("Venezuela places missiles", text)
    assert (said.status, said.speaker) == ("claimed", "its president")
    assert {(one.status, one.speaker) for one in desk.last.facts} == {("claimed", "its president")}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Two officials briefed on the document said the president had signed the order."),
        ("es", "Tres testigos contaron que el barco ardía, y dos policías dijeron que nadie escapó."),
        ("fr", "Deux responsables ont déclaré que l'accord était signé."),
        ("nl", "Volgens twee ambtenaren is het akkoord getekend."),
    ],
)
def test_who_says_so_is_not_counted(language, text):
    (statement,) = statements(read(text, language, lexicon()))
    assert [one for one in statement.figures if one.bound] == []


def test_a_networks_count_of_what_a_ministry_announced_is_not_the_ministrys_word():
    text = "La organización Justicia Abierta dijo este viernes que conoce 47 de las excarcelaciones anunciadas por el Ministerio del Interior."
    (statement,) = statements(read(text, "es", lexicon()))
    assert (source_of(statement), status_of(statement)) == ("La organización Justicia Abierta", "reported")


def test_what_joins_two_clauses_is_no_part_of_who_speaks():
    text = "Five people died off La Guaira, and relatives in the village of Las Cuevas told this newspaper that two were from Trinidad."
    (statement,) = statements(read(text, "en", lexicon()))
    assert source_of(statement) == "relatives in the village of Las Cuevas"


CLAIM = {
    "en": "Opposition leader Luis Soto claims that Venezuela shot down an American drone near Puerto Cabello.",
    "es": "El opositor Luis Soto asegura que Venezuela derribó un dron estadounidense cerca de Puerto Cabello.",
    "fr": "L'opposant Luis Soto affirme que le Venezuela a abattu un drone américain près de Puerto Cabello.",
    "pt": "O opositor Luis Soto afirma que a Venezuela abateu um drone americano perto de Puerto Cabello.",
    "nl": "Oppositieleider Luis Soto beweert dat Venezuela een Amerikaanse drone bij Puerto Cabello heeft neergehaald.",
}
TURNS = [
    (
        "en",
        "retracted",
        "Luis Soto retracted on Thursday his claim that Venezuela shot down an American drone near Puerto Cabello.",
    ),
    (
        "es",
        "confirmed",
        "El Ministerio de Defensa confirmó que Venezuela derribó un dron estadounidense cerca de Puerto Cabello.",
    ),
    (
        "es",
        "retracted",
        "Luis Soto se retractó este jueves de que Venezuela derribó un dron estadounidense cerca de Puerto Cabello.",
    ),
    ("fr", "denied", "Le Pentagone a démenti que le Venezuela ait abattu un drone américain près de Puerto Cabello."),
    (
        "fr",
        "retracted",
        "Luis Soto s'est rétracté jeudi : il avait affirmé que le Venezuela a abattu un drone américain près de Puerto Cabello.",
    ),
    ("pt", "denied", "O Pentágono negou que a Venezuela tenha abatido um drone americano perto de Puerto Cabello."),
    (
        "pt",
        "retracted",
        "Luis Soto retratou-se nesta quinta-feira de que a Venezuela abateu um drone americano perto de Puerto Cabello.",
    ),
    (
        "nl",
        "confirmed",
        "Het ministerie van Defensie bevestigt dat Venezuela een Amerikaanse drone bij Puerto Cabello heeft neergehaald.",
    ),
    (
        "nl",
        "retracted",
        "Soto trok donderdag zijn bewering in dat Venezuela een Amerikaanse drone bij Puerto Cabello heeft neergehaald.",
    ),
]


@pytest.mark.parametrize(("language", "status", "text"), TURNS)
def test_a_claim_that_is_confirmed_denied_or_taken_back_is_news_of_its_status(language, status, text):
    desk = Desk()
    desk.read("A claim", CLAIM[language], language)
    (said,) = desk.read("Another turn", text, language)
    assert (said.kind, said.status_before, said.status) == ("status", "claimed", status)


def test_a_police_count_far_below_anothers_is_a_contradiction_in_french_too():
    desk = Desk()
    desk.read(
        "Attaque", "Une attaque de gang à Liancourt a fait 28 morts, selon un réseau de défense des droits.", "fr"
    )
    (said,) = desk.read(
        "Un autre chiffre", "La police affirme que seules 15 personnes sont mortes dans l'attaque de Liancourt.", "fr"
    )
    assert (said.kind, said.old, said.new) == ("contradiction", 28, 15)
