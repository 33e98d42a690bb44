"""The page behind an item: read politely, believed with care, looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import FetchError, ParseError
from monitor.feeds import article
from monitor.feeds.robots import Robots
from monitor.model import Fetched, Item, Validators

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
ITEM = Item(
    id="i_1",
    feed="f_1",
    guid="g",
    url="https://news.example/1",
    title="Venezuela closes the port of Coro",
    summary="Venezuela closed the port of Coro on Monday.",
    first_seen=NOW,
)
STORY = (
    "Venezuela closed the port of Coro on Monday, the harbour master said. Two ships that were waiting outside were sent to Maracaibo. "
    "The port will stay closed until its main crane is repaired, which may take three weeks, he told reporters at the quay."
)
PAGE = f"<html><body><nav>Home Sport</nav><article><h1>Venezuela closes the port of Coro</h1><p>{STORY}</p><p>{STORY}</p></article></body></html>"


class Site:
    """A site as a fetcher sees it: addresses with bodies, or with a status."""

    def __init__(self, answers: dict[str, bytes | int]) -> None:
        self.answers, self.asked = answers, []

    async def get(self, url: str, validators: Validators = Validators()) -> Fetched:
        self.asked.append(url)
        answer = self.answers.get(url, 404)
        if isinstance(answer, int):
            raise FetchError(url, f"HTTP {answer}", status=answer or None)
        return Fetched(url=url, status=200, body=answer, content_type="text/html")


def reader(answers: dict[str, bytes | int]) -> tuple[article.PageReader, Site]:
    site = Site(answers)
    return article.PageReader(site, Robots(site, "monitor/0.1", lambda: NOW)), site


async def test_the_article_of_a_page_is_read_without_its_navigation() -> None:
    pages, _ = reader({"https://news.example/1": PAGE.encode()})
    text = (await pages.read("https://news.example/1")).text
    assert "main crane is repaired" in text
    assert "Sport" not in text


async def test_a_site_that_does_not_want_programs_is_not_read_and_asked_once() -> None:
    pages, site = reader(
        {"https://news.example/robots.txt": b"User-agent: *\nDisallow: /", "https://news.example/1": PAGE.encode()}
    )
    for _ in range(3):
        with pytest.raises(FetchError, match=r"robots\.txt"):
            await pages.read("https://news.example/1")
    assert site.asked == ["https://news.example/robots.txt"]


@pytest.mark.parametrize(("status", "allowed"), [(404, True), (403, True), (500, False), (0, False)])
async def test_rules_that_are_missing_allow_and_rules_that_cannot_be_had_do_not(status: int, allowed: bool) -> None:
    robots = Robots(Site({"https://news.example/robots.txt": status}), "monitor", lambda: NOW)
    assert await robots.allow("https://news.example/1") is allowed


def test_a_page_without_an_article_says_so() -> None:
    with pytest.raises(ParseError, match="no article"):
        article.main_text(b"<html><body></body></html>", "https://news.example/1")


def test_a_wall_or_a_consent_form_is_not_richer_than_the_feed() -> None:
    assert article.is_richer(ITEM, STORY)
    assert not article.is_richer(ITEM, "We value your privacy. Accept all cookies to continue to our website. " * 10)
    assert not article.is_richer(ITEM, "Venezuela closed the port of Coro.")


def test_a_page_is_looked_at_five_times_and_then_left_alone() -> None:
    watch = article.watch(ITEM, STORY)
    looks = []
    while watch is not None:
        looks.append(watch.due - NOW)
        watch = article.next_watch(watch, watch.digest, watch.due)
    assert looks == [
        timedelta(minutes=15),
        timedelta(hours=1),
        timedelta(hours=3),
        timedelta(days=1),
        timedelta(days=3),
    ]


def test_looks_that_a_night_off_missed_are_not_made_up_for() -> None:
    after = article.next_watch(article.watch(ITEM, STORY), "x", NOW + timedelta(hours=8))
    assert after is not None
    assert after.due == NOW + timedelta(days=1)


def test_a_changed_page_is_a_revision_of_its_item() -> None:
    revision = article.revised(ITEM, STORY + " On Tuesday he said four weeks.", NOW + timedelta(hours=1))
    assert (revision.revision_of, revision.guid, revision.live) == ("i_1", "g", True)
    assert revision.id != ITEM.id
    assert article.text_hash(STORY) == article.text_hash(STORY.replace(" ", "\n "))


# ── the address that a page gives as its own ─────────────────────────────────────────────────────────────────────────

OWN = "https://news.example/world/port-of-coro"


@pytest.mark.parametrize(
    "link",
    [
        f'<link rel="canonical" href="{OWN}">',
        f"<LINK href='{OWN}?utm_source=amp' rel='canonical' />",
        f"<link rel=canonical href={OWN}>",
        '<link rel="canonical" href="/world/port-of-coro">',
        f'<link rel="amphtml" href="{OWN}/amp"><link data-n-head="1" rel="canonical" href="{OWN}#top">',
    ],
)
def test_a_page_that_names_its_own_address_has_it(link: str) -> None:
    page = f"<html><head>{link}</head>".encode()
    assert article.own_address(page, "https://amp.news.example/world/port-of-coro/amp?x=1") == OWN.replace(
        "news.example", "amp.news.example" if 'href="/world' in link else "news.example"
    )


@pytest.mark.parametrize(
    "link",
    [
        "",
        '<link rel="stylesheet" href="https://news.example/style.css">',
        '<link rel="canonical" href="https://wire.example/world/port-of-coro">',
        '<link rel="canonical" href="https://news.example/">',
        '<link rel="canonical" href="javascript:alert(1)">',
        '<link rel="canonical" href="http://[::1">',
        '<link rel="canonical">',
    ],
    ids=["none", "style", "another site", "front page", "script", "broken", "empty"],
)
def test_an_address_that_is_not_this_articles_is_not_believed(link: str) -> None:
    url = "https://news.example/a?id=7"
    assert article.own_address(f"<html><head>{link}</head>".encode(), url) == url


async def test_the_reader_of_a_page_learns_both_its_text_and_its_address() -> None:
    body = PAGE.replace("<html>", f'<html><head><link rel="canonical" href="{OWN}"></head>').encode()
    pages, _ = reader({"https://news.example/1": body})
    page = await pages.read("https://news.example/1")
    assert page.url == OWN
    assert "main crane is repaired" in page.text
