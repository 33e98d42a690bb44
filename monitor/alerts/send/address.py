"""A channel's address taken apart, in the syntax that Apprise made common: `scheme://user:password@host:port/target?key=value`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from monitor.errors import SendError


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """The parts of an address, percent-decoded. Any of them may be a secret, so it has no telling repr."""

    scheme: str
    user: str = ""
    password: str = ""
    host: str = ""
    port: int | None = None
    #: the segments of the path, empty ones left out
    path: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    fragment: str = ""

    def __repr__(self) -> str:
        return f"Address({self.scheme}://…)"

    def wants(self, key: str, default: str = "") -> str:
        """A value of the query; the default where it is not given."""
        return self.query.get(key, default)

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no of the query."""
        text = self.query.get(key, "").strip().lower()
        return text in ("1", "true", "yes", "on", "y") if text else default


def parse(url: str) -> Address:
    """Raises `SendError` (permanent, without repeating the address) where it is none."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        raise SendError("the channel's address is not well-formed", permanent=True) from None
    netloc = parts.netloc.rpartition("@")[2]
    try:
        port, host = parts.port, parts.hostname or ""
    except ValueError:  # Telegram's tokens have a colon: tgram://123456:token/chat
        port, host = None, netloc
    else:
        # urlsplit makes the host small, and in several services it is a token; only a name in brackets needs its help.
        host = host if "[" in netloc else netloc.partition(":")[0]
    return Address(
        scheme=parts.scheme.lower(),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=unquote(host),
        port=port,
        path=tuple(unquote(segment) for segment in parts.path.split("/") if segment),
        query={key.lower(): value for key, value in parse_qsl(parts.query, keep_blank_values=True)},
        fragment=unquote(parts.fragment),
    )
