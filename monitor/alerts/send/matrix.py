"""matrix:// — Matrix rooms, by the client-server API (v1.13).

    matrixs://user:password@example.org/%23news:example.org       an alias; the account joins the room, or is invited to it
    matrixs://access-token@matrix.example.org/!room-id            no login; matrix:// for a homeserver without TLS

Without a port, matrixs:// asks the domain's /.well-known/matrix/client where its homeserver is. `?msgtype=notice` for a room whose
readers want no sound. Apprise makes a new transaction at every try and a login at every start, sleeps through a 429 and sends what it
was told to give up; here a transaction's id is the alert's key, so that a server that has it already does nothing, and a wait is the
outbox's. A text has no mention (`m.mentions` is empty) and no remote image. A story's first message is edited, and updates reply to it.

Webhook bridges (`?mode=…`), people (`@user`) and end-to-end encryption (`?e2ee=yes`) are Apprise's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from hashlib import blake2b
from html import unescape
from typing import Any
from urllib.parse import quote

from monitor.alerts.render import MATRIX, Words, written
from monitor.alerts.send.address import Address
from monitor.alerts.send.http import Reply, Web, accepted, retry_after
from monitor.alerts.send.letter import Clock, Letter
from monitor.alerts.send.living import keep_up, root_of, update
from monitor.errors import SendError
from monitor.model import Message, Receipt

#: bytes of markup a message: an event holds it twice, plain and marked up, and may have 65,536 with all that is around them
LIMIT = 24_000
_API = "/_matrix/client/v3"


@dataclass(slots=True, repr=False)
class _Session:
    """What one channel knows of its homeserver: where it is, as whom we are there, and the rooms' ids."""

    base: str = ""
    token: str = ""
    rooms: dict[str, str] = field(default_factory=dict)


