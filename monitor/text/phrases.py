"""Short phrases of five languages as data, found in a text word by word.

A table has some columns of its own, then one a language (en es fr pt nl): phrases in normal form, words separated by blanks,
alternatives by `|`, `-` for none. A word ending in `*` (after at least four letters) stands for every word that begins so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from monitor.errors import LexiconError, Problem
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import Token

_PREFIX = 4


class Found(NamedTuple):
    """A phrase found in a text: tokens[first:last] mean `name`."""

    name: str
    first: int
    last: int


#: a phrase's name, its words after the first, and its first word (or the beginning of it)
_Form = tuple[str, tuple[str, ...], str]


@dataclass(frozen=True)
class Phrases:
    """Phrases ready to be found."""

    whole: dict[str, dict[str, list[_Form]]] = field(default_factory=lambda: {code: {} for code in LANGUAGES})
    begun: dict[str, dict[str, list[_Form]]] = field(default_factory=lambda: {code: {} for code in LANGUAGES})

    def add(self, name: str, language: str, phrases: Iterable[str]) -> None:
        """Adds the phrases of one row and language."""
        for phrase in phrases:
            words = phrase.split()
            if not words or phrase == "-":
                continue
            first, rest = words[0], tuple(words[1:])
            if first.endswith("*"):
                self.begun[language].setdefault(first[:_PREFIX], []).append((name, rest, first[:-1]))
            else:
                self.whole[language].setdefault(first, []).append((name, rest, first))

    def find(self, words: Sequence[Token], language: str) -> tuple[Found, ...]:
        """Every phrase in `words`, in order; one place may carry several. None where the language is not one of the five."""
        whole = self.whole.get(language)
        if whole is None or not words:
            return ()
        begun, keys = self.begun[language], [word.folded for word in words]
        found: list[Found] = []
        for at, (key, after) in enumerate(zip(keys, [*keys[1:], ""], strict=True)):
            if forms := whole.get(key):
                for name, rest, _ in forms:
                    # the second word is looked at here, since it is hardly ever the right one
                    if not rest or ((rest[0] == after or rest[0][-1] == "*") and _follows(keys, at + 1, rest)):
                        found.append(Found(name, at, at + len(rest) + 1))
            if forms := begun.get(key[:_PREFIX]):
                for name, rest, beginning in forms:
                    if key.startswith(beginning) and (not rest or _follows(keys, at + 1, rest)):
                        found.append(Found(name, at, at + len(rest) + 1))
        return tuple(found)


def _follows(keys: Sequence[str], at: int, rest: Sequence[str]) -> bool:
    if len(keys) < at + len(rest):
        return False
    for part in rest:
        key = keys[at]
        if key != part and not (part[-1] == "*" and key.startswith(part[:-1])):
            return False
        at += 1
    return True


def rows(path: Path, own: Sequence[str]) -> Iterator[tuple[list[str], dict[str, list[str]]]]:
    """Each row of a table: its own columns, and the phrases by language. Raises `LexiconError` naming every bad row."""
    problems: list[Problem] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if line.startswith("#") or not line.strip() or cells[0] == own[0]:
            continue
        if len(cells) != len(own) + len(LANGUAGES):
            problems.append(
                Problem(
                    path.name, f"line {number}", f"{len(cells)} columns where {len(own) + len(LANGUAGES)} were expected"
                )
            )
            continue
        yield (
            cells[: len(own)],
            {language: cell.split("|") for language, cell in zip(LANGUAGES, cells[len(own) :], strict=True)},
        )
    if problems:
        raise LexiconError(problems)
