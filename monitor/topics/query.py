"""The query language: `parse` reads it, `unparse` prints it. A query printed and parsed again is the same query.

    maduro   "fuerza armada"   guyan*   a AND b   a OR b   NOT a   ( )   NEAR/5(a b)   title:x   body:x
    feed:x   lang:es   name:"Nicolás Maduro"   figure:dead>10   /regex/   *
    in:"Puerto Rico"   any name of the gazetteer that belongs there       about:sport   a field of the concepts

Operators are upper case; two words side by side mean AND; `title:(a OR b)` spreads the field over the group.
The grammar is LALR(1) on lark, so reading takes time linear in the query; errors say where, and what would
have fitted there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args

from monitor.errors import QueryError
from monitor.text.lexicon import FIELDS as CONCEPT_FIELDS
from monitor.text.normal import fold
from monitor.topics.nodes import (
    About,
    And,
    Everything,
    FeedIs,
    Field,
    Figure,
    LanguageIs,
    Leaf,
    Name,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Query,
    Within,
    depth,
)
from monitor.topics.patterns import PatternError, compiled
from monitor.topics.subjects import AFFAIRS

FIELDS = ("title", "body", "feed", "lang", "name", "in", "about", "figure")
#: what `about:` knows: the fields of the concepts table that are subjects, and public affairs, which is most of them
SUBJECTS = tuple(sorted({*CONCEPT_FIELDS, AFFAIRS} - {"number", "month", "weekday", "unit", "general"}))
MAX_LENGTH = 200_000
MAX_DEPTH = 60
DEFAULT_DISTANCE = 10

_GRAMMAR = r"""
?start: either
?either: both ("OR" both)*
?both: negated (_AND? negated)*
?negated: "NOT" negated -> not_
    | atom
?atom: "(" either ")"
    | NEAR part part+ ")" -> near
    | FIELD atom -> fielded
    | FIGURE -> figure
    | leaf
?leaf: STAR -> everything
    | REGEX -> pattern
    | phrase
phrase: STRING -> quoted
    | WORD -> word
?part: phrase -> one
    | "(" phrase ("OR" phrase)* ")" -> several

