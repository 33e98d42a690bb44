"""TOML files → one frozen `Config`, or every problem at once.

Each table is described once, as a typed struct; msgspec checks the types, `values` adds what news needs (durations, sizes, local
times) with the environment and secrets in files, `reading` the includes and the nearest valid key beside an unknown one. A value
that may be a secret is never part of an error, a log line or a repr.
"""

from __future__ import annotations

from pathlib import Path

from monitor.config.building import Config, build, starter
from monitor.config.checking import check, warnings
from monitor.config.reading import Reader
from monitor.config.tables import LISTS, TABLES, File
from monitor.config.values import duration, local_time, size, time_range, times
from monitor.errors import ConfigError

__all__ = [
    "LISTS", "TABLES", "Config", "File", "duration", "load", "local_time", "size", "starter", "time_range", "times", "warnings",
]  # fmt: skip


def load(path: Path) -> Config:
    """Reads the configuration at `path` with everything it includes. Raises `ConfigError` with every problem."""
    reader = Reader()
    reader.read(path)
    config = build(path, reader) if reader.files else None
    if config is not None:
        check(config, reader)
    if reader.problems or config is None:
        raise ConfigError(reader.problems)
    return config
