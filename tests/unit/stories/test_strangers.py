"""One place, one day, and nothing in common: names alone make no story."""

from __future__ import annotations

from newsdesk import article, lexicon

from monitor.model import Match
from monitor.stories.judge import judge
from monitor.stories.memory import TopicMemory

MONDAY_IN_CARACAS = [
    ("en", "Caracas gets a new hospital", "A new hospital opened in Caracas on Monday, the health ministry said."),
    ("es", "Detienen a tres hombres en Caracas", "La policía detuvo en Caracas a tres acusados de robar un banco."),
    ("es", "Protesta de maestros en Caracas", "Maestros protestaron este lunes en Caracas por mejores salarios."),
    ("es", "Incendio en un mercado de Caracas", "Un incendio destruyó un mercado en Caracas, dijeron los bomberos."),
    ("en", "Caracas metro line closed", "A metro line in Caracas will be closed for repairs until Friday."),
]


def stories_of(*reports: tuple[str, str, str]) -> list[str]:
    memory, found = TopicMemory("t", lexicon()), []
    for number, (language, title, text) in enumerate(reports):
        item = article(number, title, text, language)
        found.append(judge(memory, item, Match(topic="t", score=1.0), item.first_seen)[0].story)
    return found


def test_five_events_of_one_city_are_five_stories():
    assert len(set(stories_of(*MONDAY_IN_CARACAS))) == 5


def test_one_event_in_two_languages_is_one_among_them():
    fire = ("en", "Fire destroys Caracas market", "A fire destroyed a market in Caracas on Monday, firefighters said.")
    *others, told, again = stories_of(*MONDAY_IN_CARACAS[:3], MONDAY_IN_CARACAS[3], fire)
    assert told == again
    assert told not in others
