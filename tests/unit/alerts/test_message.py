from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from alert_news import NOON, TOPIC, development, line, story, subscription, toll, view

from monitor.alerts.render import MARKDOWN, TEXT, as_html, as_text, message, split, title
from monitor.alerts.render.gallery import gallery
from monitor.alerts.render.samples import samples
from monitor.alerts.render.words import _WORDS, figure, word
from monitor.model import Kind, Message

TOLD = [development("d0", Kind.FIGURE, "4,500 Marines are aboard.", noun="Marines", new=4500.0)]


def say(*developments, language="en", mode="now", told=(), **more) -> Message:
    sub = subscription(language=language, timezone=more.pop("zone", "UTC"))
    return message(view(developments, sub=sub, told=told, **more), developments, mode, NOON, gone=())


def test_a_changed_figure_is_named_in_the_title_with_old_and_new_and_who():
    assert say(toll("d1", 3, 5)).title == "Boat strike off La Guaira: dead 3 → 5 (EFE)"


def test_a_source_without_a_family_is_named_as_its_feed_is_and_not_by_its_host():
    nameless = replace(toll("d1", 3, 5), origins=("feeds.paper.example",), publisher="The Paper")
    assert say(nameless).title.endswith("(The Paper)")
    assert say(replace(nameless, publisher="")).title.endswith("(feeds.paper.example)")
    assert say(replace(nameless, origins=("el-puerto",), publisher="Diario El Puerto")).title.endswith(
        "(Diario El Puerto)"
    )
    assert say(replace(nameless, origins=("el-puerto",), publisher="")).title.endswith("(El Puerto)")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Boat strike off La Guaira: dead 1,200 → 4,500 (EFE)"),
        ("es", "Boat strike off La Guaira: muertos 1.200 → 4.500 (EFE)"),
        ("fr", "Boat strike off La Guaira: morts 1 200 → 4 500 (EFE)"),
        ("pt", "Boat strike off La Guaira: mortos 1.200 → 4.500 (EFE)"),
        ("nl", "Boat strike off La Guaira: doden 1.200 → 4.500 (EFE)"),
    ],
)
def test_our_own_words_are_in_the_readers_language_and_the_news_in_its_own(language, expected):
    assert say(toll("d1", 1200, 4500), language=language).title == expected


def test_every_word_of_ours_exists_in_five_languages():
    assert all(len(words) == 5 and all(words) for words in _WORDS.values())
    assert word("fishermen", "es") == "fishermen"


def test_numbers_are_written_as_the_language_writes_them():
    assert [figure(1234567.5, language) for language in ("en", "es", "fr", "nl")] == [
        "1,234,567.5",
        "1.234.567,5",
        "1\u202f234\u202f567,5",
        "1.234.567,5",
    ]
    assert [figure(5.0, "en"), figure("dozens", "es"), figure(None, "en"), figure(0.25, "pt")] == [
        "5",
        "dozens",
        "",
        "0,25",
    ]


def test_the_title_of_each_kind_says_what_changed():
    titles = {
        Kind.NEW_STORY: "Boat strike off La Guaira (EFE)",
        Kind.FACT: "Boat strike off La Guaira: The port was closed. (EFE)",
        Kind.STATUS: "Boat strike off La Guaira: claimed → confirmed (EFE)",
        Kind.CORRECTION: "Boat strike off La Guaira: corrected: The port was closed. (EFE)",
    }
    for kind, expected in titles.items():
        assert say(development("d1", kind, status="confirmed", status_before="claimed")).title == expected
    disputed = replace(toll("d1", 120, 47), kind=Kind.CONTRADICTION)
    assert say(disputed).title == "Boat strike off La Guaira: disputed: dead 120 or 47 (EFE)"
    assert (
        say(replace(toll("d1", 5, 4), kind=Kind.CORRECTION)).title
        == "Boat strike off La Guaira: corrected: dead 5 → 4 (EFE)"
    )


def test_a_dateline_and_what_the_headline_says_already_are_not_repeated_in_the_title():
    dated = development("d1", text="CARACAS, Oct 5 (Sargasso Wire) - The port was closed.")
    assert say(dated).title == "Boat strike off La Guaira: The port was closed. (EFE)"
    said = development("d1", text="A boat was hit by a strike off La Guaira, the navy said.")
    assert say(said).title == "Boat strike off La Guaira (EFE)"


def test_the_title_is_that_of_the_item_which_says_it_and_not_the_storys_latest():
    denied = development("d1", Kind.STATUS, status="denied", status_before="claimed")
    latest = story(headline="Millions have joined the militia, the government says")
    found = say(denied, stories=[latest], titles={"d1": "Institute: no proof of 5,000 missiles"})
    assert found.title == "Institute: no proof of 5,000 missiles: claimed → denied (EFE)"


def test_a_long_headline_leaves_room_for_who_says_so():
    long = story(headline="word " * 80)
    found = say(toll("d1", 3, 5), toll("d2", 1, 2), stories=[long]).title
    assert len(found) <= 160
    assert found.endswith(" (EFE) +1")


def test_a_unit_that_says_it_all_needs_no_noun():
    assert say(toll("d1", None, 210, noun="km/h", unit="km/h")).lines[0].what == "210 km/h"
    assert say(toll("d1", 8, 35, noun="clients", unit="%")).lines[0].what == "clients 8% → 35%"


