from __future__ import annotations

from datetime import timedelta

import pytest
from alert_news import NOON, alert

from monitor.alerts.feedback import BOUND, LASTS, Said, Verdict, links, read, threshold, token
from monitor.model import Message

SECRET = "a secret of the house"
SAID = Said("al_0123456789ab", Verdict.NOT_RELEVANT)
UNTIL = NOON + LASTS


def test_what_a_link_says_is_read_again_until_its_time_is_over():
    made = token(SAID, SECRET, UNTIL)
    assert read(made, SECRET, NOON) == read(made, SECRET, UNTIL) == SAID
    assert read(made, SECRET, UNTIL + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: "B" + t[1:],
        lambda t: t.replace(".", ""),
        lambda _: "",
        lambda _: "ñ.ñ",
        lambda _: "\ud800.\udfff",
        lambda t: t.split(".")[0] + ".",
    ],
)
def test_a_link_that_was_touched_says_nothing(change):
    assert read(change(token(SAID, SECRET, UNTIL)), SECRET, NOON) is None


def test_a_link_of_another_house_or_without_a_secret_says_nothing():
    assert read(token(SAID, "another", UNTIL), SECRET, NOON) is None
    assert read(token(SAID, "", UNTIL), "", NOON) is None


def test_a_token_needs_no_escaping_in_an_address():
    allowed = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert set(token(SAID, SECRET, UNTIL)) <= allowed


def test_a_message_carries_links_only_where_a_page_receives_them():
    spanish = alert(Message(title="Fuego", lines=(), language="es"))
    assert links(spanish, "", SECRET) == links(spanish, "https://news.example", "") == ()
    made = links(spanish, "https://news.example/", SECRET)
    assert [label for label, _ in made] == [
        "ya lo sabía",
        "otra historia",
        "no relevante",
        "importante",
        "silenciar 24 h",
    ]
    assert all(url.startswith("https://news.example/feedback/") for _, url in made)
    said = [read(url.rpartition("/")[2], SECRET, NOON) for _, url in made]
    assert said == [Said(spanish.id, verdict) for verdict in Verdict]


def test_the_same_alert_has_the_same_links_at_every_try():
    assert links(alert(), "https://news.example", SECRET) == links(alert(attempts=3), "https://news.example", SECRET)


def test_of_a_digest_of_several_stories_nothing_is_asked_that_only_one_story_has():
    made = links(alert(mode="digest", story=None), "https://news.example", SECRET)
    assert [label for label, _ in made] == ["I knew already", "not relevant", "important"]
    assert links(alert(mode="system", story=None), "https://news.example", SECRET) == ()


def test_verdicts_move_the_threshold_in_small_steps_within_bounds_and_back():
    assert threshold(0.65, []) == 0.65
    assert threshold(0.65, [Verdict.KNOWN]) == 0.67
    assert threshold(0.65, [Verdict.KNOWN, Verdict.IMPORTANT]) == 0.65
    assert threshold(0.65, [Verdict.NOT_RELEVANT] * 99) == pytest.approx(0.65 + BOUND)
    assert threshold(0.65, [Verdict.IMPORTANT] * 99) == pytest.approx(0.65 - BOUND)
    assert threshold(0.98, [Verdict.KNOWN] * 99) == 1.0
    assert threshold(0.65, [Verdict.MUTE, Verdict.WRONG_STORY]) == 0.65


def test_old_verdicts_age_away():
    assert threshold(0.65, [Verdict.IMPORTANT] * 6 + [Verdict.KNOWN] * 100) == pytest.approx(0.65 + BOUND)
    assert threshold(0.65, [Verdict.MUTE] * 30 + [Verdict.KNOWN] * 100) == 0.65
