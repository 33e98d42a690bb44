"""What holds for every text, news or not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from newsdesk import Desk

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
