"""How a sentence is meant: who says so, denied, corrected, recalled, habitual, boilerplate. The words are data: cues.tsv."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from monitor.text.phrases import Found, Phrases, rows
from monitor.text.tokens import Token, tokens

SHIPPED = Path(__file__).with_name("cues.tsv")


@lru_cache(maxsize=4)
def load(path: Path = SHIPPED) -> Phrases:
    """Reads a table of cues. Raises `LexiconError` naming every bad row."""
    table = Phrases()
    for (name,), phrases in rows(path, ["cue"]):
        for language, forms in phrases.items():
            table.add(name, language, forms)
    return table


def find(words: tuple[Token, ...], language: str) -> tuple[Found, ...]:
    """Every cue in `words`, in order."""
    return load().find(words, language)


def names_in(text: str, language: str) -> frozenset[str]:
    """The names of the cues in a short text."""
    return frozenset(cue.name for cue in find(tuple(tokens(text)), language))
