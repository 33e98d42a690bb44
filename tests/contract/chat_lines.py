"""An IRC server, an MQTT broker and an XMPP server on loopback, as far as a message needs them: they keep what they got, as it came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from xml.sax.saxutils import quoteattr

from lxml import etree


@dataclass
class IrcServer:
    """Welcomes everybody and answers every PING; `lines` are all that was said, as it came."""

    lines: list[bytes] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            self.lines.append(line)
            command, _, rest = line.decode().rstrip("\r\n").partition(" ")
            if command == "USER":
                writer.write(b":irc.example 001 monitor :Welcome\r\n")
            if command == "PING":
                writer.write(f":irc.example PONG irc.example :{rest.removeprefix(':')}\r\n".encode())
        writer.close()
        await writer.wait_closed()


@dataclass
class MqttBroker:
    """Lets everybody in and acknowledges every message of quality 1 (MQTT 5.0 §3.3, §3.4); `payloads` by topic, in order."""

    payloads: list[tuple[str, bytes]] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(1):
            body = await reader.readexactly(await _length(reader))
            if head[0] >> 4 == 1:
                writer.write(b"\x20\x03\x00\x00\x00")
            if head[0] >> 4 == 3:
                end = 2 + int.from_bytes(body[:2], "big")
                writer.write(b"\x40\x02" + body[end : end + 2])
                self.payloads.append((body[2:end].decode(), body[end + 3 :]))
        writer.close()
        await writer.wait_closed()


async def _length(reader: asyncio.StreamReader) -> int:
    value, place = 0, 0
    while True:
        (byte,) = await reader.readexactly(1)
        value |= (byte & 0x7F) << place
        place += 7
        if byte < 0x80:
            return value


@dataclass
class XmppServer:
    """Lets everybody in without TLS, and answers every question (RFC 6120 §4, §6, §8); `stanzas` are all but the questions."""

    stanzas: list[etree._Element] = field(default_factory=list)
    port: int = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        parser = etree.XMLPullParser(("end",))
        while raw := await reader.read(65536):
            if raw.startswith(b"<?xml"):  # a stream begins anew after the login
                parser = etree.XMLPullParser(("end",))
                writer.write(_STREAM)
            parser.feed(raw)
            for _, one in parser.read_events():
                if one.getparent() is not None and one.getparent().getparent() is None:
                    self._answer(one, writer)
        writer.close()
        await writer.wait_closed()

    def _answer(self, one: etree._Element, writer: asyncio.StreamWriter) -> None:
        name = etree.QName(one).localname
        if name == "auth":
            writer.write(b"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
        elif name == "iq":
            writer.write(f"<iq type='result' id={quoteattr(one.get('id'))}/>".encode())
        else:
            self.stanzas.append(one)


_STREAM = (
    b"<?xml version='1.0'?><stream:stream from='127.0.0.1' id='1' version='1.0' xmlns='jabber:client' "
    b"xmlns:stream='http://etherx.jabber.org/streams'><stream:features/>"
)
Made = TypeVar("Made", IrcServer, MqttBroker, XmppServer)


@asynccontextmanager
async def listening_for(made: Made) -> AsyncIterator[Made]:
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
