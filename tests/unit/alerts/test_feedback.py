from __future__ import annotations

import pytest

from monitor.alerts.feedback import BOUND, Said, Verdict, links, read, threshold, token

SECRET = "a secret of the house"
SAID = Said("al_0123456789ab", Verdict.NOT_RELEVANT)


def test_what_a_link_says_is_read_again():
    assert read(token(SAID, SECRET), SECRET) == SAID


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: "B" + t[1:],
        lambda t: t.replace(".", ""),
        lambda _: "",
        lambda _: "ñ.ñ",
        lambda t: t.split(".")[0] + ".",
    ],
)
def test_a_link_that_was_touched_says_nothing(change):
    assert read(change(token(SAID, SECRET)), SECRET) is None


def test_a_link_of_another_house_or_without_a_secret_says_nothing():
    assert read(token(SAID, "another"), SECRET) is None
    assert read(token(SAID, ""), "") is None


def test_a_token_needs_no_escaping_in_an_address():
    assert set(token(SAID, SECRET)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


def test_a_message_carries_links_only_where_a_page_receives_them():
    assert links("al_1", "", SECRET, "en") == links("al_1", "https://news.example", "", "en") == ()
    made = links("al_1", "https://news.example/", SECRET, "es")
    assert [label for label, _ in made] == [
        "ya lo sabía",
        "otra historia",
        "no relevante",
        "importante",
        "silenciar 24 h",
    ]
    assert all(url.startswith("https://news.example/feedback/") for _, url in made)
    assert [read(url.rpartition("/")[2], SECRET).verdict for _, url in made] == list(Verdict)


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
