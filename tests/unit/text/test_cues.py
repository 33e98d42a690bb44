"""How a sentence is meant."""

from __future__ import annotations

import pytest

from monitor.errors import LexiconError
from monitor.text import cues
from monitor.text.cognates import cognate


@pytest.mark.parametrize(
    ("text", "language", "cue"),
    [
        ("Venezuela niega haber disparado", "es", "deny"),
        ("Caracas denied the report", "en", "deny"),
        ("le ministère a démenti", "fr", "deny"),
        ("o governo negou", "pt", "deny"),
        ("de regering ontkent", "nl", "deny"),
        ("it could not verify the number", "en", "unverified"),
        ("Correction: an earlier version of this article", "en", "correct"),
        ("Suscríbase a nuestro boletín", "es", "boilerplate"),
        ("Lire la suite", "fr", "boilerplate"),
        ("The White House did not immediately reply", "en", "nocomment"),
        ("US strikes a second boat", "en", "another"),
        ("al menos doce muertos", "es", "atleast"),
    ],
)
def test_a_cue_is_found_in_its_language(text, language, cue):
    assert cue in cues.names_in(text, language)


def test_a_cue_of_another_language_is_none():
    assert cues.names_in("Venezuela niega", "en") == frozenset()
    assert cues.names_in("Venezuela denies", "") == frozenset()


def test_a_table_with_a_bad_row_names_it(tmp_path):
    table = tmp_path / "cues.tsv"
    table.write_text("cue\ten\tes\tfr\tpt\tnl\ndeny\tdenies\tniega\n", encoding="utf-8")
    with pytest.raises(LexiconError, match=r"cues\.tsv.*line 2"):
        cues.load(table)


def test_cognates_share_a_key():
    assert cognate("misil") == cognate("missil")
    assert cognate("ataque")[:4] == cognate("attack")[:4]
    assert cognate("oil") == ""
