"""From tokens to numbers: digits with the separators of a language, number words, scales, vague counts, ranges.

"5.000" is five thousand in Spanish and "5,000" in English; "1,5 millones", "4 500", "cinco mil", "quatre-vingt-dix",
"vijfentwintigduizend", "half a million", "una docena", "decenas de miles" are all numbers. What a number counts is not asked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.text.figures.words import HALF, JOINS, ORDINALS, ROUND, SCALES, VAGUE, VAGUE_SCALES, VALUES
from monitor.text.stems import LANGUAGES
from monitor.text.tokens import Token

_CLOSE = re.compile(r"[\s\u00a0\u202f-]*")
_DIGITS = re.compile(r"[\d.,\s]+")
_WITH_UNIT = re.compile(r"(\d+)(b|bln|tn|mln|km|kg|mph|kmh|kph|m|mm|cm|ft|lb|lbs|t|bn|mn|k|mw|gw|bpd|bbl|nm|ha|kv|kw)")
#: English abbreviations and units that may stand right behind digits
_GLUED_SCALES = {"bn": 10**9, "bln": 10**9, "b": 10**9, "tn": 10**12, "mn": 10**6, "mln": 10**6, "k": 1000}


#: the words that a number may begin with: all others are passed over
_BEGINS = {
    language: frozenset().union(*(table[language] for table in (VAGUE, ROUND, HALF, VALUES, SCALES, ORDINALS)))
    for language in LANGUAGES
}


class Numeral(NamedTuple):
    """A number as it stands in a text: tokens[first:last], between `low` and `high`."""

    low: float
    high: float
    first: int
    last: int
    #: "digits", "words", "mixed", "vague", "round", "share" or "ordinal"
    form: str
    #: a unit written into the number ("84km"), or ""
    unit: str = ""


def numerals(words: Sequence[Token], text: str, language: str) -> list[Numeral]:
    """Every number among `words`, in order and not overlapping. Unknown languages are read with digits only."""
    found: list[Numeral] = []
    begins = _BEGINS.get(language, frozenset())
    if not any(word.folded in begins or word.text[0].isdigit() for word in words):
        return found
    for first, last in _runs(words, text):
        part, at = words[first:last], 0
        while at < len(part):
            word = part[at]
            numeral = _at(part, at, language) if word.folded in begins or word.text[0].isdigit() else None
            if numeral is None:
                at += 1
            else:
                found.append(numeral._replace(first=numeral.first + first, last=numeral.last + first))
                at = numeral.last
    return found


def _runs(words: Sequence[Token], text: str) -> Iterator[tuple[int, int]]:
    """Stretches of words with nothing but blanks and hyphens between them: no number goes on past a comma."""
    first = 0
    for at in range(1, len(words) + 1):
        if at == len(words) or not _CLOSE.fullmatch(text, words[at - 1].end, words[at].start):
            yield first, at
            first = at


def parse_digits(text: str, language: str, *, scaled: bool = False) -> float | None:
    """The value of digits with separators; None where they are no number. `scaled`: a word like "million" follows."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text)
    if not re.fullmatch(r"\d+(?:[.,]\d+)*", bare):
        return None
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return float(bare)
    if len(set(marks)) == 2:
        return _mixed(bare, marks)
    if len(marks) > 1:
        return float(re.sub(r"[.,]", "", bare)) if _grouped(bare) else None
    return _single(bare, marks[0], language, scaled)


def _mixed(bare: str, marks: list[str]) -> float | None:
    if len(marks) > 1 and marks[-1] in marks[:-1]:
        return None
    whole, _, rest = bare.rpartition(marks[-1])
    return float(re.sub(r"[.,]", "", whole) + "." + rest) if _grouped(whole) else None


def _grouped(bare: str) -> bool:
    first, *rest = re.split(r"[.,]", bare)
    return len(first) <= 3 and all(len(part) == 3 for part in rest)


def _single(bare: str, mark: str, language: str, scaled: bool) -> float:
    whole, rest = bare.split(mark)
    groups = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    own = "," if language in ("en", "") else "."
    # "5.000" in an English text and "5,000" in a Spanish one are thousands too: nobody counts to three decimals of zeros.
    if groups and not scaled and (mark == own or rest.endswith("0") or language != "en"):
        return float(whole + rest)
    return float(f"{whole}.{rest}")


# ── one place ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _at(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    if words[at].is_number:
        return _digits(words, at, language)
    if language not in LANGUAGES:
        return None
    return (
        _vague(words, at, language)
        or _half(words, at, language)
        or _spelled(words, at, language)
        or _ordinal(words, at, language)
    )


