"""An alert's way through a real mail server into a box that a mail program reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from mail_servers import DOMAIN, LOGIN, Post
from sending import TEXT
from servers import version

pytestmark = pytest.mark.peers


@pytest.fixture
def post(room: Path, certificate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    # The certificate is checked, by an authority that only this process knows.
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.cert))
    post = Post(room, certificate)
    try:
        yield post
    finally:
        post.stop()


def address(post: Post, to: str, password: str = LOGIN[1]) -> str:
    login = f"{LOGIN[0]}:{quote(password, safe='')}"
    return f"mailtos://{login}@127.0.0.1:{post.port}/?from=monitor@{DOMAIN}&to={quote(to)}"


def to(*readers: str) -> str:
    return ",".join(f"{reader}@{DOMAIN}" for reader in readers)


async def test_a_story_is_one_thread_in_the_boxes_of_two_readers(post: Post, desk, received):
    at = desk(address(post, to("desk", "night")))
    first = at.owe("Boat strike off La Guaira: dead 3 → 5 (EFE)", TEXT)
    await at.deliver()
    second = at.owe("Boat strike off La Guaira: dead 5 → 7 (Ñ)", "Seven people have died.")
    await at.deliver(5)
    assert [at.of(first).state, at.of(second).state] == ["sent", "sent"]
    for reader in ("desk", "night"):
        opening, update = post.box(reader, 2)
        assert opening["Message-ID"] == f"<{first.key}@{DOMAIN}>"
        assert (update["In-Reply-To"], update["References"]) == (opening["Message-ID"], opening["Message-ID"])
        assert update["Subject"] == "Boat strike off La Guaira: dead 5 → 7 (Ñ)"
        assert update["List-Id"] == f"Venezuela <venezuela.monitor.{DOMAIN}>"
        assert update["List-Unsubscribe"] == f"<mailto:monitor@{DOMAIN}?subject=unsubscribe>"
        assert [one["To"] for one in (opening, update)] == [to(reader)] * 2, "nobody sees the other"
        plain, html = (opening.get_body((kind,)).get_content() for kind in ("plain", "html"))
        for script in ("Ñandú – “señales”", "Ελλάδα", "Пять человек", "五人死亡", "🚢"):
            assert (script in plain, script in html) == (True, True)
        assert "with esmtpsa" in " ".join(opening.get_all("Received", [])), "by STARTTLS and a login"
        assert not opening.defects
    assert len(post.envelopes()) == 4, "one recipient a message"
    assert len(set(post.messages())) == 4
    received(
        "e-mail (Exim → Dovecot)",
        f"{post.version} {version('dovecot', '--version')}",
        "2 readers × 2, IMAP: one thread",
    )


async def test_a_reader_who_is_not_there_is_final_and_said_in_the_servers_words(post: Post, desk, received):
    at = desk(address(post, to("nobody")))
    owed = at.owe("To nobody", TEXT)
    await at.deliver()
    dead = at.of(owed)
    assert dead.state == "dead"
    assert "550 no such reader here" in dead.error
    received("", "", f"unknown reader: {dead.state}, “{dead.error}”")


async def test_a_greylist_lets_it_in_later_and_once(post: Post, desk, received):
    at = desk(address(post, to("desk")))
    owed = at.owe("Once, later", TEXT)
    post.too_early(True)
    await at.deliver()
    waiting = at.of(owed)
    assert (waiting.state, "451 greylisted" in waiting.error) == ("owed", True)
    post.too_early(False)
    for _ in range(3):
        await at.deliver(20)
    assert at.of(owed).state == "sent"
    assert [one["Subject"] for one in post.box("desk", 1)] == ["Once, later"]
    received("", "", f"greylisted: “{waiting.error}”, then delivered once")


async def test_what_is_owed_while_the_server_is_down_comes_when_it_is_up(post: Post, desk):
    at = desk(address(post, to("desk")))
    post.exim.stop()
    owed = at.owe("Through an outage", TEXT)
    await at.deliver()
    assert (at.of(owed).state, at.of(owed).attempts) == ("owed", 1)
    post.exim.start()
    await at.deliver(20)
    assert at.of(owed).state == "sent"
    assert len(post.box("desk", 1)) == 1


async def test_a_refused_login_and_an_unknown_certificate_wait_for_a_person(post: Post, desk, monkeypatch):
    at = desk(address(post, to("desk"), password="wrong"))
    owed = at.owe("Not yet", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "the login was refused: 535" in at.of(owed).error) == ("owed", True)
    monkeypatch.delenv("SSL_CERT_FILE")
    other = desk(address(post, to("desk")), "other")
    owed = other.owe("Not to a stranger", TEXT)
    await other.deliver()
    assert (other.of(owed).state, os.environ.get("SSL_CERT_FILE")) == ("owed", None)
    assert not post.envelopes()


async def test_a_long_digest_arrives_whole(post: Post, desk):
    at = desk(address(post, to("desk")))
    owed = at.owe("Everything", *(f"Number {n}: {'señales ñandú ' * 40}" for n in range(150)), mode="digest")
    await at.deliver()
    assert at.of(owed).state == "sent"
    parts = int(post.box("desk", 1)[0]["Subject"].rpartition("/")[2].rstrip(")"))
    # A mail server brings several at once, in any order.
    mails = sorted(post.box("desk", parts), key=lambda mail: int(mail["Subject"].rpartition("(")[2].partition("/")[0]))
    words = "\n".join(mail.get_body(("plain",)).get_content() for mail in mails)
    assert all(f"Number {n}:" in words for n in range(150))
    assert all(mail["References"] == mails[0]["Message-ID"] for mail in mails[1:])