def test_what_stands_names_sources_and_unchanged_figures():
    found = say(toll("d1", 3, 5), told=TOLD, stories=[story(items=14, origins=("EFE", "diario del puerto"))])
    assert found.standing == ("14 reports, 2 independent sources (EFE, Diario del Puerto). Unchanged: Marines 4,500",)


def test_a_figure_that_this_message_changes_is_not_called_unchanged():
    assert "dead" not in say(toll("d1", 3, 5), told=[toll("d0", None, 3)]).standing[0]


def test_times_are_those_of_the_readers_clock():
    assert "08:00" in as_text(say(toll("d1", 3, 5), zone="America/Caracas"))


def test_a_digest_counts_stories_and_developments_and_shows_changed_figures_in_a_table():
    found = say(toll("d1", 3, 5), development("d2", story="st_2"), mode="digest")
    assert found.title == f"Digest · {TOPIC.name}: 2 stories, 2 developments"
    page = as_html(found)
    assert "<table" in page
    assert page.index("3 → 5") < page.index("<h2")
    assert "<table" not in as_html(say(toll("d1", 3, 5)))


def test_what_is_only_possibly_new_says_so():
    assert say(development("d1", sure=False)).lines[0].what == "possibly new"
    assert say(toll("d1", 3, 5, sure=False)).lines[0].what == "possibly new: dead 3 → 5"


def test_every_line_ends_at_its_source():
    text = as_text(say(toll("d1", 3, 5), development("d2", Kind.QUOTE, "“No.”", speaker="The minister")))
    assert "Diario del Puerto · 12:00 · https://puerto.example/a" in text
    assert "The minister (Diario del Puerto) · 12:00 · https://puerto.example/a" in text


def test_a_split_keeps_each_development_whole_and_says_that_it_goes_on():
    many = say(*(development(f"d{n}", text=f"Sentence number {n}.", at=NOON + timedelta(minutes=n)) for n in range(40)))
    parts = split(many, 1000, MARKDOWN)
    assert len(parts) > 2
    assert all(len(part) <= 1000 for part in parts)
    assert all(part.startswith("(continued)") for part in parts[1:])
    assert all(sum(f"Sentence number {n}." in part for part in parts) == 1 for n in range(40))
    assert split(many, 100_000, TEXT) == [as_text(many)]


def test_a_system_message_is_its_title():
    assert as_text(Message(title="Feed X has failed.", lines=(), mode="system")) == "Feed X has failed."
    assert title(Message(title=" a \n b ", lines=())) == "a b"


def test_the_gallery_shows_every_sample_and_loads_nothing():
    page = gallery()
    assert all(name in page for name in samples())
    assert "http-equiv" not in page
    assert "<script" not in page
    assert page.count("<iframe") == page.count('sandbox=""') == 3 * len(samples()) + 5
    assert "Digest ·" in page
    assert all(f"{word} ·" in page for word in ("Resumen", "Résumé", "Resumo", "Overzicht"))
    assert page.count("(continued)") >= 2, "a message that is cut"
    assert "muertos 3 → 5" in page
    assert "https://monitor.example/feedback/" in page


def test_the_gallery_shows_markup_as_its_service_does_and_nothing_of_a_feeds_in_it():
    page = gallery()
    assert "<b>Boat strike off La Guaira (EFE)</b>" in page
    assert '<a href="https://puerto.example/strike">Diario del Puerto</a>' in page
    assert "&lt;b&gt;Free&lt;/b&gt; *money*" in page.replace("\u200b", "")
    hrefs = set(re.findall(r' href="([^"]*)"', re.sub(r'srcdoc="[^"]*"', "", page)))
    assert all(re.match(r"#|https://(?:[a-z]+\.)?[a-z]+\.example/", one) for one in hrefs), hrefs


def test_an_empty_line_stands_between_stories_and_none_at_the_beginning():
    found = samples()["digest"]
    for parts in (split(found, 10_000, TEXT), split(found, 10_000, TEXT, heading=False), split(found, 500, TEXT)):
        assert not any(part.startswith("\n") for part in parts)
        assert "\n\nBrand in de Isla-raffinaderij, Curaçao\n" in "\n".join(parts)


def test_where_a_report_was_written_does_not_stand_before_what_it_says():
    text = "PANAMA CITY, Oct 14 (Wire) - The airline said on Wednesday that it was suspending its flights."
    said = Message(title="t", lines=(line(text=text),))
    for written in (as_text(said), as_html(said)):
        assert "PANAMA" not in written
        assert "The airline said on Wednesday" in written


def test_one_thing_with_two_values_stands_once_among_what_is_unchanged():
    told = [
        toll("d1", None, 15, subject="police"),
        toll("d2", None, 31, subject="un"),
        toll("d3", None, 2, noun="boats"),
    ]
    # a count that was raised, whoever raised it
    told += [toll("d0", None, 12, subject="town"), toll("d5", 12, 15, subject="port", at=NOON - timedelta(hours=1))]
    made = view([development("d4")], told=told)
    said = message(made, made.owed, "now", NOON)
    assert said.standing[0].endswith("Unchanged: dead 15 or 31; boats 2")
