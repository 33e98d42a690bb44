"""What hubs have sent and nobody has read yet: between the page, which receives it, and the daemon, which reads it.

It is kept in memory and is bounded, whoever sends. What does not fit, or dies with the process, costs time and no news: of what does
not fit it is remembered that there was something, and a poll goes and looks.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from threading import Lock

from monitor.model import Fetched

#: bodies that wait at one time, and the bytes of all of them; and the bytes of one that is read at all
MOST, MOST_BYTES, LARGEST = 200, 32_000_000, 4_000_000


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that a hub sent for a feed; without a body it is a hint that the feed has something new."""

    feed: str
    body: Fetched | None = None


class Inbox:
    """Takes from any thread, in order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._bodies: deque[Sent] = deque()
        self._bytes = 0
        self._hints: dict[str, None] = {}

    def put(self, sent: Sent) -> None:
        """Keeps it until it is taken; where there is no room, as a hint."""
        size = len(sent.body.body) if sent.body else 0
        with self._lock:
            if sent.body is None or len(self._bodies) >= MOST or self._bytes + size > MOST_BYTES:
                self._hints[sent.feed] = None
            else:
                self._bodies.append(sent)
                self._bytes += size

    def take(self) -> list[Sent]:
        """Everything that waits: bodies as they came, then the hints, one a feed."""
        with self._lock:
            found = [*self._bodies, *(Sent(feed) for feed in self._hints)]
            self._bodies.clear()
            self._hints.clear()
            self._bytes = 0
            return found
