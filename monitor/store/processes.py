"""Who holds a lease: a process, so named that a later one with the same number is not taken for it."""

from __future__ import annotations

import os
from pathlib import Path


def this_process() -> str:
    """The name of this process: boot, number and start. A container restarts with the same boot and number, never the same start."""
    return f"{_boot()}/{os.getpid()}/{_started(os.getpid())}"


def lives(owner: str) -> bool:
    """Whether the process of this name is still running on this machine, since the same boot."""
    boot, _, rest = owner.rpartition("/")[0].partition("/")
    started = owner.rpartition("/")[2]
    return boot == _boot() and rest.isdigit() and _runs(int(rest)) and started == _started(int(rest))


def _boot() -> str:
    """The kernel's id of this boot; "" where it gives none: then the process's number has to do."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """When a process began, in ticks since boot (field 22 of proc(5) stat; the name before it may hold anything but ends in ")")."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
