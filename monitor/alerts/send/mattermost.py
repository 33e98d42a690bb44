"""mmost:// — Mattermost's incoming webhooks.

    mmosts://mattermost.example.org/token     https (mmost:// for http); ?channel=… and ?prefix=… for a path before /hooks

Markdown with everything of the feed's escaped; mentions are dead by then, since Mattermost has no way to switch them off. At most
16,383 characters a message.
"""

from __future__ import annotations

from monitor.alerts.render import MARKDOWN, Words, answers, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Web, accepted
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Receipt

LIMIT = 16_000


class Mattermost:
    """One incoming webhook."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        path = [part for part in address.path if part != "hooks"]
        if not address.host or not path:
            raise SendError("a Mattermost address is mmosts://host/token", permanent=True)
        scheme = "https" if address.scheme == "mmosts" else "http"
        port = f":{address.port}" if address.port else ""
        prefix = "/".join(path[:-1])
        self._url = f"{scheme}://{address.host}{port}/{prefix + '/' if prefix else ''}hooks/{path[-1]}"
        self._channel = (address.wants("channel") or address.wants("to")).lstrip("#")
        self._web, self._clock, self._words = web, clock, words

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        footer = answers(letter.actions, MARKDOWN)
        for number, part in enumerate(written(letter.alert.message, LIMIT, MARKDOWN, words=self._words, footer=footer)):
            if str(number) not in letter.done:
                payload = {"text": part} | ({"channel": self._channel} if self._channel else {})
                accepted(await self._web.post_json(self._url, payload), self._clock(), service="Mattermost")
                letter.done[str(number)] = "accepted"
        return Receipt(detail="accepted by Mattermost")
