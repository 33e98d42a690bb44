"""Whether an alert that is due may go out now, or waits: the channel's own rate, and a night that has begun since.

What waits is never dropped: it has a later time, and after half an hour it joins the others of its channel in one digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.alerts.calendar import quiet_until
from monitor.alerts.coalesce import STALE
from monitor.model import Alert, Subscription

HOUR = timedelta(hours=1)


class Wait(NamedTuple):
    """Until when (UTC), and why."""

    until: datetime
    why: str


def wait(
    alert: Alert,
    now: datetime,
    *,
    per_hour: int | None,
    took: Sequence[datetime],
    subscription: Subscription | None,
    not_before: datetime | None = None,
) -> Wait | None:
    """Why an alert is not sent now; None where it may be.

    `not_before` is what its channel asked for, in this process's life or in another's. `took` are the times at which its channel
    took messages in the last hour, oldest first. A message that was decided by day and comes to a channel that is back only at
    night is no interruption any more: it waits for the morning.
    """
    if not_before is not None and now < not_before:
        return Wait(not_before, "the channel is left alone until then")
    if per_hour is not None and len(took) >= per_hour:
        first = took[-per_hour] if per_hour else now
        return Wait(first + HOUR, f"over {per_hour} messages an hour")
    if subscription is not None and alert.attempts and now - alert.created >= STALE:
        morning = quiet_until(subscription.quiet, now, subscription.timezone)
        return Wait(morning, "quiet hours") if morning else None
    return None
