"""What stories have said, open or packed: the same answers either way."""

from __future__ import annotations

from newsdesk import article, lexicon

from monitor.model import Match
from monitor.stories.facts import statements
from monitor.stories.judge import TopicMemory, judge
from monitor.stories.ledger import Known, Ledger, Memory, joined, pack
from monitor.stories.ledgers import Ledgers
from monitor.stories.novelty import Asked, compare
from monitor.text.reading import read

SAID = (
    "Five people died when the ferry Aurora sank off Carúpano.",
    "The coast guard found the wreck of the Aurora on Monday.",
    "Teachers in Maracaibo went on strike for higher wages.",
)


def known(text: str) -> bytes:
    found = statements(read(text, "en", lexicon()))
    sentences = tuple(Known(text, 0.0, "afp", "en", joined(one.units), news=1.0) for one in found)
    return pack(Memory(text, sentences))


def test_a_story_that_was_packed_knows_what_it_said_and_takes_in_more_without_being_opened():
    kept, whole = Ledgers(most=1), Ledger()
    for story, text in (("ferry", SAID[0]), ("strike", SAID[2]), ("ferry", SAID[1])):
        kept[story] if story == "strike" else None
        kept.take(story, known(text))
        kept.rest()
        if story == "ferry":
            whole.restore(known(text))
    again = statements(read("The ferry Aurora sank and five people died.", "en", lexicon()))
    for ledger in (kept["ferry"], whole):
        assert [one.item for one in ledger.sentences] == [SAID[0], SAID[1]]
    packed, plain = (compare(again[0], Asked(again, [one]), 0) for one in (kept["ferry"], whole))
    assert packed.features == plain.features
    assert packed.features["contained"] > 0.5
    assert (len(kept), "strike" in kept, kept.get("quake")) == (2, True, None)
    kept.forget("ferry")
    assert kept.pop("ferry") is None


def test_rows_of_former_versions_which_have_units_one_by_one_are_read_as_before():
    units = statements(read(SAID[0], "en", lexicon()))[0].units
    old, new = Ledger(), Ledger()
    old.restore(pack(Memory("a", (Known("a", 0.0, "afp", "en", units),))))
    new.restore(pack(Memory("a", (Known("a", 0.0, "afp", "en", joined(units)),))))
    assert old.sentences == new.sentences
    assert old.sentences[0].units == units


def test_many_stories_at_once_say_nothing_again_that_a_packed_ledger_has():
    memory, wanted = TopicMemory("t", lexicon()), Match(topic="t", score=1.0)
    memory.ledgers = Ledgers(most=1)
    told = []
    for round_ in range(2):
        for number, text in enumerate(SAID):
            item = article(10 * round_ + number, text.rstrip("."), f"{text} Nothing else is known, officials said.")
            judgement, _ = judge(memory, item, wanted, item.first_seen)
            told.append([one.text for one in judgement.developments if one.kind != "source"])
    assert all(told[:1])
    assert told[3:] == [[], [], []]
