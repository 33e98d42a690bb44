"""ask_hub: a due subscription → what time made of it → the hub is asked → record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from monitor.addresses import Network
from monitor.errors import FetchError
from monitor.feeds import websub
from monitor.model import Push
from monitor.ports import Store


class Hubs(Protocol):
    """The way out to hubs, which is the one of feeds."""

    async def post(self, url: str, form: Mapping[str, str]) -> None:
        """Sends a form. Raises `FetchError`, and `RefusedError` for what we will not send to."""


async def ask_hub(
    push: Push,
    *,
    hubs: Hubs,
    store: Store,
    base: str,
    secret: str,
    allowed: tuple[Network, ...],
    clock: Callable[[], datetime],
) -> Push | None:
    """Does what is due about one subscription; what has become of it, None where somebody else changed it meanwhile.

    That the hub is asked is recorded before it is: it may ask back before it answers.
    """
    now = clock()
    current = websub.overdue(push, now)
    asking = current.due is not None and current.due <= now
    if asking:
        current = websub.asked(current, now, signed=websub.may_have_secret(push.hub, allowed))
    if not record_push(store, push, current, now):
        return None
    if not asking:
        return current
    try:
        await hubs.post(push.hub, websub.form(current, base, secret))
    except FetchError as error:
        return _refused(current, error, store, clock())
    return current


def _refused(asked: Push, error: FetchError, store: Store, now: datetime) -> Push | None:
    """What the hub's refusal makes of it. A hub that asked back first, and failed then, has promised all the same."""
    if store.push(asked.id) != asked:
        return None
    after = websub.refused(asked, error, now)
    return after if record_push(store, asked, after, now) else None


def record_push(store: Store, before: Push | None, after: Push, now: datetime) -> bool:
    """Records what has become of a subscription; False where somebody else changed it meanwhile.

    The polls of a feed that is pushed are put off to the longest interval: one that is pushed no more is polled at once.
    """
    if not store.record_push(before, after):
        return False
    if before is not None and before.state == "live" and not websub.is_live(after, now):
        store.poll_soon(after.feed, now)
    return True
