"""ntfy:// — ntfy.sh and one's own ntfy.

    ntfy://topic                              the public server
    ntfys://user:password@ntfy.example.org/topic     one's own over https (ntfy:// for http); a token: ntfys://tk_…@host/topic

Plain text; the first source is what a tap opens. A message is at most 4,096 bytes, or it becomes an attachment (ntfy, "Limitations").
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import Markup, clip, split, title, web_link
from monitor.alerts.render.markups import TEXT
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Web, accepted, basic
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Receipt

LIMIT = 4096
PLAIN = Markup(
    "text",
    escape=TEXT.escape,
    bold=TEXT.bold,
    link=TEXT.link,
    measure=lambda text: len(text.encode("utf-8", "replace")),
)
#: ntfy's five steps: 5 pierces do-not-disturb, 3 is the default
_PRIORITY = {"now": 4, "digest": 3, "system": 3}


class Ntfy:
    """One topic."""

    def __init__(self, address: Address, web: Web, clock: Clock) -> None:
        own = bool(address.path) and address.wants("mode") != "cloud"
        self._topic = address.path[0] if own else address.host
        if not self._topic:
            raise SendError("an ntfy address is ntfy://topic or ntfys://host/topic", permanent=True)
        scheme = "https" if address.scheme == "ntfys" else "http"
        port = f":{address.port}" if address.port else ""
        self._url = f"{scheme}://{address.host}{port}/" if own else address.wants("api", "https://ntfy.sh/")
        token = address.wants("token") or (address.user if address.user.startswith("tk_") else "")
        login = f"Bearer {token}" if token else basic(address.user, address.password) if address.user else ""
        self._headers = {"Authorization": login} if login else {}
        self._web, self._clock = web, clock

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        message = letter.alert.message
        for number, part in enumerate(split(message, LIMIT, PLAIN, heading=False) or [title(message)]):
            if str(number) not in letter.done:
                payload = self._payload(part, letter)
                reply = await self._web.post_json(self._url, payload, headers=self._headers)
                said = accepted(reply, self._clock(), service="ntfy").json()
                letter.done[str(number)] = str(said.get("id", "")) if isinstance(said, dict) else ""
        return Receipt(detail="accepted by ntfy", message_id=letter.done.get("0", ""))

    def _payload(self, text: str, letter: Letter) -> dict[str, Any]:
        message = letter.alert.message
        payload: dict[str, Any] = {
            "topic": self._topic,
            "title": clip(title(message), 250),
            "message": text,
            "priority": _PRIORITY[letter.alert.mode],
        }
        link = next((url for line in message.lines if (url := web_link(line.url))), "")
        return payload | ({"click": link} if link else {})
