"""Stems (Snowball, by PyStemmer) for en es fr pt nl, in normal form, remembered: news repeats its words."""

from __future__ import annotations

from functools import lru_cache

import Stemmer

from monitor.text.normal import fold

LANGUAGES = ("en", "es", "fr", "pt", "nl")
_NAMES = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese", "nl": "dutch"}
_STEMMERS: dict[str, Stemmer.Stemmer] = {}


@lru_cache(maxsize=400_000)
def stem(word: str, language: str) -> str:
    """The stem of `word` (accents welcome: Snowball wants them) in normal form; the folded word itself in other languages."""
    name = _NAMES.get(language)
    if name is None:
        return fold(word)
    if language not in _STEMMERS:
        _STEMMERS[language] = Stemmer.Stemmer(name)
    return fold(_STEMMERS[language].stemWord(word.lower()))
