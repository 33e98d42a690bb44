"""Users' regular expressions on RE2: linear time, whatever the pattern (Python's engine took 14.5 s for 29 letters).

What RE2 cannot do (look-around, back references) or would need much memory for is refused when the query is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import re2

#: bytes that one pattern's program and caches may take
MEMORY = 1 << 20
#: instructions of a compiled pattern; where RE2 must fall back on its slow engine it looks at all of them for each letter
SIZE = 1_500


class PatternError(ValueError):
    """RE2 refuses a pattern. The message is RE2's."""


@lru_cache(maxsize=2_000)
def compiled(source: str) -> Any:
    """The pattern, blind to case. Raises `PatternError`."""
    options = re2.Options()
    options.case_sensitive = False
    options.max_mem = MEMORY
    options.log_errors = False
    try:
        found = re2.compile(source, options=options)
    except re2.error as error:
        what = error.args[0] if error.args else "it does not compile"
        raise PatternError(what.decode("utf-8", "replace") if isinstance(what, bytes) else str(what)) from None
    if found.programsize > SIZE:
        raise PatternError(
            f"it takes {found.programsize:,} steps, and {SIZE:,} are allowed: fewer or smaller repetitions"
        )
    return found


def spans(source: str, text: str, limit: int = 50) -> Iterator[tuple[int, int]]:
    """Where a pattern stands in `text`, at most `limit` places."""
    for count, match in enumerate(compiled(source).finditer(text)):
        if count >= limit:
            return
        yield match.start(), match.end()
