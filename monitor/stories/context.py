"""What is asked of an item, and what the answer is: the context in which it is read, and what it adds to its story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from monitor.model import Development, Expectation, Fact
from monitor.stories.ledger import Ledger
from monitor.stories.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known of an item when it is asked what it adds."""

    topic: str
    story: str
    new_story: bool
    #: the wire or the publisher's family that the text comes from
    origin: str
    is_copy: bool = False
    #: the version before, where the item is a revision
    previous: Reading | None = None
    #: the versions before that one, oldest first
    earlier: tuple[Reading, ...] = ()
    #: ledgers of the runner-up stories: what they know is no news either (findings A7)
    neighbours: tuple[Ledger, ...] = ()
    now: datetime
    #: where the reader's days begin
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What an item adds: developments to tell, facts to keep, and its part of the ledger (`Ledger.add`)."""

    developments: tuple[Development, ...] = ()
    facts: tuple[Fact, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    memory: bytes = b""
    #: for `explain`: each sentence with its probabilities
    considered: tuple[tuple[int, int, float, float], ...] = field(default=())
