"""How much a development weighs for a subscription: whether it interrupts, and what goes first when not everything may.

The figures follow design/judgement §3.4 (TREC Real-Time Summarization's two modes: a push for what is relevant, new and timely,
a digest for the rest; silence is the default).
"""

from __future__ import annotations

from monitor.alerts.view import View
from monitor.model import Development, Kind, Reason

#: below it a development is not even in the digest
FLOOR = 0.35
#: a correction of what this channel was told, or a told figure that has moved by much, may weigh this much less and still interrupt
CORRECTION_RELIEF = 0.15
#: what the last interruption of a day must weigh beyond the threshold
DEAREST = 0.18
#: relative change of a told figure that makes the old one misleading
MUCH = 0.25
#: importance that breaks the gap between two alerts of one story: every correction and turn of a claim has it, of figures those of people
ESCALATES = 0.75
#: relative change of a figure that does so, where the story has several origins
LARGE_CHANGE = 0.5


def why_not(development: Development, view: View) -> Reason | None:
    """Why a development does not interrupt; None where it does."""
    subscription = view.subscription
    if development.id in view.urgent:
        return None
    if subscription.send == "digest" or not development.sure:
        return Reason.WAITING_FOR_DIGEST
    if development.kind is Kind.SOURCE or development.importance < _threshold(development, view):
        return Reason.BELOW_THRESHOLD
    if origins(development, view) < subscription.min_origins:
        return Reason.FEW_ORIGINS
    dear = development.importance < _threshold(development, view) + dearth(view)
    # What turns a story round (denied, confirmed, corrected) is never held for being merely the fifth news of a day.
    return Reason.BUDGET if dear and development.kind not in (Kind.STATUS, Kind.CORRECTION) else None


def dearth(view: View) -> float:
    """How much more than the threshold it takes to interrupt, the more of the day's budget is spent: .09 at half of it.

    Without it the first news of a busy day would spend what the best news needs.
    """
    spent = view.sent_today / view.subscription.max_per_day if view.subscription.max_per_day else 1.0
    return DEAREST * min(1.0, spent)


def _threshold(development: Development, view: View) -> float:
    threshold = view.subscription.threshold
    if corrects_what_was_told(development, view) or _outdates_what_was_told(development, view):
        return max(FLOOR, threshold - CORRECTION_RELIEF)
    return threshold


def corrects_what_was_told(development: Development, view: View) -> bool:
    """Whether this channel was told what is now corrected."""
    if development.kind is not Kind.CORRECTION:
        return False
    if development.replaces is not None:
        return development.replaces in view.told_developments
    return bool(view.knows(development.story).developments)


def _outdates_what_was_told(development: Development, view: View) -> bool:
    """Whether a figure that this channel was told has moved by much: what the reader knows is no longer so."""
    known = view.told_developments.get(development.replaces or "")
    return known is not None and relative_change(development) >= MUCH


def relative_change(development: Development) -> float:
    """How far a figure moved, relative to where it was; 0 for anything else."""
    old, new = development.old, development.new
    if development.kind is not Kind.FIGURE or isinstance(old, str | None) or isinstance(new, str | None):
        return 0.0
    return abs(new - old) / max(abs(old), 1.0)


def origins(development: Development, view: View) -> int:
    """How many independent origins vouch for its story: each wire and each publisher's family counts once."""
    story = view.stories.get(development.story)
    return len({*development.origins, *(story.origins if story else ())})


def breaks_gap(development: Development, view: View) -> bool:
    """Whether it is worth a second alert of its story before the gap is over."""
    if development.id in view.urgent:
        return True
    if development.importance < ESCALATES:
        return False
    large = relative_change(development) >= LARGE_CHANGE and origins(development, view) >= 2
    return large or development.kind in (Kind.STATUS, Kind.CORRECTION)


def gain(development: Development) -> float:
    """Orders developments: importance, then how many origins, then how new."""
    return development.importance + 0.03 * min(len(development.origins), 3) + 0.01 * development.novelty


def most_first(developments: tuple[Development, ...] | list[Development]) -> list[Development]:
    """In the order in which a reader should see them; a first report leads its story."""
    return sorted(developments, key=lambda one: (one.kind is not Kind.NEW_STORY, -gain(one), one.at, one.id))
