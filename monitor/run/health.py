"""What a person should know of the monitor itself: each trouble becomes one message to the system's channel, and its end another.

Feeds report themselves when they are polled (`feeds.schedule`). What no poll sees is looked at here: channels that take nothing, the
disk, the clock, work that waits. Whether a trouble is known is a question to the stored events: a restart tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.config import Config
from monitor.feeds.condition import span
from monitor.model import Alert, Event, Message, Trouble, make_id
from monitor.ports import Store
from monitor.run.doctor import MIN_FREE, clock_ahead, free_space, stuck

#: older events are history, not news
FRESH = timedelta(days=3)
#: how long a trouble stays known: one that lasts longer is told again
KNOWN = timedelta(days=30)
#: a channel that is away for less is nobody's business: retries will do
PATIENCE = timedelta(minutes=15)
#: work that waits for longer is a backlog
WAITED = timedelta(hours=1)
#: room on the disk is plain again only when there is this much more than too little
ROOM = 1.25

_KINDS = ("channel", "disk", "backlog", "clock")


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is wrong right now."""

    kind: str
    about: str
    text: str


class Health:
    """Looks at one store, under one configuration. `free` says how many bytes are free where the database is, if that is known."""

    def __init__(self, config: Config, store: Store, free: Callable[[Config], int | None] = free_space) -> None:
        self._config, self._store, self._free = config, store, free
        self._zone = ZoneInfo(config.timezone)
        self._reported: set[str] | None = None

    def look(self, now: datetime) -> list[Alert]:
        """Records what began and what ended, and owes the messages about it; those that are new."""
        self._watch_baseline(now)
        known = _known(self._store.events(now - KNOWN))
        found = {(one.kind, one.about): one for one in self._conditions(known, now)}
        began = [one for key, one in found.items() if key not in known]
        ended = [event for key, event in known.items() if key not in found]
        self._store.record_events([_began(one, now) for one in began] + [self._ended(one, now) for one in ended])
        if any(one.kind == "clock" for one in began):
            self._store.clock_went_back(now)
        alerts = [one for one in self._alerts(now) if self._store.alert(one.id) is None]
        for alert in alerts:
            self._store.put_alert(alert)
        return alerts

    def examine(self, now: datetime) -> None:
        """Reads the whole database, indexes too, and owes a message if it is not sound: a start reads only its structure."""
        if problems := self._store.check():
            text = f"The database is damaged ({problems[0]}); restore the newest backup with `monitor restore FILE`"
            day = now.astimezone(self._zone).date().isoformat()
            self._store.record_events(
                [Event(id=_id("damage", day), at=now, kind="damage", about="database", text=text)]
            )

    def well(self, now: datetime) -> bool:
        """Whether nothing is wrong that a person should hear of; a feed that fails is everyday."""
        known = _known(self._store.events(now - KNOWN))
        return not any(self._conditions(known, now)) and not stuck(self._store, now)

    # ── what is wrong ────────────────────────────────────────────────────────────────────────────────────────────────

    def _conditions(self, known: Collection[tuple[str, str]], now: datetime) -> Iterator[Condition]:
        for channel in self._config.channels:
            trouble = self._store.trouble(channel.id)
            if trouble and (trouble.dead or now - trouble.since >= PATIENCE):
                yield Condition("channel", channel.id, self._channel(trouble, now))
        yield from self._disk(("disk", "disk") in known)
        if ahead := clock_ahead(self._store, now):
            yield Condition(
                "clock", "clock", f"The clock was set back by {span(ahead)}: everything that waits is due at once"
            )
        yield from self._backlog(now)

    def _channel(self, trouble: Trouble, now: datetime) -> str:
        owed = f"; {trouble.owed} owed since {self._when(trouble.owed_since, now)}" if trouble.owed_since else ""
        dead = f"; {trouble.dead} will not be tried again" if trouble.dead else ""
        since = self._when(trouble.since, now)
        return f"Channel {trouble.channel} has taken no message since {since}: {trouble.error}{owed}{dead}"

    def _disk(self, low: bool) -> Iterator[Condition]:
        free = self._free(self._config)
        if free is not None and free < MIN_FREE * (ROOM if low else 1):
            yield Condition("disk", "disk", f"Only {free / 1e6:.0f} MB are free where the database is")

    def _backlog(self, now: datetime) -> Iterator[Condition]:
        since = self._store.pending_since()
        if since is not None and now - since >= WAITED:
            number = self._store.counts().get("pending", 0)
            yield Condition("backlog", "items", f"{number} items wait to be read since {self._when(since, now)}")
        late = [one for one in self._store.waiting(now - WAITED) if not one.attempts and now - one.send_after >= WAITED]
        if late:
            when = self._when(late[0].created, now)
            yield Condition("backlog", "messages", f"{len(late)} messages wait to be sent since {when}")

    def _when(self, at: datetime, now: datetime) -> str:
        local = at.astimezone(self._zone)
        return f"{local:%H:%M}" if local.date() == now.astimezone(self._zone).date() else f"{local:%Y-%m-%d %H:%M}"

    def _ended(self, event: Event, now: datetime) -> Event:
        since = self._when(event.at, now)
        text = {
            "channel": f"Channel {event.about} takes messages again; that it did not was noticed at {since}",
            "disk": "There is room on the disk again",
            "backlog": f"The backlog of {event.about} is worked off; it was noticed at {since}",
            "clock": "The clock is ahead of everything that was recorded again",
        }[event.kind]
        return Event(id=_id("recovered", event.id), at=now, kind="recovered", about=event.about, text=text)

    # ── who hears of it ──────────────────────────────────────────────────────────────────────────────────────────────

    def _alerts(self, now: datetime) -> Iterator[Alert]:
        for event in self._store.events(now - FRESH):
            if channel := self._hears(event):
                yield alert_of(event, channel)

    def _hears(self, event: Event) -> str:
        """The channel that an event is told to; "" for none: one that takes nothing cannot be told so, its end says it all."""
        system = self._config.system.channel
        if event.kind == "channel" and event.about == system:
            return self._config.fallbacks.get(system, "")
        return "" if event.kind == "recovered" and event.about == "clock" else system

    # ── the beginning ────────────────────────────────────────────────────────────────────────────────────────────────

    def _watch_baseline(self, now: datetime) -> None:
        """A new feed is a silent baseline; once every new feed was tried, one summary says what is being watched."""
        checked = self._store.checked()
        if any(at is None for _, at, _ in checked):
            return
        if self._reported is None:
            baselines = (event for event in self._store.events() if event.kind == "baseline")
            self._reported = {feed for event in baselines for feed in event.about.split()}
        answered = {feed for feed, _, done in checked if done}
        if fresh := answered - self._reported:
            items = self._store.counts().get("items", 0)
            self._store.record_events([_baseline(fresh, len(answered), len(checked), items, now)])
            self._reported |= fresh


