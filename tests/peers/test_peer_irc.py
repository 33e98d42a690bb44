"""An alert's way into a channel of a real IRC server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from chat_servers import Irc
from sending import TEXT
from servers import until, version

pytestmark = pytest.mark.peers
PASSWORD = "s3rver"


class Reader:
    """Somebody in the channel, who founded it, and keeps every line as it came."""

    def __init__(self, port: int, nick: str = "reader") -> None:
        self.lines: list[bytes] = []
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.say(f"PASS {PASSWORD}", f"NICK {nick}", f"USER {nick} 0 * :somebody", "JOIN #news")
        until(lambda: any(b" 366 " in line for line in self.lines), "the reader is not in the channel")

    def say(self, *lines: str) -> None:
        self._socket.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def settle(self) -> None:
        """Until the server has done what was said."""
        self.say("PING :settled")
        until(lambda: any(b"PONG" in line and b"settled" in line for line in self.lines), "no PONG")

    def texts(self, target: bytes = b"#news") -> list[str]:
        said = [line.split(b" PRIVMSG " + target + b" :", 1) for line in list(self.lines)]
        return [parts[1].decode().rstrip("\r\n") for parts in said if len(parts) == 2]

    def _listen(self) -> None:
        # A server may reset what is closed, and so may it what it ends itself.
        with suppress(ConnectionError), self._socket.makefile("rb") as stream:
            for line in stream:
                if line.startswith(b"PING"):
                    self.say("PONG" + line[4:].decode().rstrip())
                self.lines.append(line)

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._socket.close()


@pytest.fixture
def server(room: Path) -> Iterator[Irc]:
    server = Irc(room, PASSWORD)
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def reader(server: Irc) -> Iterator[Reader]:
    reader = Reader(server.port)
    try:
        yield reader
    finally:
        reader.close()


def address(server: Irc, target: str = "%23news", password: str = PASSWORD) -> str:
    return f"irc://monitor:{password}@127.0.0.1:{server.port}/{target}"


async def test_an_alert_comes_line_by_line_and_nothing_is_cut(server: Irc, reader: Reader, desk, received):
    at = desk(address(server))
    owed = at.owe("Boat strike: dead 3 → 5 (Ñ)", TEXT, f"{'五人死亡' * 60} THE END", "Пять человек погибли. " * 30)
    await at.deliver()
    assert at.of(owed).state == "sent"
    until(lambda: "— 2 outlets" in reader.texts(), "the last line is missing")
    text = reader.texts()
    assert text[0] == "Boat strike: dead 3 → 5 (Ñ)"
    whole = "".join(text)
    assert all(script in whole for script in ("Ñandú – “señales”", "Ελλάδα", "🚢", "THE END"))
    assert whole.count("五人死亡") >= 60, "three bytes a sign: the server would have cut it at 512 bytes"
    assert [line for line in text if line.endswith("https://diario.example/1/2?a=1&b=2")]
    assert max(map(len, reader.lines)) <= 512
    received(
        "IRC (ngIRCd)",
        version(server.call[0], "--version").partition("-IDENT")[0],
        f"{len(text)} lines, one connection, none over 512 bytes",
    )


@pytest.mark.parametrize(
    ("mode", "target", "why"),
    [
        ("+m", "%23news", "Cannot send to channel"),
        ("+i", "%23news", "Invited users only"),
        ("+k letmein", "%23news:wrong", "Wrong channel key"),
    ],
)
async def test_where_the_server_says_no_nothing_was_told(
    server: Irc, reader: Reader, desk, received, mode, target, why
):
    reader.say(f"MODE #news {mode}")
    reader.settle()
    at = desk(address(server, target))
    owed = at.owe("Nobody reads this", TEXT)
    await at.deliver()
    assert (at.of(owed).state, why in at.of(owed).error) == ("dead", True), at.of(owed).error
    assert not reader.texts()
    received("", "", f"channel {mode.split()[0]}: dead, “{at.of(owed).error}”")


async def test_a_person_who_is_not_there_gets_it_on_coming(server: Irc, desk):
    at = desk(address(server, "@editor"))
    owed = at.owe("To you alone", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "No such nick" in at.of(owed).error) == ("owed", True)
    editor = Reader(server.port, "editor")
    try:
        await at.deliver(20)
        assert at.of(owed).state == "sent"
        until(lambda: "To you alone" in editor.texts(b"editor"), "nothing came")
    finally:
        editor.close()


async def test_a_wrong_password_waits_for_a_person_and_a_taken_name_is_changed(server: Irc, reader: Reader, desk):
    at = desk(address(server, password="wrong"))
    owed = at.owe("Not yet", TEXT)
    await at.deliver()
    assert at.of(owed).state == "owed"
    other = Reader(server.port, "monitor")
    try:
        at = desk(address(server), "other")
        owed = at.owe("From another monitor", TEXT)
        await at.deliver()
        assert at.of(owed).state == "sent"
        until(lambda: "From another monitor" in reader.texts(), "nothing came")
    finally:
        other.close()
