"""discord:// — Discord webhooks, without the pings.

    discord://webhook-id/webhook-token?thread=…      or the webhook's own https:// address

`allowed_mentions` is empty in every request, so that no text pings anybody, whatever it holds (Discord, "Allowed Mentions Object").
`wait=true` brings the message's id. At most 2,000 characters a message; longer alerts are several messages. A webhook may edit what
it sent (Discord, "Edit Webhook Message"), so a story's first message says how things stand; it may not reply, so updates stand alone.
"""

from __future__ import annotations

from typing import Any

from monitor.alerts.render import MARKDOWN, Words, answers, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Web, accepted
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.living import keep_up, root_of, update
from monitor.errors import SendError
from monitor.model import Message, Receipt

LIMIT = 2000
#: "do not embed links": an alert is text, and previews would load what a feed chose
_SUPPRESS_EMBEDS = 1 << 2


class Discord:
    """One webhook."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        identity = address.path if address.scheme == "https" else (address.host, *address.path)
        # https://discord.com/api/webhooks/<id>/<token>
        identity = identity[2:] if identity[:2] == ("api", "webhooks") else identity
        if len(identity) < 2:
            raise SendError("a Discord address is discord://webhook-id/webhook-token", permanent=True)
        api = address.wants("api", "https://discord.com/api").rstrip("/")
        self._url = f"{api}/webhooks/{identity[0]}/{identity[1]}"
        self._thread = f"thread_id={int(address.wants('thread'))}" if address.wants("thread") else ""
        self._web, self._clock, self._words = web, clock, words

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped."""
        before = await keep_up(letter, self._edit)
        footer = answers(letter.actions, MARKDOWN)
        parts = written(update(letter), LIMIT, MARKDOWN, words=self._words, footer=footer and f"-# {footer}")
        for number, part in enumerate(parts):
            if str(number) not in letter.done:
                url = f"{self._url}?{'&'.join(one for one in ('wait=true', self._thread) if one)}"
                reply = await self._web.post_json(url, self._payload(part, letter, number))
                letter.done[str(number)] = _id(accepted(reply, self._clock(), service="Discord").json())
        first = letter.done.get("0", "")
        root = root_of(letter, before, first if first.isdigit() else "")
        return Receipt(detail="accepted by Discord", message_id=first, root=root)

    async def _edit(self, root: str, living: Message) -> bool:
        url = f"{self._url}/messages/{root}{'?' if self._thread else ''}{self._thread}"
        payload = {
            "content": written(living, LIMIT, MARKDOWN, words=self._words)[0],
            "allowed_mentions": {"parse": []},
            "flags": _SUPPRESS_EMBEDS,
        }
        reply = await self._web.send_json("PATCH", url, payload)
        if reply.status == 404:  # 10008, "Unknown Message": somebody deleted it
            return False
        accepted(reply, self._clock(), service="Discord")
        return True

    def _payload(self, text: str, letter: Letter, number: int) -> dict[str, Any]:
        # Within some minutes Discord makes one message of two with one nonce.
        nonce = f"{letter.alert.key}-{number}"[-25:]
        return {
            "content": text,
            "allowed_mentions": {"parse": []},
            "flags": _SUPPRESS_EMBEDS,
            "nonce": nonce,
            "enforce_nonce": True,
        }


def _id(value: Any) -> str:
    return str(value.get("id", "accepted")) if isinstance(value, dict) else "accepted"
