"""WebSub: what a feed names, who is believed, and when a hub is asked again."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import item, rss

from monitor.addresses import networks
from monitor.errors import FetchError, RefusedError
from monitor.feeds import websub
from monitor.feeds.parse import parse
from monitor.feeds.websub import Named
from monitor.model import Fetched, Push

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
URL = "https://news.example/rss"
BASE = "https://monitor.example"
SECRET = "the secret of this newsroom"
NAMED = Named(hub="https://hub.example/", topic="https://news.example/topic")


def fetched(body: bytes, **headers: str) -> Named:
    answer = Fetched(url=URL, status=200, body=body, headers=headers)
    return websub.named(answer, parse(body, url=URL))


def wanted() -> Push:
    return websub.wanted("f_1", NAMED, BASE, NOW)


def asked(now: datetime = NOW, push: Push | None = None) -> Push:
    return websub.asked(push or wanted(), now, signed=True)


def question(**more: str) -> dict[str, str]:
    said = {"mode": "subscribe", "topic": NAMED.topic, "challenge": "c4", "lease_seconds": "864000", **more}
    return {f"hub.{key}": value for key, value in said.items() if value}


def live(now: datetime = NOW, lease: int = 864_000) -> Push:
    found = websub.verified(asked(now), question(lease_seconds=str(lease)), now)
    assert found is not None
    return found


def json_feed(*hubs: dict[str, str]) -> bytes:
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "News",
        "feed_url": NAMED.topic,
        "hubs": hubs,
        "items": [],
    }
    return json.dumps(said).encode()


# ── what a feed names ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "body",
    [
        rss(
            item("a"),
            head='<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
            '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://news.example/topic"/>',
        ),
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><link rel="hub" href="https://hub.example/"/>'
            b'<link rel="self" href="/topic"/><entry><id>a</id><title>A</title></entry></feed>'
        ),
        json_feed({"type": "WebSub", "url": NAMED.hub}),
        # another protocol beside it
        json_feed({"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": NAMED.hub}),
        # damaged: feedparser reads it
        rss(
            item("a"),
            head='<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://hub.example/"/>'
            '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="https://news.example/topic"/>'
            "<description>&nothing;</description>",
        ),
    ],
)
def test_every_format_names_its_hub_and_itself(body: bytes) -> None:
    assert fetched(body) == NAMED


def test_link_headers_come_before_what_the_feed_says() -> None:
    head = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="hub" href="https://other.example/"/>'
    link = '<https://hub.example/>; rel="hub", <https://news.example/topic>; rel=self, </style.css>; rel=preload; as="style"'
    assert fetched(rss(item("a"), head=head), link=link) == NAMED


def test_a_feed_without_a_self_link_is_known_to_its_hub_by_its_address() -> None:
    assert fetched(rss(item("a")), link="<https://hub.example/>; rel=hub") == Named(hub=NAMED.hub, topic=URL)
    assert fetched(rss(item("a")), link="<https://news.example/topic>; rel=self") == Named(), "no hub, nothing to ask"


def test_a_readers_own_key_in_a_feeds_address_is_not_told_to_a_hub() -> None:
    body = rss(item("a"))
    answer = Fetched(url=f"{URL}?key=mine", status=200, body=body, headers={"link": "<https://hub.example/>; rel=hub"})
    assert websub.named(answer, parse(body, url=answer.url)) == Named()
    said = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="self" href="{answer.url}"/>'
    public = parse(rss(item("a"), head=said), url=answer.url)
    assert websub.named(answer, public) == Named(hub=NAMED.hub, topic=answer.url), "unless the feed says so itself"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ('<https://a.example/>; rel="next hub"', "https://a.example/"),
        ("</hub>; REL=HUB", "https://news.example/hub"),
        ('<https://a.example/?x=1,2;3>; title="a, b; rel=self"; rel="hub"', "https://a.example/?x=1,2;3"),
        ("<javascript:alert(1)>; rel=hub", ""),
        ("<http://[>; rel=hub", ""),
        ("<file:///etc/passwd>; rel=hub, <https://b.example/>; rel=hub", "https://b.example/"),
        (f"<https://a.example/{'x' * 3000}>; rel=hub", ""),
        ("https://a.example/; rel=hub", ""),
        ("<" * 20_000 + ">; rel=" * 2_000, ""),
        ("<https://a.example/>; x" + " " * 32_000 + "!", ""),
        ("", ""),
    ],
)
def test_link_headers_are_read_as_they_come(header: str, found: str) -> None:
    assert websub.link_header(header, URL).get("hub", "") == found


# ── our address, and signatures ──────────────────────────────────────────────────────────────────────────────────────


def test_an_address_opens_one_subscription_and_only_with_our_secret() -> None:
    token = websub.token("w_1", SECRET)
    assert websub.read_token(token, SECRET) == "w_1"
    for wrong in (token[:-1], token + "A", "w_2" + token[3:], "w_1", "w_1.", "", ".", "é.é", "\udcff.\udcff"):
        assert websub.read_token(wrong, SECRET) == "", wrong
    assert websub.read_token(token, "another secret") == ""
    assert websub.read_token(websub.token("w_1", ""), "") == "", "where there is no secret nothing is open"


def test_an_address_says_nothing_of_the_secret_that_signs() -> None:
    form = websub.form(asked(), BASE, SECRET)
    token = form["hub.callback"].removeprefix(f"{BASE}/websub/")
    assert websub.read_token(token, SECRET) == asked().id
    assert form["hub.secret"] not in token
    assert len(form["hub.secret"]) < 200
    assert form["hub.topic"] == NAMED.topic
    assert "hub.secret" not in websub.form(replace(asked(), signed=False), BASE, SECRET)


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_body_is_believed_if_it_is_signed_with_the_secret_that_the_hub_was_given(method: str) -> None:
    push, body = asked(), b"Caracas: un terremoto"
    secret = websub.form(push, BASE, SECRET)["hub.secret"]
    good = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    assert websub.is_signed(body, f"{method}={good}", push.id, SECRET)
    assert websub.is_signed(body, f"{method.upper()}={good.upper()}", push.id, SECRET)
    forged = ("", good, f"md5={good}", f"{method}=", f"{method}={good[:-1]}", f"{method}={good}0", f"{method}=é", "=")
    assert not any(websub.is_signed(body, header, push.id, SECRET) for header in forged)
    assert not websub.is_signed(body + b" ", f"{method}={good}", push.id, SECRET)
    assert not websub.is_signed(body, f"{method}={good}", "w_2", SECRET), "each subscription has its own"


def test_a_method_that_is_not_in_the_recommendation_is_not_believed() -> None:
    push = asked()
    secret = websub.form(push, BASE, SECRET)["hub.secret"]
    weak = hmac.new(secret.encode(), b"x", hashlib.md5).hexdigest()
    assert not websub.is_signed(b"x", f"md5={weak}", push.id, SECRET)


def test_a_secret_travels_by_https_or_inside_a_network_of_the_user() -> None:
    opened = networks(["10.0.0.0/8"])
    assert websub.may_have_secret("https://hub.example/", ())
    assert websub.may_have_secret("http://10.1.2.3:9000/", opened)
    assert not websub.may_have_secret("http://hub.example/", opened)
    assert not websub.may_have_secret("http://10.1.2.3/", ())


@pytest.mark.parametrize(
    ("public", "base"),
    [
        ("https://news.example.org/", "https://news.example.org"),
        ("http://news.example.org/monitor", "http://news.example.org/monitor"),
        ("", ""),
        ("news.example.org", ""),
        ("ftp://news.example.org", ""),
        ("https://", ""),
        ("http://[", ""),
    ],
)
def test_hubs_reach_us_by_http_or_not_at_all(public: str, base: str) -> None:
    assert websub.public_base(public) == base


# ── verification of intent ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_hub_that_was_asked_is_answered_and_the_lease_is_kept_and_renewed_before_it_ends() -> None:
    found = websub.verified(asked(), question(), NOW + MINUTE)
    assert found is not None
    assert found.state == "live"
    assert found.until == NOW + MINUTE + 10 * DAY
    assert found.due == NOW + MINUTE + 8 * DAY
    assert websub.is_live(found, NOW + 10 * DAY)
    assert not websub.is_live(found, found.until)


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "https://news.example/another"},
        {"topic": ""},
        {"challenge": ""},
        {"mode": "unsubscribe"},
        {"mode": "denied"},
        {"mode": ""},
        {"lease_seconds": "0"},
        {"lease_seconds": "-5"},
        {"lease_seconds": "soon"},
        {"lease_seconds": "٣"},
    ],
)
def test_what_we_did_not_ask_for_is_not_answered(wrong: dict[str, str]) -> None:
    assert websub.verified(asked(), question(**wrong), NOW) is None


def test_a_question_that_nobody_waits_for_is_not_answered() -> None:
    assert websub.verified(wanted(), question(), NOW) is None, "never asked"
    assert websub.verified(asked(), question(), NOW + 2 * 60 * MINUTE) is None, "too late"
    assert websub.verified(websub.ended(asked(), "gone"), question(), NOW) is None
    assert websub.verified(live(), question(), NOW + DAY) is None, "nobody else renews it"


def test_a_hub_that_did_not_hear_our_answer_is_answered_again() -> None:
    again = websub.verified(live(), question(), NOW + MINUTE)
    assert again is not None
    assert again.until == NOW + MINUTE + 10 * DAY


@pytest.mark.parametrize(
    ("said", "lease"),
    [
        ("3600", timedelta(hours=1)),
        ("", DAY),
        ("31536000", 30 * DAY),
        ("9" * 400, 30 * DAY),
        ("00000000000000000060", MINUTE),
    ],
)
def test_a_lease_is_believed_for_a_month_at_most(said: str, lease: timedelta) -> None:
    assert websub.lease_of(said) == lease


def test_a_lease_of_seconds_ends_and_does_not_make_us_ask_every_second() -> None:
    short = live(lease=2)
    assert short.until == NOW + timedelta(seconds=2)
    assert short.due == short.until
    after = websub.overdue(short, NOW + timedelta(seconds=2))
    assert after.state == "refused"
    assert after.due == NOW + 10 * MINUTE
    assert websub.overdue(after, after.due) == after, "then the hub is asked again"


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_hub_that_does_not_ask_back_is_asked_again_ever_later_and_at_least_once_a_day() -> None:
    push, now, waits = wanted(), NOW, []
    for _ in range(12):
        push = websub.overdue(asked(now, push), now + websub.VERIFY_WITHIN)
        assert push.state == "refused"
        assert push.due is not None
        waits.append(push.due - now - websub.VERIFY_WITHIN)
        now = push.due
    assert waits[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert waits[-1] == DAY
    assert "did not ask back" in push.why


def test_a_hub_that_says_no_is_left_alone_for_a_day_and_one_that_is_down_for_minutes() -> None:
    def due(error: FetchError) -> timedelta:
        after = websub.refused(asked(), error, NOW)
        assert after.due is not None
        assert after.why == error.what
        return after.due - NOW

    assert due(FetchError("h", "no", status=403)) == DAY
    assert due(FetchError("h", "down", status=503)) == 10 * MINUTE
    assert due(FetchError("h", "no connection")) == 10 * MINUTE
    assert due(FetchError("h", "busy", status=429, retry_at=NOW + 40 * MINUTE)) == 40 * MINUTE
    assert due(FetchError("h", "busy", status=503, retry_at=NOW + 40 * DAY)) == DAY
    assert due(RefusedError("h", "a private address")) == 10 * MINUTE


def test_a_lease_that_runs_is_not_lost_by_a_renewal_that_fails() -> None:
    renewing = asked(NOW + 8 * DAY, live())
    assert renewing.state == "live"
    after = websub.refused(renewing, FetchError("h", "no", status=403), NOW + 8 * DAY)
    assert websub.is_live(after, NOW + 9 * DAY)
    assert after.due == NOW + 9 * DAY
    silent = websub.overdue(renewing, NOW + 8 * DAY + websub.VERIFY_WITHIN)
    assert websub.is_live(silent, NOW + 9 * DAY)
    lapsed = websub.overdue(silent, NOW + 10 * DAY)
    assert lapsed.state == "refused"
    assert "lease ended" in lapsed.why


def test_a_hub_may_take_its_word_back_and_is_left_alone_for_a_day() -> None:
    no = websub.denied(live(), question(mode="denied", reason="not\x00 for you"), NOW)
    assert no is not None
    assert not websub.is_live(no, NOW)
    assert no.due == NOW + DAY
    assert "not for you" in websub.in_words(no, NOW)
    assert websub.denied(live(), question(mode="denied", topic="https://news.example/another"), NOW) is None
    assert websub.denied(live(), question(), NOW) is None


# ── following what a feed names ──────────────────────────────────────────────────────────────────────────────────────


def test_a_feed_that_names_a_hub_is_subscribed_once_and_anew_at_another_hub_or_under_another_address_of_ours() -> None:
    first = websub.follow(None, "f_1", NAMED, BASE, NOW)
    assert first is not None
    assert (first.state, first.due) == ("wanted", NOW)
    assert websub.follow(live(), "f_1", NAMED, BASE, NOW) is None
    for named, base in (
        (replace(NAMED, hub="https://other.example/"), BASE),
        (replace(NAMED, topic="https://news.example/2"), BASE),
        (NAMED, "https://moved.example"),
    ):
        other = websub.follow(live(), "f_1", named, base, NOW)
        assert other is not None
        assert other.id != live().id
        assert other.state == "wanted"


def test_a_subscription_ends_with_the_hubs_name_or_with_our_address() -> None:
    for named, base in ((Named(), BASE), (NAMED, "")):
        end = websub.follow(live(), "f_1", named, base, NOW)
        assert end is not None
        assert (end.state, end.due) == ("ended", None)
        assert not websub.is_live(end, NOW)
        assert websub.follow(end, "f_1", named, base, NOW) is None
        again = websub.follow(end, "f_1", NAMED, BASE, NOW)
        assert again is not None
        assert again.state == "wanted"
    assert websub.follow(None, "f_1", Named(), BASE, NOW) is None


def test_what_a_feed_named_is_kept_with_its_state_and_forgotten_when_it_names_it_no_more() -> None:
    kept = websub.to_measures(NAMED, {})
    assert websub.of_measures(kept) == NAMED
    gone = websub.to_measures(Named(), kept)
    assert websub.of_measures(gone) == Named()
    assert websub.to_measures(Named(), {}) == {}, "most feeds name none, and keep nothing"


def test_hints_to_poll_are_followed_at_most_once_a_minute() -> None:
    assert websub.hint_at(None, NOW) == NOW
    assert websub.hint_at(NOW - 5 * MINUTE, NOW) == NOW
    assert websub.hint_at(NOW - timedelta(seconds=20), NOW) == NOW + timedelta(seconds=40)


# ── whatever strangers send ──────────────────────────────────────────────────────────────────────────────────────────

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)
KEYS = ("hub.mode", "hub.topic", "hub.challenge", "hub.lease_seconds", "hub.reason")


@given(
    said=st.dictionaries(st.sampled_from(KEYS), ANYTHING | st.sampled_from(["subscribe", "denied", NAMED.topic, "60"]))
)
def test_no_question_breaks_anything_and_only_the_right_one_gives_a_lease(said: dict[str, str]) -> None:
    found = websub.verified(asked(), said, NOW)
    right = said.get("hub.mode") == "subscribe" and said.get("hub.topic") == NAMED.topic and said.get("hub.challenge")
    assert found is None or right
    if found is not None:
        assert found.until is not None
        assert NOW < found.until <= NOW + 30 * DAY
        assert found.due is not None
        assert NOW < found.due <= found.until
    no = websub.denied(live(), said, NOW)
    assert no is None or not websub.is_live(no, NOW)


@given(header=ANYTHING, body=st.binary(max_size=40), token=ANYTHING)
def test_no_header_and_no_address_breaks_anything_or_is_believed(header: str, body: bytes, token: str) -> None:
    assert not websub.is_signed(body, header, "w_1", SECRET)
    assert not websub.is_signed(body, f"sha256={header}", "w_1", SECRET)
    assert websub.read_token(token, SECRET) == ""
    for address in websub.link_header(header + token, URL).values():
        assert address.startswith(("http://", "https://"))
