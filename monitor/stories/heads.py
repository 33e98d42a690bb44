"""A story that grew two heads: two groups of reports that hold together inside and that, asked as two stories, are not one.

Joining leans to too much (design/findings A7), so now and then an event is swallowed by another of its kind and grows inside it. When a
story reaches certain sizes, its members are grouped by likeness (average linkage, down to two groups), and the two are asked the question
that repair asks of any two stories: are you one? Below what would merge them they are parted, if every member, asked where it would go, goes
to its own head rather than to the other. What else was tried: docs/design.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.stories.cluster import Clusterer
from monitor.stories.story import KEPT, Member, Story

#: sizes at which a story is asked: often while it is young, and as long as all its members are at hand
ASKED = (6, 9, 13, 18, KEPT)
#: a head has at least so many members: one report that is unlike the others is no event of its own
LEAST = 2

Likeness = NDArray[np.float64]


def second_head(clusterer: Clusterer, story: Story) -> frozenset[str]:
    """The items of the head that came later; empty where a story has one head, or cannot be asked."""
    if not _can_be_asked(clusterer, story):
        return frozenset()
    members = story.members
    one, two = ([members[at] for at in group] for group in two_groups(likeness(members)))
    if min(len(one), len(two)) < LEAST or not _are_two(clusterer, one, two):
        return frozenset()
    later = max((one, two), key=lambda group: (group[0].signature.at, members.index(group[0])))
    return frozenset(member.item for member in later)


def _can_be_asked(clusterer: Clusterer, story: Story) -> bool:
    """Whether a report just came to a story of such a size, all of it is at hand, and no editor had it in hand."""
    members = story.members
    if story.size not in ASKED or len(members) != story.size or story.id in clusterer.handled:
        return False
    if story.items[-1] != members[-1].item:
        return False  # a copy came, and changed nothing
    # headlines alone say too little to part a story by
    return 2 * sum(member.signature.bare for member in members) <= len(members)


def _are_two(clusterer: Clusterer, one: Sequence[Member], two: Sequence[Member]) -> bool:
    """Whether repair would not make one of them, and every member goes to its own head rather than to the other."""
    heads = [_as_story(clusterer, group) for group in (one, two)]
    return (
        clusterer.pair_score(*heads) <= clusterer.weights.merge
        and _prefers(clusterer, one, heads[1])
        and _prefers(clusterer, two, heads[0])
    )


def _prefers(clusterer: Clusterer, members: Sequence[Member], other: Story) -> bool:
    """Whether each member would rather join the rest of its group than the other head."""
    for member in members:
        rest = _as_story(clusterer, [one for one in members if one is not member])
        if clusterer.score(member, other).score >= clusterer.score(member, rest).score:
            return False
    return True


def _as_story(clusterer: Clusterer, members: Sequence[Member]) -> Story:
    """Members as if they were a story of their own; it is in no index."""
    made = Story("", 0, members[0].signature.at)
    for member in members:
        made.add(member, clusterer.idf)
    return made


def likeness(members: Sequence[Member]) -> Likeness:
    """How alike any two members are: in one language by marks and words, in two by marks, as much on average as within one.

    Without that, the two groups that are least alike would be languages, whatever they tell.
    """
    marks = _products([(one.keys[: one.marks], one.weights[: one.marks]) for one in members])
    words = _products([(one.keys[one.marks :], one.weights[one.marks :]) for one in members])
    languages = np.array([one.signature.language for one in members])
    same = languages[:, None] == languages[None, :]
    both = (marks + words) / 2
    within, across = same & ~np.eye(len(members), dtype=bool), ~same
    if within.any() and across.any() and (foreign := marks[across].mean()) > 0:
        marks = marks * (both[within].mean() / foreign)
    found: Likeness = np.where(same, both, marks)
    return found


def _products(vectors: Sequence[tuple[NDArray[np.int32], NDArray[np.float64]]]) -> Likeness:
    keys = np.unique(np.concatenate([held for held, _ in vectors]))
    table = np.zeros((len(vectors), len(keys)))
    for row, (held, weights) in zip(table, vectors, strict=True):
        row[np.searchsorted(keys, held)] = weights
    products: Likeness = table @ table.T
    return products


def two_groups(alike: Likeness) -> tuple[list[int], list[int]]:
    """Places in two groups: the two that are most alike on average become one, until two are left. Earlier ones first where equal."""
    groups, sums = [[at] for at in range(len(alike))], alike.copy()
    while len(groups) > 2:
        sizes = np.array([len(group) for group in groups], float)
        means = np.tril(sums / np.outer(sizes, sizes) + 10.0, -1)  # the diagonal and above are never the largest
        later, earlier = divmod(int(means.argmax()), len(groups))
        groups[earlier] = sorted(groups[earlier] + groups.pop(later))
        sums[earlier] += sums[later]
        sums[:, earlier] += sums[:, later]
        sums = np.delete(np.delete(sums, later, 0), later, 1)
    return groups[0], groups[1]
