"""Every format says what it says: documents with their expectation beside them, and what is refused."""

from __future__ import annotations

import csv
import json
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from newsroom import item, rss

from monitor.errors import ParseError
from monitor.feeds.parse import parse, parse_strictly, parse_tolerantly
from monitor.feeds.parse.raw import MAX_ENTRIES, MAX_TITLE
from monitor.model import Entry, ParsedFeed

CORPUS = Path(__file__).parents[2] / "corpus" / "feeds"
URL = "https://feed.example/feed"
#: one document of 2,000 where expat declines what lxml takes, and feedparser's loose parser resolves an entity more
KNOWN = {"rbren__rss-parser__test__input__itunes-keywords-astext.rss"}


def _expected() -> list[Path]:
    return sorted(CORPUS.glob("*.expected.json"))


def _value(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("path", _expected(), ids=lambda path: path.name.split(".")[0])
def test_a_document_says_what_stands_beside_it(path: Path) -> None:
    document = next(one for one in CORPUS.glob(f"{path.name.split('.')[0]}.*") if one != path)
    found = parse(document.read_bytes(), url=URL)
    expected = json.loads(path.read_text("utf-8"))
    entries = expected.pop("entries")
    if (minutes := expected.pop("ttl_minutes", None)) is not None:
        assert found.ttl is not None
        assert found.ttl.total_seconds() == minutes * 60
    assert {key: _value(getattr(found, key)) for key in expected} == expected
    assert len(found.entries) == len(entries)
    for entry, wanted in zip(found.entries, entries, strict=True):
        assert {key: _value(getattr(entry, key)) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"<!DOCTYPE html><html><head></head></html>", "web page"),
        (b"<?xml version='1.0'?><!-- x --><html><body>x</body></html>", "web page"),
        (b"hello", "no feed"),
        (b'{"a": 1}', "not a JSON Feed"),
        (b'{"items": [', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"<svg></svg>", "no feed"),
        (bytes(range(256)) * 10, "no feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_sentence(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse(body, url=URL)


def test_a_megabyte_of_html_is_recognised_before_it_is_parsed() -> None:
    """Its end is no XML at all, and nobody has come so far as to notice."""
    with pytest.raises(ParseError, match="web page"):
        parse(b"<!doctype html><html>" + b"<p>x</p>" * 200_000 + b"<<&", url=URL, content_type="application/rss+xml")


def test_lengths_are_clamped_and_entries_counted() -> None:
    found = parse(rss(*(item(str(n), "t" * 2_000) for n in range(MAX_ENTRIES + 50))), url=URL)
    assert len(found.entries) == MAX_ENTRIES
    assert len(found.entries[0].title) == MAX_TITLE
    loose = parse(rss(*(item(str(n), "a&nbsp;b") for n in range(MAX_ENTRIES + 50))), url=URL)
    assert len(loose.entries) == MAX_ENTRIES
    assert loose.entries[0].guid == "0"


def test_one_damaged_entry_never_loses_a_feed() -> None:
    """Ninety-nine of a hundred: the character that breaks feedparser stands in one of them."""
    items = [item(str(n)) for n in range(100)]
    items[40] = item("40", "bad &#xffffffff; here") + "<cc:license rdf:resource='x'/>"
    found = parse(rss(*items), url=URL)
    assert len({entry.guid for entry in found.entries} & {str(n) for n in range(100)}) >= 99


def test_entities_and_external_files_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    for doctype in (
        f"<!DOCTYPE r [<!ENTITY x SYSTEM 'file://{secret}'>]>",
        f"<!DOCTYPE r [<!ENTITY % p SYSTEM 'file://{secret}'> %p;]>",
        f"<!DOCTYPE r SYSTEM 'file://{secret}'>",
    ):
        for encoding in ("utf-8", "utf-16", "utf-32"):
            text = f"{doctype}<rss version='2.0'><channel><item><title>a &x; b</title></item></channel></rss>"
            try:
                found = parse(text.encode(encoding), url=URL)
            except ParseError:
                continue
            assert "SECRET" not in repr(found)


def test_a_billion_laughs_are_none() -> None:
    layers = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    bomb = f"<!DOCTYPE x [<!ENTITY a 'ha'>{layers}]><rss version='2.0'><channel><title>&j;</title><item><title>&j;</title></item></channel></rss>"
    started = time.process_time()
    assert len(repr(parse(bomb.encode(), url=URL))) < 10_000
    assert time.process_time() - started < 2


# ── the strict reader says what feedparser says ──────────────────────────────────────────────────────────────────────


def _differences(one: ParsedFeed, two: ParsedFeed) -> list[str]:
    found = [
        name for name in ("title", "language", "ttl", "hub", "self_url") if getattr(one, name) != getattr(two, name)
    ]
    if len(one.entries) != len(two.entries):
        return [*found, "entries"]
    for a, b in zip(one.entries, two.entries, strict=True):
        for name in Entry.__dataclass_fields__:
            if getattr(a, name) != getattr(b, name):
                found.append(f"{name}: {getattr(a, name)!r:.80} {getattr(b, name)!r:.80}")
    return found


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.xml")), ids=lambda path: path.stem)
def test_both_readers_agree_on_the_corpus(path: Path) -> None:
    strict = parse_strictly(path.read_bytes(), url=URL)
    if strict is not None:
        assert not _differences(strict, parse_tolerantly(path.read_bytes(), url=URL))


@pytest.mark.parametrize(
    "body",
    [
        (
            "<rdf:RDF xmlns:rdf='http://elsewhere.example/' xmlns='http://purl.org/rss/1.0/'><channel/>"
            "<item rdf:about='http://news.example/1'><title>One</title></item></rdf:RDF>"
        ),
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>N</title><id>/home</id><entry><title>One</title><id>urn:1</id></entry></feed>",
        (
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>N</title><generator>x<feed xml:lang='en'/></generator>"
            "<entry><title>One</title></entry></feed>"
        ),
        (
            "<rss version='2.0'><feed xmlns='http://purl.org/atom/ns#'><entry><title>Two</title></entry></feed>"
            "<channel><title>N</title><item><title>One</title></item></channel></rss>"
        ),
    ],
    ids=["rdf of another namespace", "an id for a link", "a feed inside a feed", "a feed before the channel"],
)
def test_what_a_damaged_feed_says_does_not_depend_on_the_reader(body: str) -> None:
    assert not _differences(parse(body.encode(), url=URL), parse_tolerantly(body.encode(), url=URL))


def test_a_tag_that_never_ends_swallows_no_title() -> None:
    for tag in ("object classid=x", "iframe src='https://x.example/'", "noscript", "svg"):
        found = parse(rss(item("1", f"Storm &lt;{tag}&gt; reaches the coast")), url=URL)
        assert found.entries[0].title == "Storm reaches the coast"
    closed = parse(rss(item("1", "Storm &lt;svg&gt;icon&lt;/svg&gt; reaches the coast")), url=URL)
    assert closed.entries[0].title == "Storm reaches the coast"


def test_both_readers_agree_on_every_document_of_other_projects(shared: Path) -> None:
    folder = shared / "data" / "feeds"
    if not (folder / "manifest.csv").is_file():
        pytest.skip("needs the evaluation feeds, which are absent here")
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        paths = [folder / row["file"] for row in csv.DictReader(file)]
    different: dict[str, list[str]] = {}
    strictly = 0
    for path in paths:
        body = path.read_bytes()
        if body.lstrip()[:1] in (b"{", b"["):
            continue
        try:
            strict = parse_strictly(body, url=URL)
        except ParseError:
            continue
        if strict is not None:
            strictly += 1
            if found := _differences(strict, parse_tolerantly(body, url=URL)):
                different[path.name] = found
    assert strictly > 2_000
    assert set(different) <= KNOWN, different


def test_no_document_of_other_projects_raises_anything_but_a_parse_error(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "files"
    if not folder.is_dir():
        pytest.skip("needs the evaluation feeds, which are absent here")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in sorted(folder.iterdir()):
            try:
                parse(path.read_bytes(), url=URL)
            except ParseError:
                continue
