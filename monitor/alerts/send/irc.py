"""irc:// — IRC channels and nicknames, by RFC 1459 and 2812.

    ircs://irc.libera.chat/%23news                              TLS, port 6697; irc:// without, port 6667
    ircs://monitor:password@irc.example.org/%23news:key/@desk    the server's password; a channel's key; a person
    …?mode=nickserv                                              the password is NickServ's; mode=znc: a bouncer's, as user:password

`nick`, `name`, `join=no` and `verify=no` as in Apprise, which takes what it has written to a socket for delivered: on a moderated
channel, or for a nickname that is not there, the server says no and nobody listens. Here a PING follows the text, and since a server
answers in order, its PONG says that every line before was taken, and no error that it was. That is also the pace: a server that
slows us down answers late, and no more than a few lines are ever waiting to be read (a flood would end the connection).
"""

from __future__ import annotations

import asyncio
import re
import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from monitor.alerts.render import BYTES, clip
from monitor.alerts.render.layout import blocks
from monitor.alerts.send.address import Address
from monitor.alerts.send.letter import Letter
from monitor.errors import SendError
from monitor.model import Message, Receipt
from monitor.text.normal import squeeze, visible

#: bytes of a development's evidence and source together; a chat of single lines is no place for a page
LONGEST = 1200
#: lines that may wait to be read by the server; servers allow about ten seconds of two each (RFC 1459 §8.10)
_AHEAD = 3
#: a line has 512 bytes with its end, and readers get our nickname, user (10 and a tilde) and host (63) in front of it
_LINE, _FRONT = 512, len(":!~") + 10 + 1 + 63 + len(" PRIVMSG  :\r\n")
#: that we may not speak, and that trying again does not change (RFC 2812 §5.2); a nickname that is not there (401) may come
_FINAL = frozenset({"403", "404", "405", "465", "471", "473", "474", "475", "476", "477", "489"})
_TAKEN = frozenset({"432", "433", "436", "437"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TARGET = re.compile(r"[^\s,:\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a server's: `:prefix COMMAND parameters :the last one`."""

    command: str
    parameters: tuple[str, ...]

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """A line as it came, with or without tags or a prefix."""
        text = raw.decode("utf-8", "replace").rstrip("\r\n")
        text = text.partition(" ")[2] if text.startswith((":", "@")) else text
        front, colon, last = text.partition(" :")
        words = front.split()
        return cls(words[0].upper() if words else "", (*words[1:], *([last] if colon else [])))

    @property
    def text(self) -> str:
        """What a person reads of it, fit for a log."""
        return clip(squeeze(visible(self.parameters[-1] if self.parameters else self.command)), 200)


class Irc:
    """Channels and people of one server."""

    def __init__(
        self,
        address: Address,
        *,
        words: Callable[[Message], str] | None = None,
        timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        self._address, self._words, self._timeout = address, words, timeout.total_seconds()
        self._targets = tuple(targets(address))
        if not address.host or not self._targets:
            raise SendError("an IRC address is ircs://host/%23channel or …/@nickname", permanent=True)

    async def send(self, letter: Letter) -> Receipt:
        """Line after line, from where an earlier try stopped."""
        try:
            async with _connection(self._address, self._timeout) as line:
                await line.register()
                for target, key in self._targets:
                    await self._tell(line, target, key, letter)
                line.say("QUIT :news alerts")
        except TimeoutError as error:
            raise SendError(f"{self._address.host}: no answer in time") from error
        except ssl.SSLError as error:
            raise SendError(f"{self._address.host}: its certificate is not trusted") from error
        except OSError as error:
            raise SendError(f"{self._address.host}: {error.strerror or 'the connection broke'}") from error
        return Receipt(detail=f"accepted by {self._address.host}")

    async def _tell(self, line: _Line, target: str, key: str, letter: Letter) -> None:
        if target[0] in "#&+!" and self._address.flag("join", default=True):
            await line.join(target, key)
        lines = list(self._lines(letter.alert.message, _LINE - _FRONT - len(line.nick) - len(target.encode())))
        waiting = [number for number in range(len(lines)) if f"{target} {number}" not in letter.done]
        for start in range(0, len(waiting), _AHEAD):
            few = waiting[start : start + _AHEAD]
            for number in few:
                line.say(f"PRIVMSG {target} :{lines[number]}")
            await line.agreed()
            letter.done.update({f"{target} {number}": "accepted" for number in few})

    def _lines(self, message: Message, room: int) -> Iterator[str]:
        texts = [self._words(message)] if self._words else blocks(message, BYTES, limit=LONGEST)
        for text in texts:
            for row in text.splitlines():
                # Controls make colours and requests (CTCP); the invisible characters that make mentions dead must stay.
                yield from wrap(_CONTROL.sub(" ", row), room)


class _Line:
    """A connection, and who we are on it."""

    def __init__(
        self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, wait: float
    ) -> None:
        self._address, self._reader, self._writer, self._wait = address, reader, writer, wait
        self.nick = address.wants("nick") or address.user or "monitor"

    def say(self, text: str) -> None:
        self._writer.write(re.sub(r"[\r\n\x00]", " ", text).encode("utf-8", "replace") + b"\r\n")

    async def hear(self) -> Said:
        """The next line that is not a PING. Raises `SendError` where the server ends it, `TimeoutError` where it says nothing."""
        while True:
            await self._writer.drain()
            raw = await asyncio.wait_for(self._reader.readline(), self._wait)
            said = Said.read(raw)
            if not raw or said.command == "ERROR":
                raise SendError(f"{self._address.host}: {said.text or 'the connection broke'}")
            if said.command == "PING":
                self.say(f"PONG :{said.parameters[-1] if said.parameters else ''}")
            else:
                return said

    async def register(self) -> None:
        mode, address = self._address.wants("mode", "server").lower(), self._address
        if address.password and mode in ("server", "znc"):
            self.say(f"PASS {f'{address.user}:' if mode == 'znc' else ''}{address.password}")
        self.say(f"NICK {self.nick}")
        self.say(f"USER {self.nick[:10]} 0 * :{address.wants('name', 'news alerts')}")
        while (said := await self.hear()).command != "001":
            if said.command in _TAKEN:
                self.nick = f"{self.nick[:6]}{secrets.randbelow(1000):03}"
                self.say(f"NICK {self.nick}")
            elif said.command in ("464", "465"):  # the message is not at fault; a ban is final
                raise SendError(f"{address.host}: the login was refused: {said.text}", permanent=said.command == "465")
        self.nick = said.parameters[0] if said.parameters else self.nick
        if address.password and mode == "nickserv":
            self.say(f"PRIVMSG NickServ :IDENTIFY {address.password}")
            await self.agreed()

    async def join(self, channel: str, key: str) -> None:
        self.say(f"JOIN {channel} {key}".rstrip())
        await self.agreed()

    async def agreed(self) -> None:
        """Everything said so far was read, and nothing of it refused."""
        token = secrets.token_hex(6)
        self.say(f"PING :{token}")
        refused: Said | None = None
        while (said := await self.hear()).command != "PONG" or token not in said.parameters:
            # A message of the day that is missing (422) is no refusal.
            if said.command.isdigit() and 400 <= int(said.command) < 600 and said.command != "422":
                refused = refused or said
        if refused is not None:
            about = " ".join(refused.parameters[1:-1])
            raise SendError(f"{self._address.host}: {about}: {refused.text}", permanent=refused.command in _FINAL)


@asynccontextmanager
async def _connection(address: Address, wait: float) -> AsyncIterator[_Line]:
    secure = address.scheme == "ircs"
    context = ssl.create_default_context() if secure else None
    if context is not None and not address.flag("verify", default=True):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = address.port or (6697 if secure else 6667)
    reader, writer = await asyncio.wait_for(asyncio.open_connection(address.host, port, ssl=context), wait)
    try:
        yield _Line(address, reader, writer, wait)
        await writer.drain()
    finally:
        writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 2)


def targets(address: Address) -> Iterator[tuple[str, str]]:
    """Each (channel or nickname, key) of an address. Raises `SendError` (permanent) for what is neither."""
    late = [
        f"#{part.lstrip('#')}" if number == 0 else part
        for number, part in enumerate(address.fragment.split("/"))
        if part
    ]
    more = [part.strip() for part in address.wants("to").split(",") if part.strip()]
    for part in dict.fromkeys((*address.path, *late, *more)):
        name, _, key = part.partition(":") if part.startswith("#") else (part.removeprefix("@"), "", "")
        if not _TARGET.fullmatch(name) or (key and not _TARGET.fullmatch(key)):
            raise SendError("an IRC target is %23channel, %23channel:key or @nickname", permanent=True)
        yield name, key


def wrap(text: str, room: int) -> Iterator[str]:
    """The text in lines of at most `room` bytes, cut between words. An address that does not fit is left out: half of one is none."""
    current = ""
    for word in text.split():
        if len(word.encode()) > room and word.startswith(("http://", "https://")):
            continue
        joined = f"{current} {word}".lstrip()
        if len(joined.encode()) <= room:
            current = joined
            continue
        if current:
            yield current
        *whole, current = _pieces(word, room)
        yield from whole
    if current:
        yield current


def _pieces(word: str, room: int) -> list[str]:
    """A word in pieces of at most `room` bytes, each of whole characters."""
    found, raw = [], word.encode()
    while len(raw) > room:
        piece = raw[:room].decode("utf-8", "ignore")
        found.append(piece)
        raw = raw[len(piece.encode()) :]
    return [*found, raw.decode("utf-8", "replace")]
