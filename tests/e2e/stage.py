"""The stage: a newsstand, a mailbox and a webhook on loopback, all real servers, and the real daemon as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import blake2b
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import hatchery
from aiosmtpd.controller import Controller

PATIENCE = 30.0  # seconds that a test waits for something that must happen


class Newsstand:
    """A feed server whose feeds a test fills and breaks. `requests` counts what was asked of each path."""

    def __init__(self) -> None:
        self.entries: dict[str, list[dict[str, str]]] = {}
        self.behaviour: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.requests: dict[str, int] = {}
        self.changed = threading.Condition()
        stand = self

        class Handler(Quiet):
            def do_GET(self) -> None:
                with stand.changed:
                    stand.requests[self.path] = stand.requests.get(self.path, 0) + 1
                    stand.changed.notify_all()
                stand.answer(self)

        self.server = serving(Handler)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def publish(self, path: str, guid: str, title: str, text: str) -> None:
        self.entries.setdefault(path, []).insert(
            0, {"guid": guid, "title": title, "text": text, "at": format_datetime(datetime.now(UTC))}
        )

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        if request.path in self.behaviour:
            self.behaviour[request.path](request)
            return
        items = "".join(
            f"<item><guid isPermaLink='false'>{escape(one['guid'])}</guid><title>{escape(one['title'])}</title><link>https://news.example/{one['guid']}</link>"
            f"<pubDate>{one['at']}</pubDate><description>{escape(one['text'])}</description></item>"
            for one in self.entries.get(request.path, [])
        )
        body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><link>https://news.example</link>{items}</channel></rss>".encode()
        etag = f'"{blake2b(body, digest_size=6).hexdigest()}"'
        if request.headers.get("If-None-Match") == etag:
            reply(request, 304, b"", ETag=etag)
        else:
            reply(request, 200, body, ETag=etag, **{"Content-Type": "application/rss+xml"})

    def wait_until_asked(self, path: str, times: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.requests.get(path, 0) >= times, PATIENCE), (
                f"{path} was asked {self.requests.get(path, 0)} times"
            )

    def wait_for_next_polls(self, path: str, times: int = 2) -> None:
        """Until the feed was read whole after now: one poll may already be on its way."""
        self.wait_until_asked(path, self.requests.get(path, 0) + times)


class Quiet(BaseHTTPRequestHandler):
    """Answers, and writes no log of it."""

    def log_message(self, *args: Any) -> None:
        pass


def serving(handler: type[Quiet]) -> ThreadingHTTPServer:
    """A server on a free port of loopback, at work until the process ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def reply(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        request.send_header(name, value)
    request.end_headers()
    if body:
        request.wfile.write(body)


class Mailbox:
    """A real SMTP server. `on_message` runs before the message is accepted."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.arrived = threading.Condition()
        self.on_message: Callable[[EmailMessage], str | None] = lambda _: None
        self.controller = Controller(self, hostname="127.0.0.1", port=0)
        self.controller.port = _free_port()
        self.controller.start()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self.arrived:
            verdict = self.on_message(message)
            if verdict is None or verdict.startswith("250"):
                self.messages.append(message)
            self.arrived.notify_all()
        return verdict or "250 accepted"

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.controller.port}/?from=monitor@example.org&to=desk@example.org"

    def wait_for(self, condition: Callable[[list[EmailMessage]], bool], what: str) -> list[EmailMessage]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: condition(self.messages), PATIENCE), (
                f"{what}; got {[m['Subject'] for m in self.messages]}"
            )
            return list(self.messages)

    def close(self) -> None:
        self.controller.stop()


class Hook:
    """A webhook receiver that can be down."""

    def __init__(self) -> None:
        self.down = False
        self.asked = 0
        self.received: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.arrived = threading.Condition()
        hook = self

        class Handler(Quiet):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                with hook.arrived:
                    hook.asked += 1
                    if not hook.down:
                        hook.received.append(
                            ({key.lower(): value for key, value in self.headers.items()}, json.loads(body))
                        )
                    hook.arrived.notify_all()
                reply(self, 503 if hook.down else 200, b"", **({"Retry-After": "1"} if hook.down else {}))

        self.server = serving(Handler)

    @property
    def url(self) -> str:
        return f"webhook+http://127.0.0.1:{self.server.server_port}/hook?secret=s3cret-of-the-test"

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        with self.arrived:
            assert self.arrived.wait_for(condition, PATIENCE), what


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """Everything together: write a configuration, start and stop daemons, run commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stand, self.mailbox, self.hook = Newsstand(), Mailbox(), Hook()
        self.config = folder / "monitor.toml"
        self.daemons: list[Any] = []

    def configure(
        self,
        feeds: list[str],
        *,
        channel: str | None = None,
        subscription: str = "",
        system: bool = False,
        fetch: str = "",
    ) -> None:
        tables = "".join(
            f'[[feed]]\nurl = "{self.stand.url(path)}"\nname = "{path.strip("/")}"\nfamily = "{path.strip("/")}"\ntrust = 2\n'
            for path in feeds
        )
        self.config.write_text(
            f"""
timezone = "UTC"
database = "monitor.db"
log = "info"
[fetch]
interval = "500ms"
min_interval = "500ms"
max_interval = "500ms"
timeout = "2s"
per_host = 16
allow_private = ["127.0.0.0/8"]
{fetch}
[web]
listen = ""
[[topic]]
id = "v"
name = "Venezuela"
query = "venezuela OR caracas"
[[channel]]
id = "desk"
url = "{channel or self.mailbox.url}"
[[subscription]]
topic = "v"
channel = "desk"
settle = "0s"
gap = "0s"
max_per_day = 1000
{subscription}
{"[system]" if system else ""}
{'channel = "desk"' if system else ""}
{tables}
""",
            encoding="utf-8",
        )

    def start(self) -> Any:
        log = self.folder / f"daemon-{len(self.daemons)}.log"
        daemon = hatchery.start(["-c", str(self.config), "run"], stdout=log, stderr=log, environment=_environment())
        self.daemons.append(daemon)
        return daemon

    def log(self) -> str:
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("daemon-*.log")))

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return monitor("-c", str(self.config), *arguments)

    def close(self) -> None:
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGKILL)
            daemon.wait()
        self.mailbox.close()
        self.stand.server.shutdown()
        self.hook.server.shutdown()
        self.stand.server.server_close()
        self.hook.server.server_close()


def monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A command as a user types it, run to its end."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        done = hatchery.start(arguments, stdout=out, stderr=err, environment=_environment())
        try:
            code = done.wait(60)
        except subprocess.TimeoutExpired:
            done.send_signal(signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(["monitor", *arguments], code, out.read_text(), err.read_text())


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
