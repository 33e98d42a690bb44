"""Chats and brokers that are no HTTP: what a server has not confirmed was not told, and what it refuses is said in its words."""

from __future__ import annotations

import pytest
from lines import irc_server, mqtt_broker, xmpp_server
from receivers import MatrixRoom, free_port, http_service
from test_senders_http import alert, line, senders

from monitor.alerts.send.irc import wrap
from monitor.errors import SendError

# ── IRC ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_channel_reads_an_alert_line_by_line_over_one_connection():
    async with irc_server() as server:
        receipt = await senders(f"irc://127.0.0.1:{server.port}/%23news:key/@editor").send(alert())
    assert receipt.detail == "accepted by 127.0.0.1"
    expected = [
        "Boat strike off La Guaira: dead 3 → 5 (EFE)", "• dead 3 → 5", "Five people have died.",
        "Diario · 14:05 · https://diario.example/1?a=1&b=2", "— 3 reports",
    ]  # fmt: skip
    assert server.said == [("#news", text) for text in expected] + [("editor", text) for text in expected]
    assert (server.connections, server.commands[-1]) == (1, "QUIT :news alerts")
    assert "JOIN #news key" in server.commands
    assert "PONG :are you there" in server.commands


@pytest.mark.parametrize("text", ["五人死亡" * 300, "слово " * 200, "x" * 1500])
async def test_no_line_is_longer_than_a_server_passes_on(text):
    async with irc_server() as server:
        await senders(f"irc://127.0.0.1:{server.port}/%23news").send(alert(lines=(line(text=text),)))
    front = len(":monitor!~1234567890@ PRIVMSG #news :\r\n") + 63
    assert max(len(said.encode()) for _, said in server.said) + front <= 512
    assert server.said[-1] == ("#news", "— 3 reports")


async def test_an_address_is_whole_or_not_there():
    long, short = "https://x.example/" + "a" * 500, "https://x.example/a"
    assert list(wrap(f"Diario · {long} and {short}", 40)) == ["Diario · and https://x.example/a"]


@pytest.mark.parametrize(
    ("command", "numeric", "permanent"),
    [
        ("JOIN", "473", True),
        ("PRIVMSG", "404", True),
        ("PRIVMSG", "401", False),
        ("PASS", "464", False),
        ("NICK", "465", True),
    ],
)
async def test_a_refusal_is_a_failure_in_the_servers_words(command, numeric, permanent):
    async with irc_server() as server:
        server.refuse[command] = [(numeric, "that is not allowed here")]
        with pytest.raises(SendError, match="that is not allowed here") as failed:
            await senders(f"irc://monitor:secret@127.0.0.1:{server.port}/%23news").send(alert())
    assert failed.value.permanent is permanent
    assert "secret" not in str(failed.value)


async def test_a_name_that_is_taken_is_changed():
    async with irc_server() as server:
        server.refuse["NICK"] = [("433", "Nickname is already in use")]
        await senders(f"irc://127.0.0.1:{server.port}/%23news").send(alert())
    assert len(server.said) == 5
    names = [said.split()[1] for said in server.commands if said.startswith("NICK")]
    assert (names[0], names[1][:6], len(names[1])) == ("monitor", "monito", 9)


async def test_where_the_line_was_cut_the_next_try_goes_on_from_the_last_lines_that_were_confirmed():
    async with irc_server() as server:
        server.hang_up = 4
        out = senders(f"irc://127.0.0.1:{server.port}/%23news")
        with pytest.raises(SendError, match="Excess Flood") as failed:
            await out.send(alert())
        assert not failed.value.permanent
        await out.send(alert())
    texts = [text for _, text in server.said]
    assert texts[:4] == [
        "Boat strike off La Guaira: dead 3 → 5 (EFE)",
        "• dead 3 → 5",
        "Five people have died.",
        texts[4],
    ]
    assert len(texts) == 6, "the fourth was never confirmed, so it comes again, and no other"


@pytest.mark.parametrize("bait", ["a\r\nQUIT :x", "\x01ACTION waves\x01", "a\0b\nJOIN #evil"])
async def test_a_headline_says_no_command(bait):
    async with irc_server() as server:
        await senders(f"irc://127.0.0.1:{server.port}/%23news").send(alert(lines=(line(text=bait),)))
    assert not [one for one in server.commands if one.startswith(("QUIT :x", "JOIN #evil"))]
    assert not any("\x01" in text for _, text in server.said)


