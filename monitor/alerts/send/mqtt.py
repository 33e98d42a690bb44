"""mqtt:// — a topic of an MQTT broker, by MQTT 5.0 (OASIS standard), and by 3.1.1 where a broker knows no newer one.

    mqtts://user:password@broker.example.org/news/venezuela      TLS, port 8883; mqtt:// without, port 1883
    …?qos=2&retain=yes&client_id=desk&v=v3.1.1                   as in Apprise; a quality of service of 1 unless said otherwise

Apprise needs a package of its own for this, asks for no acknowledgement (quality of service 0), and takes what lies in the system's
buffer for delivered: what a broker forbids, or never reads, counted as told. Here the broker's acknowledgement is what counts; in
version 5 it also says that a topic is forbidden. One connection a message: none is left open, and nothing is queued in the client,
so that a broker that comes back gets a message once. A payload is the plain text, or a template's.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from monitor.alerts.render import as_text
from monitor.alerts.send.address import Address
from monitor.alerts.send.letter import Letter
from monitor.errors import SendError
from monitor.model import Message, Receipt

#: control packets (MQTT 5.0 §2.1.2)
_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _PUBREC, _PUBREL, _PUBCOMP, _DISCONNECT = 1, 2, 3, 4, 5, 6, 7, 14
#: what a broker's reason code means (MQTT 5.0 §2.4); those of a login, as everywhere, are tried again: the message is not at fault
_WORDS = {
    0x83: "the broker does not take it", 0x84: "the broker does not know this version", 0x85: "the client id is not allowed",
    0x86: "the login was refused", 0x87: "not authorised", 0x88: "the broker is not available", 0x89: "the broker is busy",
    0x8A: "banned", 0x8C: "this kind of login is not known", 0x90: "this topic is not allowed", 0x95: "the message is too large",
    0x97: "over the broker's quota", 0x99: "the payload is not as the broker wants it", 0x9A: "the broker keeps no messages",
    0x9B: "this quality of service is not to be had", 0x9F: "over the broker's rate",
}  # fmt: skip
_FINAL = frozenset({0x87, 0x90, 0x95, 0x99, 0x9A, 0x9B})
#: the reasons of 3.1.1 (§3.2.2.3), as those of 5.0
_OLD = {1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x86}
#: a message that none of the brokers that we know takes is larger
LONGEST = 256 * 1024


class Mqtt:
    """One topic, or several, of one broker."""

    def __init__(
        self,
        address: Address,
        *,
        words: Callable[[Message], str] | None = None,
        timeout: timedelta = timedelta(seconds=15),
    ) -> None:
        self._address, self._words, self._timeout = address, words, timeout.total_seconds()
        several = [one.strip(" /") for one in address.wants("to").split(",")]
        self._topics = tuple(dict.fromkeys(one for one in ("/".join(address.path), *several) if one))
        if not address.host or not self._topics or any(sign in one for one in self._topics for sign in "#+\0"):
            raise SendError("an MQTT address is mqtts://user:password@host/topic, without # and +", permanent=True)
        self._qos = int(address.wants("qos", "1")) if address.wants("qos", "1") in ("0", "1", "2") else 1
        self._version = 4 if "3" in address.wants("v", address.wants("version", "5")) else 5

    async def send(self, letter: Letter) -> Receipt:
        """To each topic that has not got it in an earlier try."""
        message = letter.alert.message
        payload = (self._words(message) if self._words else as_text(message)).encode("utf-8", "replace")[:LONGEST]
        payload = payload.decode("utf-8", "ignore").encode()
        try:
            await self._publish_all(payload, letter)
        except TimeoutError as error:
            raise SendError(f"{self._address.host}: no answer in time") from error
        except ssl.SSLError as error:
            raise SendError(f"{self._address.host}: its certificate is not trusted") from error
        except (OSError, EOFError) as error:
            why = getattr(error, "strerror", None) or "the connection broke"
            raise SendError(f"{self._address.host}: {why}") from error
        return Receipt(detail=f"accepted by {self._address.host}")

    async def _publish_all(self, payload: bytes, letter: Letter) -> None:
        async with asyncio.timeout(self._timeout):
            if await self._over(self._version, payload, letter) or await self._over(4, payload, letter):
                return
        raise SendError(f"{self._address.host}: {_WORDS[0x84]}")

    async def _over(self, version: int, payload: bytes, letter: Letter) -> bool:
        """Publishes in this version of the protocol. False where the broker does not know it."""
        async with _connection(self._address, version) as line:
            if not await self._connect(line):
                return False
            self._version = version
            for number, topic in enumerate(self._topics, 1):
                if topic not in letter.done:
                    await self._publish(line, topic, payload, number)
                    letter.done[topic] = "accepted"
            line.send(_DISCONNECT, 0, b"")
        return True

    async def _connect(self, line: _Packets) -> bool:
        """Logs in. False where the broker does not know this version: it says so, or hangs up on what it cannot read."""
        address = self._address
        secret = _text(address.password) if address.user and address.password else b""
        flags = 0x02 | (0x80 if address.user else 0) | (0x40 if secret else 0)
        client = address.wants("client_id") or f"monitor-{secrets.token_hex(4)}"
        head = _text("MQTT") + bytes([line.version, flags]) + struct.pack(">H", 60) + line.properties
        line.send(_CONNECT, 0, head + _text(client) + (_text(address.user) if address.user else b"") + secret)
        try:
            answer = await line.receive(_CONNACK)
        except asyncio.IncompleteReadError:
            if line.version == 5:
                return False
            raise
        reason = answer[1] if len(answer) > 1 else 0x80
        reason = _OLD.get(reason, reason)
        if reason == 0x84 and line.version == 5:
            return False
        if reason:
            # As with mail: the message is not at fault, and a person has 72 h to mend the password.
            login = reason in (0x86, 0x87)
            raise SendError(f"{address.host}: {_WORDS[0x86] if login else _refusal(reason)}")
        return True

    async def _publish(self, line: _Packets, topic: str, payload: bytes, number: int) -> None:
        retained = self._address.flag("retain", default=False)
        head = _text(topic) + (struct.pack(">H", number) if self._qos else b"") + line.properties
        line.send(_PUBLISH, self._qos << 1 | retained, head + payload)
        if self._qos:
            self._check(_reason(await line.receive(_PUBREC if self._qos == 2 else _PUBACK)))
        if self._qos == 2:
            line.send(_PUBREL, 2, struct.pack(">H", number))
            self._check(_reason(await line.receive(_PUBCOMP)))

    def _check(self, reason: int) -> None:
        """Raises `SendError` for a reason that is a refusal."""
        if reason >= 0x80:
            raise SendError(f"{self._address.host}: {_refusal(reason)}", permanent=reason in _FINAL)


class _Packets:
    """Control packets over a connection, in a version of the protocol: 5, or 4 for 3.1.1."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, version: int) -> None:
        self._reader, self._writer, self.version = reader, writer, version
        #: none; 3.1.1 has no place for them
        self.properties = b"\0" if version == 5 else b""

    def send(self, kind: int, flags: int, body: bytes) -> None:
        self._writer.write(bytes([kind << 4 | flags]) + _length(len(body)) + body)

    async def receive(self, wanted: int) -> bytes:
        """The body of the next packet of this kind. Raises `EOFError` where the broker hangs up, `SendError` where it says why."""
        await self._writer.drain()
        while True:
            kind = (await self._reader.readexactly(1))[0] >> 4
            body = await self._reader.readexactly(await self._remaining())
            if kind == wanted:
                return body
            if kind == _DISCONNECT:
                reason = body[0] if body else 0x8B
                raise SendError(f"the broker hung up: {_refusal(reason)}", permanent=reason in _FINAL)

    async def _remaining(self) -> int:
        value = 0
        for place in range(4):
            byte = (await self._reader.readexactly(1))[0]
            value |= (byte & 0x7F) << (7 * place)
            if not byte & 0x80:
                break
        return value


@asynccontextmanager
async def _connection(address: Address, version: int) -> AsyncIterator[_Packets]:
    secure = address.scheme == "mqtts"
    context = ssl.create_default_context() if secure else None
    if context is not None and not address.flag("verify", default=True):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = address.port or (8883 if secure else 1883)
    reader, writer = await asyncio.open_connection(address.host, port, ssl=context)
    try:
        yield _Packets(reader, writer, version)
        await writer.drain()
    finally:
        writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 2)


def _text(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return struct.pack(">H", len(raw)) + raw


def _length(number: int) -> bytes:
    """A length in seven bits a byte (MQTT 5.0 §1.5.5)."""
    found = bytearray()
    while True:
        number, rest = divmod(number, 128)
        found.append(rest | (0x80 if number else 0))
        if not number:
            return bytes(found)


def _reason(body: bytes) -> int:
    """An acknowledgement's reason; none is success."""
    return body[2] if len(body) > 2 else 0


def _refusal(reason: int) -> str:
    return _WORDS.get(reason, f"the broker refused it ({reason:#x})")
