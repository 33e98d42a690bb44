"""The one way out for messages: a sender for each kind of address, behind `Senders`."""

from __future__ import annotations

from monitor.alerts.send.senders import Senders

__all__ = ["Senders"]
