from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

import pytest
from receivers import discord, free_port, http_service, matrix, mattermost, ntfy, slack_bot, slack_hook, telegram

from monitor.alerts.send import Senders
from monitor.errors import SendError
from monitor.model import Alert, Channel, Line, Message

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
LOOPBACK = ("127.0.0.0/8",)


def line(number: int = 1, text: str = "Five people have died.") -> Line:
    url = f"https://diario.example/{number}?a=1&b=2"
    return Line(
        story="st_1", headline="Boat strike", kind="figure", text=text, what="dead 3 → 5", who="Diario", url=url, at=NOW
    )


def alert(key: str = "k_2", lines: tuple[Line, ...] = (line(),), **more) -> Alert:
    message = Message(
        title="Boat strike off La Guaira: dead 3 → 5 (EFE)", lines=lines, standing=("3 reports",), topic="Venezuela"
    )
    given = {
        "id": f"al_{key}",
        "channel": "desk",
        "subscription": "s",
        "topic": "venezuela",
        "story": "st_1",
        "mode": "now",
    }
    given["developments"] = tuple(f"d{n}" for n, _ in enumerate(lines))
    return Alert(key=key, message=message, created=NOW, send_after=NOW, **{**given, **more})


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def senders(url: str, *, clock=lambda: NOW, **channel) -> Senders:
    return Senders({"desk": Channel(id="desk", url=url, **channel)}, allow_private=LOOPBACK, clock=clock)


CHATS = {
    "discord": (discord, lambda api: f"discord://123/token_ABC?api={api}"),
    "slack hook": (slack_hook, lambda api: f"slack://T0/B0/Xyz?api={api}"),
    "slack bot": (slack_bot, lambda api: f"slack://xoxb-1-2-AbC/%23news?api={api}"),
    "telegram": (telegram, lambda api: f"tgram://123456:AbC-dEf/-100200?api={api}"),
    "ntfy": (ntfy, lambda api: f"ntfy://{api.removeprefix('http://')}/news"),
    "matrix": (matrix, lambda api: f"matrix://syt_1@{api.removeprefix('http://')}/!room:news.example"),
    "mattermost": (mattermost, lambda api: f"mmost://{api.removeprefix('http://')}/tokenABC"),
    "webhook": (lambda _: (200, {}), lambda api: f"webhook+{api}/hook?secret=s3&room=a"),
}
EVERY = pytest.mark.parametrize("name", list(CHATS))


def words(got) -> str:
    """The text of a request, whatever the service calls it."""
    return next(str(got.json[key]) for key in ("content", "text", "message", "body") if key in got.json)


@EVERY
async def test_an_alert_is_accepted(name):
    contract, address = CHATS[name]
    async with http_service(contract) as service:
        receipt = await senders(address(service.url)).send(alert())
    (got,) = service.got
    assert "dead 3 → 5" in words(got)
    assert receipt.detail


@EVERY
async def test_a_long_digest_is_cut_between_developments_and_nothing_of_it_is_lost(name):
    contract, address = CHATS[name]
    lines = tuple(line(n, f"Development number {n}: {'the council said so again and again ' * 9}") for n in range(60))
    async with http_service(contract) as service:
        await senders(address(service.url)).send(alert(lines=lines, mode="digest", story=None))
    whole = "\n".join(words(got) for got in service.got)
    assert all(f"Development number {n}:" in whole for n in range(60))
    assert all(f"diario.example/{n}?a=1" in whole for n in range(60))


@EVERY
async def test_a_template_is_honoured_escaped_and_cut_at_the_limit(name):
    contract, address = CHATS[name]
    template = "IN MY WORDS *not bold*\n{% for line in lines %}{{ line.what }} {{ line.url }}\n{% endfor %}"
    async with http_service(contract) as service:
        many = alert(lines=tuple(line(number) for number in range(900)))
        await senders(address(service.url), template=template).send(many)
        said = [words(got) for got in service.got if got.method in ("POST", "PUT")]
    whole = "\n".join(said)
    assert "IN MY WORDS" in said[0]
    assert ("*not bold*" in whole.replace("\\*", "")) == (
        name not in ("discord", "mattermost", "slack hook", "slack bot")
    )
    assert "•" not in whole, "our layout"
    found = re.findall(r"https://diario\.example/(\d+)\?a=1&(?:amp;)?b=2", whole)
    assert found == [str(number) for number in range(900)], "no address is broken, and nothing is lost or said twice"


