"""Items of a title and two lines, as feeds carry them (short_items.jsonl): which figure replaced which, and which did not change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from newsdesk import Desk

CASES = [
    json.loads(line) for line in Path(__file__).with_name("short_items.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['language']}: {case['item'][0]}" for case in CASES])
def test_a_short_report_says_which_figure_replaced_which(case):
    desk = Desk()
    for number, (title, text) in enumerate(case["known"]):
        desk.read(title, text, case["language"], f"Paper {number}")
    said = desk.read(*case["item"], case["language"], "Another paper")
    assert [[one.old, one.new] for one in said if one.old is not None] == ([case["change"]] if case["change"] else [])
