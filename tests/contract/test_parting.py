"""A story that grew two heads is parted: on every store, with the real judgement, running and after a restart. Nothing is told again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from workroom import DESK, MONDAY, Newsroom

from monitor.model import Moved
from monitor.ports import Store

FIRE = (
    (
        "Fire destroys market hall in Valencia",
        "A fire destroyed the market hall of Valencia on Monday, the fire brigade said. Twelve traders were injured.",
    ),
    (
        "Market hall of Valencia burns down",
        "The market hall of Valencia burned down on Monday. The fire brigade said that twelve traders were injured in the fire.",
    ),
    (
        "Valencia fire: 12 traders injured",
        "Twelve traders were injured when a fire destroyed the market hall of Valencia, the fire brigade said on Monday.",
    ),
    (
        "Fire brigade in Valencia fought fire for hours",
        "The fire brigade fought the fire in the market hall of Valencia for six hours on Monday. Traders lost their goods.",
    ),
    (
        "Traders in Valencia stand before ruins",
        "Traders stood before the ruins of the market hall of Valencia, which a fire destroyed on Monday, the fire brigade said.",
    ),
)
STRIKE = (
    (
        "Teachers begin a strike in Maracaibo",
        "Teachers of forty schools in Maracaibo began a strike over wages, their union said. Parents brought children home.",
    ),
    (
        "Strike closes forty schools in Maracaibo",
        "A strike of teachers over wages closed forty schools in Maracaibo, the teachers' union said. Parents kept children home.",
    ),
    (
        "Maracaibo teachers' union wants higher wages",
        "The teachers' union in Maracaibo wants higher wages. Its strike closed forty schools, and parents kept children home.",
    ),
)


@pytest.fixture
def room(store: Store) -> Newsroom:
    return Newsroom(store)


def tell(room: Newsroom, hour: int, news: tuple[str, str]) -> str:
    """Publishes a report; its id."""
    return room.publish(MONDAY + timedelta(hours=hour), *news).id


def story_of(room: Newsroom, item: str) -> str:
    return room.store.judgements(item)[0].story


def told(room: Newsroom) -> list[str]:
    return [development for update in room.made for alert in update.alerts for development in alert.developments]


def parted(room: Newsroom) -> list[Moved]:
    return [move for update in room.made for move in update.moved if move.by == "parted"]


def wrongly_one(room: Newsroom, by: str = "repair") -> tuple[list[str], list[str]]:
    """Three reports of a fire and two of a strike, made one story, by a repair that erred or by an editor who wants it."""
    fire, strike = (
        [tell(room, hour, FIRE[hour]) for hour in range(3)],
        [tell(room, 3, STRIKE[0]), tell(room, 4, STRIKE[1])],
    )
    one, two = story_of(room, fire[0]), story_of(room, strike[0])
    assert {story_of(room, item) for item in fire} == {one} != {story_of(room, item) for item in strike} == {two}
    at = MONDAY + timedelta(hours=5)
    room.store.record_edit(Moved(topic="venezuela", items=tuple(strike), source=two, target=one, by=by, at=at))
    room.restart()
    room.update(at)
    return fire, strike


@pytest.mark.parametrize("restart", [False, True], ids=["running", "restarted"])
def test_two_events_that_were_made_one_story_are_parted_and_grow_apart(room: Newsroom, restart: bool):
    fire, strike = wrongly_one(room)
    fire.append(tell(room, 6, FIRE[3]))
    (move,) = parted(room)
    assert set(move.items) == set(strike)
    if restart:
        room.restart()
    strike.append(tell(room, 7, STRIKE[2]))
    fire.append(tell(room, 8, FIRE[4]))
    assert {story_of(room, item) for item in fire} == {move.source}
    assert {story_of(room, item) for item in strike} == {move.target}
    assert {one.id: one.items for one in room.store.stories()} == {move.source: 5, move.target: 3}


def test_what_was_told_of_the_two_as_one_is_not_told_again(room: Newsroom):
    wrongly_one(room)
    before = told(room)
    assert before
    tell(room, 6, FIRE[3])
    (move,) = parted(room)
    after = told(room)
    assert set(after[len(before) :]).isdisjoint(before)
    room.restart()
    tell(room, 7, STRIKE[1])
    tell(room, 8, FIRE[1])
    assert told(room) == after, "both had said it before"
    room.wait(MONDAY + timedelta(days=2))
    assert len(told(room)) == len(set(told(room)))
    known = {one for found in room.store.told("desk", [move.target]).values() for one in found.developments}
    assert known == {one.id for one in room.store.developments(story=move.target)} & set(told(room))


def test_what_either_head_said_while_they_were_one_is_known_to_the_other(room: Newsroom):
    wrongly_one(room)
    tell(room, 6, FIRE[3])
    assert parted(room)
    before = len(told(room))
    more = "The union leader spoke to parents in Maracaibo for two hours, and forty schools sent delegates."
    fire = "A fire destroyed the market hall of Valencia on Monday, the fire brigade said."
    tell(room, 7, (STRIKE[2][0], f"{STRIKE[2][1]} {more} {fire}"))
    room.wait(MONDAY + timedelta(days=2))
    later = room.store.developments(ids=told(room)[before:])
    assert not [one.text for one in later if "market hall" in one.text]


def test_what_an_editor_merged_is_never_parted(room: Newsroom):
    fire, strike = wrongly_one(room, by="merge")
    for hour in range(6, 20):
        tell(room, hour, (FIRE[hour % 5], STRIKE[hour % 3])[hour % 2])
    assert not parted(room)
    assert story_of(room, fire[0]) == story_of(room, strike[0])


def test_an_editor_takes_a_parting_back_for_good(room: Newsroom):
    fire, strike = wrongly_one(room)
    tell(room, 6, FIRE[3])
    (move,) = parted(room)
    back = Moved(
        topic="venezuela",
        items=move.items,
        source=move.target,
        target=move.source,
        by="merge",
        at=MONDAY + timedelta(hours=7),
    )
    room.store.record_edit(back)
    for hour in range(8, 20):
        tell(room, hour, (FIRE[hour % 5], STRIKE[hour % 3])[hour % 2])
    assert parted(room) == [move]
    assert story_of(room, fire[0]) == story_of(room, strike[0])
    assert [one.by for one in room.store.edits("venezuela")] == ["parted", "merge"]


def test_a_copy_goes_with_the_report_that_it_is_a_copy_of(room: Newsroom):
    _, strike = wrongly_one(room)
    copy = tell(room, 6, STRIKE[0])
    assert room.store.judgements(copy)[0].copy_of == strike[0]
    tell(room, 7, FIRE[3])
    (move,) = parted(room)
    assert set(move.items) == {*strike, copy}


def test_what_was_muted_as_one_story_stays_silent_as_two(room: Newsroom):
    fire, _ = wrongly_one(room)
    until = MONDAY + timedelta(days=2)
    assert room.store.mute(story_of(room, fire[0]), until, MONDAY + timedelta(hours=5))
    tell(room, 6, FIRE[3])
    (move,) = parted(room)
    assert [one.muted_until for one in room.store.stories()] == [until, until]
    before = told(room)
    tell(room, 7, (STRIKE[2][0], f"{STRIKE[2][1]} Nine teachers were arrested on Tuesday, the police said."))
    assert told(room) == before
    assert room.store.mute(move.target, None, MONDAY + timedelta(hours=8))
    room.update(MONDAY + timedelta(hours=9))
    room.wait(MONDAY + timedelta(days=1))
    assert len(told(room)) > len(before)


def test_one_event_told_ten_times_keeps_one_head(store: Store):
    room = Newsroom(store, (replace(DESK, max_per_day=3),))
    for hour in range(15):
        tell(room, hour, FIRE[hour % 5])
    assert not parted(room)
    assert len(room.store.stories()) == 1