@EVERY
async def test_a_try_that_stopped_half_way_goes_on_from_there(name):
    contract, address = CHATS[name]
    lines = tuple(line(n, f"Development number {n}: {'word ' * 80}") for n in range(60))
    async with http_service(contract) as service:
        out, calls = senders(address(service.url)), 0

        def second_fails(got):
            nonlocal calls
            calls += 1
            return (503, "later") if calls == 2 else contract(got)

        service.answer = second_fails
        if name in ("webhook", "mattermost"):  # one request holds it all
            await out.send(alert(lines=lines[:5]))
            return
        with pytest.raises(SendError) as failed:
            await out.send(alert(lines=lines))
        assert not failed.value.permanent
        await out.send(alert(lines=lines))
    accepted = [words(got) for number, got in enumerate(service.got) if number != 1]
    assert len(set(accepted)) == len(accepted)


@EVERY
@pytest.mark.parametrize(
    ("status", "permanent"),
    [(400, True), (403, True), (404, True), (410, True), (408, False), (425, False), (500, False), (503, False)],
)
async def test_what_may_pass_is_told_from_what_is_final(name, status, permanent):
    contract, address = CHATS[name]
    async with http_service(contract) as service:
        service.faults = [(status, {}, {"message": "no"})] * 2
        with pytest.raises(SendError, match=str(status)) as failed:
            await senders(address(service.url)).send(alert())
    assert failed.value.permanent is permanent


@EVERY
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_nothing_is_asked_before_a_429_allows_it(name, form):
    contract, address = CHATS[name]
    # The server's clock is an hour ahead: the date counts relative to its own.
    server = NOW + timedelta(hours=1)
    wait = {
        "seconds": {"Retry-After": "120"},
        "date": {
            "Date": format_datetime(server, usegmt=True),
            "Retry-After": format_datetime(server + timedelta(seconds=120), usegmt=True),
        },
    }[form]
    clock = Clock()
    async with http_service(contract) as service:
        service.faults = [(429, wait, {"message": "slow down"})]
        out = senders(address(service.url), clock=clock)
        with pytest.raises(SendError) as failed:
            await out.send(alert())
        assert (failed.value.permanent, failed.value.retry_at) == (False, NOW + timedelta(seconds=120))
        clock.now += timedelta(seconds=119)
        with pytest.raises(SendError) as held:
            await out.send(alert("k_3"))  # another alert of the same channel waits too
        assert held.value.retry_at == NOW + timedelta(seconds=120)
        assert len(service.got) == 1
        clock.now += timedelta(seconds=1)
        await out.send(alert())
    assert len(service.got) == 2


@EVERY
async def test_nobody_listening_may_pass(name):
    _, address = CHATS[name]
    with pytest.raises(SendError) as failed:
        await senders(address(f"http://127.0.0.1:{free_port()}")).send(alert())
    assert not failed.value.permanent
    assert not any(secret in str(failed.value) for secret in ("token_ABC", "Xyz", "AbC", "s3"))


@EVERY
async def test_a_redirect_is_not_followed(name):
    contract, address = CHATS[name]
    async with http_service(contract) as service, http_service() as canary:
        service.faults = [(307, {"Location": f"{canary.url}/steal"}, "")]
        with pytest.raises(SendError) as failed:
            await senders(address(service.url)).send(alert())
    assert failed.value.permanent
    assert not canary.got


# ── what each has of its own ─────────────────────────────────────────────────────────────────────────────────────────


async def test_discord_pings_nobody_and_embeds_nothing():
    async with http_service(discord) as service:
        receipt = await senders(f"discord://123/token?api={service.url}&thread=99").send(alert())
    (got,) = service.got
    assert got.path == "/webhooks/123/token"
    assert got.query == {"wait": "true", "thread_id": "99"}
    assert got.json["allowed_mentions"] == {"parse": []}
    assert got.json["flags"] == 4
    assert receipt.message_id == "1100"


