"""Real servers on loopback that keep what they got: SMTP by aiosmtpd, and HTTP services that speak their documented contracts."""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# ── SMTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class MailServer:
    """Keeps every mail with its envelope. `say` may answer a command ("RCPT", "DATA") with a line of its own, once a line."""

    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    say: dict[str, list[str]] = field(default_factory=dict)
    logins: list[tuple[str, str]] = field(default_factory=list)
    farewells: int = 0
    port: int = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.say.get(f"RCPT {address}"):
            return self.say[f"RCPT {address}"].pop(0)
        if self.say.get("RCPT"):
            return self.say["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.say.get("DATA"):
            return self.say["DATA"].pop(0)
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(list(envelope.rcpt_tos))
        if self.say.get("BREAK"):
            # Accepted, and the line is cut before the answer: the ambiguous case.
            self.say["BREAK"].pop(0)
            server.transport.abort()
        return "250 accepted as 1"

    async def handle_QUIT(self, server, session, envelope):
        self.farewells += 1
        return "221 Bye"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        right = data.password == b"right/pass@word"
        return AuthResult(success=right, handled=right)


@asynccontextmanager
async def mail_server(**options: Any) -> AsyncIterator[MailServer]:
    server = MailServer(port=free_port())
    if options.pop("auth", False):
        options |= {"authenticator": server.login, "auth_required": True}
    controller = Controller(server, hostname="127.0.0.1", port=server.port, **options)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


# ── HTTP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    json: Any


@dataclass
class HttpService:
    """Answers by its contract; `faults` are answers that come first, one a request: (status, headers, body)."""

    answer: Callable[[Got], tuple[int, Any]] = lambda _: (200, {"ok": True})
    got: list[Got] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str], Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            value = await request.json()
        except ValueError:
            value = None
        got = Got(
            request.method,
            request.path,
            dict(request.query),
            {k.lower(): v for k, v in request.headers.items()},
            body,
            value,
        )
        self.got.append(got)
        if self.faults:
            status, headers, said = self.faults.pop(0)
            return _respond(status, said, headers)
        return _respond(*self.answer(got))


def _respond(status: int, value: Any, headers: dict[str, str] | None = None) -> web.Response:
    if isinstance(value, str):
        return web.Response(status=status, text=value, headers=headers)
    return web.json_response(value, status=status, headers=headers)


@asynccontextmanager
async def http_service(
    answer: Callable[[Got], tuple[int, Any]] | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[HttpService]:
    service = HttpService(**({"answer": answer} if answer else {}))
    app = web.Application(client_max_size=10**7)
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        await runner.cleanup()


# ── the chats, by what their documentation says ──────────────────────────────────────────────────────────────────────


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class DiscordChannel:
    """Execute Webhook: content up to 2000 characters, 50006 for an empty one; with wait=true the message comes back.

    Edit Webhook Message: 10008 for one that is not there. `messages` by id are what a reader sees; a test may delete one.
    """

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}

    def __call__(self, got: Got) -> tuple[int, Any]:
        content, _, message = got.json.get("content", ""), *got.path.partition("/messages/")[1:]
        if not content:
            return 400, {"message": "Cannot send an empty message", "code": 50006}
        if _units(content) > 2000:
            return 400, {
                "message": "Invalid Form Body",
                "code": 50035,
                "errors": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH"}]}},
            }
        if got.method == "PATCH" and message not in self.messages:
            return 404, {"message": "Unknown Message", "code": 10008}
        message = message or str(1100 + len(self.messages))
        self.messages[message] = content
        return (
            (200, {"id": message, "content": content}) if got.query.get("wait") or got.method == "PATCH" else (204, "")
        )


def discord(got: Got) -> tuple[int, Any]:
    """A channel that is new with every request."""
    return DiscordChannel()(got)


def slack_hook(got: Got) -> tuple[int, Any]:
    """Incoming webhooks: "ok", or "no_text"."""
    return (200, "ok") if got.json and got.json.get("text") else (400, "no_text")


