"""What a feed says of itself, held against what it does: a measure a poll, and a policy where it lies.

Nothing here is a verdict for ever in code: each policy is chosen by a rule from counts that fade (a poll weighs nine tenths of the one
after it), is kept in `FeedState.measures["policies"]` with its reason, and is shown by `monitor feeds`.

    identity    "link" or "text" instead of the guid: guids change at every poll, or several entries share one
    dates       "first seen" instead of the feed's: they lie in the future, move while the text stays, or are whole hours behind
    edits       "ignored": most entries change at every poll (a clock or a counter in the text)
    validators  "ignored": the server's ETag and Last-Modified stay the same while the body has new entries
    returns     "stay known": entries vanish and come back; shown so that nobody looks for an alert of them
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from monitor.model import FeedState

#: what a count of the poll before is still worth
FADE = 0.9
#: below so many cases no policy is chosen
ENOUGH = 10
#: how often validators must be caught before they are ignored
CAUGHT = 2
POLICIES = "policies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """What one poll's entries turned out to be, counted."""

    #: new identities, and those of them whose text was known
    fresh: int = 0
    churned: int = 0
    #: identities that were known, and those of them whose text had changed
    known: int = 0
    revised: int = 0
    #: new entries with a date, and those of them dated in the future
    dated: int = 0
    future: int = 0
    #: known entries whose date had moved by more than a minute while the text stayed
    redated: int = 0
    #: known entries that the poll before did not have
    returned: int = 0
    #: entries that share their guid with another text in the same poll
    sharing: int = 0
    #: whether every entry has a link of its own
    own_links: bool = True
    #: seconds between the date of each new entry and its first sight, where the poll before was a short time ago
    ages: tuple[float, ...] = ()


def policy(state: FeedState, about: str) -> str:
    """The policy chosen for a feed, or "" for the ordinary rule."""
    found = state.measures.get(POLICIES, {}).get(about, {})
    return str(found.get("value", "")) if isinstance(found, Mapping) else ""


def learned(state: FeedState, poll: Poll) -> dict[str, Any]:
    """The measures after a poll, with the policies that follow from them."""
    skip = bool(state.measures.get("new_identity"))  # by another identity everything looks churned once
    counts = _faded(state.measures.get("counts", {}), poll, skip)
    chosen = dict(state.measures.get(POLICIES, {}))
    skew = _skew(state.measures.get("skew", {}), poll.ages)
    chosen |= _identity(state, counts, poll) | _zone(skew) | _dates(counts)
    chosen = _returns(_edits(chosen, counts), counts)
    switched = chosen.get("identity") != state.measures.get(POLICIES, {}).get("identity")
    if switched:
        counts = {**counts, "fresh": 0.0, "churned": 0.0, "sharing": 0.0}
    return {"counts": counts, POLICIES: chosen, "new_identity": switched, "skew": skew}


def caught_validators(state: FeedState) -> dict[str, Any]:
    """The measures after the server named the same validators for a body with new entries."""
    times = int(state.measures.get("caught", 0)) + 1
    if times < CAUGHT:
        return {"caught": times}
    why = f"{times} times the body had changed under the same ETag or Last-Modified"
    chosen = {**state.measures.get(POLICIES, {}), "validators": _policy("ignored", why)}
    return {"caught": times, POLICIES: chosen}


def _policy(value: str, why: str) -> dict[str, str]:
    return {"value": value, "why": why}


def _faded(before: Mapping[str, Any], poll: Poll, skip: bool) -> dict[str, float]:
    now = {key: float(value) for key, value in asdict(poll).items() if key not in ("own_links", "ages")}
    if skip:
        now |= {"fresh": 0.0, "churned": 0.0, "sharing": 0.0}
    return {key: round(FADE * float(before.get(key, 0.0)) + value, 2) for key, value in now.items()}


def _identity(state: FeedState, counts: Mapping[str, float], poll: Poll) -> dict[str, Any]:
    better = "link" if poll.own_links and policy(state, "identity") == "" else "text"
    if counts["churned"] >= ENOUGH and counts["churned"] > 0.8 * counts["fresh"]:
        what = "links" if policy(state, "identity") == "link" else "guids"
        return {"identity": _policy(better, f"its {what} change while the texts stay")}
    if policy(state, "identity") == "" and counts["sharing"] >= ENOUGH:
        return {"identity": _policy(better, "several entries share one guid")}
    return {}


def _dates(counts: Mapping[str, float]) -> dict[str, Any]:
    if counts["future"] >= ENOUGH / 2 and counts["future"] > 0.5 * counts["dated"]:
        return {"dates": _policy("first seen", "most of its new entries are dated in the future")}
    if counts["redated"] >= 2 * ENOUGH and counts["redated"] > 0.5 * counts["known"]:
        return {"dates": _policy("first seen", "its dates move while the texts stay")}
    return {}


def _skew(before: Mapping[str, Any], ages: Iterable[float]) -> dict[str, int]:
    """How many new entries in a row came within half an hour after the same whole number of hours since their date."""
    hours, times = int(before.get("hours", 0)), int(before.get("times", 0))
    for age in ages:
        whole, rest = divmod(max(age, 0.0), 3600)
        if rest > 1800:
            hours, times = 0, 0
        elif whole == hours:
            times += 1
        else:
            hours, times = int(whole), 1
    return {"hours": hours, "times": times}


def _zone(skew: Mapping[str, int]) -> dict[str, Any]:
    # What is late for another reason is not late by the same hours each time.
    if skew["times"] >= ENOUGH and 1 <= skew["hours"] <= 14:
        return {
            "dates": _policy("first seen", f"its dates are {skew['hours']} h behind each time, as with a wrong zone")
        }
    return {}


def _edits(chosen: dict[str, Any], counts: Mapping[str, float]) -> dict[str, Any]:
    share = counts["revised"] / counts["known"] if counts["known"] else 0.0
    if counts["revised"] >= 3 * ENOUGH and share > 0.5:
        return {**chosen, "edits": _policy("ignored", f"{share:.0%} of its entries change at every poll")}
    if "edits" in chosen and share < 0.1:
        return {about: one for about, one in chosen.items() if about != "edits"}
    return chosen


def _returns(chosen: dict[str, Any], counts: Mapping[str, float]) -> dict[str, Any]:
    if counts["returned"] >= ENOUGH:
        return {**chosen, "returns": _policy("stay known", "entries that had vanished from it come back")}
    if counts["returned"] < 1:
        return {about: one for about, one in chosen.items() if about != "returns"}
    return chosen
