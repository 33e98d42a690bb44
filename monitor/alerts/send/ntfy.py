"""ntfy:// — ntfy.sh and one's own ntfy.

    ntfy://topic                              the public server
    ntfys://user:password@ntfy.example.org/topic     one's own over https (ntfy:// for http); a token: ntfys://tk_…@host/topic

Plain text; the first source is what a tap opens. A message is at most 4,096 bytes, or it becomes an attachment (ntfy, "Limitations").
A story's first notification has a sequence id, and a later message with the same one takes its place (ntfy 2.16, "Updating
notifications"); a server that does not repeat the id in its answer knows none, and there every message stands alone.
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import BYTES, Words, clip, title, web_link, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Web, accepted, basic
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.living import keep_up, root_of, update
from monitor.errors import SendError
from monitor.model import Message, Receipt

LIMIT = 4096
#: ntfy's five steps: 5 pierces do-not-disturb, 3 is the default
_PRIORITY = {"now": 4, "digest": 3, "system": 3}
#: makes no sound: what is new comes in a message of its own
_SILENT = 2
_BUTTONS = 3


class Ntfy:
    """One topic."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
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
        self._web, self._clock, self._words = web, clock, words

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        before, begins = await keep_up(letter, self._edit), letter.alert.key
        for number, part in enumerate(self._parts(update(letter))):
            if str(number) not in letter.done:
                payload = self._payload(part, letter.alert.message, _PRIORITY[letter.alert.mode]) | _answers(letter)
                payload |= {"sequence_id": begins} if not (before or number) else {}
                said = await self._publish(payload)
                letter.done[str(number)] = str(said.get("id", ""))
                if said.get("sequence_id") == begins:
                    letter.done["sequence"] = begins
        root = root_of(letter, before, letter.done.get("sequence", ""))
        return Receipt(detail="accepted by ntfy", message_id=letter.done.get("0", ""), root=root)

    async def _edit(self, root: str, living: Message) -> bool:
        await self._publish(self._payload(self._parts(living)[0], living, _SILENT) | {"sequence_id": root})
        return True

    def _parts(self, message: Message) -> list[str]:
        return written(message, LIMIT, BYTES, words=self._words, heading=False) or [title(message)]

    async def _publish(self, payload: dict[str, Any]) -> dict[str, Any]:
        reply = await self._web.post_json(self._url, payload, headers=self._headers)
        said = accepted(reply, self._clock(), service="ntfy").json()
        return said if isinstance(said, dict) else {}

    def _payload(self, text: str, message: Message, priority: int) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "topic": self._topic,
            "title": clip(title(message), 250),
            "message": text,
            "priority": priority,
        }
        link = next((url for line in message.lines if (url := web_link(line.url))), "")
        return payload | ({"click": link} if link else {})


def _answers(letter: Letter) -> dict[str, Any]:
    """What a reader can say of it; ntfy shows three buttons at most."""
    buttons = [{"action": "view", "label": label, "url": url} for label, url in letter.actions if web_link(url)]
    return {"actions": buttons[:_BUTTONS]} if buttons else {}
