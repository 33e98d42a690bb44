"""A page without a feed behaves as one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import ParseError
from monitor.feeds.page import read_page, wrong_selector
from monitor.model import PageRule

URL = "https://ministry.example/news/"
PAGE = """<!doctype html><html lang="es"><head><title>Noticias</title></head><body>
<article class="news"><h2><a href="/n/2">Ministra <b>renuncia</b></a></h2><time datetime="2026-03-02T10:00:00Z">2 de marzo</time>
  <p>La ministra renunció el lunes.</p><p>No dio razones.</p></article>
<article class="news"><h2><a href="https://ministry.example/n/1">Puente abierto</a></h2><time>01/03/2026</time><p>Un puente.</p></article>
<article class="news"><h2>Without an address</h2></article>
<article class="other"><h2><a href="/x">Not news</a></h2></article>
<article class="news"><h2><a href="javascript:alert(1)">Script</a></h2></article>
</body></html>"""


def test_items_of_a_page_are_entries_with_address_title_text_and_date() -> None:
    found = read_page(PAGE.encode(), URL, PageRule(item="article.news"))
    assert [(entry.url, entry.title) for entry in found.entries] == [
        ("https://ministry.example/n/2", "Ministra renuncia"),
        ("https://ministry.example/n/1", "Puente abierto"),
    ]
    assert found.language == "es"
    assert found.entries[0].summary == "La ministra renunció el lunes.\nNo dio razones."
    assert found.entries[0].published == datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_an_ambiguous_date_is_no_date() -> None:
    found = read_page(PAGE.encode(), URL, PageRule(item="article.news"))
    assert found.entries[1].published is None


def test_every_part_may_have_a_selector_of_its_own() -> None:
    page = '<ul><li><i>2026-03-02</i><span class="t">A port opens</span><em>It opened.</em><a class="more" href="?id=7">more</a></li></ul>'
    rule = PageRule(item="li", title=".t", link="a.more", text="em", date="i")
    (entry,) = read_page(page.encode(), URL, rule).entries
    assert (entry.title, entry.url, entry.summary) == (
        "A port opens",
        "https://ministry.example/news/?id=7",
        "It opened.",
    )


def test_a_page_on_which_nothing_fits_says_so() -> None:
    with pytest.raises(ParseError, match=r"nothing on the page fits the selector 'div\.gone'"):
        read_page(PAGE.encode(), URL, PageRule(item="div.gone"))


def test_a_selector_that_is_none_is_named() -> None:
    assert wrong_selector(PageRule(item="article", title="h2[")) is not None
    assert wrong_selector(PageRule(item="article.news > h2")) is None
