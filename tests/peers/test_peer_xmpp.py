"""An alert's way to a person and into a room of a real XMPP server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from chat_servers import DOMAIN, Xmpp
from sending import TEXT
from servers import secret, until, version

pytestmark = pytest.mark.peers
ROOM = f"room@rooms.{DOMAIN}"
HERE = "127.0.0.1"


class Reader:
    """Somebody else's client, at home and in a room, which keeps what comes."""

    def __init__(self, port: int, password: str, authority: Path) -> None:
        slixmpp = pytest.importorskip(
            "slixmpp", reason="slixmpp is not here: pip install --require-hashes -r requirements-peers.lock"
        )
        self.got: list[tuple[str, str, str]] = []
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()

        def live() -> None:
            asyncio.set_event_loop(self._loop)
            client = self.client = slixmpp.ClientXMPP(f"reader@{DOMAIN}/home", password)
            client.ssl_context.load_verify_locations(authority)
            client.register_plugin("xep_0045")
            client.add_event_handler("session_start", lambda _: self._loop.create_task(self._arrive()))
            client.add_event_handler(
                "message", lambda one: self.got.append((one["type"], str(one["from"]), one["body"]))
            )
            client.connect(HERE, port)
            self._loop.run_forever()

        self._thread = threading.Thread(target=live, daemon=True)
        self._thread.start()
        assert self._ready.wait(30)

    async def _arrive(self) -> None:
        self.client.send_presence()
        await self.client.plugin["xep_0045"].join_muc_wait(ROOM, "reader", maxstanzas=0)
        self._ready.set()

    async def _leave(self) -> None:
        await self.client.disconnect()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._leave(), self._loop).result(30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def accounts() -> dict[str, str]:
    return {"monitor": secret(), "reader": secret()}


@pytest.fixture
def server(room: Path, certificate, accounts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Xmpp]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.cert))
    server = Xmpp(room, certificate, accounts)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def reader(server: Xmpp, accounts, certificate) -> Iterator[Reader]:
    reader = Reader(server.port, accounts["reader"], certificate.cert)
    try:
        yield reader
    finally:
        reader.close()


def address(server: Xmpp, password: str, to: str) -> str:
    login = f"monitor:{quote(password, safe='')}"
    return f"xmpps://{login}@{DOMAIN}:{server.port}/{quote(to)}?xmpp={HERE}"


@pytest.mark.parametrize(("to", "kind"), [("reader", "chat"), (f"#{ROOM}", "groupchat")])
async def test_a_person_and_a_room_read_an_alert_whole(
    server: Xmpp, reader: Reader, accounts, desk, received, to, kind
):
    at = desk(address(server, accounts["monitor"], to))
    owed = at.owe("Boat strike: dead 3 → 5 (Ñ)", TEXT)
    more = at.owe("Boat strike: dead 5 → 7", f"{'señales <ñandú> ' * 30}")
    await at.deliver()
    assert [at.of(owed).state, at.of(more).state] == ["sent", "sent"]
    until(lambda: len(reader.got) >= 2, "nothing came")
    (said, who, text), *_ = reader.got
    assert said == kind
    assert who.startswith(f"{ROOM}/monitor" if kind == "groupchat" else f"monitor@{DOMAIN}/")
    assert text.startswith("Boat strike: dead 3 → 5 (Ñ)\n• dead 3 → 5\n")
    assert all(script in text for script in ("Ñandú – “señales”", "Ελλάδα", "Пять человек", "五人死亡", "🚢"))
    number = version("prosodyctl", "about", of="Prosody") if kind == "chat" else ""
    received("XMPP (Prosody)" if kind == "chat" else "", number, f"{kind}: by STARTTLS and a login, whole")


async def test_somebody_who_is_not_there_was_told_nothing(server: Xmpp, accounts, desk, received):
    at = desk(address(server, accounts["monitor"], "nobody"))
    owed = at.owe("To nobody", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "service-unavailable" in at.of(owed).error) == ("owed", True), at.of(owed).error
    received("", "", f"unknown person: owed, “{at.of(owed).error}”")


async def test_a_room_that_does_not_let_us_in_is_final(server: Xmpp, reader: Reader, accounts, desk):
    at = desk(address(server, accounts["monitor"], f"#{ROOM}") + "&name=reader")  # a nickname that somebody has
    owed = at.owe("Nobody reads this", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "conflict" in at.of(owed).error) == ("dead", True), at.of(owed).error
    assert not reader.got


async def test_a_wrong_password_and_an_unknown_certificate_wait_for_a_person(server: Xmpp, accounts, desk, monkeypatch):
    at = desk(address(server, "wrong", "reader"))
    owed = at.owe("Not yet", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "the login was refused: not-authorized" in at.of(owed).error) == ("owed", True)
    monkeypatch.delenv("SSL_CERT_FILE")
    other = desk(address(server, accounts["monitor"], "reader"), "other")
    owed = other.owe("Not to a stranger", TEXT)
    await other.deliver()
    assert (other.of(owed).state, other.of(owed).error) == ("owed", f"{HERE}: its certificate is not trusted")
