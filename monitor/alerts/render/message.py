"""From developments to what an alert says, before any channel's markup.

A title that names what changed, a line for each development, and one line a story of what stands. Nothing is phrased without a
span behind it: a line is the evidence as it was printed, with our label in front (old → new value, how sure, who says so) and its
source behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.alerts.chains import chain, value_before
from monitor.alerts.render.layout import evidence
from monitor.alerts.render.safe import clip
from monitor.alerts.render.words import counted, figure, moment, word
from monitor.alerts.view import View
from monitor.model import Awaited, Development, Kind, Line, Message, Status, Story
from monitor.text.normal import fold, squeeze, visible

TITLE = 160
HEADLINE = 90
EVIDENCE = 600
#: what the clock says of something announced
_CLOCK = frozenset({Awaited.DUE, Awaited.OVERDUE})
#: of what an edit took out or put in
WORDS = 90
#: figures named as unchanged, per story
STANDING = 3
#: words of a name that stay small within it, and what is made large of the others: the first letter, and the one behind "l'"
_SMALL = frozenset(
    "a al and au aux d da das de del der des di do dos du e el en et for het in la las le les los o of the van y".split()
)
_SMALL_BEGINNING = re.compile(r"^(?:[ld]['’])?\w", re.IGNORECASE)


def message(
    view: View,
    developments: Sequence[Development],
    mode: Literal["now", "digest"],
    now: datetime,
    *,
    gone: Iterable[Development] = (),
) -> Message:
    """What to say of these developments (in this order, those of one story together) to this subscription.

    `gone` are developments that later ones replaced before anybody was told. Every string of the result is untrusted text in one
    line; renderers escape it. Times are local.
    """
    language, missed = view.subscription.language, tuple(gone)
    zone = ZoneInfo(view.subscription.timezone)
    lines = tuple(line_of(one, view.stories.get(one.story), missed, language, zone) for one in developments)
    stories = list(dict.fromkeys(one.story for one in developments))
    standing = [_standing(view, story, developments, language) for story in stories]
    return Message(
        title=_title(view, developments, lines, mode, language),
        lines=lines,
        standing=(*standing, *_owed_before(view, developments, now.astimezone(zone))),
        language=language,
        topic=view.topic.name,
        mode=mode,
    )


# ── lines ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def line_of(one: Development, story: Story | None, gone: Sequence[Development], language: str, zone: ZoneInfo) -> Line:
    """One development as a reader sees it; `gone` are earlier links of its chain, whose old value it takes over."""
    old = value_before(one, gone)
    return Line(
        story=one.story,
        headline=_one_line(story.headline if story else one.text, HEADLINE),
        kind=str(one.kind),
        text=_one_line(one.text, EVIDENCE),
        what=_what(one, old, language),
        who=_who(one),
        status=word(one.status, language) if one.status and not _is_said(one) else "",
        url=one.url,
        at=one.at.astimezone(zone),
        old=_value(old, one, language),
        new=_value(one.new, one, language),
        noun=_noun(one, language),
        origins=_origins(one),
    )


def _what(one: Development, old: float | str | None, language: str) -> str:
    """What is new in a few of our words: "dead 3 → 5", "claimed → confirmed", "corrected: dead 5 → 4", "due: 2026-12-12"."""
    if one.status in _CLOCK:
        return ": ".join([word(one.status, language), *([str(one.new)] if one.new else [])])
    change = _change(one, old, language)
    prefix = {Kind.CORRECTION: "corrected", Kind.CONTRADICTION: "disputed"}.get(one.kind)
    if isinstance(one.old, str) and one.kind is not Kind.STATUS:
        prefix = "gone" if one.status == Status.RETRACTED else prefix or "edited"
    labels = [word("unverified", language)] if not one.sure else []
    if days := one.terms.get("silent_days"):
        labels.append(f"{word('awake', language)} {days:.0f} {word('days', language)}")
    labels += [word(prefix, language)] if prefix else []
    return ": ".join([*labels, change] if change else labels) or word(str(one.kind), language)


def _is_said(one: Development) -> bool:
    """Whether its label says its status."""
    return one.kind is Kind.STATUS or one.status in _CLOCK


def _change(one: Development, old: float | str | None, language: str) -> str:
    if one.kind is Kind.STATUS:
        return _step(one, language)
    if isinstance(one.old, str) and one.status not in _CLOCK:
        was, now = (f"“{clip(_one_line(str(value or ''), WORDS), WORDS)}”" for value in (one.old, one.new))
        return f"{was} → {now}" if one.new else was
    if one.new is None or one.kind not in (Kind.FIGURE, Kind.CORRECTION, Kind.CONTRADICTION):
        return ""
    noun, new = _noun(one, language), _value(one.new, one, language)
    if old is None or old == one.new:
        return f"{noun} {new}".strip()
    if one.kind is Kind.CONTRADICTION:
        return f"{noun} {_value(old, one, language)} {word('or', language)} {new}".strip()
    return f"{noun} {_value(old, one, language)} → {new}".strip()


def _step(one: Development, language: str) -> str:
    after = word(one.status or "", language)
    return f"{word(one.status_before, language)} → {after}" if one.status_before else after


def _noun(one: Development, language: str) -> str:
    """What is counted; nothing where the unit says it ("210 km/h")."""
    if not one.noun or fold(one.noun) == fold(one.unit or ""):
        return ""
    return _one_line(word(one.noun, language), 60)


def _value(value: float | str | None, one: Development, language: str) -> str:
    text = _one_line(figure(value, language), 60)
    if not text or not one.unit:
        return text
    return f"{text}%" if one.unit == "%" else f"{text} {_one_line(one.unit, 12)}"


def _who(one: Development) -> str:
    if one.speaker and fold(one.speaker) != fold(one.publisher):
        return (
            f"{_one_line(one.speaker, 80)} ({_one_line(one.publisher, 60)})"
            if one.publisher
            else _one_line(one.speaker, 80)
        )
    return _one_line(one.publisher, 60)


def _origins(one: Development) -> tuple[str, ...]:
    return tuple(_named(origin, one.publisher) for origin in one.origins) or (
        (_one_line(one.publisher, 60),) if one.publisher else ()
    )


def _named(origin: str, publisher: str = "") -> str:
    """A wire by its name, a publisher's family by the publisher's; families may be hosts, or written small, as keys are."""
    spoken = origin.replace("-", " ") if origin == origin.lower() and "." not in origin else origin
    if publisher and (fold(spoken) in fold(publisher) or "." in origin):
        return _one_line(publisher, 60)
    return _one_line(_capitals(spoken) if spoken == spoken.lower() and "." not in spoken else spoken, 60)


def _capitals(name: str) -> str:
    """A name that is written small as papers write theirs: "Diário do Atlântico", "L'Écho de Port-au-Prince"."""
    words = re.split(r"([\s-]+)", name)
    return "".join(
        one if at and one in _SMALL else _SMALL_BEGINNING.sub(_upper, one, 1) for at, one in enumerate(words)
    )


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def _by(line: Line) -> str:
    """Who vouches, in a word or two."""
    return ", ".join(line.origins[:2]) or line.who


# ── title ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _title(view: View, developments: Sequence[Development], lines: Sequence[Line], mode: str, language: str) -> str:
    stories = list(dict.fromkeys(line.story for line in lines))
    if mode == "digest":
        return digest_title(view.topic.name, len(stories), len(lines), language)
    if len(stories) > 1:
        heads = "; ".join(clip(next(line.headline for line in lines if line.story == story), 50) for story in stories)
        return clip(f"{counted(len(stories), 'story', 'stories', language)}: {heads}", TITLE)
    # The title of the item that says it: beside another item's headline, "claimed → denied" would deny the wrong thing.
    own = _one_line(view.titles.get(developments[0].id, ""), HEADLINE)
    return _story_title(own or lines[0].headline, lines, language)


def _story_title(headline: str, lines: Sequence[Line], language: str) -> str:
    first = lines[0]
    more = f" +{len(lines) - 1}" if len(lines) > 1 else ""
    tail = (f" ({_by(first)})" if _by(first) else "") + more
    news = "" if first.kind == Kind.NEW_STORY else _news(headline, first, language)
    return clip(f"{headline}: {news}" if news else headline, TITLE - len(tail)) + tail


def digest_title(topic: str, stories: int, developments: int, language: str) -> str:
    """What a digest is called: "Digest · Venezuela: 3 stories, 7 developments"."""
    much = f"{counted(stories, 'story', 'stories', language)}, "
    much += counted(developments, "development", "developments", language)
    return clip(f"{word('digest', language)} · {_one_line(topic, 60)}: {much}", TITLE)


def _news(headline: str, line: Line, language: str) -> str:
    """What changed where our label says it; else the evidence itself, unless the headline says that already."""
    if line.new or line.kind == Kind.STATUS:
        return line.what
    said = clip(evidence(line), 80)
    if line.kind in (Kind.CORRECTION, Kind.CONTRADICTION):
        return f"{line.what}: {said}"
    return "" if _repeats(headline, line.text) else said or word(line.kind, language)


def _repeats(headline: str, text: str) -> bool:
    """Whether two fifths of a headline's words stand in a text."""
    words = [one for one in fold(headline).split() if len(one) > 3]
    body = fold(text)
    return bool(words) and sum(one[:6] in body for one in words) >= 0.4 * len(words)


