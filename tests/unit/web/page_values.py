"""A small newsroom to look at through the page, with any text in any of its fields; and a visitor who asks for pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import config as configs
from monitor.config import Config
from monitor.model import (
    Alert,
    Attempt,
    Development,
    Event,
    Feed,
    FeedCheck,
    FeedState,
    Item,
    Judgement,
    Kind,
    Line,
    Match,
    Message,
    Span,
    StoryUpdate,
)
from monitor.ports import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGES = ("/", "/?hours=168&topic=v", "/story/st1", "/feeds", "/outbox", "/outbox?state=dead")

Say = Callable[[str], str]


def clock() -> datetime:
    return NOON + 30 * MINUTE


def configure(folder: Path, web: str = "", topic: str = "Venezuela", more: str = "") -> Config:
    file = folder / "monitor.toml"
    file.write_text(
        f"""database = "monitor.db"
timezone = "America/Caracas"
[web]
{web}
[[topic]]
id = "v"
name = '''{topic}'''
query = "caracas"
[[topic]]
id = "g"
name = "Guyana"
query = "guyana"
{more}
""",
        encoding="utf-8",
    )
    return configs.load(file)


# ── a newsroom ───────────────────────────────────────────────────────────────────────────────────────────────────────


def plainly(text: str) -> str:
    return text


def newsroom(store: Store, say: Say = plainly, address: Say = plainly) -> None:
    """A story with every kind of development, feeds in every state, alerts in every state. `say` writes each text, `address` each link."""
    feeds = [
        Feed(
            id=name,
            url=address(f"https://{name}.example/rss?token=hidden"),
            name=say(name),
            family=say(name),
            language=say("en"),
        )
        for name in ("wire", "herald", "ledger", "fresh")
    ]
    store.put_feeds(feeds, NOON)
    for number, name in enumerate(("wire", "herald", "ledger")):
        store.record_check(
            FeedCheck(
                feed=name,
                at=NOON,
                state=_state(name, say),
                items=_items(name, number, say, address),
                matches=_matches(name),
            )
        )
    store.record_update(StoryUpdate(topic="v", at=NOON, judgements=_judgements(say, address)))
    for alert in alerts(say, address):
        store.put_alert(alert)
    store.record_attempt(Attempt(alert="al-dead", at=NOON, error=say("550 refused"), permanent=True))
    store.record_attempt(Attempt(alert="al-later", at=NOON, error=say("503 busy"), retry_at=NOON + 40 * MINUTE))
    store.record_attempt(Attempt(alert="al-sent", at=NOON, receipt=say("250 accepted")))
    store.record_events(
        [Event(id="e1", at=NOON, kind="failing", about="herald", text=say("Herald has failed for 6 hours"))]
    )


def _state(name: str, say: Say) -> FeedState:
    state = FeedState(
        feed=name,
        check_after=NOON + 35 * MINUTE,
        checked_at=NOON + 25 * MINUTE,
        ok_at=NOON,
        changed_at=NOON,
        baseline_done=True,
    )
    if name == "herald":
        return replace(
            state,
            failures=3,
            failing_since=NOON - 600 * MINUTE,
            error=say("HTTP 403 at https://herald.example/rss?token=hidden"),
        )
    return replace(state, retired=name == "ledger")


def _items(name: str, number: int, say: Say, address: Say) -> tuple[Item, ...]:
    item = Item(
        id=f"i-{name}",
        feed=name,
        guid=say(f"guid-{name}"),
        url=address(f"https://{name}.example/{number}"),
        title=say(f"Bridge closed in Caracas, says {name}"),
        content=say("The bridge in Caracas was closed on Monday."),
        author=say("A. Reporter"),
        publisher=say(name.title()),
        language=say("en"),
        first_seen=NOON + number * MINUTE,
    )
    return (item,)


def _matches(name: str) -> dict[str, tuple[Match, ...]]:
    return {f"i-{name}": (Match(topic="v", score=0.9),)}


def _judgements(say: Say, address: Say) -> tuple[Judgement, ...]:
    def judged(item: str, number: int, developments: Sequence[Development], **more: Any) -> Judgement:
        values = {
            "topic": "v",
            "story": "st1",
            "new_story": number == 0,
            "copy_of": None,
            "origin": say("WIRE"),
            "at": NOON + number * MINUTE,
        }
        return Judgement(
            item=item, headline=say("Bridge closed in Caracas"), developments=tuple(developments), **{**values, **more}
        )

    first = [_development(kind, "wire", say, address) for kind in Kind if kind is not Kind.SOURCE]
    return (
        judged("i-wire", 0, first),
        judged("i-herald", 1, [_development(Kind.SOURCE, "herald", say, address)], copy_of="i-wire"),
        judged("i-ledger", 2, [_development(Kind.FIGURE, "ledger", say, address, old=say("few"), new=say("many"))]),
    )


def _development(kind: Kind, outlet: str, say: Say, address: Say, **more: Any) -> Development:
    values: dict[str, Any] = {
        "id": f"d-{kind}-{outlet}",
        "topic": "v",
        "story": "st1",
        "item": f"i-{outlet}",
        "kind": kind,
        "at": NOON + (2 if outlet == "ledger" else 1) * MINUTE,
        "span": Span(item=f"i-{outlet}", field="content", start=0, end=10),
        "text": say(f"Evidence of the {kind}"),
        "noun": say("injured"),
        "subject": say("Caracas"),
        "old": 3.0,
        "new": 4500.0,
        "unit": say("people"),
        "speaker": say("the mayor"),
        "status": say("denied"),
        "status_before": say("claimed"),
        "importance": 0.7,
        "origins": (say("WIRE"), say("Harbour Agency")),
        "publisher": say(outlet.title()),
        "url": address(f"https://{outlet}.example/{kind}"),
        "sure": kind is not Kind.ACTOR,
    }
    return Development(**{**values, **more})


def alerts(say: Say, address: Say) -> list[Alert]:
    line = Line(
        story="st1",
        headline=say("Bridge closed"),
        kind="figure",
        text=say("Five were hurt."),
        what=say("injured 3 → 5"),
        who=say("the mayor"),
        status=say("denied"),
        url=address("https://wire.example/0"),
        at=NOON,
        old=say("3"),
        new=say("5"),
        noun=say("injured"),
        origins=(say("WIRE"),),
    )
    message = Message(
        title=say("Bridge closed in Caracas"), lines=(line,), standing=(say("two outlets"),), topic=say("Venezuela")
    )

    def alert(state: str, mode: Any = "now", story: str | None = "st1") -> Alert:
        return Alert(
            id=f"al-{state}",
            key=f"key-{state}",
            channel="desk",
            subscription="desk",
            topic="v",
            story=story,
            mode=mode,
            developments=(),
            message=message,
            created=NOON,
            send_after=NOON,
        )

    return [alert("owed"), alert("later"), alert("sent", "digest", None), alert("dead", "system", None)]


# ── a visitor ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""


def basic(password: str, user: str = "reader") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


async def ask(
    app: Any,
    path: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    *,
    host: str | None = "localhost:8080",
    address: str = "192.0.2.7",
) -> Answer:
    """One request as a server would hand it over. Whatever an endpoint raises comes through, as it would to a server's log."""
    answer, body = Answer(), bytearray()
    path, _, query = path.partition("?")
    sent = {**({"Host": host} if host is not None else {}), **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in sent.items()],
        "client": (address, 40000),
        "server": ("127.0.0.1", 8080),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    answer.text = body.decode("utf-8")
    return answer
