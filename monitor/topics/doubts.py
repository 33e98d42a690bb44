"""What a query allows and its writer probably did not mean, and what to count where it finds nothing: help for a first query."""

from __future__ import annotations

import re
from difflib import get_close_matches

from monitor.text.lexicon import Lexicon
from monitor.topics.nodes import And, Leaf, Name, Near, Not, Phrase, Query, Within, leaves
from monitor.topics.query import parse, unparse

#: a prefix shorter than this, its * included, is doubted
_SHORT_PREFIX = 4
#: a word shorter than this is no plural that might be meant otherwise
_LONG = 5
#: parts of a query that are counted on their own
_MOST = 8
_NEAR = re.compile(r"near/\d+")


def doubts(text: str, lexicon: Lexicon | None = None) -> tuple[str, ...]:
    """Sentences for a person; with a lexicon, also about names that it does not have. Raises `QueryError`."""
    found = [doubt for leaf in leaves(parse(text)) for doubt in _doubts(leaf, lexicon)]
    return tuple(dict.fromkeys(found))


def _doubts(leaf: Leaf, lexicon: Lexicon | None) -> list[str]:
    if isinstance(leaf, Phrase) and not leaf.quoted:
        return _of_word(leaf.text)
    if isinstance(leaf, Name | Within) and lexicon is not None and not lexicon.ids_of(leaf.text):
        known = {alias for aliases in lexicon.aliases.values() for alias in aliases}
        near = next(iter(get_close_matches(leaf.text, known, 1, 0.75)), "")
        hint = f" (did you mean {near!r}?)" if near else ""
        return [f"{leaf.text!r} is no name of the lexicon, and is looked for as it is written{hint}"]
    return []


def _of_word(word: str) -> list[str]:
    if word in ("and", "or", "not", "near") or _NEAR.fullmatch(word):
        return [f"{word!r} is looked for as a word; the operator is {word.upper()}"]
    if word[0] in "-+" and word[1:2].isalpha():
        meant = f"NOT {word[1:]}" if word[0] == "-" else word[1:]
        return [f"the {word[0]} of {word!r} says nothing here; write {meant}"]
    if word.endswith("*") and len(word) < _SHORT_PREFIX:
        return [f"{word!r} matches very many words"]
    return []


def parts(text: str) -> tuple[str, ...]:
    """The queries that a query demands at once, to be counted one by one; a plain word is followed by its stem with a *.

    () where it demands one thing only, and that is no plain word.
    """
    query = parse(text)
    asked = [part for part in (query.parts if isinstance(query, And) else (query,)) if not isinstance(part, Not)]
    found: list[Query] = []
    for part in asked[:_MOST]:
        found += [part, *_wider(part)]
    return tuple(map(unparse, found)) if len(found) > 1 else ()


def _wider(part: Query) -> list[Query]:
    """Whole words are matched: who writes "hurricanes" misses "hurricane"."""
    if isinstance(part, Near) or not isinstance(part, Phrase) or part.quoted or part.text.endswith("*"):
        return []
    stem = re.sub("(?<=..)(es|s)$", "", part.text)
    return [Phrase(f"{stem}*", part.field)] if len(part.text) >= _LONG and stem.isalpha() else []
