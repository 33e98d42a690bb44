"""From values to HTML: the templates' environment, and the few words and figures that they need.

Everything a feed, a server or a person wrote is text here: escaped by the environment, freed of invisible characters on its way
out, and a link only where it leads to the web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
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
    Status.OFFICIAL: "sure",
    Status.CONFIRMED: "sure",
    Status.DENIED: "against",
    Status.RETRACTED: "against",
}
_CHANGES = frozenset({Kind.FIGURE, Kind.CORRECTION, Kind.CONTRADICTION})


class Templates:
    """The pages' templates. `zone` is the reader's; `masked` takes secrets out of a text; times in `render` are in UTC."""

    def __init__(self, zone: str, masked: Callable[[str], str]) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals["zone"] = zone.rpartition("/")[2].replace("_", " ")
        self._environment.filters.update(
            ago=_ago,
            by_day=_by_day(zone),
            clip=lambda text: clip(squeeze(visible(text)), LONGEST),
            day=_in_zone(zone, lambda at, _: _day(at)),
            host=_host,
            kind_class=lambda kind: str(kind).replace("_", "-"),
            label=lambda kind: word(str(kind), "en"),
            link=web_link,
            local=_in_zone(zone, _time),
            clock=_in_zone(zone, lambda at, _: f"{at:%H:%M}"),
            masked=masked,
            status_class=lambda status: _SURE.get(status, "reported"),
            utc=lambda at: f"{at:%Y-%m-%dT%H:%M:%SZ}",
        )
        self._environment.globals.update(after=after, before=before, noun=noun, span=span, vouchers=vouchers, who=who)

    def render(self, name: str, now: datetime, values: Mapping[str, Any]) -> str:
        """The HTML of a page."""
        return self._environment.get_template(name).render(now=now, **values)


def _shown(value: Any) -> Any:
    """What may be printed of a value: None is nothing, and no text brings invisible characters or halves of characters along."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


# ── times ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _in_zone(zone: str, write: Callable[[datetime, datetime], str]) -> Any:
    info = ZoneInfo(zone)

    @pass_context
    def local(context: Context, at: datetime) -> str:
        return write(at.astimezone(info), context["now"].astimezone(info))

    return local


def _time(at: datetime, now: datetime) -> str:
    """14:05 today, 3 Mar 14:05 this year, 3 Mar 2025 before."""
    if at.date() == now.date():
        return f"{at:%H:%M}"
    return f"{at.day} {at:%b %H:%M}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def _day(at: datetime) -> str:
    return f"{at:%A}, {at.day} {at:%B %Y}"


def _by_day(zone: str) -> Callable[[Iterable[Development]], list[tuple[str, list[Development]]]]:
    info = ZoneInfo(zone)

    def by_day(timeline: Iterable[Development]) -> list[tuple[str, list[Development]]]:
        days = groupby(timeline, key=lambda one: _day(one.at.astimezone(info)))
        return [(day, list(lines)) for day, lines in days]

    return by_day


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
    return _value(one.old, one.unit) if one.kind in _CHANGES and one.old != one.new else ""


def after(one: Development) -> str:
    """What is known now; "" where the development is no figure and no status."""
    if one.kind is Kind.STATUS:
        return word(one.status or "", "en")
    return _value(one.new, one.unit) if one.kind in _CHANGES else ""


def noun(one: Development) -> str:
    """What is counted, and of whom."""
    what = word(one.noun, "en") if one.noun else ""
    return f"{what} · {one.subject}" if what and one.subject and one.subject != one.noun else what or one.subject or ""


def who(one: Development) -> str:
    """Who says so: the speaker, else nobody but the publisher."""
    return one.speaker or ""


def vouchers(one: Development) -> list[str]:
    """The origins that are not the publisher itself in other letters."""
    own = one.publisher.casefold().replace(" ", "-")
    return [origin for origin in one.origins if origin.casefold().replace(" ", "-") != own]


def _value(value: float | str | None, unit: str | None) -> str:
    text = figure(value, "en")
    if not text or not unit:
        return text
    return f"{text}%" if unit == "%" else f"{text} {unit}"


def _host(url: str) -> str:
    """The host of an address and no more: paths and queries of feeds may hold secrets."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
