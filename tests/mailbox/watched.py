"""A mailbox on a thread, against a scripted server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import ScriptedServer
from watcher.config import MailboxConfig
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.idle import WallClock
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.limits import Limits

SHORT = Limits(connect=2, read=2, command=2, idle=2, look=0.05)
POLL = 0.2 / 60
"""Minutes between two polls, where a test waits for some."""


def config(server: ScriptedServer, **changes: object) -> MailboxConfig:
    standard: dict[str, object] = {
        "name": "home",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "u1",
        "security": "plain",
        "password_command": ("printf", "pw1"),
        "folders": ("INBOX",),
    }
    return MailboxConfig(**{**standard, **changes})  # type: ignore[arg-type]


@contextmanager
def watched(
    server: ScriptedServer,
    recorder: MemoryRecorder,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
    wall_clock: WallClock = time.time,
    **changes: object,
) -> Iterator[ImapMailbox]:
    """A mailbox watched on a thread; at the end the thread must be gone within two seconds."""
    mailbox = ImapMailbox(
        config(server, **changes), recorder, backoff=Backoff(lambda: 0.0), limits=limits, wall_clock=wall_clock
    )
    thread = threading.Thread(target=mailbox.watch)
    thread.start()
    try:
        yield mailbox
    finally:
        mailbox.close()
        thread.join(2.0)
        assert not thread.is_alive(), "it does not end in two seconds"


def arrive(server: ScriptedServer, uid: int) -> None:
    """A mail arrives; those who idle are told."""
    server.uids.append(uid)
    for session in server.idlers():
        session.send(b"* %d EXISTS" % len(server.uids))
