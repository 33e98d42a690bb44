"""Names that only look like ours: "Cuba Gooding", "Orinoco Ltd", "Venezuela Street", the team, the film, the telenovela.

No list of them is kept. A word of the topic belongs to another name when it is joined to a capitalised word that neither the
gazetteer nor the concepts know ("Caracas Pumas", but not "Caracas Mayor"), to a company's ending or a street's kind, when a
work's kind stands before it ("la telenovela Orinoco"), or when it stands inside a quoted title. Headlines that capitalise
every word show nothing of this, and are believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.text.common import is_common
from monitor.topics.reading import Reading
from monitor.topics.subjects import Mark
from monitor.topics.wording import Wording

_COMPANY = frozenset(
    "ltd limited inc incorporated corp corporation llc plc gmbh ag bv nv sa sas srl ltda lda group holdings".split()
)
_STREETS = frozenset(
    "street road avenue boulevard lane drive calle avenida carrera rua rue straat laan plein weg".split()
)
_AFTER = frozenset(
    "square park plain heights hills county township university college school hotel hospital restaurant cafe bar grill "
    "club fc cf united city rovers athletic warriors knights royals kings patriots ziekenhuis".split()
)
_BEFORE = frozenset(
    "plaza parque barrio urbanizacion edificio teatro cine hotel bar restaurante colegio estadio praca bairro place quartier "
    "stade deportivo atletico club real royal sporting academia fc cf ss saint santa san santo little".split()
)
_JOINERS = frozenset("de del da do dos das du des la las los el le les of the van der den".split())
_GAPS = (" ", "\u00a0")
_WORD_AFTER = re.compile(r"[^\W_]+")
_WORD_BEFORE = re.compile(r"([^\W_]+)[ \u00a0]$")
#: fields whose words, just before a name, make it the name of a work or a team
_WORKS = frozenset({"sport", "food", "leisure"})


def other_name(start: int, end: int, wording: Wording) -> str:
    """The other name that `text[start:end]` of a field is part of, as written; "" where it is itself."""
    text = wording.part.text
    for left, right in wording.quoted:
        if left <= start and end <= right and (left < start or end < right):
            return text[left:right]
    if not _may_be_longer(start, end, wording):
        return ""
    first = wording.number_at.get(start)
    if first is None:
        return ""
    last = first
    while last + 1 < len(wording.words) and wording.words[last + 1].end <= end:
        last += 1
    begin, finish = _before(wording, first), _after(wording, last)
    # "Hurricane Odette": a common word is not a name that was lent.
    if (begin, finish) == (first, last) or wording.known(first):
        return ""
    return text[wording.words[begin].start : wording.words[finish].end]


def _may_be_longer(start: int, end: int, wording: Wording) -> bool:
    """A glance at the neighbours, which spares most places the reading of the text: a capital, a joiner, a kind of work."""
    text = wording.part.text
    after = _WORD_AFTER.match(text, end + 1) if text[end : end + 1] in _GAPS else None
    if after is not None and (after[0][0].isupper() or wording.field_of(after[0]) in _WORKS):
        return True
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        return False
    word = before[1]
    return word[0].isupper() or word in _JOINERS or word in _STREETS or wording.field_of(word) in _WORKS


def _after(wording: Wording, last: int) -> int:
    """The last word of a longer name that goes on behind ours."""
    words, at = wording.words, last + 1
    if at >= len(words) or not wording.joined(last, at):
        return last
    folded = words[at].folded
    if not words[at].is_capital:
        # "the Caribbean carnival in London", "the Havana nightclub": a kind of place or feast elsewhere.
        return at if words[last].is_capital and wording.known(at) in _WORKS else last
    if folded in _COMPANY or folded in _STREETS:
        return at
    # Of a demonym nothing is made but companies and streets: "Venezuelan PhD".
    if wording.shouting or not words[last].is_capital or words[last].folded in wording.lexicon.demonyms:
        return last
    return at if folded in _AFTER else _strangers(wording, last)


def _strangers(wording: Wording, last: int) -> int:
    """The end of the capitalised words behind a name, where no common word or institution is among them."""
    words, at = wording.words, last + 1
    if is_common(words[at].folded, wording.language):
        return last
    end = at
    while end + 1 < len(words) and wording.joined(end, end + 1) and words[end + 1].is_capital:
        end += 1
    kinds = [wording.known(number) for number in range(at, end + 1)]
    # "Caracas Mayor", "Haiti Prime Minister": a common word. "Venezuela Nicolás Maduro": names that are known.
    return last if any(kinds) or None not in kinds else end


def _before(wording: Wording, first: int) -> int:
    """The first word of a longer name that ours ends."""
    words, at = wording.words, first - 1
    while at >= 0 and words[at].folded in _JOINERS and wording.joined(at, at + 1):
        at -= 1
    if at < 0 or not wording.joined(at, at + 1):
        return first
    through = at < first - 1
    if (wording.known(at) in _WORKS and not through) or words[at].folded in _STREETS:
        return at
    own = words[first]
    if own.folded in wording.lexicon.demonyms:
        return first
    return at if own.is_capital and _is_stranger(wording, at, through=through) else first


def _is_stranger(wording: Wording, at: int, *, through: bool) -> bool:
    """Whether a word before ours is a name of its own: unknown, with a capital that no sentence's beginning explains."""
    word = wording.words[at]
    if not word.is_capital or word.is_number or wording.shouting or is_common(word.folded, wording.language):
        return False
    if word.folded in _BEFORE and not through:
        return True
    return wording.known(at) is None and (through or not wording.starts_sentence(at))


def borrowed(marks: Sequence[Mark], reading: Reading) -> dict[Mark, str]:
    """The marks that are part of another name, with that name.

    A word that a text first brings as part of another name is that name afterwards too ("Orinoco Ltd … Orinoco now expects").
    """
    found: dict[Mark, str] = {}
    for mark in marks:
        field, start, end = reading.page.span(mark.start, mark.end)
        if _in_imprint(mark, reading):
            found[mark] = reading.item.title[reading.wordings["title"].end :].strip(" -–—|")
        elif name := other_name(start, end, reading.wordings[field]):
            found[mark] = name
    spelled: dict[str, list[Mark]] = {}
    for mark in sorted(marks, key=lambda one: one.start):
        if not _in_imprint(mark, reading):
            spelled.setdefault(reading.page.text[mark.start : mark.end], []).append(mark)
    for same in spelled.values():
        body = [mark for mark in same if mark.start >= reading.page.title_end]
        named = [mark for mark in same if mark in found]
        if named and (body or same)[0] in found and 3 * len(named) >= len(same):
            found.update(dict.fromkeys(same, found[named[0]]))
    return found


def _in_imprint(mark: Mark, reading: Reading) -> bool:
    return reading.imprint <= mark.start < reading.page.title_end
