"""Whatever a feed says, in every field, through every renderer, at every split: no live mention, no link but to the web, no broken markup."""

from __future__ import annotations

import re

import pytest
import reading
from alert_news import NOON, alert, line
from payloads import PAYLOADS, URLS

from monitor.alerts.render import (
    MARKDOWN,
    MATRIX,
    SLACK,
    TELEGRAM,
    TEXT,
    as_html,
    as_markdown,
    as_slack,
    as_telegram,
    as_text,
    neutralise,
    split,
    title,
    web_link,
)
from monitor.alerts.send.matrix import plain
from monitor.alerts.send.webhook import payload
from monitor.model import Line, Message

LIMITS = (300, 700, 2000, 4096)


def hostile(bait: str, url: str = "https://puerto.example/a") -> Message:
    one = line(
        headline=bait,
        text=bait,
        what=bait,
        who=bait,
        status=bait,
        noun=bait,
        old=bait,
        new=bait,
        origins=(bait, bait + "x"),
        url=url,
        kind=bait,
    )
    other = line(story="st_2", headline=f"{bait} again", text=f"{bait} {bait}", url=url, at=NOON)
    return Message(title=bait, lines=(one, other, one), standing=(bait, bait), language="en", topic=bait, mode="digest")


RENDERERS = [
    (as_text, reading.plain),
    (as_markdown, reading.markdown),
    (as_slack, reading.slack),
    (as_telegram, reading.telegram),
    (as_html, reading.html),
]
MARKUPS = [
    (TEXT, reading.plain), (MARKDOWN, reading.markdown), (SLACK, reading.slack), (TELEGRAM, reading.telegram), (MATRIX, reading.telegram),
]  # fmt: skip


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize(("render", "check"), RENDERERS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_payload_survives_a_renderer(render, check):
    for bait in PAYLOADS:
        check(render(hostile(bait)))


@pytest.mark.parametrize(("markup", "check"), MARKUPS, ids=["text", "markdown", "slack", "telegram", "matrix"])
def test_no_payload_breaks_a_split(markup, check):
    for bait in PAYLOADS:
        for characters in LIMITS:
            limit = characters * (4 if markup is MATRIX else 1)  # which counts bytes
            for part in split(hostile(bait), limit, markup):
                assert markup.measure(part) <= limit, (limit, part[:200])
                check(part)


@pytest.mark.parametrize(("render", "check"), RENDERERS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_address_of_a_feed_becomes_a_link_but_to_the_web(render, check):
    for url in URLS:
        check(render(hostile("plain", url)))


def test_the_plain_side_of_matrix_markup_holds_no_markup():
    for bait in PAYLOADS:
        text = plain(as_telegram(hostile(bait)))
        reading.plain(text)
        assert not re.search(r"</?b>|<a href", text.replace("<\u200b", "")), text[:300]


def test_links_that_are_kept_lead_where_they_led():
    assert web_link("https://a.example/x?q=1&r=%20#top") == "https://a.example/x?q=1&r=%20#top"
    assert web_link("https://a.example/ñ") == "https://a.example/%C3%B1"
    assert web_link(web_link("https://a.example/x y")) == "https://a.example/x%20y"
    assert [web_link(url) for url in URLS[:7]] == [""] * 7


def test_a_title_is_one_line_without_an_encoded_word():
    for bait in PAYLOADS:
        text = title(hostile(bait))
        assert "\n" not in text
        assert "=?" not in text
        reading.plain(text)


def test_neutralising_twice_changes_nothing():
    for bait in PAYLOADS:
        assert neutralise(neutralise(bait)) == neutralise(bait)


def test_a_webhook_gets_strings_that_are_dead_too():
    for bait in PAYLOADS:
        said = payload(alert(hostile(bait), developments=("d1", "d2", "d3")))
        for text in (
            said["title"],
            said["text"],
            *said["standing"],
            *(value for one in said["developments"] for value in one.values() if isinstance(value, str)),
        ):
            assert not re.search(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]", text)


def test_plain_words_stay_as_they_are():
    said = Line(story="s", headline="h", kind="fact", text="Cost: 3.5% of $2m; 5 < 6 (#1), a_b * c", what="new")
    assert "Cost: 3.5% of $2m; 5 < 6 (#1), a_b * c" in as_text(Message(title="t", lines=(said,)))
