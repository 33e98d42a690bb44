"""Untrusted text made harmless before it becomes a message: nobody is pinged, no link leads anywhere but to the web.

What a feed says may hold mentions (`@everyone`, `<!channel>`), addresses of odd schemes and invisible characters. A zero-width
space inside a token keeps it readable and dead. Escaping for a markup comes after this, in that markup's own file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from monitor.text.normal import squeeze, visible

ZERO = "\u200b"
#: "@name", "@ name" stays; also the full-width and small commercial at
_AT = re.compile(r"([@＠﹫])(?=\S)")
#: Slack's and Discord's own: <@U1>, <!here>, <#C1>, </command:1>, <t:1>, <id:…>, <a:emoji:1>, <:emoji:1>
_ANGLE = re.compile(r"<(?=[@!#&:/a-zA-Z])")
#: anything:// but http(s), and the schemes that do without slashes
_SCHEME = re.compile(r"(?i)\b(?!https?:)([a-z][a-z0-9+.-]{1,30}):(?=//|\\\\)")
_BARE = re.compile(
    r"(?i)\b(javascript|vbscript|data|file|mailto|tel|sms|tg|blob|about|view-source|intent|magnet|skype|xmpp|matrix|callto|facetime)\s*:(?=\S)"
)
#: a number sign makes a channel link or a hashtag in several services; "#1" stays
_HASH = re.compile(r"([#＃])(?=\w*[^\W\d])")
#: an encoded word (RFC 2047) in a subject is decoded by the email package, line breaks and all
_ENCODED = re.compile(r"=(?=\?)")
_INVITE = re.compile(r"(?i)\b(discord(?:app)?\.(?:gg|com/invite)|t\.me|telegram\.me)/")

#: each of the above has one of these
_SPECIAL = re.compile(r"[@＠﹫<:#＃=/]")


def neutralise(text: str) -> str:
    """`text` in one line, without invisible characters, with every mention and odd link dead. Doing it twice changes nothing."""
    plain = squeeze(visible(text))
    if not _SPECIAL.search(plain):
        return plain
    plain = _AT.sub(rf"\1{ZERO}", plain)
    plain = _ANGLE.sub(f"<{ZERO}", plain)
    plain = _SCHEME.sub(rf"\1{ZERO}:", plain)
    plain = _BARE.sub(rf"\1{ZERO}:", plain)
    plain = _ENCODED.sub(f"={ZERO}", plain)
    plain = _INVITE.sub(rf"\1{ZERO}/", plain)
    return _HASH.sub(rf"\1{ZERO}", plain)


def clip(text: str, most: int) -> str:
    """`text`, cut at a word's end to at most `most` characters, with an ellipsis if anything was cut."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > most // 2 else cut).rstrip(" ,;:–—-…") + "…"


@lru_cache(maxsize=4096)
def web_link(url: str) -> str:
    """An http(s) address with nothing in it that could end a link or an attribute; "" for anything else."""
    text = visible(url).strip()
    if len(text) > 2048:
        return ""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host or "@" in parts.netloc or "\\" in parts.netloc:
        return ""
    if not re.fullmatch(r"[^\s<>\"'`{}|^\\()\[\]*~]+", parts.netloc):
        return ""
    rest = text[text.index(parts.netloc) + len(parts.netloc) :]
    # What is escaped already stays; what could end a link in any markup is escaped.
    return f"{parts.scheme.lower()}://{parts.netloc}{quote(rest, safe='/?#=&%+-._~:;,!$')}"
