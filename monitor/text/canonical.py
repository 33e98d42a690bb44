"""One address for one article: without tracking, AMP and mobile variants, and out of what aggregators wrap it in (RFC 3986 §6.2)."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from urllib.parse import SplitResult, parse_qs, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(utm_.*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|mc_[ce]id|igshid|yclid|_ga|_gl|ref|ref_src|ref_url|referrer|source|cmpid|cmp|ocid|ncid|"
    r"ns_.*|at_.*|xtor|ito|smid|src|partner|rss|feed|output|outputtype|amp|spm|s_cid|ftag|sr_share|taid|guccounter|guce_.*|hs.*|mkt_tok|oly_.*|vero_.*|wt_.*|wickedid|itm_.*|campaign|cid|mod|tpcc|xid|sh)$",
    re.IGNORECASE,
)
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?|\.amp(?:\.html)?)/?$|^/amp(?=/)", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(?:www|m|mobile|amp|movil|wap)\.(?=.+\..+)")

# Who wraps other publishers' addresses: a glance that spares the others the work
_WRAPPERS = re.compile(
    r"^https?://(?:[^/]*\.)?(?:google|bing|yahoo|facebook|ampproject|bing-amp|linkedin|vk|flipboard|getpocket|umblr|reddit|duckduckgo)\.",
    re.IGNORECASE,
)
#: parameters in which redirectors carry an address; only one that is an address counts
_CARRIERS = ("url", "u", "q", "to", "z", "uddg", "ru")
#: google.com/amp/s/…, cdn.ampproject.org/c/s/…, bing.com/amp/s/…: "s" says https
_AMP_CACHE = re.compile(r"^/(?:amp|[acvi])/(s/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+/.*)$", re.IGNORECASE)
_YAHOO = re.compile(r"/RU=([^/]+)/")
_GOOGLE_NEWS = re.compile(r"/(?:articles|read)/(CBM[\w-]+=*)")
_INSIDE = re.compile(rb"https?://[\x21-\x7e]+")

# An address with nothing to leave out: host and path, as most are.
_SIMPLE = re.compile(r"https?://([a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+)((?:/[A-Za-z0-9_.~%-]+)*)/?", re.ASCII)


def readable(url: str) -> str:
    """`url` as a reader is sent to it: the publisher's own, without tracking parameters and fragment."""
    url = unwrapped(url)
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
    url = unwrapped(url)
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


def unwrapped(url: str) -> str:
    """The publisher's address inside an aggregator's or an AMP cache's, where it can be read off; else `url`. Nothing is fetched.

    Google News wrote addresses into its own until 2024; what it writes now only its servers can resolve.
    """
    if not _WRAPPERS.match(url):
        return url
    try:
        inner = _inside(urlsplit(url.strip()))
        return inner if inner and "." in (urlsplit(inner).hostname or "") else url
    except ValueError:
        return url


def _inside(parts: SplitResult) -> str:
    """The address that another carries, or ""."""
    if cached := _AMP_CACHE.match(parts.path):
        return f"http{'s' if cached[1] else ''}://{cached[2]}{f'?{parts.query}' if parts.query else ''}"
    if yahoo := _YAHOO.search(parts.path):
        return _address(unquote(yahoo[1]))
    if google := _GOOGLE_NEWS.search(parts.path):
        return _encoded(google[1])
    carried = parse_qs(parts.query)
    return next((found for key in _CARRIERS for value in carried.get(key, ()) if (found := _address(value))), "")


def _address(text: str) -> str:
    return text if text.startswith(("http://", "https://")) else ""


def _encoded(token: str) -> str:
    """The address in a token of Google News: base64 of a small message with the address in it, if it is one of the old ones."""
    try:
        found = _INSIDE.search(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    except NotBase64:
        return ""
    return found[0].decode("ascii") if found else ""
