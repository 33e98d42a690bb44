"""Which items are one text: reprints, abridged, extended and lightly edited copies.

Two texts are one when at least 80 % of the word 4-grams of the shorter stand in the longer (containment; true reprints share
far too little for Jaccard: design/judgement §1.3). A text joins a group of copies only when that holds for every member, so
that groups never grow by resemblance at second hand (design/findings B). Candidates come from a sample of the 4-grams
(those divisible by eight, and the first dozen of every text); what is compared is complete.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from sys import intern

import numpy as np
import xxhash
from numpy.typing import NDArray

from monitor.stories.reading import Reading
from monitor.text.canonical import canonical
from monitor.text.common import is_common
from monitor.text.normal import fold

Grams = NDArray[np.uint32]

GRAM = 4
CONTAINED = 0.8
#: under one title, with the same numbers, from another feed: an editor went over it
EDITED = 0.65
#: texts with fewer 4-grams than this are too short to be one by their words alone
SHORT = 30
#: the fewest 4-grams that make a text
LEAST = 6
_SAMPLE, _FIRST = 8, 12
_LIVE = re.compile(
    r"\b(live|en vivo|en directo|minuto a minuto|en direct|direct|ao vivo|liveblog|minute par minute|updates?)\b"
)
#: the last part of an article's address: long, of several words or with a number ("/fire-in-valencia", "/article/7654321")
_ARTICLE = re.compile(r"[/=](?=[^/]*(?:-[^/]*-|\d{5}))[^/]{7,}$")
_BUFFER = 128
_NONE: Grams = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True)
class Text:
    """A text as copies remember it: its 4-grams (sorted hashes), its own digest, its title's words and its numbers (sorted), who published it."""

    item: str
    feed: str
    digest: str
    url: str
    title: tuple[str, ...]
    grams: Grams
    sample: Grams
    numbers: tuple[str, ...]
    live: bool
    revision: bool
    at: float


@dataclass(frozen=True, slots=True)
class Copied:
    """What a text is a copy of: the first item of the group, and why; the next most alike text of another group, and how much of it is shared."""

    original: str
    contained: float
    terms: dict[str, float]
    runner_up: str | None = None
    runner_up_contained: float = 0.0


def text_of(reading: Reading) -> Text:
    """What copies need to know of an item."""
    words = [token.folded for token in reading.body.tokens]
    grams, first = _grams(words)
    title = {intern(token.folded) for token in reading.title.tokens if not is_common(token.folded, reading.language)}
    return Text(
        item=reading.item.id,
        feed=reading.item.feed,
        digest=xxhash.xxh3_64_hexdigest(
            " ".join([*(token.folded for token in reading.title.tokens), "|", *words]).encode("utf-8", "replace")
        ),
        url=canonical(reading.item.url),
        title=tuple(sorted(title)),
        grams=grams,
        sample=np.unique(np.concatenate([grams[grams % _SAMPLE == 0], first])),
        numbers=tuple(sorted({intern(word) for word in words if word[0].isdigit()})),
        live=_LIVE.search(fold(reading.item.title)) is not None,
        revision=reading.item.revision_of is not None,
        at=reading.item.at.timestamp(),
    )


@lru_cache(maxsize=30_000)
def _hash(word: str) -> int:
    return xxhash.xxh3_64_intdigest(word.encode("utf-8", "replace"))


def _grams(words: Sequence[str]) -> tuple[Grams, Grams]:
    """Hashes of all 4-grams (sorted, unique), and of the first dozen in the text's order."""
    if len(words) < GRAM:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    hashes = np.array([_hash(word) for word in words], np.uint64)
    mixed = np.zeros(len(words) - GRAM + 1, np.uint64)
    for at in range(GRAM):
        mixed = (mixed * np.uint64(0x9E3779B97F4A7C15)) ^ (hashes[at : len(hashes) - GRAM + 1 + at] >> np.uint64(at))
    short = ((mixed ^ (mixed >> np.uint64(29))) >> np.uint64(16)).astype(np.uint32)
    return np.unique(short), short[:_FIRST]


