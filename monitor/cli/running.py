"""monitor run · once · replay · demo: the commands that do the work."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from monitor import config as configs
from monitor.cli.common import complain, fail, out, progress, session, since
from monitor.config import Config
from monitor.demo.play import play
from monitor.run.app import App, build, configure_logging, desks_of, embedding_of, open_store
from monitor.run.archive import read_archive, stored_archive
from monitor.run.daemon import Daemon, tick_of
from monitor.run.once import one_pass
from monitor.run.output import compare
from monitor.run.refusing import BRIEFLY, patiently
from monitor.run.replay import Replay
from monitor.run.secret import secret_of
from monitor.store.sqlite import SqliteStore
from monitor.text import lexicon as lexicons
from monitor.topics.match import Matcher


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    app.command()(run)
    app.command()(once)
    app.command()(replay)
    app.command()(demo)


def run(context: typer.Context) -> None:
    """The daemon: polls, updates stories, delivers, serves the page.

    SIGTERM stops it within ten seconds with nothing lost; SIGHUP reads the configuration again.
    """
    config = session(context).config()
    if not config.feeds:
        complain(f"{config.path}: no feeds are configured; `monitor feeds add URL` adds one")
    store = patiently(lambda: open_store(config, exclusive=True))
    try:
        uvloop.run(_run(session(context).path, config, store))
    finally:
        store.close()


async def _run(path: Path, config: Config, store: SqliteStore) -> None:
    app = patiently(lambda: build(config, store))
    store.wait_at_most(BRIEFLY)
    daemon = Daemon(app, reload=lambda: configs.load(path), serve=_page, tick=tick_of(config))
    await daemon.run()


async def _page(app: App) -> None:
    # The web framework takes a third of a second to import, which every other command would pay.
    from monitor.web.app import serve  # noqa: PLC0415

    await serve(app.config, app.store, app.clock, secret_of(app.config), app.inbox)


def once(
    context: typer.Context,
    all_feeds: Annotated[bool, typer.Option("--all", help="Poll every feed, due or not.")] = False,
) -> None:
    """One pass: polls what is due, updates stories, delivers what is due, and exits."""
    config = session(context).config()
    store = open_store(config, exclusive=True)
    try:
        with progress("polling", len(config.feeds)) as tell:
            done = uvloop.run(one_pass(build(config, store), every=all_feeds, progress=tell))
    finally:
        store.close()
    out.print(
        f"{done.checked} feeds checked, {done.items} new items, {done.developments} developments, {done.sent} messages sent",
        markup=False,
    )
    for line in done.failures:
        complain(line)
    if done.failures:
        raise typer.Exit(1)


def replay(
    context: typer.Context,
    items: Annotated[
        Path | None,
        typer.Argument(
            metavar="ITEMS.jsonl",
            help="The archive: one JSON object a line with id, url, title; - is stdin.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--out", help=r"Where the output goes. \[default: stdout]")] = None,
    database: Annotated[
        Path | None, typer.Option(help="Use this database and keep it, instead of a temporary one.")
    ] = None,
    since_: Annotated[
        str,
        typer.Option(
            "--since", metavar="14d", help="Instead of an archive: what this database has taken in since then."
        ),
    ] = "",
    with_: Annotated[
        Path | None, typer.Option("--with", metavar="NEW.toml", help="With --since: another configuration to compare.")
    ] = None,
    appointments: Annotated[
        bool, typer.Option("--appointments", help='Tell of days that were announced too, on lines of type "due".')
    ] = False,
) -> None:
    """Runs an archive through the real steps with the archive's clock; alerts are recorded, not delivered.

    With --since it answers "what would I have been sent", and compares that with what was sent.
    """
    if (items is None) == (not since_):
        raise fail("give an archive to replay, or --since 14d for what this database has taken in", 2)
    config = session(context).config()
    if since_:
        _what_if(config, since_, with_)
    else:
        assert items is not None
        _replay_file(config, items, output, database, appointments=appointments)


def _replay_file(
    config: Config, items: Path, output: Path | None, database: Path | None, *, appointments: bool
) -> None:
    archive = read_archive(items, config.feeds)
    with _scratch(database) as store, progress(f"replaying {items.name}", len(archive)) as tell:
        replay_ = _replay_of(config, store)
        for desk in replay_.desks:
            desk.appointments = appointments
        lines = replay_.run(archive, tell)
        if output is None:
            for line in lines:
                print(_json(line))
        else:
            output.parent.mkdir(parents=True, exist_ok=True)
            with output.open("w", encoding="utf-8", newline="\n") as sink:
                sink.writelines(f"{_json(line)}\n" for line in lines)


def _what_if(config: Config, period: str, other: Path | None) -> None:
    begin = since(period)
    store = open_store(config)
    try:
        archive = stored_archive(store, begin)
        was = [alert for alert in store.alerts(limit=100_000) if alert.created >= begin and alert.mode != "system"]
    finally:
        store.close()
    new = configs.load(other) if other else config
    with _scratch(None) as scratch, progress("replaying what was taken in", len(archive)) as tell:
        lines = list(_replay_of(new, scratch).run(archive, tell))
    for line in compare(lines, was):
        out.print(line, markup=False)


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


@contextmanager
def _scratch(database: Path | None) -> Iterator[SqliteStore]:
    """A database that is thrown away, unless one was named. A crash in a replay loses nothing, so it need not be durable."""
    with tempfile.TemporaryDirectory(prefix="monitor-replay-") as folder:
        store = SqliteStore.open(database or Path(folder) / "replay.db", durable=database is not None)
        try:
            yield store
        finally:
            store.close()


def _replay_of(config: Config, store: SqliteStore) -> Replay:
    lexicon = lexicons.load(config.names, config.concepts)
    return Replay(
        desks=desks_of(config.topics, config.subscriptions, lexicon, embedding_of(config)),
        matcher=Matcher(config.topics, lexicon),
        store=store,
        subscriptions=config.subscriptions,
    )


def demo(
    speed: Annotated[float, typer.Option(help="How many times faster than the standard demo.")] = 1.0,
    listen: Annotated[str, typer.Option(help='Where the page is shown; "" for none.')] = "127.0.0.1:8080",
) -> None:
    """The bundled story, offline: a feed server on loopback, the real daemon, alerts on this terminal."""
    configure_logging("warning", ())
    code = play(speed=speed, listen=listen)
    if code:
        raise typer.Exit(code)
