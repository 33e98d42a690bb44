"""The same news in another order within the hour makes the same stories; the same order makes them to the letter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from newsdesk import START, article, lexicon

from monitor.model import Item, Match
from monitor.stories.judge import TopicMemory, judge

EVENTS = (
    ("ferry Virgen del Valle", "sank off Margarita", "coast guard", "captain Ramón Figuera", "forty people aboard"),
    (
        "teachers of ninety schools",
        "began a strike in Barinas",
        "union Fenatev",
        "leader Pedro Salas",
        "wages unpaid since May",
    ),
    (
        "swarms of locusts",
        "ate the maize near Guanare",
        "ministry of agriculture",
        "farmer Luisa Prado",
        "six thousand hectares",
    ),
)


def newsroom() -> list[tuple[Item, int]]:
    """Four reports of each of three events within one hour, with the event of each."""
    made = []
    for number in range(12):
        event = number % 3
        who, what, source, person, count = EVENTS[event]
        title = f"{who} {what}".capitalize()
        text = f"The {who} {what} on Monday, the {source} said. It concerns {count}, {person} said in statement number {number}."
        made.append((article(number, title, text, publisher=f"Paper {number}"), event))
    return made


def stories(order: list[tuple[Item, int]]) -> dict[str, str]:
    memory, found = TopicMemory("t", lexicon()), dict[str, str]()
    for place, (early, _) in enumerate(order):
        at = START + timedelta(minutes=5 * place)
        item = replace(early, first_seen=at, published=at)
        judgement, moves = judge(memory, item, Match(topic="t", score=1.0), at)
        found[item.id] = judgement.story
        for move in moves:
            found |= dict.fromkeys(move.items, move.target)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_news_shuffled_within_an_hour_makes_the_same_stories(seed: int):
    order = newsroom()
    random.Random(seed).shuffle(order)
    found = stories(order)
    groups = {event: {found[item.id] for item, of in order if of == event} for event in range(3)}
    assert [len(group) for group in groups.values()] == [1, 1, 1]
    assert len(set().union(*groups.values())) == 3


def test_the_same_order_makes_the_same_stories_under_the_same_names():
    assert stories(newsroom()) == stories(newsroom())
