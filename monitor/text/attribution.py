"""Who says what a sentence states without quoting: "its president said", "según el ministro de Defensa", "aldus het leger"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text import cues
from monitor.text.common import is_common
from monitor.text.days import WEEKDAY
from monitor.text.phrases import Found
from monitor.text.tokens import Token, tokens

#: words of a name with its office ("Defence Minister Vladimir Padrino López of Venezuela"); longer is a clause and no name
_LONGEST = 9
_BREAK = re.compile(r"[,;:.()“”\"«»—–\n]|\s-+\s")
#: after them stands who said it
ACCORDING = frozenset("according segun acuerdo selon d segundo volgens aldus".split())
#: a name ends where the clause, the place or the time begins
_ENDS = frozenset(
    "that que qu dat om who which quien quem die in on at en em dans lors during after tras apres apos na op when while cuando quand quando "
    "toen "
    "sin sans sem zonder without porque because omdat parce although aunque embora hoewel "
    "today hoy hoje vandaag yesterday ayer ontem gisteren hier late early".split()
)
#: a clause begins with them: what they stand in is no name
_VERBS = frozenset(
    "is are was were has have had be been es son fue fueron ha han est sont ont avait foi foram tem "
    "zijn heeft hebben werd werden wordt worden".split()
)
_DAYS = frozenset(day for table in WEEKDAY.values() for day in table) | {"feira"}
_ARTICLES = frozenset("the el la los las le les o os het de on este esta ce na nesta".split())
#: what stands between a subject and its verb: "l'ONG n'en a vérifié que 71"
_PARTICLES = frozenset(
    "n ne en a ont y se s l lo la le les no nao niet not ha han has had have heeft hebben hadden".split()
)
#: "…, and relatives in Las Cuevas told": what joins two clauses is no part of who speaks in the second
_JOINS = frozenset("and but while y pero mientras et mais tandis e mas enquanto en maar terwijl".split())
_PRONOUNS = frozenset(
    "he she they it we who ella ellos il elle ils ele ela eles hij zij ze also tambien also aussi ook".split()
)


def speaker(text: str, words: Sequence[Token], found: Sequence[Found], language: str) -> str:
    """Who a sentence names as its source, as written; "" where it names nobody for sure. `words` and `found` (cues) are those of `text`.

    Only what is an office, a body or a proper name counts: "the man said" has no known source.
    """
    for cue in found:
        if cue.name in ("say", "claim", "deny", "confirm") and (who := _beside(text, words, cue, found, language)):
            return who
    return ""


def is_official(who: str, language: str) -> bool:
    """Whether a speaker, as written, is an authority: "the health ministry", "el portavoz de la armada"."""
    return any(cue.name == "official" for cue in cues.find(tuple(tokens(who)), language))


def _beside(text: str, words: Sequence[Token], cue: Found, found: Sequence[Found], language: str) -> str:
    inverted = cue.first == 0 or _BREAK.search(text[words[cue.first - 1].end : words[cue.first].start]) is not None
    if words[cue.first].folded in ACCORDING or inverted:
        first, last = _right(text, words, cue.last)
    else:
        first, last = _left(text, words, cue.first)
    return _named(text, words, first, last, found, language)


def _left(text: str, words: Sequence[Token], end: int) -> tuple[int, int]:
    at = end
    while at and end - at <= _LONGEST and not _BREAK.search(text[words[at - 1].end : words[at].start]):
        at -= 1
    return at, end


def _right(text: str, words: Sequence[Token], start: int) -> tuple[int, int]:
    while start < len(words) and (
        words[start].folded in _DAYS
        or (words[start].folded in _ARTICLES and start + 1 < len(words) and words[start + 1].folded in _DAYS)
    ):
        start += 1
    at = start
    while at < len(words) and at - start <= _LONGEST and words[at].folded not in _ENDS | _DAYS | _VERBS:
        if at > start and _BREAK.search(text[words[at - 1].end : words[at].start]):
            break
        at += 1
    return start, at


def _named(text: str, words: Sequence[Token], first: int, last: int, found: Sequence[Found], language: str) -> str:
    while first < last and words[last - 1].folded in _PRONOUNS | _PARTICLES:
        last -= 1
    while first < last and words[first].folded in _JOINS:
        first += 1
    if not 0 < last - first <= _LONGEST or words[first].folded in _PRONOUNS:
        return ""
    if any(word.folded in _VERBS for word in words[first:last]):
        return ""
    office = any(cue.name in ("official", "party") and first <= cue.first < last for cue in found)
    # the first word of a sentence has its capital for that
    begins = first == 0 and is_common(words[0].folded, language)
    proper = any(word.is_capital for word in words[first + begins : last])
    return text[words[first].start : words[last - 1].end] if office or proper else ""
