"""Starts lives of the watcher (see :mod:`tests.crash.life`) and ends them."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
LIMIT = 60.0
"""Seconds; how long a test waits for what must happen soon, on a busy machine."""


class Life:
    """One process of the watcher."""

    def __init__(self, pid: int, answers: queue.Queue[int]) -> None:
        self.pid = pid
        self._answers = answers
        self._status: int | None = None

    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it lives."""
        if self._status is None:
            with contextlib.suppress(queue.Empty):
                self._status = self._answers.get_nowait()
        return self._status

    def end(self, number: signal.Signals) -> int:
        """Sends a signal, unless it is over already, and waits for the end."""
        if self.status() is None:
            os.kill(self.pid, number)  # not reaped before its status is read: the id is still its own
            self._status = self._answers.get(timeout=LIMIT)
        assert self._status is not None
        return self._status


class Nursery:
    """A process that has imported the watcher and forks a life at each call."""

    def __init__(self) -> None:
        command = [sys.executable, "-W", "error", "-m", "tests.crash.life"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answers: queue.Queue[int] = queue.Queue()
        self._last: Life | None = None
        threading.Thread(target=self._listen, daemon=True).start()

    def life(self, config: Path, later: float = 0.0, die: tuple[str, int] | None = None) -> Life:
        """A new life. One that a failed test left behind is ended first."""
        self.end_last()
        assert self._process.stdin is not None
        asked = {
            "config": str(config),
            "bus": os.environ.get("DBUS_SESSION_BUS_ADDRESS", ""),
            "later": later,
            "die": die,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        self._last = Life(self._answers.get(timeout=LIMIT), self._answers)
        return self._last

    def end_last(self) -> None:
        """Kills the last life if it is not over."""
        if self._last is not None:
            self._last.end(signal.SIGKILL)

    def close(self) -> None:
        self.end_last()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(LIMIT)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._answers.put(int(line))
