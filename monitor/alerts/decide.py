"""Who is told what now, and why everything else waits.

A pure function from (what the channel knows, what is owed, the subscription, now) to decisions: every owed development ends in
exactly one, with a reason that is stored. In this order:

    settle    not wanted, told already, superseded, below the digest's floor: no longer owed
    hold      muted; quiet hours; a story's first minutes (siblings arrive); the gap between two alerts of a story
    tell      what interrupts, best first, within the day's budget; what quiet hours held leaves as one message
    collect   the rest waits for the digest, which covers everything owed since the last one, whatever became of that

Held things carry the time at which to ask again. Nothing is dropped: what is held is owed (the idea of Alertmanager's
`needsUpdate`, with a named reason also when the answer is no).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Literal

from monitor.alerts.calendar import last_slot, midnight, next_midnight, next_slot, quiet_until
from monitor.alerts.chains import says_what_was_told, superseded
from monitor.alerts.render import message
from monitor.alerts.view import Outcome, View
from monitor.alerts.weigh import FLOOR, breaks_gap, corrects_what_was_told, gain, most_first, why_not
from monitor.model import Alert, Decision, Development, Kind, Reason, Status, Subscription, make_id

__all__ = ["Outcome", "View", "day_start", "decide"]

#: lines of one interruption; what is more waits for the digest
MOST_LINES = 12
#: an alert on its way says nothing yet about when it arrived: ask again then
IN_FLIGHT = timedelta(seconds=60)
#: reasons for which a development goes with the next digest
_COLLECTED = frozenset({Reason.BELOW_THRESHOLD, Reason.WAITING_FOR_DIGEST, Reason.BUDGET, Reason.FEW_ORIGINS})


def day_start(subscription: Subscription, now: datetime) -> datetime:
    """Local midnight before `now`, in UTC: the day's budget counts from it."""
    return midnight(now, subscription.timezone)


def decide(view: View, now: datetime) -> Outcome:
    """One decision for every owed development, and the alerts that are made of them."""
    settled, rest = _settle(view)
    desk = _Desk(view, now, gone=settled)
    ready = [sorted_out for story, pile in _by_story(rest) if (sorted_out := desk.sort(story, pile))]
    desk.tell(desk.bundled(ready))
    desk.collect()
    return Outcome(decisions=(*desk.settlements(), *desk.decisions()), alerts=tuple(desk.alerts))


# ── no longer owed ───────────────────────────────────────────────────────────────────────────────────────────────────


def _settle(view: View) -> tuple[dict[Reason, list[Development]], list[Development]]:
    """What need never be told, by reason; and the rest, oldest first."""
    settled: dict[Reason, list[Development]] = {}
    rest: list[Development] = []
    replaced = superseded([one for one in view.owed if _wanted(one, view)])
    told = dict(_by_story(tuple(view.told_developments.values())))
    for development in view.owed:
        reason = _settles(development, view, replaced, told.get(development.story, ()))
        (rest if reason is None else settled.setdefault(reason, [])).append(development)
    return settled, rest


def _settles(
    development: Development, view: View, replaced: Mapping[str, Development], told: Sequence[Development]
) -> Reason | None:
    if not _wanted(development, view):
        return Reason.NOT_WANTED
    if development.id in view.told_developments or says_what_was_told(development, told):
        return Reason.ALREADY_TOLD
    if development.id in replaced:
        return Reason.SUPERSEDED
    if _takes_back_nothing(development, view):
        return Reason.NOTHING_TO_CORRECT
    if development.importance < FLOOR and development.id not in view.urgent:
        return Reason.BELOW_THRESHOLD
    return None


def _takes_back_nothing(development: Development, view: View) -> bool:
    """Whether it takes back, in a newer version of a text, what this channel neither got nor will get: it is owed to those who did.

    What is taken back before it was told is not told at all, but for a first report, which is told with what became of it.
    """
    if "revised" not in development.terms or development.replaces is None:
        return False
    waiting = {one.id: one for one in view.owed}
    promised = {one for known in view.told.values() for one in known.promised}
    gone = development.status == Status.RETRACTED
    told: str | None = development.replaces
    while told is not None and told not in view.told_developments and told not in promised:
        held = waiting.get(told)
        if held is not None and (not gone or held.kind is Kind.NEW_STORY):
            return False
        told = held.replaces if held is not None else None
    return told is None


def _wanted(development: Development, view: View) -> bool:
    kinds, languages = view.subscription.kinds, view.subscription.languages
    language = view.languages.get(development.id, "")
    return (not kinds or development.kind in kinds) and (not languages or not language or language in languages)


def _by_story(developments: Sequence[Development]) -> list[tuple[str, list[Development]]]:
    stories: dict[str, list[Development]] = {}
    for one in developments:
        stories.setdefault(one.story, []).append(one)
    return list(stories.items())


