"""A mailbox watched on a thread, for the length of a story."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.mailbox.recording import MemoryRecorder
from watcher.config import MailboxConfig
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.limits import Limits

END = 2.0
"""Seconds in which a watch must be over once it was told to end."""


@contextmanager
def watching(
    config: MailboxConfig,
    recorder: MemoryRecorder,
    limits: Limits = Limits(),  # noqa: B008 (frozen)
) -> Iterator[ImapMailbox]:
    """A mailbox watched on a thread, which comes back from errors without delay."""
    mailbox = ImapMailbox(config, recorder, backoff=Backoff(lambda: 0.0), limits=limits)
    thread = threading.Thread(target=mailbox.watch)
    thread.start()
    try:
        yield mailbox
    finally:
        mailbox.close()
        thread.join(END)
        assert not thread.is_alive(), "it does not end in two seconds"
