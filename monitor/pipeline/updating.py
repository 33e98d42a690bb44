"""update_topic: pending items → judge → ask the clock → decide → record, one at a time per topic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from monitor.alerts.decide import View, day_start, decide
from monitor.alerts.feedback import COUNTED, Verdict, threshold
from monitor.feeds.sift import CALM
from monitor.model import (
    Alert,
    Decision,
    Development,
    Item,
    Judgement,
    Match,
    Moved,
    StoryUpdate,
    Subscription,
    Topic,
)
from monitor.ports import Store
from monitor.stories.awaiting import ask
from monitor.stories.embedded import Embedding
from monitor.stories.judge import TopicMemory, judge
from monitor.stories.memory import AWAKE
from monitor.stories.sleeping import Sleepers
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher

#: how far back a restarted process reads to rebuild a topic's memory
MEMORY = timedelta(days=75)
#: items that one update judges at most
BATCH = 200
#: stories read back: those that were awake. The store orders them by time, and one update judges at one time
NEWEST = AWAKE + BATCH
#: titles of owed developments that a desk keeps at hand
MOST_TITLES = 10_000
#: how long a message that never arrived is mentioned when what it said is told after all
REMEMBER_DEAD = timedelta(days=7)


@dataclass
class Desk:
    """One topic at work: its subscriptions, and its memory, which is only a cache of what the store knows."""

    topic: Topic
    subscriptions: Sequence[Subscription]
    lexicon: Lexicon
    memory: TopicMemory | None = None
    #: how many of the editors' merges and splits the memory was built with
    edits: int = 0
    #: how many items one update judges at most, so that a flood never holds the process for long
    batch: int = field(default=BATCH)
    #: an optional sentence model
    embedding: Embedding | None = None
    #: whether days that were announced make developments when they come
    appointments: bool = True
    _rules: dict[tuple[str, ...], Matcher] = field(default_factory=dict)

    _titles: dict[str, str] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        """Where the readers' days begin: the time zone of the first subscription."""
        return ZoneInfo(self.subscriptions[0].timezone) if self.subscriptions else UTC

    def titles(self, developments: Iterable[Development], store: Store) -> dict[str, str]:
        """By development, the title of its item; read once, since what is owed is asked about many times."""
        if len(self._titles) > MOST_TITLES:
            self._titles.clear()
        found = {}
        for one in developments:
            if one.id not in self._titles:
                item = store.item(one.item)
                self._titles[one.id] = item.title if item else ""
            found[one.id] = self._titles[one.id]
        return found

    def rules(self, conditions: tuple[str, ...]) -> Matcher:
        """A matcher for conditions in the query language; made once."""
        if conditions not in self._rules:
            topics = [Topic(id=condition, name=condition, query=condition) for condition in conditions]
            self._rules[conditions] = Matcher(topics, self.lexicon)
        return self._rules[conditions]


def update_topic(desk: Desk, store: Store, now: datetime) -> StoryUpdate:
    """Judges what came in for a topic and records it; asks the clock what is due, likewise; then decides who is told what.

    A crash between two of them loses nothing: what was judged is owed, and the store asks again. If recording fails, the memory is
    forgotten and built anew from the store the next time: the database is the truth.
    """
    judged, moved, skipped = _judge_pending(desk, store, now)
    due = ask_the_clock(desk, store, now)
    update = decide_topic(desk, store, now)
    return StoryUpdate(
        topic=desk.topic.id,
        at=now,
        judgements=tuple(judged),
        moved=tuple(moved),
        skipped=tuple(skipped),
        developments=due.developments,
        expectations=due.expectations,
        decisions=update.decisions,
        alerts=update.alerts,
    )


def remember(desk: Desk, store: Store, now: datetime) -> TopicMemory:
    """A topic's memory as the store has it: what was judged in the last `MEMORY`, in order, and what editors did since.

    An editor's act is rare and may touch anything, so the memory is built anew after one: the rows say what came of it. What the
    memory parted itself, it knows.
    """
    edits = store.edits(desk.topic.id)
    editors = sum(edit.by != "parted" for edit in edits)
    memory = desk.memory
    if memory is None or editors != desk.edits:
        topic = desk.topic.id
        sleepers = Sleepers(partial(store.asleep, topic), partial(store.asleep_with, topic))
        memory = TopicMemory(topic, desk.lexicon, zone=desk.zone, sleepers=sleepers, embedding=desk.embedding)
        rows = store.remembered(topic, now - MEMORY, NEWEST)
        memory.restore(rows, [_as_named_now(edit, store) for edit in edits])
        desk.edits = editors
    return memory


def _as_named_now(edit: Moved, store: Store) -> Moved:
    """An editor's act with the stories that its stories have become: a repair may have merged them since."""
    source, target = (found.id if (found := store.story(one)) else one for one in (edit.source, edit.target))
    return replace(edit, source=source, target=target)


def ask_the_clock(desk: Desk, store: Store, now: datetime) -> StoryUpdate:
    """What a topic's stories announced and is due, or overdue, by now: recorded as developments, each once."""
    due = store.due_expectations(desk.topic.id, now)
    if not due:
        return StoryUpdate(topic=desk.topic.id, at=now)
    memory = desk.memory = remember(desk, store, now)
    of = {one.story: one.item for one in due}
    answers = ask(due, store.expectations, lambda story: memory.said(story, of[story]), desk.lexicon, now, desk.zone)
    update = StoryUpdate(
        topic=desk.topic.id,
        at=now,
        developments=tuple(one for answer in answers if (one := answer.development) and desk.appointments),
        expectations=tuple(answer.expectation for answer in answers),
    )
    store.record_update(update)
    return update


