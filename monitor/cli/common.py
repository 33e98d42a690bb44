"""What every command needs: the session, the store, and ways to print."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from monitor import config as configs
from monitor.config import Config
from monitor.ports import Store
from monitor.run.app import configure_logging, open_store, secrets_of

if sys.stdout is None:  # closed by whoever started us (`>&-`): what is said goes nowhere, and nothing breaks
    sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for as long as we live

# Into a file or a pipe, a row is a line: nobody's terminal wraps there.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 240)
err = Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass
class Session:
    """The options that came before the command."""

    path: Path
    verbose: bool = False
    json: bool = False

    def config(self) -> Config:
        """The configuration, checked; logs are set up by it. Raises `ConfigError`."""
        config = configs.load(self.path)
        configure_logging("debug" if self.verbose else config.log, secrets_of(config))
        return config

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The database of the configuration, beside a daemon that may be running."""
        store = open_store(self.config())
        try:
            yield store
        finally:
            store.close()


def session(context: typer.Context) -> Session:
    """The session of a command."""
    return cast("Session", context.obj)


def complain(text: str) -> None:
    """One line on stderr, as it is."""
    print(text, file=sys.stderr)


def fail(text: str, code: int = 1) -> typer.Exit:
    """Says what failed; raise what it returns."""
    complain(text)
    return typer.Exit(code)


def show(
    context: typer.Context, rows: Sequence[Any], columns: Sequence[str], cells: Iterable[Sequence[object]], empty: str
) -> None:
    """A listing: JSON where it was asked for, else a table, else a sentence that says why there is none."""
    if session(context).json:
        print(msgspec.json.format(msgspec.json.encode(rows, enc_hook=str), indent=1).decode())
    elif not rows:
        out.print(empty, markup=False)
    else:
        table = Table(*columns, box=None, pad_edge=False, header_style="bold")
        for row in cells:
            table.add_row(*(_plain(cell) for cell in row))
        out.print(table)


def _plain(cell: object) -> str:
    """Untrusted text in a table: no markup, no control characters."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", str(cell if cell is not None else ""))
    return text.replace("[", r"\[")


def since(text: str) -> datetime:
    """The time that long ago ("24h"), in UTC. Exits with 2 where it is not a duration."""
    try:
        return datetime.now(UTC) - configs.duration(text)
    except ValueError as error:
        raise fail(f"--since: {error}", 2) from error


def span(text: str) -> timedelta:
    """A duration such as "24h". Exits with 2 where it is not a duration."""
    try:
        return configs.duration(text)
    except ValueError as error:
        raise fail(str(error), 2) from error


def ago(time: datetime | None) -> str:
    """A time for a person: "3 h ago", "in 4 min", "never"."""
    if time is None:
        return "never"
    seconds = (datetime.now(UTC) - time).total_seconds()
    size = abs(seconds)
    unit = next(
        (f"{size / length:.0f} {name}" for length, name in ((86400, "d"), (3600, "h"), (60, "min")) if size >= length),
        f"{size:.0f} s",
    )
    return f"{unit} ago" if seconds >= 0 else f"in {unit}"


@contextmanager
def progress(title: str, total: int) -> Iterator[Any]:
    """A bar on a terminal, one line a minute elsewhere. Yields a function to call with how many are done."""
    if err.is_terminal:
        with Progress(
            TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True
        ) as bar:
            task = bar.add_task(title, total=total)
            yield lambda done: bar.update(task, completed=done)
        return
    last = datetime.now(UTC)

    def tell(done: int) -> None:
        nonlocal last
        if datetime.now(UTC) - last >= timedelta(minutes=1):
            last = datetime.now(UTC)
            complain(f"{title}: {done} of {total}")

    yield tell
