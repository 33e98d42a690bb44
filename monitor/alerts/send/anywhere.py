"""Every other service, through Apprise: one object a channel, in a thread, with our own deadline.

The only importer of Apprise. Its retries, its waiting and its redirects are switched off: the outbox decides when to try again,
and one address is one target, so that a failure is that target's. Text is ours, plain, neutralised and cut between developments
before Apprise sees it, so that it neither splits nor interprets anything.
"""

from __future__ import annotations

import asyncio
import logging
import re
from datetime import timedelta
from typing import Any

from monitor.alerts.render import MARKDOWN, TEXT, Words, clip, title, written
from monitor.alerts.send.letter import Letter
from monitor.errors import SendError
from monitor.model import Message, Receipt
from monitor.text.normal import squeeze, visible

#: a service that says nothing about its limit gets texts of at most this many characters
LONGEST = 3500
#: how Apprise's log names a status that will not pass by itself: "error=404."
_FINAL = re.compile(r"error ?[=:] ?\(?4(?!08|25|29)\d\d\b")


class Anywhere:
    """One Apprise service."""

    def __init__(
        self,
        url: str,
        *,
        words: Words | None = None,
        timeout: timedelta = timedelta(seconds=40),
    ) -> None:
        self._service, self._words, self._timeout = _service(url), words, timeout
        # What it takes when it is given plain text: its address may ask for a format (?format=markdown).
        self._markdown = self._service.resolve_format("text") == "markdown"
        self._limit = max(200, min(int(self._service.body_maxlen or LONGEST), LONGEST))

    async def send(self, letter: Letter) -> Receipt:
        """Part after part; a part that was accepted in an earlier try is not sent again."""
        heading = int(self._service.title_maxlen or 0) <= 0
        parts = self._parts(letter.alert.message, heading=heading)
        for number, part in enumerate(parts or [title(letter.alert.message)]):
            if str(number) in letter.done:
                continue
            head = "" if heading or number else clip(title(letter.alert.message), int(self._service.title_maxlen))
            await self._notify(part, head)
            letter.done[str(number)] = "accepted"
        return Receipt(detail=f"accepted by {self._service.service_name}")

    def _parts(self, message: Message, *, heading: bool) -> list[str]:
        markup = MARKDOWN if self._markdown else TEXT
        return written(message, self._limit, markup, words=self._words, heading=heading)

    async def _notify(self, body: str, heading: str) -> None:
        try:
            said = await asyncio.wait_for(
                asyncio.to_thread(self._blocking, body, heading), self._timeout.total_seconds()
            )
        except TimeoutError as error:
            # The thread goes on by itself until its sockets time out; what it still does counts as not done.
            raise SendError(f"{self._service.service_name}: no answer in time") from error
        if said is not None:
            raise SendError(
                f"{self._service.service_name}: {said or 'not accepted'}", permanent=bool(_FINAL.search(said))
            )

    def _blocking(self, body: str, heading: str) -> str | None:
        """None if it was accepted, else what Apprise says of it."""
        import apprise  # noqa: PLC0415 - see _service

        box = apprise.Apprise(services=self._service)
        result = box.notify(
            body=body,
            title=heading,
            body_format=apprise.NotifyFormat.MARKDOWN if self._markdown else apprise.NotifyFormat.TEXT,
        )
        return None if result else _said(result)


def _service(url: str) -> Any:
    # 0.3 s and 34 MB: only for those who have such a channel.
    import apprise  # noqa: PLC0415 - the reason is above

    # What it says of a failure is in its log only: we must see its warnings, however little others log, and nobody else may,
    # since whole addresses are in them.
    log = logging.getLogger("apprise")
    log.setLevel(logging.WARNING)
    log.propagate = False
    asset = apprise.AppriseAsset(
        async_mode=False,
        app_id="monitor",
        app_desc="news alerts",
        default_service_retry=0,
        default_service_wait=0,
        secure_logging=True,
    )
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is None:
        scheme = url.partition(":")[0]
        wants = _missing(scheme)
        why = f"{scheme}:// needs {wants} installed" if wants else f"no service understands this {scheme}:// address"
        raise SendError(f"{why} (see the list of Apprise)", permanent=True)
    # Its throttle sleeps in the thread; the outbox spaces messages.
    service.request_rate_per_sec = 0
    service.redirects = False
    return service


def _missing(scheme: str) -> str:
    """The packages that a service needs and that are not installed; "" where it is not that."""
    import apprise  # noqa: PLC0415 - see _service

    for schema in apprise.Apprise().details(show_requirements=True, show_disabled=True)["schemas"]:
        if scheme in (*(schema["protocols"] or ()), *(schema["secure_protocols"] or ())) and not schema["enabled"]:
            return ", ".join(schema["requirements"]["packages_required"])
    return ""


def _said(result: Any) -> str:
    """The last warning of a failed notification, in one line, without addresses: they hold secrets."""
    entries = list(result.logs()) if hasattr(result, "logs") else []
    text = " / ".join(str(getattr(entry, "message", entry)) for entry in entries[-2:])
    return clip(squeeze(visible(re.sub(r"\S+://\S+", "…", text))), 200)
