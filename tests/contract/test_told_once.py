"""What holds for any course of the news, on a real database with the real judgement: told once, told with proof, in whatever order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from hypothesis import given, seed, settings
from hypothesis import strategies as st
from workroom import MONDAY, Newsroom
from world import FACTS, PAPERS, Report, facts_of, made, publish

from monitor.model import Item, Moved
from monitor.run.editing import take_out
from monitor.store.sqlite import SqliteStore

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
OTHERS = [fact for fact in FACTS if fact != "sank"]
PAPER = st.sampled_from(sorted(PAPERS))
#: short reports, as feeds carry them; far down in a long one it may hang on the rest whether a sentence is told
TOLD = st.lists(st.sampled_from(OTHERS), max_size=2, unique=True).map(tuple)
REPORTS = st.lists(st.builds(Report, PAPER, TOLD), min_size=1, max_size=5, unique_by=lambda one: one.paper)
#: another paper prints the text; the paper itself adds to it; the process dies; an editor splits and merges; a day goes by
EVENTS = st.lists(
    st.one_of(
        st.builds(Report, PAPER, TOLD),
        st.tuples(st.just("reprint"), PAPER),
        st.tuples(st.just("revise"), TOLD),
        st.sampled_from(["restart", "split", "merge", "wait"]),
    ),
    min_size=3,
    max_size=10,
)


@contextmanager
def newsroom() -> Iterator[Newsroom]:
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder) / "monitor.db", durable=False)
        try:
            yield Newsroom(store)
        finally:
            store.close()


@seed(20261012)
@given(REPORTS, st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None)
def test_reports_of_one_minute_tell_the_same_facts_in_any_order(reports, random):
    shuffled = random.sample(reports, len(reports))
    found = []
    for order in (reports, shuffled):
        with newsroom() as room:
            for number, report in enumerate(order):
                publish(room, report, MONDAY + number * 10 * SECOND)
            told = facts_of(made(room))
            assert len(told) == len(set(told))
            found.append(set(told))
    assert found[0] == found[1]


@seed(20261013)
@given(REPORTS)
@settings(max_examples=8, deadline=None)
def test_an_item_that_comes_twice_changes_nothing(reports):
    with newsroom() as room:
        items = [publish(room, report, MONDAY + number * HOUR) for number, report in enumerate(reports)]
        before, alerts = len(made(room)), sum(len(update.alerts) for update in room.made)
        for number, (report, item) in enumerate(zip(reports, items, strict=True)):
            publish(room, report, MONDAY + 6 * HOUR + number * HOUR, url=item.url, id=f"again{number}", feed="wire")
        assert len(made(room)) == before
        assert sum(len(update.alerts) for update in room.made) == alerts


@seed(20261014)
@given(EVENTS)
@settings(max_examples=15, deadline=None)
def test_whatever_happens_nothing_is_told_twice_and_everything_told_has_its_proof(events):
    with newsroom() as room:
        course = Course(room)
        for event in events:
            course.happen(event)
        room.wait(course.at + 72 * HOUR)
        alerts = [alert for update in room.made for alert in update.alerts]
        sent = [one for alert in alerts for one in alert.developments]
        assert len(sent) == len(set(sent))
        developments = room.store.developments(ids=sent)
        told = facts_of(one for one in developments if one.kind != "source")
        assert len(told) == len(set(told))
        for one in room.store.developments():
            item = room.store.item(one.item)
            assert item is not None
            assert getattr(item, one.span.field)[one.span.start : one.span.end] == one.text


class Course:
    """News taking its course: what was printed so far, and the time."""

    def __init__(self, room: Newsroom) -> None:
        self.room, self.at = room, MONDAY
        self.printed: list[tuple[Report, Item]] = []

    def happen(self, event: Report | tuple[str, object] | str) -> None:
        self.at += HOUR
        if isinstance(event, Report):
            self._print(event)
        elif event == "restart":
            self.room.restart()
        elif event == "wait":
            self.at += 24 * HOUR
            self.room.wait(self.at)
        elif not self.printed:
            return
        elif event == "split":
            self._split()
        elif event == "merge":
            self._merge()
        else:
            getattr(self, f"_{event[0]}")(event[1])

    def _print(self, report: Report, **more: object) -> None:
        self.printed.append((report, publish(self.room, report, self.at, **more)))

    def _reprint(self, paper: str) -> None:
        report, _ = self.printed[-1]
        self._print(Report(paper, report.facts, words=report.words or report.paper))

    def _revise(self, facts: tuple[str, ...]) -> None:
        report, item = self.printed[-1]
        more = tuple(fact for fact in facts if fact not in report.facts)
        if more:
            later = Report(report.paper, (*report.facts, *more), report.words)
            self._print(later, guid=item.guid, url=item.url, revision_of=item.id)

    def _split(self) -> None:
        story = self.room.store.story(self.room.store.judgements(self.printed[-1][1].id)[0].story)
        if story is not None and story.items > 1:
            take_out(self.room.store, story, [self.printed[-1][1].id], self.at)

    def _merge(self) -> None:
        first, *others = self.room.store.stories(topic="venezuela")
        for other in others:
            items = tuple(item.id for item, _ in self.room.store.story_items(other.id))
            self.room.store.record_edit(
                Moved(topic="venezuela", items=items, source=other.id, target=first.id, by="merge", at=self.at)
            )
