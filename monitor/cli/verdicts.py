"""monitor feedback: what readers said of alerts, what it changed, and how to take it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.alerts.feedback import COUNTED, Verdict
from monitor.cli.common import ago, fail, out, session, show
from monitor.config import Config
from monitor.pipeline import adjusted
from monitor.ports import Store
from monitor.run.verdicts import say, unsay


def add_to(app: typer.Typer) -> None:
    """Registers the command."""
    app.command()(feedback)


def feedback(
    context: typer.Context,
    alert: Annotated[str | None, typer.Argument(help="An alert, to say what it was worth.", show_default=False)] = None,
    verdict: Annotated[Verdict | None, typer.Argument(help="What it was.", show_default=False)] = None,
    undo: Annotated[str, typer.Option(metavar="ID", help="Takes a verdict back.")] = "",
) -> None:
    """What readers said of alerts, and what it changed: each verdict moves a threshold a little, within bounds."""
    if (alert is None) != (verdict is None) or (alert and undo):
        raise fail("give an alert and a verdict, or --undo ID, or nothing to see what was said", 2)
    now = datetime.now(UTC)
    with session(context).store() as store:
        if undo and unsay(store, undo, now) is None:
            raise fail(f"there is no verdict {undo} that stands")
        if alert and verdict and say(store, alert, verdict, now) is None:
            raise fail(f"there is no alert {alert}; see: monitor alerts")
        _show(context, session(context).config(), store)


def _show(context: typer.Context, config: Config, store: Store) -> None:
    said = store.feedback(limit=COUNTED)
    rows = [
        (one.id, ago(one.at), one.verdict, "taken back" if one.undone else "", one.subscription, one.alert)
        for one in said
    ]
    show(
        context, said, ("id", "when", "verdict", "", "subscription", "alert"), rows, "No reader has said anything yet."
    )
    if session(context).json:
        return
    for subscription in config.subscriptions:
        threshold = adjusted(subscription, store).threshold
        if threshold != subscription.threshold:
            out.print(f"{subscription.id}: threshold {subscription.threshold} → {threshold}", markup=False)
