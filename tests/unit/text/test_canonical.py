"""One address for one article, whatever was hung on it on its way."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest

from monitor.text.canonical import canonical, readable, unwrapped

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


def google_news(address: str) -> str:
    """As Google News wrote addresses until 2024: a length, the address, and what follows it."""
    message = b"\x08\x13\x22" + bytes([len(address)]) + address.encode() + b"\xd2\x01\x00"
    return f"https://news.google.com/rss/articles/{urlsafe_b64encode(message).decode().rstrip('=')}?oc=5"


@pytest.mark.parametrize(
    "url",
    [
        google_news(ARTICLE),
        "https://www.google.com/url?rct=j&sa=t&url=https://paper.example/world/fire-in-valencia&ct=ga&usg=AOvVaw0",
        "https://www.google.com/amp/s/www.paper.example/world/fire-in-valencia",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/world/fire-in-valencia/amp/",
        "https://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=1&url=https%3a%2f%2fwww.paper.example%2fworld%2ffire-in-valencia&c=1",
        "https://r.search.yahoo.com/_ylt=A0;_ylu=X3/RV=2/RE=1/RO=10/RU=https%3a%2f%2fpaper.example%2fworld%2ffire-in-valencia/RK=0/RS=z-",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fpaper.example%2Fworld%2Ffire-in-valencia%3Ffbclid%3DIwAR0&h=AT0",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fpaper.example%2Fworld%2Ffire-in-valencia&rut=1",
    ],
    ids=["google news", "google alerts", "google amp", "amp cache", "bing", "yahoo", "facebook", "duckduckgo"],
)
def test_an_article_that_an_aggregator_wraps_is_the_publishers(url):
    assert canonical(url) == ARTICLE
    assert readable(url).startswith(("https://paper.example/world/", "https://www.paper.example/world/"))


@pytest.mark.parametrize(
    "url",
    [
        "https://news.google.com/rss/articles/CBMiAU_yqLMabcdefghijklmnop?oc=5",
        "https://news.google.com/rss/articles/CBM!",
        "https://news.yahoo.com/venezuela-fire-120000123.html",
        "https://www.google.com/url?q=valencia+fire",
        "https://www.google.com/url?q=http://localhost/a",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=http://[::1",
        "https://www.msn.com/en-us/news/world/fire-in-valencia/ar-AA1abcde",
        "https://paper.example/share?url=https://other.example/",
    ],
)
def test_an_address_that_carries_none_stays_what_it_is(url):
    assert unwrapped(url) == url


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
