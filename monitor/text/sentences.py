"""Sentences with their places. The abbreviations of five languages do not end one ("Gen. Pérez", "EE. UU.", "p.m.", "art. 5")."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof gen col lt sgt capt cmdr adm sen rep gov st jr sr inc ltd co corp no vs approx jan feb mar apr jun jul aug sep sept oct nov dec
    sra srta dra gral cnel tte cap alm lic ing abg mons ud uds art arts pag pags núm num av avda ee uu aprox etc dpto depto prov vda
    m mm mme mlle me mgr dép av env hab janv févr avr juil déc
    exa exmo sto sta dep des eng min rel
    dhr mevr mw drs ir mr bijv nl ca blz resp nr tel jl zgn ds
    u s a e i p ej fig vol ed op cit
    rev hon maj sgts cpl messrs amb supt det insp dept est pres pvt
    pág págs pg bs cía hnos sres dña mons fray máx mín tlf cra cdad
    chap réf boul bd ste cie cf pp
    cel ten cia maj pç profª trav
    lid afb vgl jhr mln mld hfst
    """.split()
)
_BREAK = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*|[\"”’»])(?=\s)|\n+")
_INK = re.compile(r"\S")
#: characters around an end that can say whether it is one: more than any abbreviation has
_FEW = 60
_QUOTES = {"«": "»", "“": "”"}
#: a quotation that closes within so many characters of a stop inside it is short
_CLOSE = 160
_LAST_WORD = re.compile(r"([^\W_]+)\.[\"'”’»)\]]*$")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence of `text`, without the white space around it; joined and sliced they lose nothing else."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        if _ends(text, start, match):
            _add(text, start, match.end(), found)
            start = match.end()
    _add(text, start, len(text), found)
    return found


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    if "\n" in match[0]:
        return True
    if not any(c in match[0] for c in ".!?…"):
        return False
    ink = _INK.search(text, match.end())
    if ink is None:
        return True
    rest = text[ink.start() : ink.start() + _FEW]
    # "dijo el ministro. y luego" is a typing slip, "3 p.m. on Friday" is not an end: a sentence starts with a capital, a digit or a quote.
    if rest[0].islower() or _is_quoted(text, start, match.end()):
        return False
    word = _LAST_WORD.search(text[max(start, match.end() - _FEW) : match.end()])
    if word is None or "!" in match[0] or "?" in match[0]:
        return True
    return not _is_abbreviation(word[1], rest)


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a stop lies inside a short quotation: "«We have names. They have a number», she said" is one statement."""
    opened = max(text.rfind(mark, start, end) for mark in _QUOTES)
    if opened < 0:
        return False
    closing = _QUOTES[text[opened]]
    if closing in text[opened:end]:
        return False
    closed = text.find(closing, end, end + _CLOSE)
    between = text[end:closed]
    return closed >= 0 and not any(mark in between for mark in ("\n", *_QUOTES))


def _is_abbreviation(word: str, rest: str) -> bool:
    if len(word) == 1 and word.isupper():
        return True  # an initial: "J. Rodríguez", "EE. U."
    folded = word.lower()
    if folded in ("m", "a") and rest[0].isupper():
        return False  # "at 3 p.m. The minister": the usual end
    return folded in _ABBREVIATIONS and not (
        folded == "uu" and rest.split(" ", 1)[0] in {"El", "La", "Los", "Las", "Un", "En", "Washington"}
    )


def _add(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        found.append((start, end))
