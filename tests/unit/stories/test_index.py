"""The index of stories: what is gone is no candidate, whatever is still posted of it."""

from __future__ import annotations

from newsdesk import article, lexicon

from monitor.stories.casing import Casing
from monitor.stories.cluster import Clusterer
from monitor.stories.reading import read_item
from monitor.stories.signature import sign
from monitor.stories.story import KEPT


def test_a_report_like_one_that_a_long_story_kept_no_longer_finds_nothing_once_the_story_is_gone():
    clusterer, casing = Clusterer(), Casing()
    words = [f"zarko{'abcdefghijklmnopqrstuvwxyz'[number]}mel" for number in range(KEPT + 2)]
    reports = [
        article(number, f"Ferry sinks {word}", f"The ferry sank near {word}.") for number, word in enumerate(words)
    ]
    members = [clusterer.member(sign(read_item(report, lexicon()), casing, lexicon())) for report in reports]
    for member in members:
        clusterer.put(member, "ferry")
    assert [story.id for story in clusterer.candidates(members[KEPT // 3])] == ["ferry"]
    clusterer.drop("ferry")
    assert all(clusterer.candidates(member) == [] for member in members)
