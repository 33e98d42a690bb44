"""The command line: parse, call, print. Results on stdout, logs on stderr.

Exit codes: 0 done · 1 done, but something failed (it is printed) · 2 bad usage or configuration · 75 another daemon holds the database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import editing, feeds, keeping, reading, running, topics, verdicts
from monitor.cli.common import Session, complain
from monitor.errors import ConfigError, MonitorError, QueryError, ReplayError, StoreLockedError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Watches news feeds and tells you only what is new, who says so, and whether it is confirmed.\n\n"
    "Begin with [bold]monitor demo[/bold] (offline), then [bold]monitor init[/bold] and [bold]monitor run[/bold].",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            metavar="PATH",
            help=r"The configuration. \[default: $MONITOR_CONFIG, else config/monitor.toml]",
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print listings as JSON.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that come before the command."""
    del version
    path = config or Path(os.environ.get("MONITOR_CONFIG") or "config/monitor.toml")
    context.obj = Session(path=path, verbose=verbose, json=json)


running.add_to(app)
reading.add_to(app)
editing.add_to(app)
verdicts.add_to(app)
keeping.add_to(app)
topics.add_to(app)
app.add_typer(feeds.app, name="feeds")


def main() -> None:
    """The console script. Turns what we raise on purpose into a sentence and an exit code."""
    try:
        app(args=_options_first(sys.argv[1:]), standalone_mode=True)
    except ConfigError as error:
        for problem in error.problems:
            complain(str(problem))
        sys.exit(2)
    except QueryError as error:
        complain(f"the query does not parse: {error}")
        sys.exit(2)
    except ReplayError as error:
        complain(str(error))
        sys.exit(2)
    except StoreLockedError as error:
        complain(str(error))
        sys.exit(75)
    except MonitorError as error:
        complain(str(error))
        sys.exit(1)
    except OSError as error:
        # A file that the user named, or a folder on a full or read-only disk. What names none is a bug, and shows as one.
        if error.filename is None:
            raise
        complain(f"{error.filename}: {error.strerror}")
        sys.exit(1)


def _options_first(arguments: Sequence[str]) -> list[str]:
    """`monitor stories --json -c x.toml` is `monitor --json -c x.toml stories`: nobody remembers which options come first."""
    first: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for one in given:
        if one == "--":
            return [*first, *rest, one, *given]
        if one in ("-c", "--config"):
            first += [one, *islice(given, 1)]
        elif one in ("-v", "--verbose", "--json") or one.startswith("--config="):
            first.append(one)
        else:
            rest.append(one)
    return [*first, *rest]
