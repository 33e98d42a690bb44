"""Stories fall asleep, leave the memory, and are found again: by what they are about, by a copy, by a correction, after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fakes import MemoryStore
from workroom import MONDAY, Newsroom

from monitor.model import Asleep, Moved, StoryUpdate
from monitor.ports import Store
from monitor.stories import memory as memories

FERRY = (
    "Ferry sinks off Margarita island with forty aboard",
    (
        "The ferry Virgen del Valle sank off Margarita island with forty people aboard, the coast guard said. "
        "Divers of the coast guard rescued 31 of them near Porlamar, and captain Ramón Figuera was among the rescued. "
        "The company Naviera Oriental, which owns the ferry, said that it had been inspected in March by the port authority of Guanta."
    ),
)
FERRY_LATER = (
    "Captain of the sunken Margarita ferry is charged",
    (
        "Prosecutors charged captain Ramón Figuera over the ferry Virgen del Valle, which sank off Margarita island with forty people aboard. "
        "Naviera Oriental had known that the ferry took in water, the prosecutors in Porlamar said."
    ),
)
FERRY_SPANISH = (
    "Acusan al capitán del ferry hundido en Margarita",
    (
        "La fiscalía acusó al capitán Ramón Figuera por el ferry Virgen del Valle, hundido frente a la isla de Margarita con cuarenta a bordo. "
        "Naviera Oriental sabía que al ferry le entraba agua, dijo la fiscalía en Porlamar."
    ),
)
#: a day each, and nothing that two of them share
MEANWHILE = (
    (
        "Teachers strike in Barinas",
        "Teachers of ninety schools in Barinas stopped work over unpaid wages, their union Fenatev said.",
    ),
    (
        "Swimmer wins gold in Lima",
        "Swimmer Alberto Mestre won gold over 200 metres in Lima and broke a national record from 1983.",
    ),
    (
        "Locusts eat maize in Guanare",
        "Swarms of locusts ate maize on farms near Guanare; farmers sprayed insecticide from aeroplanes.",
    ),
    (
        "Museum gets back stolen painting",
        "A painting by Armando Reverón, stolen in 2002, came back to a museum from a dealer in Miami.",
    ),
    (
        "Inflation slows in April",
        "Consumer prices rose by 2.1 percent in April, the central bank reported, the least since last summer.",
    ),
    (
        "Judge frees union leader",
        "Judge Carmen Ortega freed union leader Pedro Salas, who had been jailed for a protest at a steelworks.",
    ),
    (
        "Measles vaccination begins in Delta Amacuro",
        "Nurses began to vaccinate Warao children against measles in villages of Delta Amacuro.",
    ),
    (
        "Satellite Miranda falls silent",
        "Engineers lost contact with the satellite Miranda after its solar panels turned away from the sun.",
    ),
    (
        "Bank robbers dig tunnel in Coro",
        "Robbers dug a tunnel under a bank in Coro and emptied sixty safe deposit boxes over Easter.",
    ),
    (
        "Opera house reopens in Maracaibo",
        "The Baralt opera house in Maracaibo reopened with Verdi's Aida after its roof had been repaired.",
    ),
    (
        "Glacier on Pico Humboldt is gone",
        "Glaciologists declared the ice on Pico Humboldt too small to be called a glacier any longer.",
    ),
    (
        "Chess prodigy beats grandmaster",
        "Eleven-year-old Sofía Lárez beat grandmaster Eduardo Iturrizaga in a chess tournament in Cali.",
    ),
)


@pytest.fixture
def room(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Newsroom]:
    """A newsroom that keeps five stories awake."""
    monkeypatch.setattr(memories, "AWAKE", 5)
    return Newsroom(store)


def story_of(room: Newsroom, item: str) -> str:
    return room.store.judgements(item)[0].story


def pass_days(room: Newsroom, first: int, count: int = 12) -> None:
    """A story of its own every day, so that the older ones fall asleep."""
    for day, (title, text) in enumerate(MEANWHILE[:count]):
        room.publish(MONDAY + timedelta(days=first + day), title, text)


def awake(room: Newsroom) -> list[str]:
    assert room.desk.memory is not None
    return list(room.desk.memory.clusterer.stories)


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
@pytest.mark.parametrize("news", [FERRY_LATER, FERRY_SPANISH], ids=["en", "es"])
def test_a_story_that_left_the_memory_is_found_again_and_wakes(room: Newsroom, news: tuple[str, str], restart: bool):
    first = room.publish(MONDAY, *FERRY)
    story = story_of(room, first.id)
    pass_days(room, 1)
    assert story not in awake(room)
    if restart:
        room.restart()
    language = "es" if news is FERRY_SPANISH else "en"
    later = room.publish(MONDAY + timedelta(days=13), *news, language=language)
    judgement = room.store.judgements(later.id)[0]
    assert (judgement.story, judgement.new_story) == (story, False)
    assert judgement.terms["days asleep"] == 13.0
    assert story in awake(room)


def test_a_woken_story_says_the_same_news_as_one_that_never_slept(room: Newsroom, monkeypatch: pytest.MonkeyPatch):
    text = f"{FERRY_LATER[1]} Divers of the coast guard rescued 31 of them near Porlamar. The death toll rose to 12, the coast guard said on Sunday."
    said = []
    for newsroom, most in ((room, 5), (Newsroom(MemoryStore()), 50)):
        monkeypatch.setattr(memories, "AWAKE", most)
        first = newsroom.publish(MONDAY, *FERRY)
        pass_days(newsroom, 1)
        assert (story_of(newsroom, first.id) in awake(newsroom)) == (most == 50)
        newsroom.publish(MONDAY + timedelta(days=13), FERRY_LATER[0], text)
        said.append([one.text for judgement in newsroom.made[-1].judgements for one in judgement.developments])
    assert said[0] == said[1]
    assert any("death toll" in one for one in said[0])
    assert not [one for one in said[0] if one.startswith("Divers")]


def test_a_copy_of_a_sleeping_storys_report_is_its_copy(room: Newsroom):
    first = room.publish(MONDAY, *FERRY)
    pass_days(room, 1)
    assert story_of(room, first.id) not in awake(room)
    copied = room.publish(MONDAY + timedelta(days=13), *FERRY, publisher="Late Paper", family="late paper")
    judgement = room.store.judgements(copied.id)[0]
    assert (judgement.story, judgement.copy_of) == (story_of(room, first.id), first.id)


def test_another_version_of_a_sleeping_storys_report_stays_in_its_story(room: Newsroom):
    first = room.publish(MONDAY, *FERRY)
    pass_days(room, 1)
    text = FERRY[1].replace("31", "33")
    again = room.publish(MONDAY + timedelta(days=13), FERRY[0], text, guid=first.guid, revision_of=first.id)
    assert story_of(room, again.id) == story_of(room, first.id)


def test_news_of_another_kind_wakes_nobody(room: Newsroom):
    first = room.publish(MONDAY, *FERRY)
    pass_days(room, 1, 11)
    other = room.publish(MONDAY + timedelta(days=13), *MEANWHILE[11])
    assert story_of(room, other.id) != story_of(room, first.id)
    assert story_of(room, first.id) not in awake(room)


def test_memory_stays_as_small_as_it_was(room: Newsroom):
    pass_days(room, 0)
    assert len(awake(room)) <= 5
    assert room.desk.memory is not None
    assert len(room.desk.memory.ledgers) <= 6


def test_a_story_merged_in_its_sleep_is_found_under_its_new_name(room: Newsroom, store: Store):
    first = room.publish(MONDAY, *FERRY)
    story = story_of(room, first.id)
    pass_days(room, 1)
    kept = next(iter(awake(room)))
    at = MONDAY + timedelta(days=12, hours=5)
    store.record_edit(Moved(topic="venezuela", items=(first.id,), source=story, target=kept, by="merge", at=at))
    later = room.publish(MONDAY + timedelta(days=13), *FERRY_LATER)
    assert story_of(room, later.id) == kept


def test_sleepers_are_asked_by_what_they_share_and_never_across_topics(store: Store, room: Newsroom):
    first = room.publish(MONDAY, *FERRY)
    story = story_of(room, first.id)
    sleeper = Asleep(story=story, keys=((1, 0.8), (2, 0.6)))
    store.record_update(StoryUpdate(topic="venezuela", at=MONDAY, asleep=(sleeper,)))
    assert [row.item for row in store.asleep("venezuela", {1: 0.5}, 0.4, 2, ())] == [first.id]
    assert store.asleep("venezuela", {1: 0.5}, 0.41, 2, ()) == []
    assert store.asleep("venezuela", {1: 0.5}, 0.1, 2, {story}) == []
    assert store.asleep("guyana", {1: 0.5}, 0.1, 2, ()) == []
    assert store.asleep("venezuela", {9: 1.0}, 0.1, 2, ()) == []
    store.record_update(StoryUpdate(topic="venezuela", at=MONDAY, asleep=(Asleep(story=story, keys=((9, 1.0),)),)))
    assert store.asleep("venezuela", {1: 0.5}, 0.1, 2, ()) == []
    assert [row.item for row in store.asleep("venezuela", {9: 1.0}, 0.1, 2, ())] == [first.id]
