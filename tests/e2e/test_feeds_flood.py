"""A feed that pours out hundreds of entries at once: one notice, everything stored, nobody interrupted by them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

PLACES = "border port airport hospital court embassy refinery bridge university stadium market prison station museum harbour".split()


def test_a_flood_is_one_notice_and_all_of_it_is_stored(stage: Any) -> None:
    later = (datetime.now(UTC) + timedelta(hours=12)).strftime("%H:%M")
    stage.configure(["/news"], system=True, subscription=f'digest_at = ["{later}"]')
    stage.start()
    stage.stand.wait_until_asked("/news", 2)
    at = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    stage.stand.entries["/news"] = [
        {
            "guid": f"n{number}",
            "title": f"Venezuela closes its {place} number {number}",
            "text": f"CARACAS - Venezuela closed the {place} number {number} on Friday after a fire, the minister said.",
            "at": at,
        }
        for number, place in enumerate(PLACES * 8)
    ]
    stage.mailbox.wait_for(
        lambda got: any("at once" in str(mail["Subject"]) for mail in got), "the notice of the flood"
    )
    stage.stand.wait_for_next_polls("/news", 4)
    subjects = [str(mail["Subject"]) for mail in stage.mailbox.messages]
    assert sum("at once" in subject for subject in subjects) == 1
    assert not [subject for subject in subjects if "closes its" in subject]
    assert "closes its harbour number 119" in stage.run("search", "harbour").stdout
