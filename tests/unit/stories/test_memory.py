"""What a topic remembers: where an item goes, why, and that repairs, sleep and a restart keep it so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from newsdesk import START, article, lexicon

from monitor.model import Item, Judgement, Kind, Match, Moved, Remembered
from monitor.stories.copies import text_of
from monitor.stories.judge import TopicMemory, judge
from monitor.stories.memory import ASLEEP, SLEEP
from monitor.stories.reading import read_item

FERRY = (
    (
        "Ferry Virgen del Valle sinks off Margarita",
        "The ferry Virgen del Valle sank off Margarita on Monday, the coast guard said. Forty people were aboard.",
    ),
    (
        "Forty aboard sunken ferry off Margarita",
        "Forty people were aboard the ferry Virgen del Valle when it sank off Margarita, the coast guard said on Monday.",
    ),
    (
        "Divers reach ferry off Margarita",
        "Divers of the coast guard reached the ferry Virgen del Valle, which sank off Margarita with forty people aboard.",
    ),
)
LOCUSTS = (
    (
        "Locusts eat maize near Guanare",
        "Swarms of locusts ate the maize near Guanare, the ministry of agriculture said. Six thousand hectares are lost.",
    ),
    (
        "Six thousand hectares lost to locusts",
        "Six thousand hectares of maize near Guanare were lost to swarms of locusts, the ministry of agriculture said.",
    ),
)


def at(number: int, news: tuple[str, str], days: float = 0.0, **more: str) -> Item:
    """A report of an hour, from a paper of its own."""
    when = START + timedelta(days=days, hours=number)
    return replace(article(number, *news), first_seen=when, published=when, **more)


class Memory:
    """A topic's memory with what was judged, to be read back."""

    def __init__(self) -> None:
        self.topic = TopicMemory("t", lexicon())
        self.rows: list[Remembered] = []
        self.moved: list[Moved] = []

    def read(self, item: Item) -> Judgement:
        judged, moves = judge(self.topic, item, Match(topic="t", score=1.0), item.first_seen)
        row = Remembered(item=item.id, story=judged.story, copy_of=judged.copy_of, at=judged.at, memory=judged.memory)
        self.rows.append(row)
        self.moved += moves
        for move in moves:
            self.rows = [replace(one, story=move.target) if one.item in move.items else one for one in self.rows]
        return judged

    def restarted(self, *edits: Moved) -> Memory:
        other = Memory()
        other.rows = list(self.rows)
        other.topic.restore(self.rows, edits)
        return other


def test_the_first_report_opens_a_story_and_the_second_joins_it_for_stated_reasons():
    memory = Memory()
    first, second = memory.read(at(0, FERRY[0])), memory.read(at(1, FERRY[1]))
    assert (first.new_story, second.new_story, second.story) == (True, False, first.story)
    weights = memory.topic.clusterer.weights
    assert second.score >= weights.join
    assert sum(second.terms.values()) == pytest.approx(second.score - weights.join, abs=0.15)


def test_the_runner_up_is_the_next_story_and_never_the_chosen_one():
    memory = Memory()
    memory.read(at(0, FERRY[0]))
    locusts = memory.read(at(1, LOCUSTS[0]))
    both = memory.read(at(2, (FERRY[1][0], f"{FERRY[1][1]} Locusts ate the maize near Guanare.")))
    assert both.runner_up == locusts.story
    assert both.runner_up_score < both.score


def test_a_copy_adds_a_source_to_its_story_and_nothing_else():
    memory = Memory()
    first = memory.read(at(0, FERRY[0], author="EFE"))
    copy = memory.read(at(1, FERRY[0]))
    assert (copy.copy_of, copy.story, copy.origin) == ("i0", first.story, "EFE")
    assert {one.kind for one in copy.developments} <= {Kind.SOURCE}
    assert (copy.score, copy.terms["same text"]) == (1.0, 1.0)
    assert memory.topic.clusterer.stories[first.story].size == 1


def test_one_text_has_one_origin_though_a_later_print_credits_an_agency():
    memory = Memory()
    first = memory.read(at(0, FERRY[0]))
    assert memory.read(at(1, FERRY[0], author="EFE")).origin == first.origin


