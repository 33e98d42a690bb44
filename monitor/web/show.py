"""From values to HTML: the templates' environment, and the few words and figures that they need.

Everything a feed, a server or a person wrote is text here: escaped by the environment, freed of invisible characters on its way
out, and a link only where it leads to the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from monitor.alerts.render import clip, web_link
from monitor.alerts.render.words import figure, word
from monitor.model import Development, Kind, Status
from monitor.text.normal import squeeze, visible

#: characters of a text that are shown; the source has the rest
LONGEST = 700
#: how sure a status is, for its colour; the word itself is always there
_SURE = {
    Status.RUMOURED: "open",
    Status.CLAIMED: "open",
    Status.OFFICIAL: "stated",
    Status.CONFIRMED: "sure",
    Status.DENIED: "against",
    Status.RETRACTED: "against",
}
_CHANGES = frozenset({Kind.FIGURE, Kind.CORRECTION, Kind.CONTRADICTION})


class Templates:
    """The pages' templates. `zone` is the reader's; `masked` takes secrets out of what others wrote."""

    def __init__(self, zone: str, masked: Callable[[str], str]) -> None:
        name = zone.rpartition("/")[2].replace("_", " ")
        self._common = {"zone": ZoneInfo(zone), "zone_name": name, "masking": masked}

    def render(self, name: str, now: datetime, values: Mapping[str, Any]) -> str:
        """The HTML of a page; times in UTC."""
        return _environment().get_template(name).render(now=now, **self._common, **values)


@cache
def _environment() -> Environment:
    """Templates are compiled once a process; what differs between sites travels in the context."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        ago=_ago,
        by_day=_by_day,
        clip=lambda text: clip(squeeze(visible(text)), LONGEST),
        clock=_clock,
        day=_today,
        host=_host,
        label=lambda kind: word(str(kind), "en"),
        link=web_link,
        local=_local,
        masked=_masked,
        status_class=lambda status: _SURE.get(status, "plain"),
        utc=lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
    )
    environment.globals.update(after=after, before=before, noun=noun, span=span, vouchers=vouchers, who=who)
    return environment


def _shown(value: Any) -> Any:
    """What may be printed of a value: None is nothing, and no text brings invisible characters or halves of characters along."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@pass_context
def _masked(context: Context, text: str) -> str:
    masked: str = context["masking"](text)
    return masked


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pass_context
def _local(context: Context, at: datetime) -> str:
    """14:05 today, 3 Mar 14:05 this year, 3 Mar 2025 before."""
    at, now = at.astimezone(context["zone"]), context["now"].astimezone(context["zone"])
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


@pass_context
def _clock(context: Context, at: datetime) -> str:
    return f"{at.astimezone(context['zone']):%H:%M}"


@pass_context
def _today(context: Context, at: datetime) -> str:
    return _day(at.astimezone(context["zone"]))


def _day(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y}"


@pass_context
def _by_day(context: Context, timeline: Iterable[Development]) -> list[tuple[str, list[Development]]]:
    days = groupby(timeline, key=lambda one: _day(one.at.astimezone(context["zone"])))
    return [(day, list(lines)) for day, lines in days]


@pass_context
def _ago(context: Context, at: datetime | None) -> str:
    if at is None:
        return "never"
    passed = context["now"] - at
    if passed < timedelta(0):
        return f"in {span(-passed)}"
    return f"{span(passed)} ago" if passed >= timedelta(minutes=1) else "just now"


def span(duration: timedelta) -> str:
    """A duration as people say it: 40 s, 12 min, 5 h, 3 days."""
    seconds = duration.total_seconds()
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    return f"{seconds // 3600:.0f} h" if seconds < 172800 else f"{seconds // 86400:.0f} days"


# ── developments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def before(one: Development) -> str:
    """What was known: an older figure, an older status; "" where nothing was."""
    if one.kind is Kind.STATUS:
        return word(one.status_before or "", "en")
    return _value(one.old, one) if one.kind in _CHANGES and one.old != one.new else ""


def after(one: Development) -> str:
    """What is known now; "" where the development is no figure and no status."""
    if one.kind is Kind.STATUS:
        return word(one.status or "", "en")
    return _value(one.new, one) if one.kind in _CHANGES else ""


def noun(one: Development) -> str:
    """What is counted."""
    return word(one.noun, "en") if one.noun else ""


def who(one: Development) -> str:
    """Who says so: the speaker, else nobody but the publisher."""
    return one.speaker or ""


def vouchers(one: Development) -> list[str]:
    """The origins that are not the publisher itself in other letters."""
    own = one.publisher.casefold().replace(" ", "-")
    return [origin for origin in one.origins if origin.casefold().replace(" ", "-") != own]


def _value(value: float | str | None, one: Development) -> str:
    text = figure(value, "en")
    if not text or not one.unit or one.unit == one.noun:
        return text
    return f"{text}%" if one.unit == "%" else f"{text} {one.unit}"


def _host(url: str) -> str:
    """The host of an address and no more: paths and queries of feeds may hold secrets."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
