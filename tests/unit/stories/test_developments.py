"""What an article adds to its story: only what is new, with its proof."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

from newsdesk import START, Desk, article, lexicon

from monitor.model import Kind
from monitor.stories.developments import Context, diff
from monitor.stories.ledger import Ledger
from monitor.stories.reading import read_item

REWORDED = Path(__file__).parents[2] / "corpus" / "reworded.jsonl"

CLAIM = (
    "Venezuela's president said on Monday that 5,000 Igla-S missiles were in place. "
    "About 4,500 US Marines and sailors are aboard warships in the Caribbean, the Pentagon said."
)
STRIKE = "US forces destroyed a boat off La Guaira on Tuesday night, killing five people, the defence secretary said."


def test_the_first_report_opens_the_story_with_its_strongest_sentence():
    said = Desk().read("US forces strike boat off La Guaira, killing five", STRIKE)
    assert [one.kind for one in said] == [Kind.NEW_STORY]
    assert said[0].importance >= 0.65


def test_every_development_stands_in_its_article_where_it_says():
    desk = Desk()
    text = f"{CLAIM} {STRIKE}"
    for one in desk.read("Missiles and Marines", text):
        assert text[one.span.start : one.span.end] == one.text
        assert one.span.field == "content"


def test_a_headline_without_a_text_is_its_own_evidence():
    said = Desk().read("US forces strike boat off La Guaira, killing five", "")
    assert [(one.kind, one.span.field) for one in said] == [(Kind.NEW_STORY, "title")]


def test_the_same_article_twice_adds_nothing():
    desk = Desk()
    desk.read("US forces strike boat", STRIKE)
    assert desk.read("US forces strike boat", STRIKE) == []


def test_an_article_in_other_words_or_another_language_is_silent():
    rows = [json.loads(line) for line in REWORDED.read_text(encoding="utf-8").splitlines()]
    spoke = 0
    for row in rows:
        desk = Desk()
        desk.read(row["title"], row["text"], row["language"])
        spoke += bool(desk.read(row["again_title"], row["again"], row["again_language"]))
    assert len(rows) == 40
    assert spoke <= 2


def test_a_changed_toll_names_old_and_new():
    desk = Desk()
    desk.read(
        "Bus falls into ravine, 14 dead",
        "A bus fell into a ravine in northern Honduras on Saturday, killing 14 people, the fire service said.",
    )
    (said,) = desk.read(
        "Death toll in Honduras bus crash rises to 17",
        "The death toll from the bus crash in northern Honduras has risen to 17, the fire service said on Sunday.",
    )
    assert (said.kind, said.old, said.new) == (Kind.FIGURE, 14, 17)
    assert said.importance >= 0.65


def test_a_changed_toll_in_another_language_names_old_and_new():
    desk = Desk()
    desk.read(
        "Bus falls into ravine, 14 dead",
        "A bus fell into a ravine in northern Honduras on Saturday, killing 14 people, the fire service said.",
    )
    (said,) = desk.read(
        "Suben a 17 los muertos en Honduras",
        "El número de muertos por el accidente del autobús en Honduras subió a 17, informaron los bomberos el domingo.",
        "es",
    )
    assert (said.kind, said.old, said.new) == (Kind.FIGURE, 14, 17)


def test_the_figure_of_another_class_replaces_nothing():
    desk = Desk()
    desk.read("Missiles ready", CLAIM)
    said = desk.read(
        "Brazil sends soldiers",
        "Brazil sent 120 soldiers to its border post at Pacaraima on Friday, the army said in Brasília.",
    )
    assert all(one.old is None for one in said)


def test_a_correction_is_one():
    desk = Desk()
    desk.read(
        "Shipment leaves",
        "The relief shipment that left Bridgetown on Tuesday carries 84 tonnes of rice, the organisers said.",
    )
    said = desk.read(
        "Shipment weighs less",
        "Correction: the relief shipment from Bridgetown weighed 78 tonnes, not the 84 announced, the organisers said on Friday.",
    )
    assert [(one.kind, one.old, one.new) for one in said] == [(Kind.CORRECTION, 84, 78)]


def test_a_denial_is_a_change_of_status():
    desk = Desk()
    desk.read(
        "Army boat shot at",
        "A Guyanese army boat came under fire from Venezuelan troops on the Cuyuni River on Friday, the army said.",
    )
    said = desk.read(
        "Venezuela denies firing on boat",
        "Venezuela on Friday denied that its troops had opened fire on a Guyanese army boat on the Cuyuni River.",
    )
    assert [one.kind for one in said] == [Kind.STATUS]
    assert said[0].status == "denied"
    assert said[0].importance >= 0.65


def test_a_quotation_is_told_once_whatever_its_language():
    desk = Desk()
    first = (
        "The minister of transport spoke on Tuesday. "
        "“An airline that runs from a rumour loses its place at our gates,” the transport minister said."
    )
    again = (
        "El ministro de Transporte habló el martes. "
        "«La aerolínea que huye de un rumor pierde su puesto en nuestras puertas», dijo el ministro de Transporte."
    )
    assert desk.read("Minister warns airlines", first)
    assert desk.read("Ministro advierte a las aerolíneas", again, "es") == []


def test_background_and_boilerplate_are_not_news():
    desk = Desk()
    desk.read("US forces strike boat", STRIKE)
    text = (
        f"{STRIKE} Venezuela bought its first boats of this kind more than fifteen years ago. "
        "The Treasury did not immediately respond to a request for comment. Subscribe to our newsletter."
    )
    assert desk.read("US strike kills five off Venezuela", text) == []


def test_a_second_origin_is_counted_and_not_told():
    desk = Desk()
    desk.read("US forces strike boat", STRIKE)
    desk.read("US strike on boat", STRIKE, publisher="Another Paper")
    assert [one.kind for one in desk.last.developments] == [Kind.SOURCE]


def test_reading_is_pure_and_adding_twice_changes_nothing():
    ledger = Ledger()
    reading = read_item(article(1, "Missiles", CLAIM), lexicon())
    context = Context(topic="t", story="st", new_story=True, origin="a", now=START)
    first, second = diff(reading, ledger, context, lexicon()), diff(reading, ledger, context, lexicon())
    assert first == second
    assert len(ledger) == 0
    ledger.add(first)
    size = len(ledger)
    ledger.add(first)
    assert len(ledger) == size > 0


def test_a_restored_ledger_knows_what_the_old_one_knew():
    desk = Desk()
    desk.read("Missiles", CLAIM)
    restored = Ledger()
    for item in desk.ledger.items:
        restored.restore(desk.ledger.dump(item))
    reading = read_item(article(2, "Strike", f"{CLAIM} {STRIKE}"), lexicon())
    context = Context(topic="t", story="st", new_story=False, origin="b", now=START + timedelta(hours=2))
    assert diff(reading, restored, context, lexicon()) == diff(reading, desk.ledger, context, lexicon())


def test_what_a_neighbouring_story_said_is_no_news_either():
    desk = Desk()
    desk.read("US forces strike boat", STRIKE)
    reading = read_item(article(5, "Boat strike kills five", STRIKE), lexicon())
    context = Context(topic="t", story="other", new_story=False, origin="b", neighbours=(desk.ledger,), now=START)
    assert [
        one for one in diff(reading, Ledger(), context, lexicon()).developments if one.kind is not Kind.SOURCE
    ] == []


def test_a_story_that_wakes_after_a_week_interrupts():
    desk = Desk()
    desk.read("Army boat shot at", "A Guyanese army boat came under fire on the Cuyuni River on Friday, the army said.")
    desk.number = 24 * 9
    said = desk.read(
        "Guyana to ask world court for measures",
        "Guyana said on Monday it would ask the International Court of Justice for urgent measures over the Cuyuni shooting.",
    )
    assert said[0].importance >= 0.65
    assert said[0].terms["silent_days"] >= 7


def test_a_copy_says_nothing_but_what_was_put_in():
    desk = Desk()
    desk.read("US forces strike boat", STRIKE)
    assert desk.read("US forces strike boat", STRIKE, is_copy=True) == []
    more = f"{STRIKE} Trinidad and Tobago's foreign ministry on Wednesday asked Washington for an explanation of the attack."
    assert all("Trinidad" in one.text for one in desk.read("US forces strike boat", more, is_copy=True))