@pytest.mark.parametrize(
    "url", ["irc://127.0.0.1", "irc:///%23news", "irc://127.0.0.1/%23a%20b", "irc://127.0.0.1/%23a,%23b"]
)
async def test_an_address_without_a_channel_is_final(url):
    with pytest.raises(SendError, match="IRC") as failed:
        await senders(url).send(alert())
    assert failed.value.permanent


# ── MQTT ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("version", [4, 5])
async def test_a_topic_gets_an_alert_once_it_is_acknowledged(version):
    async with mqtt_broker() as broker:
        broker.known = (version,)
        await senders(f"mqtt://127.0.0.1:{broker.port}/news/venezuela?to=other/topic").send(alert())
    (topic, qos, payload), (other, *_) = broker.published
    assert (topic, qos, other) == ("news/venezuela", 1, "other/topic")
    assert payload.decode().startswith("Boat strike off La Guaira: dead 3 → 5 (EFE)\n• dead 3 → 5\n")
    assert broker.farewells == 1


async def test_a_template_is_the_payload():
    async with mqtt_broker() as broker:
        await senders(f"mqtt://127.0.0.1:{broker.port}/news?qos=2", template='{"title": "{{ title }}"}').send(alert())
    ((_, qos, payload),) = broker.published
    assert (qos, payload.decode()) == (2, '{"title": "Boat strike off La Guaira: dead 3 → 5 (EFE)"}')


@pytest.mark.parametrize(("reason", "permanent"), [(0x87, True), (0x90, True), (0x97, False), (0x80, False)])
async def test_what_a_broker_refuses_is_not_told(reason, permanent):
    async with mqtt_broker() as broker:
        broker.answer["news"] = reason
        with pytest.raises(SendError) as failed:
            await senders(f"mqtt://127.0.0.1:{broker.port}/news").send(alert())
    assert failed.value.permanent is permanent
    assert not broker.published


@pytest.mark.parametrize("version", [4, 5])
async def test_a_login_that_is_refused_is_tried_again(version):
    async with mqtt_broker() as broker:
        broker.logins, broker.known = {"desk": "right"}, (version,)
        with pytest.raises(SendError, match="login was refused") as failed:
            await senders(f"mqtt://desk:wrong@127.0.0.1:{broker.port}/news").send(alert())
        assert not failed.value.permanent
        assert "wrong" not in str(failed.value)
        await senders(f"mqtt://desk:right@127.0.0.1:{broker.port}/news").send(alert())
    assert len(broker.published) == 1


async def test_a_second_try_goes_only_to_the_topics_that_the_first_did_not_reach():
    async with mqtt_broker() as broker:
        broker.answer["b"] = 0x97
        out = senders(f"mqtt://127.0.0.1:{broker.port}/a?to=b")
        with pytest.raises(SendError, match="quota"):
            await out.send(alert())
        broker.answer.clear()
        await out.send(alert())
    assert [topic for topic, *_ in broker.published] == ["a", "b"]


# ── XMPP ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def xmpp(port: int, to: str, password: str = "right%2Fpass%40word") -> str:
    return f"xmpp://monitor:{password}@127.0.0.1:{port}/{to}"


async def test_people_and_rooms_read_an_alert():
    async with xmpp_server() as server:
        await senders(xmpp(server.port, "editor@news.example/%23desk@rooms.example")).send(
            alert(lines=(line(text='5 < 6 & "quoted" </body><evil/>'),))
        )
    (kind, to, text), (other, room, same) = server.said
    assert [(kind, to), (other, room)] == [("chat", "editor@news.example"), ("groupchat", "desk@rooms.example")]
    assert text == same
    assert text.startswith("Boat strike off La Guaira: dead 3 → 5 (EFE)\n• dead 3 → 5\n")
    assert '5 < 6 & "quoted" <' in text
    assert "evil" in text


@pytest.mark.parametrize(
    ("condition", "permanent"), [("service-unavailable", False), ("forbidden", True), ("item-not-found", True)]
)
async def test_what_an_xmpp_server_refuses_was_not_told(condition, permanent):
    async with xmpp_server() as server:
        server.away["editor@news.example"] = server.shut["desk@rooms.example"] = condition
        for to in ("editor@news.example", "%23desk@rooms.example"):
            with pytest.raises(SendError, match=condition) as failed:
                await senders(xmpp(server.port, to)).send(alert())
            assert failed.value.permanent is permanent
    assert not server.said


