"""A user's own wording: a Jinja template in place of our layout, in a sandbox.

    {{ title }}
    {% for line in lines %}{{ line.what }}: {{ line.text }} ({{ line.who }}) {{ line.url }}
    {% endfor %}

A template comes from the configuration, never from a feed; what a feed said is a value in it, and a value is never read as a
template. The sandbox keeps the template's author, too, from reaching anything but these values (changedetection.io's
CVE-2024-32651 was a notification template that reached the interpreter). Values are neutralised, as everywhere.
"""

from __future__ import annotations

from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.alerts.render.layout import title
from monitor.alerts.render.safe import neutralise, web_link
from monitor.model import Line, Message

#: characters of a rendered message; a loop that writes more is a mistake
LONGEST = 50_000


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
            raise ValueError(f"the template cannot be used: {error}") from error
        return "".join(written).strip()


def values(message: Message) -> dict[str, Any]:
    """What a template may name."""
    return {
        "title": title(message),
        "topic": neutralise(message.topic),
        "mode": message.mode,
        "language": message.language,
        "lines": [_line(line) for line in message.lines],
        "standing": [neutralise(one) for one in message.standing if one],
    }


def _line(line: Line) -> dict[str, Any]:
    texts = ("headline", "kind", "what", "text", "who", "status", "noun", "old", "new")
    found: dict[str, Any] = {name: neutralise(getattr(line, name)) for name in texts}
    found["origins"] = [neutralise(origin) for origin in line.origins]
    return found | {"url": web_link(line.url), "at": line.at.strftime("%Y-%m-%d %H:%M") if line.at else ""}
