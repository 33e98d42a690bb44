"""An alert's way to the readers of a real MQTT broker."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from chat_servers import Broker
from sending import TEXT
from servers import secret, until, version

pytestmark = pytest.mark.peers
USER = "monitor"


class Subscriber:
    """Somebody else's client, which keeps what comes."""

    def __init__(self, port: int, user: str, password: str) -> None:
        mqtt = pytest.importorskip(
            "paho.mqtt.client", reason="paho-mqtt is not here: pip install --require-hashes -r requirements-peers.lock"
        )
        self.got: list[tuple[str, int, bool, str]] = []
        self._ready = threading.Event()
        self.client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self.client.username_pw_set(user, password)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_connect = lambda client, *_: client.subscribe("news/#", 2)
        self.client.on_message = lambda _, __, one: self.got.append(
            (one.topic, one.qos, one.retain, one.payload.decode())
        )
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._ready.wait(30)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def login() -> tuple[str, str]:
    return USER, secret()


@pytest.fixture
def broker(room: Path, login: tuple[str, str]) -> Iterator[Broker]:
    broker = Broker(room, login)
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def reader(broker: Broker, login: tuple[str, str]) -> Iterator[Subscriber]:
    subscriber = Subscriber(broker.port, *login)
    try:
        yield subscriber
    finally:
        subscriber.close()


def address(broker: Broker, password: str, topic: str = "news/venezuela", more: str = "") -> str:
    return f"mqtt://{USER}:{quote(password, safe='')}@127.0.0.1:{broker.port}/{topic}{more}"


async def test_an_alert_is_published_whole_and_acknowledged(broker: Broker, reader: Subscriber, login, desk, received):
    at = desk(address(broker, login[1]))
    owed = at.owe("Boat strike: dead 3 → 5 (Ñ)", TEXT)
    await at.deliver()
    assert at.of(owed).state == "sent"
    until(lambda: reader.got, "nothing was published")
    ((topic, qos, retained, text),) = reader.got
    assert (topic, qos, retained) == ("news/venezuela", 1, False)
    assert text.startswith("Boat strike: dead 3 → 5 (Ñ)\n• dead 3 → 5\n")
    assert all(script in text for script in ("Ñandú – “señales”", "Ελλάδα", "Пять человек", "五人死亡", "🚢"))
    received(
        "MQTT 5.0 (Mosquitto)", version(broker.call[0], "-h", of="version"), f"QoS {qos}, {len(text.encode())} bytes"
    )


@pytest.mark.parametrize("more", ["?v=v3.1.1", "?qos=0", "?qos=2&retain=yes"])
async def test_versions_and_qualities_that_an_address_may_ask_for(
    broker: Broker, reader: Subscriber, login, desk, more: str
):
    at = desk(address(broker, login[1], more=more))
    owed = at.owe("Boat strike", TEXT)
    await at.deliver()
    assert at.of(owed).state == "sent"
    until(lambda: reader.got, "nothing was published")
    assert reader.got[0][1] == {"?qos=0": 0, "?qos=2&retain=yes": 2}.get(more, 1)


async def test_a_topic_that_is_forbidden_is_final_and_not_told(
    broker: Broker, reader: Subscriber, login, desk, received
):
    at = desk(address(broker, login[1], "secret/news"))
    owed = at.owe("Nobody hears this", TEXT)
    await at.deliver()
    assert (at.of(owed).state, "not authorised" in at.of(owed).error) == ("dead", True)
    received("", "", f"forbidden topic: dead, “{at.of(owed).error}”")


async def test_a_broker_that_reads_nothing_has_been_told_nothing(
    broker: Broker, reader: Subscriber, login, desk, received
):
    at = desk(address(broker, login[1]))
    owed = at.owe("Once", TEXT)
    with broker.deaf():
        await at.deliver()
        assert (at.of(owed).state, at.of(owed).error) == ("owed", "127.0.0.1: no answer in time")
    await at.deliver(20)
    assert at.of(owed).state == "sent"
    # At least once: what lay in the system's buffer meanwhile may have been a connection, and never a message.
    until(lambda: reader.got, "nothing was published")
    assert len(reader.got) == 1
    received("", "", "deaf broker: owed, then published once")


async def test_a_login_that_is_refused_for_a_while_brings_each_message_once(
    broker: Broker, reader: Subscriber, login, desk
):
    at = desk(address(broker, "new password"))
    owed = at.owe("Once", TEXT)
    for _ in range(4):
        await at.deliver(20)
        assert (at.of(owed).state, "the login was refused" in at.of(owed).error) == ("owed", True)
    reader.close()
    broker.know(USER, "new password")
    broker.stop()
    broker.start()
    again = Subscriber(broker.port, USER, "new password")
    try:
        await at.deliver(20)
        assert at.of(owed).state == "sent"
        until(lambda: again.got, "nothing was published")
        await at.deliver(20)
        assert len(again.got) == 1
    finally:
        again.close()
