"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.errors import ParseError
from monitor.feeds import dates
from monitor.feeds.parse.raw import MAX_ENTRIES, RawEntry, RawFeed


def read(body: bytes) -> RawFeed:
    """The feed in a JSON document. Raises `ParseError`."""
    try:
        document = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {error}"[:200]) from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError("JSON came, and it is not a JSON Feed")
    hubs = [hub for hub in _list(document.get("hubs")) if isinstance(hub, dict) and _is_websub(hub)]
    return RawFeed(
        title=_text(document, "title"),
        link=_text(document, "home_page_url"),
        language=_text(document, "language"),
        hub=next((_text(hub, "url") for hub in hubs), ""),
        self_url=_text(document, "feed_url"),
        entries=[_entry(item) for item in document["items"][:MAX_ENTRIES] if isinstance(item, dict)],
    )


def _is_websub(hub: Mapping[str, Any]) -> bool:
    """A feed may name hubs of other protocols beside it (rssCloud)."""
    return _text(hub, "type").lower() in ("websub", "pubsubhubbub", "")


def _entry(item: Mapping[str, Any]) -> RawEntry:
    authors = [one for one in [*_list(item.get("authors")), item.get("author")] if isinstance(one, dict)]
    names = dict.fromkeys(name for author in authors if (name := _text(author, "name")))
    return RawEntry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_text") or _text(item, "content_html"),
        author=", ".join(names),
        language=_text(item, "language"),
        published=_time(_text(item, "date_published")),
        updated=_time(_text(item, "date_modified")),
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(item: Mapping[str, Any], key: str) -> str:
    """A string; identifiers are numbers in some feeds, against the rules (the specification says: coerce)."""
    value = item.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _time(text: str) -> datetime | None:
    if (time := dates.quick(text)) is not None:
        return time
    try:
        found = datetime.fromisoformat(text)
        return dates.plausible(found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC))
    except (ValueError, OverflowError):
        return dates.guess(text)
