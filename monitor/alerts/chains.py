"""Chains of developments that replace one another for a reader: 3 dead, then 4, then 6; claimed, then confirmed.

A reader who was told nothing in between is told the last link only, with the value before the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.model import Development, Kind
from monitor.text.normal import fold

#: story, what is said about whom, and in which unit
Chain = tuple[str, str, str, str, str]
#: open ends of one chain that are looked at: a newsroom does not keep more values of one figure apart
OPEN = 20
_FIGURES = frozenset({Kind.FIGURE, Kind.CORRECTION})


def chain(development: Development) -> Chain | None:
    """Which chain a development is a link of; None where it stands alone."""
    about = (fold(development.noun or ""), fold(development.subject or ""), development.unit or "")
    if development.kind in _FIGURES and development.new is not None and any(about):
        return (development.story, "figure", *about)
    if development.kind is Kind.STATUS and development.status and any(about):
        return (development.story, "status", *about)
    return None


def superseded(owed: Sequence[Development]) -> dict[str, Development]:
    """By id: the owed developments (given oldest first) that a later one of them replaces, with the one that stands at last."""
    follower: dict[str, Development] = {}
    by_id: dict[str, Development] = {}
    links: dict[Chain, list[Development]] = {}
    for later in owed:
        link = chain(later)
        candidates = list(links.get(link, ())) if link is not None else []
        if later.replaces in by_id:
            candidates.append(by_id[later.replaces])
        for earlier in candidates:
            if earlier.id not in follower and _replaces(later, earlier):
                follower[earlier.id] = later
        by_id[later.id] = later
        if link is not None:
            # Only the open ends of a chain can be replaced, so that a long chain costs no more than a short one.
            links[link] = [*(one for one in links.get(link, ()) if one.id not in follower), later][-OPEN:]
    return {one: _last(after, follower) for one, after in follower.items()}


def _last(development: Development, follower: dict[str, Development]) -> Development:
    # Followers stand later in the list than what they follow, so this ends.
    while development.id in follower:
        development = follower[development.id]
    return development


def _replaces(later: Development, earlier: Development) -> bool:
    if earlier.kind is Kind.NEW_STORY or later.kind is Kind.SOURCE or (earlier.sure and not later.sure):
        return False
    if later.replaces == earlier.id:
        return True
    link = chain(earlier)
    if link is None or chain(later) != link:
        return False
    if link[1] == "status":
        return later.status_before == earlier.status
    return later.old is not None and later.old == earlier.new


def value_before(development: Development, gone: Iterable[Development]) -> float | str | None:
    """The old value as a reader of the last message knows it: that of the first link which was never told.

    `gone` are the superseded developments, oldest first.
    """
    old = development.old
    for earlier in reversed(list(gone)):
        if old is not None and earlier.new == old and chain(earlier) == chain(development) and earlier.old is not None:
            old = earlier.old
    return old


def says_what_was_told(development: Development, told: Iterable[Development]) -> bool:
    """Whether the same step of the same chain was told before, in another development (stories that were merged)."""
    link = chain(development)
    if link is None or development.kind is Kind.CORRECTION:
        return False
    step = (development.old, development.new, development.status)
    return any(chain(one) == link and (one.old, one.new, one.status) == step for one in told)
