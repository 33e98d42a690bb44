"""From a mail to the threshold: a real mail's link, followed over real HTTP to the page, and what that changes in a real database."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from receivers import MailServer, free_port, mail_server
from store_values import alert, check, development, item, judgement, newsroom, update

from monitor import config as configs
from monitor.alerts.feedback import STEP, Verdict
from monitor.errors import StoreError
from monitor.model import Alert
from monitor.pipeline import LEASE, adjusted, deliver
from monitor.run.app import App
from monitor.run.secret import beside, bring_along, secret_of
from monitor.run.verdicts import say, unsay
from monitor.store.sqlite import SqliteStore
from monitor.text.lexicon import Lexicon
from monitor.topics.match import Matcher
from monitor.web.app import serve

CONFIG = """
database = "monitor.db"
[web]
listen = "127.0.0.1:{port}"
{public}
[[topic]]
id = "venezuela"
query = "venezuela"
[[channel]]
id = "desk"
url = "mailto://127.0.0.1:{smtp}?from=monitor@example.org&to=desk@example.org"
[[subscription]]
id = "desk-now"
topic = "venezuela"
channel = "desk"
"""


class House:
    """A database, a page that is served, and mail that leaves."""

    def __init__(self, folder: Path, smtp: int, public: bool) -> None:
        self.port = free_port()
        path = folder / "monitor.toml"
        url = f'public_url = "http://localhost:{self.port}/"' if public else ""
        path.write_text(CONFIG.format(port=self.port, smtp=smtp, public=url))
        self.config = configs.load(path)
        self.store = SqliteStore.open(folder / "monitor.db", durable=False)
        newsroom(self.store, developments=2)
        lexicon = Lexicon()
        self.app = App(self.config, self.store, lexicon, Matcher([], lexicon), desks=[])

    async def mail(self, one: Alert) -> None:
        self.store.put_alert(one)
        (due,) = self.store.due_alerts(self.app.clock(), LEASE)
        assert not (await deliver(due, notifier=self.app.senders(), store=self.store, clock=self.app.clock)).error


@asynccontextmanager
async def house(folder: Path, *, public: bool = True) -> AsyncIterator[tuple[House, MailServer, aiohttp.ClientSession]]:
    async with mail_server() as mails, aiohttp.ClientSession() as browser:
        at = House(folder, mails.port, public)
        page = asyncio.create_task(serve(at.config, at.store, at.app.clock, secret_of(at.config)))
        try:
            while not page.done() and not await answers(browser, at.port):  # noqa: ASYNC110 - the answer is the event
                await asyncio.sleep(0)
            yield at, mails, browser
        finally:
            page.cancel()
            await asyncio.gather(page, return_exceptions=True)
            at.store.close()


async def answers(browser: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with browser.get(f"http://127.0.0.1:{port}/healthz"):
            return True
    except aiohttp.ClientConnectorError:
        return False


def today(at: House, name: str = "a1", developments: tuple[str, ...] = ("d1",)) -> Alert:
    """An alert of this very minute: a link lives for a month, and the page's clock is the real one."""
    now = at.app.clock() - timedelta(seconds=1)
    return alert(name, developments, subscription="desk-now", created=now, send_after=now)


async def test_a_link_of_a_mail_is_followed_and_the_threshold_moves_and_moves_back(tmp_path: Path) -> None:
    async with house(tmp_path) as (at, mails, browser):
        await at.mail(today(at))
        (mail,) = mails.mails
        plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        found = re.findall(r"(not relevant|important): (http://\S+)", plain)
        links = dict(found)
        assert all(f'href="{url}"' in html for url in links.values())
        before = adjusted(at.config.subscriptions[0], at.store).threshold
        async with browser.get(links["not relevant"]) as page:
            assert page.status == 200
            form = await page.text()
        assert at.store.feedback() == [], "a scanner that opens it says nothing"
        assert '<form method="post">' in form
        async with browser.post(links["not relevant"]) as page:
            assert page.status == 200
            assert "Take it back" in await page.text()
        assert adjusted(at.config.subscriptions[0], at.store).threshold == pytest.approx(before + STEP)
        async with browser.post(links["not relevant"] + "?undo=1") as page:
            assert "Say so" in await page.text()
        assert adjusted(at.config.subscriptions[0], at.store).threshold == before


