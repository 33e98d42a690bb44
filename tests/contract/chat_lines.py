"""An IRC server and an MQTT broker on loopback, as far as a message needs them: they keep what they got, line by line, packet by packet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar


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


async def _length(reader: asyncio.StreamReader) -> int:
    value, place = 0, 0
    while True:
        (byte,) = await reader.readexactly(1)
        value |= (byte & 0x7F) << place
        place += 7
        if byte < 0x80:
            return value


Made = TypeVar("Made", IrcServer, MqttBroker)


@asynccontextmanager
async def listening_for(made: Made) -> AsyncIterator[Made]:
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
