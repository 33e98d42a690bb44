"""Who said what, in five languages' marks and verbs."""

from __future__ import annotations

import pytest

from monitor.text.quotes import quotes


@pytest.mark.parametrize(
    ("text", "said", "speaker"),
    [
        ("“They went from door to door,” said Amos Delva, the mayor.", "They went from door to door", "Amos Delva, the mayor"),
        ("«Fueron de puerta en puerta», contó el vicealcalde, Amos Delva.", "Fueron de puerta en puerta", "el vicealcalde, Amos Delva"),
        ("« Ils sont passés de porte en porte », a raconté l'adjoint au maire.", "Ils sont passés de porte en porte", "l'adjoint au maire"),
        ("“Vamos retomar tudo amanhã cedo”, disse a diretora Paula Lima.", "Vamos retomar tudo amanhã cedo", "a diretora Paula Lima"),
        ("“We laten de tank leegbranden”, zei commandant Koeiman.", "We laten de tank leegbranden", "commandant Koeiman"),
        ('The energy minister said: "We start again from zero today."', "We start again from zero today.", "The energy minister"),
    ],
)  # fmt: skip
def test_a_quotation_has_its_words_and_its_speaker(text, said, speaker):
    (quote,) = quotes(text)
    assert (quote.text, quote.speaker) == (said, speaker)
    assert said in text[quote.start : quote.end]


def test_scare_quotes_and_names_of_things_are_no_quotations():
    assert quotes("The “maximum pressure” policy and the ship “Saint Lucy” were mentioned.") == ()


def test_a_pronoun_is_no_speaker():
    (quote,) = quotes("“We will not ask permission,” he told reporters.")
    assert quote.speaker == ""
