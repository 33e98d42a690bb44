"""Whatever a feed says, in every field, through every sender, as it is received: no live mention, no link but to the web, no header that
is not ours, no broken markup wherever a message is cut. Each text is read as its service reads it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import pytest
import reading
from chat_lines import IrcServer, MqttBroker, XmppServer, listening_for
from lxml import etree
from payloads import PAYLOADS, URLS
from receivers import (
    DiscordChannel,
    Got,
    HttpService,
    NtfyTopic,
    SlackChannel,
    TelegramChat,
    http_service,
    mail_server,
    mattermost,
    slack_hook,
)  # fmt: skip

from monitor.alerts.send import Senders
from monitor.model import Alert, Channel, Line, Message

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
PAGE = "https://page.example"
#: messages that are long enough to be cut by services that take much
LONG = 100


def message(number: int, bait: str) -> Message:
    """Bait in every field, and at another place of a text each time: where it is cut short, and where the message is split."""
    url = URLS[number % len(URLS)] if number % 2 else "https://puerto.example/a?b=1&c=2"
    place = max(0, 600 - 1 - number % (len(bait[:40]) + 3))
    first = Line(story="st_1", headline=bait, kind=bait, text=bait, what=bait, who=bait, status=bait, noun=bait, old=bait, new=bait,
                 origins=(bait, f"{bait}x"), url=url, at=NOW)  # fmt: skip
    across = replace(
        first, text=f"{'word ' * 200}"[:place] + bait + " more" * 20, what="new", status="", origins=("EFE",)
    )
    other = replace(first, story="st_2", headline=f"{bait} again", text=f"{bait} {bait}")
    many = LONG if number % 50 == 7 else 3 if number % 4 == 0 else 1
    filler = [replace(across, text=f"{n}: {'a ' * (9 * ((number + n) % 11))}{bait}") for n in range(many)]
    return Message(
        title=bait,
        lines=(first, *filler, across, other),
        standing=(bait, f"{bait} {bait}"),
        topic=bait,
        mode="digest" if number % 2 else "now",
        language="es" if number % 3 else "en",
    )


def alerts() -> Iterator[Alert]:
    for number, bait in enumerate(PAYLOADS):
        said = message(number, bait)
        yield Alert(id=f"al_{number}", key=f"k_{number}", channel="desk", subscription="s", topic="venezuela", mode=said.mode,
                    story="st_1" if number % 2 == 0 else None, developments=tuple(f"d{n}" for n in range(len(said.lines))),
                    message=said, created=NOW, send_after=NOW)  # fmt: skip


async def send_all(url: str, *, root: str = "") -> None:
    """Every payload; with `root`, every third story has a living message there, which is edited to say the same."""
    channel = Channel(id="desk", url=url)
    out = Senders({"desk": channel}, allow_private=("127.0.0.0/8",), web_url=PAGE, secret="s3", clock=lambda: NOW)
    for number, alert in enumerate(alerts()):
        begun = root if number % 3 == 0 else ""
        await out.send(alert, root=begun, living=replace(alert.message, mode="digest") if begun else None)


# ── chats ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def discord(got: Got) -> None:
    assert got.json["allowed_mentions"] == {"parse": []}
    assert got.json["flags"] == 4, "nothing is embedded"
    assert not {"embeds", "components", "tts", "username"} & set(got.json)
    reading.markdown(got.json["content"])


def slack(got: Got) -> None:
    assert not {"blocks", "attachments"} & set(got.json)
    assert got.json["unfurl_links"] is got.json["unfurl_media"] is False
    assert got.json.get("link_names", False) is False
    reading.slack(got.json["text"])


def telegram(got: Got) -> None:
    assert got.json["parse_mode"] == "HTML", "nothing had to be sent again as plain text"
    assert got.json["link_preview_options"] == {"is_disabled": True}
    reading.telegram(got.json["text"])
    rows = got.json.get("reply_markup", {}).get("inline_keyboard", [])
    reading.links(button["url"] for row in rows for button in row)


def ntfy(got: Got) -> None:
    assert "markdown" not in got.json
    reading.plain(got.json["title"])
    assert "\n" not in got.json["title"]
    reading.plain(got.json["message"])
    reading.links([got.json["click"]] if "click" in got.json else [])
    assert all(action["action"] == "view" for action in got.json.get("actions", ()))
    reading.links(action["url"] for action in got.json.get("actions", ()))


def mattermost_post(got: Got) -> None:
    assert set(got.json) == {"text"}
    reading.markdown(got.json["text"])


class MatrixRoom:
    """PUT …/send/m.room.message gives an event's id; an event that is asked for is there."""

    def __init__(self) -> None:
        self.sent = 0

    def __call__(self, got: Got) -> tuple[int, Any]:
        if got.method == "GET":
            return 200, {"event_id": "$first", "content": {"msgtype": "m.text", "body": "first"}}
        self.sent += 1
        return 200, {"event_id": f"${self.sent}"}


