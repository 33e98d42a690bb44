"""The markups: plain text, Markdown for chats, Slack's mrkdwn, Telegram's HTML and Matrix's.

Each escapes what its service treats as special, by that service's documentation; in Markdown everything that could begin a
construct is escaped, since every dialect differs in what it takes for one.
"""

from __future__ import annotations

import re
from html import escape as html_escape

from monitor.alerts.render.layout import Markup
from monitor.alerts.render.safe import ZERO

# CommonMark §2.4: any ASCII punctuation may be escaped by a backslash. These are the ones that begin something somewhere
# (Discord: spoilers ||, headings #, quotes >, masked links; Mattermost: tables |, ~~, LaTeX $; both: emoji :x:).
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~$]|:(?=[\w+-]+:))")
# A list's marker, and the dashes or equals signs that would make a rule or a heading of the line above.
_BULLETS = re.compile(r"^(\s*)(\d+(?=[.)]\s)|(?=[-+=]))([-+=.)])", re.MULTILINE)


def _markdown(text: str) -> str:
    # A list's marker is its last character: "-", or the point of "1."; that one is escaped.
    return _BULLETS.sub(r"\1\2\\\3", _MARKDOWN.sub(r"\\\1", text))


# Slack's marks are alive beside anything that is no word's character, a zero-width space included, and have no escape.
_SLACK_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})
_SLACK_UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
_SLACK_EMOJI = re.compile(r":(?=[\w+'-]+:)")


def _slack(text: str) -> str:
    # Slack, "Formatting text for app surfaces": only & < > are escaped. Its marks become signs that look like them; a ">" that begins
    # a line quotes also when it is escaped, and begins none with an invisible character before it.
    plain = text.translate(_SLACK_MARKS).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = _SLACK_EMOJI.sub(f":{ZERO}", _SLACK_UNDERSCORES.sub(lambda found: "＿" * len(found[0]), plain))
    return re.sub(r"^(?=\s*&gt;)", ZERO, plain)


# Telegram makes these links by itself: /command, which a tap sends to the chat, and $CASHTAG.
_TELEGRAM_LINKS = re.compile(r"(?<![\w/=])/(?=[A-Za-z])|\$(?=[A-Z]{3,8}\b)")


def _telegram(text: str) -> str:
    return html_escape(_TELEGRAM_LINKS.sub(rf"\g<0>{ZERO}", text), quote=True)


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
    address=lambda url: f"<{url}>",
)
SLACK = Markup(
    "slack",
    escape=_slack,
    bold=lambda text: f"*{text}*",
    link=lambda label, url: f"<{url.replace('&', '&amp;')}|{label}>",
    address=lambda url: f"<{url.replace('&', '&amp;')}>",
)
TELEGRAM = Markup(
    "telegram",
    escape=_telegram,
    bold=lambda text: f"<b>{text}</b>",
    link=lambda label, url: f'<a href="{html_escape(url, quote=True)}">{label}</a>',
    measure=_utf16,
    address=html_escape,
)
#: what a mail program reads; a user's own words are nothing but text and addresses there
HTML = Markup(
    "html",
    escape=html_escape,
    bold=TELEGRAM.bold,
    link=TELEGRAM.link,
    address=lambda url: TELEGRAM.link(html_escape(url), url),
)
#: plain text where a service counts bytes
BYTES = Markup("text", escape=str, bold=str, link=TEXT.link, measure=lambda text: len(text.encode("utf-8", "replace")))
#: Telegram's few tags, counted as a Matrix event is, in bytes
MATRIX = Markup(
    "matrix",
    escape=TELEGRAM.escape,
    bold=TELEGRAM.bold,
    link=TELEGRAM.link,
    measure=BYTES.measure,
    address=html_escape,
)
