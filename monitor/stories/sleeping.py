"""By what a story that left the memory is found again: the marks that weigh most in it, as hashes. Marks are shared by all languages."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import xxhash

from monitor.model import Asleep, Remembered
from monitor.stories.story import Member, Story

#: marks that a sleeping story is found by, and marks of an item that look for one
KEPT, ASKED = 32, 48
#: the least product of both vectors at which a sleeper is worth reading back, and how many of them are read at once. A cheap
#: first look: whether the item belongs to it is decided by the same score as for every other story
ALIKE, MOST = 0.15, 2

#: keys, least product, most stories, stories that are awake → their rows
Find = Callable[[Mapping[int, float], float, int, Collection[str]], Sequence[Remembered]]
#: an item → the rows of its story
FindItem = Callable[[str], Sequence[Remembered]]


@dataclass(frozen=True, slots=True)
class Sleepers:
    """Where stories are that left the memory: two questions to the store."""

    alike: Find
    holding: FindItem


def fallen_asleep(story: Story) -> Asleep:
    """What is kept of a story for finding it."""
    return Asleep(story=story.id, keys=tuple(_strongest(story.marks, KEPT).items()))


def keys_of(member: Member) -> dict[int, float]:
    """What an item asks the sleepers for."""
    return _strongest(member.marks, ASKED)


def _strongest(marks: Mapping[str, float], most: int) -> dict[int, float]:
    """The strongest marks as hashes; the weights are those of a vector of length one before the rest was cut."""
    norm = math.sqrt(sum(weight * weight for weight in marks.values())) or 1.0
    best = sorted(marks.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    # SQLite's integers have a sign
    return {xxhash.xxh3_64_intdigest(key.encode()) >> 1: round(weight / norm, 4) for key, weight in best}
