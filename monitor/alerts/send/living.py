"""A story's first message in a chat is edited to say how things stand; each update is a short message of its own below it.

The edit comes first and is worth nothing by itself: where it fails, the message that is owed goes all the same. Only where the
service asks us to wait does that wait too, since it is the service that is to be spared.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

from monitor.alerts.send.letter import Letter
from monitor.errors import SendError
from monitor.model import Message

_KEY = "living"


async def keep_up(letter: Letter, edit: Callable[[str, Message], Awaitable[bool]]) -> str:
    """Edits the living message once an alert. The id that a reply goes to: "" where there is none, or where it was deleted.

    `edit` says whether the message is still there, and raises `SendError` where it cannot say.
    """
    if not letter.root or letter.living is None:
        return letter.root
    if _KEY not in letter.done:
        try:
            letter.done[_KEY] = "edited" if await edit(letter.root, letter.living) else "gone"
        except SendError as error:
            letter.done[_KEY] = "left"
            if error.retry_at is not None:
                raise
    return "" if letter.done[_KEY] == "gone" else letter.root


def update(letter: Letter) -> Message:
    """What the message of its own says: where the living one has what stands, only what is new."""
    message = letter.alert.message
    if letter.done.get(_KEY) != "edited" or not message.standing:
        return message
    return replace(message, standing=("", *message.standing[1:]))


def root_of(letter: Letter, before: str, first: str) -> str:
    """The id of the living message from now on: the one before (""; it was deleted), or the first message of a story."""
    begins = letter.alert.story is not None and letter.alert.mode == "now"
    return before or (first if begins else "")
