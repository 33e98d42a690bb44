"""What people really have in their archives: other programs' encodings, times and ids. What can be read is, what cannot is named."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor.errors import ReplayError
from monitor.model import Subscription, Topic
from monitor.pipeline import Desk
from monitor.run.archive import STDIN, read_archive
from monitor.run.replay import Replay
from monitor.store.sqlite import SqliteStore
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

ITEM = {"id": "a", "url": "https://wire.example/1", "title": "Blast in Caracas", "first_seen": "2026-03-02T10:00:00Z"}


def line(**changes: Any) -> bytes:
    return json.dumps(ITEM | changes).encode() + b"\n"


def read(folder: Path, content: bytes) -> list[Any]:
    file = folder / "items.jsonl"
    file.write_bytes(content)
    return read_archive(file)


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + line(), line().replace(b"\n", b"\r\n"), b"\n \n" + line()])
def test_a_byte_order_mark_other_line_ends_and_empty_lines_change_nothing(tmp_path: Path, content: bytes):
    assert read(tmp_path, content) == read(tmp_path, line())


def test_an_archive_may_come_from_stdin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(line() + b"{")))
    with pytest.raises(ReplayError, match=r"^stdin:2: not JSON"):
        read_archive(STDIN)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (line(title="Explosión").replace(b"\\u00f3", b"\xf3"), "items.jsonl:2: not UTF-8: byte .* is 0xf3"),
        (b'{"id": ' + b"[" * 100_000, "items.jsonl:2: not JSON that can be read: it is nested too deeply"),
        (line(title=7), "items.jsonl:2: 'title' is required and must be a string"),
        (line(content=["x"]), "items.jsonl:2: 'content' must be a string"),
        (line(feed=0), "items.jsonl:2: 'feed' must be a string"),
    ],
)
def test_a_line_that_is_no_item_is_named(tmp_path: Path, content: bytes, says: str):
    with pytest.raises(ReplayError, match=says):
        read(tmp_path, line() + content)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02t10:00:00z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("2026-03-02T10:00:00.123456789-04:00", datetime(2026, 3, 2, 14, 0, 0, 123456, tzinfo=UTC)),
        ("2026-06-30T23:59:60Z", datetime(2026, 6, 30, 23, 59, 59, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(2000, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(2000, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_way_to_write_a_time_is_read_and_a_time_that_no_news_has_is_none(
    tmp_path: Path, written: str, meant: datetime
):
    assert [one.at for one in read(tmp_path, line(first_seen=written))] == [meant]


@pytest.mark.parametrize("url", ["http://[::1", "", "news:1", "https://wire.example:99999999/"])
def test_an_address_that_is_none_names_a_feed_all_the_same(tmp_path: Path, url: str):
    (one,) = read(tmp_path, line(url=url))
    assert one.feed.name == ("wire.example" if "wire" in url else url or "?")


def test_half_a_character_becomes_a_whole_one_and_texts_are_cut_as_those_of_feeds(tmp_path: Path):
    (one,) = read(tmp_path, line(title="Blast \ud83d", content="word " * 100_000))
    assert one.entry.title == "Blast \ufffd"
    assert len(one.entry.content) == 100_000


def test_two_lines_of_one_id_are_two_items_that_stand_once_in_their_story(tmp_path: Path):
    first = {"content": "Three people died when a bomb went off in Caracas on Monday, police said."}
    second = {"content": "Five people died when a bomb went off in Caracas on Monday, police said."}
    archive = read(tmp_path, line(**first) + line(**second) + line(**first) + line(id="\0"))
    topic, lexicon = Topic(id="t", name="t", query="caracas"), Lexicon()
    store = SqliteStore.open(tmp_path / "replay.db", durable=False)
    lines = list(Replay(desks=[Desk(topic, (), lexicon)], matcher=Matcher([topic], lexicon), store=store).run(archive))
    store.close()
    items = [one for one in lines if one["type"] == "item"]
    assert [(one["id"], one["revision_of"]) for one in items] == [("a", None), ("a", "a"), ("a", None), ("\0", "a")]
    assert [one["new"] for one in items[1]["developments"]] == [5]
    assert list(lines[-1]["stories"].values()) == [["a", "\0"]]


def test_an_item_of_two_topics_is_news_for_the_readers_of_both(tmp_path: Path):
    text = "Three people died when a bomb went off in Caracas on Monday, police in Venezuela said."
    archive, lexicon = read(tmp_path, line(content=text)), Lexicon()
    topics = [Topic(id=one, name=one, query=one) for one in ("caracas", "venezuela")]
    readers = [Subscription(id=one.id, topic=one.id, channel=one.id) for one in topics]
    store = SqliteStore.open(tmp_path / "replay.db", durable=False)
    desks = [Desk(topic, (reader,), lexicon) for topic, reader in zip(topics, readers, strict=True)]
    lines = list(Replay(desks=desks, matcher=Matcher(topics, lexicon), store=store, subscriptions=readers).run(archive))
    store.close()
    assert [one["topics"] for one in lines if one["type"] == "item"] == [["caracas", "venezuela"]]
    assert [one["channel"] for one in lines if one["type"] == "alert"] == ["caracas", "venezuela"]
