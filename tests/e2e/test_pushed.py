"""The real daemon and a hub: what is published reaches a reader although the feed would not be asked for an hour."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from typing import Any
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

from stage import PATIENCE, Quiet, reply, serving


class Hub:
    """Takes subscriptions, and verifies each after its answer, as most hubs do."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.verified = threading.Event()
        hub = self

        class Handler(Quiet):
            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                hub.asked.append(form)
                reply(self, 202, b"")
                threading.Thread(target=hub.verify, args=[form], daemon=True).start()

        self.server = serving(Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def verify(self, form: dict[str, str]) -> None:
        said = {"mode": "subscribe", "topic": form["hub.topic"], "challenge": "c-1", "lease_seconds": "3600"}
        query = urlencode({f"hub.{key}": value for key, value in said.items()})
        with urlopen(f"{form['hub.callback']}?{query}", timeout=PATIENCE) as answer:
            if answer.read() == b"c-1":
                self.verified.set()

    def send(self, body: bytes) -> int:
        form = self.asked[-1]
        digest = hmac.new(form["hub.secret"].encode(), body, hashlib.sha512).hexdigest()
        headers = {"Content-Type": "application/rss+xml", "X-Hub-Signature": f"sha512={digest}"}
        with urlopen(Request(form["hub.callback"], body, headers), timeout=PATIENCE) as answer:
            return int(answer.status)


def rss(topic: str, hub: str, *items: str) -> bytes:
    links = f"<atom:link rel='hub' href='{hub}'/><atom:link rel='self' href='{topic}'/>"
    head = "<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel><title>News</title>"
    return f"{head}{links}{''.join(items)}</channel></rss>".encode()


def test_what_a_hub_sends_is_told_and_the_listing_says_until_when_it_will(stage: Any) -> None:
    hub = Hub()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    topic = stage.stand.url("/pushed")
    body = rss(topic, hub.url)
    stage.stand.behaviour["/pushed"] = lambda request: reply(
        request, 200, body, **{"Content-Type": "application/rss+xml"}
    )
    stage.configure(["/pushed"])
    text = stage.config.read_text("utf-8").replace('max_interval = "1s"', 'max_interval = "1h"')
    page = f'listen = "127.0.0.1:{port}"\npublic_url = "http://127.0.0.1:{port}/"'
    stage.config.write_text(text.replace('listen = ""', page), "utf-8")
    stage.start()
    assert hub.verified.wait(PATIENCE), stage.log()
    assert hub.send(
        rss(
            topic,
            hub.url,
            "<item><guid>n1</guid><title>Venezuela closes its border</title><link>https://news.example/n1</link>"
            "<description>CARACAS - Venezuela closed its border with Brazil on Friday, the interior ministry said.</description></item>",
        )
    ) == 202  # fmt: skip
    stage.mailbox.wait_for(lambda got: len(got) == 1, "what the hub sent")
    (row,) = json.loads(stage.run("--json", "feeds").stdout)
    assert row["push"]["live"]
    assert row["push"]["heard_at"]
    assert "1 of 1 feeds that name a hub are pushed" in stage.run("doctor").stdout
    for secret in (hub.asked[0]["hub.secret"], hub.asked[0]["hub.callback"].rpartition(".")[2]):
        assert secret not in stage.log()
    hub.server.shutdown()
    hub.server.server_close()