class Matrix:
    """One account in its rooms."""

    def __init__(self, address: Address, web: Web, clock: Clock, *, words: Words | None = None) -> None:
        self._address, self._web, self._clock, self._words = address, web, clock, words
        self._rooms = rooms(address)
        if not (self._rooms and address.host and (address.password or address.user)):
            raise SendError("a Matrix address is matrixs://user:password@host/%23room or …/!room-id", permanent=True)
        self._password = address.password if address.user else ""
        self._token = address.wants("token") or ("" if self._password else address.user or address.password)
        # A device of each channel's own: a login ends the former one of its device, and a transaction's id is known by device.
        self._device = f"monitor-{blake2b(' '.join(self._rooms).encode(), digest_size=5).hexdigest()}"
        self._kind = "m.notice" if address.wants("msgtype") == "notice" else "m.text"
        self._known = _Session(token=self._token)

    async def send(self, letter: Letter) -> Receipt:
        """Room after room, part after part, from where an earlier try stopped. Only a room that is alone has a living message."""
        alone = len(self._rooms) == 1
        before = await keep_up(letter, self._edit) if alone else ""
        for room in self._rooms:
            for number, part in enumerate(self._parts(update(letter))):
                label = f"{room} {number}"
                if label not in letter.done:
                    content = self._content(part) | _reply_to(before or letter.done.get(f"{room} 0", ""))
                    letter.done[label] = await self._put(room, f"{letter.alert.key}-{number}", content)
        first = letter.done.get(f"{self._rooms[0]} 0", "")
        root = root_of(letter, before, first) if alone else ""
        return Receipt(detail="accepted by Matrix", message_id=first, root=root)

    def _parts(self, message: Message) -> list[str]:
        return written(message, LIMIT, MATRIX, words=self._words)

    async def _edit(self, root: str, living: Message) -> bool:
        room = await self._room(self._rooms[0])
        reply = await self._call("GET", f"/rooms/{quote(room)}/event/{quote(root)}")
        found = accepted(reply, self._clock(), service="Matrix").json() if reply.status != 404 else None
        if not isinstance(found, dict) or not found.get("content"):  # what is redacted has lost its content
            return False
        now = self._content(self._parts(living)[0])
        change = {"m.new_content": now, "m.relates_to": {"rel_type": "m.replace", "event_id": root}}
        state = blake2b(f"{root} {now['body']}".encode(), digest_size=12).hexdigest()
        # Whoever cannot edit reads the first line; all of it twice would be too much for one event.
        first = f"* {now['body'].partition(chr(10))[0]}"
        await self._put(self._rooms[0], state, {"msgtype": self._kind, "body": first, "m.mentions": {}, **change})
        return True

    def _content(self, marked: str) -> dict[str, Any]:
        return {
            "msgtype": self._kind,
            "body": plain(marked),
            "format": "org.matrix.custom.html",
            "formatted_body": marked.replace("\n", "<br/>"),
            "m.mentions": {},
        }

    async def _put(self, room: str, transaction: str, content: dict[str, Any]) -> str:
        """Sends an event once, however often this is called; its id."""
        place = f"/rooms/{quote(await self._room(room))}/send/m.room.message/{quote(transaction, safe='')}"
        reply = await self._call("PUT", place, content)
        if reply.status == 403 and room.startswith("!"):  # invited, and not there yet
            await self._join(room)
            reply = await self._call("PUT", place, content)
        said = accepted(reply, self._clock(), service="Matrix").json()
        return str(said.get("event_id", "accepted")) if isinstance(said, dict) else "accepted"

    async def _room(self, name: str) -> str:
        """A room's id. For an alias, joining says it, and says it too where we have been in for long."""
        if name.startswith("!"):
            return name
        if name not in self._known.rooms:
            full = name if ":" in name else f"{name}:{await self._server()}"
            self._known.rooms[name] = await self._join(full) or full
        return self._known.rooms[name]

    async def _join(self, room: str) -> str:
        reply = await self._call("POST", f"/join/{quote(room, safe='')}", {})
        said = accepted(reply, self._clock(), service="Matrix").json()
        return str(said.get("room_id", "")) if isinstance(said, dict) else ""

    async def _server(self) -> str:
        """The name of our server, which an alias without one means."""
        said = accepted(await self._call("GET", "/account/whoami"), self._clock(), service="Matrix").json()
        user = str(said.get("user_id", "")) if isinstance(said, dict) else ""
        return user.partition(":")[2] or self._address.host

    async def _call(self, method: str, path: str, value: Any = None) -> Reply:
        """One request as ourselves. A token that has ended (another login of this device) is renewed, once."""
        reply = await self._once(method, path, value)
        if reply.status == 401 and self._password:
            self._known.token = ""
            reply = await self._once(method, path, value)
        return reply

    async def _once(self, method: str, path: str, value: Any) -> Reply:
        token = self._known.token or await self._login()
        url, headers = f"{await self._base()}{_API}{path}", {"Authorization": f"Bearer {token}"}
        if value is None:
            return await self._web.request(method, url, headers=headers)
        return await self._web.send_json(method, url, value, headers=headers)

    async def _login(self) -> str:
        asked = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self._address.user},
            "password": self._password,
            "device_id": self._device,
            "initial_device_display_name": "monitor",
        }
        reply = await self._web.post_json(f"{await self._base()}{_API}/login", asked)
        if reply.status in (401, 403):
            # As with mail: the message is not at fault, and a person has 72 h to mend the password.
            raise SendError(
                f"Matrix: the login was refused: {_error(reply)}", retry_at=retry_after(reply, self._clock())
            )
        said = accepted(reply, self._clock(), service="Matrix").json()
        self._known.token = str(said.get("access_token", "")) if isinstance(said, dict) else ""
        return self._known.token

    async def _base(self) -> str:
        if not self._known.base:
            where = self._address
            own = f"{'https' if where.scheme == 'matrixs' else 'http'}://{where.host}{f':{where.port}' if where.port else ''}"
            asks = where.scheme == "matrixs" and not where.port
            self._known.base = (await self._announced(own) if asks else "") or own
        return self._known.base

    async def _announced(self, own: str) -> str:
        """Where a domain says that its homeserver is; "" where it says nothing."""
        reply = await self._web.request("GET", f"{own}/.well-known/matrix/client")
        said = reply.json() if reply.status == 200 else None
        server = said.get("m.homeserver") if isinstance(said, dict) else None
        base = server.get("base_url") if isinstance(server, dict) else None
        return base.rstrip("/") if isinstance(base, str) and base.startswith("https://") else ""


def speaks(address: Address) -> bool:
    """Whether this sender does what an address asks for."""
    bridged = address.wants("mode").lower() not in ("", "off")
    return (
        not bridged
        and not address.flag("e2ee", default=False)
        and not any(one.startswith("@") for one in _named(address))
    )


def rooms(address: Address) -> tuple[str, ...]:
    """The rooms that an address names: ids begin with "!", everything else is an alias."""
    return tuple(dict.fromkeys(name if name[0] in "!#" else f"#{name}" for name in _named(address)))


def _named(address: Address) -> list[str]:
    # A number sign that was not escaped begins the fragment, and further rooms may follow in it.
    late = [part if part.startswith("!") else f"#{part.lstrip('#')}" for part in address.fragment.split("/") if part]
    more = [part.strip() for part in address.wants("to").split(",") if part.strip()]
    return [*address.path, *late, *more]


def plain(marked: str) -> str:
    """The plain text of our own markup: links show where they lead."""
    linked = re.sub(r'<a href="([^"]*)">(.*?)</a>', r"\2 (\1)", marked)
    return unescape(re.sub(r"</?b>", "", linked))


def _reply_to(event: str) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}} if event.startswith("$") else {}


def _error(reply: Reply) -> str:
    said = reply.json()
    return str(said.get("errcode", reply.status)) if isinstance(said, dict) else str(reply.status)
