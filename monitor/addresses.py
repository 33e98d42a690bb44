"""Which addresses untrusted text may reach: public ones, and the private networks that the user allowed.

Python's `is_global` is not enough: it calls multicast, 6to4, NAT64 and site-local addresses global (measured on 3.11), and an IPv6
address may carry an IPv4 one inside. The list is design/trust's row 1; each entry is a registry's special-purpose block
(IANA IPv4/IPv6 Special-Purpose Address Registries, RFC 6890).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from monitor.errors import RefusedError

MAX_URL = 2_048
PORTS = frozenset({80, 443, 8000, 8008, 8080, 8443})
_DENIED = tuple(
    ip_network(block)
    for block in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 "
        "192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 "
        "::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 "
        "3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8"
    ).split()
)
_NO_PART = re.compile(r"[\x00-\x20\\\x7f]")
_NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*", re.ASCII)
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def networks(blocks: Iterable[str]) -> tuple[Network, ...]:
    """CIDRs as networks. Raises ValueError."""
    return tuple(ip_network(block, strict=False) for block in blocks)


def is_allowed(address: str, allowed: Iterable[Network] = ()) -> bool:
    """Whether a connection to this IP address may be made. Addresses inside `allowed` may, whatever they are."""
    ip = _address(address)
    if ip is None:
        return False
    if is_own(address, allowed):
        return True
    denied = any(ip.version == network.version and ip in network for network in _DENIED)
    return ip.is_global and not denied and not ip.is_multicast and not ip.is_reserved


@lru_cache(maxsize=8_192)
def _address(text: str) -> Address | None:
    """The IP address that `text` is, an IPv4 one where IPv6 only wraps it; None where it is none."""
    try:
        ip = ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    return ip.ipv4_mapped if isinstance(ip, IPv6Address) and ip.ipv4_mapped else ip


@lru_cache(maxsize=8_192)
def host_of(url: str) -> str:
    """The host that an address names, without "www."; "" where it names none, or is none. Never raises."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # "http://[::1": whoever goes on with it is refused by `check_url`
        return ""


def check_url(url: str, allowed: Iterable[Network] = ()) -> None:
    """Refuses an address that no feed has a reason to name. Raises `RefusedError`.

    What its host name leads to is checked again when the connection is made (`is_connectable`).
    """
    if len(url) > MAX_URL or _NO_PART.search(url):
        raise RefusedError(url, "refused: the address is too long, or has blanks, control characters or a backslash")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise RefusedError(url, "refused: not a well-formed address") from None
    if parts.scheme not in ("http", "https"):
        raise RefusedError(url, f"refused: only http and https are fetched, not {parts.scheme or 'nothing'!r}")
    if not host or "@" in parts.netloc:
        raise RefusedError(url, "refused: the address has no host, or carries credentials")
    opened = tuple(allowed)
    _check_host(url, host, opened)
    # A network that the user opened is open on all ports: where a name leads to is known at the connection.
    if port is not None and port not in PORTS and not opened:
        raise RefusedError(url, f"refused: port {port} is not a web server's")


def is_connectable(address: str, port: int, allowed: Iterable[Network] = ()) -> bool:
    """Whether a connection to this IP address and port may be made: the last check, on what is really connected to."""
    opened = tuple(allowed)
    return is_allowed(address, opened) and (port in PORTS or is_own(address, opened))


def is_own(address: str, allowed: Iterable[Network]) -> bool:
    """Whether an IP address lies in a network that the user opened."""
    return _is_own(address, tuple(allowed))


@lru_cache(maxsize=8_192)
def _is_own(address: str, allowed: tuple[Network, ...]) -> bool:
    ip = _address(address)
    return ip is not None and any(ip.version == network.version and ip in network for network in allowed)


def _check_host(url: str, host: str, allowed: tuple[Network, ...]) -> None:
    foreign = "" if host.isascii() else host
    if "%" in host or any(c > "\x7f" and unicodedata.normalize("NFKC", c).isascii() for c in foreign):
        raise RefusedError(url, "refused: the host is written so that programs read it differently")  # ①②⑦, ⓐ, %31
    # A last label that is a number makes an IPv4 address of the whole (WHATWG URL §3.5): 2130706433, 127.1, 0x7f.1.
    # Programs disagree on what such an address is, so only the plain form is one.
    if ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        if not is_allowed(host, allowed):
            raise RefusedError(url, "refused: a private or special address (see fetch.allow_private)")
    elif not _encodable(host):
        raise RefusedError(url, "refused: the host's name cannot be encoded")


def _encodable(host: str) -> bool:
    try:
        return bool(host.isascii() or host.encode("idna"))
    except UnicodeError:
        return False
