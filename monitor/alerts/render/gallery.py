"""Every rendering of a sample, on one page, for a person to look at: `monitor channels preview`.

The samples are invented. They go through the same functions as real alerts, so what is seen here is what is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from html import escape

from monitor.alerts.render.html import as_html
from monitor.alerts.render.layout import blocks, title
from monitor.alerts.render.markups import MARKDOWN, SLACK, TELEGRAM, TEXT
from monitor.alerts.render.message import digest_title
from monitor.model import Line, Message

_AT = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
_STRIKE, _FIRE = "Boat strike off La Guaira", "Fire at the Isla refinery, Curaçao"
_STYLE = """\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1320px; padding: 0 1rem; }
h2 { margin: 2.5rem 0 .5rem; } h3 { margin: 1.2rem 0 .3rem; font-size: 1rem; color: #555; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f5f7; padding: .8rem; border-radius: 6px; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; } .row > * { flex: 1 1 300px; min-width: 0; }
iframe { border: 1px solid #ccc; border-radius: 6px; width: 100%; height: 560px; } iframe.narrow { flex: 0 0 360px; width: 360px; }"""


def samples() -> dict[str, Message]:
    """By name: a first report, a development, a correction, a digest, one in Spanish, a hostile one, the system's own."""
    digest = (_figure(), _status(), _quote(), _fire(), _possible())
    return {
        "first report": Message(
            title=f"{_STRIKE} (EFE)",
            lines=(_first(),),
            standing=("2 reports, 1 independent source (EFE)",),
            topic="Venezuela and the Caribbean",
        ),
        "changed figure": Message(
            title=f"{_STRIKE}: dead 3 → 5 (EFE) +1",
            lines=(_figure(), _quote()),
            topic="Venezuela and the Caribbean",
            standing=("14 reports, 3 independent sources (EFE, AP, AFP). Unchanged: Marines 4,500",),
        ),
        "correction": Message(
            title=f"{_STRIKE}: corrected: dead 5 → 4 (AP)",
            lines=(_correction(),),
            standing=("16 reports, 4 independent sources (EFE, AP, AFP, Reuters)",),
        ),
        "digest": Message(
            title=digest_title("Venezuela and the Caribbean", 2, len(digest), "en"),
            lines=digest,
            mode="digest",
            topic="Venezuela and the Caribbean",
            standing=(
                "14 reports, 3 independent sources (EFE, AP, AFP)",
                "6 reports, 2 independent sources (ANP, AP)",
                "2 developments undelivered, owed since 11:40",
            ),
        ),
        "in Spanish": Message(
            title="Ataque a una lancha frente a La Guaira: muertos 3 → 5 (EFE)",
            language="es",
            topic="Venezuela y el Caribe",
            lines=(
                replace(
                    _figure(),
                    what="muertos 3 → 5",
                    status="oficial",
                    text="Son ya cinco los fallecidos, informó la Armada.",
                ),
            ),
            standing=("14 informes, 3 fuentes independientes (EFE, AP, AFP). Sin cambios: infantes de Marina 4.500",),
        ),
        "hostile text": _hostile(),
        "system": Message(
            title="Feed Diario del Puerto has failed for six hours: the server answers 503", lines=(), mode="system"
        ),
    }


def _hostile() -> Message:
    text = "<script>alert(1)</script> <!channel> @here `rm -rf` ||spoiler|| [x](tg://user?id=1)"
    return Message(
        title="@everyone <b>Free</b> *money* [click](javascript:alert(1))",
        topic="x",
        lines=(replace(_first(), text=text, url="javascript:alert(1)"),),
    )


def _first() -> Line:
    text = "Four people were killed when a boat was struck off La Guaira on Monday morning, the port authority said."
    return Line(
        story="st_1",
        headline=_STRIKE,
        kind="new_story",
        what="first report",
        text=text,
        who="Diario del Puerto",
        status="reported",
        url="https://puerto.example/strike",
        at=_AT,
        origins=("EFE",),
    )


def _figure() -> Line:
    return replace(
        _first(),
        kind="figure",
        what="dead 3 → 5",
        noun="dead",
        old="3",
        new="5",
        status="official",
        origins=("EFE", "AP"),
        text="Five people are now known to have died, the navy said.",
        who="Navy (Diario del Puerto)",
    )


def _quote() -> Line:
    text = "“Whoever did this will answer for it,” the defence minister said."
    return replace(
        _first(),
        kind="quote",
        what="said",
        text=text,
        who="defence minister (Harbour Times)",
        url="https://harbour.example/q",
    )


def _status() -> Line:
    text = "The US Department of Defense confirmed the strike."
    return replace(_first(), kind="status", what="claimed → confirmed", text=text, status="", who="Wire Service")


def _correction() -> Line:
    text = "Four people, not five, were killed, the hospital said, correcting an earlier count."
    return replace(
        _figure(),
        kind="correction",
        what="corrected: dead 5 → 4",
        old="5",
        new="4",
        text=text,
        who="Harbour Times",
        origins=("AP",),
    )


def _fire() -> Line:
    return replace(
        _figure(),
        story="st_2",
        headline=_FIRE,
        what="homes 1,200 → 1,850",
        noun="homes",
        old="1,200",
        new="1,850",
        text="Het aantal geëvacueerde woningen is opgelopen tot 1.850.",
        who="Amigu di Kòrsou",
        url="https://amigu.example/b",
    )


def _possible() -> Line:
    text = "Neighbours said that the fire had started in a tank which was closed in 2019."
    return replace(_fire(), kind="fact", what="possibly new", text=text, old="", new="", noun="", status="claimed")


def gallery() -> str:
    """A whole HTML page; it loads nothing, and what is in the frames may not run anything."""
    sections = "".join(_section(name, message) for name, message in samples().items())
    head = f'<meta charset="utf-8">\n<title>Every rendering of an alert</title>\n<style>\n{_STYLE}\n</style>'
    body = f"<h1>Every rendering of an alert</h1>\n{sections}"
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}</body>\n</html>\n'


def _section(name: str, message: Message) -> str:
    document = escape(as_html(message), quote=True)
    frames = "".join(
        f'<iframe class="{kind}" sandbox="" title="{kind}" srcdoc="{document}"></iframe>' for kind in ("wide", "narrow")
    )
    chats = "".join(
        f"<div><h3>{escape(markup.name)}</h3><pre>{escape(chr(10).join(blocks(message, markup)))}</pre></div>"
        for markup in (TEXT, MARKDOWN, SLACK, TELEGRAM)
    )
    heading = f"<h2>{escape(name)}</h2>\n<p>{escape(title(message))}</p>\n<h3>e-mail, wide and at 360 px</h3>\n"
    return f'{heading}<div class="row">{frames}</div>\n<div class="row">{chats}</div>\n'
