"""What speaks for and against an item belonging to a story, as numbers with names.

Likeness (of texts, of titles, of the words a story is made of) says that two texts are about one kind of event. Whether it is
the same event is said by who, where, when, how many and the how-manieth: each is counted as agreeing, as conflicting, or as
silent. The weights of all this are data (weights.json), fitted by bench/stories_fit.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from monitor.stories.frequencies import WHAT, WHEN, WHO, Frequencies, Values
from monitor.stories.signature import Signature
from monitor.stories.story import CORE, Member, Story, Sums

#: members looked at closely, the nearest by marks
NEAREST = 6
DAY = 86_400.0
#: nineteen of twenty reports of one event are as alike as this in what happened, nine of ten of two events less (bench/stories.py)
_SHARED = 0.15

NAMES = (
    "marks_nearest", "marks_top3", "marks_all", "words_nearest", "words_top3", "words_all", "title_nearest", "who_nearest", "who_all",
    "what_nearest", "what_all", "what_differ",
    "core_told", "item_told", "names_told", "names_core", "names_within", "title_names", "when_all", "numbers_agree", "numbers_rise",
    "numbers_differ",
    "places_agree", "places_differ", "days_agree", "days_differ", "ordinals_agree", "ordinals_differ", "people_agree", "people_differ",
    "size", "gap", "foreign", "bare", "length", "mass", "who_nearest*marks_nearest", "who_all*marks_all", "names_told*marks_all",
    "foreign*marks_nearest", "foreign*marks_all", "foreign*who_all", "foreign*names_told", "foreign*core_told", "bare*marks_nearest",
    "bare*marks_all", "bare*words_nearest", "bare*title_nearest", "bare*who_all", "bare*names_told", "bare*core_told",
    "length*marks_nearest", "length*marks_all", "length*words_all", "length*who_all", "length*names_told", "length*core_told",
    "foreign*what_differ", "bare*what_differ",
    "young*marks_nearest", "young*words_nearest", "young*who_nearest", "young*names_told",
)  # fmt: skip
_FACTORS = [(one, two) for one, _, two in (name.partition("*") for name in NAMES)]


def evidence(member: Member, story: Story, idf: Frequencies) -> dict[str, float]:
    """Every named term for one item and one story. Values lie between 0 and 1, but for size, gap and mass (logarithms)."""
    slate = idf.lay(member.keys, member.weights)
    try:
        told = _likeness(member, story, idf, slate)
    finally:
        idf.wipe(member.keys)
    told.update(_event(member, story, idf))
    return told


def _likeness(member: Member, story: Story, idf: Frequencies, slate: Values) -> dict[str, float]:
    """The terms of texts that are alike; `slate` has the item's weights by slot."""
    signature = member.signature
    marks, who, what = _by_member(member, story.members, idf, slate)
    nearest = sorted(range(len(marks)), key=lambda at: (-marks[at], at))[:NEAREST]
    close = [story.members[at] for at in nearest]
    alike = [marks[at] for at in nearest[:3]]
    same = sorted(
        (_words(slate, other) for other in close if other.signature.language == signature.language), reverse=True
    )[:3]
    words = story.words.get(signature.language)
    what_nearest = max(what[at] for at in nearest)
    told = {
        "marks_nearest": alike[0],
        "marks_top3": sum(alike) / len(alike),
        "words_nearest": same[0] if same else 0.0,
        "words_top3": sum(same) / len(same) if same else 0.0,
        "words_all": _words_all(slate, words) if words else 0.0,
        "who_nearest": max(who[at] for at in nearest),
        "what_nearest": what_nearest,
        "length": min(1.0, member.marks / 120),
        "title_nearest": max(_titles(member, other) for other in close),
        "size": math.log(story.size),
        "gap": math.log1p(min(max(signature.at - story.updated, 0.0) / DAY, 30.0)),
        "foreign": 0.0 if words else 1.0,
        "bare": 1.0 if signature.bare else 0.0,
        "mass": _mass(close[0], idf, slate),
        # names alone make no event: hardly anything of what happened is shared
        "what_differ": max(0.0, 1.0 - what_nearest / _SHARED),
    }
    told.update(_with_all(member, story, idf, slate))
    told.update(_named(member, story, idf, slate))
    return told


