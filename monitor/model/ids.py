"""Short ids that are hashes of what they identify, so that doing a thing twice is doing it once."""

from __future__ import annotations

from hashlib import blake2b

Language = str  # "en", "es", "fr", "pt", "nl"; "" where unknown


def make_id(prefix: str, *parts: object) -> str:
    """A short id, e.g. `st_9f2c01ab44de`: the hash of its parts, the same in every process."""
    digest = blake2b("\x1f".join(str(part) for part in parts).encode("utf-8", "surrogatepass"), digest_size=6)
    return f"{prefix}_{digest.hexdigest()}"
