"""A user's own wording: a Jinja template in place of our layout, in a sandbox.

    {{ title }}
    {% for line in lines %}{{ line.what }}: {{ line.text }} ({{ line.who }}) {{ line.url }}
    {% endfor %}

A template comes from the configuration, never from a feed; what a feed said is a value in it, and a value is never read as a
template. The sandbox keeps the template's author, too, from reaching anything but these values (changedetection.io's
CVE-2024-32651 was a notification template that reached the interpreter). Values are neutralised, as everywhere.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.alerts.render.layout import title
from monitor.alerts.render.safe import ZERO, neutralise, web_link
from monitor.model import Line, Message

#: characters of a rendered message; a loop that writes more is a mistake
LONGEST = 50_000
#: at a value's end these would make a mention or a link of whatever a template puts behind it
_OPEN = tuple("@＠﹫<:#＃")


class Template:
    """A template that compiled. Raises `ValueError` with the line where it does not."""

    def __init__(self, source: str) -> None:
        environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
        )
        environment.globals.clear()
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise ValueError(f"line {error.lineno}: {error.message}") from error

    def render(self, message: Message) -> str:
        """The message in the user's words. Raises `ValueError` where the template asks for what is not there, or writes too much."""
        written, length = [], 0
        try:
            for piece in self._template.generate(values(message)):
                length += len(piece)
                if length > LONGEST:
                    raise ValueError(f"the template writes more than {LONGEST:,} characters")
                written.append(piece)
        except (jinja2.TemplateError, ArithmeticError, TypeError) as error:
            raise ValueError(f"{_line_of(error)}{error}") from error
        return "".join(written).strip()


def try_out(source: str, samples: Mapping[str, Message]) -> None:
    """Raises `ValueError` where a template does not compile, or cannot write one of these messages; with the line, and which."""
    template = Template(source)
    for name, message in samples.items():
        try:
            template.render(message)
        except ValueError as error:
            raise ValueError(f"{error} (in a message such as: {name})") from error


def _line_of(error: BaseException) -> str:
    """Where in the template it happened: Jinja writes its lines into the traceback."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f"line {frame.lineno}: " for frame in reversed(frames) if frame.filename == "<template>"), "")


def values(message: Message) -> dict[str, Any]:
    """What a template may name."""
    return {
        "title": _closed(title(message)),
        "topic": _closed(message.topic),
        "mode": message.mode,
        "language": message.language,
        "lines": [_line(line) for line in message.lines],
        "standing": [_closed(one) for one in message.standing if one],
    }


def _closed(text: str) -> str:
    """`text`, neutralised also at its end."""
    plain = neutralise(text)
    return f"{plain}{ZERO}" if plain.endswith(_OPEN) else plain


def _line(line: Line) -> dict[str, Any]:
    texts = ("headline", "kind", "what", "text", "who", "status", "noun", "old", "new")
    found: dict[str, Any] = {name: _closed(getattr(line, name)) for name in texts}
    found["origins"] = [_closed(origin) for origin in line.origins]
    return found | {"url": web_link(line.url), "at": line.at.strftime("%Y-%m-%d %H:%M") if line.at else ""}
