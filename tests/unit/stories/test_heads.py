"""Which stories have two heads, and which only tell one event in many ways."""

from __future__ import annotations

import numpy as np
import pytest
from newsdesk import article, lexicon

from monitor.model import Item
from monitor.stories.casing import Casing
from monitor.stories.cluster import Clusterer
from monitor.stories.heads import likeness, second_head, two_groups
from monitor.stories.reading import read_item
from monitor.stories.signature import sign

FERRY = (
    "The ferry Virgen del Valle sank off Margarita on Monday, the coast guard said. Forty people were aboard.",
    "Forty people were aboard the ferry Virgen del Valle when it sank off Margarita, the coast guard said on Monday.",
    "The coast guard searched for people of the ferry Virgen del Valle, which sank off Margarita with forty aboard.",
    "Divers of the coast guard reached the ferry Virgen del Valle, which sank off Margarita with forty people aboard.",
)
LOCUSTS = (
    "Swarms of locusts ate the maize near Guanare, the ministry of agriculture said. Six thousand hectares are lost.",
    "Six thousand hectares of maize near Guanare were lost to swarms of locusts, the ministry of agriculture said.",
    "The ministry of agriculture sent planes against the locusts that ate six thousand hectares of maize near Guanare.",
)


def story(*texts: str) -> tuple[Clusterer, str]:
    """Reports that were all put into one story, whatever they say."""
    return _of([article(number, f"Report {number}", text) for number, text in enumerate(texts)]), "st"


def _of(items: list[Item]) -> Clusterer:
    clusterer, casing = Clusterer(), Casing()
    for item in items:
        clusterer.put(clusterer.member(sign(read_item(item, lexicon()), casing, lexicon())), "st")
    return clusterer


def head(*texts: str) -> set[str]:
    clusterer, one = story(*texts)
    return set(second_head(clusterer, clusterer.stories[one]))


def test_two_events_in_one_story_are_two_heads_and_the_later_one_leaves():
    assert head(*FERRY[:3], *LOCUSTS) == {"i3", "i4", "i5"}
    assert head(LOCUSTS[0], FERRY[0], LOCUSTS[1], FERRY[1], LOCUSTS[2], FERRY[2]) == {"i1", "i3", "i5"}


def test_one_event_told_six_times_has_one_head():
    assert head(*FERRY, *(f"On Tuesday, {text[0].lower()}{text[1:]}" for text in FERRY[:2])) == set()


def test_one_event_in_two_languages_has_one_head():
    dutch = (
        "De veerboot Virgen del Valle zonk maandag bij Margarita, zei de kustwacht. Er waren veertig mensen aan boord.",
        "Veertig mensen waren aan boord van de veerboot Virgen del Valle toen die bij Margarita zonk, zei de kustwacht.",
        "De kustwacht zoekt naar mensen van de veerboot Virgen del Valle, die met veertig opvarenden bij Margarita zonk.",
    )
    mixed = [
        article(number, f"Report {number}", text, "en" if number < 3 else "nl")
        for number, text in enumerate((*FERRY[:3], *dutch))
    ]
    clusterer = _of(mixed)
    assert not second_head(clusterer, clusterer.stories["st"])


def test_one_stray_report_is_no_head():
    assert head(*FERRY, FERRY[0].replace("Forty", "More than forty"), LOCUSTS[0]) == set()


def test_a_story_of_five_is_not_asked_yet():
    assert head(*FERRY[:3], *LOCUSTS[:2]) == set()


def test_a_story_that_an_editor_had_in_hand_is_not_asked():
    clusterer, one = story(*FERRY[:3], *LOCUSTS)
    clusterer.handled.add(one)
    assert not second_head(clusterer, clusterer.stories[one])


def test_a_copy_that_comes_changes_nothing_and_asks_nothing():
    clusterer, one = story(*FERRY[:3], *LOCUSTS)
    clusterer.stories[one].reprint(clusterer.stories[one].members[0].signature)
    assert not second_head(clusterer, clusterer.stories[one])


def test_headlines_alone_part_no_story():
    headlines = [article(number, text.split(",")[0], "") for number, text in enumerate((*FERRY[:3], *LOCUSTS))]
    clusterer = _of(headlines)
    assert not second_head(clusterer, clusterer.stories["st"])


def test_parted_stories_have_what_they_would_have_had_alone():
    clusterer, one = story(*FERRY[:3], *LOCUSTS)
    move = clusterer.part(one, second_head(clusterer, clusterer.stories[one]), "other")
    assert (move.source, move.target, move.by, set(move.items)) == ("st", "other", "parted", {"i3", "i4", "i5"})
    kept, gone = clusterer.stories["st"], clusterer.stories["other"]
    assert (kept.size, gone.size, kept.number < gone.number) == (3, 3, True)
    assert clusterer.kept_apart("st", "other")
    ferry = clusterer.member(sign(read_item(article(9, "Ferry", FERRY[3]), lexicon()), Casing(), lexicon()))
    scores = {scored.story.id: scored.score for scored in clusterer.consider(ferry)}
    assert max(scores, key=lambda found: scores[found]) == "st"


def test_likeness_is_the_same_both_ways_and_greatest_with_oneself():
    clusterer, one = story(*FERRY[:2], *LOCUSTS[:2])
    alike = likeness(clusterer.stories[one].members)
    assert np.allclose(alike, alike.T)
    assert np.allclose(alike.diagonal(), 1.0)
    assert alike[0, 1] > alike[0, 2]


@pytest.mark.parametrize("seed", range(5))
def test_groups_are_those_of_average_linkage(seed: int):
    """Against the definition, without keeping sums."""
    points = np.random.default_rng(seed).normal(size=(9, 4))
    points /= np.linalg.norm(points, axis=1)[:, None]
    alike = points @ points.T
    groups = [[at] for at in range(9)]
    while len(groups) > 2:
        pairs = [(alike[np.ix_(groups[a], groups[b])].mean(), a, b) for a in range(len(groups)) for b in range(a)]
        _, a, b = max(pairs)
        groups[b] = sorted(groups[b] + groups.pop(a))
    assert sorted(two_groups(alike)) == sorted(groups)
