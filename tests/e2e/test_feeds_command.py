"""`monitor feeds`: a site's address is enough, a list of a thousand is one command, and what is refused is named with the reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from stage import reply

FEED = {"Content-Type": "application/rss+xml"}


def _page(stage: Any, body: bytes) -> None:
    stage.stand.behaviour["/"] = lambda request: reply(request, 200, body, **{"Content-Type": "text/html"})


def _configure_with_include(stage: Any) -> None:
    stage.configure(["/one"])
    stage.config.write_text('include = ["feeds/*.opml"]\n' + stage.config.read_text("utf-8"), "utf-8")


def test_the_feed_of_a_site_is_found_added_shown_and_removed(stage: Any) -> None:
    _configure_with_include(stage)
    stage.stand.publish("/news/rss", "n1", "First", "Something happened.")
    _page(
        stage,
        b'<html><head><link rel="alternate" type="application/rss+xml" href="/news/rss"></head><body>news</body></html>',
    )
    added = stage.run("feeds", "add", stage.stand.url("/"), "--name", "The Paper", "--language", "en", "--trust", "2")
    assert added.returncode == 0, added.stderr
    assert "/news/rss" in added.stdout
    assert "1 entries" in added.stdout
    assert "does not include" not in added.stderr
    assert stage.run("once").returncode == 0
    listing = json.loads(stage.run("--json", "feeds").stdout)
    paper = next(row for row in listing if row["name"] == "The Paper")
    assert paper["state"] == "well"
    assert paper["failures"] == 0
    assert "The Paper" in stage.run("feeds", "export").stdout
    assert "configured already" in stage.run("feeds", "add", stage.stand.url("/news/rss")).stdout
    assert stage.run("feeds", "remove", "The Paper").returncode == 0
    assert "The Paper" not in stage.run("feeds", "export").stdout


def test_an_include_that_does_not_cover_what_was_added_is_told(stage: Any) -> None:
    stage.configure(["/one"])
    stage.stand.publish("/two", "n1", "First", "Something happened.")
    added = stage.run("feeds", "add", stage.stand.url("/two"))
    assert added.returncode == 0
    assert "does not include it yet" in added.stderr


def test_what_is_no_feed_and_names_none_is_not_added(stage: Any) -> None:
    stage.configure(["/one"])
    _page(stage, b"<html><body>nothing here</body></html>")
    usual = "/feed/ /feed /rss /rss.xml /feed.xml /atom.xml /index.xml /feeds/posts/default /?feed=rss2 /arc/outboundfeeds/rss/"
    stage.stand.behaviour |= {path: lambda request: reply(request, 404, b"no") for path in usual.split()}
    refused = stage.run("feeds", "add", stage.stand.url("/"))
    assert refused.returncode == 1
    assert "web page" in refused.stderr


def test_a_page_cannot_lead_us_to_a_private_address(stage: Any) -> None:
    stage.configure(["/one"])
    _page(
        stage,
        b'<html><head><link rel="alternate" type="application/rss+xml" href="http://169.254.169.254/feed"></head></html>',
    )
    stage.stand.publish("/feed/", "n1", "First", "Something happened.")
    added = stage.run("feeds", "add", stage.stand.url("/"))
    assert added.returncode == 0
    assert "/feed/" in added.stdout


def test_a_list_is_imported_and_what_was_refused_is_named(stage: Any, tmp_path: Path) -> None:
    _configure_with_include(stage)
    for number in range(20):
        stage.stand.publish(f"/good{number}", "n", "Title", "Text")
    stage.stand.behaviour["/gone"] = lambda request: reply(request, 410, b"")
    stage.stand.behaviour["/page"] = lambda request: reply(
        request, 200, b"<!doctype html><html></html>", **{"Content-Type": "text/html"}
    )
    urls = [stage.stand.url(path) for path in (*(f"/good{n}" for n in range(20)), "/gone", "/page", "/one")]
    outlines = "".join(f'<outline text="Feed {n}" xmlUrl="{url}"/>' for n, url in enumerate(urls))
    file = tmp_path / "list.opml"
    file.write_text(f'<opml version="2.0"><body><outline text="folder">{outlines}</outline></body></opml>')
    imported = stage.run("feeds", "import", str(file))
    assert imported.returncode == 1
    assert "20 added, 1 known already or listed twice, 2 refused" in imported.stdout
    assert "gone for good" in imported.stdout
    assert "web page" in imported.stdout
    assert stage.run("feeds", "export").stdout.count("xmlUrl") == 21
