"""Polling a farm of feeds: cold, all unchanged, 5 % changed; the whole product beside a bare fetch–parse–insert loop.

    python -m bench.polling [--feeds 1000] [--rounds 3] [--peer PYTHON] [--peer-feeds 1000] [--before FOLDER]

Everything runs on loopback (bench/farm). The product does all that it does for a user: due times, matching a topic, finding what is
known, storing with full text search and full sync. The ceiling fetches with aiohttp, parses with lxml and inserts into SQLite, with
no product around it; `feedparser` is the same loop with feedparser in lxml's place, which is what most readers begin with. `--peer`
names a Python that has lemon24/reader installed. `--peer-feeds` spares the slow two: they are given so many of the feeds, and
compared by feeds a second. `--before` names another checkout, whose product takes part: what a change is worth.
Ratios of one run are what counts; times do not, and CPU seconds count more than both beside neighbours.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import uvloop

from monitor.config import load
from monitor.run.app import build, configure_logging, open_store
from monitor.run.once import one_pass

HERE = Path(__file__).parent
PHASES = ("cold", "warm", "changed")
CEILING = """
import asyncio, json, resource, sqlite3, sys, time
import aiohttp
import feedparser
from lxml import etree
base, feeds, folder, how = sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[1]
db = sqlite3.connect(folder + "/ceiling.db", isolation_level=None)
db.executescript('''
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE f(feed INTEGER PRIMARY KEY, etag TEXT);
CREATE TABLE e(feed INT, guid TEXT, title TEXT, link TEXT, date TEXT, summary TEXT, content TEXT, PRIMARY KEY(feed, guid));
''')
fields = "guid title link pubDate description {http://purl.org/rss/1.0/modules/content/}encoded".split()
etags = {}
async def one(session, gate, n):
    headers = {"If-None-Match": etags[n]} if n in etags else {}
    async with gate, session.get(f"{base}/f{n}.xml", headers=headers) as r:
        if r.status == 304: return
        body = await r.read()
    if how == "lxml":
        rows = [(n, *map(item.findtext, fields)) for item in etree.fromstring(body).iter("item")]
    else:
        rows = [
            (n, *map(e.get, ("id", "title", "link", "published", "summary")), e.get("content", [{}])[0].get("value"))
            for e in feedparser.parse(body).entries
        ]
    db.execute("BEGIN"); db.executemany("INSERT OR IGNORE INTO e VALUES(?,?,?,?,?,?,?)", rows)
    etags[n] = r.headers["ETag"]; db.execute("INSERT OR REPLACE INTO f VALUES(?,?)", (n, etags[n])); db.execute("COMMIT")
def passed(t, c):
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - t, time.process_time() - c, peak]), flush=True)
async def main():
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        gate = asyncio.Semaphore(64)
        for line in sys.stdin:
            t, c = time.perf_counter(), time.process_time()
            await asyncio.gather(*(one(session, gate, n) for n in range(feeds)))
            passed(t, c)
asyncio.run(main())
"""
PEER = """
import json, resource, sys, time
from reader import make_reader
base, feeds, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
reader = make_reader(folder + "/reader.db")
for n in range(feeds): reader.add_feed(f"{base}/f{n}.xml")
for line in sys.stdin:
    t, c = time.perf_counter(), time.process_time()
    reader.update_feeds(scheduled=False, workers=10)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([time.perf_counter() - t, time.process_time() - c, peak]), flush=True)
"""


async def product(base: str, feeds: int, folder: str) -> None:
    """The product itself, a pass for each line on stdin; its clock is moved on so that every feed is due."""
    entries = "".join(f'[[feed]]\nurl = "{base}/f{n}.xml"\nname = "Site {n}"\nlanguage = "es"\n' for n in range(feeds))
    path = Path(folder) / "monitor.toml"
    path.write_text(
        'timezone = "UTC"\ndatabase = "bench.db"\nlog = "error"\n[fetch]\nper_host = 256\nallow_private = ["127.0.0.0/8"]\n[web]\nlisten = ""\n'
        '[[topic]]\nid = "v"\nname = "V"\nquery = "hurricane OR (tsunami AND guyana)"\n' + entries,
        encoding="utf-8",
    )
    config = load(path)
    configure_logging("error")
    begun, moved = datetime(2026, 3, 2, 12, 0, tzinfo=UTC), timedelta(0)
    store = open_store(config)
    app = build(config, store, clock=lambda: begun + moved)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        started, cpu = time.perf_counter(), time.process_time() + _children()
        done = await one_pass(app)
        assert not done.failures, done.failures[:3]
        assert done.checked == feeds, done.checked
        took = [time.perf_counter() - started, time.process_time() + _children() - cpu]
        print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]), flush=True)
        moved += timedelta(hours=2)
    store.close()


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Racer:
    """A process that makes a pass when it is told to."""

    def __init__(self, name: str, command: list[str], base: str, feeds: int, checkout: Path = HERE.parent) -> None:
        self.name, self.feeds, self.folder = name, feeds, tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [*command, base, str(feeds), self.folder.name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout)},
        )
        self.times: dict[str, list[list[float]]] = {}

    def run(self, phase: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} ended in the phase {phase}")
        self.times.setdefault(phase, []).append(json.loads(line))

    def close(self) -> float:
        """Bytes its database takes."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):  # it ended before
            self.process.stdin.close()
        self.process.wait(60)
        size = sum(path.stat().st_size for path in Path(self.folder.name).glob("*.db*"))
        self.folder.cleanup()
        return size


