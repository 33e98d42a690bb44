"""The options of every command may stand anywhere; what a command cannot do is a sentence and a code, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor import cli


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("stories --json", "--json stories"),
        ("stories --since 3d -c x.toml -v", "-c x.toml -v stories --since 3d"),
        ("--json check --config=x.toml", "--json --config=x.toml check"),
        ("search -- --json -c", "search -- --json -c"),
        ("check -c", "-c check"),
    ],
)
def test_the_options_of_every_command_may_stand_behind_it(typed: str, read: str):
    assert " ".join(cli._options_first(typed.split())) == read


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int | str | None:
    monkeypatch.setattr("sys.argv", ["monitor", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return caught.value.code


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "monitor.toml"
    file.write_text('database = "monitor.db"\n[[topic]]\nid = "v"\nquery = "venezuela"\n', encoding="utf-8")
    return file


def test_a_folder_that_cannot_be_written_is_named(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "-c", config, "export", "--out", config / "inside") == 1
    assert capsys.readouterr().err == f"{config / 'inside'}: Not a directory\n"


def test_stories_of_a_topic_that_is_none_are_a_mistake_and_no_silence(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert run(monkeypatch, "stories", "--topic", "w", "-c", config) == 2
    assert capsys.readouterr().err == "there is no topic 'w'; configured: v\n"
