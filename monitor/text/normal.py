"""The one normal form in which texts are compared: NFKC, folded case, no accents.

`fold` is for words and short strings whose offsets do not matter; tokens keep the offsets of the original text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Letters that NFKD leaves whole although readers write them with two plain ones or with none.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "œ": "oe", "æ": "ae", "þ": "th", "’": "'", "‘": "'"})
# C0/C1 controls but tab and newline; bidirectional overrides and isolates; zero-width characters; BOM.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """`text` in normal form: "Acción" and "ACCION" are one word. Folding twice changes nothing."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_LETTERS)
    return unicodedata.normalize("NFC", bare)


def visible(text: str) -> str:
    """`text` without control, bidirectional and zero-width characters and lone surrogates."""
    return _INVISIBLE.sub("", text)


def squeeze(text: str) -> str:
    """`text` on one line, runs of white space made one blank."""
    return _SPACES.sub(" ", text).strip()
