"""From the start of the process to the first poll and to the first message, with a large database.

    python -m bench.restart [--items 200000] [--share 0.1] [--runs 3] [--database FILE]

Makes a database through the store's own methods: `items` items of a month from 200 feeds, of which a `share` is judged into stories
of one topic. Then starts the real daemon on it, with a feed server and a webhook on loopback, and kills it. The first poll must not
wait for a topic's memory; the first message of a topic waits for it. `--database` keeps the file for the next time.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from statistics import median

import msgspec

from monitor.config.building import starter
from monitor.model import Feed, FeedCheck, FeedState, Item, Judgement, Match, StoryUpdate, Subscription, make_id
from monitor.store.sqlite import SqliteStore
from monitor.stories.judge import TopicMemory, judge
from monitor.stories.kept import Kept
from monitor.stories.signature import Signature
from monitor.text import lexicon as lexicons
from monitor.text.lexicon import Lexicon

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "e2e"))
from stage import Stage

FEEDS, SPAN, BATCH, MODELS = 200, timedelta(days=30), 500, 300
TOPIC = "v"
GOAL = 2.0
PLACES = "Caracas Maracaibo Valencia Barinas Cumaná Mérida Coro Carúpano Güiria Guanare Maturín Tucupita".split()
DOERS = "ministry army police prosecutor navy mayor union company court hospital governor embassy".split()
DEEDS = "closed reopened seized searched sold evacuated inspected rebuilt fined defended flooded lost".split()
THINGS = "bridge refinery market school airport harbour dam prison railway stadium pipeline warehouse".split()


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    chance = random.Random(20_000)
    return ["".join(chance.choice("bcdfglmnprst") + chance.choice("aeiou") for _ in range(3)) for _ in range(20_000)]


def words(chance: random.Random, count: int) -> str:
    """Invented words, a few of them often and most of them seldom, as words are."""
    known = vocabulary()
    return " ".join(known[int(len(known) * chance.random() ** 3)] for _ in range(count))


def news(number: int, chance: random.Random, at: datetime) -> Item:
    """An invented report; four in a row are of one story."""
    plot = random.Random(number // 4)
    place, doer, deed, thing = (plot.choice(some) for some in (PLACES, DOERS, DEEDS, THINGS))
    what = f"The {doer} {deed} the {thing} in {place}"
    text = f"CARACAS - {what}, Venezuela. {chance.randint(3, 900)} people are affected, officials said. {words(chance, 70)}. {words(chance, 40)}."
    feed = number % FEEDS
    return Item(
        id=make_id("i", number),
        feed=f"f{feed}",
        guid=f"g{number}",
        url=f"https://site{feed}.example/{number}",
        title=f"{what} {words(chance, 2)}",
        summary="",
        content=text,
        publisher=f"Site {feed}",
        family=f"site{feed}",
        language="en",
        published=at,
        first_seen=at,
        digest=make_id("h", number),
        trust=2,
    )


def models(lexicon: Lexicon) -> list[Judgement]:
    """Real judgements, whose memory is what every other one gets, under its own name."""
    memory, chance, at = TopicMemory(TOPIC, lexicon), random.Random(0), datetime.now(UTC)
    match = Match(topic=TOPIC, score=0.9)
    return [judge(memory, news(number, chance, at), match, at)[0] for number in range(MODELS)]


def judged(item: Item, number: int, model: Judgement) -> Judgement:
    kept = msgspec.msgpack.decode(model.memory, type=Kept)
    signature = msgspec.msgpack.decode(kept.signature, type=Signature)
    signature = replace(signature, item=item.id, at=item.first_seen.timestamp())
    kept = msgspec.structs.replace(
        kept,
        signature=msgspec.msgpack.encode(signature),
        digest=item.digest,
        url=item.url,
        at=item.first_seen.timestamp(),
    )
    said = [one for one in model.developments[:2] if one.item == model.item]
    story = f"st_{number // 4}"
    developments = tuple(
        replace(one, id=f"d{number}-{place}", item=item.id, story=story, at=item.first_seen, replaces=None,
                span=replace(one.span, item=item.id))
        for place, one in enumerate(said)
    )  # fmt: skip
    return replace(
        model, item=item.id, story=story, new_story=number % 4 == 0, copy_of=None, at=item.first_seen, runner_up=None,
        developments=developments, facts=(), memory=msgspec.msgpack.encode(kept),
    )  # fmt: skip


def fill(path: Path, items: int, share: float, lexicon: Lexicon) -> None:
    """Writes the database by the steps that the daemon takes."""
    chance, known = random.Random(1), models(lexicon)
    now = datetime.now(UTC)
    begin = now - SPAN
    store = SqliteStore.open(path, durable=False)
    store.put_feeds(list(feeds()), begin)
    # The subscription of the daemon has another name: nothing of this is owed to it.
    store.put_subscriptions([Subscription(id="nobody", topic="none", channel="desk")], begin)
    for first in range(0, items, BATCH):
        batch = [
            news(number, chance, begin + SPAN * number / items) for number in range(first, min(items, first + BATCH))
        ]
        wanted = {item.id for item in batch if int(item.guid[1:]) % 1000 < share * 1000}
        match = Match(topic=TOPIC, score=0.9)
        at = batch[-1].first_seen
        store.record_check(
            FeedCheck(
                feed="f0", at=at, state=FeedState(feed="f0", check_after=at, checked_at=at, baseline_done=True),
                items=tuple(batch), matches=dict.fromkeys(wanted, (match,)), tombstones=tuple(item.guid for item in batch),
            )
        )  # fmt: skip
        made = tuple(
            judged(item, int(item.guid[1:]), known[int(item.guid[1:]) % MODELS]) for item in batch if item.id in wanted
        )
        store.record_update(StoryUpdate(topic=TOPIC, at=at, judgements=made))
        if first % (BATCH * 40) == 0:
            print(f"  {first} of {items} items", file=sys.stderr, flush=True)
    store.close()


def feeds() -> Iterator[Feed]:
    for number in range(FEEDS):
        yield Feed(
            id=f"f{number}",
            url=f"https://site{number}.example/rss",
            name=f"Site {number}",
            family=f"site{number}",
            language="en",
        )


os.environ["MONITOR_FRESH"] = "1"  # the imports are part of a start


def once(stage: Stage) -> tuple[float, float]:
    """Seconds to the first poll, and from a new item to its message."""
    polls = stage.stand.requests.get("/a", 0)
    began = time.perf_counter()
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", polls + 1)
    first = time.perf_counter() - began
    stage.stand.wait_until_asked("/a", polls + 2)  # the baseline, the first time
    published = time.perf_counter()
    chance = random.Random(time.time_ns())  # a kept database knows what was told before
    title = f"Venezuela: {chance.randint(1000, 9999)} soldiers cross the border near {words(chance, 2).title()}"
    stage.stand.publish(
        "/a", f"new{time.time_ns()}", title, f"CARACAS - {title}, the ministry said. {words(chance, 30)}."
    )
    got = len(stage.hook.received)
    with stage.hook.arrived:
        assert stage.hook.arrived.wait_for(lambda: len(stage.hook.received) > got, 300), stage.log()[-2000:]
    message = time.perf_counter() - published
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()
    threading.Event().wait(0.2)
    return first, message


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        database = asked.database or Path(folder) / "monitor.db"
        if not database.exists():
            began = time.perf_counter()
            tables = starter() / "lexicon"
            lexicon = lexicons.load([tables / "names.tsv"], [tables / "concepts.tsv"])
            fill(database, asked.items, asked.share, lexicon)
            print(f"made in {time.perf_counter() - began:.0f} s")
        stage = Stage(Path(folder))
        try:
            stage.configure(["/a"], channel=stage.hook.url, subscription="threshold = 0.0")
            stage.config.write_text(stage.config.read_text().replace('"monitor.db"', f'"{database}"'))
            runs = [once(stage) for _ in range(asked.runs)]
        finally:
            stage.close()
        size = database.stat().st_size / 1e6
    polls, messages = (sorted(one) for one in zip(*runs, strict=True))
    print(
        f"database of {asked.items} items, {asked.items * asked.share:.0f} judged, {size:.0f} MB; {asked.runs} starts"
    )
    print(f"start → first poll     median {median(polls):.2f} s, worst {polls[-1]:.2f} s (bound {GOAL:g} s)")
    print(
        f"new item → its message median {median(messages):.2f} s, worst {messages[-1]:.2f} s (with the topic's memory read back)"
    )
    return int(median(polls) > GOAL)


if __name__ == "__main__":
    sys.exit(main())
