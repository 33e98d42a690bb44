"""The three steps, and the only place that knows the order of things.

    check_feed     fetch → parse → sift → match → record        in parallel, a feed each
    update_topic   pending items → judge → decide → record      one at a time per topic
    deliver        due alerts → send → record                   in parallel, a target each

Each loads what it needs, computes with pure functions and records once, in one short transaction. No transaction is open
while the network is awaited. Every step may be run again after a crash: what it records is idempotent.
"""

from __future__ import annotations

from monitor.pipeline.checking import (
    Matches,
    Pages,
    Parser,
    check_feed,
    look_again,
    read_feed,
    read_in_full,
    take_push,
    unchanged,
)
from monitor.pipeline.delivering import LEASE, coalesce_stale, deliver, hold_back
from monitor.pipeline.subscribing import Hubs, ask_hub, record_push
from monitor.pipeline.updating import (
    MEMORY,
    Desk,
    adjusted,
    decide_topic,
    remember,
    update_topic,
    view,
)
from monitor.pipeline.watching import watch_for_silence, watch_for_spikes, watch_topic

__all__ = [
    "LEASE",
    "MEMORY",
    "Desk",
    "Hubs",
    "Matches",
    "Pages",
    "Parser",
    "adjusted",
    "ask_hub",
    "check_feed",
    "coalesce_stale",
    "decide_topic",
    "deliver",
    "hold_back",
    "look_again",
    "read_feed",
    "read_in_full",
    "record_push",
    "remember",
    "take_push",
    "unchanged",
    "update_topic",
    "view",
    "watch_for_silence",
    "watch_for_spikes",
    "watch_topic",
]
