"""Who first said it: the news agency that a text credits, or else the family of its publisher.

Twenty outlets that print one agency's text are one origin; only origins confirm one another. A credit is a byline ("By The
Associated Press"), a dateline ("CARACAS, Oct 5 (Reuters) -", also of an agency we do not know), or a line at the end ("Con
información de EFE", "Bron: ANP", "(avec AFP)"). "He told Reuters" is a quotation and credits nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from monitor.errors import LexiconError, Problem
from monitor.stories.families import house
from monitor.stories.reading import Reading
from monitor.text.normal import fold

SHIPPED = Path(__file__).with_name("wires.tsv")
#: characters of a body in which a dateline stands, and in which a closing credit stands
_HEAD, _TAIL = 160, 220
# "CARACAS, Oct 5 (Sargasso Wire) - ", "Caracas, 5 oct (EFE).-", "LA HABANA (AP) —"
_DATELINE = re.compile(r"^\W*[A-ZÀ-Ý][^()\n]{1,60}\(([^()\n]{2,40})\)\s*\.?\s*[-–—:]")
# "CARACAS.- ", "HAVANA, Oct 5 - "
_CITY = re.compile(r"^\W*[A-ZÀ-Ý][A-ZÀ-Ý'’ /.-]{2,40}(?:, [^()\n]{1,24})?(?:\.\s?[-–—]|\s[-–—])\s")
#: characters of a body in which an agency opens it
_OPENS = 80
#: what may stand before an opening agency, beside capitalised words and numbers: "Caracas, 5 de octubre (", "Por "
_SMALL = frozenset(
    "de del d la las l el los of du des le da do van por by par door en au a "
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre ene feb mar "
    "abr may jun jul ago sep oct nov dic "
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre janv fevr avr juil dec "
    "janeiro fevereiro marco maio junho julho setembro outubro novembro dezembro fev set out dez "
    "januari februari maart april mei juni juli augustus september oktober november december jan mrt apr aug okt".split()
)
_WORD = re.compile(r"[^\W\d_]+")
# "EFE.- ", "Lusa - ", "CMC – ", "EFE / ", "AFP | ", but no "Reuters/Ipsos poll"
_ENDS_CREDIT = re.compile(
    r"^(?:\)?\s?\.\s?[-–—]|\)?\s[-–—]\s|\)?[–—]|\s[/|]\s|/[A-ZÀ-Ý]\w+\s[A-ZÀ-Ý](?!\w*\s(?:poll|survey|photo)))"
)
# a last line of its own: "Con información de Agencia Costa Firme."
_LINE = re.compile(
    r"(?:con informacion de|fuente|bron|source|fonte|avec|com informacoes d[eao]|met informatie van)\s?:?\s+(.{3,40}?)\W*$"
)
_CREDIT = re.compile(
    r"(?:\b(?:con informacion(?:es)? de|con datos de|informacion de|fuente|tomado de|via|source|with (?:reporting|information|files) (?:from|by)|"
    r"reporting by|additional reporting by|from|copyright|distributed by|avec|d'apres|com informacoes (?:de|da|do)|fonte|com|bron|met informatie van|"
    r"met|agencia|agencias|agence|agency|por|by|par|door)\b|©|\()\s*:?\s*(?:\d{4}\s+)?$"
)


def dateline_end(body: str) -> int:
    """Where the text behind a dateline begins; 0 where there is none."""
    found = _DATELINE.match(body[:_HEAD]) or _CITY.match(body[:_HEAD])
    return found.end() if found else 0


@lru_cache(maxsize=4)
def wires(path: Path = SHIPPED) -> tuple[dict[str, str], re.Pattern[str]]:
    """Agencies by the folded form of each of their names, and a pattern that finds them. Raises `LexiconError`."""
    names: dict[str, str] = {}
    exact: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        origin, _, forms = line.partition("\t")
        if not forms:
            raise LexiconError(
                [Problem(path.name, f"line {number}", "an origin and its names were expected, separated by a tab")]
            )
        for form in forms.split("|"):
            names[fold(form)] = origin
            exact.append(re.escape(form))
    return names, re.compile(r"(?<!\w)(?:" + "|".join(sorted(exact, key=len, reverse=True)) + r")(?![\w-])")


def origin_of(reading: Reading) -> str:
    """The origin of an item: an agency's name as in wires.tsv or as the dateline writes it, or the publisher's house."""
    return credited(reading) or _as_agency(house(reading.item))


def _as_agency(family: str) -> str:
    """A family under the name by which others credit it: "bbc" and "Deutsche-Welle" are the agencies BBC and Deutsche Welle."""
    return wires()[0].get(fold(family.replace("-", " ")), family)


def credited(reading: Reading) -> str:
    """The agency that an item comes from or credits; "" where it names none."""
    item = reading.item
    return (
        wires()[0].get(fold(item.publisher))
        or _byline(item.author)
        or _dateline(item.body)
        or _opening(item.body)
        or _closing(item.body)
        or _line(item.body)
    )


def _byline(author: str) -> str:
    if whole := wires()[0].get(fold(author.strip(" ()"))):
        return whole
    found = wires()[1].search(author)
    return wires()[0][fold(found[0])] if found else ""


def _dateline(body: str) -> str:
    found = _DATELINE.match(body[:_HEAD])
    if not found:
        return ""
    name = found[1].strip()
    if whole := wires()[0].get(fold(name)):
        return whole
    known = wires()[1].search(name)
    return wires()[0][fold(known[0])] if known else _unknown(name)


def _opening(body: str) -> str:
    """An agency that a text begins with: nothing but places, dates and "by" before it, and a bracket, a dash or a line's end behind it."""
    found = wires()[1].search(body[:_OPENS])
    if not found or not _places_or_dates(body[: found.start()]):
        return ""
    after = body[found.end() : found.end() + _OPENS]
    in_brackets = body[: found.start()].rstrip().endswith("(") and after.startswith(")")
    line, ends, _ = after.partition("\n")
    alone = bool(ends) and line[:1] in ("", ",", "/", "|", " ") and _places_or_dates(line)
    return wires()[0][fold(found[0])] if in_brackets or alone or _ENDS_CREDIT.match(after) else ""


