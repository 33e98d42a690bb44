"""How values lie in tables: a dataclass is a row, a field is a column.

Times and durations are whole microseconds (UTC), truth values 0 or 1, anything nested is JSON. What comes out equals what went
in: a contract test holds every value of the model to that. The schema is written by hand in `schema`; this only fills it.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from numbers import Integral, Real
from operator import attrgetter
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

Row = Sequence[Any]
T = TypeVar("T")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _plain(value: object) -> object:
    """A mapping of any kind is an object in JSON, and a number of any library is a number."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Real):
        return int(value) if isinstance(value, Integral) else float(value)
    raise TypeError(f"{type(value).__name__} has no place in a row: {value!r}")


_encode = msgspec.json.Encoder(enc_hook=_plain).encode


def micros(at: datetime) -> int:
    """A time as whole microseconds since 1970 in UTC. Raises `ValueError` for a time without a zone: it could be any hour."""
    if at.tzinfo is None:
        raise ValueError(f"a time without a zone: {at!r}")
    return (at - EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC time of so many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


def maybe_micros(at: datetime | None) -> int | None:
    """`micros`, where there may be no time."""
    return None if at is None else micros(at)


def maybe_moment(value: int | None) -> datetime | None:
    """`moment`, where there may be no time."""
    return None if value is None else moment(value)


def json_text(value: object) -> str:
    """Any value of the model as JSON."""
    return _encode(value).decode()


def id_list(ids: Iterable[str]) -> str:
    """A list of ids as one parameter, for `IN (SELECT value FROM json_each(:ids))`."""
    return json_text(list(ids))


def hash64(*parts: str) -> int:
    """Eight bytes of hash as the signed integer that a database keeps: a tombstone."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


# ── a dataclass and its columns ──────────────────────────────────────────────────────────────────────────────────────

_Way = Callable[[Any], Any] | None
_PLAIN = {str, int, float, bytes}
_KNOWN: dict[type, tuple[_Way, _Way]] = {
    bool: (int, bool),
    datetime: (micros, moment),
    timedelta: (lambda value: value // _MICROSECOND, lambda value: timedelta(microseconds=value)),
}


def _ways(hint: Any) -> tuple[_Way, _Way]:
    """How a field of this type goes into a column and comes out; None where it goes as it is. Both are spared a None."""
    kind = _without_none(hint)
    if kind in _PLAIN or get_origin(kind) is Literal:
        return None, None
    if kind in _KNOWN:
        return _KNOWN[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return str, kind
    if get_origin(kind) is Union:  # a number or a word: 5 must not come back as 5.0
        return json_text, msgspec.json.decode
    return json_text, msgspec.json.Decoder(kind).decode


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    return Union[tuple(kinds)]  # noqa: UP007 - built from a list, which the bar cannot do


class Shape(Generic[T]):
    """How one dataclass lies in a table. `columns` names its columns for a SELECT, `slots` its parameters for an INSERT."""

    def __init__(self, kind: type[T], *, without: Sequence[str] = (), table: str = "") -> None:
        hints = get_type_hints(kind)
        self.names = tuple(field.name for field in fields(kind) if field.name not in without)  # type: ignore[arg-type]  # T is a dataclass: no type says so
        self.columns = ", ".join(f'"{name}"' for name in self.names)
        self.slots = ", ".join(f":{name}" for name in self.names)
        self.width = len(self.names)
        self._kind = kind
        # Most fields go as they are; only the others are visited, by place.
        ways = [(place, _ways(hints[name])) for place, name in enumerate(self.names)]
        self._in = tuple((place, way) for place, (way, _) in ways if way is not None)
        self._out = tuple((place, way) for place, (_, way) in ways if way is not None)
        self._cells = attrgetter(*self.names)
        self.insert = f"INSERT INTO {table} ({self.columns}) VALUES ({self.slots})"

    def upsert(self, *key: str) -> str:
        """An INSERT that gives a row with the same key the new values instead."""
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in self.names if name not in key)
        return f"{self.insert} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"

    def of(self, alias: str) -> str:
        """The columns, of the table that is called `alias` in the statement."""
        return ", ".join(f'{alias}."{name}"' for name in self.names)

    def pack(self, value: T, **more: Any) -> dict[str, Any]:
        """The named parameters of a value; `more` are columns that the database has beside it."""
        return dict(zip(self.names, _through(self._in, self._cells(value)), strict=True), **more)

    def unpack(self, row: Row, **more: Any) -> T:
        """The value of a row whose first columns are `columns`; `more` are the fields that were left out of the table."""
        return self._kind(**dict(zip(self.names, _through(self._out, row[: self.width]), strict=True)), **more)


def _through(ways: Iterable[tuple[int, Callable[[Any], Any]]], cells: Row) -> list[Any]:
    """The cells, each through its way where it has one; no way is made for None."""
    found = list(cells)
    for place, way in ways:
        if found[place] is not None:
            found[place] = way(found[place])
    return found