async def test_an_xmpp_line_that_is_cut_and_a_refused_login_may_pass():
    async with xmpp_server() as server:
        with pytest.raises(SendError, match="login was refused: not-authorized") as failed:
            await senders(xmpp(server.port, "editor@news.example", "wrong")).send(alert())
        assert (failed.value.permanent, "wrong" in str(failed.value)) == (False, False)
        server.broken, out = True, senders(xmpp(server.port, "editor@news.example"))
        with pytest.raises(SendError, match="broke") as failed:
            await out.send(alert())
        assert not failed.value.permanent
        await out.send(alert())
    assert len(server.said) == 1


async def test_a_password_does_not_travel_without_tls_where_tls_was_asked_for():
    async with xmpp_server() as server:
        with pytest.raises(SendError, match="no TLS") as failed:
            await senders(xmpp(server.port, "editor@news.example").replace("xmpp:", "xmpps:")).send(alert())
    assert failed.value.permanent


@pytest.mark.parametrize("scheme", ["irc", "mqtt", "xmpp"])
async def test_a_port_where_nobody_listens_may_pass(scheme):
    with pytest.raises(SendError) as failed:
        await senders(f"{scheme}://desk:s3cret@127.0.0.1:{free_port()}/%40news").send(alert())
    assert not failed.value.permanent
    assert "s3cret" not in str(failed.value)


# ── Matrix, beyond what every chat must do ───────────────────────────────────────────────────────────────────────────


def matrix(port: int, room: str = "%23news", login: str = "bot:right%2Fpass%40word") -> str:
    return f"matrix://{login}@127.0.0.1:{port}/{room}"


async def test_a_matrix_login_an_alias_of_our_own_server_and_an_invitation():
    room = MatrixRoom(inside=False)
    async with http_service(room) as service:
        out = senders(matrix(service.port))
        await out.send(alert("k_1"))
        await out.send(alert("k_2"))
        room.token = "ended by somebody else"
        await out.send(alert("k_3"))
    assert len(room.messages) == 3
    assert len(room.logins) == 2, "once, and once more when the token had ended"
    assert {one["device_id"] for one in room.logins} == {room.logins[0]["device_id"]}
    assert [got.path.rpartition("/")[2] for got in service.got if "/join/" in got.path] == ["#news:news.example"]


async def test_an_alert_that_a_room_has_already_is_no_second_event():
    room = MatrixRoom(inside=False)
    async with http_service(room) as service:
        for _ in range(2):  # two processes that know nothing of each other
            await senders(matrix(service.port, "!room:news.example")).send(alert())
    assert len(room.events) == 1
    content = room.events[0][1]
    assert content["m.mentions"] == {}
    assert content["format"] == "org.matrix.custom.html"
    assert '<a href="https://diario.example/1?a=1&amp;b=2">Diario</a>' in content["formatted_body"]
    assert "Diario (https://diario.example/1?a=1&b=2)" in content["body"]


async def test_a_room_that_has_not_invited_us_is_final_and_a_refused_login_is_not():
    async with http_service(MatrixRoom(inside=False, invited=False)) as service:
        with pytest.raises(SendError, match="M_FORBIDDEN") as failed:
            await senders(matrix(service.port, "!room:news.example")).send(alert())
        assert failed.value.permanent
        with pytest.raises(SendError, match="login was refused: M_FORBIDDEN") as failed:
            await senders(matrix(service.port, login="bot:wrong")).send(alert())
        assert not failed.value.permanent
        assert "wrong" not in str(failed.value)


async def test_a_matrix_servers_wait_in_thousandths_counts():
    async with http_service(MatrixRoom()) as service:
        service.faults = [(429, {}, {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 5500})]
        with pytest.raises(SendError) as failed:
            await senders(matrix(service.port, "!room", "syt_1")).send(alert())
    assert failed.value.retry_at is not None
    assert (failed.value.retry_at - alert().created).total_seconds() == 5.5


async def test_a_message_in_the_users_own_words_has_no_markup_of_theirs():
    room = MatrixRoom()
    async with http_service(room) as service:
        await senders(matrix(service.port, "!room", "syt_1"), template="<i>{{ title }}</i> & more").send(alert())
    assert (
        room.events[0][1]["body"].replace("\u200b", "") == "<i>Boat strike off La Guaira: dead 3 → 5 (EFE)</i> & more"
    )
    assert room.events[0][1]["formatted_body"].startswith("&lt;i&gt;Boat")
