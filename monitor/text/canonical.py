"""One address for one article: without tracking parameters, AMP and mobile variants (RFC 3986 §6.2, and what publishers add)."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|igshid|yclid|_ga|_gl|ref|ref_src|ref_url|referrer|source|cmpid|cmp|ocid|ncid|"
    r"ns_.*|at_.*|xtor|ito|smid|src|partner|rss|feed|output|outputtype|amp|spm|s_cid|ftag|sr_share|taid|guccounter|guce_.*|hs.*|mkt_tok|oly_.*|vero_.*|wt_.*|wickedid|itm_.*|campaign|cid|mod|tpcc|xid|sh)$",
    re.IGNORECASE,
)
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp(?:\.html)?)/?$|^/amp(?=/)", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(?:www|m|mobile|amp|movil|wap)\.(?=.+\..+)")

# An address with nothing to leave out: host and path, as most are.
_SIMPLE = re.compile(r"https?://([a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+)((?:/[A-Za-z0-9_.~%-]+)*)/?", re.ASCII)


def readable(url: str) -> str:
    """`url` as a reader is sent to it: without tracking parameters and fragment, and otherwise as the publisher gave it."""
    if _SIMPLE.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    if parts.scheme not in ("http", "https") or not parts.query:
        return urlunsplit(parts._replace(fragment=""))
    query = urlencode(
        [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(key)]
    )
    return urlunsplit(parts._replace(query=query, fragment=""))


def canonical(url: str) -> str:
    """`url` in the form in which two addresses of one article are equal. Anything that is not http(s) is returned as it is."""
    if (simple := _SIMPLE.fullmatch(url)) and "amp" not in simple[2]:
        return f"https://{_HOST_PREFIX.sub('', simple[1])}{simple[2]}"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url.strip()
    host = _HOST_PREFIX.sub("", parts.hostname.lower())
    if port and port not in (80, 443):
        host = f"{host}:{port}"
    query = urlencode(
        sorted(
            (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(key)
        )
    )
    path = _AMP_PATH.sub("", parts.path).rstrip("/")
    return urlunsplit(("https", host, path, query, ""))
