"""What is new, what is a revision, what was there before: told by feeds that lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor.feeds import schedule
from monitor.feeds.condition import policies
from monitor.feeds.limits import FetchLimits
from monitor.feeds.sift import CALM, Sifted, fingerprints, guids, identity, sift
from monitor.model import Entry, Feed, FeedState, Fetched, Item, ParsedFeed

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LIMITS = FetchLimits()
LONG = "Words enough that the text of this entry is longer than the eighty characters that make it known by itself."


def entry(guid: str, title: str = "", text: str = "", **more: Any) -> Entry:
    at = more.pop("published", NOW)
    return Entry(
        guid=guid,
        url=more.pop("url", f"https://news.example/{guid}"),
        title=title or f"Title of {guid}",
        summary=text or f"{guid}: {LONG}",
        published=at,
        **more,
    )


class Desk:
    """A feed polled again and again, with a memory like the store's."""

    def __init__(self, feed: Feed) -> None:
        self.feed, self.state, self.now = feed, FeedState(feed=feed.id, check_after=NOW), NOW
        self.tombstones: set[str] = set()
        self.items: dict[str, Item] = {}
        self.events: list[str] = []
        self.live: list[Item] = []

    def poll(self, *entries: Entry, after: timedelta = timedelta(minutes=10), etag: str = "") -> Sifted:
        self.now += after
        parsed = ParsedFeed(title="News", entries=tuple(entries))
        known = {one for one in fingerprints(self.feed, self.state, parsed) if one in self.tombstones}
        versions = {one: self.items[one] for one in guids(self.feed, self.state, parsed) if one in self.items}
        found = sift(self.feed, self.state, parsed, known, versions, self.now)
        answer = Fetched(
            url=self.feed.url, status=200, body=repr(entries).encode(), validators=schedule.Validators(etag=etag)
        )
        self.state, events = schedule.succeeded(
            self.feed, self.state, answer, parsed=parsed, new=len(found.items), known=found.known,
            measures=found.measures, now=self.now, limits=LIMITS,
        )  # fmt: skip
        self.tombstones |= set(found.tombstones)
        self.items |= {item.guid: item for item in found.items}
        self.events += [event.kind for event in (*found.events, *events)]
        self.live += [item for item in found.items if item.live]
        return found

    @property
    def policies(self) -> dict[str, str]:
        return {one.about: one.value for one in policies(self.state)}


@pytest.fixture
def desk(feed: Feed) -> Desk:
    return Desk(feed)


# ── ordinary days ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_poll_is_a_silent_baseline(desk: Desk) -> None:
    assert [item.live for item in desk.poll(entry("b"), entry("a")).items] == [False, False]
    assert [item.guid for item in desk.poll(entry("c"), entry("b"), entry("a")).items] == ["c"]
    assert [item.guid for item in desk.live] == ["c"]


def test_items_come_oldest_first(desk: Desk) -> None:
    desk.poll(entry("a"))
    assert [item.guid for item in desk.poll(entry("c"), entry("b"), entry("a")).items] == ["b", "c"]


def test_another_text_under_the_same_guid_is_a_revision(desk: Desk) -> None:
    desk.poll(entry("z"))
    first = desk.poll(entry("a")).items[0]
    second = desk.poll(entry("a", text=f"Corrected. {LONG}")).items[0]
    assert second.revision_of == first.id
    assert second.live


def test_layout_case_and_quotation_marks_are_no_revision(desk: Desk) -> None:
    desk.poll(entry("z"))
    desk.poll(entry("a", title='He said "no" today'))
    assert not desk.poll(entry("a", title="HE said  “no” today")).items


def test_an_entry_that_vanished_and_returns_stays_known(desk: Desk) -> None:
    desk.poll(entry("z"))
    desk.poll(entry("a"))
    for _ in range(500):
        desk.now += timedelta(days=1)
    assert not desk.poll(entry("a", published=desk.now)).items


def test_a_feed_whose_entries_come_back_is_shown_so_with_the_reason_until_it_stops(desk: Desk) -> None:
    stays, others = entry("stays"), [entry(f"goes-{number}") for number in range(5)]
    desk.poll(stays, *others)
    for _ in range(4):
        desk.poll(stays)
        assert not desk.poll(stays, *others).items
    assert [str(one) for one in policies(desk.state)] == [
        "returns: stay known (entries that had vanished from it come back)"
    ]
    for _ in range(40):
        desk.poll(stays, *others)
    assert desk.policies == {}


def test_a_feed_that_lets_old_entries_go_for_new_ones_has_none_come_back(desk: Desk) -> None:
    for number in range(40):
        desk.poll(*(entry(str(one)) for one in range(number, number + 5)))
    assert desk.state.measures["counts"]["returned"] == 0
    assert desk.policies == {}


