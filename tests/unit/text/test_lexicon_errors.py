"""A table that a person edited wrongly says where, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import LexiconError
from monitor.text.lexicon import load
from monitor.text.tokens import tokens

HEAD = "id\ttype\tin\ten\tes\tfr\tpt\tnl\tnote\n"
FIELDS = "id\tfield\tvalue\ten\tes\tfr\tpt\tnl\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_bad_row_is_named_with_its_file_and_line(tmp_path):
    names = write(
        tmp_path,
        "names.tsv",
        HEAD
        + "a\tcountry\t-\tAland\t=\t=\t=\t=\t-\nb\tplanet\t-\tB\t=\t=\t=\t=\t-\nc\tcity\tnowhere\tC\t=\t=\t=\t=\t-\n"
        "a\tcity\t-\tA\t=\t=\t=\t=\t-\nd\tcity\t-\tD\n\n# a comment\ne\tcity\t-\t?|E\t=\t=\t=\t=\t-\n",
    )
    concepts = write(
        tmp_path, "concepts.tsv", FIELDS + "x\tweather\t-\train\t-\t-\t-\t-\ny\tsport\t-\tgoal\t\t-\t-\t-\n"
    )
    with pytest.raises(LexiconError) as error:
        load([names], [concepts])
    said = str(error.value)
    assert "names.tsv: line 3: 'planet' is no type" in said
    assert "names.tsv: c: lies in 'nowhere'" in said
    assert "names.tsv: line 5: the id 'a' stands on line 2 already" in said
    assert "names.tsv: line 6: 4 columns where 9 were expected" in said
    assert "names.tsv: line 9: en: '?' can never stand in a text" in said
    assert "concepts.tsv: line 2: 'weather' is no field" in said
    assert "concepts.tsv: line 3: es is empty" in said


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(LexiconError, match="cannot be read"):
        load([tmp_path / "names.tsv"])


def test_a_table_that_was_edited_is_read_again(tmp_path):
    path = write(tmp_path, "names.tsv", HEAD + "a\tcity\t-\tAland\t=\t=\t=\t=\t-\n")
    first = load([path])
    assert load([path]) is first
    write(tmp_path, "names.tsv", HEAD + "a\tcity\t-\tAland|Beland\t=\t=\t=\t=\t-\n")
    second = load([path])
    assert [hit.entry.id for hit in second.find_names(tokens("In Beland"))] == ["a"]
