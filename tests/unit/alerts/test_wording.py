from __future__ import annotations

import pytest
from alert_news import alert, line
from payloads import PAYLOADS

from monitor.alerts.render import BYTES, MARKDOWN, MATRIX, SLACK, TELEGRAM, TEXT, written
from monitor.alerts.render.template import Template
from monitor.model import Message

EVERY = pytest.mark.parametrize("markup", [TEXT, BYTES, MARKDOWN, SLACK, TELEGRAM, MATRIX], ids=lambda one: one.name)
NEWS = Message(title="Five dead", lines=())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (TEXT, "**hush** https://x.example/a_b?c=1&d=2."),
        (MARKDOWN, r"\*\*hush\*\* <https://x.example/a_b?c=1&d=2>."),
        (SLACK, "∗∗hush∗∗ <https://x.example/a_b?c=1&amp;d=2>."),
        (TELEGRAM, "**hush** https://x.example/a_b?c=1&amp;d=2."),
    ],
)
def test_words_are_text_and_addresses_stay_whole(markup, expected):
    said = written(NEWS, 500, markup, words=lambda _: "**hush** https://x.example/a_b?c=1&d=2.")
    assert said == [expected]


@EVERY
@pytest.mark.parametrize("text", ["слово & <b> " * 400, "x" * 3000, "五\n" * 900, "a_b*" * 900])
def test_no_part_is_longer_than_the_limit_and_no_word_is_lost(markup, text):
    parts = written(NEWS, 200, markup, words=lambda _: text, footer="seen?")
    assert max(map(markup.measure, parts)) <= 200
    assert parts[-1].endswith("\nseen?")
    assert all(part.strip() for part in parts)
    for letter in ("с", "x", "五", "a"):
        assert "".join(parts).replace("seen?", "").replace("amp;", "").count(letter) == text.count(letter)


def test_a_title_that_the_service_shows_by_itself_is_not_said_twice():
    for heading, expected in ((True, "Five dead\nin Caracas"), (False, "in Caracas")):
        assert written(NEWS, 500, BYTES, words=lambda _: "Five dead\nin Caracas", heading=heading) == [expected]


def test_what_a_template_puts_behind_a_feeds_words_makes_no_mention_of_them():
    message = alert(Message(title="News", lines=(line(who="ask @", text="everyone"),))).message
    assert "@everyone" not in Template("{{ lines[0].who }}{{ lines[0].text }}").render(message)


@EVERY
@pytest.mark.parametrize("bait", PAYLOADS)
def test_what_a_feed_says_is_as_harmless_in_the_users_words_as_in_ours(markup, bait):
    message = Message(title="News", lines=(line(text=bait),))
    said = "\n".join(written(message, 4000, markup, words=Template("{{ lines[0].text }}").render))
    assert "@everyone" not in said
    assert "<!channel>" not in said
    if markup.name in ("telegram", "matrix"):
        assert "<script" not in said
        assert '<a href="javascript' not in said
