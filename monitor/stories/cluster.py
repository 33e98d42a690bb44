"""Items to stories, one after another: candidates from an index, a score for each, the best one or a new story; now and then a repair.

The order of business: (1) postings from marks and words to stories give at most a dozen candidates; (2) each gets a score, a
weighted sum of the terms in `evidence` (log-odds that it is the story); (3) the best joins above the threshold. Joining too
much costs an alert little, splitting costs it repeats (design/findings A7), so the threshold leans to joining. Every twenty
items small stories are tried against their neighbours (4), since what two reports are may show only with the third.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from monitor.stories.embedded import TERM, Embedding, alike
from monitor.stories.evidence import NAMES, evidence, vector
from monitor.stories.frequencies import WHAT, WHO, Frequencies, Values
from monitor.stories.postings import Postings
from monitor.stories.signature import Signature
from monitor.stories.story import Member, Story, absorb

SHIPPED = Path(__file__).with_name("weights.json")
#: terms of an item that look for candidates, and the stories they may bring
QUERY, CANDIDATES = 60, 10
#: stories of at most so many members are tried against their neighbours, with so many of their members
SMALL, TRIED, NEIGHBOURS = 40, 6, 4
#: the terms of a pair of stories: those of an item, on average, and the size of the smaller one
PAIR_NAMES = (*NAMES, "smaller")
#: log-odds against "the thirteenth shipment" in a story of the twelfth. A rule, and not fitted: no set has enough of them
VETO = -5.0
#: log-odds where nothing is known
UNSEEN = -5.0


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds of an item belonging to a story (`terms`), and of two stories being one (`pair`); what is needed for either."""

    bias: float
    terms: tuple[float, ...]
    pair_bias: float = 0.0
    pair: tuple[float, ...] = ()
    join: float = 0.0
    merge: float = 0.0

    def score(self, values: Sequence[float]) -> float:
        """The log-odds of an item belonging to a story."""
        return self.bias + sum(weight * value for weight, value in zip(self.terms, values, strict=True))

    def pair_score(self, values: Sequence[float]) -> float:
        """The log-odds of two stories being one."""
        return (
            self.pair_bias + sum(weight * value for weight, value in zip(self.pair, values, strict=True))
            if self.pair
            else UNSEEN
        )


