"""What a reader says by a link or a button: a GET changes nothing, a POST of our own form does, and everything can be taken back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import MemoryStore
from page_values import NOON, Answer, ask, clock, configure, newsroom

from monitor.alerts.feedback import LASTS, STEP, Said, Verdict, token
from monitor.model import Alert, Message
from monitor.pipeline import adjusted
from monitor.web.app import make_app

SECRET = "what signs the links of this newsroom"
READER = """
[[channel]]
id = "desk"
url = "terminal://"
[[subscription]]
id = "desk"
topic = "v"
channel = "desk"
"""


class Desk:
    """A newsroom with a page, and one reader."""

    def __init__(self, folder: Path, web: str = "", *, at: Any = clock, secret: str = SECRET) -> None:
        self.store = MemoryStore()
        newsroom(self.store)
        self.config = configure(folder, web, more=READER)
        self.app = make_app(self.config, self.store, at, secret)

    async def get(self, path: str, **more: Any) -> Answer:
        return await ask(self.app, path, **more)

    async def post(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        return await ask(self.app, path, "POST", headers, **more)

    def verdicts(self) -> list[str]:
        return [one.verdict for one in self.store.feedback() if not one.undone]

    def threshold(self) -> float:
        return adjusted(self.config.subscriptions[0], self.store).threshold

    @property
    def alert(self) -> Alert:
        (found,) = [one for one in self.store.alerts() if one.id == "al-owed"]
        return found


def link(verdict: Verdict = Verdict.KNOWN, alert: str = "al-owed", secret: str = SECRET) -> str:
    return "/feedback/" + token(Said(alert, verdict), secret, NOON + LASTS)


async def test_opening_a_link_changes_nothing_however_often_scanners_do_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for verdict in Verdict:
        for method in ("GET", "HEAD", "GET"):
            assert (await ask(desk.app, link(verdict), method)).status == 200
    assert desk.store.feedback() == []
    story = desk.store.story("st1")
    assert story is not None
    assert story.muted_until is None


async def test_the_form_says_it_and_the_page_then_offers_to_take_it_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    asked = await desk.get(link())
    assert "Bridge closed in Caracas" in asked.text
    assert "I knew already" in asked.text
    before = desk.threshold()
    said = await desk.post(link())
    assert (said.status, said.headers["location"]) == (303, link())
    assert desk.verdicts() == ["known"]
    assert desk.threshold() == pytest.approx(before + STEP)
    shown = await desk.get(link())
    assert "Take it back" in shown.text
    assert f"threshold is {before + STEP}, configured is {before}" in shown.text
    await desk.post(link())
    assert desk.verdicts() == ["known"], "twice is once"
    await desk.post(link() + "?undo=1")
    assert desk.verdicts() == []
    assert desk.threshold() == before
    assert "Say so" in (await desk.get(link())).text


async def test_a_story_is_muted_for_a_day_by_a_link_and_heard_again_when_that_is_taken_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    await desk.post(link(Verdict.MUTE))
    story = desk.store.story("st1")
    assert story is not None
    assert story.muted_until == clock() + timedelta(hours=24)
    await desk.post(link(Verdict.MUTE) + "?undo=1")
    story = desk.store.story("st1")
    assert story is not None
    assert story.muted_until is None


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/feedback/",
        "/feedback/x",
        "/feedback/a.b",
        link()[:-1],
        link() + "A",
        link(secret="another house's"),
        link(alert="al-of-another-database"),
        "/feedback/" + token(Said("al-owed", Verdict.KNOWN), SECRET, clock() - timedelta(seconds=1)),
    ],
)
async def test_a_link_that_was_not_made_here_or_is_too_old_leads_nowhere(
    tmp_path: Path, path: str, method: str
) -> None:
    desk = Desk(tmp_path)
    answer = await ask(desk.app, path, method)
    assert answer.status == 404
    assert "Bridge" not in answer.text
    assert path == "/feedback/" or "was not made here, or its 30 days are over" in answer.text
    assert desk.store.feedback() == []


async def test_without_a_secret_nobody_is_asked_and_nothing_is_believed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, secret="")
    assert (await desk.post(link(secret=""))).status == 404
    assert "<form" not in (await desk.get("/story/st1")).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://evil.example:8080"},
        {"Origin": "https://localhost.evil.example"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "null"},
    ],
)
async def test_a_form_that_stands_on_another_site_says_nothing(tmp_path: Path, headers: dict[str, str]) -> None:
    desk = Desk(tmp_path)
    assert (await desk.post(link(), headers)).status == 403
    assert desk.store.feedback() == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:8080", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://news.example.org"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_form_is_heard_from_every_browser(tmp_path: Path, headers: dict[str, str]) -> None:
    desk = Desk(tmp_path, 'public_url = "https://news.example.org"')
    assert (await desk.post(link(), headers)).status == 303
    assert desk.verdicts() == ["known"]


async def test_a_link_works_under_no_strangers_name(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert (await desk.post(link(), host="evil.example")).status == 421
    assert desk.store.feedback() == []


async def test_a_storys_page_has_a_button_for_each_verdict_on_what_was_told_last(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = (await desk.get("/story/st1")).text
    paths = re.findall(r'formaction="([^"]+)"', page)
    assert len(paths) == len(Verdict)
    for path in paths:
        assert (await desk.post(path)).status == 303
    assert sorted(desk.verdicts()) == sorted(Verdict)


async def test_a_message_of_last_month_has_no_buttons_any_more(tmp_path: Path) -> None:
    desk = Desk(tmp_path, at=lambda: NOON + LASTS)
    assert "formaction" not in (await desk.get("/story/st1")).text


async def test_what_is_asked_is_in_the_words_of_the_subscription(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    spanish = replace(desk.alert, id="al-es", message=Message(title="Puente cerrado", lines=(), language="es"))
    desk.store.put_alert(spanish)
    page = (await desk.get(link(alert="al-es"))).text
    assert "Puente cerrado" in page
    assert "ya lo sabía" in page
    assert "Confirmar" in page
