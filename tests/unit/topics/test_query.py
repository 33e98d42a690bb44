"""The query language as people write it: what it reads, what it prints, and what it says when it cannot."""

from __future__ import annotations

import pytest

from monitor.errors import QueryError
from monitor.text.lexicon import Lexicon
from monitor.topics.doubts import doubts, parts
from monitor.topics.nodes import And, Figure, LanguageIs, Name, Near, Not, Or, Pattern, Phrase
from monitor.topics.query import parse, unparse


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


@pytest.mark.parametrize(
    ("query", "doubt"),
    [
        ("maduro -béisbol", "the - of '-béisbol' says nothing here; write NOT béisbol"),
        ("+maduro", "the + of '+maduro' says nothing here; write maduro"),
        ("near/5(a b)", "'near/5' is looked for as a word; the operator is NEAR/5"),
        ("name:Atlantis", "'Atlantis' is no name of the lexicon, and is looked for as it is written"),
        (
            "in:Grenad",
            "'Grenad' is no name of the lexicon, and is looked for as it is written (did you mean 'Grenada'?)",
        ),
        ("covid-19 OR Guinea-Bissau OR in:Grenada", ""),
    ],
)
def test_what_other_search_engines_taught_is_doubted(query, doubt):
    words = Lexicon(aliases={"grenada": ("Grenada", "Granada")})
    assert doubts(query, words) == ((doubt,) if doubt else ())


def test_a_query_that_finds_nothing_is_taken_apart():
    assert parts("hurricanes Caribbean NOT sport") == ("hurricanes", "hurrican*", "Caribbean", "Caribbean*")
    assert parts('"fuerza armada" AND (a OR b)') == ('"fuerza armada"', "a OR b")
    assert parts("guyan*") == parts('"one phrase"') == ()


@pytest.mark.parametrize("quoted", ["“fuerza armada”", "«fuerza armada»", "„fuerza armada“"])
def test_the_quotation_marks_of_every_language_make_a_phrase(quoted):
    assert parse(quoted) == parse('"fuerza armada"')


def test_a_number_is_read_as_people_write_it_and_one_that_is_none_is_shown():
    assert parse("figure:dead>5.000") == parse("figure:dead>5,000") == parse("figure:dead>5000")
    assert parse("figure:percent>1,5") == parse("figure:percent>1.5")
    with pytest.raises(QueryError, match="a number such as 5000"):
        parse("figure:dead>1.2.3")
