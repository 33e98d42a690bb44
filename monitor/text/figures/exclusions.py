"""Numbers that count nothing: dates, years, clock times, ages, calibres, addresses, scores, telephone numbers, labels.

One function a kind, each answers for one numeral in its place. A number wrongly left out costs a figure; one wrongly kept makes
"34 soldiers" of a soldier aged 34: when in doubt, out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.figures.numerals import Numeral
from monitor.text.figures.words import FRACTIONS, HALF, MONTH_WORDS
from monitor.text.tokens import Token

_WEEKDAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado "
    "domingo lundi mardi mercredi jeudi vendredi "
    "samedi dimanche segunda terca quarta quinta sexta maandag dinsdag woensdag donderdag vrijdag zaterdag "
    "zondag feira".split()
)
_LABELS = frozenset(
    "article articles articulo articulos artigo artikel art section seccion secao law ley loi lei wet "
    "decree decreto decret resolution resolucion resolucao resolutie "
    "flight vuelo vol voo vlucht number no num numero nummer nr channel canal kanaal category categoria "
    "categorie chapter capitulo chapitre hoofdstuk "
    "route ruta route rota highway autopista carretera calle avenida carrera rue avenue rua bulevar "
    "boulevard suite apartado piso km kilometro building "
    "phase fase phase level nivel niveau class clase classe page pagina grade round ronda group grupo "
    "groupe groep game version season temporada saison "
    "temporada bus line linea ligne linha lijn block bloque unit unidad unite operation size section covid "
    "g point punto punt amendment enmienda title titulo form formulario "
    "calibre caliber kaliber tomo volume day dia jour dag episode episodio numbers numeros radio fm am lote zone zona".split()
)
_STREETS = frozenset(
    "street st avenue ave road rd boulevard blvd lane drive calle avenida carrera rue rua straat laan weg".split()
)
_LOWER_STREETS = frozenset({"rue", "rua", "calle", "avenue", "avenida"})
_DUTCH_STREETS = ("straat", "weg", "laan", "plein", "gracht")
#: "vers 15 heures", "om 9 uur"
_BEFORE_HOURS = frozenset("a vers om rond des as las omstreeks avant apres depuis".split())
#: "a las 5 de la tarde", "9 uur 's avonds"
_BEFORE_DAYTIME = frozenset("de da in du s uur heures heure horas hora".split())
#: before "de 20 años": a length of time, a sentence, no age
_NO_AGE = frozenset(
    "mas menos plus moins mais cerca pres alrededor carcel prision prison prisao anos condena pena peine periodo plazo".split()
)
_DAY_JOINS = frozenset("de of er th st nd rd du".split())
_AGE_WORDS = {"en": {"year", "years", "aged"}, "es": {"anos"}, "fr": {"ans"}, "pt": {"anos"}, "nl": {"jaar", "jarige"}}
_DAYTIME = frozenset(
    "manana tarde noche madrugada mediodia morning afternoon evening manha noite matin soir ochtends "
    "middags avonds nachts nuit apres".split()
)
_SINCE = frozenset(
    "in since en desde de depuis em sinds from until hasta jusqu ate tot of year ano annee jaar early late "
    "mid del el vanaf by durante during before after".split()
)


def excluded(numeral: Numeral, words: Sequence[Token], text: str, language: str, noun_follows: bool) -> str:
    """Why this numeral counts nothing ("year", "age", …), or "". `noun_follows`: a word of a known class stands right behind it."""
    before = words[numeral.first - 1] if numeral.first else None
    after = words[numeral.last] if numeral.last < len(words) else None
    start, end = words[numeral.first].start, words[numeral.last - 1].end
    if text[end : end + 2].strip()[:1] == "%":
        return ""  # "8 % de la tarde anterior" is no hour
    for name, holds in (
        ("calibre", _is_calibre(numeral, text, start, end, after)),
        ("date", _is_date(numeral, words, text, language, noun_follows=noun_follows)),
        ("clock", _is_clock(numeral, words, text, language, start, end)),
        ("age", _is_age(numeral, words, text, language, start, end)),
        ("year", _is_year(numeral, text[start:end], before, noun_follows)),
        (
            "telephone",
            _is_telephone(text, start, end)
            or (not noun_follows and re.fullmatch(r"\d{5,}", text[start:end]) is not None),
        ),
        ("score", _is_score(numeral, text, start, end, noun_follows)),
        ("label", _is_label(numeral, words, text, before, after, noun_follows)),
    ):
        if holds:
            return name
    return ""


def _is_calibre(numeral: Numeral, text: str, start: int, end: int, after: Token | None) -> bool:
    if numeral.form not in ("digits", "range"):
        return False
    glued = start >= 2 and text[start - 1] in "-‑/" and text[start - 2].isalpha()
    letter_behind = (
        end + 1 < len(text)
        and text[end] in "-‑"
        and text[end + 1].isupper()
        and (after is None or len(after.text) <= 2)
    )
    return glued or letter_behind or (start >= 1 and text[start - 1] == "#")


def _is_date(numeral: Numeral, words: Sequence[Token], text: str, language: str, *, noun_follows: bool) -> bool:
    start, end = words[numeral.first].start, words[numeral.last - 1].end
    if _in_figures(numeral, text, words[numeral.first].start, end):
        return True
    if numeral.high > 31 and not 1900 <= numeral.high < 2100:
        return False
    months = MONTH_WORDS.get(language, frozenset())
    follow = numeral.last
    while follow < min(len(words), numeral.last + 2) and words[follow].folded in _DAY_JOINS:
        follow += 1
    if follow < len(words) and _is_month(words[follow], months, language):
        return True
    before = words[numeral.first - 1] if numeral.first else None
    if before is None or _is_month(before, months, language):
        return before is not None
    # "dejó el lunes 12 muertos" counts the dead
    named = before.folded in _WEEKDAYS and numeral.form == "digits" and not noun_follows
    return named and text[before.end : start].strip() == ""


def _in_figures(numeral: Numeral, text: str, start: int, end: int) -> bool:
    """Part of 03/12/2026 or 2026-10-05."""
    slashed = re.search(r"\d[/.]$", text[max(0, start - 2) : start]) or re.match(r"/\d", text[end : end + 2])
    dashed = re.search(r"\d-$", text[max(0, start - 2) : start]) or re.match(r"-\d+-\d", text[end : end + 8])
    return bool(slashed or dashed) or (numeral.form == "range" and text[start:end].count("-") > 1)


def _is_month(word: Token, months: frozenset[str], language: str) -> bool:
    # "may", "march", "mar" and "mars" are also words: English months have capitals.
    return word.folded in months and (language != "en" or word.is_capital)


def _is_clock(numeral: Numeral, words: Sequence[Token], text: str, language: str, start: int, end: int) -> bool:
    if re.match(r": ?\d\d\b", text[end : end + 5]) or re.search(r"\d: ?$", text[max(0, start - 3) : start]):
        return True
    if numeral.high > 24:
        return (
            numeral.form == "digits" and re.match(r"\s?(?:GMT|UTC|hrs\b|h\b(?! ?d))", text[end : end + 5]) is not None
        )
    rest = [word.folded for word in words[numeral.last : numeral.last + 4]]
    before = words[numeral.first - 1].folded if numeral.first else ""
    if re.match(r"\s?(?:[ap]\.? ?m\b|h\b|o.clock|GMT|UTC|hrs?\b)", text[end : end + 8], re.IGNORECASE):
        return True
    if (
        before in ("past", "om")
        or before in HALF.get(language, ())
        or (before in ("las", "as") and (not rest or rest[0] in ("de", "y", "da", "do", "hora", "horas", "en", "e")))
    ):
        return True
    if rest[:1] in (["heures"], ["heure"], ["uur"], ["horas"]) and before in _BEFORE_HOURS:
        return True
    return any(word in _DAYTIME for word in rest[1:4]) and rest[0] in _BEFORE_DAYTIME


def _is_age(numeral: Numeral, words: Sequence[Token], text: str, language: str, start: int, end: int) -> bool:
    if not 0 < numeral.high <= 115 or numeral.form not in ("digits", "words", "range"):
        return False
    rest = [word.folded for word in words[numeral.last : numeral.last + 3]]
    before = words[numeral.first - 1] if numeral.first else None
    if rest[:2] in (
        ["year", "old"],
        ["years", "old"],
        ["years", "of"],
        ["jaar", "oud"],
        ["jaar", "oude"],
        ["ans", "revolus"],
        ["anos", "de"][:0] or ["-"],
    ) or rest[:1] == ["jarige"]:
        return True
    if before and before.folded in ("aged", "age", "edad", "idade", "agee", "age", "leeftijd", "agees", "ages"):
        return True
    if rest and rest[0] in _AGE_WORDS.get(language, ()) and before and before.folded in ("de", "d", "van", "com"):
        # "de 34 años" is an age, "durante más de 20 años" is not: there the "de" belongs to "más".
        earlier = words[numeral.first - 2].folded if numeral.first > 1 else ""
        return earlier not in _NO_AGE
    named = before is not None and before.is_capital and not before.is_number
    if numeral.form == "digits" and named and numeral.high >= 10:
        around = text[words[numeral.first - 1].end : start], text[end : end + 1]
        return around in ((", ", ","), (" (", ")"), (", ", "."))
    return False


def _is_year(numeral: Numeral, written: str, before: Token | None, noun_follows: bool) -> bool:
    if numeral.form not in ("digits", "range") or not re.fullmatch(
        r"(?:19|20)\d\d(?:\s?[-–]\s?(?:(?:19|20)?\d\d))?", written
    ):
        return False
    return not noun_follows or (before is not None and before.folded in _SINCE)


def _is_telephone(text: str, start: int, end: int) -> bool:
    if re.search(r"\d-\d{6,}|\d{3,}-\d{4}\b", text[start:end]):
        return True
    return (
        (start > 0 and text[start - 1] == "+")
        or re.fullmatch(r"\d{7,}", text[start:end]) is not None
        or re.search(r"\+\d[\d ()-]*$", text[max(0, start - 16) : start]) is not None
    )


def _is_score(numeral: Numeral, text: str, start: int, end: int, noun_follows: bool) -> bool:
    dash_behind = re.match(r"\s?[-–]\s?\d", text[end : end + 4]) is not None
    dash_before = re.search(r"\d\s?[-–]\s?$", text[max(0, start - 4) : start]) is not None
    if dash_behind or dash_before:
        return True
    if numeral.form == "digits" and numeral.high <= 15 and not noun_follows:  # "terminou 3 a 1"
        other = re.match(r" a \d{1,2}\b(?! \w+s\b)", text[end : end + 6]) or re.search(
            r"(?<!\bde )\b\d{1,2} a $", text[max(0, start - 8) : start]
        )
        from_to = re.search(r"\bde $", text[max(0, start - 3) : start])
        if other and not from_to:
            return True
    small_range = numeral.form == "range" and numeral.high <= 15 and re.search(r"[-–]", text[start:end]) is not None
    return small_range and not noun_follows


def _is_label(
    numeral: Numeral, words: Sequence[Token], text: str, before: Token | None, after: Token | None, noun_follows: bool
) -> bool:
    """A number that names: a fraction's, an address's, an article's, a list's, an aircraft's."""
    if numeral.form not in ("digits", "words"):
        return False
    start, end = words[numeral.first].start, words[numeral.last - 1].end
    if after is not None and after.folded in FRACTIONS and numeral.high < 10:
        return True
    if re.match(r"\)|[.]\s", text[end : end + 2]) and (start == 0 or text[start - 1] == "\n"):
        return True  # the number of a list's line
    if _is_address(numeral, words, before, after, noun_follows):
        return True
    if _in_a_name(numeral, words, text, after):
        return True
    return before is not None and _is_named(numeral, words, text, before, noun_follows)