def containment(one: Grams, two: Grams) -> float:
    """The share of the smaller set that stands in the larger; 0 where one is empty."""
    if not len(one) or not len(two):
        return 0.0
    small, large = (one, two) if len(one) <= len(two) else (two, one)
    at = np.searchsorted(large, small)
    at[at == len(large)] = 0
    return float(np.count_nonzero(large[at] == small)) / len(small)


def is_copy(new: Text, old: Text) -> bool:
    """Whether two texts are one. Titles alone must be the same words; one live blog's own posts need the same text."""
    if new.digest == old.digest:
        return len(new.grams) >= LEAST or new.feed != old.feed
    if new.feed == old.feed and (new.live or old.live):
        return False
    if min(len(new.grams), len(old.grams)) < LEAST:
        return _same_title(new, old)
    shared = containment(new.grams, old.grams)
    if shared < CONTAINED:
        return (
            shared >= EDITED
            and new.title == old.title
            and len(new.title) >= 4
            and new.feed != old.feed
            and _shared(new.numbers, old.numbers) == min(len(new.numbers), len(old.numbers))
        )
    return min(len(new.grams), len(old.grams)) >= SHORT or _short_alike(new, old)


def _one_article(new: Text, old: Text) -> bool:
    """Whether two feeds carry one article: under its own address, which is no section's, whatever each of them quotes of it."""
    return (
        new.url == old.url
        and new.feed != old.feed
        and not (new.live or old.live)
        and _ARTICLE.search(new.url) is not None
    )


def _reasons(new: Text, old: Text) -> dict[str, float]:
    """Shares between 0 and 1 of what two texts have in common, for a person."""
    shares = {
        "contained": containment(new.grams, old.grams),
        "title": _shared(new.title, old.title) / max(1, min(len(new.title), len(old.title))),
        "numbers": _shared(new.numbers, old.numbers) / max(1, min(len(new.numbers), len(old.numbers))),
        "same text": float(new.digest == old.digest),
        "same address": float(new.url == old.url),
    }
    return {name: round(share, 3) for name, share in shares.items() if share}


def _same_title(new: Text, old: Text) -> bool:
    """Bare headlines: the same words, enough of them, from two publishers within two days."""
    same = len(new.title) >= 5 and new.title == old.title
    return (
        same
        and new.feed != old.feed
        and abs(new.at - old.at) < 172_800
        and len(new.grams) < LEAST
        and len(old.grams) < LEAST
    )


def _short_alike(new: Text, old: Text) -> bool:
    """Short texts follow patterns ("Shr 5 cts vs 4 cts"): title and numbers must agree as well."""
    titles = _shared(new.title, old.title) >= 0.5 * min(len(new.title), len(old.title))
    fewer = min(len(new.numbers), len(old.numbers))
    return titles and _shared(new.numbers, old.numbers) >= 0.8 * fewer


def _shared(one: Sequence[str], two: Sequence[str]) -> int:
    return len(set(one).intersection(two))


