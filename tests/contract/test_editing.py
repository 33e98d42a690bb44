"""An editor merges, splits and mutes: every store, the real judgement, while the process runs and after a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest
from workroom import MONDAY, Newsroom

from monitor.model import Moved
from monitor.ports import Store
from monitor.run.editing import put_back, take_out

VALENCIA = (
    "Fire destroys market hall in Valencia",
    "A fire destroyed the market hall of Valencia on Monday, the fire brigade said. Twelve people were injured in the market hall.",
)
VALENCIA_LATER = (
    "Market hall fire in Valencia: 14 injured",
    "Fourteen people were injured when a fire destroyed the market hall of Valencia, the fire brigade said. The market hall stays closed.",
)
STRIKE = (
    "Teachers begin a strike in Maracaibo",
    "Teachers of forty schools in Maracaibo began a strike over wages, the union said. The strike is to last for three days.",
)
STRIKE_LATER = (
    "Teachers' strike in Maracaibo goes on",
    "The strike of teachers of forty schools in Maracaibo over wages goes on, the union said. Talks about wages are to begin.",
)


@pytest.fixture
def room(store: Store) -> Newsroom:
    return Newsroom(store)


def tell(room: Newsroom, hour: int, news: tuple[str, str], add: str = "") -> str:
    """Publishes a report; its id."""
    return room.publish(MONDAY + timedelta(hours=hour), news[0], f"{news[1]} {add}".strip()).id


def story_of(room: Newsroom, item: str) -> str:
    return room.store.judgements(item)[0].story


def told(room: Newsroom) -> list[str]:
    return [development for update in room.made for alert in update.alerts for development in alert.developments]


def merge(room: Newsroom, source: str, target: str, hour: int) -> None:
    items = tuple(item.id for item, _ in room.store.story_items(source))
    at = MONDAY + timedelta(hours=hour)
    room.store.record_edit(Moved(topic="venezuela", items=items, source=source, target=target, by="merge", at=at))


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
def test_reports_of_a_split_off_event_go_where_the_editor_put_it(room: Newsroom, restart: bool):
    fire, strike = tell(room, 0, VALENCIA), tell(room, 1, STRIKE)
    merge(room, story_of(room, strike), story_of(room, fire), 2)
    found = room.store.story(story_of(room, fire))
    assert found is not None
    moved = take_out(room.store, found, [strike], MONDAY + timedelta(hours=3))
    assert moved is not None
    if restart:
        room.restart()
    assert story_of(room, tell(room, 4, STRIKE_LATER)) == moved.target
    assert story_of(room, tell(room, 5, VALENCIA_LATER)) == found.id


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
def test_what_an_editor_split_no_repair_puts_together(room: Newsroom, restart: bool):
    first, second = tell(room, 0, VALENCIA), tell(room, 1, VALENCIA_LATER)
    found = room.store.story(story_of(room, first))
    assert found is not None
    assert story_of(room, second) == found.id
    moved = take_out(room.store, found, [second], MONDAY + timedelta(hours=2))
    assert moved is not None
    for hour in range(3, 30):
        if restart and hour % 9 == 0:
            room.restart()
        tell(room, hour, VALENCIA_LATER if hour % 2 else VALENCIA, f"Shop number {hour} lost everything that it had.")
    assert story_of(room, first) == found.id
    assert story_of(room, second) == moved.target
    assert not [
        move for update in room.made for move in update.moved if {move.source, move.target} == {found.id, moved.target}
    ]


def test_a_split_holds_for_the_story_that_its_story_became(room: Newsroom):
    first, second = tell(room, 0, VALENCIA), tell(room, 1, VALENCIA_LATER)
    found = room.store.story(story_of(room, first))
    assert found is not None
    moved = take_out(room.store, found, [second], MONDAY + timedelta(hours=2))
    assert moved is not None
    strike = tell(room, 3, STRIKE)
    merge(room, found.id, story_of(room, strike), 4)
    room.restart()
    tell(room, 5, STRIKE_LATER)
    memory = room.desk.memory
    assert memory is not None
    assert memory.clusterer.kept_apart(story_of(room, strike), moved.target)


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
def test_what_an_editor_merged_stays_one_and_is_not_told_again(room: Newsroom, restart: bool):
    fire, strike = tell(room, 0, VALENCIA), tell(room, 1, STRIKE)
    before = told(room)
    merge(room, story_of(room, strike), story_of(room, fire), 2)
    if restart:
        room.restart()
    room.update(MONDAY + timedelta(hours=3))
    assert told(room) == before
    assert (
        story_of(room, tell(room, 4, STRIKE_LATER))
        == story_of(room, fire)
        == story_of(room, tell(room, 5, VALENCIA_LATER))
    )


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
def test_a_split_taken_back_is_one_story_again(room: Newsroom, restart: bool):
    first, second = tell(room, 0, VALENCIA), tell(room, 1, VALENCIA_LATER)
    found = room.store.story(story_of(room, first))
    assert found is not None
    moved = take_out(room.store, found, [second], MONDAY + timedelta(hours=2))
    assert moved is not None
    before = told(room)
    assert put_back(room.store, moved, MONDAY + timedelta(hours=3))
    if restart:
        room.restart()
    third = tell(room, 4, VALENCIA_LATER, "The mayor came.")
    assert {story_of(room, one) for one in (first, second, third)} == {found.id}
    assert len(set(told(room))) == len(told(room)) >= len(before)
    assert [one.by for one in room.store.edits("venezuela")] == ["split", "merge"]


def test_a_merge_taken_back_leaves_two_stories_that_grow_apart(room: Newsroom):
    fire, strike = tell(room, 0, VALENCIA), tell(room, 1, STRIKE)
    merge(room, story_of(room, strike), story_of(room, fire), 2)
    found = room.store.story(story_of(room, fire))
    assert found is not None
    moved = take_out(room.store, found, [strike], MONDAY + timedelta(hours=3))
    assert moved is not None
    room.restart()  # the log is merge, then split: what it did is in the rows, and is not done again
    assert story_of(room, tell(room, 4, STRIKE_LATER)) == moved.target != found.id


def test_a_muted_story_says_nothing_until_it_is_unmuted(room: Newsroom):
    fire = tell(room, 0, VALENCIA)
    story = story_of(room, fire)
    before = len(told(room))
    at = MONDAY + timedelta(hours=1)
    assert room.store.mute(story, at + timedelta(days=2), at)
    room.restart()
    assert story_of(room, tell(room, 2, VALENCIA_LATER)) == story
    assert len(told(room)) == before
    assert room.store.mute(story, None, at + timedelta(hours=2))
    assert [(one.story, one.until) for one in room.store.mutes()] == [(story, at + timedelta(days=2)), (story, None)]
    room.update(MONDAY + timedelta(hours=4))
    room.wait(MONDAY + timedelta(days=2))
    assert len(told(room)) > before
    assert len(set(told(room))) == len(told(room))
