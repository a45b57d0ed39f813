"""A real terminal for a command: standard input, output and error are one pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

from tests.fixtures import ROOT

_PATIENCE = 60.0


def on_terminal(home: Path, *arguments: str, types: str = "", **environment: str) -> tuple[int, str]:
    """Runs a command in a home on a terminal of 100 columns, types a line, and returns exit code and screen."""
    ours, theirs = pty.openpty()
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "watcher", *arguments],
        cwd=ROOT,
        env=env | environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        os.write(ours, types.encode())
        screen = b""
        while chunk := _read(ours):
            screen += chunk
        code = process.wait(_PATIENCE)
    os.close(ours)
    return code, screen.decode("utf-8", "replace")


def _read(terminal: int) -> bytes:
    """What the program wrote; nothing once it is gone."""
    ready, _, _ = select.select([terminal], [], [], _PATIENCE)
    assert ready, "the program neither wrote nor ended"
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""
