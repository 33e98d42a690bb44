"""A story's first message in a chat says how things stand, and each update comes as a message of its own all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from receivers import DiscordChannel, MatrixRoom, NtfyTopic, SlackChannel, TelegramChat, http_service, slack_hook
from store_values import DESK, after, newsroom
from store_values import alert as stored_alert
from test_senders_http import Clock, alert, line, senders

from monitor.alerts.send import Senders
from monitor.errors import SendError
from monitor.model import Alert, Message, Receipt
from monitor.pipeline import deliver
from monitor.ports import Store

NOW = datetime(2026, 3, 2, 14, 5, tzinfo=UTC)
STATE = Message(title="Boat strike · as of 14:05", lines=(line(text="STATE OF THINGS"),), standing=("9 reports",))

#: what makes the service, the channel's address, how a reader's view is keyed
CHATS: dict[str, tuple[Callable[[], Any], Callable[[str], str]]] = {
    "discord": (DiscordChannel, lambda api: f"discord://123/token_ABC?api={api}&thread=99"),
    "slack": (SlackChannel, lambda api: f"slack://xoxb-1-2-AbC/%23news?api={api}"),
    "telegram": (TelegramChat, lambda api: f"tgram://123456:AbC-dEf/-100200?api={api}"),
    "matrix": (MatrixRoom, lambda api: f"matrix://syt_1@{api.removeprefix('http://')}/!room:news.example"),
    "ntfy": (NtfyTopic, lambda api: f"ntfy://{api.removeprefix('http://')}/news"),
}
EVERY = pytest.mark.parametrize("name", list(CHATS))
#: where somebody can delete a message, or the service refuse to edit it
DELETES = pytest.mark.parametrize("name", ["discord", "slack", "telegram", "matrix"])


def news(number: int, **more: Any) -> Alert:
    return alert(f"k_{number}", (line(number, f"Development number {number}."),), **more)


async def tell(out: Senders, number: int, root: str, *, state: Message | None = STATE) -> Receipt:
    return await out.send(news(number), thread=[f"k_{one}" for one in range(1, number)], root=root, living=state)


def seen(chat: Any) -> list[str]:
    """What a reader sees, from the top."""
    return list(chat.messages.values())


@EVERY
async def test_the_first_message_is_edited_and_the_update_comes_by_itself(name):
    kind, address = CHATS[name]
    chat = kind()
    async with http_service(chat) as service:
        out = senders(address(service.url))
        first = await tell(out, 1, "", state=None)
        assert first.root
        second = await tell(out, 2, first.root)
        third = await tell(out, 3, second.root, state=replace(STATE, lines=(line(text="AS IT IS NOW"),)))
    assert first.root == second.root == third.root
    top, *updates = seen(chat)
    assert "AS IT IS NOW" in top
    assert ["Development number 2." in updates[0], "Development number 3." in updates[1]] == [True, True]
    assert len(updates) == 2
    assert all("3 reports" not in one for one in updates), "what stands is said once, at the top"


@DELETES
async def test_where_the_first_message_was_deleted_the_update_is_the_first_from_then_on(name):
    kind, address = CHATS[name]
    chat = kind()
    async with http_service(chat) as service:
        out = senders(address(service.url))
        first = await tell(out, 1, "", state=None)
        chat.messages.clear()
        second = await tell(out, 2, first.root)
        await tell(out, 3, second.root)
    assert ["STATE OF THINGS" in one for one in seen(chat)] == [True, False]
    assert "Development number 3." in seen(chat)[1]


@EVERY
@pytest.mark.parametrize("status", [403, 500, 503])
async def test_an_edit_that_fails_costs_no_message(name, status):
    kind, address = CHATS[name]
    chat = kind()
    async with http_service(chat) as service:
        out = senders(address(service.url))
        first = await tell(out, 1, "", state=None)
        service.faults = [(status, {}, {"message": "no", "ok": False, "error": "no"})]
        second = await tell(out, 2, first.root)
        assert second.root == first.root, "it may be edited the next time"
        await tell(out, 3, second.root)
    assert ["STATE OF THINGS" in one for one in seen(chat)] == [True, False, False]
    assert "Development number 2." in seen(chat)[1]
    assert "3 reports" in seen(chat)[1], "what stands is said where the edit was not"


@pytest.mark.parametrize("error", ["cant_update_message", "edit_window_closed", "channel_not_found"])
async def test_a_workspace_that_forbids_edits_gets_the_updates_in_the_thread(error):
    chat = SlackChannel()
    async with http_service(chat) as service:
        out = senders(CHATS["slack"][1](service.url))
        first = await tell(out, 1, "", state=None)
        service.faults = [(200, {}, {"ok": False, "error": error})]
        await tell(out, 2, first.root)
    assert list(chat.threads.values()) == ["1503435956.000247"]


@EVERY
async def test_an_edit_that_is_asked_to_wait_makes_everything_wait_and_is_not_asked_again(name):
    kind, address = CHATS[name]
    chat, clock = kind(), Clock()
    async with http_service(chat) as service:
        out = senders(address(service.url), clock=clock)
        first = await tell(out, 1, "", state=None)
        service.faults = [(429, {"Retry-After": "30"}, {"ok": False, "error": "ratelimited", "message": "slow down"})]
        with pytest.raises(SendError) as failed:
            await tell(out, 2, first.root)
        assert failed.value.retry_at == NOW + timedelta(seconds=30)
        with pytest.raises(SendError):
            await tell(out, 2, first.root)
        assert len(service.got) == 2, "nothing is asked before it is allowed"
        clock.now += timedelta(seconds=30)
        second = await tell(out, 2, first.root)
    assert len(service.got) == 3
    assert second.root == first.root
    assert "Development number 2." in seen(chat)[1]


@EVERY
async def test_an_update_that_fails_is_tried_again_without_a_second_edit(name):
    kind, address = CHATS[name]
    chat, clock = kind(), Clock()
    async with http_service(chat) as service:
        out = senders(address(service.url), clock=clock)
        first = await tell(out, 1, "", state=None)
        edits = 0

        def the_first_update_is_lost(got):
            nonlocal edits
            edits += "STATE OF THINGS" in str(got.json)
            if edits and "STATE OF THINGS" not in str(got.json) and not lost:
                lost.append(got)
                return 503, "busy"
            return chat(got)

        lost: list[Any] = []
        service.answer = the_first_update_is_lost
        with pytest.raises(SendError):
            await tell(out, 2, first.root)
        clock.now += timedelta(minutes=1)
        await tell(out, 2, first.root)
    assert (edits, len(lost), len(seen(chat))) == (1, 1, 2)


async def test_telegram_takes_an_edit_that_changes_nothing_for_an_edit():
    chat = TelegramChat()
    async with http_service(chat) as service:
        out = senders(CHATS["telegram"][1](service.url))
        first = await tell(out, 1, "", state=None)
        await tell(out, 2, first.root)
        third = await tell(out, 3, first.root)
    assert third.root == first.root
    assert chat.replies == {78: 77, 79: 77}


async def test_an_ntfy_server_that_knows_no_sequences_gets_each_message_once():
    topic = NtfyTopic(sequences=False)
    async with http_service(topic) as service:
        out = senders(CHATS["ntfy"][1](service.url))
        first = await tell(out, 1, "", state=None)
        assert first.root == ""
        await tell(out, 2, first.root)
    assert len(service.got) == 2


async def test_ntfy_makes_a_sound_for_the_update_and_none_for_the_edit():
    async with http_service(NtfyTopic()) as service:
        out = senders(CHATS["ntfy"][1](service.url))
        first = await tell(out, 1, "", state=None)
        await tell(out, 2, first.root)
    assert [got.json["priority"] for got in service.got] == [4, 2, 4]


async def test_an_incoming_webhook_of_slack_edits_nothing():
    async with http_service(slack_hook) as service:
        out = senders(f"slack://T0/B0/Xyz?api={service.url}")
        first = await tell(out, 1, "", state=None)
        await tell(out, 2, first.root)
    assert first.root == ""
    assert len(service.got) == 2


@EVERY
async def test_a_digest_is_no_storys_living_message(name):
    kind, address = CHATS[name]
    async with http_service(kind()) as service:
        receipt = await senders(address(service.url)).send(news(1, mode="digest"))
    assert receipt.root == ""


@EVERY
async def test_a_living_message_is_as_long_as_the_service_allows(name):
    kind, address = CHATS[name]
    chat = kind()
    lines = tuple(line(n, f"Number {n}: {'the council said so again ' * 20}") for n in range(40))
    async with http_service(chat) as service:
        out = senders(address(service.url))
        first = await tell(out, 1, "", state=None)
        await tell(out, 2, first.root, state=replace(STATE, lines=lines))
    assert len([got for got in service.got if got.method != "GET"]) == 3
    assert "Number 0:" in seen(chat)[0]


# ── from the database ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_the_first_message_says_comes_from_what_its_channel_was_told_also_after_a_restart(store: Store):
    newsroom(store, developments=4)
    chat, now = TelegramChat(), after(60)
    async with http_service(chat) as service:
        for number in range(1, 4):
            store.put_alert(stored_alert(f"a{number}", [f"d{number}"], subscription=DESK.id))
            (due,) = store.due_alerts(now, timedelta(seconds=60))
            attempt = await deliver(
                due,
                notifier=senders(CHATS["telegram"][1](service.url)),  # a new process each time
                store=store,
                clock=lambda: now,
                subscriptions={DESK.id: DESK},
            )
            assert not attempt.error
    top, *updates = seen(chat)
    for number in range(1, 4):
        (told,) = store.developments(ids=[f"d{number}"])
        assert told.text in top, "all that was told"
    (untold,) = store.developments(ids=["d4"])
    assert untold.text not in top, "and nothing else"
    assert len(updates) == 2
    assert [one.root for one in store.alerts_of("st1", "desk")] == ["77", "77", "77"]
