"""Where the feed of a site is looked for."""

from __future__ import annotations

from monitor.feeds.discover import find_feeds

PAGE = b"""<html><head>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
<link rel="alternate" type="application/atom+xml" href="/atom">
</head><body><a href="https://blog.example/rss.xml">RSS</a><a href="/feedback">Write to us</a></body></html>"""


def test_what_the_page_declares_comes_first_then_the_usual_places_then_what_its_anchors_say() -> None:
    found = find_feeds(PAGE, "https://news.example/")
    assert found[0] == "https://news.example/atom"
    assert found[1] == "https://news.example/feed/"
    assert found[-2:] == ["https://blog.example/rss.xml", "https://news.example/comments/feed"]
    assert not any("feedback" in address for address in found)
