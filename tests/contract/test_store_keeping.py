"""What every store finds again, counts, and forgets: search, events, retention."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_values import NOON, after, check, development, item, judgement, newsroom, update

from monitor.model import Event
from monitor.ports import Store

EVENT = Event(id="e1", at=NOON, kind="failing", about="wire", text="Wire does not answer")


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
