"""Whatever a feed says, in every field, through every renderer, at every split: no live mention, no link but to the web, no broken markup."""

from __future__ import annotations

import re

import html5lib
import pytest
from alert_news import NOON, alert, line
from markdown_it import MarkdownIt
from payloads import PAYLOADS, URLS

from monitor.alerts.render import (
    MARKDOWN,
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
from monitor.alerts.send.webhook import payload
from monitor.model import Line, Message

#: what services take for a mention or an own link, as they read raw text
LIVE = re.compile(
    r"@(?=\w)|＠(?=\w)|<[@!#](?=[\w&!^])|(?i:\b(?:javascript|vbscript|data|file|tg|slack|ftp):(?=\S))|discord\.gg/|t\.me/"
)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
HREF = re.compile(r"https://(?:puerto|a)\.example/[^\s<>\"'|()\[\]]*")
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


def check_plain(text: str) -> None:
    assert not LIVE.search(text), text[:300]
    assert not CONTROL.search(text), text[:300]


def check_markdown(text: str) -> None:
    check_plain(text)
    tokens = MarkdownIt("commonmark").enable("strikethrough").enable("table").parse(text)
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}, text[:300]
    for token in (child for one in tokens for child in one.children or ()):
        assert token.type in (
            "text",
            "text_special",
            "softbreak",
            "hardbreak",
            "strong_open",
            "strong_close",
            "link_open",
            "link_close",
        ), (token.type, text[:300])
        if token.type == "link_open":
            assert HREF.fullmatch(str(token.attrs["href"])), token.attrs


def check_slack(text: str) -> None:
    check_plain(text)
    rest = re.sub(r"<https://(?:puerto|a)\.example/[^<>|\s]*\|[^<>]*>", "", text)
    assert "<" not in rest, text[:300]
    assert ">" not in rest, text[:300]
    assert not re.search(r"&(?!amp;|lt;|gt;)", rest)


def check_telegram(text: str) -> None:
    check_plain(text)
    rest = re.sub(r'<b>[^<>]*</b>|<a href="https://(?:puerto|a)\.example/[^"<>\s]*">[^<>]*</a>', "", text)
    assert "<" not in rest, text[:300]
    assert ">" not in rest, text[:300]


def check_html(text: str) -> None:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(text)
    assert not [error for error in parser.errors if error[1] != "expected-doctype-but-got-start-tag"], parser.errors[:2]
    for element in tree.iter():
        assert isinstance(element.tag, str), "a comment got in"
        assert element.tag in {
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "div",
            "h1",
            "h2",
            "p",
            "span",
            "a",
            "table",
            "caption",
            "tbody",
            "tr",
            "td",
        }, element.tag
        assert not [
            name
            for name in element.attrib
            if name.startswith("on") or name in ("src", "srcset", "action", "background")
        ], element.attrib
        if "href" in element.attrib:
            assert HREF.fullmatch(element.attrib["href"]), element.attrib
    assert len(list(tree.iter("style"))) == 1
    assert len(list(tree.iter("meta"))) == 4


RENDERERS = [
    (as_text, check_plain),
    (as_markdown, check_markdown),
    (as_slack, check_slack),
    (as_telegram, check_telegram),
    (as_html, check_html),
]
MARKUPS = [(TEXT, check_plain), (MARKDOWN, check_markdown), (SLACK, check_slack), (TELEGRAM, check_telegram)]


def test_there_are_enough_payloads():
    assert len(set(PAYLOADS)) >= 100


@pytest.mark.parametrize(("render", "check"), RENDERERS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_payload_survives_a_renderer(render, check):
    for bait in PAYLOADS:
        check(render(hostile(bait)))


@pytest.mark.parametrize(("markup", "check"), MARKUPS, ids=["text", "markdown", "slack", "telegram"])
def test_no_payload_breaks_a_split(markup, check):
    for bait in PAYLOADS:
        for limit in LIMITS:
            for part in split(hostile(bait), limit, markup):
                assert markup.measure(part) <= limit, (limit, part[:200])
                check(part)


@pytest.mark.parametrize(("render", "check"), RENDERERS, ids=lambda one: getattr(one, "__name__", ""))
def test_no_address_of_a_feed_becomes_a_link_but_to_the_web(render, check):
    for url in URLS:
        check(render(hostile("plain", url)))


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
        check_plain(text)


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
