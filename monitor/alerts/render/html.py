# ruff: noqa: E501 - an inlined style is one attribute
"""An alert as HTML e-mail: one column that reads at 360 px, light and dark, nothing loaded from anywhere.

Styles are inlined, since several mail programs drop <style>; what only <style> can say (the dark colours) is said there by class
and does no harm where it is dropped. Built by hand from escaped strings: there is no template that untrusted text could reach.

A reader with a telephone sees, in this order: in the list, the subject and the first sentence; in the mail, what changed, the sentence that
says so, who says it and where. What stands comes last and small. Answers are buttons, wide enough for a thumb.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from monitor.alerts.render.layout import evidence, title, when
from monitor.alerts.render.markups import HTML
from monitor.alerts.render.safe import clip, neutralise, web_link
from monitor.alerts.render.wording import Words, marked
from monitor.alerts.render.words import word
from monitor.model import Kind, Line, Message, Status

#: (label, address): what a reader can do from the message
Action = tuple[str, str]

_FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_WRAP = "overflow-wrap:anywhere;word-break:break-word"
#: (paper, ink) of the label that says what changed; the dark pairs stand in the style below
_COLOURS = {"what": ("#e6efff", "#123a7a"), "warn": ("#fdeed3", "#6b3d00"), "faint": ("#eceef1", "#444b55")}
#: how the dark colours begin
DARK = "@media (prefers-color-scheme: dark)"
_STYLE = (
    DARK
    + """ {
  .page { background: #0f1115 !important; }
  .card { background: #181b21 !important; }
  .ink { color: #eceef1 !important; }
  .dim { color: #a6adb8 !important; }
  .link, .button { color: #9cc2ff !important; }
  .rule, .button { border-color: #363c47 !important; }
  .what { background: #24344f !important; color: #d6e4ff !important; }
  .warn { background: #4a3413 !important; color: #ffe2b0 !important; }
  .faint { background: #2a2f38 !important; color: #d3d7de !important; }
}
@media (max-width: 480px) { .card { padding: 18px 16px !important; border-radius: 0 !important; margin: 0 !important; } }"""
)
#: a step with its noun that is longer than this does not stand in one line
_SHORT = 22


def as_html(message: Message, actions: Iterable[Action] = (), *, words: Words | None = None) -> str:
    """A whole HTML document; `actions` become buttons at the end where they lead to the web. `words` are the user's own."""
    body = _worded(words(message)) if words else _layout(message)
    return f"""\
<!DOCTYPE html>
<html lang="{escape(message.language, quote=True)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{_text(title(message))}</title>
<style>
{_STYLE}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#eef0f3;-webkit-text-size-adjust:100%">
{_preview(message)}<div class="card" style="max-width:600px;margin:16px auto;padding:26px 30px;border-radius:10px;background:#ffffff;{_FONT}">
{body}{_actions(list(actions), message.language)}</div>
</body>
</html>
"""


def _layout(message: Message) -> str:
    return f"{_heading(message)}{_changed_figures(message)}{''.join(_stories(message))}"


def _worded(text: str) -> str:
    """The user's own words, line by line as a template wrote them."""
    style = f"margin:0;font-size:16px;line-height:1.5;color:#14171c;white-space:pre-wrap;{_WRAP}"
    lines = "\n".join(marked(line, HTML) for line in text.splitlines())
    return f'<p class="ink" style="{style}">{lines}</p>\n'


def _preview(message: Message) -> str:
    """What a list of mails shows beside the subject: the first sentence, instead of the subject again."""
    first = clip(next((evidence(line) for line in message.lines if line.text), ""), 140)
    hidden = "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0"
    return f'<div style="{hidden}">{_text(first)}</div>\n' if first else ""


def _heading(message: Message) -> str:
    told = message.mode == "now" and message.topic and message.topic not in message.title
    topic = _small(message.topic, "margin:0 0 4px") if told else ""
    style = f"margin:0 0 18px;font-size:21px;line-height:1.28;font-weight:700;color:#14171c;{_WRAP}"
    return f'{topic}<h1 class="ink" style="{style}">{_text(title(message))}</h1>\n'


# ── stories ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stories(message: Message) -> Iterable[str]:
    standing = list(message.standing)
    stories = [list(lines) for _, lines in groupby(message.lines, key=lambda line: line.story)]
    for number, lines in enumerate(stories):
        if len(stories) > 1:
            rule = "margin:26px 0 12px;padding:16px 0 0;border-top:2px solid #dfe3e8" if number else "margin:6px 0 12px"
            style = f"{rule};font-size:18px;line-height:1.3;font-weight:700;color:#14171c;{_WRAP}"
            yield f'<h2 class="ink rule" style="{style}">{_text(lines[0].headline)}</h2>\n'
        yield from (_development(line, message, first=not place) for place, line in enumerate(lines))
        closing = standing.pop(0) if standing else ""
        if closing:
            yield _small(closing, "margin:14px 0 0")
    yield from (_small(line, "margin:8px 0 0") for line in standing if line)


def _small(text: str, place: str) -> str:
    return f'<p class="dim" style="{place};font-size:13px;line-height:1.45;color:#59616d;{_WRAP}">{_text(text)}</p>\n'


def _development(line: Line, message: Message, *, first: bool) -> str:
    place = "margin:0" if first else "margin:14px 0 0;padding:14px 0 0;border-top:1px solid #e3e6ea"
    status = (
        f' <span class="dim" style="font-size:13px;color:#59616d">{_text(line.status)}</span>' if line.status else ""
    )
    words = f"margin:7px 0 5px;font-size:16px;line-height:1.5;color:#14171c;{_WRAP}"
    text = f'<p class="ink" style="{words}">{_text(evidence(line))}</p>\n' if line.text else ""
    source = f"margin:0;font-size:13px;line-height:1.5;color:#59616d;{_WRAP}"
    return (
        f'<div class="rule" style="{place}">\n{_label(line, message.language)}{status}\n{text}'
        f'<p class="dim" style="{source}">{_source(line, message)}</p>\n</div>\n'
    )


def _label(line: Line, language: str) -> str:
    """What changed; in another colour where what the reader knows is no longer so, and where it is not sure to be new."""
    denied = tuple(word(status, language) for status in (Status.DENIED, Status.RETRACTED))
    calm = line.kind in (Kind.QUOTE, Kind.NEW_STORY) or line.what.startswith(word("unverified", language))
    turned = line.kind in (Kind.CORRECTION, Kind.CONTRADICTION) or line.what.endswith(denied)
    name = "faint" if calm else "warn" if turned else "what"
    paper, ink = _COLOURS[name]
    style = f"display:inline-block;padding:2px 8px;border-radius:5px;background:{paper};color:{ink};font-size:14px;line-height:1.4;font-weight:600;{_WRAP}"
    return f'<span class="{name}" style="{style}">{_text(line.what)}</span>'


def _source(line: Line, message: Message) -> str:
    who = _text(line.who or word("source", message.language))
    url = web_link(line.url)
    if url:
        who = f'<a class="link" href="{escape(url, quote=True)}" rel="noopener noreferrer" style="color:#1a56c4">{who}</a>'
    several = _text(", ".join(line.origins[:4])) if len(line.origins) > 1 else ""
    at = f'<span style="white-space:nowrap">{_text(when(line, message))}</span>' if line.at else ""
    return " · ".join(part for part in (who, several, at) if part)


# ── a digest's table ─────────────────────────────────────────────────────────────────────────────────────────────────


def _changed_figures(message: Message) -> str:
    """What changed at a glance; only a digest has enough of them for a table."""
    changed = [line for line in message.lines if line.old and line.new and any(map(str.isdigit, line.new))]
    if message.mode != "digest" or not changed:
        return ""
    caption = f'<caption class="dim" style="text-align:left;font-size:13px;color:#59616d;padding:0 0 5px">{_text(word("figures", message.language))}</caption>'
    style = "width:100%;border-collapse:collapse;margin:0 0 24px;font-size:14px;line-height:1.4;color:#14171c"
    return f'<table class="ink" style="{style}">{caption}{"".join(map(_row, changed))}</table>\n'


def _row(line: Line) -> str:
    """The story, and on the right the step with what is counted: before it, or above it where that would be long."""
    cell = "border-top:1px solid #e3e6ea;vertical-align:top"
    step = f"{line.old} → {line.new}"
    beside = len(line.noun) + len(step) <= _SHORT
    noun = (
        f'<span class="dim" style="{"" if beside else "display:block;"}color:#59616d;{_WRAP}">{_text(line.noun)}</span> '
        if line.noun
        else ""
    )
    right = "text-align:right;" + ("white-space:nowrap" if beside else _WRAP)
    return (
        f'<tr><td class="rule" style="{cell};padding:7px 14px 7px 0;{_WRAP}">{_text(line.headline)}</td>'
        f'<td class="rule" style="{cell};padding:7px 0;{right}">{noun}<span style="font-weight:700">{_text(step)}</span></td></tr>\n'
    )


def _actions(actions: Sequence[Action], language: str) -> str:
    links = [(label, url) for label, raw in actions if (url := web_link(raw))]
    if not links:
        return ""
    style = "display:inline-block;margin:0 5px 8px 0;padding:9px 10px;border:1px solid #cfd5dd;border-radius:8px;font-size:13px;line-height:1.3;text-decoration:none;color:#1a56c4"
    made = "".join(
        f'<a class="button" href="{escape(url, quote=True)}" rel="noopener noreferrer" style="{style}">{_text(label)}</a>\n'
        for label, url in links
    )
    question = _small(word("feedback", language), "margin:0 0 8px")
    return f'<div class="rule" style="margin:24px 0 0;padding:16px 0 0;border-top:1px solid #e3e6ea">\n{question}{made}</div>\n'


def _text(text: str) -> str:
    return escape(neutralise(text), quote=True)
