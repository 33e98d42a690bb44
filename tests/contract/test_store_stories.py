"""What every store does with stories: they grow, are repaired and edited, and nothing of them is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_values import NOON, after, check, development, fact, item, judgement, moved, newsroom, update

from monitor.ports import Store

# ── stories ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_story_grows_with_its_items(store: Store):
    store.record_check(check(item("i1"), item("i2", minutes=5)))
    store.record_update(update(judgement("i1", new_story=True)))
    store.record_update(
        update(judgement("i2", minutes=5, origin="agency", headline="Six boats", copy_of=None), minutes=5)
    )
    story = store.story("st1")
    assert story is not None
    assert (story.headline, story.created, story.updated, story.items) == ("Six boats", NOON, after(5), 2)
    assert story.origins == ("wire", "agency")
    assert store.story("nothing") is None


def test_judgement_comes_back_whole(store: Store):
    store.record_check(check(item(), topics=("guyana", "venezuela")))
    full = judgement(
        new_story=True, copy_of="i0", score=0.83, runner_up="st0", runner_up_score=0.4, developments=[development(), development("d2", minutes=1)],
        facts=(fact(), fact("fa2", value=None, minutes=1)),
    )  # fmt: skip
    store.record_update(update(full))
    store.record_update(replace(update(judgement(story="st_g", topic="guyana")), topic="guyana"))
    assert store.judgements("i1") == [judgement(story="st_g", topic="guyana"), full]
    assert store.story_items("st1") == [(item(), full)]
    assert store.facts("st1") == [fact(), fact("fa2", value=None, minutes=1)]


@pytest.mark.parametrize("value", [None, 5, 5.5, 5.0, "claimed", "5"])
def test_numbers_and_words_of_a_development_keep_their_kind(store: Store, value: object):
    store.record_check(check(item()))
    store.record_update(update(judgement(developments=[development(old=value)])))
    [found] = store.developments(ids=["d1"])
    assert (found.old, type(found.old)) == (value, type(value))


def test_developments_are_found_by_story_by_item_and_by_id(store: Store):
    newsroom(store, items=2, developments=2)
    assert [one.id for one in store.developments(story="st1")] == ["d1", "d2", "d1-2", "d2-2"]
    assert [one.id for one in store.developments(item="i2")] == ["d1-2", "d2-2"]
    assert [one.id for one in store.developments(ids=["d2-2", "d1"])] == ["d1", "d2-2"]
    assert [one.id for one in store.developments(story="st1", ids=["d1", "nothing"])] == ["d1"]
    assert store.developments(ids=[]) == []


def test_update_recorded_twice_changes_nothing(store: Store):
    store.record_check(check(item()))
    work = update(judgement(new_story=True, developments=[development()], facts=(fact(),)))
    store.record_update(work)
    before = (store.counts(), store.story("st1"), store.story_items("st1"))
    store.record_update(work)
    assert (store.counts(), store.story("st1"), store.story_items("st1")) == before


def test_item_stays_as_it_was_judged_first(store: Store):
    store.record_check(check(item()))
    store.record_update(update(judgement(story="st1"), judgement(story="st2")))
    store.record_update(update(judgement(story="st3")))
    assert [one.story for one in store.judgements("i1")] == ["st1"]
    assert [story.id for story in store.stories()] == ["st1"]


def test_memory_is_read_back_in_the_order_of_judging(store: Store):
    store.record_check(check(item("i1"), item("i2"), item("i3")))
    store.record_update(
        update(judgement("i2", minutes=3), judgement("i1", minutes=2, story="st2"), judgement("i3", minutes=-9))
    )
    found = store.remembered("venezuela", NOON)
    assert [(one.item, one.story, one.at, one.memory) for one in found] == [
        ("i2", "st1", after(3), b"\x00memory of i2"),
        ("i1", "st2", after(2), b"\x00memory of i1"),
    ]
    assert store.remembered("guyana", NOON) == []
    assert [one.item for one in store.remembered("venezuela", NOON, 1)] == ["i2"], (
        "only of the story that had news last"
    )


def test_stories_are_listed_by_topic_newest_first(store: Store):
    store.record_check(check(item("i1"), item("i2"), item("i3"), topics=("guyana", "venezuela")))
    store.record_update(update(judgement("i1", story="old"), judgement("i2", story="new", minutes=9)))
    store.record_update(replace(update(judgement("i3", story="other", topic="guyana", minutes=5)), topic="guyana"))
    assert [story.id for story in store.stories()] == ["new", "other", "old"]
    assert [story.id for story in store.stories("venezuela")] == ["new", "old"]
    assert [story.id for story in store.stories(since=after(5))] == ["new", "other"]
    assert [story.id for story in store.stories(limit=1)] == ["new"]


# ── repairs and editors ──────────────────────────────────────────────────────────────────────────────────────────────


def two_stories(store: Store) -> None:
    store.record_check(check(item("i1"), item("i2", minutes=1), item("i3", minutes=2)))
    first = judgement("i1", "st1", new_story=True, developments=[development()], facts=(fact(),))
    second = judgement(
        "i2",
        "st2",
        minutes=1,
        new_story=True,
        origin="agency",
        developments=[development("d2", of="i2", story="st2", minutes=1)],
    )
    store.record_update(
        update(first, second, judgement("i3", "st2", minutes=2, facts=(fact("fa3", of="i3", story="st2"),)))
    )


def test_merged_story_is_found_under_its_old_id(store: Store):
    two_stories(store)
    store.record_edit(moved("st2", "st1", ["i2", "i3"]))
    story = store.story("st2")
    assert story == store.story("st1")
    assert story is not None
    assert (story.items, story.origins, story.updated) == (3, ("wire", "agency"), after(2))
    assert [found.id for found, _ in store.story_items("st2")] == ["i1", "i2", "i3"]
    assert [one.story for one in store.developments(story="st2")] == ["st1", "st1"]
    assert {one.id for one in store.facts("st2")} == {"fa1", "fa3"}
    assert [one.id for one in store.stories()] == ["st1"]


def test_item_judged_into_a_merged_story_lands_in_the_one_that_is_left(store: Store):
    two_stories(store)
    store.record_edit(moved("st2", "st1", ["i2", "i3"]))
    store.record_check(check(item("i4", minutes=3)))
    store.record_update(
        update(judgement("i4", "st2", minutes=3, developments=[development("d4", of="i4", story="st2", minutes=3)]))
    )
    assert [one.story for one in store.judgements("i4")] == ["st1"]
    assert [one.id for one in store.developments(story="st1")] == ["d1", "d2", "d4"]


def test_split_leaves_both_stories(store: Store):
    two_stories(store)
    store.record_edit(moved("st2", "st3", ["i3"], by="split"))
    assert [found.id for found, _ in store.story_items("st2")] == ["i2"]
    assert [found.id for found, _ in store.story_items("st3")] == ["i3"]
    assert {story.id: story.items for story in store.stories()} == {"st1": 1, "st2": 1, "st3": 1}


def test_merge_is_reversible(store: Store):
    two_stories(store)
    before = {story.id: (story.items, story.origins, story.created, story.updated) for story in store.stories()}
    store.record_edit(moved("st2", "st1", ["i2", "i3"]))
    store.record_edit(moved("st1", "st2", ["i2", "i3"], by="split", minutes=1))
    assert {story.id: (story.items, story.origins, story.created, story.updated) for story in store.stories()} == before
    assert [one.by for one in store.edits("venezuela")] == ["merge", "split"]


def test_repairs_move_items_and_are_not_an_editors_work(store: Store):
    two_stories(store)
    store.record_update(update(moved=(moved("st2", "st1", ["i2", "i3"], by="repair"),)))
    assert [one.id for one in store.stories()] == ["st1"]
    assert [one.story for one in store.remembered("venezuela", NOON)] == ["st1", "st1", "st1"]
    assert store.edits() == []


def test_edit_recorded_twice_is_one_edit(store: Store):
    two_stories(store)
    merge = moved("st2", "st1", ["i2", "i3"])
    store.record_edit(merge)
    store.record_edit(merge)
    assert store.edits() == [merge]
    assert store.edits("guyana") == []


def test_merges_are_followed_through_several_stories(store: Store):
    two_stories(store)
    store.record_check(check(item("i4")))
    store.record_update(update(judgement("i4", "st4", new_story=True)))
    store.record_edit(moved("st1", "st2", ["i1"]))
    store.record_edit(moved("st2", "st4", ["i1", "i2", "i3"], minutes=1))
    found = store.story("st1")
    assert found is not None
    assert (found.id, found.items) == ("st4", 4)


def test_muted_story_says_until_when_and_stays_muted_while_it_grows(store: Store):
    newsroom(store)
    assert store.mute("st1", after(60), after(2))
    store.record_check(check(item("i2", minutes=3)))
    store.record_update(update(judgement("i2", minutes=3)))
    story = store.story("st1")
    assert story is not None
    assert story.muted_until == after(60)
    assert store.mute("st1", None, after(4))
    story = store.story("st1")
    assert story is not None
    assert story.muted_until is None
    assert not store.mute("nothing", after(60), NOON)
