"""WebSub (W3C recommendation of 23 January 2018): what is asked of a hub, what is believed of it, and when it is asked again.

A feed may name a hub, which sends what is new to an address of ours instead of waiting to be asked. Nothing here is trusted before
it is checked: the hub's address goes through the one gate, our address is one that nobody can guess, the hub's question whether we
asked is answered only where we did, and what it sends is news only if it is signed with the secret that we gave it. Unsigned, it is
no more than a hint to poll. A subscription that ends, for whatever reason, costs time and never news: polling goes on.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from monitor.addresses import Network, is_own
from monitor.errors import FetchError
from monitor.model import Fetched, ParsedFeed, Push, make_id

#: where the page receives hubs
PATH = "/websub/"
#: where a feed's measures keep the hub that it named last
KEPT = "websub"
DAY = timedelta(hours=24)
#: what is asked for, and the longest that is believed: a hub that forgot us is noticed after this at the latest
WANTED_LEASE, LONGEST_LEASE = timedelta(days=10), timedelta(days=30)
#: the share of a lease after which it is renewed
RENEW_AT = 0.8
#: how long a hub's question is waited for before it counts as never coming, and how long it is answered at all
VERIFY_WITHIN, ANSWERED_FOR = timedelta(minutes=10), timedelta(hours=1)
#: a hub that cannot be reached is tried again after this, doubled each time, up to a day; one that says no, after a day
FIRST_BACKOFF = timedelta(minutes=10)
#: a hint to poll is followed at most this often
HINT_EVERY = timedelta(minutes=1)
#: the four methods of §7.1; what else a hub may name is not known to be safe
_METHODS: Mapping[str, Any] = {name: getattr(hashlib, name) for name in ("sha1", "sha256", "sha384", "sha512")}
_PARAMETER = r'\s*;\s*([\w*!-]+)\s*(?:=\s*("[^"]*"|[^\s",;]*))?'
_LINK = re.compile(rf"<([^<>]*)>((?:{_PARAMETER})*)")
_MAX_URL = 2_048


# ── what a feed names ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The hub that a feed names, and the address by which the hub knows the feed; "" where there is none."""

    hub: str = ""
    topic: str = ""


def named(answer: Fetched, parsed: ParsedFeed) -> Named:
    """What an answer names: its Link headers first, then the feed itself (§4).

    A feed without a self link is known by its address; not where that has a query, which may be the reader's own key.
    """
    links = link_header(answer.headers.get("link", ""), answer.url)
    hub = links.get("hub") or parsed.hub
    topic = links.get("self") or parsed.self_url or (answer.url if "?" not in answer.url else "")
    return Named(hub=hub, topic=topic) if hub and topic else Named()


def link_header(value: str, base: str) -> dict[str, str]:
    """The first http(s) address of each relation in a Link header (RFC 8288)."""
    found: dict[str, str] = {}
    # Runs of blanks, which the pattern may divide in many ways, become one.
    for match in _LINK.finditer(" ".join(value[:32_768].split())):
        address = _absolute(match[1].strip(), base)
        said = next((value for name, value in re.findall(_PARAMETER, match[2]) if name.lower() == "rel"), "")
        for relation in said.strip('"').lower().split() if address else ():
            found.setdefault(relation, address)
    return found


def _absolute(address: str, base: str) -> str:
    try:
        absolute = urljoin(base, address)
    except ValueError:
        return ""
    return absolute if absolute.startswith(("http://", "https://")) and len(absolute) <= _MAX_URL else ""


def of_measures(measures: Mapping[str, Any]) -> Named:
    """What a feed named last, as its state keeps it."""
    found = measures.get(KEPT)
    return Named(hub=str(found["hub"]), topic=str(found["topic"])) if isinstance(found, Mapping) else Named()


def to_measures(named: Named, before: Mapping[str, Any]) -> dict[str, Any]:
    """How a feed's state keeps it, after what it kept `before`; nothing of a feed that never named a hub."""
    if named.hub:
        return {KEPT: {"hub": named.hub, "topic": named.topic}}
    return {KEPT: None} if KEPT in before else {}


# ── our address, and the secret ──────────────────────────────────────────────────────────────────────────────────────


