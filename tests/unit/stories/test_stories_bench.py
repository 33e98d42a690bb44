"""The measures of bench/stories.py, against what is worked out by hand."""

from __future__ import annotations

import pytest

from bench.stories import figures

GOLD = {"a": "quake", "b": "quake", "c": "ferry"}
LANGUAGE = {"a": "en", "b": "es", "c": "en"}
ONE = dict.fromkeys(GOLD, "one")


def test_two_events_in_one_story_cost_precision_and_pairs_in_two_languages() -> None:
    found = figures(GOLD, [(item, ONE) for item in GOLD], LANGUAGE)
    assert (found.p, found.r) == (pytest.approx(5 / 9), 1)
    assert found.cross == pytest.approx(2 / 3)


def test_an_item_that_went_nowhere_stands_alone() -> None:
    missing = {"a": "one", "b": "one"}
    found = figures(GOLD, [(item, missing) for item in GOLD], LANGUAGE)
    assert (found.p, found.r, found.cross) == (1, 1, 1)


def test_out_of_fold_each_item_is_judged_by_the_grouping_of_its_own_fold() -> None:
    apart = {item: item for item in GOLD}
    found = figures(GOLD, [("a", ONE), ("b", ONE), ("c", apart)], LANGUAGE)
    assert found.p == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert found.r == 1
