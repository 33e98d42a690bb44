"""The outbox of the real daemon: what it says of its own health, and the dead-man switch."""

from __future__ import annotations

from typing import Any


def configure(stage: Any, channel: str) -> None:
    """One feed, mail for the news, and `channel` for the monitor's own health."""
    stage.configure(["/a"])
    with stage.config.open("a", encoding="utf-8") as config:
        config.write(f'[[channel]]\nid = "hook"\nurl = "{stage.hook.url}"\n')
        config.write(f'[system]\nchannel = "{channel}"\nping = "{stage.stand.url("/alive")}"\nping_every = "1s"\n')
    stage.stand.publish("/a", "old", "Venezuela: before", "It was before.")


def test_the_dead_man_switch_is_called_while_all_is_well(stage: Any) -> None:
    configure(stage, "desk")
    stage.start()
    stage.stand.wait_until_asked("/alive", 3)
    assert "/alive" not in stage.log(), "the address may hold a secret"


def test_a_dead_channel_is_told_to_the_other_and_silences_the_dead_man_switch(stage: Any) -> None:
    configure(stage, "hook")
    stage.mailbox.on_message = lambda _: "550 no such user"
    stage.start()
    stage.stand.wait_for_next_polls("/a", 2)
    stage.stand.publish("/a", "new", "Venezuela: the bridge at Angostura is closed", "CARACAS - The bridge is closed.")

    def told() -> list[str]:
        titles = [str(body["title"]) for _, body in stage.hook.received]
        return [title for title in titles if title.startswith("Channel desk has taken no message since")]

    stage.hook.wait_for(lambda: bool(told()), "the other channel hears of the dead one")
    asked = stage.stand.requests.get("/alive", 0)
    stage.stand.wait_for_next_polls("/a", 3)
    assert stage.stand.requests.get("/alive", 0) <= asked + 1, "one call may have been on its way"
    assert len(told()) == 1
