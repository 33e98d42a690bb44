"""Checks that finish together are recorded together, and one that is refused fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.errors import StoreError
from monitor.model import FeedCheck, FeedState, Item
from monitor.run.recording import ENOUGH, Recorder

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ITEM = Item(id="i", feed="a", guid="g", url="https://news.example/", title="Title", first_seen=NOW)


class Ledger:
    """A store that only records, and refuses a batch with a bad check in it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def record_checks(self, checks: Sequence[FeedCheck]) -> None:
        if any(check.feed == "bad" for check in checks):
            raise StoreError("the disk is full")
        self.batches.append([check.feed for check in checks])


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def recorder(ledger: Ledger) -> Recorder:
    return Recorder(ledger)  # type: ignore[arg-type]


def check(feed: str, *, items: bool = False) -> FeedCheck:
    state = FeedState(feed=feed, check_after=NOW)
    return FeedCheck(feed=feed, at=NOW, state=state, items=(ITEM,) if items else ())


@pytest.mark.parametrize("items", [True, False])
async def test_what_finishes_together_is_one_transaction(ledger: Ledger, recorder: Recorder, items: bool) -> None:
    await asyncio.gather(*(recorder.record(check(str(number), items=items)) for number in range(40)))
    assert [len(batch) for batch in ledger.batches] == [40]


async def test_a_full_batch_waits_no_longer(ledger: Ledger, recorder: Recorder) -> None:
    await asyncio.gather(*(recorder.record(check(str(number))) for number in range(ENOUGH + 2)))
    assert [len(batch) for batch in ledger.batches] == [ENOUGH, 2]


@pytest.mark.parametrize("items", [True, False])
async def test_one_that_is_refused_fails_alone(ledger: Ledger, recorder: Recorder, items: bool) -> None:
    checks = [recorder.record(check(name, items=items)) for name in ("a", "bad", "b")]
    results = await asyncio.gather(*checks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), StoreError, type(None)]
    assert ledger.batches == [["a"], ["b"]]


async def test_a_check_that_was_cancelled_is_not_recorded(ledger: Ledger, recorder: Recorder) -> None:
    task = asyncio.create_task(recorder.record(check("a")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await recorder.record(check("b"))
    await recorder.close()
    assert ledger.batches == [["b"]]
