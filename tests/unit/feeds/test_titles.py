"""What stands before or behind every title goes; what may be news stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from newsroom import NOW

from monitor.feeds import schedule
from monitor.feeds.condition import policies
from monitor.feeds.sift import digest, sift
from monitor.feeds.titles import without
from monitor.model import Entry, Feed, FeedState, ParsedFeed

FEED = Feed(id="f", url="https://www.eluniversal.example/rss", name="El Universal", family="eluniversal.example")
KNOWN = replace(schedule.first(FEED, NOW), baseline_done=True, checked_at=NOW, ok_at=NOW)


def titles(pattern: str, first: int, count: int = 12) -> ParsedFeed:
    news = [f"Storm number {n} reaches the coast" for n in range(first, first + count)]
    return ParsedFeed(title="Portada", entries=tuple(Entry(guid=one, url="", title=pattern % one) for one in news))


def polled(feed: Feed, pattern: str, polls: int, state: FeedState = KNOWN) -> tuple[FeedState, list[str]]:
    """The state after so many polls, and the titles of the last one's items."""
    made: list[str] = []
    for n in range(polls):
        sifted = sift(feed, state, titles(pattern, n * 12), set(), {}, NOW + timedelta(hours=n))
        state = replace(state, measures={**state.measures, **sifted.measures})
        made = [item.title for item in sifted.items]
    return state, made


@pytest.mark.parametrize(
    "pattern", ["%s | El Universal", "%s - El Universal", "%s — eluniversal", "BREAKING: %s", "El Universal: %s"]
)
def test_the_publisher_behind_every_title_goes_after_two_polls_and_is_shown(pattern: str) -> None:
    state, made = polled(FEED, pattern, 2)
    assert made[-1] == pattern % "Storm number 12 reaches the coast"
    assert [one.value for one in policies(state)] == [pattern.replace("%s", "…")]
    assert "12 of 12 titles" in str(policies(state)[0])
    _, made = polled(FEED, pattern, 3)
    assert made[-1] == "Storm number 24 reaches the coast"


@pytest.mark.parametrize(
    "pattern", ["%s | Venezuela", "Elections: %s", "%s - live", "%s, El Universal", "Venezuela - %s"]
)
def test_what_may_be_the_subject_stays_however_often_it_comes(pattern: str) -> None:
    state, made = polled(FEED, pattern, 5)
    assert made[-1].startswith(pattern.partition("%s")[0])
    assert made[-1].endswith(pattern.rpartition("%s")[2])
    assert not policies(state)


def test_a_feed_that_is_named_after_its_section_keeps_the_section() -> None:
    state, made = polled(replace(FEED, name="Venezuela"), "%s | Venezuela", 5)
    assert made[-1].endswith("| Venezuela")
    assert not policies(state)


def test_a_few_titles_prove_nothing() -> None:
    state = KNOWN
    for n in range(5):
        found = sift(FEED, state, titles("%s | El Universal", n * 12, 5), set(), {}, NOW)
        state = replace(state, measures={**state.measures, **found.measures})
    assert not policies(state)


def test_a_feed_that_stops_is_left_alone_again() -> None:
    state, _ = polled(FEED, "%s | El Universal", 3)
    assert policies(state)
    state, made = polled(FEED, "%s", 1, state)
    assert not policies(state)
    assert made[-1] == "Storm number 0 reaches the coast"


def test_a_title_is_never_emptied_and_what_it_is_known_by_does_not_change() -> None:
    assert without("Portada | El Universal", "… | El Universal") == "Portada | El Universal"
    state, _ = polled(FEED, "%s | El Universal", 3)
    entry = titles("%s | El Universal", 99, 1)
    assert sift(FEED, state, entry, set(), {}, NOW).items[0].digest == digest(entry.entries[0])
