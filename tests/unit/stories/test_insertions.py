"""What a copy adds is news, what it only carries along is not: a paragraph put in, another number, a credit, an invitation to read on."""

from __future__ import annotations

import pytest
from newsdesk import Desk

#: a wire's report, and beside it: what a paper puts in, and the number that it prints otherwise
WIRE = {
    "en": (
        "Fire destroys market hall in Valencia",
        (
            "A fire destroyed the market hall of Valencia on Monday and injured twelve people, the fire brigade said. "
            "Forty firemen fought the flames for six hours before the roof of the hall fell in. "
            "Traders had warned for years that the wiring of the old building was not safe. "
            "The mayor promised that every trader would be paid three thousand dollars by Friday. "
        ),
        "The governor, Rafael Lacava, said the hall would be demolished this week.",
        ("twelve", "fifteen"),
    ),
    "es": (
        "Un incendio destruye el mercado de Valencia",
        (
            "Un incendio destruyó el lunes el mercado de Valencia y dejó doce heridos, informaron los bomberos. "
            "Cuarenta bomberos combatieron las llamas durante seis horas antes de que se desplomara el techo. "
            "Los comerciantes habían advertido durante años de que la instalación eléctrica del viejo edificio no era segura. "
            "El alcalde prometió que cada comerciante recibirá tres mil dólares antes del viernes. "
        ),
        "La policía detuvo el martes al dueño de una tienda de pinturas.",
        ("doce", "quince"),
    ),
    "fr": (
        "Un incendie détruit le marché de Valencia",
        (
            "Un incendie a détruit lundi le marché de Valencia et fait douze blessés, ont annoncé les pompiers. "
            "Quarante pompiers ont combattu les flammes pendant six heures avant que le toit ne s'effondre. "
            "Les commerçants avaient averti depuis des années que l'installation électrique du vieux bâtiment n'était pas sûre. "
            "Le maire a promis que chaque commerçant recevra trois mille dollars d'ici vendredi. "
        ),
        "Le gouverneur, Rafael Lacava, a annoncé que le marché sera démoli cette semaine.",
        ("douze", "quinze"),
    ),
    "pt": (
        "Incêndio destrói o mercado de Valencia",
        (
            "Um incêndio destruiu na segunda-feira o mercado de Valencia e deixou doze feridos, informaram os bombeiros. "
            "Quarenta bombeiros combateram as chamas durante seis horas antes que o telhado desabasse. "
            "Os comerciantes alertavam havia anos que a instalação elétrica do velho edifício não era segura. "
            "O prefeito prometeu que cada comerciante receberá três mil dólares até sexta-feira. "
        ),
        "A polícia prendeu na terça-feira o dono de uma loja de tintas.",
        ("doze", "quinze"),
    ),
    "nl": (
        "Brand verwoest markthal in Valencia",
        (
            "Een brand heeft maandag de markthal van Valencia verwoest en twaalf mensen verwond, meldde de brandweer. "
            "Veertig brandweerlieden bestreden de vlammen zes uur lang voordat het dak instortte. "
            "Handelaren waarschuwden al jaren dat de elektriciteit van het oude gebouw niet veilig was. "
            "De burgemeester beloofde dat elke handelaar voor vrijdag drieduizend dollar krijgt. "
        ),
        "Twee handelaren zijn maandagavond in het ziekenhuis overleden, meldde het ministerie van Volksgezondheid.",
        ("twaalf", "vijftien"),
    ),
}
LANGUAGES = pytest.mark.parametrize("language", list(WIRE))


def desk_with(language: str) -> tuple[Desk, str, str]:
    desk, (title, text, *_) = Desk(), WIRE[language]
    desk.read(title, text, language, "Wire")
    return desk, title, text


def put_in(text: str, added: str, where: str) -> str:
    middle = text.index(". ") + 2
    return {
        "in the middle": f"{text[:middle]}{added} {text[middle:]}",
        "at the end": text + added,
        "as a paragraph": f"{text[:middle]}\n\n{added}\n\n{text[middle:]}",
    }[where]


@LANGUAGES
@pytest.mark.parametrize("where", ["in the middle", "at the end", "as a paragraph"])
def test_what_a_paper_puts_into_a_wires_text_is_the_only_news_of_its_copy(language, where):
    desk, title, text = desk_with(language)
    added = WIRE[language][2]
    said = desk.read(title, put_in(text, added, where), language, is_copy=True)
    assert [one.text for one in said] == [added]


@LANGUAGES
def test_another_number_in_a_copy_is_a_changed_figure_however_much_of_the_sentence_is_known(language):
    desk, title, text = desk_with(language)
    old, new = WIRE[language][3]
    (said,) = desk.read(title, text.replace(old, new), language, is_copy=True)
    assert (said.old, said.new) == (12, 15)
    assert desk.read(title, text.replace(old, new), language, is_copy=True) == []


@LANGUAGES
def test_a_copy_of_the_copy_adds_nothing_more(language):
    desk, title, text = desk_with(language)
    for _ in range(2):
        said = desk.read(title, put_in(text, WIRE[language][2], "in the middle"), language, is_copy=True)
    assert said == []


@pytest.mark.parametrize(
    ("language", "added"),
    [
        ("en", "Reporting by Ana Sosa in Caracas and Luis Rey in Lima; Editing by Tom Hale and Rosa Bell."),
        ("en", "Read also: Five keys to understand the energy crisis in the country."),
        ("en", "Do you have family in Valencia?"),
        ("en", "Valencia is Venezuela's third largest city, with about 1.4 million inhabitants."),
        ("en", "Last year, a fire in a market of Maracaibo killed nine people."),
        ("es", "Con información de Agencia Costa Firme."),
        ("es", "Lea también: Las claves de la crisis y lo que puede pasar ahora con el petróleo."),
        ("fr", "(avec Agence Caraïbe-Presse)"),
        (
            "fr",
            "Le marché, construit en 1923, est depuis des décennies l'un des bâtiments les plus connus de la ville.",
        ),
        ("pt", "Leia também: As chaves para entender a crise na Venezuela e o que pode acontecer agora."),
        ("nl", "Schrijf u in voor onze nieuwsbrief en ontvang elke dag het laatste nieuws."),
    ],
)
def test_a_credit_an_invitation_or_background_put_into_a_copy_is_no_news(language, added):
    desk, title, text = desk_with(language)
    assert desk.read(title, put_in(text, added, "at the end"), language, is_copy=True) == []


def test_a_deadline_that_only_the_copy_announces_is_awaited():
    desk, title, text = desk_with("en")
    desk.read(title, text + "The city council will vote on the demolition on 12 March.", is_copy=True)
    assert [one.due.day for one in desk.last.expectations] == [12]
