"""Values that news needs and TOML lacks: durations, sizes, local times, the environment, secrets in files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import time, timedelta
from pathlib import Path
from typing import Any, NewType, get_args

import msgspec

Size = NewType("Size", int)
TimeRange = tuple[time, time]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WORDS = {
    "str": 'text in "quotes"', "int": "a whole number", "float": "a number", "bool": "true or false",
    "array": "a list", "object": "a table",
}  # fmt: skip
_LONGEST = 100 * 365.25 * 86400
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)")
_BYTES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_ENV = re.compile(r"\$(\$)?\{([A-Za-z_][A-Za-z0-9_]*)\}")


class WrongError(ValueError):
    """A value that does not fit; the message never repeats a value that may be a secret."""


def interpolate(value: Any) -> Any:
    """`${NAME}` from the environment, in strings however deep; `$${NAME}` stays as it is, less one dollar."""
    if isinstance(value, list):
        return [interpolate(one) for one in value]
    return _ENV.sub(_variable, value) if isinstance(value, str) else value


def _variable(match: re.Match[str]) -> str:
    if match[1]:
        return match[0][1:]
    if match[2] not in os.environ:
        raise WrongError(f"the environment variable {match[2]} is not set")
    return os.environ[match[2]]


def secret(path: Path) -> str:
    """What a secret's file says. Raises `WrongError`, which names the file and never its content."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongError(f"the file {path} cannot be read: {getattr(error, 'strerror', None) or 'not text'}") from error


def convert(value: Any, kind: Any) -> Any:
    """A value as the type that a table's field wants. Raises `WrongError`."""
    options = get_args(kind)
    if type(None) in options:
        kind = next(option for option in options if option is not type(None))
    special: dict[Any, Callable[[Any], Any]] = {
        timedelta: duration,
        Size: size,
        TimeRange: time_range,
        list[time]: times,
    }
    if kind in special:
        return special[kind](value)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise WrongError(_plain(str(error))) from error


def _plain(error: str) -> str:
    """A complaint about types in the words of TOML."""
    return re.sub("`([^`]+)`", lambda match: _WORDS.get(match[1], match[1]), error.replace("Expected", "expected"))


def duration(value: Any) -> timedelta:
    """A duration such as "90s", "1h30m", "7d". Raises ValueError."""
    text = value.replace(" ", "") if isinstance(value, str) else ""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise WrongError('expected a duration such as "90s", "10m", "24h" or "7d"')
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if seconds > _LONGEST:
        raise WrongError("is longer than a hundred years")
    return timedelta(seconds=seconds)


def size(value: Any) -> Size:
    """A size such as "15MB", in bytes. Raises ValueError."""
    match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise WrongError('expected a size such as "500kB" or "15MB"')
    return Size(int(float(match[1]) * _BYTES[match[2]]))


def local_time(value: Any) -> time:
    """A local time such as "07:00" or "07:00:30". Raises ValueError."""
    match = (
        re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", value.strip()) if isinstance(value, str) else None
    )
    if match is None:
        raise WrongError('expected a local time such as "07:00"')
    return time(int(match[1]), int(match[2]), int(match[3] or 0))


def times(value: Any) -> list[time]:
    """["07:00", "19:00"] → times, in order. Raises ValueError."""
    if not isinstance(value, list) or not value:
        raise WrongError('expected a list of local times such as ["07:00", "19:00"]')
    return sorted({local_time(one) for one in value})


def time_range(value: Any) -> TimeRange | None:
    """The two ends of "23:00-06:30"; None for "". Raises ValueError."""
    if value == "":
        return None
    parts = value.split("-") if isinstance(value, str) else []
    if len(parts) != 2:
        raise WrongError('expected two local times such as "23:00-06:30", or "" for none')
    return local_time(parts[0]), local_time(parts[1])
