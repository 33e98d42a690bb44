"""slack:// — Slack, by an incoming webhook or by a bot that threads a story.

    slack://TokenA/TokenB/TokenC/             the three parts of an incoming webhook, or its own https:// address
    slack://xoxb-…-…-…/#channel               a bot's token: replies stand in the thread of the story's first alert

`&`, `<` and `>` are escaped and `parse` is none, so that neither `<!channel>` nor `@here` is alive. A bot's call answers 200 also
when it failed; what it says then decides whether it may pass (Slack, chat.postMessage, "Errors").
"""

from __future__ import annotations

import re
from typing import Any

from monitor.alerts.render import SLACK, split
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Reply, Web, accepted, retry_after
from monitor.alerts.send.letter import Clock, Letter
from monitor.errors import SendError
from monitor.model import Receipt

#: Slack cuts at 40,000 and asks for no more than 4,000
LIMIT = 3900
_TS = re.compile(r"\d+\.\d+")
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

    def __init__(self, address: Address, web: Web, clock: Clock) -> None:
        self._web, self._clock = web, clock
        tokens = [part for part in (address.host, *address.path) if part and not part.startswith("#")]
        if address.scheme == "https":  # https://hooks.slack.com/services/T…/B…/…
            tokens = list(address.path[1:] if address.path[:1] == ("services",) else address.path)
        self._bot = address.host if address.host.startswith("xox") else ""
        if self._bot:
            self._channel = address.fragment or (address.path[0].lstrip("#") if address.path else "")
            if not self._channel:
                raise SendError("a Slack bot's address names a channel: slack://xoxb-…/#news", permanent=True)
            self._url = f"{address.wants('api', 'https://slack.com/api').rstrip('/')}/chat.postMessage"
        elif len(tokens) >= 3:
            self._url = f"{address.wants('api', 'https://hooks.slack.com').rstrip('/')}/services/{'/'.join(tokens[:3])}"
        else:
            raise SendError(
                "a Slack address is slack://TokenA/TokenB/TokenC or slack://xoxb-…/#channel", permanent=True
            )

    async def send(self, letter: Letter) -> Receipt:
        """Part after part, from where an earlier try stopped; later parts stand in the thread of the first."""
        for number, part in enumerate(split(letter.alert.message, LIMIT, SLACK)):
            if str(number) not in letter.done:
                root = next((one for one in (letter.root, letter.done.get("0", "")) if _TS.fullmatch(one)), "")
                letter.done[str(number)] = await self._post(self._payload(part, root))
        return Receipt(detail="accepted by Slack", message_id=letter.done.get("0", "") if self._bot else "")

    async def _post(self, payload: dict[str, Any]) -> str:
        headers = {"Authorization": f"Bearer {self._bot}"} if self._bot else {}
        reply = accepted(await self._web.post_json(self._url, payload, headers=headers), self._clock(), service="Slack")
        return self._ts(reply) if self._bot else "ok"

    def _ts(self, reply: Reply) -> str:
        said = reply.json()
        if isinstance(said, dict) and said.get("ok"):
            return str(said.get("ts", ""))
        error = str(said.get("error", "?")) if isinstance(said, dict) else "no JSON"
        passes = error in _PASSES or not isinstance(said, dict)
        raise SendError(
            f"Slack answered: {error}",
            permanent=not passes,
            retry_at=retry_after(reply, self._clock()) if passes else None,
        )

    def _payload(self, text: str, root: str) -> dict[str, Any]:
        payload: dict[str, Any] = {"text": text, "mrkdwn": True, "unfurl_links": False, "unfurl_media": False}
        if self._bot:
            payload |= {"channel": self._channel, "parse": "none", "link_names": False}
            payload |= {"thread_ts": root} if root else {}
        return payload
