"""What every part of a store needs of its database: a connection for a question, and one in a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager

from monitor.store.connection import Connection


class Bound(ABC):
    """A part of a store, bound to a database by those who inherit."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Connection]:
        """The connection, for one question. Raises `StoreError` where the database says no."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Connection]:
        """The connection in a transaction that holds, or leaves no trace. Raises `StoreError` where the database says no."""