def test_guids_that_move_to_https_are_the_same(desk: Desk) -> None:
    desk.poll(entry("http://news.example/?p=1", url="http://news.example/one"))
    found = desk.poll(entry("https://news.example/?p=1", url="https://news.example/one", text=f"Edited. {LONG}"))
    assert found.items[0].revision_of


def test_parts_of_a_live_page_are_entries_of_their_own() -> None:
    one, two = (
        Entry(guid=url, url=url, title="Live") for url in ("https://a.example/live#1", "https://a.example/live#2")
    )
    assert identity(one) != identity(two)
    tracked = Entry(
        guid="https://a.example/x?utm_source=rss#xtor=RSS-1",
        url="https://a.example/x?utm_source=rss#xtor=RSS-1",
        title="x",
    )
    assert identity(tracked) == "https://a.example/x"


def test_short_texts_come_again_as_other_articles(desk: Desk) -> None:
    desk.poll(entry("z"))
    desk.poll(entry("m", title="Weather today", text="Sunny."))
    assert desk.poll(entry("n", title="Weather today", text="Sunny.")).items


def test_one_poll_and_its_entries_one_by_one_are_the_same(feed: Feed) -> None:
    """Replay feeds single entries through the same door."""
    state = FeedState(feed=feed.id, check_after=NOW, baseline_done=True)
    whole = sift(feed, state, ParsedFeed(title="", entries=(entry("b"), entry("a"))), set(), {}, NOW)
    single = [
        sift(feed, state, ParsedFeed(title="", entries=(one,)), set(), {}, NOW).items[0]
        for one in (entry("a"), entry("b"))
    ]
    assert list(whole.items) == single


# ── lies ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hundred_polls_with_new_guids_make_no_duplicate(desk: Desk) -> None:
    for number in range(100):
        desk.poll(
            *(
                entry(f"{number}-{n}", title=f"T{n}", text=f"{n}: {LONG}", url=f"https://news.example/{n}")
                for n in range(30)
            )
        )
    assert not desk.live
    assert desk.policies == {"identity": "link"}
    assert desk.events == ["policy"]


def test_known_by_its_links_an_edited_entry_is_a_revision(desk: Desk) -> None:
    def churning(number: int, text: str = "") -> list[Entry]:
        return [
            entry(
                f"{number}-{n}",
                title=f"T{n}",
                text=(n == 0 and text) or f"{n}: {LONG}",
                url=f"https://news.example/{n}",
            )
            for n in range(30)
        ]

    for number in range(5):
        desk.poll(*churning(number))
    first = desk.poll(*churning(6, f"Three dead. {LONG}")).items[0]
    assert desk.poll(*churning(7, f"Five dead. {LONG}")).items[0].revision_of == first.id
    assert len(desk.live) == 2


def test_guids_and_links_that_change_leave_the_text(desk: Desk) -> None:
    for number in range(30):
        desk.poll(
            *(
                entry(f"{number}-{n}", title=f"T{n}", text=f"{n}: {LONG}", url=f"https://news.example/{number}/{n}")
                for n in range(30)
            )
        )
    assert not desk.live
    assert desk.policies == {"identity": "text"}


def test_entries_that_share_a_guid_are_not_each_others_revisions(desk: Desk) -> None:
    desk.poll(entry("z"))
    found = desk.poll(
        *(entry("0", title=f"T{n}", text=f"{n}: {LONG}", url=f"https://news.example/{n}") for n in range(5))
    )
    assert len(found.items) == 5
    assert not any(item.revision_of for item in found.items)
    assert not desk.poll(entry("0", title="T3", text=f"3: {LONG}", url="https://news.example/3")).items


def test_a_feed_that_prints_the_clock_makes_no_endless_revisions(desk: Desk) -> None:
    made = [
        len(desk.poll(*(entry(str(n), text=f"{n} at {number}: {LONG}") for n in range(30))).items)
        for number in range(40)
    ]
    assert desk.policies == {"edits": "ignored"}
    assert sum(made[5:]) == 0


def test_dates_in_the_future_are_first_sight_and_then_a_policy(desk: Desk) -> None:
    desk.poll(entry("z"))
    future = desk.now + timedelta(days=300)
    assert desk.poll(entry("a", published=future)).items[0].published is None
    for number in range(15):
        desk.poll(entry(str(number), published=future))
    assert desk.policies == {"dates": "first seen"}
    assert all(item.at <= item.first_seen for item in desk.live)


