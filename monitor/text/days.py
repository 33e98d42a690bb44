"""Days that a text names: "on Tuesday", "el martes", "12 de octubre", "October 12", "gisteren". Words in normal form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from monitor.text.tokens import Token

_WEEKDAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "pt": "segunda terca quarta quinta sexta sabado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_SHORT = {
    "jan": 1,
    "feb": 2,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "okt": 10,
    "mrt": 3,
    "set": 9,
    "out": 10,
}
_RELATIVE = {
    "en": {"yesterday": -1, "today": 0, "tonight": 0},
    "es": {"ayer": -1, "anoche": -1, "hoy": 0},
    "fr": {"hier": -1, "aujourd": 0},
    "pt": {"ontem": -1, "hoje": 0},
    "nl": {
        "gisteren": -1,
        "gisteravond": -1,
        "vandaag": 0,
        "vanochtend": 0,
        "vanmorgen": 0,
        "vanmiddag": 0,
        "vanavond": 0,
        "vannacht": 0,
    },
}
#: "this morning", "esta madrugada": a part of today after a word for "this"
_THIS = {
    "en": ({"this"}, {"morning", "afternoon", "evening"}),
    "es": ({"esta"}, {"manana", "tarde", "noche", "madrugada"}),
    "fr": ({"ce", "cet", "cette"}, {"matin", "midi", "soir", "nuit"}),
    "pt": ({"esta", "nesta", "desta"}, {"manha", "tarde", "noite", "madrugada"}),
}
_TOMORROW = {"en": "tomorrow", "es": "manana", "fr": "demain", "pt": "amanha", "nl": "morgen"}
#: "esta mañana", "por la mañana", "a partir de demain matin": the morning is no tomorrow
_MORNING = frozenset({"la", "esta", "una", "this", "deze", "de", "goede"})
#: a day and month without a year that lie further off than this are more likely behind than ahead
_FAR = timedelta(days=240)
WEEKDAY = {
    language: {word: number for number, word in enumerate(words.split(), 1)} for language, words in _WEEKDAYS.items()
}
MONTH = {
    language: {word: number for number, word in enumerate(words.split(), 1)} for language, words in _MONTHS.items()
}
#: Portuguese weekdays are ordinals too: "segunda" alone may be "second"
_PLAIN_PT = frozenset({"sabado", "domingo"})
#: the words that may name a day, in a language and in any: all others are passed over
_NAMING = {
    language: frozenset(
        (*WEEKDAY[language], *MONTH[language], *_RELATIVE.get(language, ()), *_THIS.get(language, ((), ()))[1], *_SHORT)
    )
    for language in _WEEKDAYS
}
_NAMING_MONTHS = {language: frozenset((*MONTH[language], *_SHORT)) for language in _MONTHS}


def months(words: Sequence[Token], language: str) -> list[int]:
    """The places of the words that name a month."""
    naming = _NAMING_MONTHS.get(language, _SHORT)
    return [at for at, token in enumerate(words) if token.folded in naming and month(token, language)]


def month(token: Token, language: str) -> int | None:
    """The number of the month that a word names."""
    return MONTH.get(language, {}).get(token.folded) or (
        _SHORT.get(token.folded) if token.is_capital or language != "en" else None
    )


def weekday(words: Sequence[Token], at: int, language: str) -> int | None:
    """The day of the week (Monday is 1) that the word at `at` names."""
    number = WEEKDAY.get(language, {}).get(words[at].folded)
    if number is None or language != "pt" or words[at].folded in _PLAIN_PT:
        return number
    follows = at + 1 < len(words) and words[at + 1].folded == "feira"
    before = words[at - 1].folded if at else ""
    return (
        number if follows or (before in ("na", "nesta", "desta", "ultima") and words[at].folded != "primeira") else None
    )


def days(words: Sequence[Token], language: str, today: date) -> Iterator[tuple[int, date]]:
    """(place of the word, day) for each day named. A weekday is the last one up to `today`; a date without a year is the nearest."""
    relative, naming = _RELATIVE.get(language, {}), _NAMING.get(language, _SHORT)
    for at, token in enumerate(words):
        if token.folded not in naming:
            continue
        if (number := weekday(words, at, language)) is not None:
            yield at, today - timedelta(days=(today.isoweekday() - number) % 7)
        elif token.folded in relative:
            yield at, today + timedelta(days=relative[token.folded])
        elif _is_part_of_today(words, at, language):
            yield at, today
        elif (found := month(token, language)) is not None and (day := _day_of(words, at)) is not None:
            yield from ((at, one) for one in _nearest(found, day, today))


def days_ahead(words: Sequence[Token], language: str, today: date) -> Iterator[tuple[int, date]]:
    """(place of the word, day) for each day named that can lie ahead of `today`: the next such weekday, tomorrow, the next such date.

    Today's own weekday is left out, since "on Thursday", written on a Thursday, is no appointment for next week.
    """
    for at, token in enumerate(words):
        if (number := weekday(words, at, language)) is not None:
            if away := (number - today.isoweekday()) % 7:
                yield at, today + timedelta(days=away)
        elif token.folded == _TOMORROW.get(language) and not (at and words[at - 1].folded in _MORNING):
            yield at, today + timedelta(days=1)
        elif (found := month(token, language)) is not None and (day := _day_of(words, at)) is not None:
            yield from ((at, one) for one in _next(found, day, _year_of(words, at), today))


def _year_of(words: Sequence[Token], at: int) -> int | None:
    """The year behind a date: "12 December 2026", "December 12, 2026", "12 de diciembre de 2026"."""
    for token in words[at + 1 : at + 4]:
        if len(token.folded) == 4 and token.folded.isdigit() and token.folded.startswith(("19", "20")):
            return int(token.folded)
    return None


def _next(number: int, day: int, said: int | None, today: date) -> list[date]:
    found = []
    for year in [said] if said else [today.year, today.year + 1]:
        try:
            found.append(date(year, number, day))
        except ValueError:
            continue
    return [one for one in found if one >= today and (said or one - today <= _FAR)][:1]


def _is_part_of_today(words: Sequence[Token], at: int, language: str) -> bool:
    these, parts = _THIS.get(language, (frozenset(), frozenset()))
    return words[at].folded in parts and any(word.folded in these for word in words[max(0, at - 2) : at])


def _day_of(words: Sequence[Token], at: int) -> int | None:
    """The day of a date such as "12 October", "12 de octubre", "October 12", "le 1er mai"."""
    for place in (at + 1, at - 1, at - 2):
        if 0 <= place < len(words) and (place != at - 2 or words[at - 1].folded in ("de", "of")):
            digits = words[place].folded.rstrip("stndrheºa.")
            if digits.isdigit() and 1 <= int(digits) <= 31:
                return int(digits)
    return None


def _nearest(number: int, day: int, today: date) -> list[date]:
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            found.append(date(year, number, day))
        except ValueError:
            continue
    return sorted(found, key=lambda one: abs((one - today).days))[:1]
