"""What feeds say, read by us and by feedparser alone: how many are right, what differs and why, and what it costs.

`python -m bench parsing`, or `python -m bench.parsing --differences 100` to see more of what differs.

Two judges. Where a document of feedparser's own tests says what it expects of an entry's title, link or date, or of the number of
entries, that is right. Of all the others (feedvalidator's, gofeed's, feed-rs's, …), which say nothing, feedparser is the authority:
there "the same" is what can be had, and what differs is listed with its reason. Titles are compared as a reader sees them: without
markup, on one line. Ends in 1 where our share is below feedparser's or where we have fewer entries than it. Needs ../shared.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import feedparser

from bench.farm import document
from monitor.errors import ParseError
from monitor.feeds.parse import parse, parse_strictly
from monitor.feeds.parse.raw import http, one_line
from monitor.model import ParsedFeed

FEEDS = Path(__file__).parents[2] / "shared" / "data" / "feeds"
URL = "http://127.0.0.1:8097/tests/feed"  # where feedparser's own tests are served
_EXPECT = re.compile(r"^\s*Expect:\s*(.+?)\s*$", re.MULTILINE)
_HEADER = re.compile(r"^\s*Header:\s*([\w-]+)\s*[:=]\s*(.+?)\s*$", re.MULTILINE)
_DATES = ("published_parsed", "updated_parsed")
FALLBACK, NO_LINK = "date: our fallback reads it", "link: none there; the guid or the feed's page instead"
RAISES, MANY = "feedparser raises, we read it", "more entries"
#: where we say more than feedparser, which says nothing
MORE = frozenset({FALLBACK, NO_LINK, RAISES, MANY})


@dataclass(frozen=True, slots=True)
class Document:
    """One file, with the headers that its test is served with and what it expects: field of the n-th entry → value."""

    name: str
    project: str
    body: bytes
    headers: Mapping[str, str]
    expected: Mapping[tuple[int, str], Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.headers.get("content-location", URL)


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader makes of a document, entry by entry: title, link, published_parsed, updated_parsed."""

    entries: tuple[Mapping[str, Any], ...]

    def of(self, number: int, name: str) -> Any:
        if name == "count":
            return len(self.entries)
        return self.entries[number].get(name) if number < len(self.entries) else None


# ── the documents ────────────────────────────────────────────────────────────────────────────────────────────────────