def test_dates_in_a_wrong_zone_are_not_believed(desk: Desk) -> None:
    desk.poll(entry("z"))
    for number in range(12):
        desk.poll(entry(f"n{number}", published=desk.now - timedelta(hours=4)))
    assert desk.policies == {"dates": "first seen"}
    assert "4 h behind" in str(policies(desk.state)[0])
    assert desk.poll(entry("last", published=desk.now - timedelta(hours=4))).items[0].published is None


def test_a_paper_that_publishes_late_keeps_its_dates(desk: Desk) -> None:
    desk.poll(entry("z"))
    for number in range(30):
        desk.poll(entry(f"n{number}", published=desk.now - timedelta(minutes=47 * (1 + number % 5))))
    assert desk.policies == {}


def test_dates_that_move_while_the_texts_stay_are_not_believed(desk: Desk) -> None:
    for _ in range(5):
        desk.poll(*(entry(str(n), published=desk.now) for n in range(20)))
    assert desk.policies == {"dates": "first seen"}


def test_validators_that_stay_while_the_body_changes_are_ignored(desk: Desk) -> None:
    for number in range(4):
        desk.poll(*(entry(str(n)) for n in range(number + 1)), etag='"constant"')
    assert desk.policies == {"validators": "ignored"}
    assert schedule.validators(desk.state, desk.now) == schedule.Validators()


def test_once_a_day_the_whole_body_is_asked_for(desk: Desk) -> None:
    desk.poll(entry("a"), etag='"1"')
    assert schedule.validators(desk.state, desk.now + timedelta(hours=23)).etag == '"1"'
    assert schedule.validators(desk.state, desk.now + timedelta(hours=24)) == schedule.Validators()


# ── what poses as breaking ───────────────────────────────────────────────────────────────────────────────────────────


def test_something_old_that_a_known_feed_shows_first_now_is_stored_and_no_news(desk: Desk) -> None:
    desk.poll(entry("z"))
    found = desk.poll(entry("old", published=desk.now - timedelta(days=8)), entry("new", published=desk.now))
    assert {item.guid: item.live for item in found.items} == {"old": False, "new": True}


def test_an_old_article_with_a_new_date_is_found_out_by_its_address(desk: Desk) -> None:
    desk.poll(entry("z"))
    found = desk.poll(entry("x", url="https://news.example/2019/05/03/x", published=desk.now))
    assert not found.items[0].live


def test_after_our_own_outage_what_came_meanwhile_is_news(desk: Desk) -> None:
    desk.poll(entry("z"))
    found = desk.poll(entry("a", published=NOW + timedelta(days=2)), after=timedelta(days=12))
    assert found.items[0].live


def test_an_undated_entry_among_dated_ones_interrupts_nobody(desk: Desk) -> None:
    desk.poll(entry("z"))
    found = desk.poll(entry("u", published=None), entry("d"), entry("z"))
    assert list(found.calm) == [next(item.id for item in found.items if item.guid == "u")]
    assert all(reason.startswith(CALM) for reason in found.calm.values())


def test_a_feed_that_dates_nothing_is_believed_by_first_sight(desk: Desk) -> None:
    desk.poll(entry("z", published=None))
    found = desk.poll(entry("u", published=None), entry("z", published=None))
    assert found.items[0].live
    assert not found.calm


def test_a_flood_is_one_notice_and_interrupts_nobody(desk: Desk) -> None:
    for number in range(8):
        desk.poll(entry(f"a{number}"), entry(f"b{number}"))
    found = desk.poll(*(entry(f"f{n}") for n in range(300)))
    assert len(found.items) == len(found.calm) == 300
    assert all(item.live for item in found.items)
    assert desk.events.count("flood") == 1
    assert not desk.poll(entry("next")).calm


def test_a_busy_day_is_no_flood(desk: Desk) -> None:
    for number in range(8):
        desk.poll(*(entry(f"{number}-{n}") for n in range(5)))
    assert not desk.poll(*(entry(f"f{n}") for n in range(40))).calm


def test_after_a_pause_of_ours_more_is_expected(desk: Desk) -> None:
    for number in range(8):
        desk.poll(entry(f"a{number}"), entry(f"b{number}"))
    assert not desk.poll(*(entry(f"f{n}") for n in range(60)), after=timedelta(hours=8)).calm


def test_ids_of_items_do_not_depend_on_when_they_are_seen(feed: Feed) -> None:
    state = FeedState(feed=feed.id, check_after=NOW, baseline_done=True)
    parsed = ParsedFeed(title="", entries=(entry("a"),))
    one, two = (sift(feed, state, parsed, set(), {}, NOW + timedelta(hours=hours)).items[0] for hours in (0, 5))
    assert one.id == two.id
    assert replace(one, first_seen=two.first_seen) == two