def public_base(public_url: str) -> str:
    """The address below which hubs reach us; "" where `public_url` is no http(s) address."""
    try:
        parts = urlsplit(public_url)
    except ValueError:
        return ""
    return public_url.rstrip("/") if parts.scheme in ("http", "https") and parts.hostname else ""


def token(push: str, secret: str) -> str:
    """The end of the address that a hub is given: who knows it was told it, by us or by the hub."""
    return f"{push}.{_mac('callback', push, secret)}"


def read_token(text: str, secret: str) -> str:
    """The id of the subscription that a token is of; "" where it was not made with this secret."""
    push, _, given = text.partition(".")
    good = hmac.compare_digest(given.encode("utf-8", "replace"), _mac("callback", push, secret).encode())
    return push if good and secret else ""


def _mac(purpose: str, push: str, secret: str) -> str:
    digest = hmac.new(secret.encode(), f"websub {purpose} {push}".encode("utf-8", "replace"), hashlib.sha256).digest()
    return urlsafe_b64encode(digest[:24]).decode()  # 192 bits, and no padding in base64


def may_have_secret(hub: str, allowed: tuple[Network, ...]) -> bool:
    """Whether a secret may travel to this hub: by https (§5.1), or inside a network that the user opened."""
    parts = urlsplit(hub)
    return parts.scheme == "https" or is_own(parts.hostname or "", allowed)


def is_signed(body: bytes, header: str, push: str, secret: str) -> bool:
    """Whether `X-Hub-Signature` proves that the hub of this subscription sent this body (§7.1)."""
    name, _, given = header.strip().partition("=")
    method = _METHODS.get(name.lower())
    if method is None:
        return False
    key = _mac("secret", push, secret).encode()
    expected = hmac.new(key, body, method).hexdigest()
    return hmac.compare_digest(given.strip().lower().encode("utf-8", "replace"), expected.encode())


# ── a subscription's life ────────────────────────────────────────────────────────────────────────────────────────────


def wanted(feed: str, named: Named, base: str, now: datetime) -> Push:
    """The subscription for what a feed names; due at once."""
    one = make_id("w", feed, named.hub, named.topic, base)
    return Push(feed=feed, id=one, hub=named.hub, topic=named.topic, state="wanted", due=now)


def follow(before: Push | None, feed: str, named: Named, base: str, now: datetime) -> Push | None:
    """What becomes of a feed's subscription after a poll; None where it stays as it is. `base` is "" where no hub can reach us."""
    if before is not None and before.state != "ended" and not base:
        return ended(before, "web.public_url is not set")
    if not named.hub or not base:
        return None if before is None or before.state == "ended" else ended(before, "the feed names no hub any more")
    fresh = wanted(feed, named, base, now)
    if before is not None and before.id == fresh.id and before.state != "ended":
        return None
    return fresh


def ended(push: Push, why: str) -> Push:
    """Nobody wants it any more. The lease runs out; until then the hub is told 410, after which it may stop."""
    return replace(push, state="ended", due=None, until=None, asked_at=None, why=why)


def asked(push: Push, now: datetime, *, signed: bool) -> Push:
    """The hub is about to be asked: its question is expected from now on, and may come before its answer."""
    state = push.state if is_live(push, now) else "asked"
    return replace(push, state=state, asked_at=now, due=now + VERIFY_WITHIN, signed=signed)


def form(push: Push, base: str, secret: str) -> dict[str, str]:
    """What a hub is asked (§5.1)."""
    values = {
        "hub.callback": f"{base}{PATH}{token(push.id, secret)}",
        "hub.mode": "subscribe",
        "hub.topic": push.topic,
        "hub.lease_seconds": str(int(WANTED_LEASE.total_seconds())),
    }
    return values | ({"hub.secret": _mac("secret", push.id, secret)} if push.signed else {})


def overdue(push: Push, now: datetime) -> Push:
    """What time alone has made of a subscription; unchanged where the hub should simply be asked now."""
    if push.state == "live" and not is_live(push, now):
        lapsed = replace(push, state="refused", until=None, why="the lease ended, and the hub has not renewed it")
        return replace(lapsed, due=max(now, (push.asked_at or now) + FIRST_BACKOFF))
    if _expects(push):
        return failed(push, "the hub did not ask back", now)
    return push


