"""Four of five feeds are hostile: how punctual are the others, and how would they be alone?

    python -m bench.polling_hostile [--feeds 500] [--seconds 150]

One loopback server plays all of them: a fifth is well; the rest answer never, drip a byte a second, send without end, send garbage,
unpack to a gigabyte, redirect in a circle, or hang up. The real daemon polls them as a process of its own. What is printed is the
time between two polls of a healthy feed beyond its interval: it must stay under 30 s. First the healthy ones are polled alone, as
long: the hostile ones must not move the 95th percentile. (Up to a tenth of an interval is our own spreading, and a second the tick.)
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from bench.farm import document

INTERVAL = 15


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()


BOMB = _bomb()
KINDS = ("silent", "drip", "endless", "garbage", "bomb", "circle", "hangup", "nested")


class Town:
    """All the feeds. `asked` keeps when each healthy one was asked."""

    def __init__(self) -> None:
        self.asked: defaultdict[int, list[float]] = defaultdict(list)
        self.hostile = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                number = int(head.split(b" ", 2)[1][2:].split(b".")[0])
                if number % 5 == 0:
                    self.asked[number].append(time.monotonic())
                    body = document(number, 30)
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                    continue
                self.hostile += 1
                await self._be(KINDS[number % len(KINDS)], number, writer)
                break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _be(self, kind: str, number: int, writer: asyncio.StreamWriter) -> None:
        ok = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
        if kind == "silent":
            await asyncio.sleep(600)
        elif kind == "drip":
            writer.write(ok + b"\r\n")
            for _ in range(600):
                writer.write(b"<")
                await writer.drain()
                await asyncio.sleep(1)
        elif kind == "endless":
            writer.write(ok + b"\r\n")
            while True:
                writer.write(b"<item><title>x</title></item>" * 2_000)
                await writer.drain()
                await asyncio.sleep(0.01)
        elif kind == "bomb":
            writer.write(ok + b"Content-Encoding: gzip\r\n\r\n" + BOMB)
        elif kind == "circle":
            writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /f%d.xml\r\n\r\n" % number)
        elif kind == "nested":
            writer.write(ok + b"\r\n<rss version='2.0'><channel>&nbsp;" + b"<a>" * 200_000)
        elif kind == "garbage":
            writer.write(ok + b"\r\n" + os.urandom(50_000))
        await writer.drain()


def _config(folder: Path, base: str, feeds: range) -> Path:
    tables = "".join(f'[[feed]]\nurl = "{base}/f{n}.xml"\nname = "F{n}"\n' for n in feeds)
    path = folder / "monitor.toml"
    path.write_text(
        f'timezone = "UTC"\ndatabase = "bench.db"\nlog = "error"\n[fetch]\ninterval = "{INTERVAL}s"\nmin_interval = "{INTERVAL}s"\n'
        f'max_interval = "{INTERVAL}s"\nper_host = 500\nallow_private = ["127.0.0.0/8"]\n[web]\nlisten = ""\n'
        '[[topic]]\nid = "v"\nname = "V"\nquery = "hurricane"\n' + tables,
        encoding="utf-8",
    )
    return path


async def measure(feeds: range, seconds: float) -> list[float]:
    """Seconds beyond the interval between two polls of a healthy feed, in order; the daemon polls every feed of the range."""
    town = Town()
    server = await asyncio.start_server(town.serve, "127.0.0.1", 0, backlog=1_024)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with tempfile.TemporaryDirectory() as folder:
        path = _config(Path(folder), base, feeds)
        daemon = await asyncio.to_thread(subprocess.Popen, [sys.executable, "-m", "monitor", "-c", str(path), "run"])
        try:
            await asyncio.sleep(seconds)
            peak, cpu = _peak(daemon.pid), _cpu(daemon.pid)
        finally:
            daemon.send_signal(signal.SIGTERM)
            await asyncio.to_thread(daemon.wait, 60)
    server.close()
    end = time.monotonic()
    wanted = [number for number in feeds if number % 5 == 0]
    healthy = [times for number in wanted if (times := town.asked[number])]
    gaps = sorted(later - earlier for times in healthy for earlier, later in pairwise(times))
    late = sorted(gap - INTERVAL for gap in [*gaps, *(max(0.0, end - times[-1] - 30) for times in healthy)])
    polls = sum(map(len, healthy))
    print(
        f"{len(healthy)} of {len(wanted)} healthy feeds polled {polls} times in {seconds:.0f} s, {town.hostile} hostile answers"
    )
    print(f"  beyond the interval: p50 {_part(late, 0.5):.1f} s, p95 {_part(late, 0.95):.1f} s, worst {late[-1]:.1f} s")
    print(f"  the daemon: {peak} MB at its peak, {cpu:.0f} s of CPU", flush=True)
    return late if len(healthy) == len(wanted) else []


def _part(values: list[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=150)
    options = parser.parse_args()
    alone = asyncio.run(measure(range(0, options.feeds, 5), options.seconds))
    among = asyncio.run(measure(range(options.feeds), options.seconds))
    return 0 if alone and among and among[-1] < 30 else 1


if __name__ == "__main__":
    sys.exit(main())
