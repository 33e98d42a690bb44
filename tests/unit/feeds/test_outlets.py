"""What an aggregator passes on belongs to the outlet that it names, and not to the aggregator."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.feeds import parse, schedule
from monitor.feeds.sift import sift
from monitor.model import Feed, Item

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def feed(url: str, name: str, family: str) -> Feed:
    return Feed(id="f_1", url=url, name=name, family=family, language="es")


def items(of: Feed, *entries: str) -> list[Item]:
    body = f"<rss version='2.0'><channel><title>{of.name}</title>{''.join(f'<item>{one}</item>' for one in entries)}</channel></rss>"
    parsed = parse.parse(body.encode(), url=of.url)
    return list(sift(of, schedule.first(of, NOW), parsed, set(), {}, NOW).items)


GOOGLE = feed("https://news.google.com/rss/search?q=Valencia", "Google News: Valencia", "google")
YAHOO = feed("https://news.yahoo.com/rss/world", "Yahoo News", "yahoo")
MSN = feed("https://rss.msn.com/es-es", "MSN Noticias", "msn")


@pytest.mark.parametrize("of", [GOOGLE, YAHOO, MSN], ids=["google", "yahoo", "msn"])
def test_two_papers_behind_one_aggregator_are_two_houses(of: Feed):
    one, two = items(
        of,
        "<title>Incendio en Valencia - El Nacional</title><link>https://a.example/1</link>"
        "<source url='https://www.elnacional.com'>El Nacional</source>",
        "<title>Fuego en el mercado</title><link>https://a.example/2</link><source url='https://elpitazo.net'>El Pitazo</source>",
    )
    assert {(item.publisher, item.family) for item in (one, two)} == {
        ("El Nacional", "elnacional.com"),
        ("El Pitazo", "elpitazo.net"),
    }
    assert {item.title for item in (one, two)} == {"Incendio en Valencia", "Fuego en el mercado"}


def test_an_outlet_without_an_address_has_no_family_yet():
    (one,) = items(YAHOO, "<title>Incendio</title><link>https://a.example/1</link><source>El Pitazo</source>")
    assert (one.publisher, one.family) == ("El Pitazo", "")


@pytest.mark.parametrize("source", ["BBC News", "BBC", "bbc news - world", "BBC World Service"])
def test_a_feed_that_names_itself_as_the_source_keeps_its_family(source: str):
    bbc = feed("https://feeds.bbci.co.uk/news/world/rss.xml", "BBC News: World", "bbc")
    (one,) = items(
        bbc, f"<title>Fire</title><link>https://bbc.com/1</link><source url='https://www.bbc.co.uk/'>{source}</source>"
    )
    assert one.family == "bbc"


def test_a_search_for_one_wire_keeps_the_wires_family():
    reuters = feed("https://news.google.com/rss/search?q=site%3Areuters.com", "Reuters: Venezuela", "reuters")
    (one,) = items(
        reuters,
        "<title>Fire - Reuters</title><link>https://a.example/1</link><source url='https://www.reuters.com'>Reuters</source>",
    )
    assert (one.title, one.publisher, one.family) == ("Fire", "Reuters", "reuters")


def test_a_link_through_an_aggregator_is_the_papers():
    link = "https://www.bing.com/news/apiclick.aspx?ref=Fex&amp;url=https%3a%2f%2felpitazo.net%2fvalencia%2fincendio-en-el-mercado&amp;c=1"
    (one,) = items(
        feed("https://www.bing.com/news/search?q=x&format=rss", "Bing", "bing"),
        f"<title>Incendio</title><link>{link}</link>",
    )
    assert one.url == "https://elpitazo.net/valencia/incendio-en-el-mercado"