def _places_or_dates(text: str) -> bool:
    """Whether a text has nothing but capitalised words, numbers, and the small words of places and dates."""
    return all(word[0].isupper() or fold(word) in _SMALL for word in _WORD.findall(text))


def _unknown(name: str) -> str:
    """An agency that the table does not know: capitalised words, no digits ("Oct 5" is a date)."""
    words = name.split()
    plain = not re.search(r"\d", name) and all(word[0].isupper() or len(word) <= 3 for word in words)
    return name.lower() if plain and len(words) <= 4 else ""


def _closing(body: str) -> str:
    """An agency named at the end of a text behind a crediting word, or alone in the last line."""
    tail = body[-_TAIL:]
    for found in wires()[1].finditer(tail):
        before, after = fold(tail[: found.start()]), tail[found.end() :]
        alone = after.strip(" .)/©\n") == "" and (
            before.rstrip(" (–—-").endswith(("\n", ".", "/")) or not before.strip()
        )
        if alone or (_CREDIT.search(before) and len(after) < 120 and _is_credit_line(before)):
            return wires()[0][fold(found[0])]
    return ""


def _line(body: str) -> str:
    """An agency that the table does not know, credited in the last sentence."""
    last = re.split(r"[.\n(]\s*", body.rstrip(" .)\n"))[-1]
    found = _LINE.match(fold(last))
    if not found or not last.split()[-1][:1].isupper():
        return ""
    # Families are small and keep their accents: so does what a credit names, or one agency would be two origins.
    written = last[found.start(1) : found.end(1)].lower()
    return written if fold(written) == found[1] else found[1]


def is_credit(sentence: str) -> bool:
    """Whether a sentence says only whose text it is: "Con información de EFE.", "(avec AFP)", "Bron: ANP"."""
    bare = sentence.strip(" ()[].\n")
    return bool(_line(bare)) or wires()[1].fullmatch(bare) is not None


def _is_credit_line(before: str) -> bool:
    """Whether the crediting word begins a sentence or a bracket: "según informó a EFE" in mid-sentence credits nothing."""
    sentence = re.split(r"[.\n(©]\s*", before)[-1]
    return len(sentence.split()) <= 5
