"""A hundred patterns made to hang a matcher: each is refused when it is read, or costs little on an item made for it."""

from __future__ import annotations

import time

import pytest
from desk import item, matcher

from monitor.errors import QueryError
from monitor.topics.patterns import PatternError, compiled, spans

PUMPED = "a" * 4000 + "!"
TEXTS = (
    PUMPED,
    "ab" * 2000 + "c",
    "1" * 4000 + "x",
    "x " * 2000,
    "<" * 2000 + "a@" * 1000,
    "α" * 2000 + "ω\U0001f600" * 500,
)
#: seconds of CPU that are no matter of speed: an engine that backtracks would still be at it tomorrow
HANGS = 1.0
#: patterns that make backtracking engines exponential or polynomial, by family
PATTERNS = [
    *(f"({atom}+)+{end}" for atom in ("a", "[ab]", "\\w", ".", "(a|a)") for end in ("$", "b", "!{2}")),
    *(f"({atom}*)*{end}" for atom in ("a", "[ab]", "\\w", ".") for end in ("$", "b")),
    *(f"(a|{other})+{end}" for other in ("a", "aa", "ab", "\\w", ".?") for end in ("$", "x")),
    *("a?" * count + "a" * count for count in (10, 20, 30, 60)),
    *(f"(.*a){{{count}}}" for count in (5, 10, 11, 20)),
    *(f"([^x]*x){{{count}}}" for count in (10, 50)),
    *(f"[ab]{{1,{count}}}c" for count in (10, 100, 500, 999)),
    *(f"(\\w{{1,{count}}}\\s?)+\\.$" for count in (5, 20)),
    *(f".*{word}.*{word}.*{word}.*$" for word in ("a", "ab", "=")),
    *(f"(a{{0,{count}}}){{0,{count}}}b" for count in (5, 10, 30)),
    *(f"(x+x+)+{end}" for end in ("y", "$")),
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a|aa|aaa|aaaa)*c",
    "(\\s*\\w*\\s*)*;",
    "^(\\w+\\.?)*@",
    "((x|y)*|(y|z)*|(z|x)*)*!",
    "(.{0,20},?){0,12}z",
    "(.*)*@(.*)*\\.(.*)*",
    "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    "^(.*?,){11}P",
    "(\\d+)*-\\d+",
    "((a+)+)+((b+)+)+$",
    "(a|b|ab)*bc",
    "([a-z]+)*=",
    "(?:a|b|c|ab|bc|abc)*d",
    "\\b(\\w+\\s+)*x{3}$",
    "[a-q][^u-z]{13}x",
    "(?i)(ſ|s|S)+k+$",
    "\\pL*\\pN+\\pL*$",
    "(a{1000}){1000}",
    "((a{100}){100}){100}",
    "(((((a{20}){20}){20}){20}){20})",
    "(\\w{500}){500}",
    "[\\x{1}-\\x{10FFFF}]{1000}z",
    "(?=a+)a+b",
    "(?<=a)b",
    "(a)\\1+",
    "(?P<x>a)(?P=x)",
    "(?>a+)b",
    "a++b",
    "(?(1)a|b)",
    "\\C+",
    "(" * 200 + "a" + ")" * 200,
    "(" * 2000 + "a" + ")" * 2000,
    "|".join("ab" + "c" * count for count in range(60)),
    "(" + "|".join("a" * count for count in range(1, 60)) + ")*b",
    ".{0,1000}.{0,1000}z",
    "(.{1,30}){1,30}z",
    "()*",
    "(|a)+",
    "(|a|b)*c",
    "(a*?)*?b",
    "(a??)*b",
    "^(a|b)*?$",
    "\\Q" + "a*" * 200 + "\\E",
]


def test_there_are_a_hundred_of_them():
    assert len(set(PATTERNS)) >= 100


@pytest.mark.parametrize("number", range(len(PATTERNS)))
def test_a_hostile_pattern_is_refused_or_quick(number):
    source = PATTERNS[number]
    try:
        compiled(source)
    except PatternError:
        return
    for text in TEXTS:
        assert _seconds(source, text) < HANGS, f"on {text[:20]!r}…"


def _seconds(source: str, text: str) -> float:
    start = time.thread_time()
    list(spans(source, text))
    return time.thread_time() - start


HOSTILE_QUERIES = [
    "(" * 5000 + "a" + ")" * 5000,
    "NOT " * 5000 + "a",
    "a OR " * 200 + "a AND " * 200 + "a",
    "NEAR/999(" + " ".join(f"w{n}" for n in range(300)) + ")",
    " OR ".join(f"{chr(97 + n % 26)}*" for n in range(2000)),
    '"' + "a " * 5000 + '"',
    "title:" * 500 + "a",
    "NEAR/5(" * 500 + "a",
    "((((a OR b) AND c) OR d) AND e)" * 300,
    "a" * 300_000,
]


@pytest.mark.parametrize("number", range(len(HOSTILE_QUERIES)))
def test_a_hostile_query_is_refused_or_quick(number):
    try:
        desk = matcher(HOSTILE_QUERIES[number])
    except QueryError:
        return
    texts = [item("a " * 50, text) for text in (*TEXTS, " ".join(f"w{n}" for n in range(300)) * 10)]
    start = time.thread_time()
    for one in texts:
        desk.match(one)
    assert (time.thread_time() - start) / len(texts) < HANGS
