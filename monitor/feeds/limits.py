"""What we allow ourselves and others: made from [fetch] in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from monitor import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """Politeness and safety. `max_body` is in bytes, decoded; `timeout` is for the whole exchange."""

    interval: timedelta = timedelta(minutes=10)
    min_interval: timedelta = timedelta(minutes=5)
    max_interval: timedelta = timedelta(minutes=60)
    timeout: timedelta = timedelta(seconds=20)
    max_body: int = 15_000_000
    per_host: int = 2
    #: between the beginnings of two requests to one host; not on networks that the user opened
    spacing: timedelta = timedelta(seconds=1)
    user_agent: str = f"monitor/{__version__} (news alert)"
    contact: str = ""
    #: CIDRs on private networks that feeds, pages and webhooks may reach
    allow_private: tuple[str, ...] = ()
    proxy: str = ""

    @property
    def agent(self) -> str:
        """The User-Agent header, with a contact when there is one."""
        return f"{self.user_agent} (+{self.contact})" if self.contact else self.user_agent
