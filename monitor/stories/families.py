"""Whose house a publisher belongs to: titles of one owner do not confirm one another.

A family that the configuration names stands. Where it names none, the publisher's name and the address's host are looked up in families.tsv;
what is not there is a house of its own.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from monitor.addresses import host_of
from monitor.errors import LexiconError, Problem
from monitor.model import Item
from monitor.text.normal import fold

SHIPPED = Path(__file__).with_name("families.tsv")


@lru_cache(maxsize=4)
def families(path: Path = SHIPPED) -> dict[str, str]:
    """Families by the folded names and by the hosts of their titles. Raises `LexiconError`."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        family, _, titles = line.partition("\t")
        keys = [title if _is_host(title) else fold(title) for title in titles.split("|")]
        if not titles or (twice := [key for key in keys if found.get(key, family) != family]):
            what = (
                f"{twice[0]!r} belongs to {found[twice[0]]!r} already" if titles else "a tab and titles were expected"
            )
            raise LexiconError([Problem(path.name, f"line {number}", what)])
        found.update(dict.fromkeys(keys, family))
    return found


def _is_host(title: str) -> bool:
    return "." in title and " " not in title and title == title.lower()


def house(item: Item) -> str:
    """The family of an item's publisher; the publisher, or the feed, where none is known."""
    if item.family and not _is_host(item.family) and fold(item.family) != fold(item.publisher):
        return item.family
    table = families()
    known = table.get(fold(item.publisher)) or _of_host(item.family) or _of_host(host_of(item.url))
    return known or item.family or item.publisher or item.feed


def _of_host(host: str) -> str:
    """The family of a host, or of the domain that it lies in."""
    parts = host.split(".")
    return next((found for at in range(len(parts) - 1) if (found := families().get(".".join(parts[at:])))), "")
