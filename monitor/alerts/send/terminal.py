"""terminal:// — alerts as plain text on stdout. Control characters are gone by then: a headline cannot steer a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

from monitor.alerts.render import as_text
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Message, Receipt


def write_out(text: str) -> None:
    """Writes to stdout at once. Raises OSError where nobody reads it any more."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


class Terminal:
    """Prints with the time, one blank line between alerts."""

    def __init__(
        self, clock: Clock, write: Callable[[str], None] = write_out, words: Callable[[Message], str] = as_text
    ) -> None:
        self._clock, self._write, self._words = clock, write, words

    async def send(self, letter: Letter) -> Receipt:
        """What cannot be printed (a closed pipe) is tried again."""
        marks = {"now": "▶", "digest": "≡", "system": "⚙"}
        stamp = self._clock().astimezone().strftime("%H:%M")
        try:
            self._write(f"\n{marks[letter.alert.mode]} {stamp}  {self._words(letter.alert.message)}\n")
        except (OSError, ValueError) as error:
            raise SendError(f"the terminal takes no text: {error}") from error
        return Receipt(detail="printed")
