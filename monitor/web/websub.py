"""Where hubs reach us: their question whether we asked, and what they send.

The address itself lets in: it was made with our secret and told to one hub only. Nothing is read of a request before its address is
found good, and nothing is believed of what it brings before its signature is. Reading it is the daemon's work; here it is only put down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.feeds import websub
from monitor.model import Fetched, Push
from monitor.pipeline import record_push
from monitor.pipeline.inbox import LARGEST, Inbox, Sent
from monitor.ports import Store

log = structlog.get_logger()

#: seconds in which a hub must have sent all of it
PATIENCE = 20.0
#: a change that somebody else made meanwhile is made upon
_TRIES = 3


class Hubs:
    """The two endpoints. Without a secret there is no address that would be good."""

    def __init__(self, store: Store, clock: Callable[[], datetime], secret: str, inbox: Inbox) -> None:
        self._store, self._clock, self._secret, self._inbox = store, clock, secret, inbox

    def question(self, request: Request) -> Response:
        """Verification of intent: the challenge, where we did ask; 404 where we did not. Or the hub says that it will not."""
        if request.method == "HEAD":  # whoever does not read our answer has not asked
            raise HTTPException(404)
        asked = dict(request.query_params)
        for _ in range(_TRIES):
            push = self._push(request)
            if push is None:
                raise HTTPException(404)
            now = self._clock()
            no = websub.denied(push, asked, now)
            after = no or websub.verified(push, asked, now)
            if after is None:
                raise HTTPException(404, "Nobody here asked for that.")
            if record_push(self._store, push, after, now):
                log.info("hub", hub=push.hub, topic=push.topic, says=websub.in_words(after, now))
                return PlainTextResponse("" if no else asked["hub.challenge"])
        raise HTTPException(503)

    async def delivery(self, request: Request) -> Response:
        """Content distribution. What is not signed as it should be is answered like the rest, and forgotten."""
        push = await run_in_threadpool(self._wanted, request)
        body = await _body(request)
        if body is None:
            self._inbox.put(Sent(push.feed))
            raise HTTPException(413)
        await run_in_threadpool(self._take, push, request, body)
        return PlainTextResponse("", 202)

    def _wanted(self, request: Request) -> Push:
        """The subscription of this address. Raises 410 for one that is none any more, so that the hub may stop."""
        push = self._push(request)
        if push is None:
            raise HTTPException(410 if websub.read_token(request.path_params["token"], self._secret) else 404)
        if push.state == "ended":
            raise HTTPException(410)
        if self._store.polled(push.feed) is None:
            record_push(self._store, push, websub.ended(push, "the feed is not polled any more"), self._clock())
            raise HTTPException(410)
        return push

    def _push(self, request: Request) -> Push | None:
        one = websub.read_token(request.path_params["token"], self._secret)
        return self._store.push(one) if one else None

    def _take(self, push: Push, request: Request, body: bytes) -> None:
        topic = websub.link_header(", ".join(request.headers.getlist("link")), push.topic).get("self", push.topic)
        if topic != push.topic:
            log.warning("a hub sent another topic", hub=push.hub, topic=push.topic)
        elif not push.signed:
            self._inbox.put(Sent(push.feed))
        elif websub.is_signed(body, request.headers.get("x-hub-signature", ""), push.id, self._secret):
            self._believe(push, request, body)
        else:
            log.warning("a hub's message is not signed as it should be", hub=push.hub, topic=push.topic)

    def _believe(self, push: Push, request: Request, body: bytes) -> None:
        self._store.record_push(push, websub.heard(push, self._clock()))
        headers = {key: request.headers[key] for key in ("content-language",) if key in request.headers}
        kind = request.headers.get("content-type", "")
        plain = request.headers.get("content-encoding", "identity").lower() in ("", "identity")
        fetched = Fetched(url=push.topic, status=200, body=body, content_type=kind, headers=headers)
        self._inbox.put(Sent(push.feed, fetched if body and plain else None))


async def _body(request: Request) -> bytes | None:
    """All of it; None where it is larger than we read. Raises `HTTPException` where it only drips."""
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdecimal() and int(announced[:12]) > LARGEST:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.stream():
                body += piece
                if len(body) > LARGEST:
                    return None
    except TimeoutError as error:
        raise HTTPException(408) from error
    return bytes(body)
