"""What a site's robots.txt says of its pages (RFC 9309). Feeds are made for programs and are not asked; pages are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from monitor.addresses import host_of
from monitor.errors import FetchError
from monitor.model import Fetched
from monitor.ports import Fetcher

#: RFC 9309 §2.4: a cached copy is not used for longer than a day
KEEP = timedelta(hours=24)
MAX_BYTES = 512_000
#: hosts whose rules are remembered
HOSTS = 2_000


class Robots:
    """Says whether a page may be read by a program of this name."""

    def __init__(self, fetcher: Fetcher, agent: str, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._agent, self._clock = fetcher, agent, clock
        self._rules: dict[str, tuple[datetime, RobotFileParser]] = {}

    async def allow(self, url: str) -> bool:
        """Whether the site allows this page. A site without rules does; one whose rules cannot be had does not (§2.3.1.4)."""
        if not url.startswith(("http://", "https://")) or not host_of(url):
            return False
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        known = self._rules.get(site)
        if known is None or self._clock() - known[0] > KEEP:
            known = (self._clock(), await self._read(site))
            if len(self._rules) >= HOSTS:
                self._rules.pop(next(iter(self._rules)))
            self._rules[site] = known
        # The parser reads "http://site.example#x" and "http://site.example?x" as paths that no rule names.
        return known[1].can_fetch(self._agent, f"{site}{parts.path or '/'}{parts.query and '?' + parts.query}")

    async def _read(self, site: str) -> RobotFileParser:
        rules = RobotFileParser()
        try:
            answer = await self._fetcher.get(f"{site}/robots.txt")
        except FetchError as error:
            unavailable = error.status is not None and 400 <= error.status < 500
            rules.parse([] if unavailable else ["User-agent: *", "Disallow: /"])
            return rules
        body = answer.body[:MAX_BYTES] if isinstance(answer, Fetched) else b""
        rules.parse(body.decode("utf-8", "replace").splitlines())
        return rules
