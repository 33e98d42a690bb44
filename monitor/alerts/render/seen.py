"""A chat's markup as the chat shows it, for the gallery. What is no markup of ours is shown as it is, so that it can be seen."""

from __future__ import annotations

import re
from html import escape, unescape

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
#: where the characters stand, while marks are read, that a backslash made plain
_ASIDE = 0xE000


def as_markdown_shows(text: str) -> str:
    """Discord's and Mattermost's Markdown as HTML: bold, links, small print."""
    aside = _ESCAPED.sub(lambda found: chr(_ASIDE + ord(found[1])), text)
    shown = re.sub(r"\*\*([^*\n]+)\*\*", r"<b>\1</b>", escape(aside, quote=True))
    shown = re.sub(r"\[([^\[\]\n]+)\]\(&lt;(https?://[^\s)]+?)&gt;\)", r'<a href="\2">\1</a>', shown)
    shown = re.sub(r"(?m)^-# (.*)$", r"<small>\1</small>", shown)
    return re.sub(r"[\ue000-\ue07f]", lambda found: escape(chr(ord(found[0]) - _ASIDE), quote=True), shown)


def as_slack_shows(text: str) -> str:
    """Slack's mrkdwn as HTML: bold at the beginning of a line or behind a bullet, links."""
    shown = re.sub(r"<(https?://[^<>|\s]+)\|([^<>]*)>", lambda found: f"\x00{found[1]}\x01{found[2]}\x02", text)
    shown = escape(unescape(shown), quote=True)
    shown = re.sub(r"(?m)^((?:• )?)\*([^*\n]+)\*", r"\1<b>\2</b>", shown)
    return re.sub(r"\x00([^\x01]*)\x01([^\x02]*)\x02", r'<a href="\1">\2</a>', shown)


def as_telegram_shows(text: str) -> str:
    """Telegram's HTML: the tags that it knows, and nothing else."""
    shown = re.sub(r"&lt;(/?b|/a)&gt;", r"<\1>", escape(text, quote=False))
    shown = re.sub(r'&lt;a href="(https?://[^"<>\s]+)"&gt;', r'<a href="\1">', shown)
    return shown.replace("&amp;", "&")


def as_text_shows(text: str) -> str:
    """Plain text, with its addresses as the links that every service makes of them."""
    return re.sub(r"(https?://[^\s<>&\"']+)", r'<a href="\1">\1</a>', escape(text, quote=True))