async def test_discords_wait_in_the_body_counts():
    async with http_service(discord) as service:
        service.faults = [(429, {}, {"message": "You are being rate limited.", "retry_after": 64.57, "global": False})]
        with pytest.raises(SendError) as failed:
            await senders(f"discord://123/token?api={service.url}").send(alert())
    assert failed.value.retry_at == NOW + timedelta(seconds=64.57)


async def test_a_slack_bot_threads_a_story():
    async with http_service(slack_bot) as service:
        out = senders(f"slack://xoxb-1-2-AbC/%23news?api={service.url}")
        await out.send(alert("k_1"))
        await out.send(alert("k_2"), thread=["k_1"], root="C1/1503435956.000247")
    first, second = (got.json for got in service.got)
    assert (first["channel"], first["parse"], first.get("thread_ts")) == ("news", "none", None)
    assert second["thread_ts"] == "1503435956.000247"


@pytest.mark.parametrize(
    ("error", "permanent"),
    [("channel_not_found", True), ("invalid_auth", True), ("ratelimited", False), ("internal_error", False)],
)
async def test_a_slack_bots_200_is_read(error, permanent):
    async with http_service(lambda _: (200, {"ok": False, "error": error})) as service:
        with pytest.raises(SendError, match=error) as failed:
            await senders(f"slack://xoxb-1-2-AbC/%23news?api={service.url}").send(alert())
    assert failed.value.permanent is permanent


async def test_telegram_replies_to_the_storys_first_message():
    async with http_service(telegram) as service:
        out = senders(f"tgram://123456:AbC-dEf/-100200:7?api={service.url}")
        await out.send(alert("k_1"))
        await out.send(alert("k_2"), thread=["k_1"], root="77")
    first, second = service.got
    assert first.path == "/bot123456:AbC-dEf/sendMessage"
    assert (first.json["chat_id"], first.json["parse_mode"], first.json["message_thread_id"]) == ("-100200", "HTML", 7)
    assert second.json["reply_parameters"] == {"message_id": 77, "allow_sending_without_reply": True}


async def test_telegram_gets_plain_text_where_it_cannot_read_ours():
    async with http_service(telegram) as service:
        service.faults = [
            (400, {}, {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"})
        ]
        await senders(f"tgram://123456:AbC/1?api={service.url}").send(alert())
    assert "parse_mode" not in service.got[1].json
    assert "<b>" not in service.got[1].json["text"]


async def test_telegram_follows_a_group_that_became_a_supergroup():
    async with http_service(telegram) as service:
        service.faults = [
            (
                400,
                {},
                {
                    "ok": False,
                    "error_code": 400,
                    "description": "group chat was upgraded",
                    "parameters": {"migrate_to_chat_id": -100999},
                },
            )
        ]
        await senders(f"tgram://123456:AbC/-1?api={service.url}").send(alert())
    assert service.got[1].json["chat_id"] == "-100999"


async def test_ntfy_with_a_login():
    async with http_service(ntfy) as service:
        await senders(f"ntfy://me:pw@127.0.0.1:{service.port}/news").send(alert())
    (got,) = service.got
    assert got.headers["authorization"].startswith("Basic ")
    assert got.json["topic"] == "news"
    assert got.json["click"] == "https://diario.example/1?a=1&b=2"


async def test_a_webhook_is_signed_and_repeats_its_key():
    async with http_service() as service:
        out = senders(f"webhook+{service.url}/hook?secret=s3cret&room=a")
        await out.send(alert())
        await out.send(alert())
    got, again = service.got
    assert got.query == {"room": "a"}
    assert got.headers["idempotency-key"] == again.headers["idempotency-key"] == "k_2"
    signed = hmac.new(b"s3cret", got.headers["x-monitor-timestamp"].encode() + b"." + got.body, sha256).hexdigest()
    assert got.headers["x-monitor-signature"] == f"sha256={signed}"
    assert got.headers["x-monitor-timestamp"] == str(int(NOW.timestamp()))
    assert got.json["developments"][0]["what"] == "dead 3 → 5"
    assert got.json["created"] == "2026-03-02T14:05:00Z"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:127.0.0.1]", "10.0.0.1"]
)
async def test_a_webhook_reaches_no_private_address_that_was_not_allowed(host):
    async with http_service() as service:
        out = Senders({"desk": Channel(id="desk", url=f"webhook+http://{host}:{service.port}/hook")}, clock=lambda: NOW)
        with pytest.raises(SendError, match="private address") as failed:
            await out.send(alert())
    assert failed.value.permanent
    assert not service.got