def _digits(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    word = words[at]
    glued = _WITH_UNIT.fullmatch(word.folded)
    if glued:
        number, unit = float(glued[1]), glued[2]
        times = _GLUED_SCALES.get(unit)
        return Numeral(number * (times or 1), number * (times or 1), at, at + 1, "digits", "" if times else unit)
    if not _DIGITS.fullmatch(word.text):
        return None
    scale, last = _scale(words, at + 1, language)
    value = parse_digits(word.text, language, scaled=scale > 1)
    if value is None:
        return None
    form = "mixed" if scale > 1 else "digits"
    size = round(value * scale, 6)
    return Numeral(size, size, at, last, form)


def _scale(words: Sequence[Token], at: int, language: str) -> tuple[float, int]:
    """Scale words from `at` on ("mil millones"), and where they end."""
    scale, scales = 1.0, SCALES.get(language, {})
    while (
        at < len(words)
        and (words[at].folded in scales or words[at].folded == "b")
        and words[at].folded not in ("m", "mi", "score", "cento")
    ):
        scale *= scales.get(words[at].folded, 10**9)
        at += 1
    return scale, at


def _vague(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    found = VAGUE[language].get(words[at].folded)
    if found is None:
        about = ROUND[language].get(words[at].folded)
        return Numeral(about, about, at, at + 1, "round") if about else None
    low, high = found
    last, scale = at + 1, 1.0
    follow = at + 1 + (at + 1 < len(words) and words[at + 1].folded in ("of", "de", "d"))
    if follow < len(words) and words[follow].folded in VAGUE_SCALES[language]:
        scale, last = VAGUE_SCALES[language][words[follow].folded], follow + 1
    elif words[at].folded == "tens":
        return None
    elif words[at].folded == "miles" and not _of(words, at + 1):
        return None  # "miles" is also English, and "miles de" is how Spanish counts
    return Numeral(low * scale, high * scale, at, last, "vague")


def _of(words: Sequence[Token], at: int) -> bool:
    return at < len(words) and words[at].folded in ("de", "d")


def _half(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    if words[at].folded not in HALF[language]:
        return None
    follow = at + 1
    while follow < min(len(words), at + 3) and words[follow].folded in ("a", "an", "of"):
        follow += 1
    about = ROUND[language].get(words[follow].folded) if follow < len(words) else None
    if about:
        return Numeral(about / 2, about / 2, at, follow + 1, "round")
    scale, last = _scale(words, follow, language)
    share = HALF[language][words[at].folded]
    return Numeral(scale * share, scale * share, at, last, "words") if scale >= 12 else None


def _spelled(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    """Number words from `at` on: small ones add up, "hundred" multiplies them, "thousand" closes a group."""
    total = current = 0.0
    end, last_value = at, 0.0
    while end < len(words):
        word = words[end].folded
        step = end
        if word in JOINS[language] and end > at and _joins(words, end, language, last_value):
            step, word = end + 1, words[end + 1].folded
        value: float | None = VALUES[language].get(word)
        scale: float | None = (
            SCALES[language].get(word) if word not in ("m", "mi", "k", "mm", "score", "bi", "tri") or end > at else None
        )
        if value is not None and (end == at or _fits(current, value, language, last_value)):
            current = 80 if language == "fr" and value == 20 and current == 4 else current + value
            last_value = value
        elif scale is not None and (end > at or scale >= 100 or scale == 12):
            total, current = _scaled(total, current, scale)
            last_value = scale
        else:
            break
        end = step + 1
    if end == at or _article(words, at, end, language) or (at and any(c.isdigit() for c in words[at - 1].text)):
        return None
    value = total + current
    more, end = _and_half(words, at, end, language, last_value)
    return (
        Numeral(value + more, value + more, at, end, "words")
        if more >= 0
        else Numeral(value * -more, value * -more, at, end, "words")
    )


def _and_half(words: Sequence[Token], at: int, end: int, language: str, before: float) -> tuple[float, int]:
    """A half more: "dos millones y medio"; and in English before the scale: "two and a half million" (as a negative factor)."""
    rest = [word.folded for word in words[end : end + 4]]
    if before >= 1000 and len(rest) > 1 and rest[0] in JOINS[language] and rest[1] in HALF[language]:
        return before / 2, end + 2
    if language == "en" and rest[:3] == ["and", "a", "half"] and len(rest) > 3 and rest[3] in SCALES["en"]:
        small, scale = VALUES["en"].get(words[end - 1].folded, 0), SCALES["en"][rest[3]]
        if small and end == at + 1:
            return -(small + 0.5) * scale / small, end + 4
    return 0.0, end


def _scaled(total: float, current: float, scale: float) -> tuple[float, float]:
    if scale in (12, 100):
        return total, (current or 1) * scale
    if current == 0 and total:
        return total * scale, 0.0  # "mil millones"
    return total + (current or 1) * scale, 0.0


def _joins(words: Sequence[Token], at: int, language: str, before: float) -> bool:
    """Whether an "and" at `at` stands inside one number: "vingt et un", "two hundred and five", not "five and six"."""
    if at + 1 >= len(words):
        return False
    value = VALUES[language].get(words[at + 1].folded)
    return value is not None and before >= 20 and value < before and (before >= 100 or value < 10 or language == "fr")


def _fits(current: float, value: float, language: str, before: float) -> bool:
    """Whether `value` may follow inside one number: "veinte tres" no, "doscientos tres" yes, "soixante dix" yes."""
    if before >= 1000:
        return current == 0 or (current % 1000 == 0 and value < 1000)  # "tweeduizend driehonderd"
    if language == "fr" and value == 20 and current == 4:
        return True
    if current >= 100 and current % 100 == 0:
        return value < 100
    tens = current % 100
    if language == "fr" and tens in (60, 80):
        return value < 20
    return tens >= 20 and tens % 10 == 0 and 0 < value < 10


def _article(words: Sequence[Token], at: int, end: int, language: str) -> bool:
    """Zero, and the hundred of "por ciento", count nothing; a lone "one" or "un" is for `binding` to judge."""
    if (
        at
        and words[at].folded in ("ciento", "cento", "cent", "cien")
        and words[at - 1].folded in ("por", "per", "pour")
    ):
        return True  # "por ciento"
    return end == at + 1 and VALUES[language].get(words[at].folded) == 0


def _ordinal(words: Sequence[Token], at: int, language: str) -> Numeral | None:
    value: float | None = ORDINALS[language].get(words[at].folded)
    if value is None and language == "en" and at + 1 < len(words):
        tens, unit = VALUES["en"].get(words[at].folded, 0), ORDINALS["en"].get(words[at + 1].folded, 0)
        return Numeral(tens + unit, tens + unit, at, at + 2, "ordinal") if tens >= 20 and unit else None
    return Numeral(value, value, at, at + 1, "ordinal") if value else None


# ── pairs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_IN = {
    "en": ("in", "out of", "out of every", "in every"),
    "es": ("de cada",),
    "fr": ("sur",),
    "pt": ("em cada", "de cada"),
    "nl": ("op de", "van de", "op"),
}
_DASH = re.compile(r"\s?[-–—]\s?")
_TO = {"en": ("to", "and"), "es": ("a", "y"), "fr": ("a", "et"), "pt": ("a", "e"), "nl": ("tot", "en", "a")}
_BETWEEN = {"en": "between", "es": "entre", "fr": "entre", "pt": "entre", "nl": "tussen"}


def joined(found: Sequence[Numeral], words: Sequence[Token], text: str, language: str) -> list[Numeral]:
    """`found` with pairs read as one: "between 20 and 30", "20-30", "20 à 30", "nine in ten" (90 percent)."""
    result: list[Numeral] = []
    skip = False
    for one, two in pairwise([*found, None]):
        if skip:
            skip = False
            continue
        pair = _pair(one, two, words, text, language) if one and two else None
        skip = pair is not None
        if read := pair or one:
            result.append(read)
    return result


def _pair(one: Numeral, two: Numeral, words: Sequence[Token], text: str, language: str) -> Numeral | None:
    if "ordinal" in (one.form, two.form):
        return None
    between = " ".join(word.folded for word in words[one.last : two.first])
    gap = text[words[one.last - 1].end : words[two.first].start]
    if (
        between in _IN.get(language, ())
        and one.high < two.high
        and two.high in (5, 10, 20, 100, 4, 3)
        and not re.search(r"[,.;:]", gap)
    ):
        share = round(100 * one.high / two.high, 1)
        return Numeral(share, share, one.first, two.last, "share")
    parts = between.split()
    if (
        2 <= len(parts) <= 4
        and " ".join(parts[1:]) in _IN.get(language, ())
        and one.high < two.high
        and two.high in (5, 10, 20, 100)
        and not re.search(r"[,.;:]", gap)
    ):
        share = round(100 * one.high / two.high, 1)
        return Numeral(share, share, one.first, one.last, "share")
    spanning = _DASH.fullmatch(gap) is not None and two.high > one.high
    named = between in _TO.get(language, ()) and two.high > one.high
    opened = one.first > 0 and words[one.first - 1].folded == _BETWEEN.get(language)
    plain_to = between in ("to", "a", "tot") and not (
        one.first > 0 and words[one.first - 1].folded in ("from", "de", "van", "du", "desde")
    )
    if spanning or (named and (opened or plain_to)):
        low = one.low * (
            two.low / _mantissa(two)
            if _mantissa(two) and one.high < 1000 <= two.high and one.form == "digits" and two.form == "mixed"
            else 1
        )
        return Numeral(low, two.high, one.first, two.last, "range")
    return None


def _mantissa(numeral: Numeral) -> float:
    """What stands before the scale: 5 in "5 million"; so that "3 to 5 million" is no range from three."""
    value = numeral.high
    while value >= 1000:
        value /= 1000
    return value
