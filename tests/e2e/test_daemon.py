"""The daemon as a process, against real servers on loopback: from a feed to a mailbox."""

from __future__ import annotations

import os
import signal
import threading
from email.message import EmailMessage
from typing import Any

import pytest

CLAIM = (
    "CARACAS - Venezuela's president said on Wednesday that 3,000 soldiers were sent to the border with Colombia. "
    "The soldiers will stay until the end of the month, the president said in a speech in Caracas."
)


def body(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def news(messages: list[EmailMessage]) -> list[EmailMessage]:
    return [message for message in messages if "Watching" not in message["Subject"]]


def test_first_run_is_a_silent_baseline_with_one_summary(stage: Any) -> None:
    for number in range(3):
        stage.stand.publish(
            "/a",
            f"old-{number}",
            f"Venezuela: old report number {number}",
            f"Something about Venezuela that was there before, number {number}.",
        )
    stage.configure(["/a", "/b"], system=True)
    stage.start()
    stage.mailbox.wait_for(lambda got: len(got) >= 1, "a summary")
    stage.stand.wait_for_next_polls("/a", 3)
    (summary,) = stage.mailbox.messages
    assert "Watching 2 of 2 feeds" in summary["Subject"]


def test_new_item_is_an_alert_and_its_copy_is_silence(stage: Any) -> None:
    stage.configure(["/a", "/b"])
    stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.stand.wait_until_asked("/b", 2)
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.mailbox.wait_for(lambda got: len(got) == 1, "the first alert")
    stage.stand.publish("/b", "copy", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.stand.wait_for_next_polls("/b", 3)
    stage.stand.publish(
        "/b",
        "other",
        "Caracas hospital evacuated after a fire",
        "CARACAS - A hospital in Caracas was evacuated on Thursday after a fire in its kitchen. Nobody was hurt, the fire brigade said.",
    )
    messages = stage.mailbox.wait_for(lambda got: len(got) >= 2, "the other story")
    assert ["soldiers" in str(message["Subject"]) + body(message) for message in messages] == [True, False]


def test_changed_figure_is_one_alert_with_old_and_new(stage: Any) -> None:
    stage.configure(["/a"])
    stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.mailbox.wait_for(lambda got: len(got) == 1, "the first alert")
    update = CLAIM + " On Thursday the army said that 4,500 soldiers were sent to the border, up from 3,000."
    stage.stand.publish("/a", "n2", "UPDATE: Venezuela sends soldiers to the border", update)
    messages = stage.mailbox.wait_for(lambda got: len(got) == 2, "the change")
    text = messages[1]["Subject"] + body(messages[1])
    assert "3,000" in text
    assert "4,500" in text
    assert "until the end of the month" not in text


def test_killed_between_acceptance_and_record_the_message_comes_again_with_its_id(stage: Any) -> None:
    stage.configure(["/a"])
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)

    def kill(_: EmailMessage) -> None:
        stage.mailbox.on_message = lambda _: None
        os.kill(daemon.pid, signal.SIGKILL)

    stage.mailbox.on_message = kill
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.mailbox.wait_for(lambda got: len(got) == 1, "the message that was accepted")
    daemon.wait(10)
    stage.start()
    first, second = stage.mailbox.wait_for(lambda got: len(got) == 2, "the message again")
    assert first["Message-ID"] == second["Message-ID"]
    stage.stand.wait_for_next_polls("/a", 3)
    assert len(stage.mailbox.messages) == 2


def test_what_an_endpoint_missed_while_it_was_down_is_delivered_when_it_is_up(stage: Any) -> None:
    stage.configure(["/a"], channel=stage.hook.url)
    stage.hook.down = True
    stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.hook.wait_for(lambda: stage.hook.asked >= 2, "two tries")
    stage.hook.down = False
    stage.hook.wait_for(lambda: len(stage.hook.received) == 1, "the delivery")
    headers, _ = stage.hook.received[0]
    assert headers["idempotency-key"]


def test_a_second_daemon_on_one_database_exits_with_75(stage: Any) -> None:
    stage.configure(["/a"])
    stage.start()
    stage.stand.wait_until_asked("/a", 1)
    second = stage.run("run")
    assert second.returncode == 75
    assert "another" in second.stderr


def test_sigterm_stops_within_ten_seconds(stage: Any) -> None:
    release = threading.Event()
    stage.stand.behaviour["/slow"] = lambda _: release.wait(30) and None
    stage.configure(["/a", "/slow"])
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.stand.wait_until_asked("/slow", 1)
    daemon.send_signal(signal.SIGTERM)
    try:
        assert daemon.wait(10) == 0
    finally:
        release.set()
    assert "Traceback" not in stage.log()


def test_reload_takes_a_good_configuration_and_refuses_a_bad_one(stage: Any) -> None:
    stage.configure(["/a"])
    daemon = stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.configure(["/a", "/b"])
    daemon.send_signal(signal.SIGHUP)
    stage.stand.wait_until_asked("/b", 2)
    stage.config.write_text("intervall = 3")
    daemon.send_signal(signal.SIGHUP)
    stage.stand.wait_for_next_polls("/b", 3)
    assert daemon.poll() is None
    assert "not reloaded" in stage.log()


@pytest.mark.parametrize("command", [("stories",), ("alerts",), ("feeds",), ("doctor",), ("search", "soldiers")])
def test_the_reading_commands_work_beside_a_running_daemon(stage: Any, command: tuple[str, ...]) -> None:
    stage.configure(["/a"])
    stage.start()
    stage.stand.wait_until_asked("/a", 2)
    stage.stand.publish("/a", "n1", "Venezuela sends 3,000 soldiers to the border", CLAIM)
    stage.mailbox.wait_for(lambda got: len(got) == 1, "the alert")
    done = stage.run(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
