"""A message that tells no development: a spike of reports, a sign of life. Made twice of the same key, it is one."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from monitor.model import Alert, Message, Subscription, Topic, make_id


def notice(
    key: str, message: Message, subscription: Subscription, topic: Topic, mode: Literal["now", "system"], now: datetime
) -> Alert:
    """The alert for one subscription, due at once (`now` in UTC)."""
    return Alert(
        id=make_id("al", key),
        key=key,
        channel=subscription.channel,
        subscription=subscription.id,
        topic=topic.id,
        story=None,
        mode=mode,
        developments=(),
        message=message,
        created=now,
        send_after=now,
    )
