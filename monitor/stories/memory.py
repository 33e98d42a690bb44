"""One topic's memory: its texts, its stories, what each has said. In memory, bounded, rebuilt from the store after a restart.

`place` decides what an item is: another version, a copy, part of a story, or a new one. It knows nothing of developments;
`judge` asks for those and hands the memory what they left. Everything that is needed to go on after a restart travels as
bytes with each judgement (`pack`), so that no text is read twice.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo

from monitor.model import Asleep, Item, Moved, Remembered, make_id
from monitor.stories import kept as kepts
from monitor.stories.casing import Casing, observed
from monitor.stories.cluster import SMALL, Clusterer, Move, Placement, Scored, Weights, load_weights
from monitor.stories.copies import Copied, CopyIndex, Text, text_of
from monitor.stories.embedded import Embedding
from monitor.stories.heads import second_head
from monitor.stories.kept import Kept
from monitor.stories.ledger import Ledger
from monitor.stories.ledgers import Ledgers
from monitor.stories.novelty import Models
from monitor.stories.origins import origin_of
from monitor.stories.reading import Reading, read_item
from monitor.stories.signature import Signature, sign
from monitor.stories.sleeping import ALIKE, MOST, Sleepers, fallen_asleep, keys_of
from monitor.stories.story import Member, Story
from monitor.text.lexicon import Lexicon

#: stories kept at most, and how long a story sleeps before it is forgotten (seconds)
STORIES, SLEEP = 600, 45 * 86_400.0
#: stories awake at most, and items of theirs, where those that fall asleep can be found again (`Sleepers`)
AWAKE, AWAKE_ITEMS = 120, 400
#: a story without news for so long is asleep: an item that joins it wakes it
ASLEEP = 5 * 86_400.0
#: items whose text is kept for the next version of it
VERSIONS = 400
#: versions of one item that a new one is compared with
BEFORE = 6
#: after how many items a story that changed is looked at again (design/findings B: repair is the largest single gain)
PATIENCE = 12
#: a small story is looked at again and again while it had news within this time (seconds)
RECENT = 3 * 86_400.0


@dataclass(frozen=True, slots=True)
class Placed:
    """What an item turned out to be. `slept`: days for which its story had been silent, if it was asleep."""

    story: str
    new: bool
    copied: Copied | None
    origin: str
    text: Text
    signature: Signature
    casing: tuple[tuple[str, bool], ...]
    considered: tuple[Scored, ...] = ()
    slept: float = 0.0
    moves: tuple[Move, ...] = ()

    @property
    def copy_of(self) -> str | None:
        """The item that it is a copy of."""
        return self.copied.original if self.copied else None


class TopicMemory:
    """The texts, stories and ledgers of one topic."""

    def __init__(
        self,
        topic: str,
        lexicon: Lexicon,
        weights: Weights | None = None,
        *,
        zone: tzinfo = UTC,
        sleepers: Sleepers | None = None,
        embedding: Embedding | None = None,
        models: Models | None = None,
    ) -> None:
        self.topic = topic
        #: what says how new a sentence is, where it is not what is shipped
        self.models = models
        #: where the reader's days begin
        self.zone = zone
        self.lexicon = lexicon
        self._sleepers = sleepers
        #: story → when it was judged upon last, as a number that grows; what was only looked at has none
        self._touched: dict[str, int] = {}
        self._touches = 0
        self.copies = CopyIndex()
        self.casing = Casing()
        self.clusterer = Clusterer(weights or load_weights(), embedding=embedding)
        self.ledgers = Ledgers()
        #: item → story, item → origin: of items whose story is still remembered
        self._where: dict[str, str] = {}
        self._origins: dict[str, str] = {}
        #: copy → the item that it is a copy of
        self._copied: dict[str, str] = {}
        self._versions: OrderedDict[str, bytes] = OrderedDict()
        self._waiting: OrderedDict[str, int] = OrderedDict()

    # ── asking ──

    def ledger(self, story: str) -> Ledger:
        """What a story has said so far."""
        return self.ledgers[story]

    def said(self, story: str, item: str) -> Ledger | None:
        """What a story has said so far, also if it sleeps; `item` is one of its items. None where that is forgotten."""
        if story not in self.ledgers:
            self._home(item)
        return self.ledgers.get(story)

    def story_of(self, item: str) -> str | None:
        """The story an item is in, if it is remembered."""
        return self._where.get(item)

    def versions(self, item: Item) -> tuple[Reading, ...]:
        """The last versions of an item before this one, oldest first, read again; () where there is none or they are forgotten."""
        found: list[Reading] = []
        at = item.revision_of or ""
        while (packed := self._versions.get(at)) is not None and len(found) < BEFORE:
            version, at = kepts.unpack_version(packed, at, item)
            found.append(read_item(version, self.lexicon))
        return tuple(reversed(found))

    def neighbours(self, placed: Placed, within: float = 2.0) -> tuple[Ledger, ...]:
        """Ledgers of the stories that were nearly chosen: what they said is known too (design/findings A7)."""
        least = self.clusterer.weights.join - within
        near = [one.story.id for one in placed.considered if one.story.id != placed.story and one.score >= least]
        # What was said while two stories were one, both have said.
        parted = sorted(next(iter(pair - {placed.story})) for pair in self.clusterer.apart if placed.story in pair)
        return tuple(self.ledgers[story] for story in (*near[:2], *parted) if story in self.ledgers)

    # ── placing ──

    def place(self, reading: Reading) -> Placed:
        """Decides what an item is and puts it there."""
        item = reading.item
        casing = (*observed(reading.title), *observed(reading.body))
        self.casing.learn(casing)
        text = text_of(reading)
        signature = self._signed(reading)
        copied = self.copies.find(text)
        original = copied.original if copied else None
        home = self._home(original or item.revision_of)
        # One text has one origin, whoever of those who print it says so.
        origin = self._origins.get(original or "") or origin_of(reading)
        if original is not None:
            self._copied[item.id] = original
        placement, slept, moves = self.arrive(signature, home, copy=original is not None)
        self.copies.add(text, original)
        self._note(item, origin)
        where = self._where[item.id]
        new = placement.new and where == placement.story.id
        return Placed(where, new, copied, origin, text, signature, casing, placement.considered, slept, moves)

    def _signed(self, reading: Reading) -> Signature:
        signature, embedding = sign(reading, self.casing, self.lexicon), self.clusterer.embedding
        return replace(signature, sense=embedding.sense(reading)) if embedding else signature

    def arrive(
        self, signature: Signature, home: str | None = None, *, copy: bool = False
    ) -> tuple[Placement, float, tuple[Move, ...]]:
        """Puts an item into `home`, or where it belongs; what that repaired. The middle number: for how many days its story had slept."""
        self.clusterer.tidy()
        placement, slept = self._put(signature, home, copy=copy)
        self._where[signature.item] = placement.story.id
        self._touch(placement.story.id)
        return placement, slept, self._repair(placement)

    def _put(self, signature: Signature, home: str | None, *, copy: bool) -> tuple[Placement, float]:
        if home is not None and copy:
            story = self.clusterer.stories[home]
            slept = _slept(story.updated, signature.at)
            story.reprint(signature)
            return Placement(story, new=False, considered=()), slept
        member = self.clusterer.member(signature)
        if home is not None:
            slept = _slept(self.clusterer.stories[home].updated, signature.at)
            return Placement(self.clusterer.put(member, home), new=False, considered=()), slept
        considered = self._consider(member)
        best = considered[0] if considered and considered[0].score >= self.clusterer.weights.join else None
        slept = _slept(best.story.updated, signature.at) if best else 0.0
        target = best.story.id if best else make_id("st", self.topic, signature.item)
        return Placement(self.clusterer.put(member, target), new=best is None, considered=tuple(considered)), slept

    def _home(self, item: str | None) -> str | None:
        """The story that an item is in, woken if it sleeps; None where there is none."""
        if item is None:
            return None
        if item not in self._where and self._sleepers:
            self.wake(self._sleepers.holding(item))
        return self._where.get(item)

    def _consider(self, member: Member) -> list[Scored]:
        """Every candidate with its score, best first; where none of them is good enough, sleepers that are alike are woken and asked too."""
        considered = self.clusterer.consider(member)
        if not self._sleepers or (considered and considered[0].score >= self.clusterer.weights.join):
            return considered
        rows = self._sleepers.alike(keys_of(member, self.clusterer.idf), ALIKE, MOST, self.clusterer.stories.keys())
        woken = [self.clusterer.score(member, self.clusterer.stories[story]) for story in self.wake(rows)]
        return sorted([*considered, *woken], key=lambda one: (-one.score, one.story.number))

    def _note(self, item: Item, origin: str) -> None:
        self._origins[item.id] = origin
        self._remember_version(item.id, kepts.pack_version(item))

    def _remember_version(self, item: str, version: bytes) -> None:
        self._versions[item] = version
        if len(self._versions) > VERSIONS:
            self._versions.popitem(last=False)

    def _touch(self, story: str) -> None:
        self._touched[story] = self._touches = self._touches + 1

    # ── repair, forgetting ──

    def _repair(self, placement: Placement) -> tuple[Move, ...]:
        """Joins two stories that this item makes one, then looks again at one story that changed some items ago."""
        moves = [move for move in (self.clusterer.agree(placement.considered),) if move]
        story = moves[0].target if moves else placement.story.id
        self._waiting.setdefault(story, self.clusterer.seen)
        oldest = next(iter(self._waiting))
        if self._waiting[oldest] + PATIENCE <= self.clusterer.seen:
            del self._waiting[oldest]
            move = self.clusterer.reconsider(oldest)
            moves.extend([move] if move else [])
            again = self.clusterer.stories.get(oldest)
            if again is not None and again.size <= SMALL and again.updated > placement.story.updated - RECENT:
                self._waiting[oldest] = self.clusterer.seen
        for move in moves:
            self._moved(move)
        moves.extend(self._part(story))
        self._forget(placement.story.updated)
        return tuple(moves)

    def _part(self, story: str) -> Iterator[Move]:
        """Parts a story that grew two heads: members with their copies, and what each of them said."""
        whole = self.clusterer.stories.get(story)
        head = second_head(self.clusterer, whole) if whole else frozenset()
        if not whole or not head:
            return
        items = {item for item in whole.items if self._copied.get(item, item) in head or item in head}
        move = self.clusterer.part(story, items, make_id("st", self.topic, "split", *sorted(items)))
        ledger = self.ledgers.pop(story) or Ledger()
        for item in ledger.items:
            self.ledgers.take(move.target if item in items else story, ledger.dump(item))
        self._where.update(dict.fromkeys(items, move.target))
        self._touch(move.target)
        yield move

    def _moved(self, move: Move) -> None:
        for item in move.items:
            self._where[item] = move.target
        ledger = self.ledgers.pop(move.source)
        if ledger is not None:
            for item in ledger.items:
                self.ledgers.take(move.target, ledger.dump(item))
        self._waiting.pop(move.source, None)
        self._touched[move.target] = max(self._touched.get(move.target, 0), self._touched.pop(move.source, 0))

    def _forget(self, now: float) -> None:
        """Lets go of what has slept too long, or of the longest silent story when there are too many: where none can be found again."""
        stories = self.clusterer.stories
        if self._sleepers or (len(stories) <= STORIES and self.clusterer.seen % 100):
            return
        gone = [story.id for story in stories.values() if story.updated < now - SLEEP]
        if len(stories) - len(gone) > STORIES:
            oldest = sorted(stories.values(), key=lambda story: (story.updated, story.number))
            gone = [story.id for story in oldest[: len(stories) - STORIES + STORIES // 20]]
        for story in gone:
            self._let_go(story)

    def _let_go(self, story: str) -> Story:
        gone = self.clusterer.drop(story)
        for item in gone.items:
            self._where.pop(item, None)
            self._origins.pop(item, None)
            self._copied.pop(item, None)
        self.ledgers.forget(story)
        for kept in (self._waiting, self._touched):
            kept.pop(story, None)
        return gone

    def fall_asleep(self) -> tuple[Asleep, ...]:
        """Lets go of the stories that were touched longest ago, while there are too many, or too many items in them.

        What is returned must be kept with what was judged, in one transaction: by it they are found again.
        """
        stories, fell = self.clusterer.stories, []
        oldest = sorted(stories.values(), key=lambda story: (self._touched.get(story.id, 0), story.number))
        for story in oldest[:-1]:
            if len(stories) <= AWAKE and len(self._where) <= AWAKE_ITEMS:
                break
            fell.append(fallen_asleep(self._let_go(story.id), self.clusterer.idf))
        return tuple(fell)

    # ── an editor's hand ──

    def keep_apart(self, edits: Iterable[Moved]) -> None:
        """Honours what editors did, and what was parted, as a rule for what comes. The effect is in the rows: no act is done again."""
        for moved in edits:
            if moved.by != "parted":
                self.clusterer.handled |= {moved.source, moved.target}
            if moved.by in ("split", "parted") and moved.source != moved.target:
                self.clusterer.apart.add(frozenset((moved.source, moved.target)))
            elif moved.by == "merge":
                self.clusterer.apart.discard(frozenset((moved.source, moved.target)))

    # ── a restart ──

    def pack(self, placed: Placed, ledger: bytes, item: Item) -> bytes:
        """What a restarted process needs of this item."""
        return kepts.keep(placed.text, placed.signature, placed.origin, placed.casing, ledger, item, placed.copy_of)

    def restore(self, rows: Iterable[Remembered], edits: Sequence[Moved] = ()) -> None:
        """Rebuilds the memory from what was stored, oldest first; `edits` are rules, in the names that stories have now."""
        for row in rows:
            if row.memory:
                self._restore(row, kepts.unpack(row.memory))
        self.keep_apart(edits)

    def wake(self, rows: Iterable[Remembered]) -> list[str]:
        """Takes sleeping stories back, with all that they said; their ids. What was counted once is not counted again."""
        awake, woken = frozenset(self.clusterer.stories), dict[str, None]()
        for row in rows:
            if row.memory and row.story not in awake:
                kept = kepts.unpack(row.memory)
                self._seat(row, kept, kepts.signature_of(kept), learn=False)
                woken[row.story] = None
        return list(woken)

    def _restore(self, row: Remembered, kept: Kept) -> None:
        self.clusterer.tidy()
        self.casing.learn(kept.casing)
        self.copies.add(kepts.text_of(kept, row.item), _original(row, kept))
        self._remember_version(row.item, kept.version)
        self._seat(row, kept, kepts.signature_of(kept), learn=True)
        self._touch(row.story)

    def _seat(self, row: Remembered, kept: Kept, signature: Signature, *, learn: bool) -> None:
        """An item in its story, as it was when it was judged."""
        original = _original(row, kept)
        if original and row.story in self.clusterer.stories:
            self.clusterer.stories[row.story].reprint(signature)
        else:
            self.clusterer.put(self.clusterer.member(signature, learn=learn), row.story)
        self._where[row.item], self._origins[row.item] = row.story, kept.origin
        if original:
            self._copied[row.item] = original
        self.ledgers.take(row.story, kept.ledger)


def _original(row: Remembered, kept: Kept) -> str | None:
    """What an item is a copy of: its judgement says so only where it adds nothing, and rows of earlier versions know no more."""
    return kept.copied or row.copy_of


def _slept(updated: float, at: float) -> float:
    return (at - updated) / 86_400.0 if at - updated > ASLEEP else 0.0
