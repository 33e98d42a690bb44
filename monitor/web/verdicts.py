"""What readers say of alerts, by a link in a message or a button on a story's page.

The link is opened by a GET, which changes nothing: mail scanners and previews open links too. The page asks, and the POST of its
form says it; the same page then offers to take it back. The signature in the address is what lets in (`alerts.feedback`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.alerts.feedback import LASTS, STEP, Said, Verdict, moves, read
from monitor.alerts.render.words import word
from monitor.config import Config
from monitor.model import Alert
from monitor.pipeline import adjusted
from monitor.ports import Store
from monitor.run.verdicts import feedback_id, say, standing, unsay

Page = Callable[..., Response]


class Verdicts:
    """The two endpoints. `page` renders a template."""

    def __init__(self, config: Config, store: Store, clock: Callable[[], datetime], secret: str, page: Page) -> None:
        self._subscriptions = {one.id: one for one in config.subscriptions}
        self._store, self._clock, self._secret, self._page = store, clock, secret, page

    def ask(self, request: Request) -> Response:
        """What the link would say, with a button; or what was said with it, with a button that takes it back."""
        said, alert = self._read(request)
        stands = standing(self._store, alert.id, said.verdict) is not None
        return self._page(
            "feedback.html",
            watch=None,
            alert=alert,
            verdict=word(said.verdict, alert.message.language),
            stands=stands,
            effect=self._effect(said, alert),
            words={key: word(key, alert.message.language) for key in ("say_so", "take_back", "thanks")},
        )

    def answer(self, request: Request) -> Response:
        """Says it, or takes it back with `?undo=1`; then shows how things stand."""
        said, alert = self._read(request)
        if request.query_params.get("undo") == "1":
            unsay(self._store, feedback_id(alert.id, said.verdict), self._clock())
        else:
            say(self._store, alert.id, said.verdict, self._clock())
        return RedirectResponse(request.url.path, 303)

    def _read(self, request: Request) -> tuple[Said, Alert]:
        said = read(request.path_params["token"], self._secret, self._clock())
        alert = self._store.alert(said.alert) if said else None
        if said is None or alert is None:
            raise HTTPException(404, f"This link was not made here, or its {LASTS.days} days are over.")
        return said, alert

    def _effect(self, said: Said, alert: Alert) -> dict[str, Any]:
        """What it does, or did, for a person to see: which way the threshold moves, and where it is now."""
        subscription = self._subscriptions.get(alert.subscription)
        if subscription is None or not moves(said.verdict):
            return {"kind": str(said.verdict) if said.verdict in (Verdict.MUTE, Verdict.WRONG_STORY) else ""}
        return {
            "kind": "fewer" if moves(said.verdict) > 0 else "more",
            "configured": subscription.threshold,
            "now": adjusted(subscription, self._store).threshold,
            "step": STEP,
        }