def documents() -> Iterator[Document]:
    """Every document of the evaluation feeds."""
    with (FEEDS / "manifest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            body = (FEEDS / row["file"]).read_bytes()
            text = body.decode("utf-8", "replace") if row["repo"] == "kurtmckee/feedparser" else ""
            headers = {name.lower(): value for name, value in _HEADER.findall(text)}
            found = _EXPECT.search(text)
            yield Document(
                row["file"].partition("/")[2], row["repo"], body, headers, expectations(found[1]) if found else {}
            )


def expectations(condition: str) -> dict[tuple[int, str], Any]:
    """What a condition of feedparser's tests demands of entries' titles, links and dates, and of their number."""
    try:
        tree = ast.parse(condition.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return {}
    found: dict[tuple[int, str], Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and all(isinstance(one, ast.Eq) for one in node.ops):
            *places, last = [node.left, *node.comparators]
            if all(map(_place, places)) and isinstance(last, ast.Constant | ast.Tuple | ast.UnaryOp):
                found |= {_place(one) or (0, ""): ast.literal_eval(last) for one in places}
    return found


def _place(node: ast.expr) -> tuple[int, str] | None:
    """Which field of which entry `entries[0]['title']` is, in each of the spellings that the tests use."""
    text = ast.unparse(node)
    if text in ("len(entries)", "entries.__len__()"):
        return 0, "count"
    match = re.fullmatch(r"entries\[(\d)\](?:\['?|\.)(\w+)'?\]?(\['value'\])?", text)
    name = match[2].removesuffix("_detail") if match else ""
    detailed = match is not None and (match[2] == "title_detail") == bool(match[3])
    return (int(match[1]), name) if match and detailed and name in ("title", "link", *_DATES) else None


# ── the readers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def ours(one: Document) -> Said | None:
    """What we make of it; None where we refuse it."""
    try:
        return _said(
            parse(one.body, url=one.url, content_type=one.headers.get("content-type", ""), headers=one.headers)
        )
    except ParseError:
        return None


def _said(found: ParsedFeed) -> Said:
    return Said(
        tuple(
            {
                "title": entry.title,
                "link": entry.url,
                "published_parsed": _parsed(entry.published),
                "updated_parsed": _parsed(entry.updated or entry.published),
            }
            for entry in found.entries
        )
    )


def _parsed(at: datetime | None) -> tuple[int, ...] | None:
    return at.timetuple()[:6] if at is not None else None


def feedparser_alone(one: Document) -> Said | None:
    """What feedparser makes of it as it comes; None where it raises."""
    try:
        found = feedparser.parse(io.BytesIO(one.body), response_headers={**one.headers, "content-location": one.url})
    except Exception:  # noqa: BLE001 - it raises whatever it likes on damaged feeds: that is one of the figures
        return None
    return Said(tuple(_fields(entry) for entry in found.entries))


def _fields(entry: Any) -> dict[str, Any]:
    dates = {name: tuple(entry[name])[:6] if entry.get(name) else None for name in _DATES}
    return {"title": entry.get("title", ""), "link": entry.get("link", ""), **dates}


def same(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same to a reader."""
    if name == "title":  # a title may be text that looks like markup: either reading of it is the same
        texts = str(one or ""), str(other or "")
        return one_line(texts[0]) == one_line(texts[1]) or texts[0] in (texts[1], one_line(texts[1]))
    if name in _DATES:
        return tuple(one or ())[:6] == tuple(other or ())[:6]
    return bool(one == other)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def right(one: Document, said: Said | None) -> bool:
    """Whether a reader's answer is all that the document expects."""
    return said is not None and all(same(at[1], said.of(*at), value) for at, value in one.expected.items())


def differences(mine: Said | None, theirs: Said | None) -> list[tuple[str, str]]:
    """What we say otherwise than feedparser, each as (reason, both values)."""
    if theirs is None or mine is None:
        if theirs is mine or (mine is None and theirs is not None and not theirs.entries):
            return []
        return [(RAISES if theirs is None else "FEWER: we refuse what it reads", "")]
    if len(mine.entries) != len(theirs.entries):
        reason = "FEWER entries" if len(mine.entries) < len(theirs.entries) else MANY
        return [(reason, f"{len(mine.entries)} {len(theirs.entries)}")]
    return [
        (_reason(name, a[name], b[name]), f"{a[name]!r:.60} {b[name]!r:.60}")
        for a, b in zip(mine.entries, theirs.entries, strict=True)
        for name in ("title", "link", *_DATES)
        if not same(name, a[name], b[name])
    ]


def _reason(name: str, mine: Any, theirs: Any) -> str:
    if name == "title":
        return (
            "title: the publisher behind it is split off" if one_line(str(theirs)).startswith(f"{mine} - ") else "title"
        )
    if name in _DATES:
        return FALLBACK if not theirs else "date: implausible, left out" if not mine else "date"
    if not theirs:
        return NO_LINK
    if not http(str(theirs), ""):
        return "link: not a web address (relative, mailto:, javascript:): resolved, or the feed's page instead"
    return "link: control characters removed" if urlsplit(str(mine)).netloc == urlsplit(str(theirs)).netloc else "link"


@dataclass
class Tally:
    """What was counted of one group of documents."""

    documents: int = 0
    ours: int = 0
    theirs: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def line(self, name: str) -> str:
        share = [f"{100 * one / max(self.documents, 1):6.2f} %" for one in (self.ours, self.theirs)]
        return f"  {name:36}{self.documents:6}  {share[0]}  {share[1]}"


@dataclass
class Report:
    """Everything that is printed."""

    expected: Tally = field(default_factory=Tally)
    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    fewer: list[str] = field(default_factory=list)
    uncaught: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return self.expected.ours >= self.expected.theirs and not self.fewer and not self.uncaught


def judge(ones: list[Document]) -> Report:
    """Both readers over every document."""
    report = Report()
    for one in ones:
        try:
            mine = ours(one)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            report.uncaught.append(f"{one.name}: {type(error).__name__}: {error}")
            continue
        theirs = feedparser_alone(one)
        if one.expected:
            _count_expected(report.expected, one, mine, theirs)
        _count(report, one, mine, theirs)
    return report


def _count_expected(tally: Tally, one: Document, mine: Said | None, theirs: Said | None) -> None:
    tally.documents += 1
    tally.ours += right(one, mine)
    tally.theirs += right(one, theirs)
    if not right(one, mine):
        said = [(at[1], value, mine and mine.of(*at)) for at, value in one.expected.items()]
        also = "" if right(one, theirs) else "  (nor is feedparser's)"
        tally.shown += [f"{one.name}{also}: {name} {got!r:.60}, expected {value!r:.60}" for name, value, got in said]


def _count(report: Report, one: Document, mine: Said | None, theirs: Said | None) -> None:
    tally = report.groups[one.project]
    tally.documents += 1
    tally.theirs += theirs is not None
    found = differences(mine, theirs)
    tally.ours += all(reason in MORE for reason, _ in found)
    tally.reasons.update({reason for reason, _ in found})
    tally.shown += [f"{one.name}: {reason} {values}" for reason, values in found if reason not in MORE][:2]
    report.fewer += [f"{one.name}: {reason} {values}" for reason, values in found if reason.startswith("FEWER")]


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


def cpu_seconds(work: Callable[[], object]) -> float:
    """Seconds of CPU that `work` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def costs(ones: list[Document]) -> Iterator[str]:
    """Lines about the seconds of CPU of each way to read, over every document, and of an ordinary large one."""
    quick, slow = (cpu_seconds(lambda read=read: [read(one) for one in ones]) for read in (ours, feedparser_alone))
    yield f"  every document, s of CPU: we {quick:.1f}, feedparser alone {slow:.1f}"
    strictly = sum(_strictly(one) for one in ones)
    yield f"  read without feedparser: {strictly} of {len(ones)} (the rest is damaged, xhtml, or odd on purpose)"
    body = document(1, 30)
    large = [Document("large", "", body, {})] * 20
    quick, slow = (
        cpu_seconds(lambda read=read: [read(one) for one in large]) / 20 for read in (ours, feedparser_alone)
    )
    yield f"  an ordinary feed of {len(body) / 1000:.0f} kB and 30 entries, feeds/s: we {1 / quick:.0f}, feedparser alone {1 / slow:.0f}"


def _strictly(one: Document) -> bool:
    try:
        return parse_strictly(one.body, url=one.url) is not None
    except ParseError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--differences", type=int, default=20, help="documents shown of those that differ")
    options = parser.parse_args()
    if not (FEEDS / "manifest.csv").is_file():
        print("skipped: needs the evaluation feeds (../shared/data/feeds)", file=sys.stderr)
        return 1
    ones = list(documents())
    report = judge(ones)
    show(report, options.differences)
    print(*costs(ones), sep="\n")
    return 0 if report.good else 1


def show(report: Report, most: int) -> None:
    """Prints what was found."""
    print("                                  documents   we          feedparser alone")
    print(report.expected.line("right, by what they expect"))
    print("as feedparser says, or more / read by feedparser without raising:")
    for name, tally in sorted(report.groups.items()):
        print(tally.line(name))
    print("what differs, in documents:")
    reasons = sum((tally.reasons for tally in report.groups.values()), Counter[str]())
    print(*(f"  {times:5} {reason}" for reason, times in reasons.most_common()), sep="\n")
    print("not as expected:", *report.expected.shown[:most], sep="\n  ")
    print("differs:", *[line for tally in report.groups.values() for line in tally.shown][:most], sep="\n  ")
    print(f"uncaught {len(report.uncaught)}, fewer entries {len(report.fewer)}", *report.fewer[:most], sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