def test_another_version_stays_in_its_story_and_is_no_copy():
    memory = Memory()
    memory.read(at(0, LOCUSTS[0]))
    first = memory.read(at(1, FERRY[0]))
    version = memory.read(at(2, LOCUSTS[1], revision_of="i1"))
    assert (version.story, version.copy_of) == (first.story, None)


def test_two_stories_that_a_report_shows_to_be_one_become_the_older_one():
    memory = Memory()
    first, other = memory.read(at(0, FERRY[0])), memory.read(at(1, LOCUSTS[0]))
    move = memory.topic.clusterer.merge(other.story, first.story)
    assert (move.items, move.source, move.target, move.by) == (("i1",), other.story, first.story, "repair")
    assert memory.topic.clusterer.stories.keys() == {first.story}


def test_what_an_editor_keeps_apart_no_repair_joins():
    memory = Memory()
    story = memory.read(at(0, FERRY[0])).story
    memory.rows.append(replace(memory.rows[0], item="i9"))
    split = Moved(topic="t", items=("i9",), source=story, target="st_other", by="split", at=START)
    apart = memory.restarted(split).topic.clusterer
    assert apart.kept_apart(story, "st_other")
    assert apart.handled == {story, "st_other"}
    merge = Moved(topic="t", items=("i9",), source="st_other", target=story, by="merge", at=START)
    assert not memory.restarted(split, merge).topic.clusterer.kept_apart(story, "st_other")


def test_a_story_that_wakes_says_for_how_many_days_it_slept():
    memory = Memory()
    memory.read(at(0, FERRY[0]))
    assert "days asleep" not in memory.read(at(1, FERRY[1], days=ASLEEP / 86_400 - 1)).terms
    woken = memory.read(at(2, FERRY[2], days=15))
    assert not woken.new_story
    assert woken.terms["days asleep"] == pytest.approx(11.0, abs=0.2)


def test_a_story_that_sleeps_too_long_is_forgotten_where_nobody_keeps_it():
    memory = Memory()
    first = memory.read(at(0, FERRY[0]))
    for number in range(1, 101):
        memory.read(at(number, (f"Notice {number}", ""), days=SLEEP / 86_400 + 1))
    assert first.story not in memory.topic.clusterer.stories
    assert memory.topic.story_of("i0") is None


def test_a_restart_changes_nothing():
    memory = Memory()
    for number, news in enumerate((FERRY[0], LOCUSTS[0], FERRY[1], FERRY[0])):
        memory.read(at(number, news))
    again = memory.restarted()
    kept, new = memory.read(at(4, FERRY[2])), again.read(at(4, FERRY[2]))
    assert (new.story, new.copy_of, new.origin) == (kept.story, kept.copy_of, kept.origin)
    assert new.score == pytest.approx(kept.score)
    assert [one.text for one in new.developments] == [one.text for one in kept.developments]


def test_a_copy_that_adds_something_is_a_reprint_also_after_a_restart():
    memory = Memory()
    body = f"{FERRY[0][1]} {FERRY[2][1]} {LOCUSTS[0][1]}"
    first = memory.read(at(0, (FERRY[0][0], body)))
    more = memory.read(at(1, (FERRY[0][0], f"{body} Seven passengers died, the fire brigade of Porlamar said.")))
    assert (more.copy_of, more.story) == (None, first.story), "it adds something"
    third = memory.read(at(2, FERRY[1]))
    story = memory.topic.clusterer.stories[third.story]
    assert [one.item for one in story.members] == ["i0", "i2"]

    again = memory.restarted().topic
    same = again.clusterer.stories[third.story]
    assert (same.size, same.items, same.updated) == (story.size, story.items, story.updated)
    assert [one.item for one in same.members] == ["i0", "i2"]
    assert same.numbers == story.numbers
    assert again._copied == memory.topic._copied == {"i1": "i0"}
    assert again.clusterer.seen == memory.topic.clusterer.seen
    copy = text_of(
        read_item(at(3, (FERRY[0][0], f"{body} Seven passengers died, the fire brigade of Porlamar said.")), lexicon())
    )
    assert again.copies.find(copy) == memory.topic.copies.find(copy)
