"""What speaks for and against an item belonging to a story, as numbers with names.

Likeness (of texts, of titles, of the words a story is made of) says that two texts are about one kind of event. Whether it is
the same event is said by who, where, when, how many and the how-manieth: each is counted as agreeing, as conflicting, or as
silent. The weights of all this are data (weights.json), fitted by bench/stories_fit.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from monitor.stories.frequencies import Frequencies
from monitor.stories.signature import Signature
from monitor.stories.story import Member, Story, centroid_cosine, cosine, is_what, what_length

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


def evidence(member: Member, story: Story, idf: Frequencies) -> dict[str, float]:
    """Every named term for one item and one story. Values lie between 0 and 1, but for size, gap and mass (logarithms)."""
    signature = member.signature
    nearest = sorted(
        ((cosine(member.marks, other.marks), at) for at, other in enumerate(story.members)),
        key=lambda pair: (-pair[0], pair[1]),
    )[:NEAREST]
    close = [story.members[at] for _, at in nearest]
    alike = [score for score, _ in nearest[:3]]
    same = sorted(
        (cosine(member.words, other.words) for other in close if other.signature.language == signature.language),
        reverse=True,
    )[:3]
    words = story.words.get(signature.language)
    told = {
        "marks_nearest": alike[0],
        "marks_top3": sum(alike) / len(alike),
        "marks_all": centroid_cosine(member.marks, story.marks),
        "words_nearest": same[0] if same else 0.0,
        "words_top3": sum(same) / len(same) if same else 0.0,
        "words_all": centroid_cosine(member.words, words) if words else 0.0,
        "who_nearest": max(cosine(member.who, other.who) for other in close),
        "who_all": centroid_cosine(member.who, story.who),
        "what_nearest": max(_what(member, other.marks, other.what) for other in close),
        "what_all": _what(member, story.marks, what_length(story.marks)),
        "length": min(1.0, len(member.marks) / 120),
        "title_nearest": max(cosine(member.title, other.title) for other in close),
        "core_told": _share(story.core(), member.marks, idf),
        "item_told": sum(weight * weight for key, weight in member.marks.items() if key in story.holders),
        "names_told": _share(signature.names, story.names, idf),
        "names_core": _share(
            [key for key, count in story.names.items() if count >= 0.4 * story.size], signature.names, idf
        ),
        "names_within": _share(
            [key for key, count in story.names.items() if count >= 0.4 * story.size], member.marks, idf
        ),
        "title_names": _share([key for key in signature.title if key[0] in "nprw"], story.names, idf),
        "when_all": sum(
            weight * weight for key, weight in member.marks.items() if key[0] in "dy" and key in story.holders
        ),
        "size": math.log(story.size),
        "gap": math.log1p(min(max(signature.at - story.updated, 0.0) / DAY, 30.0)),
        "foreign": 0.0 if words else 1.0,
        "bare": 1.0 if signature.bare else 0.0,
        "mass": math.log1p(sum(idf.idf(key) for key in member.marks if key in close[0].marks)),
    }
    # names alone make no event: hardly anything of what happened is shared
    told["what_differ"] = max(0.0, 1.0 - told["what_nearest"] / _SHARED)
    told.update(_event(member, story, idf))
    return told


def _what(member: Member, marks: dict[str, float], length: float) -> float:
    """The likeness of what happened, names, places, days and numbers left out."""
    shared = sum(weight * marks.get(key, 0.0) for key, weight in member.marks.items() if is_what(key))
    return shared / (member.what * length) if member.what and length else 0.0


def _share(wanted: Iterable[str], found: Mapping[str, object] | frozenset[str], idf: Frequencies) -> float:
    """The share of the wanted keys that is found, weighed by idf; 0 where nothing is wanted."""
    total = hit = 0.0
    for key in wanted:
        weight = idf.idf(key)
        total += weight
        if key in found:
            hit += weight
    return hit / total if total else 0.0


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
            weight = min(1.0, idf.idf(f"w:{surname}") / 5)
            if any(first in known for first in firsts):
                agree = max(agree, weight)
            else:
                differ = max(differ, weight)
    return agree, differ


def vector(told: Mapping[str, float]) -> list[float]:
    """The terms in the order of `NAMES`; "a*b" is a product, "young" is 1 for a story of one item and falls with its size."""
    young = math.exp(-told["size"])
    return [_term(name, told, young) for name in NAMES]


def _term(name: str, told: Mapping[str, float], young: float) -> float:
    one, star, two = name.partition("*")
    first = young if one == "young" else told[one]
    return first * told[two] if star else first
