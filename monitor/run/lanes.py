"""How many feeds are polled at one time, and which of them wait for which."""

from __future__ import annotations

import asyncio

from monitor.model import FeedState

#: feeds polled at one time: that answered last time, that were never tried, and that failed; hosts have their own, smaller limit
AT_ONCE, NEW_AT_ONCE, UNWELL_AT_ONCE = 128, 96, 32


class Lanes:
    """Places to poll in. Feeds that failed last time, or were never tried, have their own: slow ones never delay those that are well.

    A list that was just imported may be slow or dead for the most part, and what is well in it should not wait minutes to be found so.
    """

    def __init__(self) -> None:
        self._well, self._new = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(NEW_AT_ONCE)
        self._unwell = asyncio.Semaphore(UNWELL_AT_ONCE)

    def of(self, state: FeedState) -> asyncio.Semaphore:
        """The lane for a feed in this state."""
        if state.failures:
            return self._unwell
        return self._well if state.checked_at else self._new
