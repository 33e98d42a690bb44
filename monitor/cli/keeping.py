"""monitor init · check · backup · restore · export · doctor: setting up, and keeping it well."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from monitor import config as configs
from monitor.cli.common import complain, fail, out, session
from monitor.run.app import embedding_of
from monitor.run.doctor import Finding, examine, signs_of_life
from monitor.run.exporting import export_all
from monitor.run.secret import beside, bring_along
from monitor.store.sqlite import restore as restore_database


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    for command in (init, check, backup, restore, export, doctor):
        app.command()(command)


def init(folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where config/ is written.")] = Path()) -> None:
    """Writes a starter config/ with the Venezuela and Caribbean pack. Files that exist are left as they are."""
    target = folder / "config"
    written = kept = 0
    for source in sorted(path for path in configs.starter().rglob("*") if path.is_file()):
        place = target / source.relative_to(configs.starter())
        if place.exists():
            kept += 1
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        written += 1
    out.print(f"{target}: {written} files written{f', {kept} left as they were' if kept else ''}", markup=False)
    command = "monitor" if target == Path("config") else f"monitor -c {target / 'monitor.toml'}"
    out.print(f"next: `{command} check`, then `{command} run`", markup=False)


def check(context: typer.Context) -> None:
    """Validates the configuration; every problem on its own line: file, key, what is wrong, the nearest valid key."""
    config = configs.load(session(context).path)
    embedding_of(config)
    out.print(
        f"{config.path}: good. {len(config.feeds)} feeds, {len(config.topics)} topics, {len(config.channels)} channels, "
        f"{len(config.subscriptions)} subscriptions, from {len(config.files)} files",
        markup=False,
    )
    for warning in configs.warnings(config):
        complain(f"note: {warning}")


def backup(context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Writes a consistent copy of the database, while the daemon is running."""
    if file.exists():
        raise fail(f"{file} exists; name a new file", 2)
    with session(context).store() as store:
        store.backup(str(file))
    out.print(f"written: {file} ({file.stat().st_size / 1e6:.1f} MB)", markup=False)
    if bring_along(session(context).config().database, file):
        out.print(f"written: {beside(file)}, which signs the links in your messages: keep it to yourself", markup=False)


def restore(
    context: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="What `monitor backup` wrote.")]
) -> None:
    """Puts a backup in the database's place, after checking it. The old database is kept beside it."""
    config = session(context).config()
    kept = restore_database(file, Path(config.database))
    bring_along(file, config.database)
    out.print(
        f"{config.database} is now what {file} was{f'; the old one is kept as {kept}' if kept else ''}", markup=False
    )


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder of the files.")],
) -> None:
    """Writes everything as JSON lines: feeds, items, stories, developments, alerts."""
    with session(context).store() as store:
        for name, count in export_all(store, folder):
            out.print(f"{folder / name}: {count} lines", markup=False)


def doctor(
    context: typer.Context,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what needs a person.")] = False,
    alive: Annotated[
        bool, typer.Option("--alive", help="Only whether the daemon is at work: a container's health check.")
    ] = False,
) -> None:
    """Clock, disk, database, feeds, channels, what is owed. Exits with 1 if anything needs a person."""
    config = session(context).config()
    with session(context).store() as store:
        now = datetime.now(UTC)
        findings = [*signs_of_life(store, now)] if alive else examine(config, store, now)
    for finding in findings:
        if not quiet or finding.needs_a_person:
            out.print(_line(finding), markup=False)
    if any(finding.needs_a_person for finding in findings):
        raise typer.Exit(1)


def _line(finding: Finding) -> str:
    return f"{'!!' if finding.needs_a_person else 'ok'}  {finding.about}: {finding.text}"
