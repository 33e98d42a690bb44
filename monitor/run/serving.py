"""The page beside the daemon: served as it is configured, and anew when that has changed. What it cannot do costs no news."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from monitor.config import Config
from monitor.run.app import App, secrets_of

log = structlog.get_logger()

Serve = Callable[[App], Awaitable[None]]


class Page:
    """Serves an `App`'s page in the background. `serve` is what does it, until it is cancelled; None for no page ever."""

    def __init__(self, serve: Serve | None) -> None:
        self._serve = serve
        self._task: asyncio.Task[None] | None = None
        self._shown: object = None

    async def show(self, app: App) -> None:
        """From now on, this app's page. One that looks the same and is served goes on."""
        shown = _looks(app.config)
        if self._task is not None and not self._task.done() and shown == self._shown:
            return
        await self.close()
        self._shown = shown
        if self._serve is not None and app.config.web.listen:
            self._task = asyncio.create_task(self._run(self._serve, app))

    async def close(self) -> None:
        """Answers what was asked, and lets go of the address."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await self._task
            self._task = None

    async def _run(self, serve: Serve, app: App) -> None:
        listen = app.config.web.listen
        log.info("the page is served", listen=listen)
        try:
            await serve(app)
        except (OSError, SystemExit) as error:
            log.error("the page cannot be served", listen=listen, why=str(error))


def _looks(config: Config) -> object:
    """Everything that a page shows of a configuration."""
    return (
        config.web,
        config.timezone,
        config.topics,
        config.subscriptions,
        config.database,
        frozenset(secrets_of(config)),
    )
