"""A short run of the long proof: `make fuzz` reads 100,000 damaged documents."""

from __future__ import annotations

from mutated import run


def test_damaged_documents_end_in_a_feed_or_in_a_parse_error() -> None:
    tally = run(seed=7, count=400)
    assert not tally.uncaught
    assert tally.outcomes["read"] > 50
