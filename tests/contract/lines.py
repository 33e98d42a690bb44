"""An IRC server, an MQTT broker and an XMPP server on loopback: the least that their documents ask for, and refusals as real ones give."""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape


@asynccontextmanager
async def _serving(talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> AsyncIterator[int]:
    async def guarded(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@dataclass
class IrcServer:
    """RFC 1459: commands are answered in order; a line over 512 bytes is cut; errors are numerics, and the connection goes on.

    `refuse` has numerics and words for a command ("JOIN", "PRIVMSG", "NICK", "PASS"), once each; `hang_up` ends it after so many lines
    of text, as for a flood.
    """

    said: list[tuple[str, str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    refuse: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    hang_up: int | None = None
    connections: int = 0
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        nick, known = "*", False
        while raw := await reader.readline():
            line = raw[:510].decode("utf-8", "ignore").rstrip("\r\n")
            self.commands.append(line)
            command, _, rest = line.partition(" ")
            refusals = self.refuse.get(command, [])
            if refusals:
                number, words = refusals.pop(0)
                writer.write(f":irc.example {number} {nick} {rest.split()[0]} :{words}\r\n".encode())
            elif command == "NICK":
                nick = rest
            elif command == "PING":
                writer.write(f":irc.example PONG irc.example {rest}\r\n".encode())
            elif command == "PRIVMSG":
                target, _, text = rest.partition(" :")
                self.said.append((target, text))
                if self.hang_up == len(self.said):
                    self.hang_up = None
                    writer.write(b"ERROR :Closing Link: Excess Flood\r\n")
                    return
            elif command == "QUIT":
                writer.write(b"ERROR :Closing connection\r\n")
                return
            if not known and nick != "*" and any(one.startswith("USER") for one in self.commands):
                known = True
                writer.write(
                    f"PING :are you there\r\n:irc.example 001 {nick} :Welcome\r\n:irc.example 422 {nick} :no MOTD\r\n".encode()
                )
            await writer.drain()


@asynccontextmanager
async def irc_server() -> AsyncIterator[IrcServer]:
    server = IrcServer()
    async with _serving(server.talk) as server.port:
        yield server


@dataclass
class MqttBroker:
    """MQTT 5.0 and 3.1.1 (§3): CONNACK, and an acknowledgement by the quality of service; `known` are the versions that it knows.

    `logins` lets in nobody else where there are any; `answer` is the reason that a topic is acknowledged with; `silent` never
    acknowledges.
    """

    published: list[tuple[str, int, bytes]] = field(default_factory=list)
    logins: dict[str, str] = field(default_factory=dict)
    answer: dict[str, int] = field(default_factory=dict)
    known: tuple[int, ...] = (4, 5)
    silent: bool = False
    farewells: int = 0
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kind, _, body = await _packet(reader)
        assert (kind, body[:6]) == (1, b"\0\4MQTT")
        version, flags = body[6], body[7]
        if version not in self.known:
            writer.write(b"\x20\x02\x00\x01")
            return
        rest = body[10 + (version == 5) :]
        _, rest = _text(rest)
        user, rest = _text(rest) if flags & 0x80 else ("", rest)
        password, _ = _text(rest) if flags & 0x40 else ("", rest)
        welcome = not self.logins or self.logins.get(user) == password
        reason = 0 if welcome else 0x87 if version == 5 else 5
        writer.write(b"\x20\x03\x00" + bytes([reason, 0]) if version == 5 else b"\x20\x02\x00" + bytes([reason]))
        while welcome:
            await writer.drain()
            kind, flags, body = await _packet(reader)
            if kind == 14:
                self.farewells += 1
                return
            if kind == 6:
                writer.write(b"\x70\x02" + body[:2])
            elif kind == 3 and not self.silent:
                self._take(flags >> 1 & 3, body, version, writer)

    def _take(self, qos: int, body: bytes, version: int, writer: asyncio.StreamWriter) -> None:
        topic, rest = _text(body)
        number, rest = (rest[:2], rest[2:]) if qos else (b"", rest)
        reason = self.answer.get(topic, 0)
        if reason < 0x80:
            self.published.append((topic, qos, rest[version == 5 :]))
        if qos:
            said = number + (bytes([reason]) if version == 5 and reason else b"")
            writer.write(bytes([0x40 if qos == 1 else 0x50, len(said)]) + said)


async def _packet(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    first = (await reader.readexactly(1))[0]
    length, place = 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << (7 * place)
        place += 1
        if byte < 0x80:
            return first >> 4, first & 15, await reader.readexactly(length)


def _text(raw: bytes) -> tuple[str, bytes]:
    length = int.from_bytes(raw[:2], "big")
    return raw[2 : 2 + length].decode(), raw[2 + length :]


@asynccontextmanager
async def mqtt_broker() -> AsyncIterator[MqttBroker]:
    broker = MqttBroker()
    async with _serving(broker.talk) as broker.port:
        yield broker


_STANZA = re.compile(
    r"<\?xml[^>]*>|<stream:stream[^>]*>|</stream:stream>|<(auth|iq|presence|message)\b.*?(?:</\1>)", re.DOTALL
)


@dataclass
class XmppServer:
    """RFC 6120 without TLS: answers in order; `away` are people who are not there, `shut` rooms, with the condition that is said.

    A room sends a message back to whoever sent it. `broken` ends the connection at the next message.
    """

    said: list[tuple[str, str, str]] = field(default_factory=list)
    login: str = "\0monitor\0right/pass@word"
    away: dict[str, str] = field(default_factory=dict)
    shut: dict[str, str] = field(default_factory=dict)
    broken: bool = False
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        text = ""
        while raw := await reader.read(65536):
            text += raw.decode()
            while found := _STANZA.search(text):
                text = text[found.end() :]
                answer = self._answer(found.group(), found.group(1) or "")
                if answer is None:
                    return
                writer.write(answer.encode())
            await writer.drain()

    def _answer(self, stanza: str, kind: str) -> str | None:
        attributes = dict(re.findall(r"(\w+)=['\"]([^'\"]*)['\"]", stanza.partition(">")[0]))
        name, to = attributes.get("id", ""), attributes.get("to", "")
        if stanza.startswith("<stream:stream"):
            streams = "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
            return f"<?xml version='1.0'?><stream:stream {streams}><stream:features/>"
        if kind == "auth":
            welcome = b64decode(re.sub(r"<[^>]*>", "", stanza)).decode() == self.login
            inside = "success" if welcome else "failure"
            return f"<{inside} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{'' if welcome else '<not-authorized/>'}</{inside}>"
        if kind == "iq":
            return f"<iq type='result' id='{name}'/>"
        if kind == "presence":
            room = to.partition("/")[0]
            inside = "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>"
            return (
                _refusal("presence", "", self.shut[room])
                if room in self.shut
                else f"<presence from='{to}'>{inside}</presence>"
            )
        return (
            self._deliver(stanza, name, to, attributes["type"])
            if kind == "message"
            else None
            if stanza[1] == "/"
            else ""
        )

    def _deliver(self, stanza: str, name: str, to: str, kind: str) -> str | None:
        if self.broken:
            self.broken = False
            return None
        if to in self.away:
            return _refusal("message", name, self.away[to])
        self.said.append((kind, to, unescape(re.sub(r".*<body>|</body>.*", "", stanza, flags=re.DOTALL))))
        return (
            f"<message type='groupchat' from='{to}/monitor' id='{name}'><body>…</body></message>"
            if kind == "groupchat"
            else ""
        )


def _refusal(stanza: str, name: str, condition: str) -> str:
    why = f"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
    return f"<{stanza} type='error' id='{name}'><error type='cancel'>{why}</error></{stanza}>"


@asynccontextmanager
async def xmpp_server() -> AsyncIterator[XmppServer]:
    server = XmppServer()
    async with _serving(server.talk) as server.port:
        yield server
