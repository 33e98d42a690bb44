"""xmpp:// — XMPP people and rooms, by RFC 6120, 6121 and XEP-0045.

    xmpps://monitor:password@example.org/editor@example.org            a person; STARTTLS, port 5222
    xmpps://monitor:password@example.org/%23news@rooms.example.org     a room; …?xmpp=host where the server has another name
    …?mode=tls                                                         TLS from the first byte, port 5223

`name` (in rooms), `verify=no` and `mode=none` as in Apprise, which needs a package of its own for this, and says «accepted» of what it
never sent: to somebody who is not there, or past a certificate that it does not trust. Here a person's message is followed by a ping:
the server answers in order, so that a refusal would have come before. A room sends a message back to whoever sent it. What a server
far away refuses comes later than that, and to nobody. A password travels inside TLS, or to this machine itself.
"""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from monitor.alerts.render import BYTES, Words, clip, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.letter import Letter
from monitor.errors import SendError
from monitor.model import Message, Receipt
from monitor.text.normal import squeeze, visible

#: bytes of text a message; servers take 10,000 a stanza at least (RFC 6120 §13.12), and escaping makes it longer
LIMIT = 6000
_STREAM, _CLIENT = "{http://etherx.jabber.org/streams}", "{jabber:client}"
_TLS, _SASL = "urn:ietf:params:xml:ns:xmpp-tls", "urn:ietf:params:xml:ns:xmpp-sasl"
_STANZAS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: conditions that may pass though their type says "cancel": somebody who is offline where nothing is kept for them
_PASSES = frozenset({"service-unavailable", "recipient-unavailable", "remote-server-timeout", "internal-server-error"})


class Xmpp:
    """People and rooms, from one account."""

    def __init__(
        self,
        address: Address,
        *,
        words: Words | None = None,
        timeout: timedelta = timedelta(seconds=30),
    ) -> None:
        self._address, self._words, self._timeout = address, words, timeout.total_seconds()
        more = [part.strip() for part in address.wants("to").split(",") if part.strip()]
        late = [f"#{address.fragment}"] if address.fragment else []
        self._targets = tuple(dict.fromkeys(_full(part, address.host) for part in (*address.path, *late, *more)))
        if not (address.host and address.user and address.password):
            raise SendError("an XMPP address is xmpps://user:password@domain/somebody@domain", permanent=True)
        # As in Apprise: nobody named is oneself.
        self._targets = self._targets or (_full(address.user, address.host),)

    async def send(self, letter: Letter) -> Receipt:
        """Part after part to one after another, from where an earlier try stopped."""
        host = self._address.wants("xmpp", self._address.host)
        try:
            async with asyncio.timeout(self._timeout), _connection(self._address, host) as stream:
                await stream.enter()
                for target in self._targets:
                    await self._tell(stream, target, letter)
        except TimeoutError as error:
            raise SendError(f"{host}: no answer in time") from error
        except ssl.SSLError as error:
            raise SendError(f"{host}: its certificate is not trusted") from error
        except (OSError, etree.XMLSyntaxError) as error:
            raise SendError(f"{host}: {getattr(error, 'strerror', None) or 'the connection broke'}") from error
        return Receipt(detail=f"accepted by {host}")

    async def _tell(self, stream: _Stream, target: str, letter: Letter) -> None:
        room = target.startswith("#")
        parts = self._parts(letter.alert.message)
        waiting = [number for number in range(len(parts)) if f"{target} {number}" not in letter.done]
        if room and waiting:
            await stream.come_in(target[1:], self._address.wants("name", self._address.user))
        for number in waiting:
            await stream.say(target.removeprefix("#"), parts[number], f"{letter.alert.key}-{number}", room=room)
            letter.done[f"{target} {number}"] = "accepted"

    def _parts(self, message: Message) -> list[str]:
        return written(message, LIMIT, BYTES, words=self._words)


