"""From "in the feed" to "accepted by SMTP", with the real daemon: p50 and p95 beside the bound, poll interval + settle + 5 s.

    python -m bench.latency [--items 60] [--interval 5] [--settle 1]

Four feeds, one mailbox, all on loopback. Items come at random moments, each a story of its own; an item is in the feed from the moment
the server could serve it, and told when the SMTP server has said 250 to the message that carries its link.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "e2e"))
from stage import Stage

FEEDS = ["/a", "/b", "/c", "/d"]
SPARE = 5.0
PLACES = "Maracaibo Valencia Barinas Cumaná Mérida Coro Carúpano Güiria Guanare Maturín Tucupita Barquisimeto".split()
THINGS = "bridge refinery hospital market school airport harbour dam prison railway stadium mill".split()
EVENTS = "closed after a fire;reopened after repairs;seized by the army;damaged by a flood;sold to a company".split(";")


def report(number: int, chance: random.Random) -> tuple[str, str]:
    """News of a kind that has nothing to do with the others."""
    place, thing, event = PLACES[number % 12], THINGS[(number // 12 + number) % 12], EVENTS[number % 5]
    name, words = invented(chance, 1).title(), invented(chance, 50)
    return f"Venezuela: {name} {thing} in {place} {event}", f"CARACAS - The {name} {thing} was {event}. {words}."


def invented(chance: random.Random, count: int) -> str:
    """Words that no other report has."""
    return " ".join(
        "".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(4)) for _ in range(count)
    )


def measure(stage: Stage, items: int, pace: float) -> list[float]:
    """Seconds from feed to mailbox, of every item that was told."""
    chance = random.Random(5)
    told: dict[str, float] = {}
    published: dict[str, float] = {}

    def accepted(message: EmailMessage) -> None:
        plain = message.get_body(("plain",))
        body = plain.get_content() if plain is not None else ""
        now = time.perf_counter()
        told.update({guid: now for guid in published if f"news.example/{guid}" in body and guid not in told})

    stage.mailbox.on_message = accepted
    stage.start()
    for path in FEEDS:
        stage.stand.wait_until_asked(path, 2)
    for number in range(items):
        guid = f"item{number:03}x"
        title, text = report(number, chance)
        published[guid] = time.perf_counter()
        stage.stand.publish(FEEDS[number % len(FEEDS)], guid, title, text)
        threading.Event().wait(chance.expovariate(1 / pace))
    stage.mailbox.wait_for(lambda _: len(told) == items, f"{items} items told")
    return sorted(told[guid] - published[guid] for guid in told)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--interval", type=float, default=5)
    parser.add_argument("--settle", type=float, default=1)
    parser.add_argument("--pace", type=float, default=1.5, help="seconds between two items, on average")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        stage = Stage(Path(folder))
        try:
            stage.configure(FEEDS, subscription="threshold = 0.0")
            text = (
                stage.config.read_text()
                .replace('"1s"', f'"{asked.interval:g}s"')
                .replace('settle = "0s"', f'settle = "{asked.settle:g}s"')
            )
            stage.config.write_text(text)
            waits = measure(stage, asked.items, asked.pace)
        finally:
            stage.close()
    bound = asked.interval + asked.settle + SPARE
    p50, p95 = (waits[min(len(waits) - 1, int(len(waits) * share))] for share in (0.5, 0.95))
    print(f"{len(waits)} of {asked.items} items told; feed → accepted by SMTP")
    print(f"p50 {p50:.2f} s, p95 {p95:.2f} s, worst {waits[-1]:.2f} s")
    print(
        f"bound {bound:g} s = interval {asked.interval:g} + settle {asked.settle:g} + {SPARE:g}: {'kept' if p95 <= bound else 'NOT KEPT'}"
    )
    return int(p95 > bound or len(waits) < asked.items)


if __name__ == "__main__":
    sys.exit(main())
