"""Fourteen papers print one agency's text: `monitor story` counts one origin, and `monitor explain` says of what each is a copy, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from monitor.cli import app

CONFIG = """
database = "monitor.db"
timezone = "UTC"
[[topic]]
id = "v"
query = "venezuela OR valencia OR maracaibo"
[[channel]]
id = "screen"
url = "terminal://"
[[subscription]]
topic = "v"
channel = "screen"
threshold = 0.3
"""
WIRE = (
    "Un incendio destruyó el lunes el mercado de Valencia, en Venezuela, y dejó doce heridos, informaron los bomberos. "
    "Cuarenta bomberos combatieron las llamas durante seis horas hasta que el techo del mercado se derrumbó. "
    "Los comerciantes habían advertido desde hace años que la instalación eléctrica del viejo edificio no era segura. "
    "El alcalde prometió que cada comerciante recibirá tres mil dólares antes del viernes."
)
STRIKE = (
    "Los maestros de cuarenta escuelas de Maracaibo, en Venezuela, comenzaron un paro por sus salarios, dijo el sindicato. "
    "Los padres llevaron a sus hijos de vuelta a casa y el gobernador pidió que comiencen las conversaciones."
)


def rows() -> list[dict[str, Any]]:
    """The wire, thirteen papers that print it, credited or not, whole or cut; one paper's own report; another story."""
    found = [row(0, "EFE", "Incendio destruye mercado de Valencia", f"Caracas, 2 mar (EFE).- {WIRE}")]
    for number in range(1, 14):
        text = WIRE if number % 3 else ". ".join(WIRE.split(". ")[:3]) + "."
        credit = "" if number % 2 else "\nCon información de EFE."
        found.append(row(number, f"Diario {number}", f"Arde el mercado de Valencia ({number})", f"{text}{credit}"))
    own = "El fuego consumió el mercado de Valencia. Nueve de los doce heridos siguen hospitalizados, dijo el hospital central a este diario."
    return [
        *found,
        row(14, "El Pitazo", "Nueve heridos del incendio de Valencia siguen en el hospital", own),
        row(15, "Diario 1", "Paro de maestros", STRIKE),
    ]


def row(number: int, publisher: str, title: str, content: str) -> dict[str, Any]:
    at = f"2026-03-02T{10 + number // 6:02}:{number % 6 * 10:02}:00Z"
    url = f"https://{publisher.lower().replace(' ', '')}.example/{number}"
    return {
        "id": f"i{number}",
        "url": url,
        "publisher": publisher,
        "title": title,
        "content": content,
        "language": "es",
        "first_seen": at,
    }


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database into which the archive was replayed."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "monitor.toml").write_text(CONFIG, encoding="utf-8")
    (folder / "items.jsonl").write_text("\n".join(map(json.dumps, rows())), encoding="utf-8")
    out = [
        "replay",
        str(folder / "items.jsonl"),
        "--out",
        str(folder / "out.jsonl"),
        "--database",
        str(folder / "monitor.db"),
    ]
    said(folder, *out)
    return folder


def said(desk: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["-c", str(desk / "monitor.toml"), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def listing(desk: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(said(desk, "--json", "stories", "--since", "9999d"))
    return found


def fire(desk: Path) -> dict[str, Any]:
    return next(story for story in listing(desk) if len(story["items"]) > 5)


def test_fourteen_outlets_with_one_agencys_text_are_one_origin_and_a_report_of_its_own_is_another(desk: Path):
    story = fire(desk)
    assert len(story["items"]) == 15
    assert [item["copy_of"] for item in story["items"]] == [None, *["i0"] * 13, None]
    assert {item["origin"] for item in story["items"][:14]} == {"EFE"}
    assert len(story["origins"]) == 2
    text = said(desk, "story", story["id"])
    assert "15 items (13 copies), 15 outlets, 2 origins (EFE, El Pitazo)" in text


def test_the_timeline_of_a_story_names_the_origins_of_each_development(desk: Path):
    developments = fire(desk)["developments"]
    assert developments[0]["origins"][0] == "EFE"
    assert any("hospital" in one["text"] for one in developments)
    assert all(one["publisher"] and one["url"] and one["at"] and one["span"] for one in developments)
    assert [one["at"] for one in developments] == sorted(one["at"] for one in developments)


def test_a_copy_is_explained_by_what_it_is_a_copy_of_and_how_much_they_share(desk: Path):
    text = said(desk, "explain", "i3")
    assert "a copy of i0 (“Incendio destruye mercado de Valencia”, EFE); origin EFE" in text
    assert "100% of the shorter text stands in the longer" in text
    assert "contained +1.00" in text
    assert "nothing in it was new" in text


def test_a_report_is_explained_by_its_score_and_by_how_much_the_next_story_is_behind(desk: Path):
    text = said(desk, "explain", "i14")
    assert "joined with score" in text
    assert "; origin El Pitazo" in text
    assert "elpitazo.example" not in text.partition("joined with score")[2].partition("\n")[0]
    assert "it began this story; nearest other:" in said(desk, "explain", "i15")


def test_an_editors_merge_and_split_are_in_the_log_and_undo_each_other(desk: Path, tmp_path: Path):
    before = {story["id"]: [item["id"] for item in story["items"]] for story in listing(desk)}
    large, small = sorted(before, key=lambda story: -len(before[story]))
    undo = said(desk, "merge", small, large).partition("to undo: monitor ")[2].split()
    assert [len(story["items"]) for story in listing(desk)] == [16]
    redo = said(desk, *undo).partition("to undo: monitor ")[2].split()
    assert sorted(len(story["items"]) for story in listing(desk)) == [1, 15]
    said(desk, *redo)
    assert [len(story["items"]) for story in listing(desk)] == [16]
    said(desk, "split", large, "i15")
    assert [json.loads(line)["by"] for line in log(desk, tmp_path)] == ["merge", "split", "merge", "split"]


def test_a_mute_is_shown_and_lifted(desk: Path):
    story = fire(desk)["id"]
    said(desk, "mute", story, "--for", "9999d")
    assert fire(desk)["muted_until"] is not None
    assert "muted until" in said(desk, "story", story)
    said(desk, "mute", story, "--off")
    assert fire(desk)["muted_until"] is None
    assert "muted until" not in said(desk, "story", story)
    log(desk, desk / "out")
    muted, off = map(json.loads, (desk / "out" / "mutes.jsonl").read_text(encoding="utf-8").splitlines())
    assert (muted["story"], muted["until"] is None, off["until"]) == (story, False, None), "an export has both"


def log(desk: Path, folder: Path) -> list[str]:
    said(desk, "export", "--out", str(folder))
    return (folder / "edits.jsonl").read_text(encoding="utf-8").splitlines()
