# ruff: noqa: E501 - an inlined style is one attribute
"""An alert as HTML e-mail: one column that reads at 360 px, light and dark, nothing loaded from anywhere.

Styles are inlined, since several mail programs drop <style>; what only <style> can say (the dark colours) is said there by class
and does no harm where it is dropped. Built by hand from escaped strings: there is no template that untrusted text could reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from monitor.alerts.render.layout import title
from monitor.alerts.render.safe import neutralise, web_link
from monitor.alerts.render.words import word
from monitor.model import Line, Message

#: (label, address): what a reader can do from the message
Action = tuple[str, str]

_FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_DARK = """\
@media (prefers-color-scheme: dark) {
  .page, .card { background: #16181d !important; }
  .ink { color: #e8eaed !important; }
  .dim { color: #a3a9b3 !important; }
  .link { color: #8ab4f8 !important; }
  .rule { border-color: #343841 !important; }
  .what { background: #2b3a55 !important; color: #d6e4ff !important; }
}
@media (max-width: 480px) { .card { padding: 14px !important; } }"""


def as_html(message: Message, actions: Iterable[Action] = ()) -> str:
    """A whole HTML document; `actions` become links at the end where they lead to the web."""
    body = "".join(_stories(message))
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
{_DARK}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f3f4f6;-webkit-text-size-adjust:100%">
<div class="card" style="max-width:640px;margin:0 auto;padding:20px;background:#ffffff;{_FONT}">
<h1 class="ink" style="margin:0 0 14px;font-size:20px;line-height:1.3;color:#14171c;overflow-wrap:anywhere">{_text(title(message))}</h1>
{_changed_figures(message)}{body}{_actions(list(actions))}</div>
</body>
</html>
"""


def _stories(message: Message) -> Iterable[str]:
    standing = list(message.standing)
    stories = [list(lines) for _, lines in groupby(message.lines, key=lambda line: line.story)]
    for lines in stories:
        if len(stories) > 1:
            yield f'<h2 class="ink" style="margin:22px 0 8px;font-size:16px;line-height:1.35;color:#14171c;overflow-wrap:anywhere">{_text(lines[0].headline)}</h2>\n'
        yield from (_development(line, message) for line in lines)
        closing = standing.pop(0) if standing else ""
        if closing:
            yield _dim(closing)
    yield from (_dim(line) for line in standing if line)


def _dim(text: str) -> str:
    return f'<p class="dim" style="margin:8px 0 0;font-size:13px;line-height:1.45;color:#5b6470;overflow-wrap:anywhere">{_text(text)}</p>\n'


def _development(line: Line, message: Message) -> str:
    status = (
        f' <span class="dim" style="font-size:13px;color:#5b6470">{_text(line.status)}</span>' if line.status else ""
    )
    what = f'<span class="what" style="display:inline-block;padding:1px 7px;border-radius:4px;background:#e6efff;color:#123a7a;font-size:14px;font-weight:600">{_text(line.what)}</span>'
    text = (
        f'<p class="ink" style="margin:5px 0 3px;font-size:15px;line-height:1.5;color:#14171c;overflow-wrap:anywhere">{_text(line.text)}</p>\n'
        if line.text
        else ""
    )
    return (
        f'<div class="rule" style="margin:0 0 12px;padding:0 0 10px;border-bottom:1px solid #e3e6ea">\n{what}{status}\n{text}'
        f'<p class="dim" style="margin:0;font-size:13px;line-height:1.45;color:#5b6470;overflow-wrap:anywhere">{_source(line, message)}</p>\n</div>\n'
    )


def _source(line: Line, message: Message) -> str:
    who = _text(line.who or word("source", message.language))
    url = web_link(line.url)
    if url:
        who = f'<a class="link" href="{escape(url, quote=True)}" rel="noopener noreferrer" style="color:#1a56c4">{who}</a>'
    several = _text(", ".join(line.origins[:4])) if len(line.origins) > 1 else ""
    when = escape(line.at.strftime("%H:%M" if message.mode == "now" else "%Y-%m-%d %H:%M")) if line.at else ""
    return " · ".join(part for part in (who, several, when) if part)


# ── a digest's table ─────────────────────────────────────────────────────────────────────────────────────────────────


def _changed_figures(message: Message) -> str:
    """What changed at a glance; only a digest has enough of them for a table."""
    changed = [line for line in message.lines if line.old and line.new]
    if message.mode != "digest" or not changed:
        return ""
    rows = "".join(_row(line) for line in changed)
    caption = f'<caption class="dim" style="text-align:left;font-size:13px;color:#5b6470;padding:0 0 4px">{_text(word("figures", message.language))}</caption>'
    return f'<table class="ink" style="width:100%;border-collapse:collapse;margin:0 0 16px;font-size:14px;line-height:1.4;color:#14171c">{caption}{rows}</table>\n'


def _row(line: Line) -> str:
    cell = 'class="rule" style="padding:5px 8px 5px 0;border-top:1px solid #e3e6ea;vertical-align:top;overflow-wrap:anywhere'
    return (
        f'<tr><td {cell}">{_text(line.headline)}</td><td {cell}">{_text(line.noun)}</td>'
        f'<td {cell};white-space:nowrap;font-weight:600">{_text(line.old)} → {_text(line.new)}</td></tr>\n'
    )


def _actions(actions: Sequence[Action]) -> str:
    links = [(label, url) for label, raw in actions if (url := web_link(raw))]
    if not links:
        return ""
    made = " · ".join(
        f'<a class="link" href="{escape(url, quote=True)}" rel="noopener noreferrer" style="color:#1a56c4">{_text(label)}</a>'
        for label, url in links
    )
    return f'<p class="dim" style="margin:18px 0 0;font-size:13px;line-height:1.6;color:#5b6470">{made}</p>\n'


def _text(text: str) -> str:
    return escape(neutralise(text), quote=True)
