"""slack:// — Slack, by an incoming webhook or by a bot that threads a story.

    slack://TokenA/TokenB/TokenC/             the three parts of an incoming webhook, or its own https:// address
    slack://xoxb-…-…-…/#channel               a bot's token: replies stand in the thread of the story's first message, which is
                                              edited to say how things stand (an incoming webhook can do neither)

`&`, `<` and `>` are escaped and `parse` is none, so that neither `<!channel>` nor `@here` is alive. A bot's call answers 200 also
when it failed; what it says then decides whether it may pass (Slack, chat.postMessage, "Errors").
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from monitor.alerts.render import SLACK, Words, answers, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Web, accepted, retry_after
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.living import keep_up, root_of, update
from monitor.errors import SendError
from monitor.model import Message, Receipt

#: Slack cuts at 40,000 and asks for no more than 4,000
LIMIT = 3900
#: a message: the channel's id and the time
_PLACE = re.compile(r"(\w+)/(\d+\.\d+)")
_PASSES = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)


class Slack:
    """One channel of one workspace."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        self._web, self._clock, self._words = web, clock, words
        tokens = [part for part in (address.host, *address.path) if part and not part.startswith("#")]
        if address.scheme == "https":  # https://hooks.slack.com/services/T…/B…/…
            tokens = list(address.path[1:] if address.path[:1] == ("services",) else address.path)
        self._bot = address.host if address.host.startswith("xox") else ""
        if self._bot:
            self._channel = address.fragment or (address.path[0].lstrip("#") if address.path else "")
            if not self._channel:
                raise SendError("a Slack bot's address names a channel: slack://xoxb-…/#news", permanent=True)
            self._url = address.wants("api", "https://slack.com/api").rstrip("/")
        elif len(tokens) >= 3:
            self._url = f"{address.wants('api', 'https://hooks.slack.com').rstrip('/')}/services/{'/'.join(tokens[:3])}"
        else:
            raise SendError(
                "a Slack address is slack://TokenA/TokenB/TokenC or slack://xoxb-…/#channel", permanent=True
            )

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped; later parts stand in the thread of the first."""
        before = await keep_up(letter, self._edit) if self._bot else ""
        parts = written(update(letter), LIMIT, SLACK, words=self._words, footer=answers(letter.actions, SLACK))
        for number, part in enumerate(parts):
            if str(number) not in letter.done:
                thread = next(
                    (found[2] for one in (before, letter.done.get("0", "")) if (found := _PLACE.fullmatch(one))), ""
                )
                letter.done[str(number)] = await self._post(part, thread)
        first = letter.done.get("0", "") if self._bot else ""
        return Receipt(
            detail="accepted by Slack", message_id=first.rpartition("/")[2], root=root_of(letter, before, first)
        )

    async def _post(self, text: str, thread: str) -> str:
        """Where it stands now: channel and time, which is how Slack names a message."""
        if not self._bot:
            accepted(await self._web.post_json(self._url, self._payload(text)), self._clock(), service="Slack")
            return "ok"
        payload = self._payload(text) | {"channel": self._channel} | ({"thread_ts": thread} if thread else {})
        said = await self._call("chat.postMessage", payload)
        return f"{said.get('channel', '')}/{said.get('ts', '')}"

    async def _edit(self, root: str, living: Message) -> bool:
        place = _PLACE.fullmatch(root)
        if place is None:
            return False
        # An edit needs the channel's id, where a message does with its name.
        text = written(living, LIMIT, SLACK, words=self._words)[0]
        payload = self._payload(text) | {"channel": place[1], "ts": place[2]}
        try:
            await self._call("chat.update", payload)
        except _RefusedError as refused:
            if refused.error == "message_not_found":
                return False
            raise
        return True

    async def _call(self, method: str, payload: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._bot}"}
        reply = await self._web.post_json(f"{self._url}/{method}", payload, headers=headers)
        said = accepted(reply, self._clock(), service="Slack").json()
        if isinstance(said, dict) and said.get("ok"):
            return said
        error = str(said.get("error", "?")) if isinstance(said, dict) else "no JSON"
        passes = error in _PASSES or not isinstance(said, dict)
        raise _RefusedError(error, passes=passes, retry_at=retry_after(reply, self._clock()) if passes else None)

    def _payload(self, text: str) -> dict[str, Any]:
        payload: dict[str, Any] = {"text": text, "mrkdwn": True, "unfurl_links": False, "unfurl_media": False}
        return payload | ({"parse": "none", "link_names": False} if self._bot else {})


class _RefusedError(SendError):
    """What a 200 of Slack's says when it means no."""

    def __init__(self, error: str, *, passes: bool, retry_at: datetime | None) -> None:
        self.error = error
        super().__init__(f"Slack answered: {error}", permanent=not passes, retry_at=retry_at)
