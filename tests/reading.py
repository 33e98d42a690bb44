"""How each kind of service reads a message: what it would ping, link or mark up. Nothing but what is ours may be alive.

Each function takes a text as it was received and raises AssertionError where something of a feed's came through. The rules are those of
the services' documentation; where a service says little, they are stricter than it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import html5lib
from markdown_it import MarkdownIt

#: what services take for a mention or a link of their own, as they read raw text
LIVE = re.compile(
    r"@(?=\w)|＠(?=\w)|<[@!#](?=[\w&!^])|(?i:\b(?:javascript|vbscript|data|file|tg|slack|ftp|mattermost|mailto|tel):(?=\S))|discord\.gg/|t\.me/"
)
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: where links lead: to the articles of the samples, and to the page that takes readers' answers
HREF = re.compile(r"https://(?:puerto|a|page)\.example/[^\s<>\"'|()\[\]]*")
#: Telegram, "HTML style": the tags that we use of those which are documented
_TAG = re.compile(r"<(?:(?P<open>b|a)(?: href=\"(?P<href>[^\"<>]*)\")?|/(?P<close>b|a))>")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
#: stands for a character that a backslash made harmless
_DEAD = "\ue000"
_COMMONMARK = MarkdownIt("commonmark").enable("strikethrough").enable("table")
_INLINE = {"text", "text_special", "softbreak", "hardbreak", "strong_open", "strong_close", "link_open", "link_close"}
_ELEMENTS = set("html head meta title style body div h1 h2 p span a table caption thead tbody tr th td".split())


def plain(text: str) -> None:
    """A service that finds mentions and addresses in plain text by itself."""
    assert not LIVE.search(text), text[:300]
    assert not CONTROL.search(text), text[:300]


def markdown(text: str) -> None:
    """CommonMark with tables, then the dialects of Discord and Mattermost."""
    plain(text)
    tokens = _COMMONMARK.parse(text)
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}, text[:300]
    for token in (child for one in tokens for child in one.children or ()):
        assert token.type in _INLINE, (token.type, text[:300])
        if token.type == "link_open":
            assert HREF.fullmatch(str(token.attrs["href"])), token.attrs
    for line in text.split("\n"):
        _dialect(line)


def _dialect(line: str) -> None:
    rest = _ESCAPED.sub(_DEAD, line)
    for href in re.findall(r"\[[^\[\]]*\]\(<([^<>\s]*)>\)", rest):
        assert HREF.fullmatch(href), line[:300]
    rest = re.sub(r"\[([^\[\]]*)\]\(<[^<>\s]*>\)", r"\1", rest)
    rest = re.sub(r"^-# (?=\w)", "", re.sub(r"\*\*([^*]+)\*\*", r"\1", rest))
    assert not re.search(r"[*~|`\[\]<>$]|(?<!\w)_|_(?!\w)", rest), line[:300]
    assert not re.search(r"^\s*(?:[-+#]|\d+[.)])\s|:[\w+-]+:|#\w", rest), line[:300]


def slack(text: str) -> None:
    """mrkdwn: only & < > are escaped; a mark is alive beside a blank or punctuation; a quote begins a line."""
    plain(text)
    for inside in re.findall(r"<([^<>]*)>", text):
        assert HREF.fullmatch(inside.partition("|")[0].replace("&amp;", "&")), inside[:300]
    rest = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)|[~`]", rest), text[:300]
    assert not re.search(r"^\s*&gt;|:[\w+-]+:", rest, re.MULTILINE), text[:300]
    for line in rest.split("\n"):
        assert not re.search(r"\*|(?<![^\W_])_|_(?![^\W_])", re.sub(r"^((?:• )?)\*([^*]+)\*", r"\1\2", line)), line[
            :300
        ]


def telegram(text: str) -> None:
    """HTML of the Bot API: documented tags, closed in order; then what it finds in the text by itself."""
    stack: list[str] = []
    for tag in _TAG.finditer(text):
        if tag["close"]:
            assert stack.pop() == tag["close"], text[:300]
            continue
        stack.append(tag["open"])
        assert (tag["href"] is not None) == (tag["open"] == "a"), tag[0]
        assert tag["href"] is None or HREF.fullmatch(unescape(tag["href"])), tag[0]
    assert not stack, text[:300]
    rest = _TAG.sub("", text)
    assert not re.search(r"[<>]|&(?!(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);)", rest), text[:300]
    shown = unescape(rest)
    plain(shown)
    assert not re.search(r"(?:^|\s)/[A-Za-z]|#\w*[^\W\d]|\$[A-Z]{3,8}\b", shown), "a command, a hashtag or a cashtag"


def html(text: str) -> None:
    """A browser's parser: no error, no element, attribute or address but ours."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree = parser.parse(text)
    assert not [error for error in parser.errors if error[1] != "expected-doctype-but-got-start-tag"], parser.errors[:2]
    for element in tree.iter():
        assert isinstance(element.tag, str), "a comment got in"
        assert element.tag in _ELEMENTS, element.tag
        odd = [
            name
            for name in element.attrib
            if name.startswith("on") or name in ("src", "srcset", "action", "background")
        ]
        assert not odd, element.attrib
        if "href" in element.attrib:
            assert HREF.fullmatch(element.attrib["href"]), element.attrib
    assert len(list(tree.iter("style"))) == 1
    assert len(list(tree.iter("meta"))) == 4


def mail(raw: bytes) -> EmailMessage:
    """A mail program: both bodies, and headers that are one line each. The parsed mail comes back."""
    parsed = message_from_bytes(raw, policy=policy.default)
    assert not [defect for part in parsed.walk() for defect in part.defects]
    assert [part.get_content_type() for part in parsed.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for name, value in parsed.items():
        assert not CONTROL.search(str(value).replace("\n", "\x00")), (name, value)
    plain(str(parsed["Subject"]))
    words, page = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert words is not None
    assert page is not None
    plain(words.get_content().replace("\r\n", "\n"))
    html(page.get_content())
    return parsed


def links(urls: Iterable[str]) -> None:
    """Addresses that are links outside of a text: buttons, what a tap opens."""
    for url in urls:
        assert HREF.fullmatch(url), url
