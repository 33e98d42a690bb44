"""What every store does with feeds, items and stories. The tellings are in `test_store_telling`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from store_values import (
    NOON,
    after,
    check,
    development,
    fact,
    feed,
    item,
    judgement,
    match,
    moved,
    newsroom,
    state,
    update,
)

from monitor.model import Event, PageRule, Validators
from monitor.ports import Store

EVENT = Event(id="e1", at=NOON, kind="failing", about="wire", text="Wire does not answer")


# ── feeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_new_feed_is_due_at_once(store: Store):
    rule = PageRule(item="article", title="h2")
    wanted = feed(language="es", trust=1, interval=timedelta(minutes=7), page=rule, full_text=True)
    store.put_feeds([wanted], NOON)
    [(found, learned)] = store.due_feeds(NOON)
    assert found == wanted
    assert (learned.check_after, learned.baseline_done, learned.checked_at) == (NOON, False, None)


def test_feed_state_comes_back_as_it_was_recorded(store: Store):
    learned = state(
        at=after(10), url="https://moved.example/", validators=Validators(etag='W/"a"', last_modified="Mon, 02 Mar 2026 12:00:00 GMT"), body="b0d1",
        interval=timedelta(minutes=13, seconds=1), checked_at=NOON, ok_at=after(-5), changed_at=after(-9), failures=2, failing_since=after(-3),
        error="404", moved_to="https://x.example", moved_count=2, measures={"lies": 3, "seen": [1, "a", None], "ratio": 0.25},
    )  # fmt: skip
    store.put_feeds([feed()], NOON)
    store.record_check(check(state=learned))
    assert store.feeds() == [(feed(), learned)]


def test_most_overdue_feed_is_first_and_retired_or_later_ones_are_not_due(store: Store):
    store.put_feeds([feed(name) for name in ("a", "b", "c", "d")], NOON)
    store.record_check(check(feed="a", state=state("a", after(-1))))
    store.record_check(check(feed="b", state=state("b", after(-5))))
    store.record_check(check(feed="c", state=state("c", after(-9), retired=True)))
    store.record_check(check(feed="d", state=state("d", after(1))))
    assert [found.id for found, _ in store.due_feeds(NOON)] == ["b", "a"]
    assert [found.id for found, _ in store.due_feeds(NOON, limit=1)] == ["b"]


def test_how_far_polling_has_come_is_known_without_reading_the_feeds(store: Store):
    store.put_feeds([feed(name) for name in ("a", "b", "c")], NOON)
    store.record_check(check(feed="a", state=state("a", after(9), checked_at=NOON, baseline_done=True)))
    store.record_check(check(feed="b", state=state("b", after(9), checked_at=after(-2), baseline_done=False)))
    assert sorted(store.checked()) == [("a", NOON, True), ("b", after(-2), False), ("c", None, False)]
    store.put_feeds([feed("b")], NOON)
    assert store.checked() == [("b", after(-2), False)]


def test_feed_that_leaves_the_configuration_keeps_its_items_and_is_not_polled(store: Store):
    store.put_feeds([feed("a"), feed()], NOON)
    store.record_check(check(item()))
    store.put_feeds([feed("a")], after(1))
    assert [found.id for found, _ in store.feeds()] == ["a"]
    assert store.item("i1") == item()
    store.put_feeds([feed("a"), feed()], after(2))
    assert {found.id: learned for found, learned in store.feeds()}["wire"] == state()


def test_edited_address_is_polled_afresh(store: Store):
    store.put_feeds([feed()], NOON)
    store.record_check(
        check(
            state=state(
                at=after(60), url="https://old", validators=Validators(etag="x"), body="b", retired=True, failures=3
            )
        )
    )
    store.put_feeds([feed(url="https://new.example/rss")], after(1))
    assert [learned for _, learned in store.due_feeds(after(1))] == [state(at=after(1))]


def test_renamed_feed_keeps_its_schedule(store: Store):
    store.put_feeds([feed()], NOON)
    store.record_check(check(state=state(at=after(60), body="b")))
    store.put_feeds([feed(name="The Wire")], after(1))
    assert store.feeds() == [(feed(name="The Wire"), state(at=after(60), body="b"))]


# ── items ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_item_comes_back_as_it_was_recorded_by_id_and_by_address(store: Store):
    full = item(
        summary="Résumé — « cinq »", author="A. Writer", language="fr", published=after(-3), digest="abc", revision_of="i0", markup=("summary",),
        trust=1, title="標題 😀",
    )  # fmt: skip
    store.record_check(check(full))
    assert store.item(full.id) == full
    assert store.item(full.url) == full
    assert store.item("nothing") is None
    assert store.matches(full.id) == [match()]


def test_poll_recorded_twice_changes_nothing(store: Store):
    poll = check(item(), tombstones=("h1",), events=(EVENT,))
    store.record_check(poll)
    before = (store.counts(), store.pending("venezuela"), store.events(), store.item("i1"))
    store.record_check(poll)
    assert (store.counts(), store.pending("venezuela"), store.events(), store.item("i1")) == before


def test_item_that_was_judged_is_not_pending_again_after_the_same_poll(store: Store):
    poll = check(item())
    store.record_check(poll)
    store.record_update(update(judgement()))
    store.record_check(poll)
    assert store.pending("venezuela") == []


def test_tombstones_belong_to_their_feed(store: Store):
    store.record_check(check(tombstones=("h1", "h2")))
    assert store.known("wire", ["h1", "h2", "h3"]) == {"h1", "h2"}
    assert store.known("other", ["h1"]) == set()
    assert store.known("wire", []) == set()


def test_newest_version_of_a_guid_is_the_last_that_arrived(store: Store):
    first, second = item("i1", guid="g"), item("i2", guid="g", minutes=1, revision_of="i1")
    store.record_check(check(first, item("i3")))
    store.record_check(check(second))
    assert store.versions("wire", ["g", "unknown"]) == {"g": second}
    assert store.versions("other", ["g"]) == {}


def test_baseline_is_stored_and_never_pending(store: Store):
    store.record_check(check(item(live=False), item("i2")))
    assert [found.id for found, _ in store.pending("venezuela")] == ["i2"]
    assert store.item("i1") == item(live=False)
    assert store.matches("i1") == [match()]


def test_items_are_pending_for_each_topic_in_order_of_arrival(store: Store):
    store.record_check(check(item("late", minutes=5), item("b"), item("a"), topics=("guyana", "venezuela")))
    store.record_check(check(item("unwanted"), topics=()))
    assert [found.id for found, _ in store.pending("venezuela")] == ["b", "a", "late"]
    assert [found.id for found, _ in store.pending("venezuela", limit=2)] == ["b", "a"]
    assert store.pending("guyana")[0] == (item("b"), match("guyana"))
    assert store.due_topics(NOON) == ["guyana", "venezuela"]


def test_judged_and_skipped_items_are_pending_no_more(store: Store):
    store.record_check(check(item("i1"), item("i2"), item("i3"), topics=("guyana", "venezuela")))
    store.record_update(update(judgement("i1"), skipped=("i2",)))
    assert [found.id for found, _ in store.pending("venezuela")] == ["i3"]
    assert len(store.pending("guyana")) == 3


def test_items_are_read_in_order_of_arrival(store: Store):
    store.record_check(check(item("c", minutes=2), item("b", minutes=1), item("a", minutes=1)))
    assert [found.id for found in store.items()] == ["b", "a", "c"]
    assert [found.id for found in store.items(since=after(2))] == ["c"]
    assert [found.id for found in store.items(limit=2)] == ["b", "a"]
    assert list(store.items(limit=0)) == []


def test_many_items_are_read_to_the_end(store: Store):
    store.record_check(check(*(item(f"i{number}", minutes=number // 400) for number in range(1201))))
    assert [found.id for found in store.items()] == [f"i{number}" for number in range(1201)]
    assert len(list(store.items(limit=700))) == 700


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


# ── search, events, retention ────────────────────────────────────────────────────────────────────────────────────────


def test_search_folds_case_and_accents(store: Store):
    store.record_check(check(item("i1", title="Nicolás Maduro habló en Mérida"), item("i2", title="Weather")))
    assert [found.id for found in store.search("MADURO merida")] == ["i1"]
    assert [found.id for found in store.search("habló")] == ["i1"]
    assert [found.id for found in store.search("maduro weather")] == []


def test_search_reads_developments_too(store: Store):
    store.record_check(check(item("i1", content="")))
    store.record_update(update(judgement(developments=[development(text="Ocho barcos zarparon")])))
    assert [found.id for found in store.search("barcos ocho")] == ["i1"]


SYNTAX = [
    '"',
    "*",
    "NEAR(a b)",
    "title:",
    "a AND",
    "-",
    '"open',
    "^",
    "{x}",
    "\0",
    "\ud800",
    "",
    "   ",
    "(",
    "por*",
    "'; --",
]


@pytest.mark.parametrize("query", SYNTAX)
def test_what_a_user_types_is_never_syntax(store: Store, query: str):
    store.record_check(check(item()))
    assert store.search(query) == []


def test_hyphenated_word_is_found_as_it_stands(store: Store):
    store.record_check(check(item("i1", title="An Igla-S missile"), item("i2", title="S. met Igla")))
    assert [found.id for found in store.search("igla-s")] == ["i1"]


def test_event_is_new_once(store: Store):
    other = replace(EVENT, id="e2", at=after(-5))
    assert store.record_events([EVENT, other]) == [EVENT, other]
    assert store.record_events([EVENT]) == []
    store.record_check(check(events=(EVENT, replace(EVENT, id="e3", at=after(5)))))
    assert [event.id for event in store.events()] == ["e2", "e1", "e3"]
    assert [event.id for event in store.events(since=NOON)] == ["e1", "e3"]


def test_forgotten_item_keeps_its_title_and_what_was_made_of_it(store: Store):
    store.record_check(check(item("i1", summary="secret"), item("i2", minutes=10), tombstones=("h1",)))
    store.record_update(update(judgement(developments=[development(text="ocho barcos")])))
    assert store.forget(after(5)) == 1
    assert store.forget(after(5)) == 0
    assert store.item("i1") == item("i1", content="", summary="")
    assert store.item("i2") == item("i2", minutes=10)
    assert store.known("wire", ["h1"]) == {"h1"}
    assert [one.memory for one in store.remembered("venezuela", NOON)] == [b""]
    assert store.search("secret") == []
    assert [found.id for found in store.search("headline i1")] == ["i1"]
    assert [found.id for found in store.search("barcos")] == ["i1"]


def test_counts_say_what_is_stored_and_what_waits(store: Store):
    newsroom(store, items=2, developments=2)
    store.record_check(check(item("i9", minutes=9)))
    counts = store.counts()
    assert {name: counts[name] for name in ("feeds", "items", "pending", "stories", "developments", "facts", "owed", "alerts_owed")} == {
        "feeds": 1, "items": 3, "pending": 1, "stories": 1, "developments": 4, "facts": 2, "owed": 4, "alerts_owed": 0,
    }  # fmt: skip


def test_fresh_store_is_sound_and_empty(store: Store):
    assert store.check() == []
    assert (store.next_due(), store.due_topics(NOON), store.feeds(), list(store.items())) == (None, [], [], [])
