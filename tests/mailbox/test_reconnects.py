"""A server that drops a thousand connections costs neither descriptors nor threads."""

from __future__ import annotations

import os
import ssl
import threading
import time
from pathlib import Path

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import ScriptedServer, Session
from tests.servers import Certificates
from watcher.config import MailboxConfig
from watcher.errors import WatcherError
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.credentials import Credential
from watcher.mailbox.imap import ImapMailbox

RECONNECTS = 1000
WARM = 50
"""Connections after which everything that is made once has been made."""
LIMIT = 240.0
STAGES = (b"CAPABILITY", b"LOGIN", b"LIST", b"EXAMINE", b"UID", b"IDLE", b"DONE", b"half a line", b"BYE")


class AtOnce(Backoff):
    """No pause: what is measured here is what a connection leaves behind."""

    def wait_after(self, error: WatcherError) -> float:
        del error
        return 0.0


class Dropping:
    """Drops each connection at another stage; at some numbers it holds it, so that it can be measured."""

    def __init__(self) -> None:
        self.hold_at = WARM
        self.held: Session | None = None
        self.changed = threading.Condition()

    def __call__(self, session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        del arguments
        number = session.server.connections
        if number >= self.hold_at:
            if command == b"IDLE":
                session.send(b"+ idling")
                with self.changed:
                    self.held = session
                    self.changed.notify_all()
                return True
            return False
        stage = STAGES[number % len(STAGES)]
        if stage == b"BYE" and command == b"IDLE":
            session.send(b"+ idling", b"* BYE go")
        elif stage == b"half a line" and command == b"UID":
            session.sock.sendall(b"* SEARCH 1 2")
        elif stage == b"DONE" and command == b"IDLE":
            session.send(b"+ idling", b"* 1 EXISTS")
            return True
        elif stage in (b"UID", b"half a line") and command == b"IDLE":
            session.idle_tag = tag  # a mailbox in which nothing moved is not searched
            session.send(b"+ idling", b"* 1 EXISTS")
            return True
        elif stage not in (command, tag):
            return False
        session.close()
        return True

    def measure(self) -> tuple[int, int]:
        """Descriptors and threads of this process, with the one connection that is held."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.held is not None, LIMIT)
        before = (-1, -1)
        while True:  # threads of the server's that end just now
            time.sleep(0.1)
            now = len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208 (a folder of the kernel)
            if now == before:
                return now
            before = now

    def go_on(self, until: int) -> None:
        with self.changed:
            held, self.held, self.hold_at = self.held, None, until
        assert held is not None
        held.close()


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc")
def test_a_thousand_reconnects_leave_nothing_behind(certificates: Certificates) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    context.num_tickets = 0  # they would cost 40 ms of each connection, waiting for an acknowledgement
    dropping = Dropping()
    with ScriptedServer(dropping, tls=context) as server:
        config = MailboxConfig("home", "localhost", "u1", server.port, ca_file=certificates.ca, folders=("INBOX",))
        mailbox = ImapMailbox(config, MemoryRecorder(), lambda _: Credential("pw1"), backoff=AtOnce())
        thread = threading.Thread(target=mailbox.watch)
        thread.start()
        try:
            first = dropping.measure()
            dropping.go_on(until=WARM + RECONNECTS)
            last = dropping.measure()
        finally:
            mailbox.close()
            thread.join(2.0)
            assert not thread.is_alive()
        assert server.connections >= WARM + RECONNECTS
    assert last[0] <= first[0], f"descriptors grew from {first[0]} to {last[0]}"
    assert last[1] <= first[1], f"threads grew from {first[1]} to {last[1]}"
