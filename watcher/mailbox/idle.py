"""One round of IDLE (RFC 2177) in which nothing is lost.

A round returns what moved, or nothing at its end, or raises. The library's own ``idle_check`` hides a dead
connection, sleeps over data that is already buffered, and forgets what came before the continuation; all that
reaches into its private parts is in this file.
"""

from __future__ import annotations

import imaplib
import select
import ssl
import time
from collections.abc import Callable

from imapclient import IMAPClient

READ_TIMEOUT = 30.0
JUMP = 60.0
"""Seconds by which the wall clock may run ahead before we take it that the machine slept."""
LOOK = 30.0
"""Seconds between looks at the clock."""

_MOVES = (b" EXISTS", b" EXPUNGE", b" RECENT", b" VANISHED")


def idle_round(client: IMAPClient, seconds: float, wall_clock: Callable[[], float] = time.time) -> bool:
    """Waits until the mailbox moves or the time is over.

    Args:
        client: with a folder selected.
        seconds: the length of the round; the server may close a quiet connection after 29 minutes.
        wall_clock: seconds since the epoch, to notice that the machine slept.

    Returns:
        True when the mailbox moved, or the machine slept: look again.

    Raises:
        OSError, imaplib.IMAP4.error: the connection is gone or the server refuses; connect anew.
    """
    imap = client._imap
    if _moved_before(imap):
        return True
    client.socket().settimeout(READ_TIMEOUT)
    tag = imap._command("IDLE")
    lines: list[bytes] = []
    while (line := imap._get_response()) is not None:
        if imap.tagged_commands.get(tag):
            answer = imap.tagged_commands.pop(tag)
            raise imaplib.IMAP4.error(f"IDLE was refused ({answer[0]})")
        lines.append(line)
    client._idle_tag = tag
    slept = _wait(client, lines, seconds, wall_clock)
    _raise_on_bye(lines)
    client.socket().settimeout(READ_TIMEOUT)
    imap.send(b"DONE\r\n")
    _, more = client._consume_until_tagged_response(tag, "IDLE")
    moved = slept or _has_moved(lines) or any(len(entry) > 1 and entry[1] in (b"EXISTS", b"EXPUNGE") for entry in more)
    imap.untagged_responses.pop("EXISTS", None)
    return moved


def forget_moves(client: IMAPClient) -> None:
    """Drops the EXISTS that answers EXAMINE itself: what comes after it is news, this is not."""
    client._imap.untagged_responses.pop("EXISTS", None)


def _moved_before(imap: imaplib.IMAP4) -> bool:
    """An EXISTS that rode on another command's answer: it is kept aside, and IDLE does not repeat it."""
    _, data = imap.response("EXISTS")
    return data not in (None, [None])


def _wait(client: IMAPClient, lines: list[bytes], seconds: float, wall_clock: Callable[[], float]) -> bool:
    """Collects lines until something moved or the time is over; True when the machine slept meanwhile."""
    sock, imap = client.socket(), client._imap
    end = time.monotonic() + seconds
    offset = wall_clock() - time.monotonic()
    poller = select.poll()
    poller.register(sock.fileno(), select.POLLIN)
    while not _has_moved(lines) and not _is_over(lines):
        if not _buffered(client):
            left = end - time.monotonic()
            if left <= 0:
                return False
            if not poller.poll(min(left, LOOK) * 1000):
                if wall_clock() - time.monotonic() - offset > JUMP:
                    return True
                continue
        sock.settimeout(READ_TIMEOUT)
        lines.append(imap._get_line())
    return False


def _buffered(client: IMAPClient) -> bool:
    """Whether bytes wait between the socket and us, where poll does not see them."""
    sock = client.socket()
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except (ssl.SSLWantReadError, BlockingIOError):
        return False
    finally:
        sock.setblocking(True)


def _has_moved(lines: list[bytes]) -> bool:
    return any(move in line.upper() for line in lines for move in _MOVES)


def _is_over(lines: list[bytes]) -> bool:
    return any(line.upper().startswith((b"* BYE", b"* NO", b"* BAD")) for line in lines)


def _raise_on_bye(lines: list[bytes]) -> None:
    if _is_over(lines):
        raise imaplib.IMAP4.abort("the server ended IDLE")
