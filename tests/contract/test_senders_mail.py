from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from receivers import mail_server

from monitor.alerts.send import Senders
from monitor.alerts.send.smtp import route
from monitor.errors import SendError
from monitor.model import Alert, Channel, Line, Message

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
LINE = Line(
    story="st_1",
    headline="Boat strike",
    kind="figure",
    text="Five people have died.",
    what="dead 3 → 5",
    who="Diario",
    url="https://diario.example/a",
    at=NOW,
)


def alert(key: str = "k_2", **more) -> Alert:
    message = Message(
        title=more.pop("title", "Boat strike off La Guaira: dead 3 → 5 (EFE)"),
        lines=(more.pop("line", LINE),),
        topic="Venezuela",
    )
    given = {
        "id": f"al_{key}",
        "channel": "desk",
        "subscription": "s",
        "topic": "venezuela",
        "story": "st_1",
        "mode": "now",
        "developments": ("d1",),
    }
    return Alert(key=key, message=message, created=NOW, send_after=NOW, **{**given, **more})


def senders(url: str, **more) -> Senders:
    return Senders({"desk": Channel(id="desk", url=url)}, clock=lambda: NOW, **more)


def relay(port: int, to: str = "desk@news.example") -> str:
    return f"mailto://127.0.0.1:{port}?from=monitor@news.example&to={to}"


async def test_an_alert_reaches_a_local_relay_with_headers_that_thread_the_story():
    async with mail_server() as server:
        receipt = await senders(relay(server.port)).send(alert(), thread=["k_0", "k_1"])
    (mail,) = server.mails
    assert receipt.detail == "accepted as 1"
    assert mail["Subject"] == "Boat strike off La Guaira: dead 3 → 5 (EFE)"
    assert mail["Message-ID"] == "<k_2@news.example>"
    assert mail["In-Reply-To"] == "<k_1@news.example>"
    assert mail["References"] == "<k_0@news.example> <k_1@news.example>"
    assert mail["List-Id"] == "Venezuela <venezuela.monitor.news.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    plain, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    assert "dead 3 → 5" in plain
    assert 'href="https://diario.example/a"' in html
    assert "src=" not in html


async def test_every_recipient_gets_a_mail_of_their_own():
    async with mail_server() as server:
        await senders(relay(server.port, "a@news.example,b@news.example")).send(alert())
    assert server.recipients == [["a@news.example"], ["b@news.example"]]
    assert [mail["To"] for mail in server.mails] == ["a@news.example", "b@news.example"]


async def test_a_second_try_goes_only_to_whom_the_first_did_not_reach():
    async with mail_server() as server:
        server.say["RCPT b@news.example"] = ["451 try later"]
        out = senders(relay(server.port, "a@news.example,b@news.example"))
        with pytest.raises(SendError) as failed:
            await out.send(alert())
        assert not failed.value.permanent
        await out.send(alert())
    assert server.recipients == [["a@news.example"], ["b@news.example"]]


@pytest.mark.parametrize(
    ("command", "said", "permanent"),
    [
        ("RCPT", "550 no such user", True),
        ("RCPT", "450 greylisted", False),
        ("DATA", "554 spam", True),
        ("DATA", "452 full", False),
    ],
)
async def test_4xx_is_tried_again_and_5xx_is_final(command, said, permanent):
    async with mail_server() as server:
        server.say[command] = [said]
        with pytest.raises(SendError, match=said[:3]) as failed:
            await senders(relay(server.port)).send(alert())
    assert failed.value.permanent is permanent


async def test_a_line_cut_after_acceptance_is_tried_again_with_the_same_message_id():
    async with mail_server() as server:
        server.say["BREAK"] = ["now"]
        out = senders(relay(server.port))
        with pytest.raises(SendError) as failed:
            await out.send(alert())
        assert not failed.value.permanent
        await out.send(alert())
    assert [mail["Message-ID"] for mail in server.mails] == ["<k_2@news.example>"] * 2


async def test_nobody_listening_is_trouble_that_may_pass():
    with pytest.raises(SendError) as failed:
        await senders(relay(1)).send(alert())
    assert not failed.value.permanent


async def test_a_login_by_starttls_with_a_password_of_odd_characters(certificate):
    server_side, _ = certificate
    async with mail_server(tls_context=server_side, require_starttls=True, auth=True) as server:
        url = f"mailtos://desk:right%2Fpass%40word@127.0.0.1:{server.port}/?from=monitor@news.example&to=desk@news.example&verify=no"
        await senders(url).send(alert())
        assert server.logins == [("desk", "right/pass@word")]
    assert len(server.mails) == 1


async def test_a_refused_login_may_pass_since_the_message_is_not_at_fault(certificate):
    server_side, _ = certificate
    async with mail_server(tls_context=server_side, require_starttls=True, auth=True) as server:
        url = f"mailtos://desk:wrong@127.0.0.1:{server.port}/?from=monitor@news.example&to=desk@news.example&verify=no"
        with pytest.raises(SendError, match="login was refused") as failed:
            await senders(url).send(alert())
        assert not failed.value.permanent
        assert "wrong" not in str(failed.value)
        assert server.farewells == 1, "the connection ends; a server that waits for more keeps it open for long"
    assert not server.mails


