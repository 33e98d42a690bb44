"""Every command as a user types it, on one pass of real news."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from stage import monitor

FIRST = (
    "Venezuela sends 3,000 soldiers to the border",
    "CARACAS - Venezuela's president said on Wednesday that 3,000 soldiers were sent to the border with Colombia.",
)
SECOND = (
    "Caracas hospital evacuated after a fire",
    "CARACAS - A hospital in Caracas was evacuated on Thursday after a fire in its kitchen. Nobody was hurt, the fire brigade said.",
)


@pytest.fixture
def newsroom(stage: Any) -> Any:
    """A database that has seen a baseline, and then two stories."""
    stage.configure(["/a"], subscription="threshold = 0.3")
    assert stage.run("once", "--all").returncode == 0
    stage.stand.publish("/a", "n1", *FIRST)
    stage.stand.publish("/a", "n2", *SECOND)
    done = stage.run("once", "--all")
    assert done.returncode == 0, done.stderr
    assert "2 new items" in done.stdout
    return stage


def listing(stage: Any, *arguments: str) -> list[dict[str, Any]]:
    done = stage.run("--json", *arguments)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert isinstance(rows, list)
    return rows


def test_stories_story_and_search_tell_what_is_known(newsroom: Any) -> None:
    stories = listing(newsroom, "stories")
    assert {story["headline"] for story in stories} == {FIRST[0], SECOND[0]}
    told = newsroom.run("story", next(story["id"] for story in stories if story["headline"] == FIRST[0])).stdout
    assert "3,000 soldiers" in told
    assert "https://news.example/n1" in told
    assert FIRST[0] in newsroom.run("search", "SOLDIERS border").stdout
    assert "nothing stored says" in newsroom.run("search", "giraffe").stdout


def test_explain_tells_the_way_of_an_item_and_of_an_alert(newsroom: Any) -> None:
    item = newsroom.run("explain", "https://news.example/n1").stdout
    for words in ("first seen", "topic v", "first report", "importance"):
        assert words in item, item
    (alert, *_) = [one for one in listing(newsroom, "alerts") if "soldiers" in one["message"]["title"]]
    assert "accepted" in newsroom.run("explain", alert["id"]).stdout
    unknown = newsroom.run("explain", "no-such-thing")
    assert unknown.returncode == 1
    assert "monitor search" in unknown.stderr


def test_merge_and_split_are_undone_by_each_other(newsroom: Any) -> None:
    one, two = (story["id"] for story in listing(newsroom, "stories"))
    merged = newsroom.run("merge", one, two)
    assert merged.returncode == 0, merged.stderr
    assert len(listing(newsroom, "stories")) == 1
    undo = re.search(r"to undo: monitor (.*)", merged.stdout)
    assert undo is not None
    assert newsroom.run(*undo[1].split()).returncode == 0
    assert len(listing(newsroom, "stories")) == 2


def test_a_muted_story_is_silent_and_says_so(newsroom: Any) -> None:
    story = next(one["id"] for one in listing(newsroom, "stories") if one["headline"] == FIRST[0])
    assert "muted until" in newsroom.run("mute", story, "--for", "1h").stdout
    newsroom.stand.publish(
        "/a",
        "n3",
        "Venezuela border: soldiers",
        FIRST[1] + " On Friday the army said 4,500 soldiers were sent, up from 3,000.",
    )
    before = len(newsroom.mailbox.messages)
    newsroom.run("once", "--all")
    assert len(newsroom.mailbox.messages) == before
    assert "muted" in newsroom.run("explain", "https://news.example/n3").stdout


def test_backup_restore_and_export(newsroom: Any) -> None:
    backup = newsroom.folder / "backup.db"
    assert newsroom.run("backup", str(backup)).returncode == 0
    assert newsroom.run("backup", str(backup)).returncode == 2
    newsroom.stand.publish(
        "/a", "n4", "Venezuela closes a port", "CARACAS - Venezuela closed the port of Coro on Friday."
    )
    newsroom.run("once", "--all")
    assert len(listing(newsroom, "search", "Coro")) == 1
    assert newsroom.run("restore", str(backup)).returncode == 0
    assert listing(newsroom, "search", "Coro") == []
    (newsroom.folder / "bad.db").write_bytes(b"not a database" * 100)
    refused = newsroom.run("restore", str(newsroom.folder / "bad.db"))
    assert refused.returncode == 1
    assert len(listing(newsroom, "search", "soldiers")) == 1
    assert newsroom.run("export", "--out", str(newsroom.folder / "out")).returncode == 0
    assert len((newsroom.folder / "out" / "items.jsonl").read_text().splitlines()) == 2


def test_what_would_have_been_sent_is_compared_with_what_was(newsroom: Any) -> None:
    done = newsroom.run("replay", "--since", "1d")
    assert done.returncode == 0, done.stderr
    assert "would have been sent" in done.stdout
    louder = newsroom.folder / "quiet.toml"
    louder.write_text(newsroom.config.read_text().replace('query = "venezuela OR caracas"', 'query = "hospital"'))
    other = newsroom.run("replay", "--since", "1d", "--with", str(louder)).stdout
    assert re.search(r"^- .*soldiers", other, re.MULTILINE)


def test_a_channel_can_be_tried_and_previewed(newsroom: Any) -> None:
    before = len(newsroom.mailbox.messages)
    done = newsroom.run("channels", "test", "desk")
    assert done.returncode == 0, done.stderr
    assert len(newsroom.mailbox.messages) == before + 1
    assert newsroom.run("channels", "test", "nobody").returncode == 2
    page = newsroom.folder / "preview.html"
    assert newsroom.run("channels", "preview", "--out", str(page)).returncode == 0
    assert "<html" in page.read_text().lower()


def test_doctor_is_content_and_a_dead_channel_makes_it_speak(newsroom: Any) -> None:
    assert newsroom.run("doctor").returncode == 0
    newsroom.mailbox.on_message = lambda _: "550 no such user"
    newsroom.stand.publish(
        "/a", "n5", "Venezuela opens a bridge", "CARACAS - Venezuela opened a bridge over the Orinoco river on Friday."
    )
    failed = newsroom.run("once", "--all")
    assert failed.returncode == 1
    assert "no such user" in failed.stderr
    sick = newsroom.run("doctor")
    assert sick.returncode == 1
    assert "dead" in sick.stdout
    (dead,) = listing(newsroom, "alerts", "--state", "dead")
    newsroom.mailbox.on_message = lambda _: None
    assert newsroom.run("alerts", "retry", dead["id"]).returncode == 0
    newsroom.run("once")
    assert any("bridge" in str(message["Subject"]) for message in newsroom.mailbox.messages)


def test_init_writes_a_configuration_that_is_good_and_keeps_what_is_there(tmp_path: Path) -> None:
    assert monitor("init", str(tmp_path)).returncode == 0
    assert monitor("-c", str(tmp_path / "config" / "monitor.toml"), "check").returncode == 0
    (tmp_path / "config" / "monitor.toml").write_text('timezone = "Mars/Olympus"\n')
    again = monitor("init", str(tmp_path))
    assert "left as they were" in again.stdout
    wrong = monitor("-c", str(tmp_path / "config" / "monitor.toml"), "check")
    assert wrong.returncode == 2
    assert "Mars/Olympus" in wrong.stderr


@pytest.mark.parametrize("command", [[], ["feeds"], ["channels"], ["replay"], ["run"], ["explain"], ["story"]])
def test_help_teaches(command: list[str]) -> None:
    done = monitor(*command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout
