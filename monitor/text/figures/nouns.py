"""What a figure may count, as data: classes of people and things (nouns.tsv) and units (units.tsv)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor.text.phrases import Phrases, rows

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class CountClass:
    """A class of things counted. `state`: what happened to people ("dead"); `generic`: only that they are people."""

    name: str
    person: bool
    tells: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; a value times `factor` is in `symbol`."""

    symbol: str
    measures: str
    factor: float
    #: the symbol of the unit as written: "mph" where the canonical one is "km/h"
    written: str = ""


@lru_cache(maxsize=1)
def classes() -> tuple[dict[str, CountClass], Phrases]:
    """The classes by name, and their words."""
    found: dict[str, CountClass] = {}
    words = Phrases()
    for (name, who, tells), phrases in rows(_HERE / "nouns.tsv", ["class", "who", "tells"]):
        found[name] = CountClass(name, who == "person", tells)
        for language, forms in phrases.items():
            words.add(name, language, forms)
    return found, words


@lru_cache(maxsize=1)
def units() -> tuple[dict[str, Unit], Phrases]:
    """The units by row ("km 1.609"), and their words."""
    found: dict[str, Unit] = {}
    words = Phrases()
    for (symbol, written, measures, factor), phrases in rows(
        _HERE / "units.tsv", ["unit", "written", "measures", "factor"]
    ):
        key = f"{symbol} {factor}"
        found[key] = Unit(symbol, measures, float(factor), written)
        for language, forms in phrases.items():
            words.add(key, language, forms)
    return found, words
