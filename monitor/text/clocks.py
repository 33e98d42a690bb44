"""What a page says of its own time and traffic: "Updated 12:03", "hace 3 minutos", "1,204 views". It changes and tells nothing."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.text.days import MONTH, WEEKDAY
from monitor.text.tokens import Token, tokens

#: words after which a page writes when it was written
_STAMPS = frozenset(
    "updated modified published posted edited actualizado actualizada publicado publicada modificado atualizado atualizada publicada "
    "publie publiee modifie jour bijgewerkt gepubliceerd gewijzigd geplaatst".split()
)
#: words that may stand between them and inside a date
_DATE_WORDS = frozenset(
    "at on el a las le la les em as op om de du of the last h am pm m p gmt utc est edt cet cest aest bst hrs uur hora horas heure heures "
    "hlv brt mon tue wed thu fri sat sun st nd rd th er ultima vez pela".split()
) | {word for table in (WEEKDAY, MONTH) for words in table.values() for word in words}
_DATE_WORDS |= {word[:3] for words in MONTH.values() for word in words}
_AGES = frozenset(
    "s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days segundo segundos minuto minutos hora horas dia dias "
    "seconde secondes heure heures jour jours minuut minuten uur uren dag dagen".split()
)
_AGO_AFTER, _AGO_BEFORE = frozenset({"ago", "geleden"}), frozenset({"hace", "ha", "a"})
_COUNTED = frozenset(
    "view views read reads reader readers comment comments share shares like likes retweets followers click clicks visita visitas vista "
    "vistas lectura lecturas comentario comentarios compartido compartidos vue vues lecture lectures commentaire commentaires partage "
    "partages visualizacao visualizacoes leitura leituras compartilhamento compartilhamentos weergave weergaven reactie reacties gelezen "
    "keer".split()
)
#: a counter is a line of its own: in a sentence of more words, "500 readers" are people
_COUNTER_LINE = 8


def without_clocks(text: str) -> tuple[str, ...]:
    """The words of a sentence in normal form, without its page's clocks, ages and counters. () where there is nothing else."""
    words = tokens(text)
    gone = _stamped(words) | _aged(words) | (_counted(words) if len(words) <= _COUNTER_LINE else set())
    return tuple(word.folded for at, word in enumerate(words) if at not in gone)


def _stamped(words: Sequence[Token]) -> set[int]:
    """Where "Updated on 6 May 2010, 9:03 am" stands; and "10:10 a.m." at the beginning of a line of a live report."""
    gone: set[int] = set()
    starts = [at for at, word in enumerate(words) if word.folded in _STAMPS]
    for start in starts:
        end = _date_end(words, start + 1)
        if any(word.is_number for word in words[start + 1 : end]):
            gone |= set(range(start, end))
    if len(words) > 1 and _is_time(words[0], words[1]):
        gone |= set(range(_date_end(words, 0)))
    return gone


def _date_end(words: Sequence[Token], at: int) -> int:
    while at < len(words) and (words[at].is_number or words[at].folded in _DATE_WORDS):
        at += 1
    return at


def _is_time(hours: Token, minutes: Token) -> bool:
    return (
        hours.text.isdigit()
        and minutes.text.isdigit()
        and len(minutes.text) == 2
        and int(hours.text) < 24
        and minutes.start == hours.end + 1
    )


def _aged(words: Sequence[Token]) -> set[int]:
    """Where "3 min ago", "hace 3 minutos", "il y a 3 minutes" stands."""
    gone: set[int] = set()
    for at in range(len(words) - 1):
        if not (words[at].is_number and words[at + 1].folded in _AGES):
            continue
        if at + 2 < len(words) and words[at + 2].folded in _AGO_AFTER:
            gone |= {at, at + 1, at + 2}
        elif at and words[at - 1].folded in _AGO_BEFORE:
            gone |= {at - 1, at, at + 1}
            if [word.folded for word in words[max(0, at - 3) : at - 1]] == ["il", "y"]:
                gone |= {at - 3, at - 2}
    return gone


def _counted(words: Sequence[Token]) -> set[int]:
    """Where "1,204 views" or "Comentarios (12)" stands."""
    gone: set[int] = set()
    for at, word in enumerate(words):
        if word.is_number and at + 1 < len(words) and words[at + 1].folded in _COUNTED:
            gone |= {at, at + 1}
        elif word.is_number and at and words[at - 1].folded in _COUNTED:
            gone |= {at - 1, at}
    return gone
