"""An alert's way into a room of a real Matrix homeserver."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from chat_servers import DOMAIN, Matrix
from sending import TEXT

pytestmark = pytest.mark.peers
_NUMBERS = count(1)


class House:
    """A bot and a reader, who has invited the bot into a room. A homeserver counts what each account does, so they are new ones."""

    def __init__(self, server: Matrix, number: int) -> None:
        self.server, self.user, self.alias = server, f"bot{number}", f"#news{number}:{DOMAIN}"
        self.bot, self._reader = server.register(self.user, "p/w@ñ"), server.register(f"reader{number}", "pw")
        wanted = {"preset": "private_chat", "invite": [f"@{self.user}:{DOMAIN}"], "room_alias_name": f"news{number}"}
        self.room = self._ask("POST", "/createRoom", wanted)["room_id"]

    def _ask(self, method: str, path: str, value: Any = None) -> Any:
        return self.server.ask(method, f"/_matrix/client/v3{path}", value, self._reader)

    def events(self) -> list[dict[str, Any]]:
        """What was sent to the room, as its reader is told of it."""
        found = self._ask("GET", f"/rooms/{quote(self.room)}/messages?dir=b&limit=100")["chunk"]
        return [one for one in reversed(found) if one["type"] == "m.room.message"]

    def contents(self) -> list[dict[str, Any]]:
        return [one["content"] for one in self.events()]

    def redact(self, event: str) -> None:
        self._ask("PUT", f"/rooms/{quote(self.room)}/redact/{quote(event)}/gone", {})

    def address(self, room: str = "", login: str = "") -> str:
        where = quote(room or self.room, safe="")
        return f"matrix://{login or f'{self.user}:' + quote('p/w@ñ', safe='')}@127.0.0.1:{self.server.port}/{where}"


@pytest.fixture(scope="module")
def homeserver() -> Iterator[Matrix]:
    with tempfile.TemporaryDirectory(prefix="peer", ignore_cleanup_errors=True) as folder:
        server = Matrix(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture
def house(homeserver: Matrix) -> House:
    return House(homeserver, next(_NUMBERS))


def synapse() -> str:
    from importlib.metadata import version

    return version("matrix-synapse")


async def test_an_alert_arrives_in_markup_pings_nobody_and_a_story_has_a_living_message(house: House, desk, received):
    at = desk(house.address())
    first = at.owe("Boat strike: dead 3 → 5 (Ñ)", TEXT)
    await at.deliver()
    assert at.of(first).state == "sent"
    (opening,) = house.events()
    content = opening["content"]
    assert (opening["sender"], content["msgtype"], content["m.mentions"]) == (f"@{house.user}:{DOMAIN}", "m.text", {})
    assert "@everyone" not in content["body"]
    assert "@room" not in content["formatted_body"]
    assert '<a href="https://diario.example/1/0?a=1&amp;b=2">El Diario</a>' in content["formatted_body"]
    assert "<b>bold" not in content["formatted_body"]
    for script in ("Ñandú – “señales”", "Ελλάδα", "Пять человек", "五人死亡", "🚢"):
        assert (script in content["body"], script in content["formatted_body"]) == (True, True)
    second = at.owe("Boat strike: dead 5 → 7", "Seven people have died.")
    await at.deliver(5)
    assert at.of(second).state == "sent"
    edit, update = house.contents()[1:]
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": opening["event_id"]}
    assert update["m.relates_to"] == {"m.in_reply_to": {"event_id": opening["event_id"]}}
    assert "Seven people have died." in update["body"]
    house.redact(opening["event_id"])
    third = at.owe("Boat strike: dead 7 → 9", "Nine people have died.")
    await at.deliver(5)
    assert at.of(third).state == "sent"
    assert "m.relates_to" not in house.contents()[-1], "what was deleted is neither edited nor replied to"
    received("Matrix (Synapse)", synapse(), "markup, no mention, first message edited, update replies to it")


async def test_a_message_whose_answer_was_lost_is_one_event(house: House, desk, received):
    at = desk(house.address(house.alias))
    owed = at.owe("Once", TEXT)
    await at.deliver()
    again = desk(house.address(house.alias), "after a crash")  # a process that knows nothing of the first try
    again.store.put_alert(owed)
    await again.deliver()
    assert again.of(owed).state == "sent"
    assert len(house.events()) == 1
    received("", "", "the same alert from a second process: still one event")


async def test_a_flood_waits_as_long_as_the_server_says_and_is_not_lost(house: House, desk, received):
    at = desk(house.address(house.alias, login=house.bot))
    owed = [at.owe(f"Alert number {number}", "Text.", mode="digest") for number in range(9)]
    more = [at.owe(f"Alert number {number}", "Text.", mode="system") for number in range(9, 15)]
    await at.deliver()
    states = [at.of(one).state for one in (*owed, *more)]
    assert "sent" in states
    assert "owed" in states, "the server's limit is ten at once"
    late = next(one for one in (*owed, *more) if at.of(one).error)
    assert "429" in at.of(late).error or "asked us to wait" in at.of(late).error
    waits = at.store.not_before("desk", at.now)
    assert waits is not None
    assert timedelta(0) < waits - at.now < timedelta(minutes=2)
    received(
        "",
        "",
        f"flood: 429 after {states.count('sent')}, asked to wait {(waits - at.now).total_seconds():.0f} s, the rest is owed",
    )


@pytest.mark.parametrize(
    ("where", "login", "state", "why"),
    [
        ("", "bot1:wrong", "owed", "the login was refused: M_FORBIDDEN"),
        (f"#nowhere:{DOMAIN}", "", "dead", "404"),
        ("", "syt_nobody", "dead", "M_UNKNOWN_TOKEN"),
    ],
)
async def test_what_a_person_must_mend_is_said(house: House, desk, where, login, state, why):
    at = desk(house.address(where, login))
    owed = at.owe("Not here", TEXT)
    await at.deliver()
    assert (at.of(owed).state, why in at.of(owed).error) == (state, True), at.of(owed).error
    assert not house.events()


async def test_a_long_digest_is_several_events_and_nothing_is_lost(house: House, desk):
    at = desk(house.address(login=house.bot))
    owed = at.owe("Everything", *(f"Number {n}: {'señales ñandú ' * 40}" for n in range(120)), mode="digest")
    await at.deliver()
    assert at.of(owed).state == "sent"
    bodies = [one["body"] for one in house.contents()]
    assert len(bodies) > 1
    assert all(f"Number {n}:" in "\n".join(bodies) for n in range(120))
    assert all(len(json.dumps(one, ensure_ascii=False).encode()) < 65_000 for one in house.contents())
