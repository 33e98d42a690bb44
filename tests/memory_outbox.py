"""Alerts on their way: leases, attempts, promises kept and broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from memory_kept import Kept, Promise

from monitor.model import (
    Alert,
    Attempt,
    Trouble,
)

ASK_AGAIN = timedelta(hours=1)


class Outbox(Kept):
    """A part of `fakes.MemoryStore`; it leans on the others."""

    def _due_at(self, alert: Alert) -> datetime:
        return self._leased[alert.id] if alert.state == "sending" else alert.send_after

    def due_alerts(self, now: datetime, lease: timedelta, limit: int = 100) -> list[Alert]:
        due = [one for one in self._alerts.values() if one.state in ("owed", "sending") and self._due_at(one) <= now]
        leased = [replace(one, state="sending") for one in sorted(due, key=self._due_at)[:limit]]
        for one in leased:
            self._alerts[one.id], self._leased[one.id] = one, now + lease
        return leased

    def alerts_of(self, story: str, channel: str | None = None) -> list[Alert]:
        story = self._resolve(story)
        found = [one for one in self._alerts.values() if one.story == story and channel in (None, one.channel)]
        return sorted(found, key=lambda one: one.sent_at or one.created)

    def not_before(self, channel: str, now: datetime) -> datetime | None:
        mine = [one for name, tried in self._attempts.items() if self._alerts[name].channel == channel for one in tried]
        return max((one.not_before for one in mine if one.not_before and one.not_before > now >= one.at), default=None)

    def waiting(self, since: datetime) -> list[Alert]:
        found = [one for one in self._alerts.values() if one.state == "owed" and one.created <= since]
        return sorted(found, key=lambda one: one.created)

    def supersede(self, alert: Alert, replaced: Iterable[str]) -> bool:
        before = [self._alerts.get(one) for one in set(replaced)]
        if not all(one and one.state == "owed" for one in before):
            return False
        for one in before:
            self._alerts[one.id] = replace(one, state="superseded")
        for key, promise in self._told.items():
            if key[0] == alert.channel and promise.state == "promised" and promise.alert in {one.id for one in before}:
                self._told[key] = replace(promise, alert=alert.id)
        self.put_alert(alert)
        return True

    def dead_alerts(self, subscription: str, since: datetime) -> list[Alert]:
        made = [one for one in self._alerts.values() if one.subscription == subscription and one.created >= since]
        return sorted(
            (one for one in made if one.state == "dead" and one.mode != "system"), key=lambda one: one.created
        )

    def trouble(self, channel: str) -> Trouble | None:
        mine = [one for one in self._alerts.values() if one.channel == channel]
        last = max((one.sent_at for one in mine if one.state == "sent" and one.sent_at), default=None)
        failed = {
            one.id: [t for t in self._attempts.get(one.id, []) if t.error and (last is None or t.at > last)]
            for one in mine
            if one.state != "sent"
        }
        tries = sorted((one for tried in failed.values() for one in tried), key=lambda one: one.at)
        if not tries:
            return None
        owed = [one.created for one in mine if one.state in ("owed", "sending")]
        return Trouble(
            channel=channel,
            since=tries[0].at,
            error=tries[-1].error,
            owed=len(owed),
            owed_since=min(owed, default=None),
            dead=sum(one.state == "dead" and bool(failed[one.id]) for one in mine),
        )

    def deliveries(self, channel: str, since: datetime) -> list[datetime]:
        mine = [one for one in self._alerts.values() if one.channel == channel and one.state == "sent"]
        return sorted(one.sent_at for one in mine if one.sent_at and one.sent_at > since)

    def put_off(self, alert: str, until: datetime, why: str) -> None:
        found = self._alerts[alert]
        if found.state in ("owed", "sending"):
            self._alerts[alert] = replace(found, state="owed", send_after=until, error=why)

    def record_attempt(self, attempt: Attempt) -> None:
        alert = self._alerts.get(attempt.alert)
        tried = self._attempts.setdefault(attempt.alert, [])
        same = [
            one for one in tried if (one.at, one.error, one.receipt) == (attempt.at, attempt.error, attempt.receipt)
        ]
        if alert is None or same:
            return
        tried.append(attempt)
        if alert.state == "sent":
            return
        alert = replace(alert, attempts=alert.attempts + 1, error=attempt.error)
        if not attempt.error:
            self._alerts[alert.id] = replace(
                alert, state="sent", sent_at=attempt.at, receipt=attempt.receipt, root=attempt.root
            )
            self._tell(alert, attempt.at)
        elif attempt.retry_at and not attempt.permanent:
            self._alerts[alert.id] = replace(alert, state="owed", send_after=attempt.retry_at)
        else:
            self._alerts[alert.id] = replace(alert, state="dead")
            self._break_promise(alert, attempt.at + ASK_AGAIN)

    def _tell(self, alert: Alert, at: datetime) -> None:
        for one in alert.developments:
            promise = self._told.get((alert.channel, one))
            if one in self._developments and (promise is None or promise.state != "told"):
                self._told[alert.channel, one] = Promise(alert.id, "told", at)
        self._drop_empty_holds()

    def _break_promise(self, alert: Alert, ask_at: datetime) -> None:
        broken = [
            one
            for one in alert.developments
            if (promise := self._told.get((alert.channel, one)))
            and promise.alert == alert.id
            and promise.state == "promised"
        ]
        for one in broken:
            del self._told[alert.channel, one]
        self._ask_about(broken, ask_at, alert.channel)

    def release_leases(self) -> int:
        return 0  # leases of this store live and die with the process

    def put_alert(self, alert: Alert) -> None:
        before = self._alerts.get(alert.id)
        if before is None:
            self._alerts[alert.id] = alert
        elif before.state == "dead" and alert.created > before.created:
            self._alerts[alert.id] = replace(before, state="owed", attempts=0, error="", send_after=alert.send_after)
        else:
            return
        self._promise(self._alerts[alert.id], alert.created)

    def _promise(self, alert: Alert, at: datetime) -> None:
        for one in alert.developments:
            if one in self._developments:
                self._told.setdefault((alert.channel, one), Promise(alert.id, "promised", at))

    def retry_alert(self, alert: str, now: datetime) -> bool:
        found = self._alerts.get(alert)
        if found is None or found.state != "dead":
            return False
        self._alerts[alert] = replace(found, state="owed", attempts=0, error="", send_after=now)
        self._promise(found, now)
        return True
