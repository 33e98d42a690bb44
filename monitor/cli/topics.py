"""monitor topics try: what a query would match, highlighted, with scores and near misses, beside the current one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from monitor.cli.common import complain, fail, out, progress, session, show, since
from monitor.config import Config
from monitor.feeds import schedule
from monitor.feeds.sift import sift
from monitor.model import Item, Match, ParsedFeed, Topic
from monitor.run.archive import Archived, read_archive
from monitor.text import lexicon as lexicons
from monitor.text.lexicon import Lexicon
from monitor.topics.doubts import doubts, parts
from monitor.topics.match import Matcher

topics = typer.Typer(no_args_is_help=True, help="Try a query before it goes live.")
_WORD = "bold yellow"
#: characters of the text around its first matched word
_AROUND = 70


def add_to(app: typer.Typer) -> None:
    """Registers the commands."""
    topics.command("try")(topics_try)
    app.add_typer(topics, name="topics")


@dataclass(frozen=True, slots=True)
class Tried:
    """An item beside both queries: the new one's match and the current one's, None where there is none."""

    item: Item
    new: Match | None
    current: Match | None


def topics_try(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="As a topic's query is written.")],
    since_: Annotated[str, typer.Option("--since", metavar="14d", help="Items taken in since then.")] = "14d",
    file: Annotated[Path | None, typer.Option(metavar="ITEMS.jsonl", help="Items of an archive instead.")] = None,
    topic: Annotated[
        str | None, typer.Option(metavar="ID", help=r"Compare with this topic. \[default: the first]")
    ] = None,
    limit: Annotated[int, typer.Option(help="How many of each kind are listed.")] = 20,
) -> None:
    """What a query would match: new, no longer, near misses; the words that matched stand out."""
    config = session(context).config()
    current = _current(config, topic)
    tried_topic = replace(current, id="tried", query=query) if current else Topic(id="tried", name="tried", query=query)
    wanted = [tried_topic, *([replace(current, id="current")] if current else [])]
    matcher = Matcher(wanted, lexicons.load(config.names, config.concepts))
    items = _archived(file, config) if file else _stored(context, since_)
    tried = []
    with progress("trying the query", len(items)) as tell:
        for number, item in enumerate(items, 1):
            found = {match.topic: match for match in matcher.match(item)}
            tried.append(Tried(item, found.get("tried"), found.get("current")))
            tell(number)
    if session(context).json:
        show(context, list(_rows(tried, tried_topic.min_relevance)), (), (), "")
        return
    lexicon = lexicons.load(config.names, config.concepts)
    for doubt in doubts(query, lexicon):
        complain(f"note: {doubt}")
    for line in report(tried, tried_topic.min_relevance, current.id if current else "", limit):
        out.print(line)
    if items and not any(one.new for one in tried):
        for line in _alone(query, items, lexicon):
            out.print(line)


def _current(config: Config, topic: str | None) -> Topic | None:
    found = next((one for one in config.topics if topic in (None, one.id)), None)
    if found is None and topic is not None:
        raise fail(f"there is no topic {topic!r}; there are {', '.join(one.id for one in config.topics) or 'none'}", 2)
    return found


def _stored(context: typer.Context, period: str) -> list[Item]:
    begin = since(period)
    with session(context).store() as store:
        return list(store.items(begin))


def _archived(path: Path, config: Config) -> list[Item]:
    """The items of an archive, made as a poll would make them."""
    return [item for archived in read_archive(path, config.feeds) for item in _items(archived)]


def _items(archived: Archived) -> Iterator[Item]:
    state = replace(schedule.first(archived.feed, archived.at), baseline_done=True)
    parsed = ParsedFeed(title=archived.feed.name, entries=(archived.entry,))
    for item in sift(archived.feed, state, parsed, set(), {}, archived.at).items:
        yield replace(item, id=archived.id)


def _alone(query: str, items: Sequence[Item], lexicon: Lexicon) -> Iterator[Text]:
    """How many items each part of a query finds that finds nothing as a whole."""
    asked = parts(query)
    matcher = Matcher([Topic(id=str(number), name=part, query=part) for number, part in enumerate(asked)], lexicon)
    counts = Counter(match.topic for item in items for match in matcher.match(item))
    if asked:
        yield Text()
        yield Text("whole words are matched, and words side by side must all be there; on their own", style="bold")
    for number, part in enumerate(asked):
        yield Text(f"  {counts[str(number)]:>6}  {part}")


# ── what a person reads ──────────────────────────────────────────────────────────────────────────────────────────────


def report(tried: Sequence[Tried], least: float, current: str, limit: int) -> Iterator[Text]:
    """The report, line by line: totals, what is new, what is lost, what is wanted by both, and the near misses."""
    yield Text(f"{len(tried)} items were read")
    yield Text(f"  this query     {_totals([one.new for one in tried], least)}")
    if current:
        yield Text(f"  topic {current:<8} {_totals([one.current for one in tried], least)}")
    wanted = [one for one in tried if _wants(one.new, least)]
    if current:
        yield from _part("wanted by this query only", [one for one in wanted if not _wants(one.current, least)], limit)
        lost = [one for one in tried if _wants(one.current, least) and not _wants(one.new, least)]
        yield from _part(f"wanted by {current} only", lost, limit)
        wanted = [one for one in wanted if _wants(one.current, least)]
    yield from _part("wanted by both" if current else "wanted", wanted, limit)
    near = [one for one in tried if one.new and one.new.score < least]
    near.sort(key=lambda one: -(one.new.score if one.new else 0.0))
    yield from _part(f"near misses: relevance below {least:.2f}", near, limit)


def _wants(match: Match | None, least: float) -> bool:
    return match is not None and match.score >= least


def _totals(matches: Iterable[Match | None], least: float) -> str:
    found = [match for match in matches if match]
    return f"{len(found)} matched, {sum(match.score >= least for match in found)} wanted"


def _part(title: str, tried: Sequence[Tried], limit: int) -> Iterator[Text]:
    if not tried:
        return
    yield Text()
    yield Text(f"{title} ({len(tried)})", style="bold")
    for one in tried[:limit]:
        yield from _item(one)
    if len(tried) > limit:
        yield Text(f"  … and {len(tried) - limit} more")


def _item(one: Tried) -> Iterator[Text]:
    match = one.new or one.current
    assert match is not None
    score = f"{one.new.score:.2f}" if one.new else " –  "
    yield Text(f"  {score}  ").append_text(highlighted(one.item.title, match, "title"))
    around = _around(one.item, match)
    if around is not None:
        yield Text("        ").append_text(around)
    if match.reasons:
        yield Text(f"        {'; '.join(match.reasons)} · {one.item.publisher or one.item.feed}", style="dim")


def highlighted(text: str, match: Match, field: str, start: int = 0, end: int | None = None) -> Text:
    """`text[start:end]` with the words that matched standing out; on one line."""
    stop = len(text) if end is None else end
    shown = Text("".join(" " if c < " " or "\x7f" <= c <= "\x9f" else c for c in text[start:stop]))
    for term in match.terms:
        if term.field == field and start <= term.start < stop:
            shown.stylize(_WORD, term.start - start, term.end - start)
    return shown


def _around(item: Item, match: Match) -> Text | None:
    term = next((term for term in match.terms if term.field != "title"), None)
    if term is None:
        return None
    text = getattr(item, term.field)
    start, end = max(0, term.start - _AROUND), min(len(text), term.end + _AROUND)
    shown = highlighted(text, match, term.field, start, end)
    return Text("…" if start else "").append_text(shown).append("…" if end < len(text) else "")


def _rows(tried: Iterable[Tried], least: float) -> Iterator[dict[str, object]]:
    for one in tried:
        if one.new or one.current:
            yield {
                "id": one.item.id,
                "url": one.item.url,
                "title": one.item.title,
                "wanted": _wants(one.new, least),
                "wanted_now": _wants(one.current, least),
                "match": one.new,
                "current": one.current,
            }
