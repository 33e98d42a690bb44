"""What stories are measured against: simple groupings, with the threshold that is best in hindsight on each set.

TF-IDF     single pass: an item joins the story whose centroid it is most alike, by cosine of title and text, words as stems,
           weighed by how rare they were until then; stories silent for a week take nothing more
titles     single pass: an item joins the story of the title that shares most of its words (Jaccard of stems)
all alone, all one
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from monitor.model import Item
from monitor.text.stems import stem
from monitor.text.tokens import tokens

WEEK = 7 * 86_400


def words(text: str, language: str) -> Counter[str]:
    return Counter(stem(token.text, language) for token in tokens(text) if len(token.text) > 2)


class Texts:
    """The words of a set's items, read once."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.ids = [item.id for item in items]
        self.at = [item.first_seen.timestamp() for item in items]
        self.titles = [frozenset(words(item.title, item.language)) for item in items]
        self.bags = [words(f"{item.title}\n{item.content or item.summary}", item.language) for item in items]


@dataclass
class Centroid:
    """The sum of a story's vectors."""

    words: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    last: float = 0.0


def tfidf(texts: Texts, least: float) -> dict[str, str]:
    """item → story by single-pass TF-IDF."""
    frequency: Counter[str] = Counter()
    stories: list[Centroid] = []
    holding: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[str, str] = {}
    for number, (item, at, bag) in enumerate(zip(texts.ids, texts.at, texts.bags, strict=True), 1):
        frequency.update(bag.keys())
        vector = _unit({word: (1 + math.log(n)) * math.log(1 + number / frequency[word]) for word, n in bag.items()})
        best, score = _nearest(vector, stories, holding, at)
        if score < least:
            best = len(stories)
            stories.append(Centroid())
        for word, weight in vector.items():
            if word not in stories[best].words:
                holding[word].append(best)
            stories[best].words[word] += weight
        stories[best].last = at
        found[item] = str(best)
    return found


def _unit(vector: dict[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {word: weight / length for word, weight in vector.items()}


def _nearest(
    vector: Mapping[str, float], stories: Sequence[Centroid], holding: Mapping[str, list[int]], at: float
) -> tuple[int, float]:
    dots: defaultdict[int, float] = defaultdict(float)
    for word, weight in vector.items():
        for story in holding.get(word, ()):
            if stories[story].last >= at - WEEK:
                dots[story] += weight * stories[story].words[word]
    lengths = {story: math.sqrt(sum(w * w for w in stories[story].words.values())) for story in dots}
    best = max(dots, key=lambda story: (dots[story] / lengths[story], -story), default=-1)
    return best, dots[best] / lengths[best] if dots else 0.0


def titles(texts: Texts, least: float) -> dict[str, str]:
    """item → story by the likest title before it."""
    holding: defaultdict[str, list[int]] = defaultdict(list)
    found: dict[str, str] = {}
    for number, (item, title) in enumerate(zip(texts.ids, texts.titles, strict=True)):
        shared = Counter(other for word in title for other in holding[word])
        likeness = {other: n / (len(title) + len(texts.titles[other]) - n) for other, n in shared.items()}
        best = max(likeness, key=lambda other: (likeness[other], -other), default=-1)
        found[item] = found[texts.ids[best]] if best >= 0 and likeness[best] >= least else item
        for word in title:
            holding[word].append(number)
    return found


def alone(texts: Texts, _: float) -> dict[str, str]:
    return {item: item for item in texts.ids}


def together(texts: Texts, _: float) -> dict[str, str]:
    return dict.fromkeys(texts.ids, "one")


Group = Callable[[Texts, float], dict[str, str]]
THRESHOLDS = tuple(at / 20 for at in range(2, 13))
BASELINES: dict[str, tuple[Group, tuple[float, ...]]] = {
    "TF-IDF": (tfidf, THRESHOLDS),
    "titles": (titles, THRESHOLDS),
    "all alone": (alone, (0.0,)),
    "all one": (together, (0.0,)),
}


def baselines(texts: Texts, scored: Callable[[Mapping[str, str]], float]) -> dict[str, dict[str, str]]:
    """Each baseline's best grouping of a set; its name says the threshold."""
    found = {}
    for name, (group, thresholds) in BASELINES.items():
        made = {least: group(texts, least) for least in thresholds}
        least = max(made, key=lambda least: scored(made[least]))
        found[f"{name} ≥ {least:g}" if least else name] = made[least]
    return found
