"""A process that has imported monitor once and forks every daemon and command that the tests start.

Importing takes more than half a second of CPU, which a hundred starts would each pay. What is hatched is a process like any other:
its own pid, memory, signals, files and exit code; only the imports are shared. MONITOR_FRESH=1 starts each one anew instead, as
`make chaos` does, whose figure is the time of a restart.

Run as a program it listens on the socket it is told of, until its stdin ends.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

#: what a daemon or a command imports only when it needs it; most of the tests' do
LATE = ("monitor.web.app", "monitor.feeds.worker", "monitor.alerts.send.mail", "dateparser")


class Process:
    """A hatched process, with what the tests need of `subprocess.Popen`."""

    def __init__(self, connection: socket.socket) -> None:
        self._answers = connection
        self._lines = b""
        self.returncode: int | None = None
        self.pid = int(self._line(30.0) or 0)

    def poll(self) -> int | None:
        """Its exit code (a signal is negative), or None while it runs."""
        if self.returncode is None and (line := self._line(0.0)) is not None:
            self.returncode = int(line)
            self._answers.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            line = self._line(timeout)
            if line is None:
                raise subprocess.TimeoutExpired("monitor", timeout or 0.0)
            self.returncode = int(line)
            self._answers.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _line(self, timeout: float | None) -> bytes | None:
        """The next line that the hatchery says of it; None if it says nothing for so long."""
        while b"\n" not in self._lines:
            if not select.select([self._answers], [], [], timeout)[0]:
                return None
            received = self._answers.recv(64)
            assert received, "the hatchery is gone"
            self._lines += received
        line, _, self._lines = self._lines.partition(b"\n")
        return line


def start(arguments: Sequence[str], *, stdout: Path, stderr: Path, environment: dict[str, str]) -> Any:
    """`monitor ARGUMENTS` as a process, its output appended to files."""
    if os.environ.get("MONITOR_FRESH") == "1":
        command = [sys.executable, "-m", "monitor", *arguments]
        with stdout.open("a") as out, stderr.open("a") as err:
            return subprocess.Popen(command, stdout=out, stderr=err, stdin=subprocess.DEVNULL, env=environment)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(_hatchery())
    order = {"arguments": list(arguments), "files": [os.devnull, str(stdout), str(stderr)], "environment": environment}
    connection.sendall(json.dumps(order | {"folder": str(Path.cwd())}).encode() + b"\n")
    return Process(connection)


@cache
def _hatchery() -> str:
    """The address of this test process's hatchery, which is begun when it is first needed and ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="hatchery-")  # its path is short, as a socket's must be
    address = f"{folder.name}/socket"
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, __file__, address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)
        folder.cleanup()

    atexit.register(end)
    return address


# ── the program ──────────────────────────────────────────────────────────────────────────────────────────────────────


def serve(address: str) -> None:
    """Hatches what it is asked for until stdin ends."""
    from importlib import import_module

    import monitor.cli  # noqa: F401 - this is what it is for

    for name in LATE:
        import_module(name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, _reap)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        while sys.stdin not in (readable := select.select([listener, sys.stdin], [], [])[0]):
            assert readable
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _keep(connection)
                return
            connection.close()


def _reap(_number: int, _frame: object) -> None:
    """Waits for those who ended: their CPU time then counts as ours."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def _keep(connection: socket.socket) -> None:
    """In a process beside the hatched one: says its pid, and how it ended. In the hatched one: becomes what was asked for."""
    order = json.loads(connection.makefile().readline())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        connection.close()
        _become(order)
    else:
        connection.sendall(b"%d\n" % pid)
        _, status = os.waitpid(pid, 0)
        with suppress(OSError):  # the test may be over, and nobody asks any more
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(order: dict[str, Any]) -> None:
    """Runs `monitor` as `python -m monitor` does; its exit is this process's exit."""
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    for number, path in enumerate(order["files"]):
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(file, number)
        os.close(file)
    sys.argv = ["monitor", *order["arguments"]]
    from monitor.cli import main

    main()


if __name__ == "__main__":
    serve(sys.argv[1])
