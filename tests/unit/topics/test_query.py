"""The query language as people write it: what it reads, what it prints, and what it says when it cannot."""

from __future__ import annotations

import pytest

from monitor.errors import QueryError
from monitor.topics.nodes import And, Figure, LanguageIs, Name, Near, Not, Or, Pattern, Phrase
from monitor.topics.query import doubts, parse, unparse


def test_two_words_side_by_side_mean_and():
    assert parse("maduro caracas") == parse("maduro AND caracas")


def test_and_binds_tighter_than_or():
    assert parse("a OR b c") == Or((Phrase("a"), And((Phrase("b"), Phrase("c")))))


def test_not_binds_tightest():
    assert parse("a NOT b") == And((Phrase("a"), Not(Phrase("b"))))


def test_parentheses_group():
    assert parse("(a OR b) c") == And((Or((Phrase("a"), Phrase("b"))), Phrase("c")))


def test_words_that_begin_like_operators_are_words():
    assert parse("ANDES") == Phrase("ANDES")
    assert parse("ORinoco NOTable") == And((Phrase("ORinoco"), Phrase("NOTable")))


def test_a_field_spreads_over_a_group():
    assert parse("title:(a OR b)") == parse("title:a OR title:b")


def test_every_kind_of_leaf_is_read():
    assert parse("NEAR/5(a (b OR c))") == Near(5, ((Phrase("a"),), (Phrase("b"), Phrase("c"))))
    assert parse("lang:es") == LanguageIs("es")
    assert parse('name:"Nicolás Maduro"') == Name("Nicolás Maduro")
    assert parse("figure:dead>10") == Figure("dead", ">", 10)
    assert parse('figure:"political prisoners">=1,000') == Figure("political prisoners", ">=", 1000)
    assert parse("/apag[oó]n/") == Pattern("apag[oó]n")


def test_typographic_quotation_marks_are_quotation_marks():
    assert parse("“fuerza armada”") == parse('"fuerza armada"')


QUERIES = [
    "*",
    "maduro",
    "guyan*",
    '"fuerza armada nacional"',
    "a AND b OR c AND NOT d",
    "(a OR b) AND NOT (c OR d AND e)",
    "NOT NOT x",
    'title:a AND body:"b c" AND feed:reuters AND lang:es',
    'NEAR/5(a (b OR "c d"))',
    "title:NEAR/3(a b)",
    'figure:dead>10 OR figure:injured<=2.5 OR figure:"prisoners"',
    "/a(b|c)+\\/x/ OR title:/foo/",
    'name:"Nicolás Maduro" OR in:"Puerto Rico" OR about:sport',
    "porte-avions OR d'armes OR EE.UU.",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_printed_and_read_again_is_the_same_query(query):
    assert parse(unparse(parse(query))) == parse(query)


ERRORS = [
    ("maduro AND", 10, "a word"),
    ("(a OR b", 7, ") was expected"),
    ("a)", 1, "a ( was expected"),
    ('a "b c', 2, "expected to end"),
    ("titel:x", 0, "did you mean title:?"),
    ("kick-off 10:30", 9, "quotation marks"),
    ("fo*o", 0, "at the end of a word"),
    ("a *x", 2, "at the end of a word"),
    ("/abc", 0, "expected to end with /"),
    ("a /(?=b)/", 2, "RE2"),
    ("NEAR/5(a)", 8, "a word"),
    ("title:feed:x", 0, "after title:"),
    ("lang:spanish", 0, "lang:es"),
    ("about:cats", 0, "one of"),
    ("figure:>3", 0, "figure:dead>10"),
    ("", 0, "a word"),
    ("NOT", 3, "a word"),
    ("-- OR b", 0, "letter or digit"),
    ("()", 1, "a word"),
]


@pytest.mark.parametrize(("query", "position", "expected"), ERRORS)
def test_an_error_shows_the_place_and_what_was_expected(query, position, expected):
    with pytest.raises(QueryError) as error:
        parse(query)
    assert error.value.position == position
    assert expected in error.value.expected
    shown = str(error.value).splitlines()
    assert shown[-1].index("^") - 4 == position


def test_an_error_in_a_long_query_shows_its_line():
    with pytest.raises(QueryError) as error:
        parse("a\nOR b\nOR OR c\nOR d")
    assert str(error.value).splitlines()[1:] == ["    OR OR c", "       ^"]


def test_an_operator_in_small_letters_and_a_very_short_prefix_are_doubted():
    assert doubts("cuba or haiti") == ("'or' is looked for as a word; the operator is OR",)
    assert doubts("a* OR cuba") == ("'a*' matches very many words",)
    assert doubts('cuba OR "trick or treat" OR guyan*') == ()
