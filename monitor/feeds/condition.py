"""How a feed is, in words for a person: what `monitor feeds`, the page and `doctor` show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.errors import WEB_PAGE
from monitor.model import FeedState

#: a page instead of a feed is told after this many answers in a row
HTML_AFTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One word that a program may rely on, and a sentence. `word`: new well failing silent retired."""

    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A rule that the lie detector chose for a feed (identity, validators, dates), its value, and why."""

    about: str
    value: str
    why: str

    def __str__(self) -> str:
        return f"{self.about}: {self.value} ({self.why})"


def condition(state: FeedState, now: datetime) -> Condition:
    """How the feed is at `now`, worst news first."""
    if state.retired:
        return Condition(word="retired", text="gone for good (410), not polled any more")
    if state.checked_at is None:
        return Condition(word="new", text="not tried yet")
    if state.failures:
        since = f" for {span(now - state.failing_since)}" if state.failing_since else ""
        page = ", answers with a web page" if is_a_page(state) else ""
        return Condition(word="failing", text=f"failing{since}{page}")
    if quiet := state.measures.get("silent"):
        return Condition(word="silent", text=f"silent: {quiet}")
    moved = f"; has moved to {state.url}" if state.url else ""
    moving = f"; says that it moved to {state.moved_to}" if state.moved_to else ""
    return Condition(word="well", text=f"well{moved}{moving}")


def is_a_page(state: FeedState) -> bool:
    """Whether a web page has stood in the feed's place for some polls."""
    return state.failures >= HTML_AFTER and state.error.startswith(WEB_PAGE)


def policies(state: FeedState) -> tuple[Policy, ...]:
    """The rules chosen for this feed that differ from the default, each with its reason."""
    found = state.measures.get("policies")
    if not isinstance(found, Mapping):
        return ()
    return tuple(
        Policy(about=about, value=str(one.get("value", "")), why=str(one.get("why", "")))
        for about, one in found.items()
        if isinstance(one, Mapping)
    )


def span(length: timedelta) -> str:
    """A length of time for a person: "40 s", "12 min", "7 h", "3 d"."""
    seconds = abs(length.total_seconds())
    for size, unit in ((86400 * 2, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / min(size, 86400):.0f} {unit}"
    return f"{seconds:.0f} s"
