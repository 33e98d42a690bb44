"""An alert as an e-mail: headers that let a mail program thread a story, drop a repetition and file by topic.

The Message-ID is made from the alert's key, so that every try of one alert is one message for a mailbox that compares ids
(RFC 5322 §3.6.4); References name the alerts of the story that this reader already has. List-Id (RFC 2919) is for filters,
Auto-Submitted (RFC 3834) keeps holiday answers away. `EmailMessage` refuses line breaks in headers; there are none by then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from monitor.alerts.render import Words, as_html, as_text, pages, title
from monitor.alerts.render.safe import neutralise
from monitor.alerts.send.letter import Letter
from monitor.model import Alert, Message

#: References longer than this help nobody, and some servers refuse long headers
REFERENCES = 20
#: bytes of a mail; several programs cut longer ones (Gmail at 102 kB)
LONGEST = 100_000


def emails(
    letter: Letter, sender: Address, recipient: str, now: datetime, *, words: Words | None = None
) -> list[EmailMessage]:
    """The alert for one recipient: one mail, or several where one would be longer than `LONGEST`. `now` becomes their Date.

    `words` are the user's own, for both of a mail's forms; its subject stays ours.
    """
    most = max(1, len(letter.alert.message.lines))
    while True:
        parts = pages(letter.alert.message, most)
        mails = [_email(letter, part, number, sender, recipient, now, words) for number, part in enumerate(parts)]
        if most == 1 or all(len(mail.as_bytes()) <= LONGEST for mail in mails):
            return mails
        most = max(1, most // 2)


def _email(
    letter: Letter,
    message: Message,
    number: int,
    sender: Address,
    recipient: str,
    now: datetime,
    words: Words | None,
) -> EmailMessage:
    key = letter.alert.key if number == 0 else f"{letter.alert.key}.{number}"
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = recipient
    mail["Subject"] = title(message) or "news"
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(key, sender.domain)
    references(
        mail, [message_id(one, sender.domain) for one in (*letter.thread, *([letter.alert.key] if number else []))]
    )
    mail["List-Id"] = list_id(letter.alert, sender.domain)
    mail["List-Unsubscribe"] = f"<mailto:{sender.addr_spec}?subject=unsubscribe>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # Quoted-printable, since 8-bit bodies and long lines are not accepted everywhere.
    mail.set_content(_plain((words or as_text)(message), letter.actions), cte="quoted-printable")
    page = as_html(message, letter.actions, words=words)
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    return mail


def message_id(key: str, domain: str) -> str:
    """`<key@domain>`: the same for every try."""
    return f"<{re.sub(r'[^A-Za-z0-9._-]', '-', key)}@{domain or 'monitor.invalid'}>"


def references(mail: EmailMessage, thread: Sequence[str]) -> None:
    """Puts a message below those of its story: the first, which made the thread, and the latest ones."""
    if thread:
        mail["In-Reply-To"] = thread[-1]
        mail["References"] = " ".join(dict.fromkeys([thread[0], *thread[-REFERENCES:]]))


def list_id(alert: Alert, domain: str) -> str:
    """`Venezuela and the Caribbean <venezuela.monitor.example.org>`."""
    label = re.sub(r"[^A-Za-z0-9-]+", "-", alert.topic or alert.mode).strip("-") or "news"
    name = re.sub(r"[^\w .,-]", " ", neutralise(alert.message.topic)).replace("\u200b", "")[:80].strip()
    return f"{name if name.isascii() else ''} <{label}.monitor.{domain or 'invalid'}>".strip()


def _plain(text: str, actions: Sequence[tuple[str, str]]) -> str:
    links = "\n".join(f"{label}: {url}" for label, url in actions)
    return f"{text}\n" + (f"\n{links}\n" if links else "")
