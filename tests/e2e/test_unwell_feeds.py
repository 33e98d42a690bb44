"""One feed's trouble never touches another, and `monitor feeds` says what is wrong."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

from stage import reply


def test_bad_feeds_leave_the_others_alone_and_are_named(stage: Any) -> None:
    release = threading.Event()
    stage.stand.behaviour = {
        "/missing": lambda request: reply(request, 404, b"no"),
        "/broken": lambda request: reply(
            request, 200, b"<rss><channel><item><title>never closed", **{"Content-Type": "application/rss+xml"}
        ),
        "/garbage": lambda request: reply(
            request, 200, b"\x00\xff\x12 this is not a feed", **{"Content-Type": "application/rss+xml"}
        ),
        "/html": lambda request: reply(
            request,
            200,
            b"<!doctype html><html><body>A page about Venezuela</body></html>",
            **{"Content-Type": "text/html"},
        ),
        "/slow": lambda _: release.wait(30) and None,
        "/huge": _huge,
    }
    paths = ["/good", *stage.stand.behaviour]
    stage.configure(paths, fetch='max_body = "1MB"')
    try:
        stage.start()
        stage.stand.wait_until_asked("/good", 3)
        stage.stand.publish(
            "/good",
            "n1",
            "Venezuela closes its border",
            "CARACAS - Venezuela closed its border with Brazil on Friday, the interior ministry said.",
        )
        stage.mailbox.wait_for(lambda got: len(got) == 1, "the good feed's news")
        stage.stand.wait_for_next_polls("/good", 3)
        listing = stage.run("feeds").stdout
        for path, words in {
            "/missing": "not found",
            "/garbage": "no feed",
            "/html": "web page",
            "/slow": "within 2 s",
            "/huge": "larger than 1 MB",
        }.items():
            line = next(line for line in listing.splitlines() if line.startswith(path.strip("/")))
            assert words in line, line
    finally:
        release.set()


def _huge(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Type", "application/rss+xml")
    request.end_headers()
    try:
        for _ in range(160):
            request.wfile.write(b" " * 65536)
    except OSError:
        pass  # they hung up, as they should