async def test_an_untrusted_certificate_is_not_accepted(certificate):
    server_side, _ = certificate
    async with mail_server(tls_context=server_side, require_starttls=True) as server:
        with pytest.raises(SendError):
            await senders(f"mailtos://127.0.0.1:{server.port}/?from=monitor@news.example&to=desk@news.example").send(
                alert()
            )
    assert not server.mails


@pytest.mark.parametrize(
    "bait",
    [
        "a\r\nBcc: evil@evil.example",
        "a\nX-Evil: 1\n\n<script>",
        "\x00\x1b[31m\u202eevil",
        "=?utf-8?q?=0aBcc:evil?=",
        "é" * 300,
    ],
)
async def test_a_headline_cannot_add_a_header(bait):
    line = Line(
        story="st_1",
        headline=bait,
        kind=bait,
        text=f"{bait}\r\n.\r\nRCPT TO:<evil@evil.example>",
        what=bait,
        who=bait,
        url=bait,
        at=NOW,
    )
    async with mail_server() as server:
        await senders(relay(server.port)).send(alert(title=bait, line=line))
        await senders(relay(server.port)).send(alert())
    assert [sorted(mail.keys()) for mail in server.mails[:1]] == [sorted(server.mails[1].keys())]
    assert server.recipients == [["desk@news.example"]] * 2
    assert "Bcc" not in server.mails[0]


async def test_a_template_is_both_forms_of_a_mail_and_no_markup_of_its_own():
    template = "<b>{{ title }}</b>\n{% for line in lines %}{{ line.who }}: {{ line.url }}{% endfor %}"
    async with mail_server() as server:
        channel = Channel(id="desk", url=relay(server.port), template=template)
        await Senders({"desk": channel}, clock=lambda: NOW).send(alert())
    (mail,) = server.mails
    assert mail["Subject"] == "Boat strike off La Guaira: dead 3 → 5 (EFE)"
    plain, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert plain.splitlines() == [
        "<b>Boat strike off La Guaira: dead 3 → 5 (EFE)</b>",
        "Diario: https://diario.example/a",
    ]
    assert "&lt;b&gt;Boat strike" in page
    assert '<a href="https://diario.example/a">https://diario.example/a</a>' in page
    assert "Five people have died" not in page.partition("<p class")[2]


async def test_lines_that_begin_with_a_dot_arrive_whole():
    line = Line(story="st_1", headline="x", kind="fact", text=". A dot, and\n.another", what="new", at=NOW)
    async with mail_server() as server:
        await senders(relay(server.port)).send(alert(line=line))
    assert ". A dot, and .another" in server.mails[0].get_body(("plain",)).get_content()


async def test_a_digest_longer_than_mail_programs_show_is_several_mails_and_nothing_is_lost():
    lines = tuple(replace(LINE, text=f"Development number {n}: {'señales ñandú ' * 40}") for n in range(150))
    async with mail_server() as server:
        long = alert(mode="digest", story=None, developments=tuple(f"d{n}" for n in range(150)))
        await senders(relay(server.port)).send(replace(long, message=replace(long.message, lines=lines)))
    assert 2 <= len(server.mails) <= 10
    assert all(len(raw) <= 100_000 for raw in server.raw)
    whole = "\n".join(mail.get_body(("plain",)).get_content() for mail in server.mails)
    assert all(f"Development number {n}:" in whole for n in range(150))
    assert server.mails[0]["Message-ID"] == "<k_2@news.example>"
    assert server.mails[1]["In-Reply-To"] == "<k_2@news.example>"
    assert server.mails[0]["Subject"].endswith(f"(1/{len(server.mails)})")


def test_addresses_in_apprises_syntax():
    gmail = route("mailtos://reporter:app-password@gmail.com")
    assert (gmail.host, gmail.port, gmail.mode, gmail.recipients) == (
        "smtp.gmail.com",
        587,
        "starttls",
        ("reporter@gmail.com",),
    )
    own = route(
        "mailtos://desk:pw@news.example?smtp=mail.news.example&mode=ssl&from=News<alerts@news.example>&to=a@x.example,b@x.example"
    )
    assert (own.host, own.port, own.sender.display_name, own.sender.addr_spec) == (
        "mail.news.example",
        465,
        "News",
        "alerts@news.example",
    )
    assert own.recipients == ("a@x.example", "b@x.example")
    assert route("mailto://desk:pw@news.example").mode == "starttls"  # a password never travels in clear by accident
    assert route("mailto://127.0.0.1:2525?from=a@x.example&to=b@x.example").mode == "insecure"
    assert "pw" not in repr(own)


@pytest.mark.parametrize(
    "url",
    [
        "mailto://",
        "mailto://127.0.0.1?from=no body@x y&to=a@b.c",
        "mailtos://u:p@x.example?to=a b@c",
        "mailto://x.example?mode=odd",
    ],
)
def test_an_address_that_cannot_work_says_what_is_missing(url):
    with pytest.raises(SendError) as failed:
        route(url)
    assert failed.value.permanent


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1, as a server's context and a file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(begin).not_valid_after(begin + timedelta(days=3)).sign(key, hashes.SHA256())
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context, folder / "cert.pem"
