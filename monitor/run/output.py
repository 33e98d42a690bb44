"""The lines of a replay's output: JSON values, one an item and one an alert; and what is different from what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.alerts.render import as_text
from monitor.model import Alert, Development, Entry, Item, StoryUpdate


def item_line(item: Item, entry: Entry, topics: Sequence[str], updates: Iterable[StoryUpdate]) -> dict[str, Any]:
    """The output line of one item: the judgement of the first topic that wants it."""
    found = [judgement for update in updates for judgement in update.judgements if judgement.item == item.id]
    judgement = found[0] if found else None
    return {
        "type": "item",
        "id": item.id,
        "topics": list(topics),
        "copy_of": judgement.copy_of if judgement else None,
        "revision_of": item.revision_of,
        "story": judgement.story if judgement else None,
        "developments": [development_line(one, entry.markup) for one in (judgement.developments if judgement else ())],
    }


def due_line(development: Development, markup: Sequence[str], at: datetime) -> dict[str, Any]:
    """What the clock alone made, on a line of its own since no item adds it; `item` is the one that announced it."""
    return {
        "type": "due",
        "at": _stamp(at),
        "item": development.item,
        "story": development.story,
        "developments": [development_line(development, markup)],
    }


def development_line(development: Development, markup: Sequence[str]) -> dict[str, Any]:
    """A development as the replay format has it: offsets are null where the field carried markup."""
    plain = development.span.field not in markup
    return {
        "id": development.id,
        "kind": str(development.kind),
        "field": development.span.field,
        "start": development.span.start if plain else None,
        "end": development.span.end if plain else None,
        "text": development.text,
        "noun": development.noun,
        "subject": development.subject,
        "old": number(development.old),
        "new": number(development.new),
        "unit": development.unit,
        "speaker": development.speaker,
        "status": development.status,
        "importance": round(development.importance, 4),
        "novelty": round(development.novelty, 4),
    }


def number(value: float | str | None) -> float | str | None:
    """5.0 is written 5."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def alert_line(alert: Alert, at: datetime) -> dict[str, Any]:
    """The output line of one alert."""
    return {
        "type": "alert",
        "at": _stamp(at),
        "channel": alert.channel,
        "story": alert.story,
        "mode": alert.mode,
        "developments": list(alert.developments),
        "title": alert.message.title,
        "text": as_text(alert.message),
    }


def compare(lines: Iterable[dict[str, Any]], was: Iterable[Alert]) -> list[str]:
    """What would have been sent beside what was, by the developments in each message: lines for a person."""
    would = [line for line in lines if line["type"] == "alert"]
    sent = list(was)
    told_then = {one for alert in sent for one in alert.developments}
    told_now = {one for line in would for one in line["developments"]}
    found = [
        f"would have been sent: {len(would)} messages with {len(told_now)} developments; was: {len(sent)} with {len(told_then)}"
    ]
    found += [
        f"+ {line['at']} {line['channel']} [{line['mode']}] {line['title']}"
        for line in would
        if set(line["developments"]) - told_then
    ]
    found += [
        f"- {_stamp(alert.created)} {alert.channel} [{alert.mode}] {alert.message.title}"
        for alert in sent
        if set(alert.developments) - told_now
    ]
    return found


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
