"""tgram:// — Telegram's Bot API.

    tgram://bot-token/chat-id                 `chat-id:topic` for a forum's topic; ?api=… for a Bot API server of one's own

HTML, which has five special characters and no surprises. An alert of a known story replies to the story's first message, which is
edited to say how things stand. Should Telegram not read our markup after all (400 "can't parse entities"), the same text goes plain,
and without the buttons that it will not have (an address that only this network knows): a message is worth more than that. A
group that became a supergroup says its new id, which is used from then on. At most 4,096 UTF-16 units a message.
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import TELEGRAM, TEXT, Markup, Words, web_link, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Reply, Web, accepted
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.living import keep_up, root_of, update
from monitor.errors import SendError
from monitor.model import Message, Receipt

LIMIT = 4096


class Telegram:
    """One chat."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        token = address.host.removeprefix("bot")
        if ":" not in token or not address.path:
            raise SendError("a Telegram address is tgram://bot-token/chat-id", permanent=True)
        chat, _, topic = address.path[0].partition(":")
        self._chat, self._topic = (
            chat if chat.lstrip("-").isdigit() else f"@{chat.lstrip('@')}",
            topic or address.wants("topic"),
        )
        self._url = f"{address.wants('api', 'https://api.telegram.org').rstrip('/')}/bot{token}"
        self._web, self._clock, self._words = web, clock, words

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        before = await keep_up(letter, self._edit)
        message = update(letter)
        marked, plain = (written(message, LIMIT, markup, words=self._words) for markup in (TELEGRAM, TEXT))
        for number, part in enumerate(marked):
            if str(number) not in letter.done:
                root = before if before.isdigit() else letter.done.get("0", "")
                # The plain text has other cuts where the markup is long; whatever it lacks stands in its last part.
                instead = (
                    plain[number]
                    if number < len(marked) - 1 and number < len(plain)
                    else "\n".join(plain[number:])[:LIMIT]
                )
                buttons = _buttons(letter) if number == len(marked) - 1 else {}
                letter.done[str(number)] = await self._post(part, instead, self._about(letter, root), buttons)
        first = letter.done.get("0", "")
        return Receipt(detail="accepted by Telegram", message_id=first, root=root_of(letter, before, first))

    async def _edit(self, root: str, living: Message) -> bool:
        text = written(living, LIMIT, TELEGRAM, words=self._words)[0]
        reply = await self._call("editMessageText", text, TELEGRAM, {"message_id": int(root)} if root.isdigit() else {})
        if reply.status == 400 and "message to edit not found" in reply.text:
            return False
        if not (reply.status == 400 and "message is not modified" in reply.text):
            accepted(reply, self._clock(), service="Telegram")
        return True

    async def _post(self, text: str, plain: str, about: dict[str, Any], buttons: dict[str, Any]) -> str:
        reply = await self._call("sendMessage", text, TELEGRAM, about | buttons)
        if reply.status == 400 and "migrate_to_chat_id" in reply.text:
            self._chat = str((reply.json() or {}).get("parameters", {}).get("migrate_to_chat_id", self._chat))
            reply = await self._call("sendMessage", text, TELEGRAM, about | buttons)
        if reply.status == 400 and buttons and "button" in reply.text.lower():
            reply = await self._call("sendMessage", text, TELEGRAM, about)
        if reply.status == 400 and "parse" in reply.text:
            reply = await self._call("sendMessage", plain, TEXT, about)
        said = accepted(reply, self._clock(), service="Telegram").json()
        result = said.get("result") if isinstance(said, dict) else None
        return str(result.get("message_id", "")) if isinstance(result, dict) else ""

    def _about(self, letter: Letter, root: str) -> dict[str, Any]:
        """Where a message goes, and how loudly."""
        about: dict[str, Any] = {"disable_notification": True} if letter.alert.mode == "digest" else {}
        if self._topic:
            about["message_thread_id"] = int(self._topic)
        if root.isdigit():
            about["reply_parameters"] = {"message_id": int(root), "allow_sending_without_reply": True}
        return about

    async def _call(self, method: str, text: str, markup: Markup, more: dict[str, Any]) -> Reply:
        payload: dict[str, Any] = {"chat_id": self._chat, "text": text, "link_preview_options": {"is_disabled": True}}
        payload |= {"parse_mode": "HTML"} if markup is TELEGRAM else {}
        return await self._web.post_json(f"{self._url}/{method}", payload | more)


def _buttons(letter: Letter) -> dict[str, Any]:
    """What a reader can say of it, one button a verdict, two in a row."""
    found = [{"text": label, "url": url} for label, url in letter.actions if web_link(url)]
    rows = [found[start : start + 2] for start in range(0, len(found), 2)]
    return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
