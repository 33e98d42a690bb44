"""What holds for every text, news or not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from newsdesk import Desk, article, lexicon

from monitor.model import Kind, Match
from monitor.stories.judge import judge
from monitor.stories.memory import TopicMemory
from monitor.text.figures import read_figures
from monitor.text.lexicon import Lexicon
from monitor.text.reading import read

LANGUAGES = st.sampled_from(["en", "es", "fr", "pt", "nl", "", "de"])
WORDS = st.sampled_from(
    "five 5,000 5.000 1,5 millones dead muertos tués mortos doden said dijo “ ” « » . , ; : - – % $ € km/h 2026 F-16 no not "
    "de from to a of the los entre and y una docena hundred cent vingt quatre mil duizend half demi third tercera Venezuela Caracas \n".split(
        " "
    )
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=60).map(" ".join))


@given(TEXTS, LANGUAGES)
@settings(max_examples=150, deadline=None)
def test_every_figure_slices_to_its_words_in_order(text, language):
    found = read_figures(read(text, language, Lexicon()))
    assert all(0 <= one.start < one.end <= len(text) and one.low <= one.high for one in found)


@given(TEXTS, TEXTS, LANGUAGES)
@settings(max_examples=60, deadline=None)
def test_no_development_without_its_evidence_and_nothing_twice(title, text, language):
    desk = Desk()
    for one in desk.read(title, text, language, publisher="A"):
        source = title if one.span.field == "title" else text
        assert source[one.span.start : one.span.end] == one.text
        assert 0 <= one.importance <= 1
    size = len(desk.ledger)
    desk.ledger.add(desk.last)
    assert len(desk.ledger) == size


SENTENCES = st.lists(
    st.sampled_from(
        [
            "A blast at the El Palito refinery killed 5 workers on Tuesday, the company said.",
            "The blast at the El Palito refinery injured 12 firefighters, the ministry said.",
            "La explosión en la refinería El Palito dejó cinco muertos, informó la empresa.",
            "The National Assembly will vote on the refinery law on 12 April, its speaker said.",
            "Venezuela sent 3,000 soldiers to the border with Colombia, the defence minister said.",
        ]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)


@given(st.lists(SENTENCES, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_an_item_that_comes_again_adds_nothing_and_every_line_has_its_evidence(texts):
    memory = TopicMemory("t", lexicon())
    for number, text in enumerate([*texts, *texts], 1):
        item = article(number, f"News {text[0][:40]}", " ".join(text), publisher=f"Paper {number}")
        found, _ = judge(memory, item, Match(topic="t", score=1.0), item.first_seen)
        for one in found.developments:
            source = item.title if one.span.field == "title" else item.content
            assert source[one.span.start : one.span.end] == one.text
        if number > len(texts):
            assert [one for one in found.developments if one.kind is not Kind.SOURCE] == []
