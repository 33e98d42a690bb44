"""What a larger past costs: a made-up stream of news through the product's judging and a real database, early and late.

    python bench/growth.py [--items 20000,200000] [--topics 30] [--together 30,1]

Topics share nothing but the process, so that a few of them (`--together`, one number for each of `--items`) played in turn show
what one costs; each gets the items that it would have among all `--topics`. Time is the process's CPU time for judging, of the
last tenth of each stream, without recording. Memory is what the process holds more than before the first item, a topic; "process"
is that of all topics played with the tables and the caches of words, but without the made-up stream. "keeps all" (`--baseline`)
is the same judging where nothing falls asleep: nothing is looked up, and nothing is bounded but by 600 stories a topic.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bench.growing import Country, Told
from bench.replaying import lexicon
from monitor.model import Feed, FeedCheck, FeedState, Match, StoryUpdate
from monitor.store.sqlite import SqliteStore
from monitor.stories.judge import TopicMemory, judge
from monitor.stories.sleeping import Sleepers
from monitor.text.lexicon import Lexicon

#: items judged between two transactions, as the daemon's updates are under load
BATCH = 50


@dataclass
class Desk:
    """One topic at work."""

    topic: str
    stream: list[Told]
    memory: TopicMemory
    seconds: list[float] = field(default_factory=list)
    #: story of the stream → the story that its first item was put into
    where: dict[str, str] = field(default_factory=dict)
    woken: list[bool] = field(default_factory=list)


def resident() -> float:
    """MB that this process holds."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def work(desk: Desk, part: list[Told], store: SqliteStore) -> None:
    """Judges a batch and records it."""
    items, made, moved = [one.item for one in part], [], []
    state = FeedState(feed="f", check_after=items[-1].first_seen, baseline_done=True)
    matches = {one.id: (Match(topic=desk.topic, score=1.0),) for one in items}
    store.record_check(FeedCheck(feed="f", at=items[-1].first_seen, state=state, items=tuple(items), matches=matches))
    for one in part:
        began = time.process_time()
        judgement, repairs = judge(desk.memory, one.item, matches[one.item.id][0], one.item.first_seen)
        desk.seconds.append(time.process_time() - began)
        made.append(judgement)
        moved.extend(repairs)
        known = desk.where.setdefault(one.story, judgement.story)
        if one.slept:
            found = store.story(known)
            desk.woken.append(judgement.story == (found.id if found else known))
    update = StoryUpdate(
        topic=desk.topic,
        at=items[-1].first_seen,
        judgements=tuple(made),
        moved=tuple(moved),
        asleep=desk.memory.fall_asleep(),
    )
    store.record_update(update)


def warm_up(words: Lexicon) -> None:
    """Fills the caches of words that every topic shares."""
    memory = TopicMemory("warm", words)
    for one in Country(99).stream(300):
        judge(memory, one.item, Match(topic="warm", score=1.0), one.item.first_seen)


def measure(count: int, together: int, sleeping: bool) -> str:
    """One row: so many items a topic, so many topics at once."""
    words = lexicon()
    warm_up(words)
    bare = resident()
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore.open(Path(folder) / "monitor.db", durable=False)
        store.put_feeds(
            [Feed(id="f", url="https://f.example/", name="F", family="f")],
            Country(0).stream(1).__next__().item.first_seen,
        )
        desks = []
        for number in range(together):
            topic = f"t{number}"
            found = Sleepers(partial(store.asleep, topic), partial(store.asleep_with, topic)) if sleeping else None
            desks.append(Desk(topic, list(Country(number).stream(count)), TopicMemory(topic, words, sleepers=found)))
        before = resident()
        for at in range(0, count, BATCH):
            for desk in desks:
                work(desk, desk.stream[at : at + BATCH], store)
        held = resident() - before
        size = Path(folder, "monitor.db").stat().st_size / 1e6
        store.close()
    late = sorted(second for desk in desks for second in desk.seconds[-max(len(desk.seconds) // 10, 50) :])
    p50, p95, p99 = (1e3 * late[int(len(late) * share)] for share in (0.5, 0.95, 0.99))
    woken = [one for desk in desks for one in desk.woken]
    awake = sum(len(desk.memory.clusterer.stories) for desk in desks) / together
    times, sizes = (
        f"{p50:7.1f} {p95:7.1f} {p99:7.1f}",
        f"{held / together:9.1f} {bare + held:9.0f} {size / together:9.1f}",
    )
    return f"{times}  {sizes} {awake:8.0f}   {sum(woken)} of {len(woken)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", default="20000,200000", help="items over all topics")
    parser.add_argument("--topics", type=int, default=30)
    parser.add_argument("--together", default="30,1", help="topics that are played, for each number of items")
    parser.add_argument(
        "--baseline", type=int, default=0, help="items over all topics for a row of one topic where nothing sleeps"
    )
    options = parser.parse_args()
    print(f"{'':12} {'':>8} {'topics':>6}  ms an item, last tenth   MB                            stories   woken")
    print(
        f"{'':12} {'items':>8} {'played':>6} {'p50':>7} {'p95':>7} {'p99':>7}  {'a topic':>9} {'process':>9} {'file':>9} {'awake':>8}"
    )
    played = zip(options.items.split(","), options.together.split(","), strict=True)
    rows = [("monitor", int(count), int(together), True) for count, together in played]
    rows += [("keeps all", options.baseline, 1, False)] * bool(options.baseline)
    for name, count, together, sleeping in rows:
        # Each in a process of its own: what one row leaves behind is no memory of the next.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            found = process.submit(measure, count // options.topics, together, sleeping).result()
        print(f"{name:<12} {count:>8} {together:>6} {found}", flush=True)


if __name__ == "__main__":
    main()
