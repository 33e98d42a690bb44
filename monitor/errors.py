"""Every error this program raises on purpose.

    MonitorError
    ├── ConfigError          the configuration is wrong; carries every problem found, not only the first
    ├── QueryError           a topic's query does not parse; shows the place with a caret
    ├── LexiconError         a names or concepts table has a bad row
    ├── EmbeddingsError      the sentence model that was configured cannot be used
    ├── FeedError            an address could not be read as a feed
    │   ├── FetchError       the network said no (carries the address, the status and when to try again)
    │   │   └── RefusedError   we said no: a private address, an odd scheme, a body over the cap
    │   └── ParseError       bytes came, and no feed was found in them
    ├── SendError            a message was not accepted (carries whether that is final, and when to try again)
    ├── StoreError           the database said no
    │   ├── StoreLockedError   another daemon holds it
    │   └── StoreVersionError  it was written by a newer program, or is not ours
    └── ReplayError          an archive's line cannot be used

Raise where you know, catch where you can act. An expected failure becomes a value in a record
(`FeedCheck.error`, `Attempt.error`); anything outside this tree is a bug and ends in a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


class MonitorError(Exception):
    """Root of every error raised on purpose. The message says what happened and the way out."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a configuration.

    `file` is the file's name, `key` the path inside it (`feed[3].url`), `what` a sentence, `near` the nearest valid key or "".
    """

    file: str
    key: str
    what: str
    near: str = ""

    def __str__(self) -> str:
        place = f"{self.file}: {self.key}: " if self.key else f"{self.file}: "
        hint = f" (did you mean {self.near!r}?)" if self.near else ""
        return f"{place}{self.what}{hint}"


class ConfigError(MonitorError):
    """The configuration cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class QueryError(MonitorError):
    """A query does not parse. `position` is the offset of the trouble in `query`; `expected` says what would have fitted."""

    def __init__(self, query: str, position: int, expected: str) -> None:
        self.query, self.position, self.expected = query, position, expected
        start = query.rfind("\n", 0, position) + 1
        end = query.find("\n", position)
        line = query[start : end if end >= 0 else len(query)]
        super().__init__(f"{expected}\n    {line}\n    {' ' * (position - start)}^")


class LexiconError(MonitorError):
    """A table of names or concepts has bad rows; `problems` names the file and line of each."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class EmbeddingsError(MonitorError):
    """The sentence model that was configured cannot be used; the message says why, and the way out."""


class FeedError(MonitorError):
    """An address could not be read as a feed."""


class FetchError(FeedError):
    """A request failed. `status` is the HTTP status or None; `retry_at` (UTC) is when the server allows the next try, if it said."""

    def __init__(self, url: str, what: str, *, status: int | None = None, retry_at: datetime | None = None) -> None:
        self.url, self.what, self.status, self.retry_at = url, what, status, retry_at
        super().__init__(f"{url}: {what}")


class RefusedError(FetchError):
    """We refused the request or its answer: a private address, a scheme that is not http(s), a body over the cap."""


class ParseError(FeedError):
    """No feed was found in a body."""


#: how the message begins where a web page came instead of a feed
WEB_PAGE = "a web page came instead of a feed"


class SendError(MonitorError):
    """A message was not accepted. `permanent` says that trying again is useless; `retry_at` (UTC) is what the peer asked for."""

    def __init__(self, what: str, *, permanent: bool = False, retry_at: datetime | None = None) -> None:
        self.permanent, self.retry_at = permanent, retry_at
        super().__init__(what)


class StoreError(MonitorError):
    """The database refused, or is not one of ours."""


class StoreRefusedError(StoreError):
    """The database takes no writes at the moment: its disk is full, or may not be written to. What was recorded is not lost."""


class StoreBusyError(StoreRefusedError):
    """Another process has been writing to it for longer than we wait."""


class StoreLockedError(StoreError):
    """Another daemon holds this database."""


class StoreVersionError(StoreError):
    """The database was written by a newer version of this program, or by another program."""


class ReplayError(MonitorError):
    """A line of an archive cannot be used. The message names file and line."""
