"""Real servers on loopback that keep what they got: SMTP by aiosmtpd, and HTTP services that speak their documented contracts."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

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
async def http_service(answer: Callable[[Got], tuple[int, Any]] | None = None) -> AsyncIterator[HttpService]:
    service = HttpService(**({"answer": answer} if answer else {}))
    app = web.Application(client_max_size=10**7)
    app.router.add_route("*", "/{path:.*}", service.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        await runner.cleanup()


# ── the chats, by what their documentation says ──────────────────────────────────────────────────────────────────────


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def discord(got: Got) -> tuple[int, Any]:
    """Execute Webhook: content up to 2000 characters, 50006 for an empty one; with wait=true the message comes back."""
    content = got.json.get("content", "")
    if not content:
        return 400, {"message": "Cannot send an empty message", "code": 50006}
    if _units(content) > 2000:
        return 400, {
            "message": "Invalid Form Body",
            "code": 50035,
            "errors": {"content": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH"}]}},
        }
    return (200, {"id": "1100", "content": content}) if got.query.get("wait") == "true" else (204, "")


def slack_hook(got: Got) -> tuple[int, Any]:
    """Incoming webhooks: "ok", or "no_text"."""
    return (200, "ok") if got.json and got.json.get("text") else (400, "no_text")


def slack_bot(got: Got) -> tuple[int, Any]:
    """chat.postMessage: always 200; `ok` tells. A text over 40,000 is cut by Slack, which we must never meet."""
    if not got.headers.get("authorization", "").startswith("Bearer xoxb-"):
        return 200, {"ok": False, "error": "not_authed"}
    if len(got.json["text"]) > 40_000:
        return 200, {"ok": False, "error": "msg_too_long"}
    return 200, {"ok": True, "channel": "C1", "ts": "1503435956.000247"}


def telegram(got: Got) -> tuple[int, Any]:
    """sendMessage: 1 to 4096 characters; HTML with balanced tags of the allowed kinds, else 400 "can't parse entities"."""
    import re

    text = got.json.get("text", "")
    if not text or _units(text) > 4096:
        return 400, {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}
    if got.json.get("parse_mode") == "HTML":
        rest = re.sub(r'<b>|</b>|<a href="[^"<>]*">|</a>', "", text)
        balanced = text.count("<b>") == text.count("</b>") and text.count("<a ") == text.count("</a>")
        if "<" in rest or ">" in rest or not balanced or re.search(r"&(?!(amp|lt|gt|quot|#\d+|#x[0-9a-f]+);)", rest):
            return 400, {
                "ok": False,
                "error_code": 400,
                "description": "Bad Request: can't parse entities: unsupported start tag",
            }
    return 200, {"ok": True, "result": {"message_id": 77, "text": text}}


def ntfy(got: Got) -> tuple[int, Any]:
    """Publish as JSON: topic required; a message over 4,096 bytes becomes an attachment, which we must never meet."""
    if not got.json or not got.json.get("topic"):
        return 400, {"code": 40009, "http": 400, "error": "invalid request: topic invalid"}
    if len(got.json.get("message", "").encode()) > 4096:
        return 413, {"code": 41301, "http": 413, "error": "attachment too large"}
    return 200, {"id": "hwQ2YpKdmg", "event": "message", "topic": got.json["topic"]}


def mattermost(got: Got) -> tuple[int, Any]:
    """Incoming webhooks: "ok"; text up to 16,383 characters."""
    if len(got.json.get("text", "")) > 16383:
        return 400, {"id": "api.incoming_webhook.invalid_text.app_error", "status_code": 400}
    return 200, "ok"
