"""One layout for every chat: blocks of a message, in a markup that is a handful of functions.

A block is a title, a story with its developments or a part of it, or a closing line. Splitting happens between blocks and
between developments, so that no markup is ever cut; a single development longer than a service allows is shortened before it is
marked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from monitor.alerts.render.safe import clip, neutralise, web_link
from monitor.alerts.render.words import moment, word
from monitor.model import Line, Message

BULLET = "•"
#: "CARACAS, Oct 5 (EFE) - ", "WASHINGTON.- ": where a report was written, at its beginning
_DATELINE = re.compile(r"^[^\W\d_a-z][^a-z]{2,40}?(?:, [\w. ]{3,12})?(?: \([^)]{2,40}\))? ?(?:\.-|[-–—]) ")
#: characters of a title; ours are shorter, and a mail program shows fewer
TITLE = 250


@dataclass(frozen=True, slots=True)
class Markup:
    """How a service writes things. `escape` gets neutralised text and returns it with nothing special left in it."""

    name: str
    escape: Callable[[str], str]
    bold: Callable[[str], str]
    #: (escaped label, checked http(s) address) → a link; the address contains nothing that needs escaping but &
    link: Callable[[str, str], str]
    #: how long a text is by the service's own count
    measure: Callable[[str], int] = len
    #: a checked http(s) address that stands by itself
    address: Callable[[str], str] = str


def title(message: Message) -> str:
    """The title in one safe line of at most some `TITLE` characters, fit for a header or a subject."""
    return neutralise(clip(message.title, TITLE))


def evidence(line: Line) -> str:
    """What a development says, without the place and agency at its beginning: where it comes from stands below it."""
    return _DATELINE.sub("", line.text)


def blocks(message: Message, markup: Markup, *, limit: int = 100_000, heading: bool = True) -> list[str]:
    """The message in pieces that must not be cut: the title, each development, each closing line. None is longer than `limit`."""
    found = [_heading(message.title, markup, limit)] if heading else []
    standing = list(message.standing)
    stories = [list(lines) for _, lines in groupby(message.lines, key=lambda line: line.story)]
    for lines in stories:
        if len(stories) > 1:
            # An empty line before each makes several stories one can skim.
            head = _heading(lines[0].headline, markup, limit - 1)
            found.append(f"\n{head}" if found else head)
        found += [_development(line, message, markup, limit) for line in lines]
        closing = standing.pop(0) if standing else ""
        if closing:
            found.append(_closing(closing, markup, limit))
    return found + [_closing(line, markup, limit) for line in standing if line]


def _heading(text: str, markup: Markup, limit: int) -> str:
    return _fitting(lambda most: _bold(markup.escape(neutralise(clip(text, min(most, TITLE)))), markup), limit, markup)


def _bold(escaped: str, markup: Markup) -> str:
    return markup.bold(escaped) if escaped else ""


def _closing(text: str, markup: Markup, limit: int) -> str:
    return _fitting(lambda most: f"— {markup.escape(neutralise(clip(text, most)))}", limit, markup)


def _development(line: Line, message: Message, markup: Markup, limit: int) -> str:
    return _fitting(lambda most: "\n".join(_rows(line, message, markup, most)), limit, markup)


def _fitting(write: Callable[[int], str], limit: int, markup: Markup) -> str:
    """What `write` makes of at most so many characters of untrusted text, shortened until it fits."""
    most = 600
    while markup.measure(written := write(most)) > limit and most > 20:
        most = most * 3 // 4
    return written


def _rows(line: Line, message: Message, markup: Markup, most: int) -> Iterator[str]:
    """`most` bounds the evidence; the labels get a third of it, and an address is left out only where nothing else helps."""

    def plain(text: str, room: int) -> str:
        return markup.escape(neutralise(clip(text, room)))

    label = max(12, most // 3)
    what, status = _bold(plain(line.what, label), markup), plain(line.status, label) if line.status else ""
    yield f"{BULLET} {what} · {status}" if status else f"{BULLET} {what}"
    if line.text:
        yield f"  {plain(evidence(line), most)}"
    who = plain(line.who or word("source", message.language), label)
    note = plain(_note(line, message), label)
    url = web_link(line.url)
    yield f"  {_source(who, note, url if len(url) <= 5 * most else '', markup)}"


def _note(line: Line, message: Message) -> str:
    """How many vouch, and when."""
    several = ", ".join(line.origins[:4]) if len(line.origins) > 1 else ""
    return " · ".join(part for part in (several, when(line, message)) if part)


def when(line: Line, message: Message) -> str:
    """The time of a development, with its day where a message is about more than one; "" where it is not known."""
    if line.at is None:
        return ""
    return f"{line.at:%H:%M}" if message.mode == "now" else moment(line.at, message.language)


def _source(who: str, note: str, url: str, markup: Markup) -> str:
    if markup.name == "text":  # an address reads best at the end of its line
        return " · ".join(part for part in (who, note, url) if part)
    return " · ".join(part for part in (markup.link(who, url) if url else who, note) if part)


def split(message: Message, limit: int, markup: Markup, *, heading: bool = True, footer: str = "") -> list[str]:
    """The message in texts of at most `limit` (as the service counts), cut between developments; later ones say that they go on.

    `footer` is in the service's markup already, and stands below the last one.
    """
    parts: list[str] = []
    current = ""
    room = limit - (markup.measure(footer) + 1 if footer else 0)
    for block in blocks(message, markup, limit=room - 40, heading=heading):
        joined = f"{current}\n{block}" if current else block
        if current and markup.measure(joined) > room:
            parts.append(current)
            current = f"({markup.escape(word('cut', message.language))})\n{block}"
        else:
            current = joined
    parts = [*parts, current] if current else parts
    return [*parts[:-1], f"{parts[-1]}\n{footer}"] if footer and parts else parts


def answers(actions: Iterable[tuple[str, str]], markup: Markup) -> str:
    """What a reader can say of a message, as links in one line; "" where there are none."""
    links = [(markup.escape(neutralise(label)), web_link(url)) for label, url in actions]
    return " · ".join(markup.link(label, url) for label, url in links if url)


def pages(message: Message, most: int) -> list[Message]:
    """The message as several of at most `most` developments each, numbered in their titles; what stands is in each with its story."""
    if len(message.lines) <= most:
        return [message]
    order = list(dict.fromkeys(line.story for line in message.lines))
    stands = dict(zip(order, message.standing, strict=False))
    chunks = [message.lines[start : start + most] for start in range(0, len(message.lines), most)]
    last = tuple(message.standing[len(order) :])
    found = []
    for number, lines in enumerate(chunks, 1):
        standing = tuple(stands.get(story, "") for story in dict.fromkeys(line.story for line in lines))
        end = last if number == len(chunks) else ()
        found.append(
            replace(message, title=f"{message.title} ({number}/{len(chunks)})", lines=lines, standing=(*standing, *end))
        )
    return found
