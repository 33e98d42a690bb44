"""The bundled story tells what its narrator promises: through the real steps, and once as the real demo."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.demo.play import read_story

BEGIN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_each_round_of_the_story_brings_what_the_narrator_says(tmp_path: Path) -> None:
    story = read_story()
    rounds = story["rounds"][1:]
    lines = [
        {
            "id": entry["id"],
            "feed": entry["outlet"],
            "url": f"https://{entry['outlet']}.example/{entry['id']}",
            "title": entry["title"],
            "summary": entry["text"],
            "first_seen": (BEGIN + timedelta(minutes=10 * number, seconds=place)).isoformat(),
        }
        for number, one in enumerate(rounds)
        for place, entry in enumerate(one["entries"])
    ]
    (tmp_path / "items.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (tmp_path / "monitor.toml").write_text(
        f"""[[topic]]
id = "t"
query = '''{story["topic"]["query"]}'''
[[channel]]
id = "screen"
url = "terminal://"
[[subscription]]
topic = "t"
channel = "screen"
settle = "0s"
gap = "0s"
digest_at = ["12:00"]
"""
    )
    command = [
        sys.executable,
        "-m",
        "monitor",
        "-c",
        str(tmp_path / "monitor.toml"),
        "replay",
        str(tmp_path / "items.jsonl"),
    ]
    output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    alerts = [line for line in map(json.loads, output.splitlines()) if line["type"] == "alert"]
    for number, one in enumerate(rounds):
        begin, end = BEGIN + timedelta(minutes=10 * number), BEGIN + timedelta(minutes=10 * number + 9)
        now = [alert for alert in alerts if begin <= datetime.fromisoformat(alert["at"]) <= end]
        assert len(now) == (one["expect"] == "alert"), (one["say"], [alert["title"] for alert in now])
    text = "\n".join(alert["title"] for alert in alerts)
    assert "4,500 → 6,000" in text
    assert "claimed → denied" in text
    assert [alert["mode"] for alert in alerts][-1] == "digest"


def test_the_demo_runs_offline_from_feed_to_alert() -> None:
    command = [sys.executable, "-m", "monitor", "demo", "--listen", "", "--speed", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "first report" in done.stdout
    assert "4,500 → 6,000" in done.stdout
    assert "Digest" in done.stdout