class _Stream:
    """An XML stream: what we say, and the elements that come back."""

    def __init__(self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._address, self._reader, self._writer = address, reader, writer
        self._secure, self._waiting = writer.get_extra_info("ssl_object") is not None, list[Any]()
        self._parser: etree.XMLPullParser

    def tell(self, text: str) -> None:
        self._writer.write(text.encode("utf-8", "replace"))

    async def open(self) -> etree._Element:
        """Begins a stream; the server's features."""
        self._parser, self._waiting = etree.XMLPullParser(("end",), resolve_entities=False, no_network=True), []
        self.tell(
            f"<?xml version='1.0'?><stream:stream to={quoteattr(self._address.host)} version='1.0' xmlns='jabber:client' "
            "xmlns:stream='http://etherx.jabber.org/streams'>"
        )
        return await self.hear(f"{_STREAM}features")

    async def hear(self, *wanted: str) -> etree._Element:
        """The next element of one of these names. Raises `SendError` where the server ends the stream."""
        while True:
            while self._waiting:
                found = self._waiting.pop(0)
                if found.tag == f"{_STREAM}error":
                    raise SendError(f"{self._address.host}: {_condition(found)}")
                if found.tag in wanted:
                    return found
            await self._writer.drain()
            raw = await self._reader.read(65536)
            if not raw:
                raise SendError(f"{self._address.host}: the connection broke")
            self._parser.feed(raw)
            # What the stream holds, whole: children of its root.
            ended = [one for _, one in self._parser.read_events()]
            self._waiting += [
                one for one in ended if one.getparent() is not None and one.getparent().getparent() is None
            ]

    async def enter(self) -> None:
        """TLS, the login, and a resource of our own."""
        features = await self.open()
        if (
            not self._secure
            and features.find(f"{{{_TLS}}}starttls") is not None
            and self._address.wants("mode") != "none"
        ):
            self.tell(f"<starttls xmlns='{_TLS}'/>")
            await self.hear(f"{{{_TLS}}}proceed")
            await self._writer.start_tls(_context(self._address), server_hostname=self._address.host)
            self._secure, features = True, await self.open()
        host = self._address.wants("xmpp", self._address.host)
        if not self._secure and (self._address.scheme == "xmpps" or host not in _LOOPBACK):
            raise SendError(f"{host}: the server offers no TLS, and a password does not travel without", permanent=True)
        secret = b64encode(f"\0{self._address.user}\0{self._address.password}".encode()).decode()
        self.tell(f"<auth xmlns='{_SASL}' mechanism='PLAIN'>{secret}</auth>")
        answer = await self.hear(f"{{{_SASL}}}success", f"{{{_SASL}}}failure")
        if answer.tag.endswith("failure"):  # as with mail: the message is not at fault
            raise SendError(f"{host}: the login was refused: {_condition(answer)}")
        await self.open()
        self.tell("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        _check(await self.hear(f"{_CLIENT}iq"), host)

    async def come_in(self, room: str, nick: str) -> None:
        """Enters a room, without its past."""
        self.tell(
            f"<presence to={quoteattr(f'{room}/{nick}')}><x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"
        )
        while True:
            said = await self.hear(f"{_CLIENT}presence")
            _check(said, room)
            if any(one.get("code") == "110" for one in said.iter("{http://jabber.org/protocol/muc#user}status")):
                return

    async def say(self, to: str, text: str, name: str, *, room: bool) -> None:
        """One message. Returns once nothing speaks against it: a room has sent it back, a server has answered what came after."""
        kind = "groupchat" if room else "chat"
        self.tell(
            f"<message to={quoteattr(to)} type='{kind}' id={quoteattr(name)}><body>{escape(text)}</body></message>"
        )
        if not room:
            self.tell(
                f"<iq type='get' id={quoteattr(f'{name}-ping')} to={quoteattr(self._address.host)}><ping xmlns='urn:xmpp:ping'/></iq>"
            )
        while True:
            said = await self.hear(f"{_CLIENT}message", f"{_CLIENT}iq")
            if said.get("id") == name:
                _check(said, to)
                if room:
                    return
            elif said.get("id") == f"{name}-ping":
                return


@asynccontextmanager
async def _connection(address: Address, host: str) -> AsyncIterator[_Stream]:
    direct = address.wants("mode") == "tls"
    port = address.port or (5223 if direct else 5222)
    context = _context(address) if direct else None
    name = address.host if direct else None
    reader, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=name)
    try:
        yield _Stream(address, reader, writer)
        writer.write(b"</stream:stream>")
        await writer.drain()
    finally:
        writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 2)


def _context(address: Address) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not address.flag("verify", default=True):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _full(target: str, domain: str) -> str:
    """A room ("#…") or a person, each with a domain."""
    return target if "@" in target else f"{target}@{domain}"


def _condition(element: etree._Element) -> str:
    """What an error says: its condition, and its words if it has any."""
    error = element.find(f"{_CLIENT}error")
    children = list(element if error is None else error)
    name = next((etree.QName(one).localname for one in children if not one.tag.endswith("}text")), "refused")
    words = next((one.text or "" for one in children if one.tag.endswith("}text")), "")
    return clip(squeeze(visible(f"{name} {words}".strip())), 200)


def _check(said: etree._Element, about: str) -> None:
    """Raises `SendError` where an answer is an error."""
    if said.get("type") != "error":
        return
    error = said.find(f"{_CLIENT}error")
    kind = error.get("type", "") if error is not None else ""
    passes = (
        kind == "wait" or any(error.find(f"{_STANZAS}{one}") is not None for one in _PASSES)
        if error is not None
        else False
    )
    raise SendError(f"{about}: {_condition(said)}", permanent=not passes)