def _in_a_name(numeral: Numeral, words: Sequence[Token], text: str, after: Token | None) -> bool:
    """As in "the owner, Two Isles Line": a number word with a capital in mid-sentence, before another capital."""
    first = words[numeral.first]
    if numeral.form != "words" or after is None or not (first.is_capital and after.is_capital) or not numeral.first:
        return False
    opens = re.search(r"[.!?:\"“«»„\n]\s*$", text[: first.start]) is not None
    return not opens and text[words[numeral.last - 1].end : after.start] == " "


def _is_address(
    numeral: Numeral, words: Sequence[Token], before: Token | None, after: Token | None, noun_follows: bool
) -> bool:
    """As in "12 Main Street", "12 rue de la Paix", "Kerkstraat 12"."""
    if before is not None and before.is_capital and before.folded.endswith(_DUTCH_STREETS) and not noun_follows:
        return True
    if after is None:
        return False
    street = after.folded in _STREETS and (after.is_capital or after.folded in _LOWER_STREETS)
    beyond = numeral.last + 1 < len(words) and words[numeral.last + 1].folded in _STREETS
    return (street and numeral.form == "digits") or (after.is_capital and beyond)


def _is_named(numeral: Numeral, words: Sequence[Token], text: str, before: Token, noun_follows: bool) -> bool:
    """As in "Article 350", "Group of 7", "Boeing 737": what stands before makes it a name."""
    group = numeral.first > 1 and words[numeral.first - 2].text in ("Group", "Grupo", "Groupe", "Groep")
    if group and before.folded in ("of", "de", "des", "dos"):
        return True
    start, end = words[numeral.first].start, words[numeral.last - 1].end
    if text[before.end : start].strip(" .º°ª") != "":
        return False
    if before.folded in _LABELS and not (noun_follows and not before.is_capital):
        return True
    # A capital word in mid-sentence right before digits, and nothing counted behind; not in a headline of capitals
    # ("Protests Leave 2 Dead").
    shouting = sum(word.is_capital for word in words) > 0.6 * len(words)
    inside = numeral.first > 1 and text[before.start - 2 : before.start - 1] not in (".", "!", "?", "")
    counted = noun_follows or numeral.high >= 1000 or text[end : end + 2].strip().startswith("%")
    capital = before.is_capital and not before.is_number
    return numeral.form == "digits" and capital and inside and not counted and not shouting
