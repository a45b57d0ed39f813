"""A conversation with the program over a pseudo-terminal: wait for words on the screen, then type."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path

from tests.fixtures import ROOT

PATIENCE = 90.0


class Dialogue:
    """One run of the program; ``screen`` is all that it wrote, without line breaks."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self._process = process
        self._terminal = terminal
        self._read_to = 0
        self.screen = ""

    def until(self, words: str) -> str:
        """Waits for words that were not waited for before; returns what stood before them."""
        ends = time.monotonic() + PATIENCE
        while (at := self.screen.find(words, self._read_to)) < 0:
            assert self._more(ends), f"{words!r} never came:\n{self.screen}"
        before = self.screen[self._read_to : at]
        self._read_to = at + len(words)
        return before

    def answer(self, question: str, text: str) -> None:
        """Waits for a question and types the answer."""
        self.until(question)
        os.write(self._terminal, f"{text}\n".encode())

    def interrupt(self) -> int:
        """Ctrl-C until it ends, as a person would: one that comes just before the program reads can go unseen."""
        ends = time.monotonic() + PATIENCE
        open_ = True
        while open_:
            assert time.monotonic() < ends, f"Ctrl-C ends nothing:\n{self.screen}"
            with contextlib.suppress(OSError):
                os.write(self._terminal, b"\x03")
            while open_ and select.select([self._terminal], [], [], 0.5)[0]:
                open_ = self._more(ends)
        return self._process.wait(PATIENCE)

    def end(self) -> int:
        """Waits for the end and returns the exit code."""
        ends = time.monotonic() + PATIENCE
        while self._more(ends):
            pass
        return self._process.wait(PATIENCE)

    def _more(self, ends: float) -> bool:
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, ends - time.monotonic()))
        assert ready, f"the program is silent:\n{self.screen}"
        try:
            found = os.read(self._terminal, 65536)
        except OSError:  # the other side is closed
            return False
        self.screen += found.decode("utf-8", "replace").replace("\r", "").replace("\n", "")
        return bool(found)


@contextmanager
def dialogue(home: Path, *arguments: str, columns: int = 160, **environment: str) -> Iterator[Dialogue]:
    """The program in a home of its own, without keyring and desktop."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", **environment}
    process = subprocess.Popen(
        ["setsid", "--ctty", "env", "--default-signal=INT", sys.executable, "-W", "error", "-m", "watcher", *arguments],
        cwd=ROOT,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        yield Dialogue(process, ours)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        os.close(ours)
