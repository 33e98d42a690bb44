"""One address for one article, whatever was hung on it on its way."""

from __future__ import annotations

import pytest

from monitor.text.canonical import canonical, readable

ARTICLE = "https://paper.example/world/fire-in-valencia"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.paper.example/world/fire-in-valencia",
        "http://paper.example/world/fire-in-valencia/",
        "https://paper.example/world/fire-in-valencia?utm_source=rss&utm_medium=feed",
        "https://paper.example/world/fire-in-valencia?fbclid=abc#comments",
        "https://m.paper.example/world/fire-in-valencia",
        "https://mobile.paper.example/world/fire-in-valencia",
        "https://amp.paper.example/world/fire-in-valencia",
        "https://paper.example/world/fire-in-valencia/amp",
        "https://paper.example/world/fire-in-valencia/amp/",
        "https://paper.example/amp/world/fire-in-valencia",
        "https://paper.example/world/fire-in-valencia.amp.html",
        "https://paper.example/world/fire-in-valencia?outputType=amp",
        "HTTPS://PAPER.example:443/world/fire-in-valencia",
    ],
)
def test_what_hangs_on_an_address_makes_it_no_other_article(url):
    assert canonical(url) == ARTICLE


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("https://paper.example/article?id=7", "https://paper.example/article?id=8"),
        ("https://paper.example/World", "https://paper.example/world"),
        ("https://a.paper.example/world", "https://b.paper.example/world"),
        ("https://paper.example/camp", "https://paper.example/c"),
        ("https://paper.example:8443/world", "https://paper.example/world"),
    ],
)
def test_what_names_the_article_stays(one, two):
    assert canonical(one) != canonical(two)


def test_the_order_of_parameters_is_no_matter():
    assert canonical("https://paper.example/a?page=2&id=7") == canonical("https://paper.example/a?id=7&page=2")


def test_what_is_no_address_of_the_web_stays_what_it_is():
    assert [canonical(one) for one in ("tag:paper.example,2026:7", "mailto:desk@paper.example", "")] == [
        "tag:paper.example,2026:7",
        "mailto:desk@paper.example",
        "",
    ]


def test_a_reader_is_sent_to_the_publishers_own_address_without_the_tracking():
    assert readable("https://m.paper.example/a/amp?utm_source=rss&id=7#top") == "https://m.paper.example/a/amp?id=7"