# ── what stands ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _standing(view: View, story: str, developments: Sequence[Development], language: str) -> str:
    """What stands: "14 reports, 3 independent sources (EFE, AP, AFP). Unchanged: Marines 4,500"."""
    known = view.stories.get(story)
    parts = [coverage(known, language)] if known else []
    unchanged = _unchanged(view, story, developments, language)
    if unchanged:
        parts.append(f"{word('unchanged', language)}: {unchanged}")
    return ". ".join(parts)


def coverage(story: Story, language: str) -> str:
    """How many reports, from how many independent sources: "14 reports, 3 sources (EFE, AP, AFP)"."""
    names = ", ".join(clip(_named(origin), 40) for origin in story.origins[:4]) + (
        " …" if len(story.origins) > 4 else ""
    )
    sources = counted(len(story.origins), "source", "sources", language)
    return f"{counted(story.items, 'report', 'reports', language)}, {sources}" + (f" ({names})" if names else "")


def _unchanged(view: View, story: str, developments: Sequence[Development], language: str) -> str:
    """The newest told value of each figure that this message does not change."""
    latest = {
        link: one
        for one in sorted(view.told_developments.values(), key=lambda one: one.at)
        if one.story == story and (link := chain(one))
    }
    moved = {chain(one) for one in developments}
    # Whatever it was said of: a count that was raised from 12 stands at 12 no longer.
    gone = {(one.noun, one.old) for one in (*view.told_developments.values(), *developments) if one.story == story}
    still = [
        one
        for link, one in latest.items()
        if link not in moved and one.new is not None and one.noun and (one.noun, one.new) not in gone
    ]
    values: dict[str, list[str]] = {}
    for one in still:
        values.setdefault(_noun(one, language), []).append(_value(one.new, one, language))
    # One thing with two values is counted apart, or disputed: "dead 15 or 31" is what can be said in so few words.
    either = f" {word('or', language)} "
    return "; ".join(
        f"{noun} {either.join(dict.fromkeys(found))}".strip() for noun, found in [*values.items()][-STANDING:]
    )


def _owed_before(view: View, developments: Sequence[Development], local: datetime) -> list[str]:
    """What an alert that died had promised: said, so that nobody wonders why it comes late."""
    here = {one.id for one in developments}
    late = here & {one for alert in view.dead for one in alert.developments}
    if not late:
        return []
    since = min(alert.created for alert in view.dead if late & set(alert.developments)).astimezone(local.tzinfo)
    return [undelivered(len(late), since, local, view.subscription.language)]


def undelivered(number: int, since: datetime, local: datetime, language: str) -> str:
    """What came late: "2 developments undelivered, owed since 14:05"; both times local."""
    when = f"{since:%H:%M}" if since.date() == local.date() else moment(since, language)
    return f"{counted(number, 'development', 'developments', language)} {word('owed', language)} {when}"


def _one_line(text: str, most: int) -> str:
    return clip(squeeze(visible(text)), most)
