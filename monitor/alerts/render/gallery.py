# ruff: noqa: E501 - a style and a line of markup are each one string
"""Every rendering of a sample, on one page, for a person to look at: `monitor channels preview`.

The samples go through the same functions as real alerts, so what is seen here is what is sent: each kind of message as an e-mail (light and
dark, wide and as narrow as a telephone) and as every chat shows it, with the text that is sent; a story's living message with an update; a
digest in several parts; our words in all five languages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from monitor.alerts.render import MARKDOWN, SLACK, TELEGRAM, TEXT, Markup, answers, as_text, split, title
from monitor.alerts.render.html import DARK, as_html
from monitor.alerts.render.samples import answers_to, living_sample, samples
from monitor.alerts.render.seen import as_markdown_shows, as_slack_shows, as_telegram_shows, as_text_shows
from monitor.alerts.render.words import LANGUAGES
from monitor.model import Message

_STYLE = """\
:root { color-scheme: light; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1500px; padding: 1.5rem 1.25rem 4rem; color: #1a1d21; background: #f6f7f9; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { margin: 3rem 0 .1rem; padding-top: 1rem; border-top: 2px solid #cfd4da; font-size: 1.25rem; }
h3 { margin: 1.4rem 0 .5rem; font-size: .8rem; font-weight: 600; color: #5a626c; }
nav a { margin-right: 1rem; } p { margin: .2rem 0; color: #444b55; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; }
figure { margin: 0; } figcaption { font-size: .78rem; color: #5a626c; margin-bottom: .25rem; }
iframe { border: 1px solid #c9ced5; border-radius: 8px; background: #fff; display: block; }
.chat { flex: 1 1 260px; max-width: 460px; min-width: 0; }
.bubble { border: 1px solid #d9dde2; border-radius: 8px; background: #fff; padding: .7rem .9rem; font-size: 14px; line-height: 1.45; overflow-wrap: anywhere; white-space: pre-wrap; }
.bubble + .bubble { margin-top: .4rem; } .bubble.reply { margin-left: 1.2rem; }
.discord .bubble { background: #313338; color: #dbdee1; border-color: #313338; } .discord a { color: #4aa8ff; }
.telegram .bubble { background: #eaf6e2; border-color: #cfe6bf; }
small { color: #8b93a0; font-size: 12px; }
.keys span { display: inline-block; border: 1px solid #bcd3a9; border-radius: 6px; padding: .15rem .6rem; margin: .35rem .3rem 0 0; font-size: 13px; background: #fff; }
details { font-size: .8rem; color: #5a626c; margin-top: .3rem; } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #fff; padding: .6rem; border: 1px solid #e2e5e9; border-radius: 6px; }"""
#: (caption, class, markup, how it is shown, the most that it takes, whether what a reader can answer stands in the text)
_CHATS: tuple[tuple[str, str, Markup, Callable[[str], str], int, str], ...] = (
    ("Discord", "discord", MARKDOWN, as_markdown_shows, 2000, "-# {}"),
    ("Slack", "slack", SLACK, as_slack_shows, 3900, "{}"),
    ("Telegram", "telegram", TELEGRAM, as_telegram_shows, 4096, ""),
    ("Mattermost", "mattermost", MARKDOWN, as_markdown_shows, 16_000, "{}"),
    ("ntfy, and services of plain text", "text", TEXT, as_text_shows, 4000, ""),
)


def gallery() -> str:
    """A whole HTML page; it loads nothing, and what is in the frames may not run anything."""
    found = samples()
    sections = "".join(_section(name, said) for name, said in found.items()) + _living() + _languages()
    names = [*found, "living message", "languages"]
    nav = "".join(f'<a href="#{_anchor(name)}">{escape(name)}</a>' for name in names)
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>Every rendering of an alert</title>\n<style>\n{_STYLE}\n</style>'
    body = f"<h1>Every rendering of an alert</h1>\n<p>The news are invented; what is made of them is what is sent.</p>\n<nav>{nav}</nav>\n{sections}"
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}</body>\n</html>\n'


def _anchor(name: str) -> str:
    return name.replace(" ", "-")


def _heading(name: str, text: str) -> str:
    return f'<h2 id="{_anchor(name)}">{escape(name)}</h2>\n<p>{escape(text)}</p>\n'


def _section(name: str, said: Message) -> str:
    mails = "".join(_mail(said, width, dark=dark) for width, dark in ((360, False), (360, True), (680, False)))
    chats = "".join(_chat(said, *chat) for chat in _CHATS)
    return f'{_heading(name, title(said))}<h3>e-mail</h3>\n<div class="row">{mails}</div>\n<h3>chats</h3>\n<div class="row">{chats}</div>\n'


# ── e-mail ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _mail(said: Message, width: int, *, dark: bool) -> str:
    """A frame that shows the mail in one of its two schemes, whatever the reader of this page prefers."""
    page = as_html(said, answers_to(said)).replace(DARK, "@media all" if dark else "@media not all")
    scheme = "dark" if dark else "light"
    frame = f'<iframe sandbox="" title="{scheme}, {width} px" width="{width}" height="{_height(said, width)}" srcdoc="{escape(page, quote=True)}"></iframe>'
    return f"<figure><figcaption>{scheme}, {width} px</figcaption>{frame}</figure>"


def _height(said: Message, width: int) -> int:
    """About what the mail needs: a frame that may run nothing cannot say so itself."""
    across = (width - 40) // 8
    rows = sum(1 + len(line.text) // across for line in said.lines)
    stories = len({line.story for line in said.lines})
    figures = sum(bool(line.old and line.new) for line in said.lines) if said.mode == "digest" else 0
    answers_below = 0 if said.mode == "system" else 165
    height = (
        150 + 28 * (len(said.title) // (across // 2)) + 84 * len(said.lines) + 24 * rows + 60 * stories + 50 * figures
    )
    return min(1300, height + answers_below)


# ── chats ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _chat(
    said: Message, caption: str, name: str, markup: Markup, shows: Callable[[str], str], limit: int, footer: str
) -> str:
    links = answers_to(said)
    below = footer.format(answers(links, markup)) if footer and links else ""
    parts = split(said, limit, markup, footer=below)
    keys = _keys(links[: 3 if markup is TEXT else None]) if links and not footer else ""
    number = f", {len(parts)} messages" if len(parts) > 1 else ""
    return f'<div class="chat {name}"><figure><figcaption>{escape(caption)}{number}</figcaption>{_bubbles(parts, shows)}{keys}</figure>{_sent(parts)}</div>'


def _bubbles(parts: Iterable[str], shows: Callable[[str], str], kind: str = "bubble") -> str:
    return "".join(f'<div class="{kind}">{shows(part)}</div>' for part in parts)


def _keys(links: Iterable[tuple[str, str]]) -> str:
    return '<div class="keys">' + "".join(f"<span>{escape(label)}</span>" for label, _ in links) + "</div>"


def _sent(parts: Iterable[str]) -> str:
    return f"<details><summary>as it is sent</summary><pre>{escape(chr(10).join(parts))}</pre></details>"


# ── what takes more than one message ─────────────────────────────────────────────────────────────────────────────────


def _living() -> str:
    after, update = living_sample()
    chats = ""
    for caption, name, markup, shows, limit, _ in _CHATS[:3]:
        first, second = split(after, limit, markup), split(update, limit, markup)
        bubbles = _bubbles(first, shows) + _bubbles(second, shows, "bubble reply")
        chats += f'<div class="chat {name}"><figure><figcaption>{caption}: edited in place, and the update below it</figcaption>{bubbles}</figure>{_sent([*first, *second])}</div>'
    what = "A story's first message is edited to say how things stand; each update is a short message of its own."
    return f'{_heading("living message", what)}<div class="row">{chats}</div>\n'


def _languages() -> str:
    rows = ""
    for language in LANGUAGES:
        found = samples(language)
        chosen = [found[name] for name in ("changed figure", "claim denied", "correction", "spike")]
        texts = "".join(_bubbles([as_text(said)], as_text_shows) for said in chosen)
        column = f'<div class="chat"><figure><figcaption>plain text</figcaption>{texts}</figure></div>'
        rows += f'<h3>{language}</h3>\n<div class="row">{_mail(found["digest"], 360, dark=False)}{column}</div>\n'
    return f"{_heading('languages', 'Our own words are in the language of the subscription; the news stay as they were printed.')}{rows}"
