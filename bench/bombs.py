"""What a hostile answer costs: memory beyond an ordinary fetch, seconds, and in which words it ends.

`python -m bench bombs`. Each answer is fetched, and parsed where something came, by a process of its own, whose peak memory
(VmHWM) is compared with that after an ordinary feed. Beside it the largest one read as most programs read: unpacked in one go.
Ends in 1 where something takes 30 MB more, or longer than its deadline. How punctual healthy feeds stay beside such answers is
`bench.polling_hostile`'s question.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import sys
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

import brotli
import zstandard

from bench.farm import document
from monitor.errors import FeedError
from monitor.feeds.fetch import HttpFetcher
from monitor.feeds.limits import FetchLimits
from monitor.feeds.parse import parse
from monitor.model import Fetched

GIB = 2**30
DEADLINE, MOST = 5.0, 30.0
_ZEROS = bytes(2**20)
Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


# ── the answers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def zeros(size: int) -> Iterator[bytes]:
    """So many zero bytes, a mebibyte at a time."""
    return (_ZEROS for _ in range(size // len(_ZEROS)))


def gzipped(size: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(map(packer.compress, zeros(size))) + packer.flush()


def brotlied(size: int) -> bytes:
    packer = brotli.Compressor(quality=9, lgwin=24)
    return b"".join(map(packer.process, zeros(size))) + packer.finish()


def zstandarded(size: int) -> bytes:
    packer = zstandard.ZstdCompressor(level=3).compressobj()
    return b"".join(map(packer.compress, zeros(size))) + packer.flush()


def packed(encoding: str, body: bytes) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nContent-Encoding: {encoding}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return play


def repeated(head: bytes, piece: bytes, times: int, pause: float = 0.0) -> Play:
    """`head`, and then a piece again and again, `pause` seconds between two."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + head)
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)

    return play


def redirected(to: str) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {to}\r\n\r\n".encode())
        await writer.drain()

    return play


def plays() -> dict[str, Play]:
    """Every answer by its name."""
    single = gzipped(GIB)
    double, small = gzip.compress(single, 9), brotlied(GIB // 4)
    return {
        "an ordinary feed": packed("identity", document(1, 30)),
        f"1 GiB in {len(single)} B of gzip": packed("gzip", single),
        f"1 GiB in {len(double)} B, gzip in gzip": packed("gzip", double),
        "the same, both layers declared": packed("gzip, gzip", double),
        f"256 MiB in {len(small)} B of brotli": packed("br", small),
        "1 GiB of zstd": packed("zstd", zstandarded(GIB)),
        "a body of 100 MB": repeated(b"\r\n", b"<item><title>x</title></item>" * 2_000, 1_725),
        "a header that drips": repeated(b"X: ", b"a", 200, 0.1),
        "a body that drips": repeated(b"\r\n", b"<", 200, 0.1),
        "a redirect in a circle, there": redirected("/10"),
        "a redirect in a circle, and back": redirected("/9"),
    }


# ── one fetch, in a process of its own ───────────────────────────────────────────────────────────────────────────────


def peak() -> float:
    """This process's largest memory so far, in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


async def fetch(base: str, number: int) -> dict[str, object]:
    """What the answer `number` costs beyond the ordinary one, and how it ends."""
    limits = FetchLimits(allow_private=("127.0.0.0/8",), timeout=timedelta(seconds=DEADLINE))
    async with HttpFetcher(limits) as fetcher:
        await _read(fetcher, f"{base}/0")
        before, began = peak(), time.monotonic()
        words = await _read(fetcher, f"{base}/{number}")
        return {"MB": peak() - before, "s": time.monotonic() - began, "words": words}


async def _read(fetcher: HttpFetcher, url: str) -> str:
    try:
        answer = await fetcher.get(url)
        assert isinstance(answer, Fetched)
        return f"{len(parse(answer.body, url=url).entries)} entries"
    except FeedError as error:
        return str(error).removeprefix(f"{url}: ")


def at_once() -> dict[str, object]:
    """256 MiB of brotli unpacked in one go."""
    body = brotlied(GIB // 4)
    before, began = peak(), time.monotonic()
    size = len(brotli.decompress(body))
    return {"MB": peak() - before, "s": time.monotonic() - began, "words": f"{size} bytes in memory"}


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def _child(*arguments: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.bombs", *arguments, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    found: dict[str, float] = json.loads(out)
    return found


async def measure() -> int:
    """Prints a line for each answer; 1 if one costs too much."""
    answers = plays()
    several = list(answers.values())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                await several[int(head.split(b" ", 2)[1].strip(b"/"))](writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    bad = 0
    for number, name in enumerate(answers):
        cost = await _child("--fetch", base, "--number", str(number))
        bad += cost["MB"] >= MOST or cost["s"] > DEADLINE + 0.5
        print(f"  {name:42}{cost['MB']:7.1f} MB {cost['s']:6.2f} s  {cost['words']}", flush=True)
    cost = await _child("--at-once")
    print(f"  {'256 MiB of brotli, unpacked in one go':42}{cost['MB']:7.1f} MB {cost['s']:6.2f} s  {cost['words']}")
    server.close()
    return 1 if bad else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fetch", help=argparse.SUPPRESS)
    parser.add_argument("--number", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--at-once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.fetch or options.at_once:
        found = at_once() if options.at_once else asyncio.run(fetch(options.fetch, options.number))
        print(json.dumps(found))
        return 0
    return asyncio.run(measure())


if __name__ == "__main__":
    sys.exit(main())
