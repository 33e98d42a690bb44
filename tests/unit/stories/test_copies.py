"""One text is one source: which texts are copies, and which only look like it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from newsdesk import article, lexicon

from monitor.model import Item
from monitor.stories.copies import CopyIndex, containment, is_copy, text_of
from monitor.stories.reading import read_item

WIRE = (
    "A fire destroyed the market hall of Valencia on Monday and injured twelve people, the fire brigade said. "
    "Forty firemen fought the flames for six hours before the roof of the hall fell in. "
    "Traders had warned for years that the wiring of the old building was not safe. "
    "The mayor promised that every trader would be paid three thousand dollars by Friday. "
    "Police were looking into whether a welder who worked on the roof had caused the fire."
)
TITLE = "Fire destroys market hall in Valencia"


def text(item: Item):
    return text_of(read_item(item, lexicon()))


def texts(
    first: str, second: str, *, titles: tuple[str, str] = (TITLE, TITLE), papers: tuple[str, str] = ("One", "Two")
):
    """Two articles as copies see them."""
    return tuple(
        text(article(number, title, body, publisher=paper))
        for number, (title, body, paper) in enumerate(zip(titles, (first, second), papers, strict=True))
    )


def test_a_reprint_under_another_headline_is_a_copy():
    one, two = texts(WIRE, WIRE, titles=(TITLE, "Twelve hurt as Valencia hall burns"))
    assert is_copy(two, one)


def test_an_abridged_reprint_is_a_copy_though_it_shares_little_of_the_whole():
    one, two = texts(WIRE, " ".join(WIRE.split(". ")[:2]) + ".", titles=(TITLE, TITLE))
    grams = len({*one.grams.tolist()} | {*two.grams.tolist()})
    assert len({*one.grams.tolist()} & {*two.grams.tolist()}) / grams < 0.5
    assert containment(two.grams, one.grams) > 0.9
    assert is_copy(two, one)
    assert is_copy(one, two)


def test_a_reprint_with_a_paragraph_of_its_own_is_a_copy():
    one, two = texts(
        WIRE, f"{WIRE} The hall was built in 1923 and has stood empty at night since the theft of last year."
    )
    assert is_copy(two, one)


def test_a_lightly_edited_reprint_under_the_same_headline_is_a_copy():
    edited = (
        WIRE.replace("for six hours before", "during six hours until")
        .replace("had warned for years", "have long said")
        .replace("looking into", "examining")
    )
    one, two = texts(WIRE, edited)
    assert is_copy(two, one)


def test_two_reports_of_one_event_are_no_copies():
    other = (
        "Twelve people were hurt when flames swept through Valencia's market hall on Monday. The roof collapsed after six hours. "
        "The mayor announced compensation for all traders, and detectives questioned a welder. Traders said the wiring was dangerous."
    )
    one, two = texts(WIRE, other, titles=(TITLE, "Market hall in Valencia burns down"))
    assert not is_copy(two, one)


def test_posts_of_one_live_blog_are_no_copies_of_each_other():
    one, two = texts(
        WIRE,
        f"{WIRE} Update: the roof fell in.",
        titles=("Live: fire in Valencia", "Live: roof falls in"),
        papers=("One", "One"),
    )
    assert not is_copy(two, one)


@pytest.mark.parametrize("word", ["Live", "En vivo", "En direct", "Ao vivo", "Minuto a minuto"])
def test_a_live_blog_is_known_by_its_headline_in_several_languages(word):
    assert text(article(1, f"{word}: Valencia", WIRE)).live


def test_a_live_blogs_text_in_another_paper_is_a_copy():
    one, two = texts(WIRE, WIRE, titles=("Live: fire in Valencia", "Live: fire in Valencia"))
    assert is_copy(two, one)


def test_bare_headlines_are_copies_only_word_for_word_and_from_two_papers():
    title = "Fire destroys old market hall in Valencia"
    one, two = texts("", "", titles=(title, title))
    assert is_copy(two, one)
    one, two = texts("", "", titles=(title, title.replace("Valencia", "Maracaibo")))
    assert not is_copy(two, one)
    one, two = texts("", "", titles=("Morning news", "Morning news"))
    assert not is_copy(replace(two, digest="other"), one)


def test_a_bare_headline_that_returns_after_days_is_no_copy():
    title = "Fire destroys old market hall in Valencia"
    one = text(article(0, title, "", publisher="One"))
    two = replace(text(article(80, title, "", publisher="Two")), digest="of another day")
    assert not is_copy(two, one)


def test_short_reports_of_one_pattern_are_copies_only_with_the_same_numbers():
    quake = "An earthquake of magnitude {} struck {} kilometres off the coast at {} on Monday. No damage was reported so far."
    one, two = texts(
        quake.format("4.1", 20, "03:10"), quake.format("5.6", 48, "19:45"), titles=("Quake of 4.1", "Quake of 5.6")
    )
    assert not is_copy(two, one)


def test_a_copy_belongs_to_the_first_of_its_group_and_a_version_to_none():
    index = CopyIndex()
    one, two = texts(WIRE, WIRE)
    assert index.original(one) is None
    index.add(one, None)
    assert index.original(two) == one.item
    assert index.original(replace(two, revision=True)) is None


def test_groups_do_not_grow_by_likeness_at_second_hand():
    """A digest that holds two different reports is a copy of one of them at most, and never makes them copies of each other."""
    other = (
        "Teachers of forty schools in Maracaibo began a strike over wages on Tuesday, their union said. "
        "Parents brought their children home again, and the governor asked for talks to begin at once. "
        "The union wants twenty percent more, and the strike is to last for three days at first. "
        "Nurses may join it next week if the ministry does not answer what they demanded in March."
    )
    index = CopyIndex()
    fire, strike = texts(WIRE, other, titles=(TITLE, "Teachers strike in Maracaibo"))
    both = text(article(2, "The day in brief", f"{WIRE} {other}", publisher="Three"))
    for one in (fire, both):
        index.add(one, index.original(one))
    assert index.original(strike) is None


def test_a_forgotten_text_has_no_copies():
    index = CopyIndex(capacity=1)
    one, two = texts(WIRE, WIRE)
    index.add(one, None)
    index.add(
        text(
            article(
                7,
                "Teachers strike",
                "Teachers of forty schools began a strike over wages, their union said on Tuesday.",
            )
        ),
        None,
    )
    assert index.original(two) is None
    assert len(index) == 1


# ── one address ──────────────────────────────────────────────────────────────────────────────────────────────────────

ADDRESS = "https://paper.example/world/fire-in-market-hall"


def at(number: int, url: str, title: str, body: str, paper: str):
    return text(replace(article(number, title, body, publisher=paper), url=url))


@pytest.mark.parametrize(
    "url",
    [
        f"{ADDRESS}?utm_source=rss",
        f"{ADDRESS}/amp",
        "https://m.paper.example/world/fire-in-market-hall",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/world/fire-in-market-hall",
        "https://www.bing.com/news/apiclick.aspx?url=https%3a%2f%2fpaper.example%2fworld%2ffire-in-market-hall&c=1",
    ],
    ids=["tracking", "amp", "mobile", "amp cache", "aggregator"],
)
def test_one_article_in_two_feeds_is_a_copy_however_little_either_quotes(url: str):
    index = CopyIndex()
    whole = at(0, ADDRESS, TITLE, WIRE, "Paper")
    index.add(whole, None)
    assert index.original(at(1, url, "Valencia: fire, twelve hurt", "", "Aggregator")) == whole.item


def test_two_articles_of_one_site_are_no_copies_by_their_address():
    index = CopyIndex()
    index.add(at(0, ADDRESS, TITLE, WIRE, "Paper"), None)
    other = "https://paper.example/world/fire-in-bakery-today"
    assert index.original(at(1, other, "Fire in a bakery", "", "Aggregator")) is None


@pytest.mark.parametrize(
    "url", ["https://paper.example/", "https://paper.example/world", "https://paper.example/en-vivo"]
)
def test_a_page_that_always_says_something_else_makes_no_copies(url: str):
    index = CopyIndex()
    index.add(at(0, url, TITLE, WIRE, "Paper"), None)
    assert (
        index.original(at(1, url, "Teachers strike", "Teachers began a strike, their union said.", "Aggregator"))
        is None
    )


def test_posts_of_a_live_blog_share_an_address_and_are_no_copies():
    index = CopyIndex()
    index.add(at(0, ADDRESS, f"Live: {TITLE}", WIRE, "Paper"), None)
    later = at(
        1, ADDRESS, "Live: roof falls in", "The roof of the hall fell in at noon, the mayor said.", "Paper World"
    )
    assert index.original(later) is None


def test_posts_of_one_live_blog_that_quote_each_other_whole_are_no_copies():
    index = CopyIndex()
    for number, more in enumerate(("", " The roof fell in.", " Two firemen were hurt.")):
        post = at(number, f"{ADDRESS}#{number}", "Minuto a minuto: incendio en Valencia", f"{WIRE}{more}", "Paper")
        assert index.original(post) is None
        index.add(post, None)
    reprint = at(3, "https://other.example/a", "Incendio", WIRE, "Other")
    assert index.original(reprint) == "i0"


def test_an_address_is_forgotten_with_its_text():
    index = CopyIndex(capacity=1)
    index.add(at(0, ADDRESS, TITLE, WIRE, "Paper"), None)
    index.add(
        at(1, "https://paper.example/sport/teachers-strike-9", "Teachers strike", "Teachers began a strike.", "Paper"),
        None,
    )
    assert index.original(at(2, ADDRESS, "Other words", "", "Aggregator")) is None
