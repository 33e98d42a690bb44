"""Killed at random moments, again and again: nothing owed is lost, and what comes twice is counted.

The short version runs in the suite; `make chaos` runs a thousand kills (MONITOR_KILLS) and prints the figures.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import statistics
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

KILLS = int(os.environ.get("MONITOR_KILLS", "50"))
SEED = int(os.environ.get("MONITOR_SEED", "1"))

PLACES = "Maracaibo Valencia Barinas Cumaná Mérida Coro Carúpano Güiria Guanare Maturín Tucupita Barquisimeto".split()
THINGS = "bridge refinery hospital market school airport harbour dam prison railway stadium power plant".split()
EVENTS = [
    "closed after a fire",
    "reopened after repairs",
    "seized by the army",
    "damaged by a flood",
    "sold to a company",
    "searched by the police",
]

#: developments that a subscription was neither told, nor will be, nor decided against: lost
UNTOLD = """
select count(*) from developments d join subscriptions s on s.topic = d.topic
where not exists (select 1 from told t where t.development = d.id and t.channel = s.channel)
  and not exists (select 1 from settled x where x.development = d.id and x.subscription = s.id)
  and not exists (select 1 from owed o where o.development = d.seq and o.subscription = s.id)
"""


def publish(stand: Any, number: int, chance: random.Random) -> None:
    place, thing, event = chance.choice(PLACES), chance.choice(THINGS), chance.choice(EVENTS)
    day, count = chance.randint(1, 28), chance.randint(3, 9000)
    title = f"Venezuela: {thing} in {place} {event}"
    text = f"CARACAS - The {thing} in {place}, Venezuela, was {event} on {day} October. Report {number} counts {count} people affected."
    stand.publish(f"/{number % 3}", f"n{number}", title, text)


def waiting(database: Path) -> int:
    """What is still to be judged, decided or delivered."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        pending = connection.execute("select count(*) from pending").fetchone()[0]
        owed = connection.execute("select count(*) from alerts where state in ('owed', 'sending')").fetchone()[0]
    return int(pending + owed)


def test_killed_at_random_moments_nothing_is_lost(stage: Any) -> None:
    stage.configure(["/0", "/1", "/2"], subscription="threshold = 0.0")
    text = stage.config.read_text()
    second = f"""
[[channel]]
id = "hook"
url = "{stage.hook.url}"
[[subscription]]
topic = "v"
channel = "hook"
settle = "0s"
gap = "0s"
threshold = 0.0
max_per_day = 100000
"""
    stage.config.write_text(text.replace("max_per_day = 1000\n", "max_per_day = 100000\n") + second)
    chance = random.Random(SEED)
    database = stage.folder / "monitor.db"
    published = 0
    restarts: list[float] = []  # seconds from the start of the process to its first question to a feed
    for kill in range(KILLS):
        asked, begun = stage.stand.requests.get("/0", 0), time.monotonic()
        daemon = stage.start()
        stage.stand.wait_until_asked("/0", asked + 1)
        restarts.append(time.monotonic() - begun)
        for _ in range(chance.randint(1, 4)):
            publish(stage.stand, published, chance)
            published += 1
        # A moment of the daemon's work, never the test's: the kill comes after a random share of a tick or two.
        threading.Event().wait(chance.uniform(0.05, 2.5))
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.wait()
        if database.exists():
            with closing(sqlite3.connect(database)) as connection:
                assert connection.execute("pragma quick_check").fetchone() == ("ok",), f"after kill {kill + 1}"
    stage.start()
    stage.stand.wait_for_next_polls("/0", 3)
    deadline = threading.Event()
    for _ in range(600):
        if waiting(database) == 0:
            break
        deadline.wait(0.1)
    assert waiting(database) == 0, stage.log()[-2000:]
    check(stage, database, published)
    print(f"restart to first poll: median {statistics.median(restarts):.2f} s, worst {max(restarts):.2f} s")


def check(stage: Any, database: Path, published: int) -> None:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        items = connection.execute("select count(*) from items").fetchone()[0]
        sent = connection.execute("select key, channel from alerts where state = 'sent'").fetchall()
        dead = connection.execute("select count(*) from alerts where state = 'dead'").fetchone()[0]
        untold = connection.execute(UNTOLD).fetchone()[0]
    by_mail = Counter(str(message["Message-ID"]) for message in stage.mailbox.messages)
    by_hook = Counter(headers["idempotency-key"] for headers, _ in stage.hook.received)
    lost_mail = [key for key, channel in sent if channel == "desk" and not any(key in known for known in by_mail)]
    lost_hook = [key for key, channel in sent if channel == "hook" and key not in by_hook]
    twice = {"mail": sum(by_mail.values()) - len(by_mail), "hook": sum(by_hook.values()) - len(by_hook)}
    lost = len(lost_mail) + len(lost_hook) + untold
    print(
        f"kills {KILLS}, items {items} of {published}, alerts sent {len(sent)}, lost {lost}, dead {dead}, twice {twice}"
    )
    assert items == published
    assert (lost_mail, lost_hook, dead, untold) == ([], [], 0, 0)
    assert max(twice.values()) <= KILLS
