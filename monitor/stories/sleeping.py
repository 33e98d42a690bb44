"""By what a story that left the memory is found again: the marks that weigh most in it, as hashes. Marks are shared by all languages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.model import Asleep, Remembered
from monitor.stories.frequencies import Frequencies, Values
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


def fallen_asleep(story: Story, idf: Frequencies) -> Asleep:
    """What is kept of a story for finding it: the strongest of its marks; the weights are those of a vector of length one."""
    sums = story.marks.rows[0]
    best = np.lexsort((idf.hashes[story.marks.keys], -sums))[:KEPT]
    weights = sums[best] / (story.lengths[0] or 1.0)
    hashes = idf.hashes[story.marks.keys[best]]
    return Asleep(story=story.id, keys=tuple(zip(hashes.tolist(), _rounded(weights), strict=True)))


def keys_of(member: Member, idf: Frequencies) -> dict[int, float]:
    """What an item asks the sleepers for."""
    marks = member.strongest[member.strongest < member.marks][:ASKED]
    return dict(zip(idf.hashes[member.keys[marks]].tolist(), _rounded(member.weights[marks]), strict=True))


def _rounded(weights: Values) -> list[float]:
    return [round(weight, 4) for weight in weights.tolist()]
