"""The process that runs feedparser: it may die of a feed, and nobody else does.

It reads one request after another from stdin and answers on stdout, each a length in four bytes and MessagePack. Memory and CPU time
are limited by the kernel; what goes over ends this process, and the pool begins another. Nothing is executed of what it answers: the
pool decodes it into values of our own.
"""

from __future__ import annotations

import resource
import sys
from typing import BinaryIO

import msgspec

from monitor.errors import ParseError
from monitor.feeds.parse import parse, parse_strictly
from monitor.model import ParsedFeed

#: address space in bytes: the largest feed we take (15 MB) needs a third of it
MEMORY = 768 * 2**20
#: seconds of CPU for one feed; a large ordinary one takes two
CPU = 20


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A body to read."""

    body: bytes
    url: str
    content_type: str
    headers: dict[str, str]
    #: only as far as the strict reader comes: nothing, and no error, where it declines
    strictly: bool = False


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What it says, or why it is no feed."""

    parsed: ParsedFeed | None = None
    error: str = ""


def main() -> None:
    """Answers until stdin ends."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (data := _receive(source)) is not None:
        _allow_cpu()
        reply = msgspec.msgpack.encode(_answer(msgspec.msgpack.decode(data, type=Request)))
        sink.write(len(reply).to_bytes(4, "big") + reply)
        sink.flush()


def _receive(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else None


def _allow_cpu() -> None:
    """So many seconds from now; what was used for earlier feeds does not count."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + CPU, resource.RLIM_INFINITY))


def _answer(request: Request) -> Answer:
    try:
        read = parse_strictly if request.strictly else parse
        parsed = read(request.body, url=request.url, content_type=request.content_type, headers=request.headers)
        return Answer(parsed=parsed)
    except ParseError as error:
        return Answer(error=str(error))
    except MemoryError:
        return Answer(error="reading it takes more memory than a feed may have")
    except RecursionError:
        return Answer(error="it is nested too deeply to be a feed")


if __name__ == "__main__":
    main()
