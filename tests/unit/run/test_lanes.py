"""Places to poll in: who waits for whom."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import FeedState
from monitor.run.lanes import AT_ONCE, NEW_AT_ONCE, UNWELL_AT_ONCE, Lanes

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NEW = FeedState(feed="new", check_after=NOW)
WELL = FeedState(feed="well", check_after=NOW, checked_at=NOW, ok_at=NOW)
SICK = FeedState(feed="sick", check_after=NOW, checked_at=NOW, failures=1)


async def test_who_failed_holds_up_neither_the_new_nor_the_well() -> None:
    lanes = Lanes()
    for _ in range(UNWELL_AT_ONCE):
        await lanes.of(SICK).acquire()
    assert lanes.of(SICK).locked()
    assert not lanes.of(NEW).locked()
    assert not lanes.of(WELL).locked()


async def test_a_list_of_dead_feeds_that_was_just_imported_holds_up_only_itself() -> None:
    lanes = Lanes()
    for _ in range(NEW_AT_ONCE):
        await lanes.of(NEW).acquire()
    assert not lanes.of(WELL).locked()
    assert AT_ONCE + NEW_AT_ONCE + UNWELL_AT_ONCE <= 256, "connections at one time (feeds/fetch)"
