"""What the statements of this room need from a database: rows out, rows in.

Every database that keeps the contract brings one of these, and its schema. Statements use `:name` parameters and what SQLite
and PostgreSQL both understand; a list travels as one JSON parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from monitor.store.rows import Row

Parameters = Mapping[str, Any]


class Connection(Protocol):
    """One connection, inside or outside a transaction."""

    def rows(self, sql: str, parameters: Parameters = {}, /) -> list[Row]:
        """Every row of an answer."""

    def row(self, sql: str, parameters: Parameters = {}, /) -> Row | None:
        """The first row of an answer, or None."""

    def run(self, sql: str, parameters: Parameters = {}, /) -> int:
        """Executes a statement; how many rows it changed."""

    def many(self, sql: str, parameters: Iterable[Parameters], /) -> None:
        """Executes a statement once for each set of parameters."""
