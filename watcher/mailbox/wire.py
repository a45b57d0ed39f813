"""IMAPClient, bounded in time and size; all that reaches into its private parts is in this file.

imaplib reads by ``readline`` and ``read`` and lets a subclass replace both. Ours stop at a deadline, where the
library's time-out begins anew with every byte, and at a number of bytes, where the library allocates whatever a
server announces. ``tests/mailbox/test_wire.py`` says which private parts an upgrade of the library has changed.
"""

from __future__ import annotations

import imaplib
import io
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.response_parser import parse_fetch_response
from imapclient.tls import IMAP4_TLS

from watcher.mailbox.limits import COMMAND_BYTES, LITERAL_BYTES, Limits, TooMuchError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of a FETCH by UID, and why the server (or the parser) refused the rest; None where nobody did."""

    rows: Mapping[int, Mapping[bytes, Any]]
    refusal: str | None = None


class _Bounds:
    """What is left of the time and the bytes of the command that runs."""

    def __init__(self, limits: Limits) -> None:
        self.read = limits.read
        self.deadline: float | None = None
        self.bytes_left = COMMAND_BYTES

    def patience(self) -> float:
        """Seconds that the next read may take.

        Raises:
            TimeoutError: none are left.
        """
        if self.deadline is None:
            return self.read
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the server takes too long over one answer")
        return min(self.read, left)

    def took(self, count: int) -> None:
        self.bytes_left -= count
        if self.bytes_left < 0:
            raise TooMuchError("the server answers more than was asked for")


class _Raw(io.RawIOBase):
    """Reads a socket within bounds. ``blocking`` False: only what is there already."""

    def __init__(self, sock: socket.socket, bounds: _Bounds) -> None:
        super().__init__()
        self.sock = sock
        self.blocking = True
        self.at_end = False
        self._bounds = bounds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        patience = self._bounds.patience() if self.blocking else 0.0
        if self.sock.gettimeout() != patience:
            self.sock.settimeout(patience)
        try:
            count = self.sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        self.at_end = count == 0
        self._bounds.took(count)
        return count


class _BoundedReads:
    """Replaces imaplib's reading; the rest of a class that inherits from it is the library's."""

    sock: socket.socket
    abort = imaplib.IMAP4.abort
    _bounds: _Bounds
    _raw: _Raw | None = None
    _buffer: io.BufferedReader

    def reader(self) -> tuple[_Raw, io.BufferedReader]:
        """The reader of today's socket: what was buffered before STARTTLS is forgotten with the socket."""
        if self._raw is None or self._raw.sock is not self.sock:
            self._raw = _Raw(self.sock, self._bounds)
            self._buffer = io.BufferedReader(self._raw, 64 * 1024)
        return self._raw, self._buffer

    def read(self, size: int) -> bytes:
        if size > LITERAL_BYTES or size > self._bounds.bytes_left:
            raise TooMuchError("the server announces more than was asked for")
        _, buffer = self.reader()
        data = buffer.read(size)
        if len(data) < size:
            raise self.abort("socket error: EOF")
        return data

    def readline(self) -> bytes:
        _, buffer = self.reader()
        line = buffer.readline(imaplib._MAXLINE + 1)  # type: ignore[attr-defined]
        if len(line) > imaplib._MAXLINE:  # type: ignore[attr-defined]
            raise TooMuchError("the server sends a line without an end")
        return line

    def has_buffered(self) -> bool:
        """Whether bytes, or the end of the stream, wait where a selector does not see them; never blocks."""
        raw, buffer = self.reader()
        raw.blocking = False
        try:
            return bool(buffer.peek(1)) or raw.at_end
        finally:
            raw.blocking = True


class _Plain(_BoundedReads, IMAP4WithTimeout):  # type: ignore[misc]
    def __init__(self, bounds: _Bounds, host: str, port: int, timeout: float) -> None:
        self._bounds = bounds
        super().__init__(host, port, timeout)


class _Tls(_BoundedReads, IMAP4_TLS):  # type: ignore[misc]
    def __init__(self, bounds: _Bounds, host: str, port: int, context: ssl.SSLContext, timeout: float) -> None:
        self._bounds = bounds
        super().__init__(host, port, context, timeout)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        """As the library's; a server that drips its handshake is cut off too."""
        del timeout
        sock = socket.create_connection((self.host, self.port), self._timeout)
        try:
            with _cut_off(sock, self._timeout):
                return self.ssl_context.wrap_socket(sock, server_hostname=self.host)  # type: ignore[no-any-return]
        except BaseException:
            sock.close()
            raise


