"""Laws that hold for every query and every text."""

from __future__ import annotations

from desk import item, matcher
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.text.normal import fold, spaced
from monitor.topics.nodes import (
    And,
    Everything,
    FeedIs,
    Figure,
    LanguageIs,
    Name,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
)
from monitor.topics.query import parse, unparse

WORDS = ("maduro", "caracas", "béisbol", "guyana", "Curaçao", "EE.UU.", "porte-avions", "ANDES", "ORO", "国", "d'armes")
word = st.sampled_from(WORDS)
plain = st.builds(
    Phrase, st.builds(lambda text, star: text + star, word.filter(str.isalpha), st.sampled_from(("", "*")))
)
quoted = st.builds(lambda words: Phrase(" ".join(words), quoted=True), st.lists(word, min_size=1, max_size=3))
phrase = plain | quoted
placed = st.builds(
    lambda one, field: Phrase(one.text, field, quoted=one.quoted), phrase, st.sampled_from(("", "title", "body"))
)
near = st.builds(
    lambda distance, parts: Near(distance, tuple(tuple(part) for part in parts)),
    st.integers(0, 20),
    st.lists(st.lists(phrase, min_size=1, max_size=2), min_size=2, max_size=3),
)
leaf = (
    placed
    | near
    | st.builds(Pattern, st.sampled_from(("a+b", "apag[oó]n", "a/b", "x|y")))
    | st.builds(Name, word)
    | st.builds(FeedIs, word)
    | st.builds(LanguageIs, st.sampled_from(("es", "fr")))
    | st.builds(
        Figure,
        st.sampled_from(("dead", "political prisoners")),
        st.sampled_from((">", "<=", "=")),
        st.integers(0, 10**6).map(float),
    )
    | st.just(Everything())
)


def flat(kind: type[And | Or], parts: list[Query]) -> Query:
    found: list[Query] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(found))


queries = st.recursive(
    leaf,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: flat(And, parts))
        | st.lists(inner, min_size=2, max_size=3).map(lambda parts: flat(Or, parts))
    ),
    max_leaves=12,
)
texts = st.lists(st.sampled_from((*WORDS, "el", "dijo", "a", "b", "12 dead", ",", ".")), max_size=15).map(" ".join)


@settings(deadline=None)
@given(queries)
def test_a_query_printed_and_read_again_is_the_same_query(query):
    assert parse(unparse(query)) == query


@settings(max_examples=50, deadline=None)
@given(queries, texts, texts)
def test_not_not_x_is_x(query, title, text):
    one = bool(matcher(unparse(query)).match(item(title, text, language="es")))
    assert bool(matcher(unparse(Not(Not(query)))).match(item(title, text, language="es"))) == one
    assert bool(matcher(unparse(Not(query))).match(item(title, text, language="es"))) != one


@settings(max_examples=50, deadline=None)
@given(queries, queries, texts)
def test_de_morgan(left, right, text):
    story = item(text, text, language="fr")
    one = bool(matcher(unparse(Not(flat(Or, [left, right])))).match(story))
    assert bool(matcher(unparse(flat(And, [Not(left), Not(right)]))).match(story)) == one


@settings(max_examples=50, deadline=None)
@given(queries, texts, texts)
def test_every_place_that_is_reported_lies_in_the_item_and_the_score_between_0_and_1(query, title, text):
    story = item(title, text)
    for match in matcher(unparse(query)).match(story):
        assert 0.0 <= match.score <= 1.0
        for term in match.terms:
            assert 0 <= term.start <= term.end <= len(getattr(story, term.field))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_query_or_a_query_error(text):
    try:
        query = parse(text)
    except QueryError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017  # either outcome is right
        return
    assert parse(unparse(query)) == query


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@settings(deadline=None)
@given(st.text())
def test_a_spaced_text_knows_where_every_character_came_from(text):
    found = spaced(text)
    origins = [found.origin(place) for place in range(len(found.text))]
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)
    assert found.text == "" or set(found.text) <= {" "} or found.text.strip() != ""


@settings(deadline=None)
@given(st.text())
def test_a_spaced_text_has_the_folded_words(text):
    assert spaced(text).text.split() == spaced(spaced(text).text).text.split()