_AND: /AND(?![^\s()])/
NOT: /NOT(?![^\s()])/
OR: /OR(?![^\s()])/
NEAR.3: /NEAR(\/\d{1,3})?\(/
FIELD.2: /(title|body|feed|lang|name|in|about):/i
FIGURE.2: /figure:("[^"\n]+"|[^\s<>=:()"“”]+)(\s*(>=|<=|>|<|=)\s*\d[\d.,]*)?/i
STAR: /\*(?![^\s()])/
REGEX: /\/(?:[^\/\\\n]|\\.)+\//
STRING: /"[^"]*"|[“„][^“”]*[“”]|«[^»]*»/
WORD: /(?!(?:AND|OR|NOT)(?![^\s()]))[^\s()"“”„«»:\/*][^\s()"“”„«»:]*/
%ignore /\s+/
"""

_WHAT = {
    "WORD": "a word",
    "STRING": 'a "phrase"',
    "LPAR": "(",
    "RPAR": ")",
    "NEAR": "NEAR/5(…)",
    "FIELD": "a field (title:, body:, feed:, lang:, name:, in:, about:)",
    "FIGURE": "figure:noun>number",
    "REGEX": "/regex/",
    "STAR": "*",
    "NOT": "NOT",
    "OR": "OR",
    "_AND": "AND",
    "$END": "the end",
}
_STARTS = {"WORD", "STRING", "LPAR"}
_RARER = {"NOT", "NEAR", "FIELD", "FIGURE", "REGEX", "STAR"}


@lru_cache(maxsize=2_000)
def parse(text: str) -> Query:
    """Reads a query. Raises `QueryError` with the place of the trouble and what was expected there."""
    if len(text) > MAX_LENGTH:
        raise QueryError(text[:80], 0, f"a query of at most {MAX_LENGTH:,} characters was expected, not {len(text):,}")
    try:
        found = cast(Query, _parser().parse(text))
    except UnexpectedInput as error:
        raise QueryError(text, *_trouble(text, error)) from None
    except _BadValueError as error:
        raise QueryError(text, error.position, str(error)) from None
    if depth(found) > MAX_DEPTH:
        raise QueryError(text, 0, f"fewer than {MAX_DEPTH} levels of parentheses and NOT were expected")
    return found


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), propagate_positions=False)


# ── building ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class _BadValueError(Exception):
    """The grammar fits, the value does not."""

    def __init__(self, token: Token, what: str) -> None:
        self.position = token.start_pos or 0
        super().__init__(what)


@v_args(inline=True)
class _Builder(Transformer[Token, Query]):
    def either(self, *parts: Query) -> Query:
        return _flat(Or, parts)

    def both(self, *parts: Query) -> Query:
        return _flat(And, parts)

    def not_(self, *parts: Any) -> Query:
        return Not(parts[-1])

    def everything(self, _star: Token) -> Query:
        return Everything()

    def word(self, token: Token) -> Phrase:
        return Phrase(_checked(token, str(token)))

    def quoted(self, token: Token) -> Phrase:
        return Phrase(_checked(token, str(token)[1:-1].strip()), quoted=True)

    def pattern(self, token: Token) -> Pattern:
        source = str(token)[1:-1].replace("\\/", "/")
        try:
            compiled(source)
        except PatternError as error:
            raise _BadValueError(token, f"a regular expression that RE2 can read was expected: {error}") from None
        return Pattern(source)

    def one(self, phrase: Phrase) -> tuple[Phrase, ...]:
        return (phrase,)

    def several(self, *phrases: Phrase) -> tuple[Phrase, ...]:
        return phrases

    def near(self, head: Token, *parts: tuple[Phrase, ...]) -> Query:
        digits = str(head)[5:-1]
        return Near(int(digits) if digits else DEFAULT_DISTANCE, parts)

    def figure(self, token: Token) -> Query:
        return _figure(token)

    def fielded(self, token: Token, part: Query) -> Query:
        field = str(token)[:-1].lower()
        if field in ("title", "body"):
            return _spread(part, lambda leaf: _placed(token, leaf, cast(Field, field)))
        return _spread(part, lambda leaf: _valued(token, leaf, field))


def _flat(kind: type[And | Or], parts: Iterable[Query]) -> Query:
    """One `And` or `Or` of all parts: `(a OR b) OR c` is `a OR b OR c`."""
    found: list[Query] = []
    for part in parts:
        found.extend(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(found)) if len(found) > 1 else found[0]


def _checked(token: Token, text: str) -> str:
    words = text.split()
    if not any(c.isalnum() for c in fold(text)):
        raise _BadValueError(token, "a word or a phrase with at least one letter or digit was expected")
    for word in words:
        if "*" in word[:-1]:
            raise _BadValueError(token, "* was expected at the end of a word only")
    if any(word == "*" for word in words):
        raise _BadValueError(token, "a letter was expected before *")
    return " ".join(words)


def _figure(token: Token) -> Figure:
    text = str(token)[7:]
    for sign in (">=", "<=", ">", "<", "="):
        noun, found, value = text.rpartition(sign)
        if found:
            return Figure(noun.strip().strip('"'), sign, _number(token, value.strip()))
    return Figure(text.strip('"'), "", 0.0)


def _number(token: Token, text: str) -> float:
    """The value of a number: "5,000" and "5.000" are 5000, "1.5" and "1,5" are one and a half."""
    whole = re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*", text)
    try:
        return float(re.sub("[.,]", "", text) if whole else text.replace(",", "."))
    except ValueError:
        raise _BadValueError(token, "a number such as 5000 or 1.5 was expected") from None


def _spread(part: Query, change: Callable[[Leaf], Leaf]) -> Query:
    if isinstance(part, And | Or):
        return type(part)(tuple(_spread(one, change) for one in part.parts))
    return Not(_spread(part.part, change)) if isinstance(part, Not) else change(part)


def _placed(token: Token, leaf: Leaf, field: Field) -> Leaf:
    if isinstance(leaf, Phrase | Near | Pattern) and leaf.field in ("", field):
        return replace(leaf, field=field)
    raise _BadValueError(token, f"words, phrases, NEAR or /regex/ were expected after {field}:")


def _valued(token: Token, leaf: Leaf, field: str) -> Leaf:
    if not isinstance(leaf, Phrase) or leaf.field:
        raise _BadValueError(token, f"a word or a phrase was expected after {field}:")
    if field == "lang":
        if not (2 <= len(leaf.text) <= 3 and leaf.text.isalpha()):
            raise _BadValueError(token, "a language's code such as lang:es was expected")
        return LanguageIs(leaf.text.lower())
    if field == "about" and leaf.text not in SUBJECTS:
        raise _BadValueError(token, f"one of {', '.join(SUBJECTS)} was expected after about:")
    return _VALUED[field](leaf.text)


_VALUED: dict[str, Callable[[str], Leaf]] = {"feed": FeedIs, "name": Name, "in": Within, "about": About}


# ── errors ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _trouble(text: str, error: UnexpectedInput) -> tuple[int, str]:
    """The offset of the trouble and a sentence on what was expected."""
    position = error.pos_in_stream if error.pos_in_stream is not None else len(text)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        position = len(text.rstrip())
    character = text[position : position + 1]
    if character == ":":
        return _unknown_field(text, position)
    if character in ('"', "“"):
        closing = "”" if character == "“" else character
        return position, f"the phrase that starts here was expected to end with {closing}"
    if character == "/" and isinstance(error, UnexpectedCharacters):
        return position, "the /regex/ that starts here was expected to end with / on the same line"
    if character == ")" and isinstance(error, UnexpectedToken) and "$END" in error.expected:
        return position, "a ( was expected before this )"
    if character == "*":
        return position, "* was expected at the end of a word, or alone"
    return position, f"{_listed(_fitting(error))} expected"


def _unknown_field(text: str, colon: int) -> tuple[int, str]:
    start = colon
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in '()":':
        start -= 1
    word = text[start:colon]
    if word.lower() == "figure":
        return start, "a noun and a number such as figure:dead>10 were expected"
    near = get_close_matches(word.lower(), FIELDS, 1)
    hint = f"did you mean {near[0]}:?" if near else 'words with a colon in them stand in "quotation marks"'
    return start, f"one of the fields {', '.join(f'{field}:' for field in FIELDS)} was expected; {hint}"


def _fitting(error: UnexpectedInput) -> set[str]:
    if isinstance(error, UnexpectedToken):
        return set(error.expected)
    return set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()


def _listed(expected: set[str]) -> str:
    # Where anything may start, naming every terminal would say less than "a word".
    names = expected - _RARER if expected >= _STARTS else expected
    words = [what for name, what in _WHAT.items() if name in names] or ["something else"]
    text = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
    return f"{text} was"


# ── printing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def unparse(query: Query) -> str:
    """The query as text; `parse` gives the same query back."""
    if isinstance(query, Or):
        return " OR ".join(_grouped(part, (Or,)) for part in query.parts)
    if isinstance(query, And):
        return " AND ".join(_grouped(part, (Or, And)) for part in query.parts)
    if isinstance(query, Not):
        return f"NOT {_grouped(query.part, (Or, And))}"
    return _leaf(query)


def _grouped(part: Query, kinds: tuple[type, ...]) -> str:
    return f"({unparse(part)})" if isinstance(part, kinds) else unparse(part)


_VALUE_OF: dict[type, str] = {FeedIs: "feed", Name: "name", Within: "in"}


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Phrase(field=field):
            text = _field(field) + _phrase(leaf)
        case Near(distance, parts, field):
            text = f"{_field(field)}NEAR/{distance}({' '.join(map(_part, parts))})"
        case Pattern(source, field):
            text = f"{_field(field)}/{_slashes(source)}/"
        case FeedIs(name) | Name(name) | Within(name):
            text = f"{_VALUE_OF[type(leaf)]}:{_quoted(name)}"
        case LanguageIs(code):
            text = f"lang:{code}"
        case About(subject):
            text = f"about:{subject}"
        case Figure(noun, comparison, value):
            text = f'figure:"{noun}"' + (f"{comparison}{value:.15g}" if comparison else "")
        case Everything():
            text = "*"
    return text


def _part(phrases: tuple[Phrase, ...]) -> str:
    return _phrase(phrases[0]) if len(phrases) == 1 else f"({' OR '.join(map(_phrase, phrases))})"


def _field(field: Field) -> str:
    return f"{field}:" if field else ""


def _phrase(phrase: Phrase) -> str:
    return _quoted(phrase.text) if phrase.quoted else phrase.text


def _quoted(text: str) -> str:
    return f"“{text}”" if '"' in text else f'"{text}"'


def _slashes(source: str) -> str:
    return source.replace("/", "\\/")
