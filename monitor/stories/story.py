"""A story in memory: its members' signatures with their vectors, and what they have in common. No judgement here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from monitor.stories.embedded import Vector, total
from monitor.stories.frequencies import WHAT, WHO, Frequencies, Slots, Values
from monitor.stories.signature import Signature

#: members whose vectors are kept for comparison; more of a long story are known by its centroid only
KEPT = 24
#: terms a centroid keeps
CENTROID = 160
#: what this share of the members have is the core of a story
CORE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An item with its vectors, frozen on arrival; keys are slots of its topic's `Frequencies`."""

    #: without its words, marks, names and title: the vectors say the same
    signature: Signature
    #: marks, then words; both vectors are of length one
    keys: Slots
    weights: Values
    #: how many of the keys are marks
    marks: int
    #: places in `keys` of the strongest marks and of the strongest words, strongest first
    strongest: NDArray[np.int16]
    #: the marks of the title as a vector of length one
    title: dict[int, float]
    #: marks that name somebody or some place: in the title; in the title and the first sentences
    title_names: tuple[int, ...]
    names: tuple[int, ...]
    #: the lengths of two parts of the marks: names and places; what happened, by concepts and cognates
    who: float
    what: float
    #: what a sentence model makes of it
    sense: Vector | None = None

    @property
    def item(self) -> str:
        """The item's id."""
        return self.signature.item

    def renumber(self, new: Slots) -> Member:
        """The same with the slots that `new` has for the old ones."""
        return Member(
            self.signature,
            new[self.keys],
            self.weights,
            self.marks,
            self.strongest,
            {int(new[key]): weight for key, weight in self.title.items()},
            tuple(int(new[key]) for key in self.title_names),
            tuple(int(new[key]) for key in self.names),
            self.who,
            self.what,
            self.sense,
        )


class Sums:
    """Keys with numbers that are added up over members: a row a number, a column a key."""

    def __init__(self, rows: int) -> None:
        self.keys: Slots = np.empty(0, np.int32)
        self.rows: NDArray[np.float64] = np.empty((rows, 0))

    def add(self, keys: Slots, rows: NDArray[np.float64], idf: Frequencies) -> None:
        """Adds to the keys that are there, and takes in those that are not."""
        at = idf.places(keys, self.keys)
        fresh = at < 0
        self.rows[:, at[~fresh]] += rows[:, ~fresh]
        self.keys = np.append(self.keys, keys[fresh])
        self.rows = np.append(self.rows, rows[:, fresh], axis=1)

    def prune(self) -> None:
        """Keeps the largest by the first row."""
        kept = np.argsort(-self.rows[0], kind="stable")[:CENTROID]
        self.keys, self.rows = self.keys[kept], self.rows[:, kept]


@dataclass(slots=True)
class Story:
    """Members in order of arrival, and sums over them. `weights` counts members (copies included) for size."""

    id: str
    number: int
    created: float
    members: list[Member] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    updated: float = 0.0
    #: of each mark: the sum of its weights; the same over the vectors of names alone; how many members hold it
    marks: Sums = field(default_factory=lambda: Sums(3))
    #: language → the sums of its words
    words: dict[str, Sums] = field(default_factory=dict)
    names: Counter[int] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    numbers: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    ordinals: dict[str, Counter[int]] = field(default_factory=dict)
    people: dict[str, Counter[str]] = field(default_factory=dict)
    placed: int = 0
    size: int = 0
    sense: Vector | None = None
    #: the lengths of the sums of marks, of names alone, of what happened
    lengths: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def add(self, member: Member, idf: Frequencies) -> None:
        """Takes a member in."""
        signature = member.signature
        self.members.append(member)
        self.items.append(member.item)
        self.updated = max(self.updated, signature.at)
        self.size += 1
        marks, weights = member.keys[: member.marks], member.weights[: member.marks]
        who = np.where(idf.kinds[marks] == WHO, weights / (member.who or 1.0), 0.0)
        self.marks.add(marks, np.stack((weights, who, np.ones(len(marks)))), idf)
        words = self.words.setdefault(signature.language, Sums(1))
        words.add(member.keys[member.marks :], member.weights[np.newaxis, member.marks :], idf)
        self.names.update(member.names)
        self.sense = total(self.sense, member.sense)
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
        if len(self.marks.keys) > 3 * CENTROID:
            self.marks.prune()
            for sums in self.words.values():
                sums.prune()
        self.measure(idf)

    def measure(self, idf: Frequencies) -> None:
        """Notes how long the sums are."""
        all_, who = self.marks.rows[0], self.marks.rows[1]
        what = all_[idf.kinds[self.marks.keys] == WHAT]
        self.lengths = (math.sqrt(all_ @ all_), math.sqrt(who @ who), math.sqrt(what @ what))

    def reprint(self, signature: Signature) -> None:
        """Notes a copy: one item more, nothing to compare with."""
        self.items.append(signature.item)
        self.updated = max(self.updated, signature.at)

    def keys(self) -> Slots:
        """Every key of its sums."""
        return np.concatenate((self.marks.keys, *(sums.keys for sums in self.words.values())))

    def core(self) -> Slots:
        """Marks that many of the members hold."""
        found: Slots = self.marks.keys[self.marks.rows[2] >= max(1.0, CORE * self.size)]
        return found

    def renumber(self, new: Slots) -> None:
        """Follows its keys to their new slots."""
        self.members = [member.renumber(new) for member in self.members]
        for sums in (self.marks, *self.words.values()):
            sums.keys = new[sums.keys]
        self.names = Counter({int(new[key]): count for key, count in self.names.items()})


def absorb(target: Story, source: Story, idf: Frequencies) -> None:
    """Makes `source` part of `target`: members in order of time, sums added."""
    target.members = sorted([*target.members, *source.members], key=lambda member: (member.signature.at, member.item))
    while len(target.members) > KEPT:
        del target.members[KEPT // 3]
    target.items.extend(source.items)
    target.updated = max(target.updated, source.updated)
    target.created = min(target.created, source.created)
    target.size += source.size
    target.placed += source.placed
    target.marks.add(source.marks.keys, source.marks.rows, idf)
    target.sense = total(target.sense, source.sense)
    for language, sums in source.words.items():
        target.words.setdefault(language, Sums(1)).add(sums.keys, sums.rows, idf)
    target.names.update(source.names)
    for mine, theirs in ((target.places, source.places), (target.numbers, source.numbers)):
        mine.update(theirs)
    target.days.update(source.days)
    for concept, values in source.ordinals.items():
        target.ordinals.setdefault(concept, Counter()).update(values)
    for surname, firsts in source.people.items():
        target.people.setdefault(surname, Counter()).update(firsts)
    target.measure(idf)
