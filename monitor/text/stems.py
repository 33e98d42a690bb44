"""Stems (Snowball, by PyStemmer) for en es fr pt nl, in normal form, remembered: news repeats its words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import Stemmer

from monitor.text.normal import fold

LANGUAGES = ("en", "es", "fr", "pt", "nl")
_NAMES = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese", "nl": "dutch"}
_STEMMERS: dict[str, Stemmer.Stemmer] = {}


def stem_all(words: Sequence[str], language: str) -> list[str]:
    """The stems of many words of a table, quicker than one by one, and not remembered."""
    found = _stemmer(language).stemWords([_plain(word, language) for word in words]) if language in _NAMES else words
    return [fold(word) for word in found]


@lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of `word` (accents welcome: Snowball wants them) in normal form; the folded word itself in other languages."""
    if language not in _NAMES:
        return fold(word)
    return fold(_stemmer(language).stemWord(_plain(word, language)))


def _plain(word: str, language: str) -> str:
    """In lower case; Portuguese plurals in -ões and -ães, which Snowball leaves apart from their singular, in -ão."""
    word = word.lower()
    return f"{word[:-3]}ão" if language == "pt" and word.endswith(("ões", "ães")) else word


def _stemmer(language: str) -> Stemmer.Stemmer:
    if language not in _STEMMERS:
        _STEMMERS[language] = Stemmer.Stemmer(_NAMES[language])
    return _STEMMERS[language]
