"""Quotations with their speakers: “…”, «…», "…" beside a verb of saying, in five languages.

A quotation is at least four words long: shorter ones are names and scare quotes. The speaker is what stands beside the verb of
saying, as written ("the deputy mayor, Amos Delva"); where no verb of saying stands near, there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.text.normal import fold

_QUOTED = re.compile(
    '“([^”\n]{12,600})”|«\\s?([^»\n]{12,600}?)\\s?»|"([^"\n]{12,600})"|„([^”“\n]{12,600})[”“]|(?<![\\w])‘([^’\n]{20,600})’(?!\\w)'
)
_LEAST_WORDS = 4
_PRONOUNS = frozenset("he she they il elle ele ela hij zij it who we i and".split())
_NO_START = frozenset("en sobre devant par in to on at for por para com em op tegen aux au ante que when after".split())
_NO_END = frozenset("has have had will ha han a ont avait tem heeft hebben".split())
_VERBS = (
    r"said|says|told|added|warned|declared|insisted|wrote|replied|asked|explained|stated|posted|tweeted|recalled|argued|noted|continued|tells"
    r"|dijo|dice|afirmó|afirma|aseguró|asegura|sostuvo|sostiene|advirtió|declaró|añadió|agregó|contó|respondió"
    r"|señaló|indicó|expresó|explicó|denunció|exclamó|escribió|manifestó|relató|insistió|lamentó|precisó"
    r"|a dit|dit|a déclaré|déclare|a affirmé|affirme|a lancé|a-t-il lancé|a-t-il dit|a-t-elle dit"
    r"|a-t-il déclaré|a-t-elle déclaré|a raconté|raconte|a expliqué|explique|a ajouté"
    r"|a averti|a assuré|a écrit|a répondu|a indiqué|a souligné|a prévenu|témoigne|estime"
    r"|disse|diz|afirmou|afirma|declarou|contou|conta|relatou|explicou|acrescentou|alertou|avisou|garantiu|escreveu|respondeu|lamentou|ressaltou"
    r"|zei|zegt|aldus|verklaarde|vertelde|vertelt|waarschuwde|schreef|voegde|reageerde|antwoordde|liet weten|stelde"
)
_AFTER = re.compile(
    rf"^\s?,?\s?(?:(?P<who>[^,.;:()\n]{{2,60}}?)\s(?:{_VERBS})\b|(?:{_VERBS})\b\s?(?P<later>[^.;:()\n]{{2,90}}))",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?P<who>[^.;()\n]{{2,120}}?)\s(?:{_VERBS})\b[^.;()\n]{{0,60}}[:,]?\s?$", re.IGNORECASE)
_TAIL = re.compile(
    r"\s+(?:in|on|at|after|during|who|en un|en una|en el|en la|tras|ante|durante|dans|devant|lors|que|em|num|numa"
    r"|in een|tijdens|op|a los|a las|a la|sobre|to|when|while|by|during)\b.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words somebody said: `text[start:end]` without the marks."""

    text: str
    speaker: str
    start: int
    end: int


def quotes(text: str) -> tuple[Quote, ...]:
    """The quotations of `text` in order."""
    found: list[Quote] = []
    for match in _QUOTED.finditer(text):
        group = next(number for number in range(1, 6) if match[number])
        said = match[group]
        if len(said.split()) >= _LEAST_WORDS:
            found.append(Quote(said.strip(" ,"), _speaker(text, match), match.start(group), match.end(group)))
    return tuple(found)


def _speaker(text: str, match: re.Match[str]) -> str:
    after = _AFTER.match(text[match.end() : match.end() + 160])
    if after:
        return _clean(after["who"] or after["later"] or "")
    line = max(text.rfind("\n", 0, match.start()), text.rfind(". ", 0, match.start()) + 1, match.start() - 200, 0)
    before = _BEFORE.search(text[line : match.start()])
    return _clean(before["who"]) if before else ""


def _clean(who: str) -> str:
    bare = _TAIL.sub("", who.strip(' ,\n“”«»"')).strip(" ,")
    if fold(bare).startswith(("a los ", "a las ", "a la ", "a un ")):  # Spanish; Portuguese "a diretora" is a speaker
        return ""
    words = fold(bare).split()
    named = (
        len(bare) > 2
        and not (len(words) == 1 and words[0] in _PRONOUNS)
        and words[0] not in _NO_START
        and words[-1] not in _NO_END
    )
    return bare if named else ""
