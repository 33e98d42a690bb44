"""The markups: plain text, Markdown for chats, Slack's mrkdwn, Telegram's HTML.

Each escapes what its service treats as special, by that service's documentation; in Markdown everything that could begin a
construct is escaped, since every dialect differs in what it takes for one.
"""

from __future__ import annotations

import re
from html import escape as html_escape

from monitor.alerts.render.layout import Markup

# CommonMark §2.4: any ASCII punctuation may be escaped by a backslash. These are the ones that begin something somewhere
# (Discord: spoilers ||, headings #, quotes >, masked links; Mattermost: tables |, ~~, LaTeX $; both: emoji :x:).
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~$]|:(?=[\w+-]+:))")
# A list's marker, and the dashes or equals signs that would make a rule or a heading of the line above.
_BULLETS = re.compile(r"^(\s*)(\d+(?=[.)]\s)|(?=[-+=]))([-+=.)])", re.MULTILINE)


def _markdown(text: str) -> str:
    # A list's marker is its last character: "-", or the point of "1."; that one is escaped.
    return _BULLETS.sub(r"\1\2\\\3", _MARKDOWN.sub(r"\\\1", text))


def _slack(text: str) -> str:
    # Slack, "Formatting text for app surfaces": only & < > are escaped; * _ ~ ` mark up, and have no escape but to be kept apart.
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([*_~`])", "\u200b\\1\u200b", plain)


def _utf16(text: str) -> int:
    """Telegram and Discord count UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


TEXT = Markup("text", escape=str, bold=str, link=lambda label, url: f"{label} · {url}")
MARKDOWN = Markup(
    "markdown",
    escape=_markdown,
    bold=lambda text: f"**{text}**",
    link=lambda label, url: f"[{label}](<{url}>)",
    measure=_utf16,
)
SLACK = Markup(
    "slack",
    escape=_slack,
    bold=lambda text: f"*{text}*",
    link=lambda label, url: f"<{url.replace('&', '&amp;')}|{label}>",
)
TELEGRAM = Markup(
    "telegram",
    escape=lambda text: html_escape(text, quote=True),
    bold=lambda text: f"<b>{text}</b>",
    link=lambda label, url: f'<a href="{html_escape(url, quote=True)}">{label}</a>',
    measure=_utf16,
)
