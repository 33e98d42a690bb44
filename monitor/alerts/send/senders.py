"""`Senders`: which sender speaks a channel's scheme, and what all of them share.

A peer that asked us to wait is not asked again before that, for any message; a channel's own rate holds what is more; a try that
stopped half way goes on from there. All of that is memory of this process: the outbox is the truth, and without the memory a try
costs at most a repetition with the same Message-ID or idempotency key.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from monitor.addresses import networks
from monitor.alerts.feedback import links
from monitor.alerts.render import as_text
from monitor.alerts.send.address import parse
from monitor.alerts.send.anywhere import Anywhere
from monitor.alerts.send.discord import Discord
from monitor.alerts.send.http import Web
from monitor.alerts.send.irc import Irc
from monitor.alerts.send.letter import Clock, Letter, Sender
from monitor.alerts.send.matrix import Matrix, speaks
from monitor.alerts.send.mattermost import Mattermost
from monitor.alerts.send.mqtt import Mqtt
from monitor.alerts.send.ntfy import Ntfy
from monitor.alerts.send.slack import Slack
from monitor.alerts.send.smtp import Mail
from monitor.alerts.send.telegram import Telegram
from monitor.alerts.send.terminal import Terminal, write_out
from monitor.alerts.send.webhook import Webhook
from monitor.alerts.send.xmpp import Xmpp
from monitor.errors import SendError
from monitor.model import Alert, Channel, Message, Receipt

#: shorter than the outbox's lease, so that nobody else takes an alert that is still being sent
DEADLINE = timedelta(seconds=50)
#: between two tries of any messages to a service that is down
MOST_PATIENCE = timedelta(minutes=7, seconds=30)
#: alerts whose half-way state is remembered
REMEMBERED = 2000
T = TypeVar("T")

_CHATS: Mapping[str, Callable[..., Sender]] = {
    "discord": Discord, "slack": Slack, "tgram": Telegram, "ntfy": Ntfy, "ntfys": Ntfy, "mmost": Mattermost, "mmosts": Mattermost,
}  # fmt: skip
#: protocols of their own
_LINES: Mapping[str, Callable[..., Sender]] = {
    "irc": Irc,
    "ircs": Irc,
    "mqtt": Mqtt,
    "mqtts": Mqtt,
    "xmpp": Xmpp,
    "xmpps": Xmpp,
}
#: the services' own addresses, as they stand on their pages
_NATIVE: Mapping[str, Callable[..., Sender]] = {
    "https://discord.com/api/webhooks/": Discord,
    "https://discordapp.com/api/webhooks/": Discord,
    "https://hooks.slack.com/services/": Slack,
}


@dataclass
class _Gate:
    """When a channel may be asked next: what its peer wished, its own rate, and patience with one that is down.

    Each alert has its own next try; without this, ten alerts would ask a server that is down ten times as often as one.
    """

    not_before: datetime | None = None
    failures: int = 0
    why: str = ""
    sent: deque[datetime] = field(default_factory=deque)

    def check(self, channel: Channel, now: datetime) -> None:
        if self.not_before is not None and now < self.not_before:
            raise SendError(self.why, retry_at=self.not_before)
        while self.sent and self.sent[0] <= now - timedelta(hours=1):
            self.sent.popleft()
        if channel.per_hour is not None and len(self.sent) >= channel.per_hour:
            raise SendError(f"over {channel.per_hour} messages an hour", retry_at=self.sent[0] + timedelta(hours=1))

    def failed(self, error: SendError, now: datetime) -> None:
        """A refusal of one message says nothing of the channel; trouble does."""
        if error.permanent:
            return
        # The first failure says little: a greylisted mail, a connection that broke.
        patience = now + min(MOST_PATIENCE, timedelta(seconds=1 << min(self.failures, 12))) * bool(self.failures)
        self.failures += 1
        self.not_before = max(patience, error.retry_at or patience)
        self.why = "the service asked us to wait" if error.retry_at else f"waiting: {error}"

    def accepted(self, now: datetime) -> None:
        self.failures, self.not_before = 0, None
        self.sent.append(now)


class Senders:
    """The way out for messages (`ports.Notifier`).

    `channels` by id; `allow_private` are CIDRs that webhooks may reach on private networks. `web_url` is where the page is
    reached from outside, "" for nowhere, and `secret` signs the links to it by which a reader says what an alert was worth.
    `write` is what the terminal prints with. A message must be out before the `deadline`, and an answer takes two fifths of it at most.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        *,
        allow_private: Iterable[str] = (),
        web_url: str = "",
        secret: str = "",
        clock: Clock = lambda: datetime.now(UTC),
        write: Callable[[str], None] = write_out,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._channels, self._clock, self._write, self._web = dict(channels), clock, write, (web_url, secret)
        self._deadline, answer = deadline, deadline * 2 / 5
        self._guarded, self._open = Web(allowed=networks(allow_private), timeout=answer), Web(timeout=answer)
        self._made: dict[str, Sender] = {}
        self._gates: defaultdict[str, _Gate] = defaultdict(_Gate)
        self._done: OrderedDict[str, dict[str, str]] = OrderedDict()

    async def send(
        self, alert: Alert, *, thread: Sequence[str] = (), root: str = "", living: Message | None = None
    ) -> Receipt:
        """Sends one alert to its channel; `thread` holds the keys of the story's alerts that it already got, oldest first.

        `root` is the peer's id of the story's living message, and `living` what that is to say from now on.
        Raises `SendError`: permanent or not, with the time the peer asked us to wait for, if it did.
        """
        channel = self._channels.get(alert.channel)
        if channel is None:
            raise SendError(f"there is no channel {alert.channel!r}", permanent=True)
        gate = self._gates[channel.id]
        gate.check(channel, self._clock())
        try:
            receipt = await asyncio.wait_for(
                self._sender(channel).send(self._letter(alert, thread, root, living)), self._deadline.total_seconds()
            )
        except TimeoutError as error:
            late = SendError("no answer in time")
            gate.failed(late, self._clock())
            raise late from error
        except SendError as error:
            gate.failed(error, self._clock())
            raise
        gate.accepted(self._clock())
        self._done.pop(alert.key, None)
        return receipt

    def _letter(self, alert: Alert, thread: Sequence[str], root: str, living: Message | None) -> Letter:
        done = _remember(self._done, alert.key, {})
        actions = links(alert, *self._web)
        return Letter(alert=alert, thread=tuple(thread), done=done, actions=actions, root=root, living=living)

    def _sender(self, channel: Channel) -> Sender:
        if channel.id not in self._made:
            self._made[channel.id] = self._make(channel.url, _wording(channel.template))
        return self._made[channel.id]

    def _make(self, url: str, words: Callable[[Message], str] | None) -> Sender:
        """The sender for an address. Raises `SendError` (permanent) where the address is not understood."""
        scheme = url.partition(":")[0].lower()
        if scheme == "terminal":
            return Terminal(self._clock, self._write, words or as_text)
        if scheme in ("mailto", "mailtos"):
            return Mail(url, self._clock, words=words)
        if scheme.startswith("webhook+"):
            return Webhook(url, self._guarded, self._clock, words=words)
        own = _LINES.get(scheme)
        return own(parse(url), words=words) if own else self._chat(url, scheme, words)

    def _chat(self, url: str, scheme: str, words: Callable[[Message], str] | None) -> Sender:
        native = next((kind for prefix, kind in _NATIVE.items() if url.lower().startswith(prefix)), None)
        if scheme in ("matrix", "matrixs") and speaks(parse(url)):
            return Matrix(parse(url), self._open, self._clock, words=words)
        chat = native or _CHATS.get(scheme)
        return chat(parse(url), self._open, self._clock, words=words) if chat else Anywhere(url, words=words)


def _wording(source: str) -> Callable[[Message], str] | None:
    """The user's own words; ours where the template fails, since a message is worth more than its wording."""
    if not source:
        return None
    from monitor.alerts.render.template import Template  # noqa: PLC0415 - only for those who have one

    try:
        template = Template(source)
    except ValueError:
        return None

    def words(message: Message) -> str:
        try:
            return template.render(message) or as_text(message)
        except ValueError:
            return as_text(message)

    return words


K = TypeVar("K")


def _remember(memory: OrderedDict[K, T], key: K, value: T) -> T:
    """The remembered value of `key`, or `value` from now on; the oldest are forgotten."""
    found = memory.setdefault(key, value)
    memory.move_to_end(key)
    while len(memory) > REMEMBERED:
        memory.popitem(last=False)
    return found
