"""`monitor replay`: the format of the contract, byte for byte the same each time, and errors that name the line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CONFIG = """
timezone = "UTC"
[[topic]]
id = "v"
query = "venezuela OR caracas"
[[channel]]
id = "desk"
url = "terminal://"
[[subscription]]
topic = "v"
channel = "desk"
"""

ARCHIVE: list[dict[str, Any]] = [
    {
        "id": "a1",
        "feed": "wire",
        "guid": "1",
        "url": "https://wire.example/1",
        "title": "Venezuela sends 3,000 soldiers to the border with Colombia",
        "content": "CARACAS - Venezuela sent 3,000 soldiers to the border with Colombia, the defence minister said on Monday.",
        "language": "en",
        "first_seen": "2026-03-02T10:00:00Z",
    },
    {
        "id": "a2",
        "feed": "paper",
        "guid": "2",
        "url": "https://paper.example/2",
        "title": "Venezuela sends 3,000 soldiers to the border with Colombia",
        "content": "CARACAS - Venezuela sent 3,000 soldiers to the border with Colombia, the defence minister said on Monday.",
        "language": "en",
        "first_seen": "2026-03-02T10:20:00Z",
    },
    {
        "id": "a3",
        "feed": "paper",
        "guid": "3",
        "url": "https://paper.example/3",
        "title": "Venezuela border: more soldiers",
        "summary": "<p>The minister said on Tuesday that <b>4,500 soldiers</b> are now on Venezuela's border with Colombia, up from 3,000.</p>",
        "language": "en",
        "first_seen": "2026-03-03T09:00:00Z",
    },
    {
        "id": "a4",
        "url": "https://paper.example/4",
        "title": "A new bakery opens in Oslo",
        "first_seen": "2026-03-03T09:30:00Z",
    },
    {
        "id": "a5",
        "feed": "wire",
        "guid": "1",
        "url": "https://wire.example/1",
        "title": "Venezuela sends 3,200 soldiers to the border with Colombia",
        "content": "CARACAS - Venezuela sent 3,200 soldiers to the border with Colombia, the minister said on Monday. An earlier version said 3,000.",
        "language": "en",
        "first_seen": "2026-03-03T10:00:00Z",
    },
]


def replay(
    folder: Path, archive: list[dict[str, Any]], name: str = "out.jsonl"
) -> tuple[subprocess.CompletedProcess[str], bytes]:
    (folder / "monitor.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "items.jsonl").write_text("".join(json.dumps(item) + "\n" for item in archive), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "monitor",
        "-c",
        str(folder / "monitor.toml"),
        "replay",
        str(folder / "items.jsonl"),
        "--out",
        str(folder / name),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    return done, (folder / name).read_bytes() if (folder / name).exists() else b""


def test_the_same_archive_gives_the_same_bytes(tmp_path: Path) -> None:
    _, first = replay(tmp_path, ARCHIVE, "first.jsonl")
    _, second = replay(tmp_path, ARCHIVE, "second.jsonl")
    assert first
    assert first == second


def test_output_has_the_lines_of_the_contract_and_evidence_slices_to_the_text(tmp_path: Path) -> None:
    done, output = replay(tmp_path, ARCHIVE)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in output.decode().splitlines()]
    items = {line["id"]: line for line in lines if line["type"] == "item"}
    sources = {item["id"]: item for item in ARCHIVE}
    assert list(items) == ["a1", "a2", "a3", "a4", "a5"]
    assert lines[-1]["type"] == "stories"
    assert items["a1"]["topics"] == ["v"]
    assert items["a2"]["copy_of"] == "a1"
    assert [one["kind"] for one in items["a2"]["developments"] if one["kind"] != "source"] == []
    assert items["a4"] == {
        "type": "item",
        "id": "a4",
        "topics": [],
        "copy_of": None,
        "revision_of": None,
        "story": None,
        "developments": [],
    }
    assert items["a5"]["revision_of"] == "a1"
    assert items["a1"]["story"] == items["a2"]["story"] == items["a3"]["story"] == items["a5"]["story"]
    for line in items.values():
        for one in line["developments"]:
            assert set(one) == set(
                "id kind field start end text noun subject old new unit speaker status importance novelty".split()
            )
            source = sources[line["id"]][one["field"]]
            if "<" in source:
                assert one["start"] is None
            else:
                assert source[one["start"] : one["end"]] == one["text"]


def test_a_figure_that_changed_is_told_with_both_values(tmp_path: Path) -> None:
    _, output = replay(tmp_path, ARCHIVE)
    lines = [json.loads(line) for line in output.decode().splitlines()]
    changes = [
        one
        for line in lines
        if line["type"] == "item" and line["id"] == "a3"
        for one in line["developments"]
        if one["old"] is not None
    ]
    assert [(one["kind"], one["old"], one["new"]) for one in changes] == [("figure", 3000, 4500)]
    alerts = [line for line in lines if line["type"] == "alert"]
    assert {"type", "at", "channel", "story", "mode", "developments", "title", "text"} == set(alerts[0])
    assert alerts[0]["at"] == "2026-03-02T10:01:30Z"  # the first report, after the settling
    assert any(
        "4,500" in alert["title"] + alert["text"] and "3,000" in alert["title"] + alert["text"] for alert in alerts[1:]
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("not json", "items.jsonl:1: not JSON"),
        ('{"id": "x", "title": "t"}', "'url' is required"),
        ('{"id": "x", "url": "u", "title": "t", "published": "yesterday"}', "'published' is not a time"),
        ('{"id": "x", "url": "u", "title": "t", "published": "2026-01-01T00:00:00"}', "no time zone"),
        ("[1]", "an object was expected"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, says: str) -> None:
    (tmp_path / "monitor.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "items.jsonl").write_text(line + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "monitor",
        "-c",
        str(tmp_path / "monitor.toml"),
        "replay",
        str(tmp_path / "items.jsonl"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert says in done.stderr