class CopyIndex:
    """The texts of the last days, and the groups of copies among them."""

    def __init__(self, capacity: int = 1500) -> None:
        self._capacity = capacity
        #: by place: the texts and the first items of their groups; places are given in order and never again
        self._texts: dict[int, Text] = {}
        self._next = 0
        self._group: dict[str, list[int]] = {}
        self._root: dict[int, str] = {}
        self._by_digest: dict[str, int] = {}
        self._by_title: dict[tuple[str, ...], int] = {}
        self._by_url: dict[str, int] = {}
        self._keys = np.empty(0, np.uint32)
        self._owners = np.empty(0, np.int32)
        self._fresh: dict[int, list[int]] = {}
        self._oldest = 0

    def __len__(self) -> int:
        return len(self._texts)

    def original(self, text: Text) -> str | None:
        """The first item of the group whose every member is one text with this, or None. A revision is never a copy."""
        found = self.find(text)
        return found.original if found else None

    def find(self, text: Text) -> Copied | None:
        """The same, with its reasons."""
        if text.revision:
            return None
        at = self._by_url.get(text.url)
        if at is not None and (there := self._texts.get(at)) is not None and _one_article(text, there):
            return self._because(text, at, [])
        candidates = self._candidates(text)
        for at in candidates:
            group = self._group[self._root[at]]
            members = [self._texts[one] for one in group]
            if all(is_copy(text, member) for member in members):
                return self._because(text, at, candidates)
        return None

    def _because(self, text: Text, at: int, candidates: list[int]) -> Copied:
        there = self._texts[at]
        root = self._root[at]
        others = [
            (containment(text.grams, self._texts[one].grams), -one, self._texts[one].item)
            for one in candidates
            if self._root[one] != root
        ]
        best = max(others, default=(0.0, 0, None))
        return Copied(root, containment(text.grams, there.grams), _reasons(text, there), best[2], best[0])

    def add(self, text: Text, original: str | None) -> None:
        """Remembers a text, in the group that `original` began or in one of its own."""
        at, self._next = self._next, self._next + 1
        root = original if original in self._group else text.item
        # what a text is found by is in the index from now on
        self._texts[at] = replace(text, sample=_NONE)
        self._root[at] = root
        self._group.setdefault(root, []).append(at)
        self._by_digest.setdefault(text.digest, at)
        self._by_url.setdefault(text.url, at)
        if len(text.grams) < LEAST and len(text.title) >= 5:
            self._by_title[text.title] = at
        for key in text.sample.tolist():
            self._fresh.setdefault(key, []).append(at)
        if len(self) > self._capacity:
            self._forget()
        if at % _BUFFER == 0:
            self._settle()

    def _candidates(self, text: Text) -> list[int]:
        """Places of texts that share something of the sample, most first."""
        found: Counter[int] = Counter()
        keys = text.sample if len(text.grams) > SHORT else text.grams
        for key in keys.tolist():
            found.update(self._fresh.get(key, ()))
        left, right = np.searchsorted(self._keys, keys, "left"), np.searchsorted(self._keys, keys, "right")
        for first, last in zip(left.tolist(), right.tolist(), strict=True):
            if first < last:
                found.update(self._owners[first:last].tolist())
        for at in (self._by_digest.get(text.digest), self._by_title.get(text.title)):
            if at is not None:
                found[at] += 100
        alive = [(at, shared) for at, shared in found.items() if at in self._texts]
        return [at for at, _ in sorted(alive, key=lambda pair: (-pair[1], pair[0]))[:12]]

    def _settle(self) -> None:
        """Moves fresh keys into the sorted arrays, and drops the keys of forgotten texts."""
        keys = np.array([key for key, owners in self._fresh.items() for _ in owners], np.uint32)
        owners = np.array([at for owners in self._fresh.values() for at in owners], np.int32)
        alive = self._owners >= self._oldest
        keys, owners = np.concatenate([self._keys[alive], keys]), np.concatenate([self._owners[alive], owners])
        order = np.argsort(keys, kind="stable")
        self._keys, self._owners = keys[order], owners[order]
        self._fresh = {}

    def _forget(self) -> None:
        """Forgets the oldest text. Places stay as they are, so that keys need not change."""
        at, self._oldest = self._oldest, self._oldest + 1
        text, root = self._texts.pop(at), self._root.pop(at)
        group = self._group[root]
        group.remove(at)
        if not group:
            del self._group[root]
        if self._by_digest.get(text.digest) == at:
            del self._by_digest[text.digest]
        if self._by_title.get(text.title) == at:
            del self._by_title[text.title]
        if self._by_url.get(text.url) == at:
            del self._by_url[text.url]
