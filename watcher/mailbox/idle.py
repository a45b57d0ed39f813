"""One round of IDLE (RFC 2177) in which nothing is lost.

A round says how it ended, or raises. The library's own ``idle_check`` hides a dead connection, sleeps over data that
is already buffered, and forgets what came before the continuation; this one does none of it.
"""

from __future__ import annotations

import imaplib
import selectors
import threading
import time
from collections.abc import Callable
from enum import Enum, auto

from watcher.mailbox.wire import Wire

JUMP = 60.0
"""Seconds by which a clock may run ahead before we take it that the machine slept."""
TOO_SHORT = 60.0
"""Seconds before which a server that ends IDLE by itself is not served again at once."""

_MOVES = (b" EXISTS", b" RECENT")
_ENDS = (b"* BYE", b"* NO", b"* BAD")

WallClock = Callable[[], float]
"""Seconds since the epoch."""


class Wake(Enum):
    """How a wait ended: the folder MOVED, the time was over (QUIET), the machine SLEPT (whatever we knew about the
    connection is old), or the server REFUSED to idle just now."""

    MOVED = auto()
    QUIET = auto()
    SLEPT = auto()
    REFUSED = auto()


def idle_round(client: Wire, seconds: float, nap: Nap) -> Wake:
    """Waits until the selected folder moves or the time is over.

    Args:
        client: with a folder selected.
        seconds: the length of the round; the server may close a quiet connection after 29 minutes.
        nap: notices that the machine slept.

    Raises:
        OSError, imaplib.IMAP4.error: the connection is gone; connect anew.
    """
    if client.take_moves():
        return Wake.MOVED
    with client.within(client.limits.idle):
        begun = client.begin_idle()
    if begun is None:
        return Wake.REFUSED
    tag, lines = begun
    started = time.monotonic()
    wake = _wait(client, tag, lines, seconds, nap)
    if wake is Wake.SLEPT:
        return wake
    if wake is None:
        if time.monotonic() - started < min(seconds, TOO_SHORT):
            raise imaplib.IMAP4.abort("the server ended IDLE at once")
        wake = Wake.QUIET
    else:
        _raise_on_end(lines)
        with client.within(client.limits.idle):
            lines += client.end_idle(tag)
    moved = _has_moved(lines)
    client.forget_untagged()
    return Wake.MOVED if moved else wake


def wait_quietly(stop: threading.Event, seconds: float, look: float, nap: Nap) -> Wake:
    """Waits without a connection's help until ``stop`` is set or the time is over.

    Args:
        stop: ends the wait.
        seconds: how long to wait.
        look: seconds between looks at the clock.
        nap: notices that the machine slept.

    Returns:
        QUIET or SLEPT.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        asked, began = min(left, look), time.monotonic()
        if stop.wait(asked):
            return Wake.QUIET
        if nap.slept(began, asked):
            return Wake.SLEPT
    return Wake.QUIET


class Nap:
    """Notices that the machine slept since this was made or last asked.

    A monotonic clock stands still while Linux and macOS sleep, and runs on while Windows does; so the wall clock is
    compared with it, and a wait with what was asked for.

    Args:
        wall_clock: seconds since the epoch.
    """

    def __init__(self, wall_clock: WallClock = time.time) -> None:
        self._wall_clock = wall_clock
        self._offset = wall_clock() - time.monotonic()

    def slept(self, began: float, asked: float) -> bool:
        """Whether it slept.

        Args:
            began: by the monotonic clock, when a wait began that is over now.
            asked: how long it should have lasted, in seconds.
        """
        now = time.monotonic()
        offset = self._wall_clock() - now
        slept = offset - self._offset > JUMP or now - began > asked + JUMP
        self._offset = offset if slept else min(offset, self._offset)
        return slept


def _wait(client: Wire, tag: bytes, lines: list[bytes], seconds: float, nap: Nap) -> Wake | None:
    """Collects lines until something moved or the time is over; None where the server ended IDLE by itself."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(client.socket(), selectors.EVENT_READ)
        while not _has_moved(lines) and not _is_over(lines):
            if not client.has_buffered():
                left = end - time.monotonic()
                if left <= 0:
                    return Wake.QUIET
                asked, began = min(left, client.limits.look), time.monotonic()
                selector.select(asked)
                if nap.slept(began, asked):
                    return Wake.SLEPT
                continue
            with client.within(client.limits.idle):
                line = client.next_idle_line(tag)
            if line is None:
                return None
            lines.append(line)
    return Wake.MOVED


def _has_moved(lines: list[bytes]) -> bool:
    return any(move in line.upper() for line in lines for move in _MOVES)


def _is_over(lines: list[bytes]) -> bool:
    return any(line.upper().startswith(_ENDS) for line in lines)


def _raise_on_end(lines: list[bytes]) -> None:
    if _is_over(lines):
        raise imaplib.IMAP4.abort("the server ended IDLE")