def race(feeds: int, rounds: int, peer: str, peer_feeds: int, before: str) -> dict[str, dict[str, float]]:
    farm = subprocess.Popen([sys.executable, str(HERE / "farm.py"), str(feeds)], stdout=subprocess.PIPE, text=True)
    assert farm.stdout is not None
    base = f"http://127.0.0.1:{int(farm.stdout.readline())}"
    commands = {
        "product": [sys.executable, "-m", "bench.polling", "--product"],
        "ceiling": [sys.executable, "-c", CEILING, "lxml"],
        "feedparser": [sys.executable, "-c", CEILING, "feedparser"],
        **({"reader": [peer, "-c", PEER]} if peer else {}),
    }
    shares = {"feedparser": min(feeds, peer_feeds), "reader": min(feeds, peer_feeds)}
    racers = [Racer(name, command, base, shares.get(name, feeds)) for name, command in commands.items()]
    if before:
        racers.insert(1, Racer("before", commands["product"], base, feeds, Path(before).resolve()))
    try:
        for racer in racers:
            racer.run("cold")
        for number in range(rounds):
            for racer in racers:
                racer.run("warm")
            urllib.request.urlopen(f"{base}/round/{number}").read()
            for racer in racers:
                racer.run("changed")
    finally:
        farm.terminate()
        sizes = {racer.name: racer.close() for racer in racers}
        farm.wait()
    return {racer.name: _summary(racer, sizes[racer.name]) for racer in racers}


def _summary(racer: Racer, size: float) -> dict[str, float]:
    feeds = racer.feeds
    found: dict[str, float] = {"feeds": feeds, "kB an entry": size / 1024 / feeds / 30}
    for phase, times in racer.times.items():
        found[f"{phase} feeds/s"] = feeds / median(one[0] for one in times)
        found[f"{phase} CPU s per 1000"] = median(one[1] for one in times) / feeds * 1_000
        found["peak MB"] = max(found.get("peak MB", 0), *(one[2] for one in times))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", default=os.environ.get("READER_PYTHON", ""), help="a Python with lemon24/reader")
    parser.add_argument("--peer-feeds", type=int, default=1_000, help="how many of the feeds the slow two are given")
    parser.add_argument("--before", default="", metavar="FOLDER", help="another checkout, to compare with")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--product", nargs=3, metavar=("BASE", "FEEDS", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.product:
        uvloop.run(product(options.product[0], int(options.product[1]), options.product[2]))
        return 0
    found = race(options.feeds, options.rounds, options.peer, options.peer_feeds, options.before)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        _show(found, options.rounds)
    return 0


def _show(found: dict[str, dict[str, float]], rounds: int) -> None:
    print(f"feeds of 30 entries, cold once, warm (304) and 5 % changed: median of {rounds}")
    print(f"  {'':10} {'feeds':>6} {'peak MB':>8} {'kB/entry':>8}   feeds/s (CPU ms a feed): cold, warm, changed")
    for name, figures in found.items():
        speeds = "  ".join(
            f"{figures[f'{phase} feeds/s']:8.0f} ({figures[f'{phase} CPU s per 1000']:5.2f})" for phase in PHASES
        )
        print(f"  {name:10} {figures['feeds']:6.0f} {figures['peak MB']:8.0f} {figures['kB an entry']:8.1f}   {speeds}")
    for what in ("feeds/s", "CPU s per 1000"):
        for name in [name for name in found if name != "product"]:
            pairs = ((found["product"][f"{phase} {what}"], found[name][f"{phase} {what}"]) for phase in PHASES)
            ratios = [ours / theirs if what == "feeds/s" else theirs / max(ours, 1e-9) for ours, theirs in pairs]
            kind = "by the clock" if what == "feeds/s" else "by CPU"
            print(f"  {kind:12} " + "  ".join(f"{ratio:5.2f}" for ratio in ratios) + f"  times {name}")


if __name__ == "__main__":
    sys.exit(main())
