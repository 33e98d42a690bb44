"""A message in the user's own words, in a channel's markup: what a template wrote is text to every service, and markup to none.

It is escaped as all other text is, so that neither a feed nor a slip in a template can format, link or ping. Addresses are the
exception: escaped ones lead nowhere, so those that are http(s) are written as the service writes addresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from monitor.alerts.render.layout import Markup, split, title
from monitor.alerts.render.safe import web_link
from monitor.model import Message

Words = Callable[[Message], str]

#: an address up to the punctuation of the sentence that it stands in
_ADDRESS = re.compile(r"(https?://[^\s<>\"'|`]*[^\s<>\"'|`.,;:!?)\]}*_])")


def written(
    message: Message, limit: int, markup: Markup, *, words: Words | None = None, heading: bool = True, footer: str = ""
) -> list[str]:
    """As `split`; in the user's `words` where there are some, cut between their lines.

    Without a `heading` (the service shows the title by itself) a title that the words begin with is not said twice.
    """
    if words is None:
        return split(message, limit, markup, heading=heading, footer=footer)
    text = words(message)
    return _cut(text if heading else text.removeprefix(title(message)).lstrip(), limit, markup, footer)


def marked(line: str, markup: Markup) -> str:
    """One line of the user's in a markup."""
    return "".join(
        markup.address(part) if number % 2 and web_link(part) == part else markup.escape(part) if part else ""
        for number, part in enumerate(_ADDRESS.split(line))
    )


def _cut(text: str, limit: int, markup: Markup, footer: str) -> list[str]:
    room = limit - (markup.measure(footer) + 1 if footer else 0)
    parts: list[str] = []
    current = ""
    for line in text.splitlines():
        for piece in _pieces(line, room, markup):
            joined = f"{current}\n{piece}" if current else piece
            if markup.measure(joined) > room:
                parts.append(current)
                joined = piece
            current = joined
    parts = [*parts, current] if current else parts
    return [*parts[:-1], f"{parts[-1]}\n{footer}"] if footer and parts else parts


def _pieces(line: str, room: int, markup: Markup) -> Iterator[str]:
    """A line, cut between words where it is longer than a message may be."""
    while markup.measure(whole := marked(line, markup)) > room and len(line) > 1:
        most = min(len(line) - 1, room)
        while markup.measure(marked(line[:most], markup)) > room and most > 1:
            most = most * 3 // 4
        blank = line.rfind(" ", most // 2, most)
        most = blank if blank > 0 else most
        yield marked(line[:most].rstrip(), markup)
        line = line[most:].lstrip()
    yield whole
