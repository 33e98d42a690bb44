"""What travels with a judgement as bytes, so that a restarted process goes on from there without reading a text twice."""

from __future__ import annotations

import zlib
from sys import intern

import msgspec
import numpy as np

from monitor.model import Item
from monitor.stories.copies import Text
from monitor.stories.signature import Signature


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """What travels with a judgement: enough to rebuild the memory without the text."""

    signature: bytes
    feed: str
    digest: str
    url: str
    title: tuple[str, ...]
    grams: bytes
    sample: bytes
    numbers: tuple[str, ...]
    live: bool
    revision: bool
    at: float
    origin: str
    casing: tuple[tuple[str, bool], ...]
    version: bytes
    ledger: bytes
    #: the item that it is a copy of, also where it adds something and was judged for that as a text of its own; "" for none
    copied: str = ""


def keep(
    text: Text,
    signature: Signature,
    origin: str,
    casing: tuple[tuple[str, bool], ...],
    ledger: bytes,
    item: Item,
    copied: str | None = None,
) -> bytes:
    """An item that was judged, with its part of the ledger; `copied` is the item that it is a copy of."""
    return msgspec.msgpack.encode(
        Kept(
            signature=msgspec.msgpack.encode(signature),
            feed=text.feed,
            digest=text.digest,
            url=text.url,
            title=text.title,
            grams=text.grams.tobytes(),
            sample=text.sample.tobytes(),
            numbers=text.numbers,
            live=text.live,
            revision=text.revision,
            at=text.at,
            origin=origin,
            casing=casing,
            version=pack_version(item),
            ledger=ledger,
            copied=copied or "",
        )
    )


def unpack(memory: bytes) -> Kept:
    """What `keep` made."""
    return msgspec.msgpack.decode(memory, type=Kept)


def signature_of(kept: Kept) -> Signature:
    """The signature of an item that was judged."""
    return msgspec.msgpack.decode(kept.signature, type=Signature)


def text_of(kept: Kept, item: str) -> Text:
    """The text of an item that was judged, as copies remember it."""
    return Text(
        item=item,
        feed=kept.feed,
        digest=kept.digest,
        url=kept.url,
        title=tuple(map(intern, sorted(kept.title))),
        grams=np.frombuffer(kept.grams, np.uint32),
        sample=np.frombuffer(kept.sample, np.uint32),
        numbers=tuple(map(intern, sorted(kept.numbers))),
        live=kept.live,
        revision=kept.revision,
        at=kept.at,
    )


def pack_version(item: Item) -> bytes:
    """A version's words, and the version before it, for the next one."""
    return zlib.compress(msgspec.msgpack.encode((item.title, item.body, item.revision_of or "")), 1)


def unpack_version(packed: bytes, identity: str, item: Item) -> tuple[Item, str]:
    """The version `identity` of `item`, as far as a comparison needs it, and the id of the version before it, or ""."""
    title, body, *more = msgspec.msgpack.decode(zlib.decompress(packed), type=tuple[str, ...])
    long = item.body_field == "content"
    version = Item(
        id=identity, feed=item.feed, guid=item.guid, url=item.url, title=title,
        content=body if long else "", summary="" if long else body,
        publisher=item.publisher, family=item.family, language=item.language, published=item.published, first_seen=item.first_seen,
    )  # fmt: skip
    return version, more[0] if more else ""
