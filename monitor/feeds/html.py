"""HTML that came in, as plain text. This is the hot path of parsing, hence lxml (0.02 ms a snippet, a tenth of Beautiful Soup's time).

The input is capped first: five megabytes of HTML cost seconds and hundreds of megabytes in every parser that was measured.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from lxml import etree

from monitor.text.normal import visible

MAX_HTML = 1_000_000
_MARKUP = re.compile(r"<[a-zA-Z/!?][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_ESCAPED_TAG = re.compile(r"&lt;/?[a-zA-Z][^<>]{0,500}?&gt;")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,7}|#[xX][0-9a-fA-F]{2,6});")
# what html.unescape takes for a reference
_REFERENCE = re.compile(r"(&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?))")
_BLOCKS = tuple(
    "p div br li ul ol tr table h1 h2 h3 h4 h5 h6 blockquote section article header footer figure figcaption hr pre dd dt "
    "main aside nav details summary option".split()
)
# A tag whose attributes hold no "<", so that no attempt reads past the next one: linear on whatever comes.
_ATTRIBUTES = r"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>"""
_BLOCK_PLACE = re.compile(rf"(?=</?(?:{'|'.join(_BLOCKS)})[\s/>])", re.IGNORECASE)
_ANY_TAG = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9]*+)(?=[\s/>]){_ATTRIBUTES}")
# What needs a parser: elements whose content is no text, and whatever looks like a tag and is none (comments, declarations, ends that
# never come).
_NEEDS_TREE = "script style noscript iframe svg template head object math textarea title select xmp plaintext".split()
_LOOSE = re.compile(r"<[a-zA-Z/!?]")
#: of these a beginning without an end is a tag to leave out, and not a hole for all that follows
_OPEN = tuple(
    (re.compile(rf"<{name}\b[^<>]*>", re.IGNORECASE), f"</{name}")
    for name in ("noscript", "iframe", "svg", "template", "object", "math")
)


class _Gaps(dict[str, str | None]):
    """What stands between two texts in a tag's place: a line's end, nothing, or None where a parser is needed."""

    def __missing__(self, tag: str) -> str | None:
        return self[low] if (low := tag.lower()) != tag and low in self else ""


_GAPS = _Gaps(
    {
        **dict.fromkeys((f"{slash}{name}" for name in _BLOCKS for slash in ("", "/")), "\n"),
        **dict.fromkeys(_NEEDS_TREE),
        **dict.fromkeys(
            (f"{slash}{name}" for name in "a b i em strong span img small u".split() for slash in ("", "/")), ""
        ),
    }
)
_DROPPED = ("script", "style", "noscript", "iframe", "svg", "template", "head", "object", "math")


def has_markup(text: str) -> bool:
    """Whether `text` carries tags or entities and is not plain text."""
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def to_text(markup: str) -> str:
    """The text of a piece of HTML: blocks on lines of their own, entities resolved, scripts and styles gone.

    What some feeds escape twice ("&amp;lt;p&amp;gt;") becomes text too. Never raises.
    """
    text = _once(markup.replace("\x00", ""))
    if _ESCAPED_TAG.search(text):
        text = _once(_unescaped(text))
    elif "&" in text and _ENTITY.search(text):
        text = _unescaped(text)
    return _tidy(text)


def _once(markup: str) -> str:
    if "<" not in markup:
        return _unescaped(markup)
    parts = _ANY_TAG.split(markup[:MAX_HTML])  # text, tag, text, tag, text
    if None not in (gaps := [_GAPS[tag] for tag in parts[1::2]]):
        parts[1::2] = gaps
        bare = "".join(parts)
        if not _LOOSE.search(bare):
            return _unescaped(bare)
    root = _tree(_closed(markup[:MAX_HTML]))
    if root is None:
        return _unescaped(_TAG.sub(" ", markup[:MAX_HTML]))
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    return str(etree.tostring(root, method="text", encoding="unicode"))


def _unescaped(text: str) -> str:
    """`html.unescape`, which is asked for the same few references again and again."""
    if "&" not in text:
        return text
    parts = _REFERENCE.split(text)
    parts[1::2] = map(_meant, parts[1::2])
    return "".join(parts)


_meant = lru_cache(maxsize=1_024)(html.unescape)


def _closed(markup: str) -> str:
    """Without the tags of elements that never end: a title after a stray <object> would be lost with it."""
    low = markup.lower()
    for tag, end in _OPEN:
        if end not in low:
            markup = tag.sub(" ", markup)
    return markup


def _tree(markup: str) -> etree._Element | None:
    # A parser of its own each time: they are not made for several threads at once.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False, recover=True
    )
    try:
        lines = _BLOCK_PLACE.sub("\n", markup)  # text of one block never runs into the next
        return etree.fromstring(f"<div>{lines}</div>".encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None


def _tidy(text: str) -> str:
    # Where only blanks and line ends are white, and no two blanks meet, lines need no more than a trim.
    text = text.replace("\xa0", " ")
    if text.replace("\n", "").isprintable() and "  " not in text:
        return "\n".join(line for one in text.split("\n") if (line := one.strip()))
    lines = (" ".join(line.split()) for line in visible(text).split("\n"))
    return "\n".join(line for line in lines if line)