def _judge_pending(desk: Desk, store: Store, now: datetime) -> tuple[list[Judgement], list[Moved], list[str]]:
    pending = store.pending(desk.topic.id, desk.batch)
    if not pending:
        return [], [], []
    memory = remember(desk, store, now)
    desk.memory = None
    judged, moved, skipped = _judge(desk, memory, pending, now)
    store.record_update(
        StoryUpdate(
            topic=desk.topic.id,
            at=now,
            judgements=tuple(judged),
            moved=tuple(moved),
            asleep=memory.fall_asleep(),
            skipped=tuple(skipped),
        )
    )
    desk.memory = memory
    return judged, moved, skipped


def _judge(
    desk: Desk, memory: TopicMemory, pending: Sequence[tuple[Item, Match]], now: datetime
) -> tuple[list[Judgement], list[Moved], list[str]]:
    judged: list[Judgement] = []
    moved: list[Moved] = []
    skipped: list[str] = []
    for item, match in pending:
        if match.score < desk.topic.min_relevance:
            skipped.append(item.id)
            continue
        judgement, repairs = judge(memory, item, match, now)
        judged.append(_calmed(judgement, match))
        moved.extend(repairs)
    return judged, moved, skipped


def _calmed(judgement: Judgement, match: Match) -> Judgement:
    """What came in a flood, or undated, is owed to the digest: unsure developments never interrupt."""
    if not any(reason.startswith(CALM) for reason in match.reasons):
        return judgement
    return replace(judgement, developments=tuple(replace(one, sure=False) for one in judgement.developments))


def decide_topic(desk: Desk, store: Store, now: datetime) -> StoryUpdate:
    """Asks for every subscription of a topic who is told what, and records the decisions with the alerts they made."""
    decisions: list[Decision] = []
    alerts: list[Alert] = []
    for subscription in desk.subscriptions:
        owed = store.owed(subscription)
        if not owed:
            continue
        outcome = decide(view(desk, adjusted(subscription, store), owed, store, now), now)
        decisions.extend(outcome.decisions)
        alerts.extend(outcome.alerts)
    update = StoryUpdate(topic=desk.topic.id, at=now, decisions=tuple(decisions), alerts=tuple(alerts))
    if decisions or alerts:
        store.record_update(update)
    return update


def adjusted(subscription: Subscription, store: Store) -> Subscription:
    """The subscription with the threshold that its readers' verdicts have moved."""
    said = store.feedback(subscription.id, COUNTED)
    verdicts = [Verdict(one.verdict) for one in said if not one.undone]
    return replace(subscription, threshold=threshold(subscription.threshold, verdicts)) if verdicts else subscription


def view(desk: Desk, subscription: Subscription, owed: Sequence[Development], store: Store, now: datetime) -> View:
    """All that a decision may look at."""
    ids = {development.story for development in (*owed, *_replaced(owed, store))}
    stories = {story: found for story in sorted(ids) if (found := store.story(story)) is not None}
    told = store.told(subscription.channel, sorted(ids))
    known = sorted({development for one in told.values() for development in one.developments})
    items = _items(owed, store) if subscription.always or subscription.languages else {}
    waiting = {development.id for development in owed}
    return View(
        subscription=subscription,
        topic=desk.topic,
        owed=tuple(owed),
        stories=stories,
        told=told,
        told_developments=_by_id(store.developments(ids=known) if known else ()),
        sent_today=store.sent_since(subscription.id, day_start(subscription, now)),
        last_digest=store.last_digest(subscription.id),
        began=store.began(subscription.id) or now,
        titles=desk.titles(owed, store),
        urgent=_urgent(desk, subscription, owed, items),
        languages={one: item.language for one, item in items.items()},
        dead=tuple(
            one for one in store.dead_alerts(subscription.id, now - REMEMBER_DEAD) if waiting & {*one.developments}
        ),
    )


def _replaced(owed: Sequence[Development], store: Store) -> list[Development]:
    """What owed developments take the place of; repair may have left it in another story."""
    replaced = sorted({one.replaces for one in owed if one.replaces})
    return store.developments(ids=replaced) if replaced else []


def _items(owed: Sequence[Development], store: Store) -> dict[str, Item]:
    return {one.id: item for one in owed if (item := store.item(one.item)) is not None}


def _urgent(
    desk: Desk, subscription: Subscription, owed: Sequence[Development], items: Mapping[str, Item]
) -> frozenset[str]:
    """Developments that an `always` condition wants: it is asked of the evidence alone, not of what stands around it."""
    if not subscription.always:
        return frozenset()
    rules = desk.rules(subscription.always)
    evidence = {
        one.id: replace(items[one.id], title="", summary="", content=one.text) for one in owed if one.id in items
    }
    return frozenset(one for one, item in evidence.items() if rules.match(item))


def _by_id(developments: Iterable[Development]) -> Mapping[str, Development]:
    return {development.id: development for development in developments}
