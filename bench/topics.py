"""How fast items are matched as topics grow: python -m bench.topics [--items 10000]

Topics of twenty terms over texts of one kilobyte, made from a vocabulary with the frequencies of news (Zipf); the baseline is
what one would write first, a regular expression of alternatives for each topic, in the same run. Aims: 10,000 items a second
at 100 topics on one core, and less than twice slower at 1,000.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from datetime import UTC, datetime

from monitor.model import Item, Topic
from monitor.text.lexicon import Lexicon
from monitor.text.normal import fold
from monitor.topics.match import Matcher

SYLLABLES = "ba ca da fa ga la ma na pa ra sa ta va be ce de le me ne re se te bi ci di li mi ni ri si ti bo co do lo mo no ro so to".split()
#: a topic's words are names, most of which stand in no item of the day: with 1,000 topics an item has about one match
SPECIFIC, SAID = 20_000, 60_000
VOCABULARY, TERMS, SIZE = 300_000, 20, 1_000


def words(count: int, seed: int) -> list[str]:
    """Invented words of two to four syllables, the commonest first and shortest."""
    chance = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        length = 2 if len(found) < 800 else 3 if len(found) < 8_000 else 4 if len(found) < 100_000 else 5
        found["".join(chance.choice(SYLLABLES) for _ in range(length))] = None
    return list(found)


def texts(vocabulary: list[str], count: int, seed: int) -> list[Item]:
    chance = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    drawn = chance.choices(vocabulary, weights, k=count * 200)
    accents = str.maketrans("aeo", "áéó")
    items = []
    for number in range(count):
        row = drawn[number * 200 : (number + 1) * 200]
        body = " ".join(word.translate(accents) if place % 9 == 0 else word for place, word in enumerate(row))[:SIZE]
        title = " ".join(row[:8]).capitalize()
        when = datetime(2026, 1, 1, tzinfo=UTC)
        items.append(
            Item(id=str(number), feed="f", guid="g", url="u", title=title, content=body, language="es", first_seen=when)
        )
    return items


def topics(vocabulary: list[str], count: int, seed: int) -> list[Topic]:
    """Queries as people write them: rare words, prefixes, phrases, a part left out."""
    chance = random.Random(seed)
    rare, common = vocabulary[SPECIFIC:], vocabulary[50:2_000]
    found = []
    for number in range(count):
        terms = chance.sample(rare, TERMS - 4)
        terms = [f"{term}*" if place % 5 == 0 else term for place, term in enumerate(terms)]
        phrases = [f'"{chance.choice(common)} {chance.choice(common)}"' for _ in range(2)]
        query = f"({' OR '.join([*terms, *phrases])}) AND NOT ({' OR '.join(chance.sample(rare, 2))})"
        found.append(Topic(id=f"t{number}", name="", query=query))
    return found


def baseline(wanted: list[Topic], items: list[Item]) -> float:
    """Items a second with one regular expression a topic, over the folded text."""
    patterns = []
    for topic in wanted:
        terms = re.findall(r'"([^"]+)"|([a-z]+\*?)', topic.query)
        alternatives = [
            re.escape(phrase or word.rstrip("*")) + ("" if word.endswith("*") else r"\b") for phrase, word in terms
        ]
        patterns.append(re.compile(r"\b(?:" + "|".join(alternatives) + ")"))
    start = time.perf_counter()
    for item in items:
        text = fold(f"{item.title} {item.content}")
        for pattern in patterns:
            pattern.search(text)
    return len(items) / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    vocabulary = words(VOCABULARY, options.seed)
    items = texts(vocabulary[:SAID], options.items, options.seed)
    print(f"{options.items:,} items of {SIZE:,} characters, topics of {TERMS} terms, seed {options.seed}")
    print(f"{'topics':>7} {'items/s':>9} {'matches/item':>13} {'made in':>9} {'re, items/s':>12}")
    for count in (1, 100, 1_000):
        wanted = topics(vocabulary, count, options.seed)
        start = time.perf_counter()
        matcher = Matcher(wanted, Lexicon())
        made = time.perf_counter() - start
        for item in items[:200]:
            matcher.match(item)
        start = time.perf_counter()
        found = sum(len(matcher.match(item)) for item in items)
        rate = len(items) / (time.perf_counter() - start)
        few = items[: max(20, 20_000 // count // 10)]
        print(
            f"{count:>7,} {rate:>9,.0f} {found / len(items):>13.2f} {made * 1000:>6.0f} ms {baseline(wanted, few):>12,.0f}"
        )


if __name__ == "__main__":
    main()