async def test_a_channels_own_rate_holds_what_is_more():
    clock = Clock()
    async with http_service(mattermost) as service:
        out = senders(f"mmost://127.0.0.1:{service.port}/t", clock=clock, per_hour=2)
        await out.send(alert("k_1"))
        await out.send(alert("k_2"))
        with pytest.raises(SendError, match="2 messages an hour") as held:
            await out.send(alert("k_3"))
        assert (held.value.permanent, held.value.retry_at) == (False, NOW + timedelta(hours=1))
        clock.now += timedelta(hours=1)
        await out.send(alert("k_3"))
    assert len(service.got) == 3


async def test_what_is_not_ours_goes_through_apprise():
    async with http_service() as service:
        await senders(f"json://127.0.0.1:{service.port}/hook").send(alert())
    (got,) = service.got
    assert got.json["title"] == "Boat strike off La Guaira: dead 3 → 5 (EFE)"
    assert "Five people have died." in got.json["message"]


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR])
@pytest.mark.parametrize(("status", "permanent"), [(404, True), (500, False), (429, False)])
async def test_apprises_failures_are_failures_however_little_is_logged(status, permanent, level, caplog):
    caplog.set_level(level)
    async with http_service() as service:
        service.faults = [(status, {}, "")]
        with pytest.raises(SendError) as failed:
            await senders(f"json://127.0.0.1:{service.port}/hook").send(alert())
        assert len(service.got) == 1, "its own retries are off"
    assert failed.value.permanent is permanent
    assert not logging.getLogger("apprise").propagate, "what it logs holds addresses"


async def test_an_address_that_nothing_understands_is_final():
    with pytest.raises(SendError, match="nosuch://") as failed:
        await senders("nosuch://secret-token").send(alert())
    assert failed.value.permanent
    assert "secret-token" not in str(failed.value)


async def test_the_terminal_gets_plain_text_without_control_characters():
    printed: list[str] = []
    out = Senders({"desk": Channel(id="desk", url="terminal://")}, clock=lambda: NOW, write=printed.append)
    await out.send(alert(lines=(line(text="\x1b]0;owned\x07 Five died \x9b31m."),)))
    assert "Five died" in printed[0]
    assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in printed[0])


async def test_a_closed_terminal_may_open_again():
    def closed(text: str) -> None:
        raise BrokenPipeError("nobody reads")

    out = Senders({"desk": Channel(id="desk", url="terminal://")}, clock=lambda: NOW, write=closed)
    with pytest.raises(SendError) as failed:
        await out.send(alert())
    assert not failed.value.permanent
    await asyncio.sleep(0)


def conforms(value, schema, path="$"):
    """The part of JSON Schema that ours uses."""
    if "const" in schema:
        assert value == schema["const"], path
    if "enum" in schema:
        assert value in schema["enum"], (path, value)
    kinds = {"object": dict, "array": list, "string": str, "null": type(None)}
    wanted = schema.get("type", [])
    if wanted:
        assert isinstance(value, tuple(kinds[one] for one in ([wanted] if isinstance(wanted, str) else wanted))), path
    if isinstance(value, dict):
        assert set(schema["required"]) == set(value) == set(schema["properties"]), path
        for key, inner in value.items():
            conforms(inner, schema["properties"][key], f"{path}.{key}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            conforms(inner, schema["items"], f"{path}[{number}]")


async def test_a_webhook_gets_what_its_schema_says():
    schema = json.loads((Path(__file__).parents[2] / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))
    async with http_service() as service:
        out = senders(f"webhook+{service.url}/hook")
        await out.send(alert())
        await out.send(alert("k_3", lines=(), mode="system", story=None))
    assert len(service.got) == 2
    for got in service.got:
        conforms(got.json, schema)
        assert "x-monitor-signature" not in got.headers, "no secret, no signature"
