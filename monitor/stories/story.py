"""A story in memory: its members' signatures with their vectors, and what they have in common. No judgement here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from monitor.stories.embedded import Vector, total
from monitor.stories.signature import Signature

#: members whose vectors are kept for comparison; more of a long story are known by its centroid only
KEPT = 24
#: terms a centroid keeps
CENTROID = 160


@dataclass(frozen=True, slots=True)
class Member:
    """An item with its vectors, frozen on arrival."""

    signature: Signature
    words: dict[str, float]
    marks: dict[str, float]
    title: dict[str, float]
    #: names and places alone
    who: dict[str, float]
    #: the length of the rest: what happened, by concepts and cognates
    what: float = 0.0
    #: what a sentence model makes of it
    sense: Vector | None = None

    @property
    def item(self) -> str:
        """The item's id."""
        return self.signature.item


@dataclass(slots=True)
class Story:
    """Members in order of arrival, and sums over them. `weights` counts members (copies included) for size."""

    id: str
    number: int
    created: float
    members: list[Member] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    updated: float = 0.0
    marks: dict[str, float] = field(default_factory=dict)
    words: dict[str, dict[str, float]] = field(default_factory=dict)
    who: dict[str, float] = field(default_factory=dict)
    holders: Counter[str] = field(default_factory=Counter)
    names: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    ordinals: dict[str, Counter[int]] = field(default_factory=dict)
    people: dict[str, Counter[str]] = field(default_factory=dict)
    placed: int = 0
    size: int = 0
    sense: Vector | None = None

    def add(self, member: Member) -> None:
        """Takes a member in."""
        signature = member.signature
        self.members.append(member)
        self.items.append(member.item)
        self.updated = max(self.updated, signature.at)
        self.size += 1
        _sum(self.marks, member.marks)
        _sum(self.who, member.who)
        self.sense = total(self.sense, member.sense)
        _sum(self.words.setdefault(signature.language, {}), member.words)
        self.holders.update(member.marks.keys())
        self.names.update(signature.names)
        self.places.update(signature.places)
        self.numbers.update(signature.numbers)
        self.days.update(signature.days)
        self.placed += bool(signature.places)
        for concept, values in signature.ordinals.items():
            self.ordinals.setdefault(concept, Counter()).update(values)
        for surname, firsts in signature.people.items():
            self.people.setdefault(surname, Counter()).update(firsts)
        if len(self.members) > KEPT:
            # The first ones say what the event is, the last ones what it has become.
            del self.members[KEPT // 3]
        if len(self.marks) > 3 * CENTROID:
            self._prune()

    def reprint(self, signature: Signature) -> None:
        """Notes a copy: one item more, nothing to compare with."""
        self.items.append(signature.item)
        self.updated = max(self.updated, signature.at)

    def _prune(self) -> None:
        self.marks = dict(sorted(self.marks.items(), key=lambda pair: (-pair[1], pair[0]))[:CENTROID])
        self.holders = Counter({key: self.holders[key] for key in self.marks})
        self.who = {key: weight for key, weight in self.who.items() if key in self.holders}
        for language, sums in self.words.items():
            self.words[language] = dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:CENTROID])

    def core(self, share: float = 0.4) -> set[str]:
        """Marks that at least this share of the members hold."""
        need = max(1.0, share * self.size)
        return {key for key, count in self.holders.items() if count >= need}


def _sum(total: dict[str, float], vector: dict[str, float]) -> None:
    for key, weight in vector.items():
        total[key] = total.get(key, 0.0) + weight


def cosine(one: dict[str, float], two: dict[str, float]) -> float:
    """The product of two vectors of length one."""
    if len(one) > len(two):
        one, two = two, one
    get = two.get
    return sum(weight * get(key, 0.0) for key, weight in one.items())


def centroid_cosine(vector: dict[str, float], total: dict[str, float]) -> float:
    """The cosine of a vector of length one and a sum of vectors."""
    norm = math.sqrt(sum(weight * weight for weight in total.values()))
    return cosine(vector, total) / norm if norm else 0.0


def is_what(key: str) -> bool:
    """Whether a mark says what happened and not who, where, when or how many: a concept, a cognate."""
    return key[0] in "ck" and key[1] == ":"


def what_length(marks: dict[str, float]) -> float:
    """The length of a vector's part that says what happened."""
    return math.sqrt(sum(weight * weight for key, weight in marks.items() if is_what(key)))


def absorb(target: Story, source: Story) -> None:
    """Makes `source` part of `target`: members in order of time, sums added."""
    target.members = sorted([*target.members, *source.members], key=lambda member: (member.signature.at, member.item))
    while len(target.members) > KEPT:
        del target.members[KEPT // 3]
    target.items.extend(source.items)
    target.updated = max(target.updated, source.updated)
    target.created = min(target.created, source.created)
    target.size += source.size
    target.placed += source.placed
    _sum(target.marks, source.marks)
    _sum(target.who, source.who)
    target.sense = total(target.sense, source.sense)
    for language, sums in source.words.items():
        _sum(target.words.setdefault(language, {}), sums)
    for mine, theirs in (
        (target.holders, source.holders),
        (target.names, source.names),
        (target.places, source.places),
        (target.numbers, source.numbers),
    ):
        mine.update(theirs)
    target.days.update(source.days)
    for concept, values in source.ordinals.items():
        target.ordinals.setdefault(concept, Counter()).update(values)
    for surname, firsts in source.people.items():
        target.people.setdefault(surname, Counter()).update(firsts)
