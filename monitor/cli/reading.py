"""monitor stories · story · search · explain · alerts · channels: the commands that only look, and the outbox."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.common import ago, fail, out, session, show, since
from monitor.cli.explaining import explain_alert, explain_item
from monitor.errors import SendError
from monitor.model import Alert, Message, make_id
from monitor.ports import Store
from monitor.run.app import build
from monitor.run.story import state_of_knowledge, story_lines
from monitor.text.canonical import readable

channels = typer.Typer(no_args_is_help=True, help="Try a channel, and see how messages look.")
_Limit = Annotated[int, typer.Option(min=1, help="How many at most.")]


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(stories)
    app.command()(story)
    app.command()(search)
    app.command()(explain)
    app.command()(alerts)
    channels.command("test")(channels_test)
    channels.command("preview")(channels_preview)
    app.add_typer(channels, name="channels")


def stories(
    context: typer.Context,
    topic: Annotated[str | None, typer.Option(help="Only this topic.")] = None,
    since_: Annotated[str, typer.Option("--since", metavar="24h", help="Updated since then.")] = "24h",
    limit: _Limit = 50,
) -> None:
    """Stories, the most recently updated first."""
    topics = [one.id for one in session(context).config().topics]
    with session(context).store() as store:
        found = store.stories(topic, since(since_), limit)
        if not found and topic not in (None, *topics):
            raise fail(f"there is no topic {topic!r}; configured: {', '.join(topics) or 'none'}", 2)
        rows = [story_lines(store, one) for one in found] if session(context).json else found
        cells = [(one.id, ago(one.updated), one.items, len(one.origins), one.topic, one.headline) for one in found]
        show(
            context,
            rows,
            ("id", "updated", "items", "origins", "topic", "headline"),
            cells,
            f"no story was updated in the last {since_}",
        )


def story(
    context: typer.Context,
    story_id: Annotated[str, typer.Argument(metavar="ID", help="As `monitor stories` lists it.")],
) -> None:
    """One story: what is known now, and how it came to be known. Every line ends at its source."""
    with session(context).store() as store:
        found = store.story(story_id)
        if found is None:
            raise fail(f"there is no story {story_id!r}; `monitor stories` lists them")
        if session(context).json:
            show(context, [story_lines(store, found)], (), (), "")
            return
        for line in state_of_knowledge(store, found):
            out.print(line, markup=False)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help='Words; "…" for words in a row.')],
    limit: _Limit = 20,
) -> None:
    """Full text over items and developments; accents and case do not matter."""
    with session(context).store() as store:
        found = store.search(query, limit)
        cells = [(item.id, ago(item.first_seen), item.publisher, item.title) for item in found]
        show(context, found, ("id", "seen", "publisher", "title"), cells, f"nothing stored says {query!r}")


def explain(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="ITEM-ID|URL|ALERT-ID", help="As `search` and `alerts` list them.")],
) -> None:
    """Why an item matched or not, what it was a copy of, which story it joined, what was new in it, and who was told."""
    config = session(context).config()
    with session(context).store() as store:
        alert, item = store.alert(key), store.item(key) or store.item(readable(key))
        if alert is None and item is None:
            raise fail(
                f"no item and no alert is known as {key!r}; `monitor search` finds items, `monitor alerts` lists alerts"
            )
        lines = explain_alert(store, alert) if alert else explain_item(build(config, store), item)
        for line in lines:
            out.print(line, markup=False)


def alerts(
    context: typer.Context,
    action: Annotated[str, typer.Argument(help="Makes a dead alert owed again.", metavar="retry")] = "",
    alert_id: Annotated[str, typer.Argument(metavar="ID", help="That alert.")] = "",
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="Only those that are owed, sent, dead or superseded.")
    ] = None,
    limit: _Limit = 50,
) -> None:
    """The outbox: what is owed, what was sent, what is dead and why."""
    if state not in (None, "owed", "sending", "sent", "dead", "superseded"):
        raise fail("--state must be owed, sent, dead or superseded", 2)
    with session(context).store() as store:
        if action == "retry":
            _retry(store, alert_id)
        elif action:
            raise fail(f"unknown action {action!r}; `monitor alerts` lists, `monitor alerts retry ID` tries again", 2)
        else:
            found = store.alerts(state, limit)
            cells = [
                (one.id, ago(one.created), one.channel, one.state, one.attempts, one.message.title, one.error)
                for one in found
            ]
            show(
                context,
                found,
                ("id", "made", "channel", "state", "tries", "title", "error"),
                cells,
                "the outbox is empty" if state is None else f"no alert is {state}",
            )


def _retry(store: Store, alert_id: str) -> None:
    if not store.retry_alert(alert_id, datetime.now(UTC)):
        raise fail(f"there is no dead alert {alert_id!r}; `monitor alerts --state dead` lists them")
    out.print(f"{alert_id} is owed again", markup=False)


def channels_test(
    context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="A channel's id.")]
) -> None:
    """Sends one message through one channel, and prints what the server said."""
    config = session(context).config()
    if name not in {channel.id for channel in config.channels}:
        known = ", ".join(channel.id for channel in config.channels) or "none"
        raise fail(f"there is no channel {name!r}; configured: {known}", 2)
    with session(context).store() as store:
        try:
            receipt = asyncio.run(build(config, store).senders().send(_test_alert(name)))
        except SendError as error:
            raise fail(
                f"{name}: not accepted{' (trying again is useless)' if error.permanent else ''}: {error}"
            ) from error
    out.print(f"{name}: {receipt.detail}", markup=False)


def _test_alert(channel: str) -> Alert:
    now = datetime.now(UTC)
    key = make_id("al", "test", channel, now.isoformat())
    message = Message(title="monitor: a test message. If you can read it, this channel works.", lines=(), mode="system")
    return Alert(
        id=key,
        key=key,
        channel=channel,
        subscription="test",
        topic="",
        story=None,
        mode="system",
        developments=(),
        message=message,
        created=now,
        send_after=now,
    )


def channels_preview(
    file: Annotated[Path, typer.Option("--out", help="Where the page goes.")] = Path("preview.html"),
) -> None:
    """Writes every rendering of a sample to one page, for a person to look at."""
    # Only this command needs the samples.
    from monitor.alerts.render.gallery import gallery  # noqa: PLC0415

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(gallery(), encoding="utf-8")
    out.print(f"written: {file}", markup=False)
