"""A scripted IMAP server: a thread for each connection, a log of every line, and a place to misbehave."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

Behave = Callable[["Session", bytes, bytes, bytes], bool]
"""Called with session, tag, command and the rest of a line; True when it answered itself."""

HEADER = b"From: order-update@amazon.co.jp\r\nSubject: number %d\r\n\r\n"
BODY = b"From: order-update@amazon.co.jp\r\nSubject: number %d\r\n\r\nhello\r\n"


class Session:
    """One connection of a client."""

    def __init__(self, server: ScriptedServer, sock: socket.socket) -> None:
        self.server = server
        self.sock = sock
        self.lines = sock.makefile("rb")
        self.idle_tag: bytes | None = None

    def send(self, *lines: bytes) -> None:
        """Sends lines in one write."""
        self.sock.sendall(b"".join(line + b"\r\n" for line in lines))

    def go_on_encrypted(self, context: ssl.SSLContext) -> None:
        """What follows STARTTLS."""
        self.lines.close()
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.lines = self.sock.makefile("rb")

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(OSError):
            self.lines.close()
        self.sock.close()


class ScriptedServer:
    """Answers like a small IMAP server with a mailbox of ``uids``, unless ``behave`` does something else.

    Args:
        behave: see :data:`Behave`.
        greeting: the first line, or None for silence.
        capabilities: what CAPABILITY says.
        tls: a context, for TLS from the first byte.
    """

    def __init__(
        self,
        behave: Behave | None = None,
        greeting: bytes | None = b"* OK ready",
        capabilities: bytes = b"IMAP4rev1 IDLE",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.behave = behave
        self.greeting = greeting
        self.capabilities = capabilities
        self.tls = tls
        self.uids: list[int] = []
        self.uidvalidity: int | None = 7
        self.uidnext = True
        self.sizes: dict[int, int] = {}
        self.log: list[bytes] = []
        self.connections = 0
        self.changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.sessions: list[Session] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def __enter__(self) -> ScriptedServer:
        return self

    def __exit__(self, *_: object) -> None:
        # Woken and joined before the descriptor is free: a thread still in accept() would serve the next server.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join(2)
        self._listener.close()
        for session in self.sessions:
            session.close()

    def wait_for(self, condition: Callable[[], bool], limit: float = 10.0) -> None:
        """Waits until something holds of the log or the connections."""
        with self.changed:
            assert self.changed.wait_for(condition, limit), self.commands()

    def commands(self) -> list[str]:
        """The commands received, without tags and arguments."""
        words = [line.split() for line in self.log]
        names = []
        for line in words:
            name = line[1:2] if len(line) > 1 else line
            second = line[2:3] if name == [b"UID"] else []
            names.append(b" ".join([*name, *second]).decode("latin-1").upper())
        return names

    def idlers(self) -> list[Session]:
        return [session for session in self.sessions if session.idle_tag is not None]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self.tls is not None:
                sock = self.tls.wrap_socket(sock, server_side=True)
            session = Session(self, sock)
            with self.changed:
                self.connections += 1
                self.sessions.append(session)
                self.changed.notify_all()
            if self.greeting is not None:
                session.send(self.greeting)
            while line := session.lines.readline():
                with self.changed:
                    self.log.append(line.strip())
                    self.changed.notify_all()
                tag, _, rest = line.strip().partition(b" ")
                command, _, arguments = rest.partition(b" ")
                if self.behave and self.behave(session, tag, command.upper(), arguments):
                    continue
                self._answer(session, tag, command.upper(), arguments)
        except (OSError, ssl.SSLError, ValueError):
            pass

    def _answer(self, session: Session, tag: bytes, command: bytes, arguments: bytes) -> None:
        ok = tag + b" OK done"
        if command == b"CAPABILITY":
            session.send(b"* CAPABILITY " + self.capabilities, ok)
        elif command in (b"SELECT", b"EXAMINE"):
            lines = [b"* %d EXISTS" % len(self.uids)]
            if self.uidvalidity is not None:
                lines.append(b"* OK [UIDVALIDITY %d] x" % self.uidvalidity)
            if self.uidnext:
                lines.append(b"* OK [UIDNEXT %d] x" % (max(self.uids, default=0) + 1))
            session.send(*lines, tag + b" OK [READ-ONLY] done")
        elif command == b"LIST":
            session.send(b'* LIST (\\HasNoChildren) "/" INBOX', ok)
        elif command == b"UID":
            self._uid(session, tag, arguments)
        elif command == b"IDLE":
            session.idle_tag = tag
            session.send(b"+ idling")
            with self.changed:
                self.changed.notify_all()
        elif tag == b"DONE":
            session.send((session.idle_tag or b"*") + b" OK idle done")
            session.idle_tag = None
        elif command == b"LOGOUT":
            session.send(b"* BYE", ok)
            session.close()
        else:
            session.send(*self._status(command, arguments), ok)

    def _status(self, command: bytes, arguments: bytes) -> list[bytes]:
        if command != b"STATUS":
            return []
        name, _, _ = arguments.rpartition(b" (")
        items = [b"UIDVALIDITY %d" % (self.uidvalidity or 0)]
        if self.uidnext:
            items.append(b"UIDNEXT %d" % (max(self.uids, default=0) + 1))
        return [b"* STATUS " + name + b" (" + b" ".join(items) + b")"]

    def _uid(self, session: Session, tag: bytes, arguments: bytes) -> None:
        ok = tag + b" OK done"
        verb, _, rest = arguments.partition(b" ")
        if verb == b"SEARCH":
            found = self.uids
            if rest.startswith(b"UID "):
                found = self.in_set(rest[4:])
            session.send(b"* SEARCH " + b" ".join(b"%d" % uid for uid in found), ok)
            return
        uid_set, _, items = rest.partition(b" ")
        wanted = set(self.in_set(uid_set))
        whole = b"BODY.PEEK[])" in items
        lines = []
        for number, uid in enumerate(self.uids, 1):
            if uid in wanted:
                lines.append(self.row(number, uid, whole))
        session.send(*lines, ok)

    def row(self, number: int, uid: int, whole: bool) -> bytes:
        """One FETCH response: the whole message, or what is asked before."""
        text = (BODY if whole else HEADER) % uid
        key = b"BODY[]" if whole else b"BODY[HEADER.FIELDS (FROM)]"
        date = b'INTERNALDATE "10-Mar-2026 01:00:00 +0000"'
        size = self.sizes.get(uid, len(BODY))
        return b"* %d FETCH (UID %d RFC822.SIZE %d %s %s {%d}\r\n%s)" % (number, uid, size, date, key, len(text), text)

    def in_set(self, uid_set: bytes) -> list[int]:
        """The UIDs of a set that exist; the last one stands for ``*`` and for a range beyond the end."""
        found: list[int] = []
        for item in uid_set.split(b","):
            ends = sorted(max(self.uids, default=0) if end == b"*" else int(end) for end in item.split(b":"))
            found += [uid for uid in self.uids if ends[0] <= uid <= ends[-1]]
        return found