# ── what interrupts, what waits ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Pile:
    """What one message may say now: of one story, or of several that quiet hours held."""

    stories: tuple[str, ...]
    developments: tuple[Development, ...]
    reason: Reason
    urgent: bool
    #: what interrupts came in quiet hours, and waited for their end
    overnight: bool

    @property
    def gain(self) -> float:
        return max(gain(one) for one in self.developments)


@dataclass
class _Desk:
    """One decision at work. `waiting` says of each development that waits why, and when to ask again."""

    view: View
    now: datetime
    gone: dict[Reason, list[Development]]
    waiting: dict[str, tuple[Development, Reason, datetime | None]] = field(default_factory=dict)
    made: list[Decision] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)

    def sort(self, story: str, pile: Sequence[Development]) -> _Pile | None:
        """The part of a story's pile that interrupts now, if any does; what does not is held."""
        muted = self._muted_until(story)
        if muted:
            self._hold(pile, Reason.MUTED, muted)
            return None
        reasons = {one.id: self._why_not(one) for one in pile}
        if all(reasons.values()):
            for one in pile:
                self._collect_later(one, reasons[one.id] or Reason.BELOW_THRESHOLD)
            return None
        told, later = _company(pile, reasons)
        for one in later:
            self._collect_later(one, reasons[one.id] or Reason.WAITING_FOR_DIGEST)
        eligible = [one for one in pile if reasons[one.id] is None]
        held = self._held(story, pile, eligible)
        if held:
            self._hold(told, *held)
            return None
        urgent = any(one.id in self.view.urgent for one in eligible)
        overnight = any(self._in_quiet_hours(one.at) for one in eligible)
        return _Pile((story,), tuple(told), self._reason(story, told), urgent, overnight)

    def _why_not(self, development: Development) -> Reason | None:
        reason = why_not(development, self.view)
        late = reason is None and development.id not in self.view.urgent and self._is_late(development)
        return Reason.WAITING_FOR_DIGEST if late else reason

    def _is_late(self, development: Development) -> bool:
        """Yesterday's news never interrupts today: it was over the budget, or muted. What only quiet hours held is not late."""
        subscription = self.view.subscription
        if not subscription.digest_at or self._in_quiet_hours(development.at):
            return False
        return development.at < day_start(subscription, self.now) - (subscription.settle + subscription.gap)

    def _muted_until(self, story: str) -> datetime | None:
        known = self.view.stories.get(story)
        return known.muted_until if known and known.muted_until and known.muted_until > self.now else None

    def _held(
        self, story: str, pile: Sequence[Development], eligible: Sequence[Development]
    ) -> tuple[Reason, datetime] | None:
        """Whether the clock alone holds what would interrupt, and until when."""
        subscription = self.view.subscription
        quiet = quiet_until(subscription.quiet, self.now, subscription.timezone)
        if quiet:
            return Reason.QUIET, quiet
        if any(breaks_gap(one, self.view) for one in eligible):
            return None
        told = self.view.knows(story)
        if not told.developments and not told.promised:
            settled = min(one.at for one in pile) + subscription.settle
            return (Reason.SETTLING, settled) if settled > self.now else None
        if told.last_at is None:
            return Reason.GAP, self.now + min(IN_FLIGHT, subscription.gap)
        over = told.last_at + subscription.gap
        return (Reason.GAP, over) if over > self.now else None

    def _reason(self, story: str, told: Sequence[Development]) -> Reason:
        if not self.view.knows(story).developments:
            return Reason.FIRST_REPORT
        return Reason.CORRECTION if any(corrects_what_was_told(one, self.view) for one in told) else Reason.DEVELOPMENT

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def bundled(self, ready: list[_Pile]) -> list[_Pile]:
        """Best first; what quiet hours held of several stories is one message."""
        overnight = [pile for pile in ready if pile.overnight]
        if len(overnight) > 1:
            ready = [_bundle(overnight), *(pile for pile in ready if pile not in overnight)]
        return sorted(ready, key=lambda pile: (not pile.urgent, -pile.gain, pile.stories))

    def _in_quiet_hours(self, at: datetime) -> bool:
        return quiet_until(self.view.subscription.quiet, at, self.view.subscription.timezone) is not None

    def tell(self, ready: Iterable[_Pile]) -> None:
        """Makes an alert of each pile while the day's budget lasts; what an `always` condition wants is told beyond it."""
        left = self.view.subscription.max_per_day - self.view.sent_today
        for pile in ready:
            if left <= 0 and not pile.urgent:
                for one in pile.developments:
                    self._collect_later(one, Reason.BUDGET)
                continue
            left -= 1
            alert = self._alert(pile.developments, "now")
            for story, told in _by_story(pile.developments):
                self._made(story, told, pile.reason if len(pile.stories) == 1 else self._reason(story, told), alert)

    def collect(self) -> None:
        """Makes the digest, if its time has come and something waits for it."""
        subscription, view = self.view.subscription, self.view
        slot = last_slot(subscription.digest_at, self.now, subscription.timezone)
        waiting = [one for one, reason, _ in self.waiting.values() if reason in _COLLECTED]
        if slot is None or slot <= (view.last_digest or view.began) or not any(one.at <= slot for one in waiting):
            return
        if quiet_until(subscription.quiet, self.now, subscription.timezone):
            return
        alert = self._alert(waiting, "digest")
        for story, told in _by_story(waiting):
            self._made(story, told, Reason.DIGEST, alert)
        for one in waiting:
            del self.waiting[one.id]

    def _alert(self, developments: Sequence[Development], mode: Literal["now", "digest"]) -> Alert:
        view, stories = self.view, _by_story(developments)
        ordered = [one for _, pile in sorted(stories, key=self._newest_story) for one in most_first(pile)]
        story = stories[0][0] if len(stories) == 1 else None
        parts = (
            view.subscription.channel,
            story or "",
            *sorted(one.id for one in ordered),
            *(alert.id for alert in view.dead),
        )
        alert = Alert(
            id=make_id("al", *parts),
            key=make_id("k", *parts),
            channel=view.subscription.channel,
            subscription=view.subscription.id,
            topic=view.topic.id,
            story=story,
            mode=mode,
            developments=tuple(one.id for one in ordered),
            message=message(view, ordered, mode, self.now, gone=self.gone.get(Reason.SUPERSEDED, ())),
            created=self.now,
            send_after=self.now,
        )
        self.alerts.append(alert)
        return alert

    def _newest_story(self, pile: tuple[str, list[Development]]) -> tuple[float, str]:
        return -max(one.at for one in pile[1]).timestamp(), pile[0]

    # ── recording ────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _digest_at(self) -> datetime | None:
        """When the next digest leaves: after the quiet hours, if its time lies in them. None where there are none."""
        subscription = self.view.subscription
        slot = next_slot(subscription.digest_at, self.now, subscription.timezone)
        due = self._overdue_after_quiet()
        if due is not None or slot is None:
            return due
        return quiet_until(subscription.quiet, slot, subscription.timezone) or slot

    def _overdue_after_quiet(self) -> datetime | None:
        subscription, view = self.view.subscription, self.view
        slot = last_slot(subscription.digest_at, self.now, subscription.timezone)
        if slot is None or slot <= (view.last_digest or view.began):
            return None
        return quiet_until(subscription.quiet, self.now, subscription.timezone)

    def _collect_later(self, development: Development, reason: Reason) -> None:
        """Leaves it to the next digest; where there are none, what only the budget holds is asked about on a new day."""
        until = self._digest_at
        if until is None and reason is Reason.BUDGET:
            until = next_midnight(self.now, self.view.subscription.timezone)
        self._hold([development], reason, until)

    def _hold(self, developments: Iterable[Development], reason: Reason, until: datetime | None) -> None:
        for one in developments:
            self.waiting[one.id] = (one, reason, until)

    def _made(self, story: str, told: Sequence[Development], reason: Reason, alert: Alert) -> None:
        self.made.append(self._decision(story, reason, told, alert=alert.id))

    def settlements(self) -> list[Decision]:
        """The decisions on what is no longer owed."""
        return [
            self._decision(story, reason, pile, settles=True)
            for reason, gone in self.gone.items()
            for story, pile in _by_story(gone)
        ]

    def decisions(self) -> list[Decision]:
        """What was told, then what waits: one decision for each story, reason and time."""
        groups = groupby(
            sorted(
                self.waiting.values(),
                key=lambda held: (held[0].story, held[1], held[2] is not None, held[2] or self.now),
            ),
            key=lambda held: (held[0].story, held[1], held[2]),
        )
        return [
            *self.made,
            *(
                self._decision(story, reason, [held[0] for held in group], until=until)
                for (story, reason, until), group in groups
            ),
        ]

    def _decision(
        self,
        story: str,
        reason: Reason,
        developments: Sequence[Development],
        *,
        until: datetime | None = None,
        alert: str | None = None,
        settles: bool = False,
    ) -> Decision:
        return Decision(
            subscription=self.view.subscription.id,
            channel=self.view.subscription.channel,
            story=story,
            reason=reason,
            developments=tuple(one.id for one in developments),
            at=self.now,
            until=until,
            alert=alert,
            settles=settles,
        )


def _company(
    pile: Sequence[Development], reasons: dict[str, Reason | None]
) -> tuple[list[Development], list[Development]]:
    """What a message says beside what interrupts: the surer rest of the story, up to `MOST_LINES`; and what is left for the digest."""
    ranked = sorted(pile, key=lambda one: (reasons[one.id] is not None, -gain(one), one.id))
    may = [one for one in ranked if reasons[one.id] in (None, Reason.BELOW_THRESHOLD, Reason.BUDGET)]
    told = {one.id for one in may[:MOST_LINES]}
    return [one for one in pile if one.id in told], [one for one in pile if one.id not in told]


def _bundle(piles: Sequence[_Pile]) -> _Pile:
    return _Pile(
        tuple(story for pile in piles for story in pile.stories),
        tuple(one for pile in piles for one in pile.developments),
        piles[0].reason,
        any(pile.urgent for pile in piles),
        overnight=True,
    )
