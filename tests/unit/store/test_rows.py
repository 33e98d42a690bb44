"""Values go into rows and come out as they were."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import Alert, Attempt, Decision, Development, Event, Fact, Feed, FeedState, Item, Match, Moved, Story
from monitor.store import processes
from monitor.store.rows import Shape, hash64, micros, moment
from monitor.store.searching import quoted

TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(str, TEXT)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(Mapping, st.dictionaries(TEXT, st.floats(-1, 1), max_size=3))  # type: ignore[type-abstract]
st.register_type_strategy(timedelta, st.timedeltas(min_value=timedelta(-99999), max_value=timedelta(99999)))


@pytest.mark.parametrize("kind", [Alert, Attempt, Decision, Development, Event, Fact, Feed, Item, Match, Moved, Story])
def test_every_value_of_the_model_comes_back_equal(kind: type):
    shape = Shape(kind)

    @settings(max_examples=30, deadline=None)
    @given(st.builds(kind, **{field.name: ... for field in fields(kind)}))
    def round_trip(value: object) -> None:
        row = shape.pack(value)
        assert shape.unpack([row[name] for name in shape.names]) == value

    round_trip()


PLAIN = st.none() | st.booleans() | st.integers(-99, 99) | TEXT


@settings(max_examples=30)
@given(st.dictionaries(TEXT, PLAIN | st.lists(PLAIN) | st.dictionaries(TEXT, PLAIN)))
def test_what_a_feed_measured_comes_back_equal(measures: dict[str, object]):
    shape = Shape(FeedState)
    value = FeedState(feed="f", check_after=datetime(2026, 3, 2, tzinfo=UTC), measures=measures)
    assert shape.unpack(list(shape.pack(value).values())) == value


@given(TIMES)
def test_times_keep_their_microseconds(at: datetime):
    assert moment(micros(at)) == at


def test_times_of_every_zone_are_kept_in_utc_and_times_without_one_are_refused():
    caracas = datetime(2026, 3, 2, 8, tzinfo=timezone(timedelta(hours=-4)))
    assert moment(micros(caracas)) == datetime(2026, 3, 2, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        micros(datetime(2026, 3, 2, 8))


def test_tombstones_fit_a_signed_column_and_belong_to_their_feed():
    hashes = {hash64(feed, str(number)) for feed in ("a", "b") for number in range(1000)}
    assert len(hashes) == 2000
    assert all(-(2**63) <= one < 2**63 for one in hashes)
    assert hash64("a", "b") == hash64("a", "b")


@pytest.mark.parametrize(
    ("typed", "searched"),
    [
        ("fuerza armada", '"fuerza" "armada"'),
        ('he said "no*"', '"he" "said" """no*"""'),
        ("a AND b", '"a" "AND" "b"'),
        ("* - :", ""),
        ("  ", ""),
    ],
)
def test_a_users_words_are_quoted(typed: str, searched: str):
    assert quoted(typed) == searched


def test_this_process_lives_and_its_namesakes_do_not():
    me = processes.this_process()
    boot, number, started = me.split("/")
    assert processes.lives(me)
    assert int(number) == os.getpid()
    assert not processes.lives(f"{boot}/{number}/{started}9")
    assert not processes.lives(f"another-boot/{number}/{started}")
    assert not processes.lives(f"{boot}/4194399/1")
    assert not processes.lives("nonsense")