def failed(push: Push, why: str, now: datetime, *, retry_at: datetime | None = None, firm: bool = False) -> Push:
    """The hub could not be asked, or said no (`firm`). A lease that still runs is not lost by that."""
    failures = push.failures + 1
    wait = DAY if firm else min(FIRST_BACKOFF * 2 ** min(failures - 1, 12), DAY)
    due = max(now + wait, min(retry_at, now + DAY) if retry_at else now)
    if is_live(push, now):
        assert push.until is not None
        return replace(push, failures=failures, why=why, asked_at=None, due=min(due, push.until))
    return replace(push, state="refused", failures=failures, why=why, asked_at=None, until=None, due=due)


def refused(push: Push, error: FetchError, now: datetime) -> Push:
    """The hub's answer to being asked was an error."""
    firm = error.status is not None and 400 <= error.status < 500 and error.status not in (408, 425, 429)
    return failed(push, error.what, now, retry_at=error.retry_at, firm=firm)


def _expects(push: Push) -> bool:
    """Whether the hub has been asked and has not asked back yet."""
    return push.asked_at is not None and (push.verified_at is None or push.verified_at < push.asked_at)


def verified(push: Push, asked: Mapping[str, str], now: datetime) -> Push | None:
    """The subscription after the hub asked whether we want it (§5.3); None where we did not ask, or not for this."""
    if asked.get("hub.mode") != "subscribe" or asked.get("hub.topic") != push.topic or not asked.get("hub.challenge"):
        return None
    # A hub that did not hear our answer asks again.
    if push.state == "ended" or push.asked_at is None or not timedelta(0) <= now - push.asked_at <= ANSWERED_FOR:
        return None
    lease = lease_of(asked.get("hub.lease_seconds", ""))
    if lease is None:
        return None
    return replace(
        push, state="live", verified_at=now, until=now + lease, due=_renewal(push, lease, now), failures=0, why=""
    )


def lease_of(text: str) -> timedelta | None:
    """The lease that a hub gives, a month at most; a day where it does not say, None where what it says is none."""
    if not text:
        return DAY
    seconds = text.lstrip("0")
    if not (seconds.isascii() and seconds.isdecimal()):
        return None
    return min(timedelta(seconds=int(seconds[:9])), LONGEST_LEASE)


def _renewal(push: Push, lease: timedelta, now: datetime) -> datetime:
    """Before the lease ends; but a hub that gives minutes is not asked every few seconds: between its leases we poll."""
    return max(now + lease * RENEW_AT, min((push.asked_at or now) + FIRST_BACKOFF, now + lease))


def denied(push: Push, asked: Mapping[str, str], now: datetime) -> Push | None:
    """The subscription after the hub said that it is none, or none any more (§5.2); None where it speaks of another topic."""
    if asked.get("hub.mode") != "denied" or asked.get("hub.topic") != push.topic or push.state == "ended":
        return None
    reason = "".join(c for c in asked.get("hub.reason", "")[:200] if c.isprintable())
    gone = replace(push, until=None)
    return failed(gone, f"the hub says no{f': {reason}' if reason else ''}", now, firm=True)


def heard(push: Push, now: datetime) -> Push:
    """The subscription after the hub sent something that we believe."""
    return replace(push, heard_at=now)


def is_live(push: Push | None, now: datetime) -> bool:
    """Whether the hub has promised to send what is new, until later than `now`."""
    return push is not None and push.state == "live" and push.until is not None and push.until > now


def hint_at(checked_at: datetime | None, now: datetime) -> datetime:
    """When a feed is polled after a hint that it has something new."""
    return max(now, checked_at + HINT_EVERY) if checked_at else now


def in_words(push: Push, now: datetime) -> str:
    """How it stands, for a person."""
    if is_live(push, now):
        return f"verified until {push.until:%Y-%m-%d %H:%M}Z{'' if push.signed else ', unsigned: only a hint to poll'}"
    words = {"wanted": "the hub will be asked", "asked": "the hub was asked", "ended": "ended", "live": "lapsed"}
    text = words.get(push.state, "refused")
    return f"{text}: {push.why}" if push.why else text
