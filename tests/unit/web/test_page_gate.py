"""Who may read the page, under which name, by which method, and what a browser is told about what it got."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import MemoryStore
from page_values import NOON, PAGES, ask, basic, clock, configure, newsroom
from starlette.routing import Route

from monitor.alerts.feedback import LASTS, Said, Verdict, token
from monitor.feeds import websub
from monitor.web.app import make_app
from monitor.web.gate import REMEMBERED, TRIES, WINDOW, WrongPasswords

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
OPEN = 'listen = "0.0.0.0:8080"\npassword = "correct horse"\npublic_url = "https://news.example.org/"'


SECRET = "what signs the links of this newsroom"


def site(folder: Path, web: str = "", *, at: Any = clock) -> Any:
    store = MemoryStore()
    newsroom(store)
    return make_app(configure(folder, web), store, at, SECRET)


def link() -> str:
    """A signed address, as a message has it."""
    return "/feedback/" + token(Said("al-owed", Verdict.KNOWN), SECRET, NOON + LASTS)


def hub_link() -> str:
    """The address of a subscription that is none any more: good, and with nothing behind it."""
    return websub.PATH + websub.token("w_1", SECRET)


def expected(path: str, method: str) -> int:
    """What an address answers to a method that it takes."""
    if path == hub_link():
        return 410 if method == "POST" else 404
    return 303 if method == "POST" else 200


def methods(path: str) -> tuple[str, ...]:
    return ("GET", "HEAD", "POST") if path.startswith(("/feedback/", "/websub/")) else ("GET", "HEAD")


def addresses(app: Any) -> list[str]:
    """An address for every route there is, so that a new route cannot be forgotten here."""
    filled = {"/story/{id}": "/story/st1", "/static/{name}": "/static/page.css", "/feedback/{token}": link()}
    filled["/websub/{token}"] = hub_link()
    found = [filled.get(route.path, route.path) for route in app.routes if isinstance(route, Route)]
    return list(dict.fromkeys(found))


async def test_beyond_loopback_no_route_but_health_and_signed_links_answer_without_the_password(tmp_path: Path) -> None:
    app = site(tmp_path, OPEN)
    assert len(addresses(app)) == 8
    for path in [*addresses(app), "/nothing", "/healthz/", "/static/../healthz", "//healthz"]:
        for method in METHODS:
            answer = await ask(app, path, method)
            if path in ("/healthz", link(), hub_link()):
                assert answer.status == (expected(path, method) if method in methods(path) else 405), (path, method)
            else:
                assert answer.status == 401, (path, method)
                assert answer.headers["www-authenticate"].startswith("Basic ")
                assert "Bridge" not in answer.text


async def test_with_the_password_everything_can_be_read_and_nothing_written_but_what_a_reader_says(
    tmp_path: Path,
) -> None:
    app = site(tmp_path, OPEN)
    for path in addresses(app):
        for method in METHODS:
            answer = await ask(app, path, method, basic("correct horse"))
            assert answer.status == (expected(path, method) if method in methods(path) else 405), (path, method)
            if answer.status == 405:
                assert answer.headers["allow"] == ", ".join(methods(path))


@pytest.mark.parametrize(
    "headers",
    [
        basic("correct hors"),
        basic("correct horse "),
        basic(""),
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic cmVhZGVy"},
        {"Authorization": "Bearer correct horse"},
        {"Authorization": "correct horse"},
    ],
)
async def test_what_is_not_the_password_is_refused(tmp_path: Path, headers: dict[str, str]) -> None:
    assert (await ask(site(tmp_path, OPEN), "/", headers=headers)).status == 401


async def test_a_password_may_hold_a_colon_and_letters_of_any_language(tmp_path: Path) -> None:
    app = site(tmp_path, 'listen = "0.0.0.0:8080"\npassword = "añil:§"')
    assert (await ask(app, "/", headers=basic("añil:§"))).status == 200


async def test_a_password_is_asked_on_loopback_too_where_one_is_set(tmp_path: Path) -> None:
    app = site(tmp_path, 'password = "correct horse"')
    assert (await ask(app, "/")).status == 401
    assert (await ask(app, "/", headers=basic("correct horse"))).status == 200


async def test_ten_wrong_passwords_and_an_address_has_to_wait_a_minute(tmp_path: Path) -> None:
    now = [NOON]
    app = site(tmp_path, OPEN, at=lambda: now[0])
    for _ in range(TRIES):
        assert (await ask(app, "/", headers=basic("guess"))).status == 401
    assert (await ask(app, "/", headers=basic("correct horse"))).status == 429
    assert (await ask(app, "/", headers=basic("correct horse"), address="192.0.2.8")).status == 200
    assert (await ask(app, "/healthz")).status == 200
    now[0] += WINDOW
    assert (await ask(app, "/", headers=basic("correct horse"))).status == 200


async def test_asking_without_a_password_is_no_wrong_password(tmp_path: Path) -> None:
    app = site(tmp_path, OPEN)
    for _ in range(2 * TRIES):
        await ask(app, "/")
    assert (await ask(app, "/", headers=basic("correct horse"))).status == 200


def test_strangers_cannot_make_us_remember_without_end() -> None:
    wrong = WrongPasswords()
    for number in range(3 * REMEMBERED):
        wrong.count(f"2001:db8::{number:x}", NOON + timedelta(milliseconds=number))
    assert len(wrong._wrong) == REMEMBERED


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8080",
        "LOCALHOST.",
        "127.0.0.1:8080",
        "[::1]:8080",
        "192.0.2.1",
        "news.example.org",
        "News.Example.org:443",
    ],
)
async def test_the_page_answers_under_its_own_names_and_any_literal_address(tmp_path: Path, host: str) -> None:
    assert (await ask(site(tmp_path, 'public_url = "https://news.example.org/"'), "/", host=host)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "news.example.org.evil.example",
        "evil.example#localhost",
        "localhost@evil.example",
        "localhost, evil.example",
        "localhost:8080:8080",
        "",
        " ",
        "[::1",
        "loc\u00e5lhost",
        None,
    ],
)
async def test_a_name_that_somebody_pointed_at_us_is_refused_on_every_route(tmp_path: Path, host: str | None) -> None:
    app = site(tmp_path)
    for path in addresses(app):
        answer = await ask(app, path, host=host)
        assert answer.status == 421
        assert "Bridge" not in answer.text


async def test_two_host_headers_are_refused(tmp_path: Path) -> None:
    assert (await ask(site(tmp_path), "/", headers={"hOst": "localhost"}, host="localhost")).status == 421


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/static/page.css", "/nothing", "/story/none"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_answer_tells_the_browser_to_run_nothing(tmp_path: Path, path: str, method: str) -> None:
    headers = (await ask(site(tmp_path), path, method)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    if not path.startswith("/static/") or method != "GET":
        assert headers["cache-control"] == "no-store"


async def test_a_websocket_is_closed(tmp_path: Path) -> None:
    sent = []

    async def send(message: Any) -> None:
        sent.append(message["type"])

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    await site(tmp_path)({"type": "websocket", "path": "/", "headers": [], "query_string": b""}, receive, send)
    assert sent == ["websocket.close"]
