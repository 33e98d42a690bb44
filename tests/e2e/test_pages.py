"""Pages as sources: a page without a feed, and the page behind an item."""

from __future__ import annotations

import json
from typing import Any

from stage import reply

LIST = """<html><head><title>Ministry</title></head><body>{items}</body></html>"""
ITEM = '<article class="news"><h2><a href="/n/{number}">{title}</a></h2><p>{text}</p></article>'
STORY = (
    "CARACAS - Venezuela closed the port of Coro on Monday, the harbour master said. Two ships that were waiting outside were sent to "
    "Maracaibo. The port will stay closed until its main crane is repaired, which may take three weeks, he told reporters at the quay. "
)


def html(text: str) -> Any:
    return lambda request: reply(request, 200, text.encode(), **{"Content-Type": "text/html; charset=utf-8"})


def test_a_page_without_a_feed_is_polled_like_one(stage: Any) -> None:
    stage.configure([], subscription="threshold = 0.3")
    stage.config.write_text(
        stage.config.read_text()
        + f'[[page]]\nurl = "{stage.stand.url("/news")}"\nitem = "article.news"\nname = "Ministry"\n'
    )
    first = ITEM.format(number=1, title="A school opens in Caracas", text="A school opened in Caracas on Sunday.")
    stage.stand.behaviour["/news"] = html(LIST.format(items=first))
    assert stage.run("once", "--all").returncode == 0
    second = ITEM.format(number=2, title="Venezuela closes the port of Coro", text=STORY)
    stage.stand.behaviour["/news"] = html(LIST.format(items=second + first))
    done = stage.run("once", "--all")
    assert done.returncode == 0, done.stderr
    assert "1 new items" in done.stdout
    (message,) = stage.mailbox.messages
    assert "port of Coro" in message["Subject"]
    stage.stand.behaviour["/news"] = html("<html><body>Under construction</body></html>")
    sick = stage.run("once", "--all")
    assert sick.returncode == 1
    assert "article.news" in sick.stderr


def test_an_item_is_read_in_full_where_that_is_wanted_and_allowed(stage: Any) -> None:
    stage.configure(["/a"], subscription="threshold = 0.3", fetch="full_text = true")
    article = f"<html><body><nav>Home</nav><article><h1>Venezuela closes the port of Coro</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"
    stage.stand.behaviour = {
        "/1": html(article),
        "/robots.txt": lambda request: reply(request, 200, b"User-agent: *\nDisallow: /2"),
        "/a": lambda request: reply(request, 200, feed(stage, entries), **{"Content-Type": "application/rss+xml"}),
    }
    entries: list[str] = []
    assert stage.run("once", "--all").returncode == 0
    entries += ["1", "2"]
    done = stage.run("once", "--all")
    assert done.returncode == 0, done.stderr
    items = {item["url"][-1]: item for item in json.loads(stage.run("--json", "search", "Coro").stdout)}
    assert "main crane is repaired" in items["1"]["content"]
    assert items["2"]["content"] == ""
    assert "robots.txt" in stage.run("explain", items["2"]["id"]).stdout
    assert "/2" not in stage.stand.requests


def feed(stage: Any, entries: list[str]) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{one}</guid><title>Venezuela closes the port of Coro {one}</title>"
        f"<link>{stage.stand.url('/' + one)}</link><description>Venezuela closed the port of Coro, report {one}.</description></item>"
        for one in entries
    )
    return f"<rss version='2.0'><channel><title>News</title><link>https://news.example</link>{items}</channel></rss>".encode()
