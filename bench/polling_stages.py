"""Where the time of a cold poll goes: CPU of each step, per feed, beside the bare loop's.  python -m bench.polling_stages [--feeds 128]

Feeds of thirty entries (bench/farm) are taken through the product's own functions, one step at a time, on one thread; the best of
five. Fetching is measured by `bench.polling`: what its total has beyond this sum is aiohttp, the event loop and cold caches.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from bench.farm import document
from monitor.feeds.limits import FetchLimits
from monitor.feeds.parse import strict
from monitor.feeds.parse.raw import RawFeed, cleaned
from monitor.feeds.sift import sift
from monitor.model import Feed, FeedCheck, FeedState, Fetched, Match, ParsedFeed, Topic
from monitor.pipeline.checking import read_feed
from monitor.store import searching
from monitor.store.polling import record_check
from monitor.store.sqlite import SqliteStore
from monitor.text import lexicon
from monitor.topics.match import Matcher

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://feed.example/f.xml"
FIELDS = "guid title link pubDate description {http://purl.org/rss/1.0/modules/content/}encoded".split()


def best(step: Callable[[Any], Any], values: Sequence[Any], rounds: int = 5) -> tuple[float, list[Any]]:
    """Milliseconds of CPU for one value, in the quickest round, and the results."""
    quickest, results = float("inf"), []
    for _ in range(rounds):
        began = time.process_time()
        results = [step(value) for value in values]
        quickest = min(quickest, time.process_time() - began)
    return quickest / len(values) * 1_000, results


@contextmanager
def clocked(times: dict[str, float], name: str, values: int) -> Iterator[None]:
    """Adds what happens inside to the quickest time of that name."""
    began = time.process_time()
    yield
    times[name] = min(times.get(name, float("inf")), (time.process_time() - began) / values * 1_000)


def reading(bodies: Sequence[bytes], matcher: Matcher, store: SqliteStore) -> tuple[dict[str, float], list[FeedCheck]]:
    """The steps from bytes to a check."""
    feeds = [
        Feed(id=f"f{number}", url=URL, name=f"Site {number}", family="", language="es") for number in range(len(bodies))
    ]
    states = [FeedState(feed=feed.id, check_after=NOW) for feed in feeds]
    times: dict[str, float] = {}

    def raw(body: bytes) -> RawFeed:
        return strict.read(body, url=URL) or RawFeed()

    def sifted(known: tuple[Feed, FeedState, ParsedFeed]) -> Any:
        return sift(*known, set(), {}, NOW)

    def whole(known: tuple[Feed, FeedState, ParsedFeed, bytes]) -> FeedCheck:
        feed, state, parsed, body = known
        answer = Fetched(url=URL, status=200, body=body)
        return read_feed(feed, state, answer, parsed, matcher=matcher, store=store, limits=FetchLimits(), now=NOW)

    def matched(found: Any) -> list[tuple[Match, ...]]:
        return [matcher.match(item) for item in found.items]

    times["parse: expat and our field picker"], raws = best(raw, bodies)
    times["clean: HTML to text, addresses, lengths"], parsed = best(lambda one: cleaned(one, URL), raws)
    times["sift: hashes, identity, items"], found = best(sifted, list(zip(feeds, states, parsed, strict=True)))
    times["match: two queries"], _ = best(matched, found)
    total, checks = best(whole, list(zip(feeds, states, parsed, bodies, strict=True)))
    times["schedule, and the check as a value"] = max(0.0, total - sum(list(times.values())[2:]))
    return times, checks


def recording(checks: Sequence[FeedCheck], folder: str, rounds: int = 5) -> dict[str, float]:
    """The steps from a check to the disk, 64 checks a transaction as the daemon does it."""
    times: dict[str, float] = {}
    for number in range(rounds):
        store = SqliteStore.open(Path(folder) / f"{number}.db")
        batch = checks[:64]
        with store._writing() as db:  # noqa: SLF001 - the steps inside one transaction
            with clocked(times, "record: items, five indexes, tombstones, state", len(batch)):
                fresh = [item for check in batch for item in record_check(db, check)]
            with clocked(times, "record: full text index", len(batch)):
                searching.add_items(db, fresh)
            began = time.process_time()
        took = (time.process_time() - began) / len(batch) * 1_000
        times["record: commit, full sync"] = min(times.get("record: commit, full sync", took), took)
        store.close()
    return times


def ceiling(bodies: Sequence[bytes]) -> float:
    """The bare loop's parse and insert, with a full sync a feed."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "ceiling.db", isolation_level=None)
        db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE e(feed INT, guid, title, link, date, summary, content, PRIMARY KEY(feed, guid))"
        )

        def one(body: bytes) -> None:
            rows = [(id(body), *map(item.findtext, FIELDS)) for item in etree.fromstring(body).iter("item")]
            db.execute("BEGIN")
            db.executemany("INSERT OR IGNORE INTO e VALUES(?,?,?,?,?,?,?)", rows)
            db.execute("COMMIT")

        took, _ = best(one, bodies, rounds=1)
        db.close()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=128)
    options = parser.parse_args()
    bodies = [document(number, 30) for number in range(options.feeds)]
    topic = Topic(id="v", name="V", query="hurricane OR (tsunami AND guyana)")
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder) / "asked.db")
        times, checks = reading(bodies, Matcher([topic], lexicon.load()), store)
        times |= recording(checks, folder)
        store.close()
    print(f"a feed of 30 entries, {len(bodies[0]) / 1e3:.0f} kB; ms of CPU")
    for name, took in times.items():
        print(f"  {took:5.2f}  {took / sum(times.values()):4.0%}  {name}")
    print(f"  {sum(times.values()):5.2f}        together; the bare lxml loop's parse and insert: {ceiling(bodies):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