class SlackChannel:
    """chat.postMessage and chat.update: always 200; `ok` tells. A text over 40,000 is cut by Slack, which we must never meet.

    An update wants the channel's id (a name is channel_not_found) and a message that is there. `threads` by message.
    """

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.threads: dict[str, str] = {}

    def __call__(self, got: Got) -> tuple[int, Any]:
        error = self._error(got)
        if error:
            return 200, {"ok": False, "error": error}
        ts = got.json.get("ts") or f"1503435956.{247 + len(self.messages):06}"
        self.messages[ts] = got.json["text"]
        if got.json.get("thread_ts"):
            self.threads[ts] = got.json["thread_ts"]
        return 200, {"ok": True, "channel": "C1", "ts": ts}

    def _error(self, got: Got) -> str:
        if not got.headers.get("authorization", "").startswith("Bearer xoxb-"):
            return "not_authed"
        if len(got.json["text"]) > 40_000:
            return "msg_too_long"
        if got.path.endswith("/chat.update"):
            if got.json["channel"] != "C1":
                return "channel_not_found"
            return "" if got.json["ts"] in self.messages else "message_not_found"
        return ""


def slack_bot(got: Got) -> tuple[int, Any]:
    """A channel that is new with every request."""
    return SlackChannel()(got)


class TelegramChat:
    """sendMessage, editMessageText: 1 to 4096 characters; HTML with balanced tags of the allowed kinds, else "can't parse entities".

    A message that is edited must be there and become another one; a button's address must be one that the whole world knows.
    """

    def __init__(self) -> None:
        self.messages: dict[int, str] = {}
        self.replies: dict[int, int] = {}

    def __call__(self, got: Got) -> tuple[int, Any]:
        text, edit = got.json.get("text", ""), got.path.endswith("/editMessageText")
        wrong = _telegram_text(text, got.json) or _telegram_buttons(got.json)
        message = int(got.json.get("message_id", 0)) if edit else 77 + len(self.messages)
        if edit and not wrong and self.messages.get(message) in (None, text):
            wrong = "message is not modified" if message in self.messages else "message to edit not found"
        if wrong:
            return 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {wrong}"}
        self.messages[message] = text
        if "reply_parameters" in got.json:
            self.replies[message] = got.json["reply_parameters"]["message_id"]
        return 200, {"ok": True, "result": {"message_id": message, "text": text}}


def _telegram_text(text: str, payload: Any) -> str:
    if not text or _units(text) > 4096:
        return "message is too long"
    if payload.get("parse_mode") == "HTML":
        rest = re.sub(r'<b>|</b>|<a href="[^"<>]*">|</a>', "", text)
        balanced = text.count("<b>") == text.count("</b>") and text.count("<a ") == text.count("</a>")
        if "<" in rest or ">" in rest or not balanced or re.search(r"&(?!(amp|lt|gt|quot|#\d+|#x[0-9a-f]+);)", rest):
            return "can't parse entities: unsupported start tag"
    return ""


def _telegram_buttons(payload: Any) -> str:
    rows = payload.get("reply_markup", {}).get("inline_keyboard", [])
    hosts = [urlsplit(button["url"]).hostname or "" for row in rows for button in row]
    return "BUTTON_URL_INVALID" if any("." not in host for host in hosts) else ""


def telegram(got: Got) -> tuple[int, Any]:
    """A chat that is new with every request."""
    return TelegramChat()(got)


class NtfyTopic:
    """Publish as JSON: topic required; a message over 4,096 bytes becomes an attachment, which we must never meet.

    Since 2.16 a message may have a sequence id, and takes the place of the one that has it; an older server ignores it.
    """

    def __init__(self, *, sequences: bool = True) -> None:
        self.messages: dict[str, str] = {}
        self._sequences = sequences

    def __call__(self, got: Got) -> tuple[int, Any]:
        if not got.json or not got.json.get("topic"):
            return 400, {"code": 40009, "http": 400, "error": "invalid request: topic invalid"}
        if len(got.json.get("message", "").encode()) > 4096:
            return 413, {"code": 41301, "http": 413, "error": "attachment too large"}
        if len(got.json.get("actions", ())) > 3:
            return 400, {"code": 40018, "http": 400, "error": "invalid request: actions invalid"}
        name = f"hwQ2YpKd{len(self.messages):02}"
        sequence = got.json.get("sequence_id") if self._sequences else None
        self.messages[sequence or name] = got.json["message"]
        return 200, {"id": name, "event": "message", "topic": got.json["topic"]} | (
            {"sequence_id": sequence} if sequence else {}
        )


