"""The one normal form in which texts are compared: NFKC, folded case, no accents.

`fold` is for words and short strings whose offsets do not matter; tokens keep the offsets of the original text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

# Letters that NFKD leaves whole although readers write them with two plain ones or with none.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "œ": "oe", "æ": "ae", "þ": "th", "’": "'", "‘": "'"}
)
# C0/C1 controls but tab and newline; bidirectional overrides and isolates; zero-width characters; BOM.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """`text` in normal form: "Acción" and "ACCION" are one word. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return unicodedata.normalize("NFC", bare)


def visible(text: str) -> str:
    """`text` without control, bidirectional and zero-width characters and lone surrogates."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """`text` on one line, runs of white space made one blank."""
    # Of all white space only the blank is printable: most texts need no more than a look.
    if text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(text.split())


# Windows-1252 has letters and marks where Latin-1 has these control characters.
_C1 = bytes(range(0x80, 0xA0))
#: texts of this length are coded once for everybody who asks while a poll is read
_SHORT = 4_000


def western(text: str) -> bytes | None:
    """`text` in Windows-1252, one byte a character; None where it does not fit.

    Most news in our languages does, and bytes are translated several times as fast as characters are.
    """
    return _coded_once(text) if len(text) <= _SHORT else _coded(text)


def _coded(text: str) -> bytes | None:
    try:
        coded = text.encode("latin-1")  # ten times as quick as the other codec, and often enough
        return coded if has_only_latin_1(coded) else None
    except UnicodeEncodeError:
        pass
    try:
        return text.encode("cp1252")
    except UnicodeEncodeError:
        return None


def has_only_latin_1(coded: bytes) -> bool:
    """Whether a text in Windows-1252 is one in Latin-1, too."""
    return coded.isascii() or len(coded.translate(None, _C1)) == len(coded)


_coded_once = lru_cache(maxsize=512)(_coded)


class Spaced(NamedTuple):
    """A text of folded words between blanks. `places[i]` is where its i-th character came from; None while that is i."""

    text: str
    places: Sequence[int] | None

    def origin(self, place: int) -> int:
        """The offset in the original text of an offset in this one."""
        return self.places[place] if self.places is not None else place


# A string method that reads a table is quickest for ASCII, and a folded Latin text is ASCII.
_BLANKS = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}


def spaced(text: str) -> Spaced:
    """`text` with its words folded and everything between them blank: what many words are looked for in at once."""
    if text.isascii():
        return Spaced(text.translate(_BLANKS), None)
    plain, odd = _plain_western()
    if (coded := western(text)) is not None and len(found := coded.translate(plain, odd)) == len(coded):
        return Spaced(found.decode("ascii"), None)
    return _by_character(text)


def _by_character(text: str) -> Spaced:
    foreign = {c: _plain(c) for c in set(text) if c > "\x7f"}
    if any(len(plain) != 1 for plain in foreign.values()):
        return _resized(text, foreign)
    for character, plain in foreign.items():
        text = text.replace(character, plain)
    return Spaced(text.translate(_BLANKS), None)


def _resized(text: str, foreign: dict[str, str]) -> Spaced:
    """The slow way, for "cœur" and for accents written as characters of their own."""
    parts: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = foreign.get(character, character)
        parts.append(plain)
        places.extend([place] * len(plain))
    places.append(len(text))
    return Spaced("".join(parts).translate(_BLANKS), places)


@lru_cache(maxsize=1)
def _plain_western() -> tuple[bytes, bytes]:
    """What each byte of Windows-1252 becomes, and the bytes that do not become one plain letter ("œ", "½")."""
    table, odd = bytearray(256), bytearray()
    for byte in range(256):
        written = bytes([byte]).decode("cp1252", "replace")
        plain = _BLANKS[byte] if byte < 128 else _plain(written)
        if len(plain) == 1 and plain.isascii():
            table[byte] = ord(plain)
        else:
            odd.append(byte)
    return bytes(table), bytes(odd)


@lru_cache(maxsize=20_000)
def _plain(character: str) -> str:
    folded = "".join(c if c.isalnum() else " " for c in fold(character))
    # A mark of its own folds to nothing; a sign becomes one blank, however it is spelled out ("…").
    return " " if folded and not folded.strip() else folded
