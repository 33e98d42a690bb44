"""Damaged feeds by the thousand: `python tests/unit/feeds/mutated.py 100000` (or `make fuzz`).

Seeds are the corpus beside the tests, and other projects' documents where they are at hand. Each round splices, cuts, repeats and
poisons a seed. What must hold: parsing ends in a feed or a `ParseError`, in little time, and what comes out is fit to be stored.
"""

from __future__ import annotations

import random
import re
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from monitor.errors import ParseError
from monitor.feeds.parse import parse
from monitor.model import ParsedFeed

ROOT = Path(__file__).parents[3]
POISON = """< > & &#x110000; &#0; &#xD800; &nbsp; &amp;amp; <![CDATA[ ]]> <!-- --> <item> </item> <entry> </entry> <channel> </channel>
<title> </title> <link> <guid> <source> <image> <svg> <where> <gml:pos> <cc:license> <updated/> <media:rating/> <psc:chapters> { } [1,2]
<content\ttype='xhtml'> \ttype='x/y' \tmode='base64' \txml:base='javascript:x' \txml:lang='' encoding='utf-16' "items":
<georss:point>1\tx</georss:point> <pubDate>99\tFoo\t0000</pubDate> <dc:date>-1-1-1T</dc:date> <?xml\tversion='1.0'\tencoding='nul'?>
<!DOCTYPE\ta\t[<!ENTITY\tb\t'&b;'>]>"""
TOKENS = [word.replace("\t", " ").encode() for word in re.split("[ \n]", POISON)] + [
    b"\x00",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"<a " * 50,
]


@dataclass
class Tally:
    """What became of the documents."""

    outcomes: Counter[str] = field(default_factory=Counter)
    uncaught: list[str] = field(default_factory=list)
    slowest: float = 0.0
    #: entries of documents that feedparser raised at, read all the same
    saved: int = 0

    def add(self, other: Tally) -> None:
        self.outcomes += other.outcomes
        self.uncaught += other.uncaught
        self.saved += other.saved
        self.slowest = max(self.slowest, other.slowest)


def seeds() -> list[bytes]:
    own = [path.read_bytes() for path in sorted((ROOT / "tests/corpus/feeds").iterdir()) if "expected" not in path.name]
    others = ROOT.parent / "shared/data/feeds/files"
    return own * 20 + [path.read_bytes() for path in sorted(others.glob("*")) if path.stat().st_size < 60_000]


def mutations(chance: random.Random, documents: list[bytes], count: int) -> Iterator[bytes]:
    for _ in range(count):
        body = chance.choice(documents)
        for _ in range(chance.randint(1, 4)):
            body = _mutated(chance, body, documents)
        yield body


def _mutated(chance: random.Random, body: bytes, documents: list[bytes]) -> bytes:  # noqa: PLR0911 - a kind of damage each
    at, to = sorted((chance.randint(0, len(body)), chance.randint(0, len(body))))
    match chance.randint(0, 6):
        case 0:
            return body[:at] + chance.choice(TOKENS) + body[at:]
        case 1:
            return body[:at] + body[min(to, at + chance.randint(1, 40)) :]
        case 2:
            other = chance.choice(documents)
            start = chance.randint(0, len(other))
            return body[:at] + other[start : start + chance.randint(1, 2_000)] + body[at:]
        case 3:
            return body[:at]
        case 4:
            return body[:at] + body[at : min(to, at + 500)] * chance.randint(2, 4) + body[to:]
        case 5:
            flipped = bytearray(body[:100_000])
            for _ in range(chance.randint(1, 8)):
                if flipped:
                    flipped[chance.randrange(len(flipped))] = chance.randrange(256)
            return bytes(flipped)
        case _:
            return b"".join(
                chance.choice(TOKENS) if chance.random() < 0.3 else part + b"<" for part in body.split(b"<")
            )


def run(seed: int, count: int) -> Tally:
    tally = Tally()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for number, body in enumerate(mutations(random.Random(seed), seeds(), count)):
            started = time.process_time()
            try:
                found = parse(
                    body, url="https://feed.example/feed", content_type=["", "text/xml", "application/json"][number % 3]
                )
                msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=ParsedFeed)
                tally.saved += len(found.entries) if found.notes else 0
                tally.outcomes[
                    "damaged entries left out"
                    if "left out" in "".join(found.notes)
                    else found.notes[0]
                    if found.notes
                    else "read"
                ] += 1
            except ParseError as error:
                tally.outcomes["no feed" if "no feed" in str(error) else "refused"] += 1
            except Exception as error:  # noqa: BLE001 - that is what is looked for
                tally.uncaught.append(f"{type(error).__name__}: {error} (seed {seed}, number {number})")
            tally.slowest = max(tally.slowest, time.process_time() - started)
    return tally


def main(count: int) -> int:
    workers, whole, started = 2, Tally(), time.monotonic()
    parts = [(seed, 1_000) for seed in range(1, max(count // 1_000, 1) + 1)]
    with ProcessPoolExecutor(workers) as pool:
        for done, part in enumerate(pool.map(run, *zip(*parts, strict=True)), 1):
            whole.add(part)
            if done % 10 == 0:
                print(f"{done * 1_000} documents, {len(whole.uncaught)} uncaught", file=sys.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    read, took = sum(whole.outcomes.values()) + len(whole.uncaught), time.monotonic() - started
    print(f"{read} documents in {took:.0f} s, slowest {whole.slowest:.2f} s of CPU, peak {peak} MB")
    for name, number in whole.outcomes.most_common():
        print(f"  {number:7} {name}")
    print(f"  {whole.saved:7} entries saved of documents that feedparser raises at")
    for line in whole.uncaught[:20]:
        print("  UNCAUGHT", line)
    return 1 if whole.uncaught else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
