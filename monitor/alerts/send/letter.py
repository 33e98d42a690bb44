"""What a sender gets, and what a sender is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from monitor.model import Alert, Message, Receipt

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Letter:
    """One alert on its way to one channel.

    `thread` holds the keys of the alerts of its story that the channel already got, oldest first. `done` is what of this very alert
    was accepted in an earlier try, by part or recipient, with the id that the peer gave: a second try goes on from there.
    """

    alert: Alert
    thread: Sequence[str] = ()
    done: dict[str, str] = field(default_factory=dict)
    #: links for a reader to act on: (label, address)
    actions: Sequence[tuple[str, str]] = ()
    #: the peer's id of the living message of this story, "" where there is none or it is not known
    root: str = ""
    #: what that message is to say from now on; None where nothing is known of it
    living: Message | None = None


class Sender(Protocol):
    """One channel's way out."""

    async def send(self, letter: Letter) -> Receipt:
        """Raises `SendError`."""