def _by_member(
    member: Member, others: Sequence[Member], idf: Frequencies, slate: Values
) -> tuple[list[float], list[float], list[float]]:
    """The likeness to each member of a story: by all marks, by names and places alone, by what happened alone."""
    keys = np.concatenate([other.keys[: other.marks] for other in others])
    weights = np.concatenate([other.weights[: other.marks] for other in others])
    owner = np.repeat(np.arange(0, 4 * len(others), 4), [other.marks for other in others])
    shared = np.bincount(owner + idf.kinds[keys], slate[keys] * weights, 4 * len(others)).reshape(-1, 4)
    marks, who, what = shared.sum(axis=1).tolist(), shared[:, WHO].tolist(), shared[:, WHAT].tolist()
    return (
        marks,
        [_ratio(one, member.who * other.who) for one, other in zip(who, others, strict=True)],
        [_ratio(one, member.what * other.what) for one, other in zip(what, others, strict=True)],
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _words(slate: Values, other: Member) -> float:
    return float(slate[other.keys[other.marks :]] @ other.weights[other.marks :])


def _words_all(slate: Values, sums: Sums) -> float:
    row = sums.rows[0]
    return _ratio(float(slate[sums.keys] @ row), math.sqrt(row @ row))


def _titles(one: Member, two: Member) -> float:
    get = two.title.get
    return sum([weight * get(key, 0.0) for key, weight in one.title.items()])


def _mass(other: Member, idf: Frequencies, slate: Values) -> float:
    marks = other.keys[: other.marks]
    return math.log1p(float(idf.idf(marks[slate[marks] > 0]).sum()))


def _with_all(member: Member, story: Story, idf: Frequencies, slate: Values) -> dict[str, float]:
    """An item beside the sums of a story's marks."""
    keys, (sums, names, _) = story.marks.keys, story.marks.rows
    length, who, what = story.lengths
    found, kinds = slate[keys], idf.kinds[keys]
    happened, squares = kinds == WHAT, found * found
    core = story.core()
    return {
        "marks_all": _ratio(float(found @ sums), length),
        "who_all": _ratio(float(found @ names), member.who * who),
        "what_all": _ratio(float(found[happened] @ sums[happened]), member.what * what),
        "core_told": _share(idf.idf(core), slate[core] > 0),
        "item_told": float(squares.sum()),
        "when_all": float(squares[kinds == WHEN].sum()),
    }


def _named(member: Member, story: Story, idf: Frequencies, slate: Values) -> dict[str, float]:
    """The names of the first sentences beside those of the story, and the other way round."""
    known, said = story.names, frozenset(member.names)
    core = [key for key, count in known.items() if count >= CORE * story.size]
    telling = idf.idf(np.array(core, np.int32))
    return {
        "names_told": _share(idf.idf(np.array(member.names, np.int32)), [key in known for key in member.names]),
        "names_core": _share(telling, [key in said for key in core]),
        "names_within": _share(telling, slate[core] > 0) if core else 0.0,
        "title_names": _share(
            idf.idf(np.array(member.title_names, np.int32)), [key in known for key in member.title_names]
        ),
    }


def _share(weights: Values, hits: Sequence[bool] | NDArray[np.bool_]) -> float:
    """The share of the weights that is hit; 0 where there are none."""
    return _ratio(float(weights @ np.asarray(hits, np.float64)), float(weights.sum()))


def _event(member: Member, story: Story, idf: Frequencies) -> dict[str, float]:
    """Who, where, when, how many, the how-manieth: agreeing, or differing."""
    signature = member.signature
    shared_places = [story.places[place] for place in signature.places if place in story.places]
    shared_days = sum(story.days[day] for day in signature.days)
    numbers, rising, differing = _numbers(signature, story)
    ordinal, other_ordinal = _ordinals(signature.ordinals, story)
    person, other_person = _people(signature.people, story, idf)
    return {
        "numbers_agree": numbers,
        "numbers_rise": rising,
        "numbers_differ": differing,
        "places_agree": max(shared_places, default=0) / max(1, story.placed),
        "places_differ": min(1.0, 2 * story.placed / story.size)
        if signature.places and story.places and not shared_places
        else 0.0,
        "days_agree": 1.0 if shared_days else 0.0,
        "days_differ": 1.0 if signature.days and story.days and not shared_days else 0.0,
        "ordinals_agree": ordinal,
        "ordinals_differ": other_ordinal,
        "people_agree": person,
        "people_differ": other_person,
    }


def _numbers(signature: Signature, story: Story) -> tuple[float, float, float]:
    """What is counted: as known; more of it in a later report, as a toll rises; or otherwise."""
    if not signature.numbers or not story.numbers:
        return 0.0, 0.0, 0.0
    shared = sum(1 for number in signature.numbers if number in story.numbers)
    highest: dict[str, float] = {}
    for number in story.numbers:
        concept, _, value = number.partition(":")
        highest[concept] = max(highest.get(concept, 0.0), float(value))
    others = [number.partition(":") for number in signature.numbers if number not in story.numbers]
    rising = sum(1 for concept, _, value in others if concept in highest and float(value) > highest[concept])
    falling = sum(1 for concept, _, value in others if concept in highest and float(value) < highest[concept])
    late = signature.at >= story.updated
    up, down = (rising, falling) if late else (falling, rising)
    return min(shared, 3) / 3, min(up, 2) / 2, (min(down, 2) / 2 if not shared else 0.0)


def _ordinals(ordinals: Mapping[str, frozenset[int]], story: Story) -> tuple[float, float]:
    """Bound to one concept: the same number, or only others ("the thirteenth shipment" and a story of the twelfth)."""
    agree = differ = 0.0
    for concept, values in ordinals.items():
        known = story.ordinals.get(concept)
        if not known:
            continue
        if any(value in known for value in values):
            agree = 1.0
        elif max(values) > 2 and max(known) > 1 and min(values) > 1:  # "first" and "second" number too many things
            differ = 1.0
    return agree, differ if not agree else 0.0


def _people(people: Mapping[str, frozenset[str]], story: Story, idf: Frequencies) -> tuple[float, float]:
    """The same full name, or one surname under other first names only; names that are everywhere count little."""
    agree = differ = 0.0
    for surname, firsts in people.items():
        known = story.people.get(surname)
        if known:
            weight = min(1.0, idf.idf_of(f"w:{surname}") / 5)
            if any(first in known for first in firsts):
                agree = max(agree, weight)
            else:
                differ = max(differ, weight)
    return agree, differ


def vector(told: Mapping[str, float]) -> list[float]:
    """The terms in the order of `NAMES`; "a*b" is a product, "young" is 1 for a story of one item and falls with its size."""
    known = {**told, "young": math.exp(-told["size"]), "": 1.0}
    return [known[one] * known[two] for one, two in _FACTORS]
