"""The proof of parsing in short: never fewer entries than feedparser, and at least its share of what its own tests expect."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from bench.parsing import Document, Said, differences, documents, expectations, judge, ours, right


def test_what_a_document_expects_is_read_in_each_spelling() -> None:
    condition = (
        "not bozo and entries[0]['title'] == entries[1].title == 'A' and len(entries) == 2 and feed['title'] == 'B'"
    )
    assert expectations(condition) == {(0, "title"): "A", (1, "title"): "A", (0, "count"): 2}
    assert expectations("entries[0]['updated_parsed'] == (2003, 12, 31)") == {(0, "updated_parsed"): (2003, 12, 31)}
    assert not expectations("entries[0]['summary'] == 'A' and not entries[0]['title']")


def test_an_entry_too_few_is_found() -> None:
    body = b"<rss version='2.0'><channel><item><title>A</title></item></channel></rss>"
    one = Document("a", "", body, {}, {(0, "title"): "A", (0, "count"): 2})
    said = ours(one)
    assert not right(one, said)
    assert differences(Said(()), said)[0][0] == "FEWER entries"
    assert differences(None, said)[0][0].startswith("FEWER")


def test_documents_of_other_projects_are_read_at_least_as_well_as_by_feedparser(shared: Path) -> None:
    if not (shared / "data" / "feeds" / "manifest.csv").is_file():
        pytest.skip("needs the evaluation feeds, which are absent here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = judge([one for n, one in enumerate(documents()) if one.expected or n % 8 == 0])
    assert report.expected.documents > 100
    assert not report.uncaught
    assert not report.fewer
    assert report.expected.ours >= report.expected.theirs
