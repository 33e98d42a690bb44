"""Real servers of other people, each a process on loopback with a folder of its own, stopped by its own id.

Every one is a command that a package manager brings. Where it is absent, the test that wants it says how to get it, and skips.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

#: seconds until a server must be there; the slowest, Synapse, takes three on an idle machine
PATIENCE = 60.0
#: where Debian keeps the daemons, which is on nobody's PATH but root's
_PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin", "/sbin"])


def command(name: str, install: str) -> str:
    """Where a server is. Skips, saying how to get it, where it is not."""
    found = shutil.which(name, path=_PLACES)
    if found is None:
        pytest.skip(f"{name} is not here: {install}")
    return found


def as_root(name: str) -> None:
    """Skips where a server that wants to be started by root cannot be."""
    if os.geteuid() != 0:
        pytest.skip(f"{name} changes users, so it is started by root only")


def version(*call: str, of: str = "") -> str:
    """What a server says of its version: the first word with a digit and a point after `of`."""
    said = subprocess.run(call, capture_output=True, text=True, check=False, timeout=30)
    words = (said.stdout + said.stderr).partition(of)[2].split() if of else (said.stdout + said.stderr).split()
    return next((word.strip("(),") for word in words if "." in word and any(map(str.isdigit, word))), "?")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A process that listens on `port` of loopback. What it says is in `log`."""

    def __init__(self, call: Sequence[str], port: int, folder: Path, **environment: str) -> None:
        self.call, self.port, self.folder, self.environment = list(call), port, folder, environment
        self.log = folder / f"{Path(call[0]).name}.log"
        self.start()

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.call,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        try:
            until(self._listens, f"{self.call[0]} does not listen on {self.port}; see {self.log}")
        except BaseException:
            self.stop()
            raise

    def _listens(self) -> bool:
        assert self.process.poll() is None, f"{self.call[0]} ended:\n{self.log.read_text(errors='replace')[-3000:]}"
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        """Ends it, and whatever it has started."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """It keeps its connections and answers nobody."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


def until(condition, what: str) -> None:
    """Looks every few milliseconds until it is so: other people's servers call nobody when they are ready."""
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        pause.wait(0.02)


def secret() -> str:
    """A password with characters that addresses must escape."""
    return f"{secrets.token_hex(6)}/@:ñ"
