"""An item, read once: its title and its body as passages, in the language it is really in."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model import Item
from monitor.text.language import detect
from monitor.text.lexicon import Lexicon
from monitor.text.reading import Passage, read


@dataclass(frozen=True, slots=True)
class Reading:
    """What copies, stories and developments all work on."""

    item: Item
    language: str
    title: Passage
    body: Passage


def read_item(item: Item, lexicon: Lexicon) -> Reading:
    """Reads an item's title and body (the longer of content and summary)."""
    language = detect(f"{item.title}. {item.body}"[:4000], item.language)
    return Reading(item, language, read(item.title, language, lexicon), read(item.body, language, lexicon))
