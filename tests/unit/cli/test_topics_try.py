"""monitor topics try: an editor sees what a query would do before it goes live."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli import app
from monitor.errors import QueryError

CONFIG = """
database = "monitor.db"
[[topic]]
id = "islands"
query = "aruba OR curaçao"
[[channel]]
id = "screen"
url = "terminal://"
[[subscription]]
topic = "islands"
channel = "screen"
"""
FILLER = "The council met. It spoke for hours. Nothing was decided. Lunch was served. "
ITEMS = [
    {"title": "Curaçao closes its port", "content": "The port of Curaçao is closed."},
    {"title": "Fire in Bonaire", "content": "A fire burned in Bonaire."},
    {
        "title": "Council meets",
        "content": f"{FILLER}A guest came from Bonaire and left for Aruba. {FILLER}Boston waits.",
    },
    {"title": "Snow in Oslo", "content": "It snowed."},
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "monitor.toml").write_text(CONFIG, encoding="utf-8")
    lines = [
        {
            "id": f"i{n}",
            "url": f"https://e.example/{n}",
            "language": "en",
            "first_seen": f"2026-10-0{n + 1}T10:00:00Z",
            **row,
        }
        for n, row in enumerate(ITEMS)
    ]
    (tmp_path / "items.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return tmp_path


def run(desk: Path, *words: str):
    return CliRunner().invoke(app, ["-c", str(desk / "monitor.toml"), *words], env={"COLUMNS": "200"})


def test_it_shows_what_is_new_what_is_lost_and_the_near_misses(desk):
    result = run(desk, "topics", "try", "bonaire", "--file", str(desk / "items.jsonl"))
    assert result.exit_code == 0, result.output
    said = result.output
    assert "4 items were read" in said
    assert "this query     2 matched, 1 wanted" in said
    assert "topic islands  2 matched, 1 wanted" in said
    assert said.index("wanted by this query only (1)") < said.index("Fire in Bonaire")
    assert said.index("wanted by islands only (1)") < said.index("Curaçao closes its port")
    assert said.index("near misses") < said.index("Council meets")
    assert "once, further down" in said
    assert "Oslo" not in said


def test_the_same_as_json_has_the_places_of_the_words(desk):
    result = run(desk, "--json", "topics", "try", "bonaire", "--file", str(desk / "items.jsonl"))
    rows = {row["id"]: row for row in json.loads(result.output)}
    assert rows["i1"]["wanted"]
    assert not rows["i1"]["wanted_now"]
    assert rows["i1"]["match"]["terms"][0] == {"term": "bonaire", "field": "title", "start": 8, "end": 15}


def test_without_a_file_the_stored_items_are_tried(desk):
    result = run(desk, "topics", "try", "bonaire", "--since", "7d")
    assert result.exit_code == 0, result.output
    assert "0 items were read" in result.output


def test_a_query_that_does_not_parse_says_where(desk):
    result = run(desk, "topics", "try", "bonaire OR (", "--file", str(desk / "items.jsonl"))
    assert isinstance(result.exception, QueryError)


def test_a_topic_that_is_not_there_is_a_usage_error(desk):
    result = run(desk, "topics", "try", "x", "--topic", "nothing", "--file", str(desk / "items.jsonl"))
    assert result.exit_code == 2
