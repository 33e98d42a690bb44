"""The shipped topic on invented items: what it is for, and each thing that only looks like it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from desk import item, lexicon

from monitor.feeds.html import to_text
from monitor.model import Topic
from monitor.topics.match import Matcher

PATH = Path(__file__).parents[3] / "config" / "topics" / "venezuela.toml"


@pytest.fixture(scope="module")
def desk() -> Matcher:
    table = tomllib.loads(PATH.read_text(encoding="utf-8"))["topic"][0]
    topic = Topic(id="v", name="V", query=table["query"], min_relevance=table["min_relevance"])
    return Matcher([topic], lexicon())


def news(desk: Matcher, language: str, title: str, text: str, publisher: str = "") -> bool:
    found = desk.match(item(title, text, language=language, publisher=publisher))
    return bool(found) and found[0].score >= 0.5


WANTED = [
    ("en", "US destroyer heads for the southern Caribbean", "The destroyer left Norfolk on Monday, the Pentagon said."),
    (
        "en",
        "Maduro says 5,000 missiles guard the coast",
        "Venezuelan President Nicolás Maduro spoke on state television.",
    ),
    ("en", "Strike on a boat off Trinidad kills four", "The US military struck a boat in the Caribbean, killing four."),
    (
        "en",
        "Gang attack in Artibonite leaves 20 dead",
        "Gunmen burned houses in the Haitian town overnight, police said.",
    ),
    ("en", "Guyana reports shots on the Cuyuni", "Soldiers came under fire on the river that borders Venezuela."),
    ("en", "Tourist arrivals in Cuba fall by a quarter", "Hotels in Varadero stood empty, the statistics office said."),
    (
        "es",
        "Excarcelan a 40 presos políticos",
        "Los detenidos salieron de la cárcel de Tocorón, en Aragua, dijo Foro Penal.",
    ),
    (
        "es",
        "Apagón deja sin luz a media isla",
        "La Habana amaneció a oscuras tras la caída del sistema eléctrico de Cuba.",
    ),
    ("es", "El bolívar se deprecia frente al dólar", "El tipo de cambio subió otra vez en Caracas."),
    (
        "es",
        "Muere un pelotero venezolano en un accidente",
        "El pelotero murió en la autopista. El béisbol está de luto en Venezuela.",
    ),
    ("fr", "Ouragan : la Grenade en alerte", "Carriacou se prépare. Les écoles de la Grenade sont fermées."),
    ("fr", "Les sargasses envahissent la Guadeloupe", "Trois plages de la Guadeloupe sont fermées."),
    ("pt", "Venezuelanos cruzam a fronteira em Pacaraima", "Mais de mil venezuelanos chegaram a Roraima nesta semana."),
    ("en", "Trinidad police seize 200 guns", "Police in Trinidad seized 200 guns in a raid on Monday."),
    ("en", "Antigua declares a water emergency", "The government of Antigua declared an emergency over water."),
    ("es", "Policía dominicana detiene a doce", "La policía detuvo a doce personas e incautó una tonelada de cocaína."),
    ("fr", "La Dominique en alerte cyclonique", "La Dominique est placée en alerte orange. Les écoles ferment."),
    ("nl", "Brand bij raffinaderij op Curaçao", "Bij een brand in Willemstad raakten twee mensen gewond."),
    ("nl", "Aruba sluit luchtruim voor vluchten uit Venezuela", "Het luchtruim boven Aruba is gesloten."),
]


@pytest.mark.parametrize(("language", "title", "text"), WANTED)
def test_it_wants(desk, language, title, text):
    assert news(desk, language, title, text)


UNWANTED = [
    # sport
    (
        "en",
        "Windies beat Guyana by six wickets",
        "The batsman made an unbeaten century at the stadium in Georgetown, Guyana.",
    ),
    (
        "en",
        "Hurricanes strike late to sink Marines",
        "The striker scored twice and the goalkeeper saved a penalty kick in Tampa.",
    ),
    (
        "es",
        "Los Tiburones de La Guaira ganan el clásico",
        "El lanzador ponchó a diez y el pelotero dio un jonrón en el estadio de Caracas.",
    ),
    (
        "es",
        "La Vinotinto cae ante Brasil en las eliminatorias",
        "El delantero de Venezuela falló un penalti. El técnico pidió calma.",
    ),
    (
        "fr",
        "Haïti bat la Jamaïque en demi-finale",
        "L'attaquant haïtien a marqué deux buts. Le gardien a brillé au stade.",
    ),
    (
        "pt",
        "Venezuela perde para o Brasil nas eliminatórias",
        "O atacante marcou dois gols. O goleiro defendeu um pênalti no estádio.",
    ),
    (
        "nl",
        "Curaçao wint van Aruba in voetbalfinale",
        "De spits scoorde twee doelpunten. De keeper stopte een strafschop in het stadion.",
    ),
    # kitchen and bar
    (
        "en",
        "Recipe: Jamaican jerk chicken at home",
        "Rub the chicken with garlic and spice. Roast it in the oven and serve with rice.",
    ),
    ("es", "Receta de arepas venezolanas", "Se amasa la harina y se hornea. Se rellenan con queso y aguacate."),
    ("nl", "Cocktail met blue curaçao", "Schud de wodka met likeur en ijsblokjes. Garneer met limoen."),
    # cruises and holidays
    (
        "en",
        "Seven nights from Miami to Aruba and Curaçao",
        "Our cruise ship calls at two resorts. Book now: a balcony cabin costs less this holiday.",
    ),
    (
        "fr",
        "Croisière : les plus belles plages des Antilles",
        "Un paquebot de croisière, des complexes de luxe et des vacances au soleil en Martinique.",
    ),
    # screens, stages, books
    (
        "en",
        'Film review: "Escape from Caracas"',
        "The thriller is dull. The actor and the film director deserve better. In cinemas from Friday.",
    ),
    (
        "es",
        "Final de la telenovela Orinoco",
        "El último capítulo de la telenovela batió récords. La protagonista se despidió.",
    ),
    (
        "en",
        "Cuba Gooding Jr to star on Broadway",
        "The actor returns to the theatre in a stage play. Cuba Gooding Jr last appeared in a film.",
    ),
    (
        "es",
        "Llega el videojuego Caribe Salvaje",
        "El videojuego Caribe Salvaje sale para consolas. El estudio prepara el modo multijugador.",
    ),
    (
        "en",
        "Miss Venezuela crowned Miss Universe",
        "The beauty queen wore a designer dress on the catwalk. Celebrities cheered.",
    ),
    # names that only look like ours
    (
        "en",
        "Orinoco Ltd raises its forecast",
        "Shares in Orinoco Ltd rose 9 per cent. Orinoco makes warehouse software in Reading.",
    ),
    (
        "en",
        "Venezuela Street to close for repairs",
        "Venezuela Street will be shut for six weeks. Buses will use Grenada Road.",
    ),
    ("en", "Aruba Networks unveils a switch", "Aruba Networks showed a new switch. Aruba sells to offices."),
    (
        "en",
        "Man charged after crash near Jamaica Hospital",
        "The victim was taken to Jamaica Hospital in Queens, New York.",
    ),
    (
        "en",
        "Georgia dockworkers weigh a strike",
        "Dockworkers at the port of Savannah in Georgia will vote on a strike.",
    ),
    # places of the same name
    (
        "en",
        "Trinidad, Colorado, votes on water rates",
        "The council of Trinidad, Colorado, voted. The mayor said pipes are old.",
    ),
    (
        "es",
        "Granada abre la Alhambra de noche",
        "El Ayuntamiento de Granada espera más visitantes. El alcalde habló de empleo.",
    ),
    (
        "es",
        "Mérida renueva su puente",
        "El alcalde de Mérida, en Extremadura, presentó las obras. España paga la mitad.",
    ),
    # news from elsewhere
    (
        "en",
        "Parliament in Kenya passes budget",
        "Lawmakers in Nairobi voted late. A minister compared the debt with that of Venezuela.",
    ),
    ("es", "Un apagón deja sin luz el centro de Tiflis", "El apagón en la capital de Georgia duró dos horas."),
    (
        "en",
        "Marines host a marathon",
        "Thirty thousand runners will line up in Arlington. Spectators should take the metro.",
    ),
]


@pytest.mark.parametrize(("language", "title", "text"), UNWANTED)
def test_it_leaves_out(desk, language, title, text):
    assert not news(desk, language, title, text)


def test_a_local_outlet_need_not_name_its_country(desk):
    text = "El ministro anunció nuevas medidas para el sector eléctrico. El plan comienza el lunes."
    assert news(desk, "es", "Gobierno anuncia medidas", text, publisher="Diario de Caracas")
    assert not news(desk, "es", "Gobierno anuncia medidas", text, publisher="Diario de León")


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_precision_and_recall_on_the_labelled_items(desk, shared):
    relevant = {row["id"] for row in rows(shared / "data/gold/labels.jsonl") if row["relevant"]}
    said = set()
    for row in rows(shared / "data/gold/items.jsonl"):
        text = to_text(row.get("content") or row.get("summary") or "")
        if news(desk, row.get("language", ""), row["title"], text, row.get("publisher", "")):
            said.add(row["id"])
    assert len(said & relevant) / len(said) >= 0.95
    assert len(said & relevant) / len(relevant) >= 0.98
