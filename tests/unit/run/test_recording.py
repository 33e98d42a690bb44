"""Checks that finish together are recorded together, and one that is refused fails alone."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from monitor.errors import StoreError
from monitor.model import FeedCheck, FeedState
from monitor.run.recording import Recorder

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Ledger:
    """A store that only records, and refuses a batch with a bad check in it."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def record_checks(self, checks: Sequence[FeedCheck]) -> None:
        self.gate.wait(5)
        if any(check.feed == "bad" for check in checks):
            raise StoreError("the disk is full")
        self.batches.append([check.feed for check in checks])


def check(feed: str) -> FeedCheck:
    return FeedCheck(feed=feed, at=NOW, state=FeedState(feed=feed, check_after=NOW))


async def test_what_finishes_together_is_one_transaction() -> None:
    ledger = Ledger()
    recorder = Recorder(ledger)  # type: ignore[arg-type]
    await asyncio.gather(*(recorder.record(check(str(number))) for number in range(50)))
    assert [len(batch) for batch in ledger.batches] == [50]


async def test_what_finishes_during_a_commit_goes_into_the_next() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    recorder = Recorder(ledger)  # type: ignore[arg-type]
    first = asyncio.create_task(recorder.record(check("first")))
    await asyncio.sleep(0.05)
    rest = [asyncio.create_task(recorder.record(check(str(number)))) for number in range(10)]
    await asyncio.sleep(0)
    ledger.gate.set()
    await asyncio.gather(first, *rest)
    assert [len(batch) for batch in ledger.batches] == [1, 10]


async def test_one_that_is_refused_fails_alone() -> None:
    ledger = Ledger()
    recorder = Recorder(ledger)  # type: ignore[arg-type]
    results = await asyncio.gather(
        *(recorder.record(check(name)) for name in ("a", "bad", "b")), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), StoreError, type(None)]
    assert sorted(ledger.batches) == [["a"], ["b"]]


async def test_closing_waits_for_what_is_under_way() -> None:
    ledger = Ledger()
    ledger.gate.clear()
    recorder = Recorder(ledger)  # type: ignore[arg-type]
    task = asyncio.create_task(recorder.record(check("a")))
    await asyncio.sleep(0.05)
    task.cancel()
    ledger.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    await recorder.close()
    assert ledger.batches == [["a"]]