class Wire(IMAPClient):  # type: ignore[misc]
    """An IMAP connection that ends by itself where a server takes too long or sends too much.

    Args:
        host: the server.
        port: of the server.
        tls: the context for TLS from the first byte, or None.
        limits: how long things may take.

    Raises:
        OSError, ssl.SSLError, IMAPClientError: as the library raises them.
    """

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None, limits: Limits) -> None:
        self.limits = limits
        self._bounds = _Bounds(limits)
        self._bounds.deadline = time.monotonic() + limits.connect + limits.command
        timeout = SocketTimeout(limits.connect, limits.read)
        super().__init__(host, port, ssl=tls is not None, ssl_context=tls, timeout=timeout)
        self.normalise_times = False
        # The library keeps a copy of every line for debugging: a third of the time, and bodies in memory.
        self._imap.debug = 0

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (the library's name)
        if self.ssl:
            return _Tls(self._bounds, self.host, self.port, self.ssl_context, self.limits.connect)
        return _Plain(self._bounds, self.host, self.port, self.limits.connect)

    @property
    def is_logged_in(self) -> bool:
        """True after a login, and where a server claims so in its greeting (PREAUTH)."""
        return self._imap.state in ("AUTH", "SELECTED")

    @contextmanager
    def within(self, seconds: float | None = None) -> Iterator[None]:
        """Bounds the total time and the bytes of what is read inside; by default as long as a command may take."""
        self._bounds.deadline = time.monotonic() + (self.limits.command if seconds is None else seconds)
        self._bounds.bytes_left = COMMAND_BYTES
        self.socket().settimeout(self.limits.read)
        try:
            yield
        finally:
            self._bounds.deadline = None

    def interrupt(self) -> None:
        """Ends the connection from any thread: whoever reads or waits wakes with an error.

        The descriptor stays open until its own thread closes it; a selector forgets one that is closed, and sleeps on.
        """
        with suppress(OSError):
            # Not the method of SSLSocket, which would have the reader take what is encrypted for plain text.
            socket.socket.shutdown(self.socket(), socket.SHUT_RDWR)

    def hang_up(self) -> None:
        """Closes the connection, on the thread that uses it."""
        self.interrupt()
        with suppress(OSError):
            self.shutdown()

    # -- what a server says without being asked

    def take_moves(self) -> bool:
        """Whether an EXISTS rode on another command's answer since this was last asked; IDLE does not repeat it."""
        _, data = self._imap.response("EXISTS")
        return data not in (None, [None])

    def take_new_uidvalidity(self) -> bool:
        """Whether the server spoke of UIDVALIDITY since this was last asked."""
        _, data = self._imap.response("UIDVALIDITY")
        return data not in (None, [None])

    def forget_untagged(self) -> None:
        """Drops what the server said up to now: the answer to EXAMINE, and what IDLE has told."""
        self._imap.untagged_responses.clear()

    # -- FETCH

    def fetch_rows(self, uid_set: str, items: Sequence[str]) -> Fetched:
        """UID FETCH; what came is kept where the server refuses the rest (RFC 2180 §4.1).

        Raises:
            OSError, imaplib.IMAP4.abort: the connection is gone; TooMuchError where the answer itself was the cause.
        """
        imap = self._imap
        imap.untagged_responses.pop("FETCH", None)
        refusal: str | None = None
        try:
            status, answer = imap.uid("FETCH", uid_set, f"({' '.join(items)})")
            if status != "OK":
                refusal = _text(answer)
        except imaplib.IMAP4.abort as error:
            if isinstance(error.__context__, TooMuchError):  # the library has another word for it
                raise TooMuchError(str(error.__context__)) from error
            raise
        except imaplib.IMAP4.error as error:
            status, answer, refusal = "BAD", [], str(error)
        data = answer if status == "OK" else imap.untagged_responses.pop("FETCH", [])
        try:
            rows = parse_fetch_response(data, normalise_times=False) if data != [None] else {}
        except (IMAPClientError, ValueError, TypeError, IndexError, RecursionError) as error:
            return Fetched({}, f"unreadable ({type(error).__name__})")
        return Fetched(rows, refusal)

    # -- IDLE

    def begin_idle(self) -> tuple[bytes, list[bytes]] | None:
        """Sends IDLE and reads up to the continuation.

        Returns:
            The command's tag and the untagged lines that came before; None where the server refuses to idle.
        """
        imap = self._imap
        tag = imap._command("IDLE")
        lines: list[bytes] = []
        while (line := imap._get_response()) is not None:
            if imap.tagged_commands.get(tag):
                del imap.tagged_commands[tag]
                return None
            lines.append(line)
        return tag, lines

    def next_idle_line(self, tag: bytes) -> bytes | None:
        """One whole response while idling, its literals read; None where the server ended IDLE with OK by itself.

        Raises:
            OSError, imaplib.IMAP4.error: the connection is gone, or the server ended IDLE with an error.
        """
        imap = self._imap
        line: bytes | None = imap._get_response()
        ended = imap.tagged_commands.get(tag)
        if ended is None:
            return line or b""
        del imap.tagged_commands[tag]
        if ended[0] != "OK":
            raise imaplib.IMAP4.abort(f"the server ended IDLE ({ended[0]})")
        return None

    def end_idle(self, tag: bytes) -> list[bytes]:
        """Sends DONE; returns the untagged lines before the answer.

        Raises:
            OSError, imaplib.IMAP4.error: the connection is gone, or the answer is not OK.
        """
        imap = self._imap
        imap.send(b"DONE\r\n")
        lines: list[bytes] = []
        while (line := self.next_idle_line(tag)) is not None:
            lines.append(line)
        return lines

    def has_buffered(self) -> bool:
        """Whether something can be read that a selector does not see; never blocks."""
        return bool(self._imap.has_buffered())


def _text(answer: Sequence[object]) -> str:
    return b" ".join(item for item in answer if isinstance(item, bytes)).decode("ascii", "replace")


@contextmanager
def _cut_off(sock: socket.socket, seconds: float) -> Iterator[None]:
    def cut() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
