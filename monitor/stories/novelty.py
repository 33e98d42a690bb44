"""How new a sentence is to a story, and whether it is news at all: two questions, two small logistic models.

"New" and "news" pull in opposite directions (design/findings A3): background is even less like the history than news is. So one
model asks whether a sentence states a development (who says so, when, is it recalled, habitual, boilerplate), the other whether
what it states was said before (nearest sentence, coverage by the three nearest, share of unseen words, numbers and names).

The weights are data (`developments.json`), fitted by `bench/developments.py fit`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from monitor.stories.facts import Statement, Unit, statements
from monitor.stories.ledger import Known, Ledger, Memory, Near, covered, joined, pack
from monitor.stories.said import Answer, Matrix, Said, credit, question, weighed
from monitor.text.lexicon import Lexicon
from monitor.text.reading import read

_WEIGHTS = Path(__file__).with_name("developments.json")
Features = dict[str, float]
#: so that a sentence of one known word is not "wholly known"
_SMOOTH = 1.0


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: a bias, and a weight a feature."""

    bias: float
    weights: Mapping[str, float]

    def terms(self, features: Mapping[str, float]) -> dict[str, float]:
        """What each feature adds, largest first; features of no weight left out."""
        found = {name: weight * features.get(name, 0.0) for name, weight in self.weights.items()}
        return dict(sorted(((name, term) for name, term in found.items() if term), key=lambda pair: -abs(pair[1])))

    def __call__(self, features: Mapping[str, float]) -> float:
        """The probability, between 0 and 1."""
        z = self.bias + sum(weight * features.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@dataclass(frozen=True, slots=True)
class Models:
    """Both models and the one for importance, with the thresholds that go with them."""

    news: Model
    novel: Model
    importance: Model
    say: float
    possible: float


@lru_cache(maxsize=1)
def models() -> Models:
    """The shipped weights."""
    data = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
    read = {name: Model(data[name]["bias"], data[name]["weights"]) for name in ("news", "novel", "importance")}
    return Models(**read, say=data["say"], possible=data["possible"])


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence beside what was said before it."""

    features: Features
    nearest: tuple[Near, ...]
    #: how telling each of its units is in the story
    weights: list[float]


class Asked:
    """What the story (`ledgers[0]`), its neighbours and the item itself know of the item's sentences, looked up once for all of them."""

    def __init__(self, sentences: Sequence[Statement], ledgers: Sequence[Ledger]) -> None:
        self.ledgers = ledgers
        asked = question([one.units for one in sentences])
        self._bounds = asked.bounds
        self._answers = [ledger.said.ask(asked) for ledger in ledgers]
        self._weights = ledgers[0].said.weights(asked, self._answers[0])
        own = Said()
        own.add(asked)
        self._own = own.ask(asked)

    def weights(self, number: int) -> list[float]:
        """How telling each unit of a sentence is in the story."""
        return self._weights[self._bounds[number] : self._bounds[number + 1]]

    def known(self, number: int) -> list[Answer]:
        """What each ledger knows of a sentence."""
        return [answer.of(self._bounds[number], self._bounds[number + 1]) for answer in self._answers]

    def inside(self, number: int, before: int) -> Matrix:
        """How surely each of the item's first `before` sentences says each unit of a sentence."""
        columns = self._own.places < before
        found: Matrix = self._own.credits[self._bounds[number] : self._bounds[number + 1], columns]
        return found


def compare(
    statement: Statement, asked: Asked, number: int, before: int = 0, dated: tuple[float, float] | None = None
) -> Compared:
    """How much of a sentence, the `number`th that was asked for, was said before: in the story, its neighbours, or the first `before`.

    `dated` (timestamps) is when the first and the last day began that the sentence names: what was said earlier than a day
    cannot have told what happened on it.
    """
    answers, weights = asked.known(number), asked.weights(number)
    vector = np.array(weights)
    near = _nearest(asked.ledgers, answers, vector, dated)
    inside = asked.inside(number, before)
    own = (weighed(inside, vector) / (sum(weights) or 1.0)).tolist()
    seen = np.max([*(answer.counts for answer in answers), (inside > 0).any(axis=1)], axis=0).tolist()
    repeats = math.log1p(sum(_repeats(one) for one in near))
    features = {
        **_alike(statement, near, own, weights),
        **_unseen(statement.units, weights, seen, repeats),
        **_nearby(near),
        **_core(statement.units, vector, near, inside),
        **_since(near, own, dated),
        "repeats": repeats,
        "age": _age(near[0] if near else None, asked.ledgers[0]),
        "history": min(1.0, math.log1p(len(asked.ledgers[0])) / 5),
    }
    return Compared(features, tuple(near[:8]), weights)


def _nearest(
    ledgers: Sequence[Ledger], answers: Sequence[Answer], vector: Matrix, dated: tuple[float, float] | None
) -> list[Near]:
    """The sentences of all ledgers that are near, nearest first."""
    near = [
        one
        for ledger, answer in zip(ledgers, answers, strict=True)
        for one in ledger.near(answer, vector, dated[1] if dated else None)
    ]
    return sorted(near, key=lambda one: -(one.contained + one.alike))


def _alike(statement: Statement, near: Sequence[Near], own: list[float], weights: list[float]) -> Features:
    """How like earlier sentences it is, in its own language and in others, and how much of it they hold together."""
    contained = max([one.contained for one in near[:6]] + own, default=0.0)
    return {
        "alike_same": max((one.alike for one in near if one.known.language == statement.language), default=0.0),
        "alike_other": max((one.alike for one in near if one.known.language != statement.language), default=0.0),
        "contained": contained,
        "covered": max(covered(weights, near[:3]), contained),
    }


def _unseen(units: Sequence[Unit], weights: Sequence[float], seen: Sequence[float], repeats: float) -> Features:
    """How much of its words, numbers and names nobody has said; `seen` is how often each was."""
    unseen = [(u, w) for u, w, times in zip(units, weights, seen, strict=True) if not times]
    share = sum(w for _, w in unseen) / (sum(weights) or 1.0)
    loose = [w for u, w in unseen if u[0][0] != "#" and not u[0].startswith(("n:", "p:"))]
    return {
        "unseen": share,
        "unseen_mass": min(8.0, sum(loose)),
        "unseen_values": float(min(3, sum(u[0].startswith("#") for u, _ in unseen))),
        "unseen_names": float(min(3, sum(u[0].startswith(("n:", "p:")) for u, _ in unseen))),
        "unseen_concepts": min(4.0, sum(w for u, w in unseen if u[0].startswith("c:"))),
        # what is told over and over is told in ever other words: there, unseen words say less
        "unseen_repeats": share * repeats,
    }


def _nearby(near: Sequence[Near]) -> Features:
    """What the nearest sentences are: news, a title, and of how many items."""
    best = near[0] if near else None
    return {
        "near_news": best.known.news if best and best.alike > 0.3 else 0.0,
        "near_title": float(any(one.known.title and one.contained > 0.4 for one in near[:4])),
        "repeat_items": math.log1p(len({one.known.item for one in near if one.contained > 0.3 or one.alike > 0.35})),
    }


#: Likeness works like a step: above these middles hardly a sentence of a story is new (gold: 5 % beyond .5 contained, 70 % below .3).
_AGAIN = {"contained": 0.44, "alike_other": 0.47, "alike_same": 0.62, "core_contained": 0.64}
_STEEP = 18.0
#: what may be new in a sentence that says, for the rest, what was said
_NEWS_INSIDE = (
    "figure_change",
    "figure_other",
    "figure_fresh",
    "unseen_values",
    "quote_new",
    "status_change",
    "first_denial",
    "cue_correct",
)


#: what the plain novelty function looks at: words, numbers and names only, no place in an item and no manner of telling
PLAIN = (
    "alike_same alike_other contained covered unseen unseen_mass unseen_concepts unseen_values "
    "unseen_names core_contained core_pairs repeats repeat_items "
    "age unseen_repeats"
).split()


@lru_cache(maxsize=1)
def _plain() -> Model:
    data = json.loads(_WEIGHTS.with_name("novelty.json").read_text(encoding="utf-8"))
    return Model(data["bias"], data["weights"])


def features_of(statement: Statement, ledgers: Sequence[Ledger]) -> Features:
    """What the plain function sees of a sentence beside its history."""
    return compare(statement, Asked([statement], ledgers), 0).features


def novelty(sentence: str, history: Sequence[str], language: str, lexicon: Lexicon) -> tuple[float, dict[str, float]]:
    """How new a sentence is against earlier ones in the same language, between 0 and 1, with the terms that made the score.

    Callable alone: no story, no times. An empty history leaves nothing known: 1.
    """
    ledger = Ledger()
    for number, text in enumerate(history):
        known = statements(read(text, language, lexicon))
        sentences = tuple(
            Known(item=str(number), at=float(number), origin="", language=language, said=joined(one.units), news=1.0)
            for one in known
        )
        ledger.restore(pack(Memory(item=str(number), sentences=sentences)))
    found = statements(read(sentence, language, lexicon))
    if not found or not history:
        return 1.0, {}
    features = features_of(max(found, key=lambda one: len(one.units)), [ledger])
    return _plain()(features), _plain().terms(features)


def said_again(features: Mapping[str, float]) -> float:
    """How surely a sentence only repeats, between 0 and 1: alike beyond doubt, and no number, quotation or denial in it is new."""
    if any(features.get(name, 0.0) > 0 for name in _NEWS_INSIDE):
        return 0.0
    again = max(1 / (1 + math.exp(-_STEEP * (features[name] - middle))) for name, middle in _AGAIN.items())
    return again * (1 - min(1.0, 2 * features["fresh_first"]))


def _core(units: Sequence[Unit], weights: Matrix, near: Sequence[Near], inside: Matrix) -> Features:
    """How much of the names, concepts and numbers one sentence says, and how many pairs of them stood in one sentence before."""
    core = [at for at, unit in enumerate(units) if unit[0].startswith(("c:", "n:", "p:", "#"))]
    if not core:
        return {"core_contained": 1.0 if near and near[0].contained > 0.3 else 0.0, "core_pairs": 0.0}
    telling = weights[core]
    total = sum(telling.tolist()) + _SMOOTH
    hits = np.vstack([*(one.credits[core] for one in near[:10]), inside[core].T]) > 0
    best = max((weighed(hits.T, telling) / total).tolist(), default=0.0)
    both = np.triu(np.outer(telling, telling), 1)
    together = hits.T.astype(np.float64) @ hits > 0
    return {"core_contained": best, "core_pairs": float(both[together].sum()) / (float(both.sum()) or 1.0)}


def _since(near: Sequence[Near], own: Sequence[float], dated: tuple[float, float] | None) -> Features:
    """How little was said of it from the days on that the sentence names: nothing at all is 1."""
    if dated is None:
        return {"dated": 0.0, "fresh_day": 0.0, "fresh_first": 0.0}
    first, last = (1.0 - min(1.0, 2 * _said_since(near, own, day)) for day in dated)
    return {"dated": 1.0, "fresh_day": last, "fresh_first": first}


def _said_since(near: Sequence[Near], own: Sequence[float], day: float) -> float:
    return max([max(one.contained, one.alike) for one in near if one.known.at >= day] + list(own), default=0.0)


def _repeats(near: Near) -> bool:
    return near.contained > 0.25 or near.alike > 0.3


def _age(best: Near | None, story: Ledger) -> float:
    if best is None or not story.sentences:
        return 0.0
    return math.log1p(max(0.0, story.sentences[-1].at - best.known.at) / 3600) / 5


def manner(statement: Statement, title: Statement | None, number: int, *, bare: bool) -> Features:
    """How a sentence is told, apart from any history: what tells news from background. `bare`: it is a headline without a text."""
    found = statement.cues
    words = statement.text.split()
    features: Features = {f"cue_{name}": 1.0 for name in found if name in _CUES}
    features |= {
        "place": place_of(number),
        "lead": float(number == 0 and not bare),
        "short": float(len(words) < 7),
        "long": float(len(words) > 45),
        "question": float(statement.text.rstrip("\"'”»").endswith("?")),
        "quote": float(bool(statement.quotes)),
        "figures": float(min(3, sum(figure.bound for figure in statement.figures))),
        "grave": min(3.0, sum(field in _GRAVE for field in statement.fields)),
        "light": min(3.0, sum(field in _LIGHT for field in statement.fields)),
        "victims": float(any(figure.noun in _VICTIMS and figure.role in ("", "more") for figure in statement.figures)),
        "durations": float(any(figure.kind == "duration" for figure in statement.figures)),
        "names": float(min(4, len(statement.names))),
        "title": _share(statement, title),
        "no_body": float(bare),
        "told": float(bool(found & {"say", "claim", "deny", "confirm"})),
        "opinion": float(bool(_FIRST_PERSON & {word.strip(",.").lower() for word in words})),
        "parenthesis": float(statement.text.startswith("(")),
    }
    return features


def place_of(number: int) -> float:
    """How far down a sentence stands. Feeds carry a title and two lines: it may help, never decide (capped, and regularised in the fit)."""
    return min(0.6, number / 8)


_CUES = frozenset(
    "say claim rumour unverified deny confirm correct prior history nocomment boilerplate recap habit "
    "opinion change fresh expect update official independent against subset toll".split()
)
_GRAVE = frozenset({"conflict", "disaster", "diplomacy", "law", "crime", "elections", "politics"})
_LIGHT = frozenset({"society", "leisure", "food", "sport", "media"})
_VICTIMS = frozenset({"dead", "missing", "injured", "kidnapped", "arrested", "freed", "displaced", "evacuated"})
_FIRST_PERSON = frozenset(
    "we our us i my nosotros nuestro nuestra nuestros nuestras nous notre nos nossa nosso wij ons onze mij "
    "ik yo je".split()
) - {"je", "nos", "us"}


def _share(statement: Statement, title: Statement | None) -> float:
    """How much of the title a sentence says."""
    if title is None or not title.units:
        return 0.0
    return sum(credit(unit, statement.keys) for unit in title.units) / len(title.units)