def ntfy(got: Got) -> tuple[int, Any]:
    """A topic that is new with every request."""
    return NtfyTopic()(got)


def mattermost(got: Got) -> tuple[int, Any]:
    """Incoming webhooks: "ok"; text up to 16,383 characters."""
    if len(got.json.get("text", "")) > 16383:
        return 400, {"id": "api.incoming_webhook.invalid_text.app_error", "status_code": 400}
    return 200, "ok"


class MatrixRoom:
    """Client-server API v1.13: a transaction's id makes one event of two; an event has 65,536 bytes at most (413, M_TOO_LARGE).

    The room lets in whom it has invited, and nobody speaks who has not come in. What is redacted has lost its content. `messages`
    by event are what a reader sees, `events` what was sent; `invited` says whether we are, `inside` whether we came.
    """

    def __init__(self, *, inside: bool = True, invited: bool = True) -> None:
        self.messages: dict[str, str] = {}
        self.events: list[Any] = []
        self.logins: list[Any] = []
        self.inside, self.invited, self.token = inside, invited, "syt_1"
        self._transactions: dict[str, str] = {}

    def __call__(self, got: Got) -> tuple[int, Any]:
        if got.path.endswith("/login"):
            return self._login(got.json)
        if got.headers.get("authorization") != f"Bearer {self.token}":
            return 401, {"errcode": "M_UNKNOWN_TOKEN", "error": "Invalid access token passed."}
        what = got.path.removeprefix("/_matrix/client/v3/").partition("/")[0]
        if what == "account":
            return 200, {"user_id": "@bot:news.example"}
        if what == "join" and self.invited:
            self.inside = True
            return 200, {"room_id": "!room:news.example"}
        if not self.inside:
            return 403, {"errcode": "M_FORBIDDEN", "error": "User @bot:news.example not in room"}
        return self._event(got.path.rpartition("/")[2]) if got.method == "GET" else self._send(got)

    def _login(self, asked: Any) -> tuple[int, Any]:
        if asked["password"] != "right/pass@word":
            return 403, {"errcode": "M_FORBIDDEN", "error": "Invalid username or password"}
        self.logins.append(asked)
        self.token = f"syt_{len(self.logins) + 1}"
        return 200, {"access_token": self.token, "user_id": "@bot:news.example", "device_id": asked["device_id"]}

    def _event(self, event: str) -> tuple[int, Any]:
        if not any(one == event for one, _ in self.events):
            return 404, {"errcode": "M_NOT_FOUND", "error": "Event not found."}
        return 200, {"event_id": event, "content": {"body": self.messages[event]} if event in self.messages else {}}

    def _send(self, got: Got) -> tuple[int, Any]:
        if len(got.body) > 65_000:
            return 413, {"errcode": "M_TOO_LARGE", "error": "event too large"}
        transaction = got.path.rpartition("/")[2]
        if transaction not in self._transactions:
            event = self._transactions[transaction] = f"${len(self.events)}"
            self.events.append((event, got.json))
            replaced = got.json.get("m.relates_to", {}).get("rel_type") == "m.replace"
            seen = got.json["m.relates_to"]["event_id"] if replaced else event
            self.messages[seen] = got.json["m.new_content"]["body"] if replaced else got.json["body"]
        return 200, {"event_id": self._transactions[transaction]}


def matrix(got: Got) -> tuple[int, Any]:
    """A room that is new with every request."""
    return MatrixRoom()(got)