@lru_cache(maxsize=4)
def load_weights(path: Path = SHIPPED) -> Weights:
    """Reads weights.json; a term it does not name weighs nothing."""
    raw = json.loads(path.read_text(encoding="utf-8"))
    terms, pair = (
        tuple(float(raw[key].get(name, 0.0)) for name in names)
        for key, names in (("terms", NAMES), ("pair", PAIR_NAMES))
    )
    return Weights(float(raw["bias"]), terms, float(raw["pair_bias"]), pair, float(raw["join"]), float(raw["merge"]))


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate story with its score and the terms that made it."""

    story: Story
    score: float
    terms: dict[str, float]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an item went, and what else was considered, best first."""

    story: Story
    new: bool
    considered: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A repair: these items left one story for another, which is all of them ("repair") or a head of its own ("parted")."""

    items: tuple[str, ...]
    source: str
    target: str
    by: str = "repair"


@dataclass(slots=True)
class Clusterer:
    """The stories of one topic."""

    weights: Weights = field(default_factory=load_weights)
    idf: Frequencies = field(default_factory=Frequencies)
    #: an optional sentence model
    embedding: Embedding | None = None
    stories: dict[str, Story] = field(default_factory=dict)
    #: mark or "language:word" → the stories that hold it
    postings: Postings = field(default_factory=Postings)
    #: pairs of stories that an editor keeps apart, or that were parted
    apart: set[frozenset[str]] = field(default_factory=set)
    #: stories that an editor merged or split: what they are is not the program's to say any more
    handled: set[str] = field(default_factory=set)
    seen: int = 0
    _made: int = 0

    def member(self, signature: Signature, *, learn: bool = True) -> Member:
        """An item with its vectors; what it is made of is counted as seen, if it was not counted before."""
        texts = [*signature.marks, *(f"{signature.language}:{word}" for word in signature.words)]
        keys, marks = self.idf.slots(texts), len(signature.marks)
        if learn:
            self.idf.learn(keys, signature.at)
        weights = np.concatenate(
            (
                self.idf.weigh(keys[:marks], signature.marks.values()),
                self.idf.weigh(keys[marks:], signature.words.values()),
            )
        )
        slot = dict(zip(texts[:marks], keys[:marks].tolist(), strict=True))
        title = self.idf.slots(signature.title)
        kinds, own = self.idf.kinds[keys[:marks]], weights[:marks]
        return Member(
            # The vectors say what the counts said; both together would be half of what a topic holds.
            replace(signature, words={}, marks={}, title=(), names=frozenset(), sense=b""),
            keys,
            weights,
            marks,
            np.array(
                [*_strongest(texts[:marks], own), *(marks + at for at in _strongest(texts[marks:], weights[marks:]))],
                np.int16,
            ),
            dict(zip(title.tolist(), self.idf.weigh(title, [1.0] * len(title)).tolist(), strict=True)),
            tuple(slot[key] for key in signature.title if key[0] in "nprw"),
            tuple(slot[key] for key in sorted(signature.names)),
            _length(own[kinds == WHO]),
            _length(own[kinds == WHAT]),
            self.embedding.vector(signature.sense) if self.embedding else None,
        )

    def candidates(self, member: Member) -> list[Story]:
        """The stories that share most with an item, by the weights of its strongest terms."""
        keys, weights = member.keys[member.strongest], member.weights[member.strongest]
        found = self.postings.shared(keys, weights * weights)
        best = sorted(found, key=lambda pair: (-pair[1], self.stories[pair[0]].number))[:CANDIDATES]
        return [*(self.stories[story] for story, _ in best), *self._alike(member, {story for story, _ in best})]

    def _alike(self, member: Member, found: set[str]) -> list[Story]:
        """The stories that a sentence model finds most alike and the index does not; those in memory are few enough to ask them all."""
        if self.embedding is None or member.sense is None:
            return []
        more = [
            (cosine, -story.number, story)
            for story in self.stories.values()
            if story.id not in found and (cosine := alike(member.sense, story.sense) or 0.0) > self.embedding.neutral
        ]
        return [story for *_, story in sorted(more, key=lambda one: one[:2], reverse=True)[: self.embedding.candidates]]

    def _sensed(self, one: Member | Story, two: Story, told: dict[str, float]) -> float:
        """What a sentence model says for or against two things being one, in log-odds, noted in `told`; 0 where it has nothing to say."""
        cosine = alike(one.sense, two.sense) if self.embedding else None
        if self.embedding is None or cosine is None:
            return 0.0
        told[TERM] = self.embedding.worth(cosine)
        return told[TERM]

    def score(self, member: Member, story: Story) -> Scored:
        """How likely an item belongs to a story, and why."""
        told = evidence(member, story, self.idf)
        score = self.weights.score(vector(told)) + VETO * told["ordinals_differ"] + self._sensed(member, story, told)
        return Scored(story, score, told)

    def consider(self, member: Member) -> list[Scored]:
        """Every candidate with its score, best first."""
        scored = [self.score(member, story) for story in self.candidates(member)]
        return sorted(scored, key=lambda one: (-one.score, one.story.number))

    def place(self, member: Member, new_id: str) -> Placement:
        """Puts an item where it belongs: into its best story, or into a new one with the id `new_id`."""
        considered = self.consider(member)
        if considered and considered[0].score >= self.weights.join:
            self.put(member, considered[0].story.id)
            return Placement(considered[0].story, new=False, considered=tuple(considered))
        return Placement(self.put(member, new_id), new=True, considered=tuple(considered))

    def put(self, member: Member, story_id: str) -> Story:
        """Adds a member to a story, which is made if it does not exist."""
        story = self.stories.get(story_id)
        if story is None:
            self._made += 1
            story = self.stories[story_id] = Story(story_id, self._made, member.signature.at)
        story.add(member, self.idf)
        self.postings.post(story_id, member.keys)
        self.seen += 1
        return story

    def tidy(self) -> None:
        """Gives up the slots of keys that no story holds, if there are too many. Members that are in no story yet are worthless after it."""
        if self.idf.crowded:
            self._renumber()

    def _renumber(self) -> None:
        held = [np.empty(0, np.int32), *(story.keys() for story in self.stories.values())]
        held += [member.keys for story in self.stories.values() for member in story.members]
        held += [np.fromiter(story.names, np.int32, len(story.names)) for story in self.stories.values()]
        new = self.idf.renumber(np.concatenate(held))
        for story in self.stories.values():
            story.renumber(new)
        self.postings.renumber(new, len(self.idf))

    def merge(self, source: str, target: str) -> Move:
        """Makes one story part of another."""
        gone = self.stories.pop(source)
        self.postings.drop(source)
        items = tuple(gone.items)
        absorb(self.stories[target], gone, self.idf)
        self.postings.post(target, gone.keys())
        for pair in [pair for pair in self.apart if source in pair]:
            self.apart.discard(pair)
            self.apart.add(frozenset((pair - {source}) | {target}))
        if source in self.handled:
            self.handled.add(target)
        return Move(items, source, target)

    def part(self, source: str, items: Collection[str], target: str) -> Move:
        """Makes some items of a story one of their own; neither repair nor a later item makes the two one again."""
        whole = self.drop(source)
        for story_id, number in ((source, whole.number), (target, self._made + 1)):
            members = [one for one in whole.members if (one.item in items) == (story_id == target)]
            story = self.stories[story_id] = Story(story_id, number, members[0].signature.at)
            for member in members:
                story.add(member, self.idf)
                self.postings.post(story_id, member.keys)
            story.items = [item for item in whole.items if (item in items) == (story_id == target)]
        self._made += 1
        self.apart.add(frozenset((source, target)))
        return Move(tuple(self.stories[target].items), source, target, by="parted")

    def drop(self, story_id: str) -> Story:
        """Forgets a story. That an editor keeps it apart from another is not forgotten: it may come back."""
        self.postings.drop(story_id)
        return self.stories.pop(story_id)

    # ── repair ──

    def reconsider(self, story_id: str) -> Move | None:
        """Tries a small story as a whole against its neighbours: joins the one that its members, taken together, belong to."""
        story = self.stories.get(story_id)
        if story is None or story.size > SMALL:
            return None
        ranked = [(self.pair_score(story, other), -other.number, other.id) for other in self.neighbours(story)]
        best = max(ranked, default=None)
        return self._join(story_id, best[2]) if best is not None and best[0] >= self.weights.merge else None

    def neighbours(self, story: Story) -> list[Story]:
        """The stories that most of a story's members have for candidates; none that an editor keeps apart from it."""
        found: dict[str, int] = {}
        for member in story.members[:TRIED]:
            for place, other in enumerate(self.candidates(member)):
                found[other.id] = found.get(other.id, 0) + CANDIDATES - place
        kept = [one for one in found if one != story.id and not self.kept_apart(one, story.id)]
        best = sorted(kept, key=lambda one: (-found[one], self.stories[one].number))[:NEIGHBOURS]
        return [self.stories[one] for one in best]

    def pair_score(self, one: Story, two: Story) -> float:
        """The log-odds of two stories being one."""
        values = self.pair_vector(one, two)
        veto = VETO * values[NAMES.index("ordinals_differ")]
        return self.weights.pair_score(values) + veto + self._sensed(one, two, {})

    def pair_vector(self, one: Story, two: Story) -> list[float]:
        """What the members of the smaller story say of the larger one on average, and how many they are."""
        small, large = sorted((one, two), key=lambda story: (story.size, -story.number))
        rows = [vector(evidence(member, large, self.idf)) for member in small.members[:TRIED]]
        return [*(sum(column) / len(rows) for column in zip(*rows, strict=True)), math.log(small.size)]

    def agree(self, considered: Sequence[Scored]) -> Move | None:
        """An item that plainly belongs to two stories makes them one, if they are alike as a whole."""
        if len(considered) < 2:
            return None
        one, two = (scored.story.id for scored in considered[:2])
        if (
            min(scored.score for scored in considered[:2]) < self.weights.join
            or self.kept_apart(one, two)
            or not {one, two} <= self.stories.keys()
        ):
            return None
        return (
            self._join(one, two)
            if self.pair_score(self.stories[one], self.stories[two]) >= self.weights.merge
            else None
        )

    def _join(self, one: str, two: str) -> Move:
        """Merges into the older story, so that what was told of it stays where it is."""
        first, second = sorted((self.stories[one], self.stories[two]), key=lambda story: (story.created, story.number))
        return self.merge(second.id, first.id)

    def kept_apart(self, one: str, two: str) -> bool:
        """Whether an editor said, or a repair found, that these are two stories."""
        return frozenset((one, two)) in self.apart


def _strongest(texts: Sequence[str], weights: Values) -> list[int]:
    """The places of the strongest terms that look for candidates, strongest first."""
    order = sorted(zip((-weights).tolist(), texts, range(len(texts)), strict=True))
    return [at for _, _, at in order[:QUERY]]


def _length(vector_: Values) -> float:
    return math.sqrt(float(vector_ @ vector_))
