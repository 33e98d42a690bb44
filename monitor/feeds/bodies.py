"""A body unpacked while it streams, never more of it in memory than the cap allows.

One layer of gzip, deflate, br or zstd is read (RFC 9110 §8.4.1). Every decoder yields small pieces, so that 405 bytes of brotli that
mean 256 MiB cost what the cap costs.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import brotli
import zstandard

#: what a decoder may hand over at a time
PIECE = 256 * 1024
# An RLE block of zstd is 4 bytes and means 128 KiB (RFC 8878 §3.1.1.2): fed so little at a time, 2 MiB come at most.
_ZSTD_SLICE = 64
_ZSTD_WINDOW = 2**23
_GZIP = b"\x1f\x8b"


class DecodeError(Exception):
    """The bytes are not what their Content-Encoding says."""


class Decoder(Protocol):
    """Unpacks a stream. `ended` is False while more should come: a body that stops there was cut short."""

    @property
    def ended(self) -> bool:
        """Whether the stream may end here."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The pieces that `data` unpacks to. Raises `DecodeError`."""


def decoder(encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding header; None for one that we do not read."""
    make = _DECODERS.get(encoding.strip().lower())
    return make() if make else None


class _Plain:
    ended = True

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield data


class _Zlib:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(47)  # gzip or zlib, by its header
        self._begun = False

    @property
    def ended(self) -> bool:
        return self._inner.eof

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inner.eof:
                if not data.startswith(_GZIP):
                    return  # padding behind the stream
                self._inner = zlib.decompressobj(47)  # a gzip file may have several members (RFC 1952 §2.2)
            yield self._some(data)
            data = self._inner.unconsumed_tail or (self._inner.unused_data if self._inner.eof else b"")

    def _some(self, data: bytes) -> bytes:
        try:
            piece = self._inner.decompress(data, PIECE)
        except zlib.error as error:
            if self._begun:
                raise DecodeError(str(error)) from error
            # "deflate" means zlib, and some servers send it raw.
            self._begun, self._inner = True, zlib.decompressobj(-15)
            return self._some(data)
        self._begun = True
        return piece


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        return bool(self._inner.is_finished())

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            yield bytes(self._inner.process(data, output_buffer_limit=PIECE))
            while not self._inner.can_accept_more_data():
                yield bytes(self._inner.process(b"", output_buffer_limit=PIECE))
        except brotli.error as error:
            raise DecodeError(str(error)) from error


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()

    @property
    def ended(self) -> bool:
        return bool(self._inner.eof)

    def feed(self, data: bytes) -> Iterator[bytes]:
        for start in range(0, len(data), _ZSTD_SLICE):
            if self._inner.eof:
                return
            try:
                yield self._inner.decompress(data[start : start + _ZSTD_SLICE])
            except zstandard.ZstdError as error:
                raise DecodeError(str(error)) from error


_DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "": _Plain,
    "identity": _Plain,
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "br": _Brotli,
    "zstd": _Zstd,
}
