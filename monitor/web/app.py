"""The routes, and the server that answers them beside the daemon, in its event loop.

Endpoints are plain functions: they run on a thread each, since the store waits for its turn, and the loop that polls must not.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from monitor.alerts.feedback import paths
from monitor.config import Config
from monitor.errors import StoreError
from monitor.pipeline.inbox import Inbox
from monitor.ports import Store
from monitor.run.app import masking
from monitor.run.doctor import stuck
from monitor.web import pages
from monitor.web.gate import HEADERS, Gate, split_listen
from monitor.web.show import Templates
from monitor.web.verdicts import Verdicts
from monitor.web.websub import Hubs

#: seconds that a stop waits for answers under way
GRACE = 2
#: requests at one time; what comes on top is answered with 503
AT_ONCE = 64

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the daemon has them."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


async def serve(
    config: Config, store: Store, clock: Callable[[], datetime], secret: str = "", inbox: Inbox | None = None
) -> None:
    """Serves the page on `[web] listen` until it is cancelled. Raises OSError, in words, where it cannot listen there.

    `secret` signs what readers may say of alerts, and hubs; without one they are not asked. What hubs send goes to `inbox`.
    """
    listener = _listen(config.web.listen)
    server = _Server(
        uvicorn.Config(
            make_app(config, store, clock, secret, inbox),
            access_log=False,
            http="h11",
            ws="none",
            lifespan="off",
            limit_concurrency=AT_ONCE,
            log_config=None,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        # Shielded, so that a cancellation lets the server finish what it is answering.
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await asyncio.wait([serving], timeout=2 * GRACE)
        listener.close()


def _listen(address: str) -> socket.socket:
    host, port = split_listen(address)
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise OSError(f"{address} is no address of this machine ({error.strerror}); set listen under [web]") from error
    try:
        # A restart must not wait for the connections of the process before.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise OSError(f"{address} cannot be used ({error.strerror}); set another listen under [web]") from error
    return listener


def make_app(
    config: Config, store: Store, clock: Callable[[], datetime], secret: str = "", inbox: Inbox | None = None
) -> Starlette:
    """The site over a store. The clock says "now", in UTC; `secret` and `inbox` as for `serve`."""
    site = _Site(config, store, clock, secret)
    said = Verdicts(config, store, clock, secret, site.page)
    hubs = Hubs(store, clock, secret, inbox or Inbox())
    return Starlette(
        routes=[
            Route("/", site.news),
            Route("/story/{id}", site.story),
            Route("/feeds", site.feeds),
            Route("/outbox", site.outbox),
            Route("/feedback/{token}", said.ask, methods=["GET"]),
            Route("/feedback/{token}", said.answer, methods=["POST"]),
            Route("/websub/{token}", hubs.question, methods=["GET"]),
            Route("/websub/{token}", hubs.delivery, methods=["POST"]),
            Route("/healthz", site.healthz),
            Route("/static/{name}", site.static),
        ],
        middleware=[
            Middleware(
                Gate,
                listen=config.web.listen,
                public_url=config.web.public_url,
                password=config.web.password,
                clock=clock,
            )
        ],
        exception_handlers={HTTPException: site.not_found, StoreError: site.no_database, 500: site.broken},
    )


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    kind: str
    tag: str


class _Site:
    """The endpoints."""

    def __init__(self, config: Config, store: Store, clock: Callable[[], datetime], secret: str) -> None:
        self._config, self._store, self._clock, self._secret = config, store, clock, secret
        self._started = clock()
        self._assets = {path.name: _asset(path) for path in sorted(_STATIC.iterdir()) if path.suffix in _TYPES}
        self._templates = Templates(config.timezone, masking(config))
        self._topics = {topic.id: topic.name for topic in config.topics}

    def news(self, request: Request) -> Response:
        hours = _one_of(request, "hours", {str(hours): hours for hours in pages.PERIODS}, pages.PERIODS[0])
        topic = _one_of(request, "topic", {name: name for name in self._topics}, "")
        live = request.query_params.get("live") == "1"
        page = pages.news(self._store, self._clock(), hours, topic)
        response = self.page("news.html", page=page, periods=pages.PERIODS, live=live)
        if live:
            response.headers["Refresh"] = "60"
        return response

    def story(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        found = self._store.story(wanted)
        if found is None:
            raise HTTPException(404)
        if found.id != wanted:  # it was merged into another
            return RedirectResponse(f"/story/{quote(found.id, safe='')}", 303)
        told = [(alert, paths(alert, self._secret)) for alert in pages.told(self._store, found, self._clock())]
        return self.page("story.html", page=pages.story(self._store, found), told=told)

    def feeds(self, _: Request) -> Response:
        return self.page("feeds.html", page=pages.feeds(self._store, self._clock()))

    def outbox(self, request: Request) -> Response:
        state = _one_of(request, "state", {state: state for state in pages.STATES}, "")
        return self.page("outbox.html", page=pages.outbox(self._store, state), states=pages.STATES)

    def healthz(self, _: Request) -> Response:
        """For whatever watches the daemon, without a password: so it names no feed, no channel and no error's text."""
        try:
            trouble = "nothing is polled" if stuck(self._store, self._clock(), self._started) else ""
            watch = pages.watch(self._store)
        except StoreError:
            return JSONResponse({"ok": False, "trouble": "the database does not answer"}, 503)
        polled = f"{watch.polled:%Y-%m-%dT%H:%M:%SZ}" if watch.polled else None
        answer = {
            "ok": not trouble,
            "trouble": trouble,
            "polled": polled,
            "feeds": watch.feeds,
            "failing": watch.failing,
            "owed": watch.owed,
            "dead": watch.dead,
        }
        return JSONResponse(answer, 503 if trouble else 200)

    def static(self, request: Request) -> Response:
        asset = self._assets.get(request.path_params["name"])
        if asset is None:
            raise HTTPException(404)
        headers = {"ETag": f'"{asset.tag}"', "Cache-Control": "private, max-age=86400"}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return Response(asset.body, media_type=asset.kind, headers=headers)

    # ── what went wrong ──────────────────────────────────────────────────────────────────────────────────────────────

    def not_found(self, _: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        said = error.detail if isinstance(error, HTTPException) and error.detail != HTTPStatus(status).phrase else ""
        return self._message(status, "There is no such page", said or "It may have been a story of another database.")

    def no_database(self, _: Request, error: Exception) -> Response:
        return self._message(503, "The database does not answer", str(error))

    def broken(self, _: Request, __: Exception) -> Response:
        # A bug: its traceback is in the log. This answer is made outside the gate, so it brings the headers itself.
        response = self._message(500, "This page broke", "The log has the details; the daemon goes on.")
        response.headers.update(HEADERS)
        return response

    def _message(self, status: int, title: str, text: str) -> Response:
        body = self._render("message.html", title=title, text=text, watch=None)
        return HTMLResponse(body, status)

    def page(self, name: str, **values: Any) -> Response:
        """A template with the line of figures that stands under every masthead."""
        return HTMLResponse(self._render(name, **{"watch": pages.watch(self._store), **values}))

    def _render(self, name: str, **values: Any) -> str:
        common = {"topics": self._topics, "assets": {name: asset.tag for name, asset in self._assets.items()}}
        return self._templates.render(name, self._clock(), {**common, **values})


def _asset(path: Path) -> _Asset:
    body = path.read_bytes()
    return _Asset(body, _TYPES[path.suffix], blake2b(body, digest_size=8).hexdigest())


def _one_of(request: Request, name: str, choices: dict[str, Any], default: Any) -> Any:
    """A choice from the query; what is not offered is the default."""
    return choices.get(request.query_params.get(name, ""), default)
