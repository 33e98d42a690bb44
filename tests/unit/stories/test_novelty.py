"""How new a sentence is, asked alone."""

from __future__ import annotations

from newsdesk import lexicon

from monitor.stories.novelty import novelty

HISTORY = [
    "US forces destroyed a boat off La Guaira on Tuesday night, killing five people.",
    "The defence secretary said the vessel was carrying drugs.",
    "Venezuela's president said 5,000 Igla-S missiles were in place.",
]


def score(sentence: str, language: str = "en", history: list[str] | None = None) -> float:
    return novelty(sentence, HISTORY if history is None else history, language, lexicon())[0]


def test_the_same_words_are_not_new():
    assert score(HISTORY[0]) < 0.1


def test_other_words_for_the_same_are_less_new_than_another_fact():
    again = score("Five people died when US forces blew up a boat near La Guaira on Tuesday.")
    fresh = score("Two US senators filed a resolution to stop further strikes without a vote in Congress.")
    assert again < 0.4
    assert fresh > 0.8


def test_everything_is_new_to_an_empty_history():
    assert score("Anything at all happened.", history=[]) == 1.0


def test_the_score_names_its_reasons():
    value, terms = novelty("Two senators filed a resolution.", HISTORY, "en", lexicon())
    assert 0 < value <= 1
    assert terms