def matrix(got: Got) -> None:
    if got.method == "GET":
        return
    assert got.json["m.mentions"] == {}
    reading.plain(got.json["body"])
    for content in (got.json, got.json.get("m.new_content", {})):
        if "formatted_body" in content:
            assert content["format"] == "org.matrix.custom.html"
            reading.plain(content["body"])
            reading.telegram(content["formatted_body"].replace("<br/>", "\n"))


CHATS: dict[str, tuple[Callable[[], Any], str, str, Callable[[Got], None]]] = {
    "discord": (DiscordChannel, "discord://123/token?api={}", "1100", discord),
    "slack hook": (lambda: slack_hook, "slack://T0/B0/Xyz?api={}", "", slack),
    "slack bot": (SlackChannel, "slack://xoxb-1-2-AbC/%23news?api={}", "C1/1503435956.000247", slack),
    "telegram": (TelegramChat, "tgram://123456:AbC-dEf/-100200?api={}", "77", telegram),
    "ntfy": (NtfyTopic, "ntfy://127.0.0.1:{port}/news", "k_root", ntfy),
    "matrix": (MatrixRoom, "matrix://token@127.0.0.1:{port}/!room:hs.example", "$first", matrix),
    "mattermost": (lambda: mattermost, "mmost://127.0.0.1:{port}/token", "", mattermost_post),
}
#: what a chat holds before: the living message of the story
BEGUN = {"discord": {"1100": "first"}, "slack bot": {"1503435956.000247": "first"}, "telegram": {77: "first"}}


@asynccontextmanager
async def listening(contract: Callable[[Got], tuple[int, Any]]) -> AsyncIterator[HttpService]:
    """A service by its contract, which has to accept whatever it gets."""
    refused: list[Any] = []

    def answer(got: Got) -> tuple[int, Any]:
        status, said = contract(got)
        if status >= 300 or (isinstance(said, dict) and said.get("ok") is False):
            refused.append((said, got.json))
        return status, said

    async with http_service(answer) as service:
        yield service
    assert not refused


@pytest.mark.parametrize("name", CHATS)
async def test_nothing_of_a_feeds_is_alive_in_a_chat(name: str) -> None:
    made, address, root, read = CHATS[name]
    contract = made()
    if name in BEGUN:
        contract.messages |= BEGUN[name]
    async with listening(contract) as service:
        await send_all(address.format(service.url, port=service.port), root=root)
    assert len(service.got) > len(PAYLOADS) * (4 / 3 if root else 1), "some are cut"
    assert len({len(got.body) for got in service.got}) > len(PAYLOADS) // 3, "cut at many places"
    for got in service.got:
        read(got)


# ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def as_json(got: Got) -> None:
    reading.plain(got.json["title"])
    assert "\n" not in got.json["title"]
    reading.plain(got.json["message"])


def as_json_in_markdown(got: Got) -> None:
    reading.plain(got.json["title"])
    reading.markdown(got.json["message"])


def as_json_in_html(got: Got) -> None:
    reading.plain(got.json["title"])
    text = re.sub(r"<br\s*/?>", "\n", got.json["message"])
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt|quot|nbsp|emsp|apos|#\d+|#x[0-9a-fA-F]+);)", text), text[:300]
    reading.plain(unescape(text).replace("\xa0", " "))


def as_xml(got: Got) -> None:
    tree = ET.fromstring(got.body)
    assert len(list(tree.iter())) == 7, "no element that is not the service's"
    for element in tree.iter():
        reading.plain(element.text or "")


