"""Shows which items are placed worst, and what wrong placements have in common. Titles are printed, never kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.stories_baselines import words
from monitor.model import Item

DAY = 86_400


@dataclass(frozen=True)
class Wrong:
    """An item in the wrong company. `p` and `r`: its own BCubed precision and recall."""

    item: Item
    story: str
    p: float
    r: float
    #: the story that most of its company belongs to, the clusters its own story lies in
    among: str
    parts: int

    @property
    def f1(self) -> float:
        return 2 * self.p * self.r / (self.p + self.r)


def wrong(items: Sequence[Item], gold: Mapping[str, str], grouped: Mapping[str, str]) -> list[Wrong]:
    """Every labelled item that is not exactly with its own, the worst first."""
    of_story, of_cluster = defaultdict(set), defaultdict(set)
    for item, story in gold.items():
        of_story[story].add(item)
        of_cluster[grouped[item]].add(item)
    found = []
    for item in items:
        if item.id not in gold:
            continue
        mine, put = of_story[gold[item.id]], of_cluster[grouped[item.id]]
        if mine != put:
            both = len(mine & put)
            among = Counter(gold[one] for one in sorted(put)).most_common(1)[0][0]
            parts = len({grouped[one] for one in mine})
            found.append(Wrong(item, gold[item.id], both / len(put), both / len(mine), among, parts))
    return sorted(found, key=lambda one: (one.f1, one.item.id))


def traits(one: Wrong, items: Mapping[str, Item], gold: Mapping[str, str]) -> list[str]:
    """What is remarkable about a wrong item."""
    mates = [items[other] for other, story in gold.items() if story == one.story and other != one.item.id]
    said = {"in another story" if one.among != one.story else "with strangers" if one.p < 1 else "apart from its own"}
    before = [mate for mate in mates if mate.first_seen < one.item.first_seen]
    if not before:
        said.add("the first of its story")
    elif min((one.item.first_seen - mate.first_seen).total_seconds() for mate in before) > DAY:
        said.add("a day or more after the last of its story")
    if mates and not any(mate.language == one.item.language for mate in mates):
        said.add("the only one in its language")
    title = words(one.item.title, one.item.language).keys()
    alike = [mate for mate in mates if len(title & words(mate.title, mate.language).keys()) >= 2]
    if not alike:
        said.add("no two words of its title in any other of its story")
    return sorted(said)


def show(items: Sequence[Item], gold: Mapping[str, str], grouped: Mapping[str, str], most: int) -> None:
    """Prints the worst items, which stories flow together or fall apart, and what wrong items share."""
    found, known = wrong(items, gold, grouped), {item.id: item for item in items}
    print(f"  {len(found)} items not exactly with their own; the worst:")
    for one in found[:most]:
        where = f"in {one.among}" if one.among != one.story else f"one of {one.parts} parts"
        print(
            f"    {one.f1:.2f} {one.item.id:<12} {one.item.language:<2} {one.story:<14} {where:<22} {one.item.title[:90]}"
        )
    common = Counter(trait for one in found for trait in traits(one, known, gold))
    for trait, count in common.most_common():
        print(f"    {count:>4} {trait}")
    flows = Counter((one.story, one.among) for one in found if one.among != one.story)
    print("    stories of which most items went into another:", end=" ")
    print("; ".join(f"{story} → {among} ({n})" for (story, among), n in flows.most_common(8)) or "none")
    falls = Counter({one.story: one.parts for one in found if one.parts > 1})
    print("    stories in most parts:", "; ".join(f"{story} {n}" for story, n in falls.most_common(8)) or "none")
