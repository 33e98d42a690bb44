"""tgram:// — Telegram's Bot API.

    tgram://bot-token/chat-id                 `chat-id:topic` for a forum's topic; ?api=… for a Bot API server of one's own

HTML, which has five special characters and no surprises. An alert of a known story replies to the story's first message. Should
Telegram not read our markup after all (400 "can't parse entities"), the same text goes plain: a message is worth more than bold
type. A group that became a supergroup says its new id, which is used from then on. At most 4,096 UTF-16 units a message.
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import TELEGRAM, TEXT, Markup, split
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Reply, Web, accepted
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Receipt

LIMIT = 4096


class Telegram:
    """One chat."""

    def __init__(self, address: Address, web: Web, clock: Clock) -> None:
        token = address.host.removeprefix("bot")
        if ":" not in token or not address.path:
            raise SendError("a Telegram address is tgram://bot-token/chat-id", permanent=True)
        chat, _, topic = address.path[0].partition(":")
        self._chat, self._topic = (
            chat if chat.lstrip("-").isdigit() else f"@{chat.lstrip('@')}",
            topic or address.wants("topic"),
        )
        self._url = f"{address.wants('api', 'https://api.telegram.org').rstrip('/')}/bot{token}/sendMessage"
        self._web, self._clock = web, clock

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        marked, plain = (split(letter.alert.message, LIMIT, markup) for markup in (TELEGRAM, TEXT))
        for number, part in enumerate(marked):
            if str(number) not in letter.done:
                root = letter.root if letter.root.isdigit() else letter.done.get("0", "")
                # The plain text has other cuts where the markup is long; whatever it lacks stands in its last part.
                instead = (
                    plain[number]
                    if number < len(marked) - 1 and number < len(plain)
                    else "\n".join(plain[number:])[:LIMIT]
                )
                letter.done[str(number)] = await self._post(part, instead, root, letter)
        return Receipt(detail="accepted by Telegram", message_id=letter.done.get("0", ""))

    async def _post(self, text: str, plain: str, root: str, letter: Letter) -> str:
        reply = await self._call(text, TELEGRAM, root, letter)
        if reply.status == 400 and "migrate_to_chat_id" in reply.text:
            self._chat = str((reply.json() or {}).get("parameters", {}).get("migrate_to_chat_id", self._chat))
            reply = await self._call(text, TELEGRAM, root, letter)
        if reply.status == 400 and "parse" in reply.text:
            reply = await self._call(plain, TEXT, root, letter)
        said = accepted(reply, self._clock(), service="Telegram").json()
        result = said.get("result") if isinstance(said, dict) else None
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""

    async def _call(self, text: str, markup: Markup, root: str, letter: Letter) -> Reply:
        payload: dict[str, Any] = {"chat_id": self._chat, "text": text, "link_preview_options": {"is_disabled": True}}
        if markup is TELEGRAM:
            payload["parse_mode"] = "HTML"
        if letter.alert.mode == "digest":
            payload["disable_notification"] = True
        if self._topic:
            payload["message_thread_id"] = int(self._topic)
        if root.isdigit():
            payload["reply_parameters"] = {"message_id": int(root), "allow_sending_without_reply": True}
        return await self._web.post_json(self._url, payload)
