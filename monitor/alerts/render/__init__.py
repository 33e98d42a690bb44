"""The one place where text becomes a message, and a message becomes a channel's markup.

`message` says what an alert says; `as_…` write it for a kind of channel; `split` cuts it between developments. Whatever a feed
said is neutralised and escaped here and nowhere else.
"""

from __future__ import annotations

from monitor.alerts.render.html import as_html
from monitor.alerts.render.layout import Markup, answers, blocks, pages, split, title
from monitor.alerts.render.markups import BYTES, MARKDOWN, MATRIX, SLACK, TELEGRAM, TEXT
from monitor.alerts.render.message import message
from monitor.alerts.render.safe import clip, neutralise, web_link
from monitor.alerts.render.wording import Words, written
from monitor.model import Message

__all__ = [
    "BYTES", "MARKDOWN", "MATRIX", "SLACK", "TELEGRAM", "TEXT", "Markup", "Words", "answers", "as_html", "as_markdown", "as_slack",
    "as_telegram", "as_text", "clip", "message", "neutralise", "pages", "split", "title", "web_link", "written",
]  # fmt: skip


def as_text(message: Message) -> str:
    """Plain text: for a terminal, the plain part of an e-mail, and every service whose markup we do not know."""
    return "\n".join(blocks(message, TEXT))


def as_markdown(message: Message) -> str:
    """Markdown as Discord, Mattermost and most others read it."""
    return "\n".join(blocks(message, MARKDOWN))


def as_slack(message: Message) -> str:
    """Slack's mrkdwn."""
    return "\n".join(blocks(message, SLACK))


def as_telegram(message: Message) -> str:
    """The HTML that Telegram's Bot API takes."""
    return "\n".join(blocks(message, TELEGRAM))
