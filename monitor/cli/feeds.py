"""monitor feeds [list|add|remove|import|export]: how every feed is, and which feeds there are.

What is added goes to `feeds/added.opml` beside the configuration, so that a file written by hand is never rewritten.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from monitor import config as configs
from monitor.cli.common import ago, complain, fail, out, progress, session, show
from monitor.config import Config
from monitor.errors import FeedError, ParseError
from monitor.feeds import opml, websub
from monitor.feeds.condition import condition, policies, span
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.finding import Found, feed_of, find, verify, with_scheme
from monitor.feeds.parsing import ParserPool
from monitor.model import Feed, FeedState, Push

app = typer.Typer(invoke_without_command=True, help="How every feed is; add, remove, import and export feeds.")
_COLUMNS = ("name", "state", "last ok", "next check", "failures", "interval", "what is wrong", "policy", "push")
_AT_ONCE = 16


@app.callback()
def feeds(context: typer.Context) -> None:
    """Without a command: how every feed is."""
    if context.invoked_subcommand is None:
        list_(context)


@app.command("list")
def list_(context: typer.Context) -> None:
    """How every feed is: its state, when it answered last and is asked next, and what we learned about it."""
    with session(context).store() as store:
        found = store.feeds()
        pushes = {push.feed: push for push in store.pushes()}
    now = datetime.now(UTC)
    listed = [(feed, state, pushes.get(feed.id)) for feed, state in found]
    rows = [_row(*one, now) for one in listed]
    show(context, rows, _COLUMNS, [_cells(*one, now) for one in listed], _NONE)


_NONE = "no feed is known yet: `monitor feeds add URL` adds one, and `monitor once` or `monitor run` reads it"


def _cells(feed: Feed, state: FeedState, push: Push | None, now: datetime) -> tuple[object, ...]:
    return (
        feed.name,
        condition(state, now).text,
        ago(state.ok_at),
        "" if state.retired else ago(state.check_after),
        state.failures or "",
        span(state.interval),
        state.error,
        "; ".join(map(str, policies(state))),
        websub.in_words(push, now) if push else "",
    )


def _row(feed: Feed, state: FeedState, push: Push | None, now: datetime) -> dict[str, Any]:
    how = condition(state, now)
    return {
        "id": feed.id,
        "name": feed.name,
        "url": state.url or feed.url,
        "state": how.word,
        "text": how.text,
        "ok_at": state.ok_at,
        "changed_at": state.changed_at,
        "check_after": state.check_after,
        "failures": state.failures,
        "error": state.error,
        "interval_s": state.interval.total_seconds(),
        "policies": [{"about": one.about, "value": one.value, "why": one.why} for one in policies(state)],
        "push": _push(push, now) if push else None,
    }


def _push(push: Push, now: datetime) -> dict[str, Any]:
    return {
        "hub": push.hub,
        "topic": push.topic,
        "live": websub.is_live(push, now),
        "text": websub.in_words(push, now),
        "until": push.until,
        "signed": push.signed,
        "heard_at": push.heard_at,
    }


# ── add ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed's address, or a site's.")],
    name: Annotated[str, typer.Option(help=r"The publisher's name. \[default: the feed's title]")] = "",
    language: Annotated[str, typer.Option(help=r"en, es, fr, pt, nl … \[default: what the feed declares]")] = "",
    family: Annotated[str, typer.Option(help=r"Its owner: outlets of one owner count once. \[default: the host]")] = "",
    trust: Annotated[int, typer.Option(min=1, max=3, help="1 official or wire, 2 established, 3 unknown.")] = 3,
) -> None:
    """Finds the feed at this address, reads it once, and adds it to feeds/added.opml."""
    config = session(context).config()
    try:
        found = asyncio.run(_find(config, url))
    except FeedError as error:
        raise fail(f"not added: {error}") from error
    if found.feed.url in {feed.url for feed in config.feeds}:
        out.print(f"{found.feed.url} is configured already", markup=False)
        return
    feed = replace(
        found.feed,
        name=name or found.feed.name,
        language=language or found.feed.language,
        family=family or found.feed.family,
        trust=trust,
    )
    _append(session(context).path, [feed])
    entries = len(found.parsed.entries)
    out.print(f"added: {feed.name}, {feed.url} ({entries} entries today, which are a silent baseline)", markup=False)
    _say_what_is_next(session(context).path, feed.url)


async def _find(config: Config, url: str) -> Found:
    async with HttpFetcher(config.fetch) as fetcher, ParserPool() as parser:
        return await find(url, fetcher, parser)


def _added(config: Path) -> Path:
    return config.parent / "feeds" / "added.opml"


def _append(config: Path, feeds: Sequence[Feed]) -> None:
    file = _added(config)
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    try:
        _write(file, opml.added(before, feeds))
    except ParseError as error:
        raise fail(f"{file}: {error}") from error


def _write(file: Path, text: str) -> None:
    """Whole or not at all: a daemon may be reading it."""
    draft = file.with_suffix(".opml.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _say_what_is_next(path: Path, url: str) -> None:
    """Whether the configuration will see what was added, which only its `include` can say."""
    if url not in {feed.url for feed in configs.load(path).feeds}:
        complain(f'{path} does not include it yet: add "feeds/*.opml" to its include = [ … ]')
    out.print("a running daemon reads it at the next start, or on SIGHUP", markup=False)


# ── remove ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@app.command()
def remove(
    context: typer.Context, url: Annotated[str, typer.Argument(metavar="URL", help="Its address, name or id.")]
) -> None:
    """Takes a feed out of the OPML file that lists it. What it brought stays stored."""
    path = session(context).path
    config = session(context).config()
    wanted = {url, with_scheme(url)} | {feed.url for feed in config.feeds if url in (feed.name, feed.id)}
    for file in sorted(path.parent.glob("feeds/*.opml")):
        text = file.read_text(encoding="utf-8")
        for one in sorted(wanted):
            if (shorter := opml.removed(text, one)) is not None:
                _write(file, shorter)
                out.print(f"removed from {file}: {one}", markup=False)
                return
    if wanted & {feed.url for feed in config.feeds}:
        raise fail(f"{url} stands in a [[feed]] of {path} or a file that it includes; take it out there")
    raise fail(f"no feed has the address, name or id {url!r}; `monitor feeds` lists them")


# ── import and export ────────────────────────────────────────────────────────────────────────────────────────────────


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="OPML, or one address a line.", exists=True, dir_okay=False)
    ],
    check: Annotated[bool, typer.Option(help="Read every feed once and leave out those that fail.")] = True,
) -> None:
    """Adds every feed of a list to feeds/added.opml; says which were refused, and why."""
    config = session(context).config()
    wanted = _listed(file)
    known = {feed.url for feed in config.feeds}
    fresh = list({feed.url: feed for feed in wanted if feed.url not in known}.values())
    refused: list[tuple[Feed, str]] = []
    if check and fresh:
        with progress("reading feeds", len(fresh)) as tell:
            refused = asyncio.run(_check_all(config, fresh, tell))
    bad = {feed.url for feed, _ in refused}
    good = [feed for feed in fresh if feed.url not in bad]
    if good:
        _append(session(context).path, good)
    _report(context, len(wanted), good, refused)
    if good:
        _say_what_is_next(session(context).path, good[0].url)
    if refused:
        raise typer.Exit(1)


def _listed(file: Path) -> list[Feed]:
    text = file.read_text(encoding="utf-8", errors="replace")
    if text.lstrip().startswith("<"):
        try:
            return opml.read(text)
        except ParseError as error:
            raise fail(f"{file}: {error}", 2) from error
    lines = [line.split("#", 1)[0].strip() for line in text.splitlines()]
    return [feed_of(with_scheme(line)) for line in lines if line]


async def _check_all(config: Config, feeds: Sequence[Feed], tell: Any) -> list[tuple[Feed, str]]:
    """The feeds that could not be read, each with the reason."""
    refused: list[tuple[Feed, str]] = []
    done = 0
    async with HttpFetcher(config.fetch) as fetcher, ParserPool() as parser:
        slots = asyncio.Semaphore(_AT_ONCE)

        async def one(feed: Feed) -> None:
            nonlocal done
            async with slots:
                try:
                    await verify(feed, fetcher, parser)
                except FeedError as error:
                    refused.append((feed, str(error).removeprefix(f"{feed.url}: ")))
            done += 1
            tell(done)

        await asyncio.gather(*(one(feed) for feed in feeds))
    return refused


def _report(context: typer.Context, listed: int, good: Sequence[Feed], refused: Sequence[tuple[Feed, str]]) -> None:
    known = listed - len(good) - len(refused)
    if session(context).json:
        rows = {"added": [feed.url for feed in good], "known": known, "refused": [[f.url, why] for f, why in refused]}
        show(context, [rows], (), (), "")
        return
    out.print(f"{len(good)} added, {known} known already or listed twice, {len(refused)} refused", markup=False)
    if refused:
        cells = [(feed.name, feed.url, why) for feed, why in sorted(refused, key=lambda one: one[1])]
        show(context, cells, ("name", "address", "refused because"), cells, "")


@app.command()
def export(context: typer.Context) -> None:
    """Prints every feed of the configuration as OPML."""
    config = session(context).config()
    sys.stdout.write(opml.write(feed for feed in config.feeds if feed.page is None))
