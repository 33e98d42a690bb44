"""Keys of a topic as numbers: what is known of them, and who holds them, through every renumbering."""

from __future__ import annotations

import numpy as np
import pytest
from newsdesk import article, lexicon

from monitor.stories.casing import Casing
from monitor.stories.cluster import Clusterer
from monitor.stories.frequencies import CAPACITY, WHAT, WHEN, WHO, Frequencies
from monitor.stories.postings import Postings
from monitor.stories.reading import read_item
from monitor.stories.signature import sign


def test_what_every_report_names_tells_less_than_what_one_report_names():
    seen = Frequencies()
    for number in range(50):
        seen.learn(seen.slots(["w:everywhere", f"w:only-{number}"]), at=float(number))
    everywhere, once, never = seen.idf(seen.slots(["w:everywhere", "w:only-7", "w:unheard"]))
    assert everywhere < once < never
    assert seen.idf_of("w:only-7") == pytest.approx(once)


def test_a_key_is_known_again_and_its_kind_says_who_what_or_when():
    seen = Frequencies()
    first = seen.slots(["p:haiti", "c:quake", "d:10-5", "v:7", "nl:wereld", "p:haiti"])
    assert seen.kinds[first].tolist() == [WHO, WHAT, WHEN, 0, 0, WHO]
    assert first[0] == first[5]
    assert seen.slots(["v:7", "c:quake"]).tolist() == [first[3], first[1]]


def test_when_keys_that_nobody_holds_are_given_up_those_held_or_common_keep_what_is_known_of_them():
    seen, held = Frequencies(), Postings()
    common, kept = seen.slots(["w:common", "c:quake"]), seen.slots(["r:a ship", "c:quake"])
    held.post("ferry", kept)
    for number in range(CAPACITY // 100 + 60):
        fresh = seen.slots([f"w:{number}-{one}" for one in range(100)])
        seen.learn(np.concatenate((common, fresh)), at=float(number))
    before, size = seen.idf(np.concatenate((common, kept))), len(seen)
    new = seen.renumber(kept)
    held.renumber(new, len(seen))
    assert len(seen) < size
    assert seen.slots(["w:common", "r:a ship", "c:quake"]).tolist() == [*new[common][:1], *new[kept]]
    assert seen.idf(new[np.concatenate((common, kept))]) == pytest.approx(before)
    assert held.shared(new[kept], np.array([0.5, 0.25])) == [("ferry", 0.75)]
    assert held.shared(new[common][:1], np.array([1.0])) == []


def test_a_story_that_left_is_found_no_more_and_its_place_is_free_for_the_next():
    held, keys = Postings(), np.arange(3, dtype=np.int32)
    for number in range(100):
        held.post(f"story {number}", keys[number % 3 :][:1])
    held.drop("story 3")
    held.post("a newcomer", keys[1:2])
    assert "story 3" not in dict(held.shared(keys, np.ones(3)))
    assert dict(held.shared(keys[1:2], np.ones(1)))["a newcomer"] == 1.0
    assert len(held.shared(keys, np.ones(3))) == 100


def test_an_item_that_is_being_placed_is_read_aright_while_sleeping_stories_come_and_go():
    texts = (
        "A strike closes the port of Maracaibo",
        "The ferry Aurora sinks off Trinidad",
        "The ferry Aurora is found",
    )
    slept, ferry, found = (
        sign(read_item(article(number, text, f"{text}, officials said."), lexicon()), Casing(), lexicon())
        for number, text in enumerate(texts)
    )
    plain, crowded = Clusterer(), Clusterer()
    crowded.put(crowded.member(slept, learn=False), "strike")
    crowded.drop("strike")
    scores = []
    for clusterer in (plain, crowded):
        item = clusterer.member(found)
        crowded.idf._room = 0
        clusterer.put(clusterer.member(ferry, learn=False), "ferry")
        scores.append(clusterer.consider(item)[0].score)
        clusterer.put(item, "ferry")
        clusterer.tidy()
        scores.append(clusterer.consider(clusterer.member(found, learn=False))[0].score)
    assert scores[:2] == pytest.approx(scores[2:])
