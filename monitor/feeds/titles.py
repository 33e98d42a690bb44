"""What a publisher puts before or behind every title ("… | El Universal", "BREAKING: …"), and titles without it.

It is taken off only where three things are sure: nine of ten distinct titles of a poll carry it, in two polls at least; a separator
sets it off; and it says who publishes (the feed's name or host) or one of a few words that mean only "news". A constant that may be
the subject ("… | Venezuela", "Elections: …") stays, however often it comes: what a topic asks for must not be stripped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from monitor.feeds.lies import POLICIES
from monitor.text.normal import fold

#: distinct titles that a poll must have, the share of them that carries it, and below which share it is given up
ENOUGH, SHARE, LOST = 10, 0.9, 0.5
#: polls in which it was seen before it is taken off
POLLS = 2
_REST = "…"
_BEGINS = re.compile(r"[^|:–—]{2,40}?\s*(?::|\s[|–—-])\s+(?=\S)")
_ENDS = re.compile(r"\s[|–—·-]\s[^|–—·]{2,40}$")
_NOT_WORDS = re.compile(r"[\W_]+")
_NEWS = frozenset(
    "breaking breakingnews news latestnews noticias ultimahora ultimasnoticias urgente dernièreheure actualités notícias nieuws".split()
)


def publisher_names(name: str, host: str) -> frozenset[str]:
    """What a publisher calls itself, in letters only: its host, parts of that, and the feed's name where it has a part in it.

    A feed may be named after its section ("Venezuela"), and that is a subject.
    """
    parts = {_letters(part) for part in host.split(".")[:-1] if len(part) > 3}
    names = {_letters(host), _letters(host.rpartition(".")[0])} | parts
    whole = _letters(name)
    return frozenset(names | {whole} if any(part in whole for part in parts) else names) - {""}


def learned_titles(
    measures: Mapping[str, Any], titles: Iterable[str], names: frozenset[str], before: Mapping[str, Any]
) -> dict[str, Any]:
    """`measures` with what is constant in these titles; `names` are the `publisher_names`, `before` the measures of the poll before."""
    distinct = list(dict.fromkeys(titles))
    chosen = dict(measures.get(POLICIES, {}))
    if len(distinct) < ENOUGH:
        return dict(measures)
    found, times = _constant(distinct, names)
    last = before.get("titles", {})
    polls = int(last.get("polls", 0)) + 1 if found and last.get("value") == found else 1
    if found and polls >= POLLS:
        chosen["titles"] = {"value": found, "why": f"{times} of {len(distinct)} titles have it"}
    elif "titles" in chosen and _share(distinct, str(chosen["titles"].get("value", ""))) < LOST:
        del chosen["titles"]
    return {**measures, POLICIES: chosen, "titles": {"value": found, "polls": polls}}


def without(title: str, constant: str) -> str:
    """`title` without what the policy names ("… | El Universal" or "BREAKING: …"); as it is where that would leave nothing."""
    if constant.startswith(_REST) and title.endswith(constant[1:]):
        short = title.removesuffix(constant[1:])
    elif constant.endswith(_REST) and title.startswith(constant[:-1]):
        short = title.removeprefix(constant[:-1])
    else:
        return title
    return short.strip() if len(short.split()) >= 2 else title


def _constant(titles: list[str], names: frozenset[str]) -> tuple[str, int]:
    """What nearly all of the titles carry and may lose, and how many do; "" where there is nothing such."""
    counts = Counter(one for title in titles for one in _candidates(title))
    for found, times in counts.most_common(2):
        if times >= SHARE * len(titles) and _says_nothing(found, names):
            return found, times
    return "", 0


def _candidates(title: str) -> list[str]:
    begins, ends = _BEGINS.match(title), _ENDS.search(title)
    found = [f"{begins[0]}{_REST}"] if begins else []
    return [*found, f"{_REST}{ends[0]}"] if ends else found


def _says_nothing(constant: str, names: frozenset[str]) -> bool:
    letters = _letters(constant)
    return letters in _NEWS_FOLDED or letters in names


def _share(titles: list[str], constant: str) -> float:
    return sum(without(title, constant) != title for title in titles) / len(titles)


def _letters(text: str) -> str:
    return _NOT_WORDS.sub("", fold(text))


_NEWS_FOLDED = frozenset(map(_letters, _NEWS))