def _known(events: Sequence[Event]) -> dict[tuple[str, str], Event]:
    """The troubles that were told and have not ended, by kind and what they are about.

    Their order does not matter: a clock that was set back may have recorded the end at an earlier time than the beginning.
    """
    ended = {event.id for event in events if event.kind == "recovered"}
    return {
        (event.kind, event.about): event
        for event in events
        if event.kind in _KINDS and _id("recovered", event.id) not in ended
    }


def _id(*parts: object) -> str:
    return make_id("e", *parts)


def _began(condition: Condition, now: datetime) -> Event:
    return Event(
        id=_id(condition.kind, condition.about, now.isoformat()),
        at=now,
        kind=condition.kind,
        about=condition.about,
        text=condition.text,
    )


def alert_of(event: Event, channel: str) -> Alert:
    """The message that tells a channel of an event; made twice it is one."""
    key = make_id("al", "system", event.id, channel)
    return Alert(
        id=key,
        key=key,
        channel=channel,
        subscription="system",
        topic="",
        story=None,
        mode="system",
        developments=(),
        message=Message(title=event.text, lines=(), mode="system"),
        created=event.at,
        send_after=event.at,
    )


def _baseline(fresh: Iterable[str], answered: int, feeds: int, items: int, now: datetime) -> Event:
    about = " ".join(sorted(fresh))
    text = f"Watching {answered} of {feeds} feeds; {items} items were there before and are no news. From now on you hear what is new."
    return Event(id=make_id("e", "baseline", about), at=now, kind="baseline", about=about, text=text)
