"""A story in a line: extracted, or by a summariser that can state nothing it cannot prove."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsdesk import Desk, article

from monitor.model import Development, Span
from monitor.ports import Stated
from monitor.stories.summary import summary

TEXT = (
    "A blast at the El Palito refinery killed five workers on Tuesday, the company said. Twelve were injured, it said."
)


class Gossip:
    """Returns what it was told, and adds what nobody said."""

    def summarise(self, developments: Sequence[Development]) -> Sequence[Stated]:
        true = [Stated(one.text, one.span) for one in developments]
        return [Stated("Sabotage is suspected.", developments[0].span), *true, Stated("", developments[0].span)]


class Liar:
    """Cites places that do not say it, do not exist, or lie outside of the text."""

    def summarise(self, developments: Sequence[Development]) -> Sequence[Stated]:
        span = developments[0].span
        return [
            Stated("Fifty are dead.", span),
            Stated(developments[0].text, replace(span, item="another")),
            Stated(developments[0].text, replace(span, field="language")),
            Stated(TEXT[:3], Span(item=span.item, field="content", start=-len(TEXT), end=-len(TEXT) + 3)),
        ]


def news() -> list[Development]:
    return Desk().read("Blast at refinery", TEXT)


ITEMS = {"i1": article(1, "Blast at refinery", TEXT)}


def test_a_story_in_short_is_its_weightiest_sentence():
    (line,) = summary(news(), ITEMS)
    assert line.text == "A blast at the El Palito refinery killed five workers on Tuesday, the company said."
    assert ITEMS["i1"].content[line.span.start : line.span.end] == line.text


def test_a_summariser_says_only_what_stands_where_it_points():
    said = [line.text for line in summary(news(), ITEMS, Gossip())]
    assert said
    assert all(text in TEXT for text in said)


def test_a_summariser_that_proves_nothing_is_not_heard():
    assert summary(news(), ITEMS, Liar()) == summary(news(), ITEMS)


def test_a_story_without_developments_has_no_summary():
    assert summary([], ITEMS, None) == ()