async def test_without_a_public_address_mails_have_no_links_and_the_page_has_buttons_still(tmp_path: Path) -> None:
    async with house(tmp_path, public=False) as (at, mails, browser):
        await at.mail(today(at))
        assert "feedback" not in mails.raw[0].decode()
        async with browser.get(f"http://127.0.0.1:{at.port}/story/st1") as page:
            (button, *_) = re.findall(r'formaction="([^"]+)"', await page.text())
        async with browser.post(f"http://127.0.0.1:{at.port}{button}") as page:
            assert page.status == 200
        assert [one.verdict for one in at.store.feedback()] == ["known"]


# ── the secret ───────────────────────────────────────────────────────────────────────────────────────────────────────


def configuration(folder: Path) -> configs.Config:
    folder.mkdir(exist_ok=True)
    path = folder / "monitor.toml"
    path.write_text(CONFIG.format(port=8080, smtp=25, public=""))
    return configs.load(path)


def test_the_secret_is_made_once_for_nobody_elses_eyes(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    made = secret_of(config)
    file = beside(config.database)
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(made) > 40
    assert made not in repr(config)
    assert secret_of(config) == made
    assert [path.name for path in tmp_path.glob("*secret*")] == [file.name]


def test_a_secret_of_another_kind_is_not_believed(tmp_path: Path) -> None:
    config = configuration(tmp_path)
    for text in ("", "short\n", "ñ" * 60):
        beside(config.database).write_text(text)
        with pytest.raises(StoreError, match=r"monitor\.db\.secret"):
            secret_of(config)


def test_a_backup_brings_the_secret_along_and_replaces_none(tmp_path: Path) -> None:
    here, there = configuration(tmp_path / "a"), configuration(tmp_path / "b")
    backup = tmp_path / "saved.db"
    assert not bring_along(here.database, backup)
    made = secret_of(here)
    assert bring_along(here.database, backup)
    assert beside(backup).stat().st_mode & 0o777 == 0o600
    assert bring_along(backup, there.database)
    assert secret_of(there) == made
    own = configuration(tmp_path / "c")
    other = secret_of(own)
    assert not bring_along(backup, own.database)
    assert secret_of(own) == other


# ── in the wrong story ───────────────────────────────────────────────────────────────────────────────────────────────


def test_in_the_wrong_story_the_reports_behind_an_alert_are_taken_out_and_come_back_with_the_verdict(
    tmp_path: Path,
) -> None:
    with closing(SqliteStore.open(tmp_path / "monitor.db", durable=False)) as store:
        newsroom(store, items=2)
        for name, copied in (("i3", None), ("i4", "i3")):
            store.record_check(check(item(name, minutes=3)))
            said = [development(f"d-{name}", of=name, minutes=3)]
            store.record_update(update(judgement(name, developments=said, minutes=3, copy_of=copied), minutes=3))
        store.put_alert(alert("a1", ["d-i3"]))
        now = alert().created + timedelta(hours=1)
        said = say(store, "a1", Verdict.WRONG_STORY, now)
        assert said is not None
        assert say(store, "a1", Verdict.WRONG_STORY, now + timedelta(minutes=1)) == said
        assert [one.id for one, _ in store.story_items("st1")] == ["i1", "i2"]
        (edit,) = store.edits("venezuela")
        assert (edit.by, set(edit.items)) == ("split", {"i3", "i4"})
        assert unsay(store, said.id, now + timedelta(minutes=2)) is not None
        assert [one.id for one, _ in store.story_items("st1")] == ["i1", "i2", "i3", "i4"]


def test_a_story_that_is_nothing_but_the_wrong_reports_stays_as_it_is(tmp_path: Path) -> None:
    with closing(SqliteStore.open(tmp_path / "monitor.db", durable=False)) as store:
        newsroom(store)
        store.put_alert(alert("a1", ["d1"]))
        assert say(store, "a1", Verdict.WRONG_STORY, alert().created) is not None
        assert store.edits() == []