def as_form(got: Got) -> None:
    said = parse_qs(got.body.decode(), strict_parsing=True, keep_blank_values=True)
    assert set(said) == {"version", "title", "message", "type"}
    reading.plain(said["title"][0])
    reading.plain(said["message"][0])


def signed(got: Got) -> None:
    """Texts are for people, and dead; the fields of a development are the news' own words, but for control characters."""
    reading.plain(got.json["title"])
    reading.plain(got.json["text"])
    for text in strings(got.json):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]", text), text[:300]
    reading.links(one["url"] for one in got.json["developments"] if one["url"] is not None)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


PROGRAMS: dict[str, tuple[str, Callable[[Got], None]]] = {
    "json": ("json://127.0.0.1:{port}/hook", as_json),
    "json in Markdown": ("json://127.0.0.1:{port}/hook?format=markdown", as_json_in_markdown),
    "json in HTML": ("json://127.0.0.1:{port}/hook?format=html", as_json_in_html),
    "xml": ("xml://127.0.0.1:{port}/hook", as_xml),
    "form": ("form://127.0.0.1:{port}/hook", as_form),
    "signed webhook": ("webhook+http://127.0.0.1:{port}/hook?secret=s3", signed),
}


@pytest.mark.parametrize("name", PROGRAMS)
async def test_nothing_of_a_feeds_is_alive_in_what_a_program_gets(name: str) -> None:
    address, read = PROGRAMS[name]
    async with listening(lambda _: (200, {})) as service:
        await send_all(address.format(port=service.port))
    assert len(service.got) >= len(PAYLOADS)
    assert len({frozenset(got.headers) for got in service.got}) == 1, "no header that is not in every request"
    for got in service.got:
        read(got)


# ── chats of lines, and topics ───────────────────────────────────────────────────────────────────────────────────────


async def test_nothing_of_a_feeds_is_alive_on_irc_and_no_line_is_a_command() -> None:
    async with listening_for(IrcServer()) as server:
        await send_all(f"irc://127.0.0.1:{server.port}/%23news")
    said = [line for line in server.lines if line.startswith(b"PRIVMSG ")]
    assert len(said) > 10 * len(PAYLOADS)
    assert {line.split()[0] for line in server.lines} == {b"NICK", b"USER", b"JOIN", b"PING", b"PRIVMSG", b"QUIT"}
    for line in said:
        assert line.startswith(b"PRIVMSG #news :")
        assert line.endswith(b"\r\n")
        assert len(line) <= 512
        reading.plain(line.decode().removesuffix("\r\n"))


async def test_nothing_of_a_feeds_is_alive_in_an_mqtt_topic() -> None:
    async with listening_for(MqttBroker()) as broker:
        await send_all(f"mqtt://127.0.0.1:{broker.port}/news/venezuela")
    assert len(broker.payloads) == len(PAYLOADS)
    for topic, payload in broker.payloads:
        assert topic == "news/venezuela"
        reading.plain(payload.decode())


async def test_nothing_of_a_feeds_is_alive_in_an_xmpp_message_nor_beside_it() -> None:
    async with listening_for(XmppServer()) as server:
        await send_all(f"xmpp://monitor:secret@127.0.0.1:{server.port}/desk@news.example")
    assert len(server.stanzas) > len(PAYLOADS), "some are cut"
    for stanza in server.stanzas:
        assert [etree.QName(one).localname for one in stanza.iter()] == ["message", "body"]
        assert (stanza.get("to"), stanza.get("type")) == ("desk@news.example", "chat")
        reading.plain(stanza.findtext("{jabber:client}body"))


# ── e-mail ───────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted", "X-Auto-Response-Suppress",
           "MIME-Version", "Content-Type"]  # fmt: skip


async def test_nothing_of_a_feeds_is_alive_in_an_e_mail_nor_in_its_headers() -> None:
    async with mail_server() as server:
        await send_all(f"mailto://127.0.0.1:{server.port}?from=monitor@news.example&to=desk@news.example")
    assert server.recipients == [["desk@news.example"]] * len(server.mails)
    assert len(server.mails) >= len(PAYLOADS)
    for raw in server.raw:
        parsed = reading.mail(raw)
        assert [name for name in parsed if name not in ("In-Reply-To", "References")] == HEADERS
        assert str(parsed["To"]) == "desk@news.example"
