"""A disk that fails when it is told to: our functions in front of SQLite's own file layer (sqlite.org/vfs.html), by ctypes.

Everything above is the real thing: the same SQLite, the same store, a real file. While a `FaultyDisk` is mounted, every database that
this process opens goes through it.
"""

from __future__ import annotations

import ctypes
import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any

OK, FULL, WRITE, TRUNCATE, FSYNC = 0, 13, 10 | 3 << 8, 10 | 6 << 8, 10 | 4 << 8

_Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
_Sync = CFUNCTYPE(c_int, c_void_p, c_int)
_Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, POINTER(c_int))


class _Methods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = (
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", c_void_p), ("truncate", c_void_p), ("sync", c_void_p),
        ("others", c_void_p * 13),
    )  # fmt: skip


class _Vfs(ctypes.Structure):
    """sqlite3_vfs, version 3."""

    _fields_ = (
        ("version", c_int), ("size", c_int), ("longest", c_int), ("next", c_void_p), ("name", c_char_p), ("data", c_void_p),
        ("open", c_void_p), ("others", c_void_p * 15),
    )  # fmt: skip


def library() -> Any:
    """The SQLite that `sqlite3` uses; None where it cannot be reached from here."""
    import _sqlite3

    try:
        found = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        found.sqlite3_vfs_find.restype = c_void_p
        found.sqlite3_vfs_find.argtypes = [c_char_p]
        found.sqlite3_vfs_register.argtypes = [c_void_p, c_int]
        found.sqlite3_vfs_unregister.argtypes = [c_void_p]
        found.sqlite3_libversion.restype = c_char_p
        same = found.sqlite3_libversion().decode() == sqlite3.sqlite_version
    except (OSError, AttributeError):
        return None
    return found if same else None


class FaultyDisk:
    """Counts what reaches the disk, and fails from the `fail_at`-th time on, once or for good; keeps what a power cut would leave."""

    def __init__(self) -> None:
        self.done, self.fail_at, self.lasting = 0, 0, False
        #: by path: what is on the disk for sure, and what was written since
        self.synced: dict[str, bytearray] = {}
        self.unsynced: dict[str, list[tuple[int, bytes | None]]] = {}
        self._paths: dict[int, str] = {}
        self._kept: dict[int, tuple[Any, ...]] = {}

    def fail(self, at: int, *, lasting: bool = False) -> None:
        """From now on, the `at`-th write, truncation or sync fails (0: none does); `lasting`: and all after it."""
        self.done, self.fail_at, self.lasting = 0, at, lasting

    def _fails(self) -> bool:
        self.done += 1
        return bool(self.fail_at) and (self.done == self.fail_at or (self.lasting and self.done > self.fail_at))

    def after_a_power_cut(self, folder: Path, chance: random.Random) -> None:
        """Writes the files as they may be found: all that was synced, and by chance some of the rest, in no order."""
        for name, content in self.synced.items():
            found = bytearray(content)
            for offset, data in self.unsynced.get(name, []):
                if chance.random() < 0.5:
                    _apply(found, offset, data)
            (folder / Path(name).name).write_bytes(bytes(found))

    # ── in SQLite's words ────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def mounted(self) -> Iterator[FaultyDisk]:
        lib = library()
        assert lib is not None
        usual = lib.sqlite3_vfs_find(None)
        ours = _Vfs.from_buffer_copy(_Vfs.from_address(usual))
        below = _Open(ours.open)

        @_Open
        def opened(_: int, name: int | None, file: int, flags: int, out: Any) -> int:
            # SQLite keeps the pointer to the name: it must be its own, and no copy of ours.
            code = below(usual, name, file, flags, out)
            if code == OK and name is not None:
                self._take(file, ctypes.string_at(name).decode())
            return code

        ours.open, ours.name = ctypes.cast(opened, c_void_p), b"faulty"
        lib.sqlite3_vfs_register(ctypes.addressof(ours), 1)
        try:
            yield self
        finally:
            lib.sqlite3_vfs_unregister(ctypes.addressof(ours))
            lib.sqlite3_vfs_register(usual, 1)

    def _take(self, file: int, path: str) -> None:
        """Puts our functions before those of an open file."""
        self._paths[file] = path
        if path not in self.synced:
            self.synced[path] = bytearray(Path(path).read_bytes()) if Path(path).exists() else bytearray()
        place = c_void_p.from_address(file)
        assert place.value is not None
        if place.value not in self._kept:
            self._kept[place.value] = self._wrapped(_Methods.from_address(place.value))
        place.value = ctypes.addressof(self._kept[place.value][0])

    def _wrapped(self, below: _Methods) -> tuple[Any, ...]:
        write, truncate, sync = _Write(below.write), _Truncate(below.truncate), _Sync(below.sync)

        @_Write
        def our_write(file: int, data: int, amount: int, offset: int) -> int:
            if self._fails():
                return FULL if self.lasting else WRITE
            self._note(file, offset, ctypes.string_at(data, amount))
            return write(file, data, amount, offset)

        @_Truncate
        def our_truncate(file: int, size: int) -> int:
            if self._fails():
                return TRUNCATE
            self._note(file, size, None)
            return truncate(file, size)

        @_Sync
        def our_sync(file: int, flags: int) -> int:
            if self._fails():
                return FSYNC
            path = self._paths[file]
            for offset, data in self.unsynced.pop(path, []):
                _apply(self.synced[path], offset, data)
            return sync(file, flags)

        ours = _Methods.from_buffer_copy(below)
        ours.write, ours.truncate, ours.sync = (
            ctypes.cast(one, c_void_p) for one in (our_write, our_truncate, our_sync)
        )
        return ours, our_write, our_truncate, our_sync

    def _note(self, file: int, offset: int, data: bytes | None) -> None:
        self.unsynced.setdefault(self._paths[file], []).append((offset, data))


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    content.extend(b"\0" * (offset - len(content)))
    content[offset : offset + len(data)] = data
