"""Reads files and what they include into tables, and collects every problem on the way."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from monitor.config.tables import LISTS, PATHS, SECRETS, TABLES, File, Table
from monitor.config.values import WrongError, convert, interpolate, secret
from monitor.errors import MonitorError, Problem
from monitor.feeds import opml
from monitor.model import Feed

T = TypeVar("T", bound=Table)


@dataclass
class Place:
    """Where a table stands, for error messages."""

    file: Path
    key: str

    def at(self, key: str) -> str:
        """The path of a key of this table."""
        return f"{self.key}.{key}" if self.key else key


@dataclass
class Reader:
    """Collects tables and problems over all the files."""

    problems: list[Problem] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    top: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, tuple[Place, Table]] = field(default_factory=dict)
    lists: dict[str, list[tuple[Place, Table]]] = field(default_factory=lambda: {name: [] for name in LISTS})
    feeds: list[tuple[Place, Feed]] = field(default_factory=list)
    #: ids of tables that have problems of their own: what names them is not wrong too
    named: set[str] = field(default_factory=set)
    #: patterns of `include` that no file fits
    idle: list[str] = field(default_factory=list)

    def is_sound(self, table: str) -> bool:
        """Whether nothing is known to be wrong with a table, so that its values may be judged together."""
        return not any(problem.key.startswith(f"{table}.") for problem in self.problems)

    def problem(self, place: Place, key: str, what: str, near: str = "") -> None:
        """Notes one thing that is wrong."""
        self.problems.append(Problem(str(place.file), place.at(key) if key else place.key, what, near))

    def read(self, path: Path) -> None:
        """Reads a file and what it includes; a file that was read already is not read again."""
        here = Place(path, "")
        if path.resolve() in {file.resolve() for file in self.files}:
            return
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            self.problem(here, "", "there is no such file; `monitor init` writes a starter configuration")
        except OSError as error:
            self.problem(here, "", f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.problem(here, "", f"is not UTF-8: byte {error.start + 1} is {error.object[error.start]:#x}")
        except tomllib.TOMLDecodeError as error:
            self.problem(here, "", f"not TOML: {error}")
        else:
            self.files.append(path)
            self._document(here, document)

    def _document(self, here: Place, document: dict[str, Any]) -> None:
        valid = [*File.__struct_fields__, *TABLES, *LISTS, "database_file"]
        simple = {key: value for key, value in document.items() if key not in TABLES and key not in LISTS}
        for key in [key for key in simple if key not in valid]:
            self.problem(here, key, "unknown key", nearest(key, valid))
            del simple[key]
        values = self._values(here, simple, File)
        for key, value in values.items():
            if key != "include":
                self.top[key] = value
        if "database" in values:
            self._database(here, values["database"])
        for name, kind in TABLES.items():
            if name in document:
                self._one(here, name, document[name], kind)
        for name, kind in LISTS.items():
            for number, table in enumerate(_as_list(document.get(name, []))):
                self._several(Place(here.file, f"{name}[{number}]"), name, table, kind)
        for pattern in values.get("include", []):
            self._include(here, pattern)

    def _database(self, here: Place, name: str) -> None:
        if "://" in name:  # its address holds a password: it is not repeated, nor made a folder
            self.problem(here, "database", f"{name.partition('://')[0]} is not supported: name a file for SQLite")
            self.top.pop("database")
        elif name != ":memory:":
            self.top["database"] = str((here.file.parent / name).resolve())

    def _one(self, here: Place, name: str, table: Any, kind: type[Table]) -> None:
        place = Place(here.file, name)
        if name in self.tables:
            self.problem(place, "", f"stands in {self.tables[name][0].file} already")
        if (made := self._table(place, table, kind)) is not None:
            self.tables[name] = (place, made)

    def _several(self, place: Place, name: str, table: Any, kind: type[Table]) -> None:
        if (made := self._table(place, table, kind)) is not None:
            self.lists[name].append((place, made))

    def _table(self, place: Place, table: Any, kind: type[Table]) -> Table | None:
        if not isinstance(table, dict):
            self.problem(place, "", f"must be a table: [{place.key}]")
            return None
        if isinstance(table.get("id"), str):
            self.named.add(table["id"])
        valid = list(kind.__struct_fields__) + [f"{key}_file" for key in kind.__struct_fields__ if key in SECRETS]
        for key in [key for key in table if key not in valid]:
            self.problem(place, key, "unknown key", nearest(key, valid))
        values = self._values(place, {key: value for key, value in table.items() if key in valid}, kind)
        for struct_field in msgspec.structs.fields(kind):
            if (
                struct_field.required
                and struct_field.name not in values
                and not any(problem.key == place.at(struct_field.name) for problem in self.problems)
            ):
                twin = f" (or {struct_field.name}_file)" if struct_field.name in SECRETS else ""
                self.problem(place, struct_field.name, f"is required{twin}")
        # What is wrong is said; what is right is looked at all the same, so that one run finds every mistake.
        needed = {one.name for one in msgspec.structs.fields(kind) if one.required}
        return kind(**values) if needed <= values.keys() else None

    def _values(self, place: Place, table: Mapping[str, Any], kind: type[Table]) -> dict[str, Any]:
        types = {struct_field.name: struct_field.type for struct_field in msgspec.structs.fields(kind)}
        found: dict[str, Any] = {}
        for key, raw in table.items():
            name = key if key in types else key.removesuffix("_file")
            if name != key and name in table:
                self.problem(place, key, f"give either {name} or {key}, not both")
                continue
            try:
                value = interpolate(raw)
                if name != key:
                    value = secret(place.file.parent / value) if isinstance(value, str) else value
                found[name] = convert(value, types[name])
                if name in PATHS and found[name]:
                    found[name] = str((place.file.parent / found[name]).resolve())
            except WrongError as error:
                self.problem(place, key, str(error))
        return found

    def _include(self, here: Place, pattern: str) -> None:
        try:
            paths = _fitting(here.file.parent, pattern)
        except ValueError as error:  # before Python 3.13 "**" is a whole folder's name or nothing
            self.problem(here, "include", f"{pattern!r} is no pattern of files: {error}")
            return
        if not paths:
            self.idle.append(pattern)
        for path in paths:
            if path.suffix == ".opml":
                self._opml(path)
            else:
                self.read(path)

    def _opml(self, path: Path) -> None:
        place = Place(path, "")
        try:
            feeds = opml.read(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, MonitorError) as error:
            self.problem(place, "", f"cannot be read as OPML: {error}")
            return
        self.files.append(path)
        self.feeds.extend((place, feed) for feed in feeds)


def only(reader: Reader, name: str, kind: type[T]) -> T:
    """The one table of this name, or its defaults."""
    found = reader.tables.get(name)
    return found[1] if found and isinstance(found[1], kind) else kind()


def typed(reader: Reader, name: str, kind: type[T]) -> list[tuple[Place, T]]:
    """The tables of a list, each with its place."""
    return [(place, table) for place, table in reader.lists[name] if isinstance(table, kind)]


def _fitting(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern names, seen from `folder` or, where it is absolute, from its root. Raises `ValueError`."""
    whole = folder / pattern
    if not any(c in pattern for c in "*?["):
        return [whole]
    # Only what was written is a pattern: the folder itself may be called "news [old]".
    base = Path(whole.anchor) if Path(pattern).is_absolute() else folder
    return sorted(base.glob(str(Path(pattern).relative_to(Path(pattern).anchor))))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def nearest(key: str, valid: Iterable[str]) -> str:
    """The valid name that is most like `key`, or ""."""
    return next(iter(difflib.get_close_matches(key, list(valid), 1, 0.6)), "")
