"""Tells the store how a mailbox is doing: at once what changes, seldom that nothing did."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.errors import StoreError, WatcherError
from watcher.health import Connection, MailboxHealth
from watcher.mailbox.recorder import Recorder

log = logging.getLogger(__name__)

FRESH = timedelta(minutes=15)
"""How old ``reached_at`` may be in the store while all is well; an error is stored at once, with the true time."""


class Reporter:
    """The state of one mailbox; used on its thread only.

    Args:
        mailbox: the configured name.
        recorder: keeps it.
    """

    def __init__(self, mailbox: str, recorder: Recorder) -> None:
        self._recorder = recorder
        self._health = MailboxHealth(mailbox, Connection.CONNECTING)
        self._stored: MailboxHealth | None = None
        self._outage = False

    @property
    def is_connected(self) -> bool:
        return self._health.connected_since is not None

    def connected(self, now: datetime, *, uses_idle: bool) -> None:
        """A login was accepted. Raises StoreError."""
        self._health = replace(
            self._health, connection=Connection.WATCHING, connected_since=now, error=None, error_text=None,
            retry_at=None, uses_idle=uses_idle,
        )  # fmt: skip
        self._store()

    def mail(self, now: datetime) -> None:
        """A mail was recorded; stored with the next :meth:`reached`."""
        self._health = replace(self._health, last_mail_at=now)

    def reached(self, now: datetime) -> None:
        """The server answered. Written where anything else changed, the stored time has become old, or an outage ends.

        Raises:
            StoreError: as the store raises it.
        """
        self._health = replace(self._health, connection=Connection.WATCHING, reached_at=now)
        stored = self._stored
        if stored is not None and stored.reached_at is not None and not self._outage:
            same = replace(self._health, reached_at=stored.reached_at) == stored
            if same and now - stored.reached_at < FRESH:
                return
        self._store()
        self._outage = False

    def failed(self, error: WatcherError, now: datetime, wait: float | None) -> None:
        """A connection ended, or none could be had.

        Args:
            wait: seconds until the next attempt; None where none is planned.
        """
        self._outage = True
        self._health = replace(
            self._health,
            connection=Connection.STOPPED if wait is None else Connection.WAITING,
            connected_since=None,
            error=type(error).__name__,
            error_text=str(error),
            retry_at=None if wait is None else now + timedelta(seconds=wait),
        )
        self._store_if_possible()

    def disconnected(self) -> None:
        """There is no connection; said to the store with what comes next."""
        self._health = replace(self._health, connected_since=None)

    def stopped(self) -> None:
        """The watch is over."""
        self._health = replace(self._health, connection=Connection.STOPPED, connected_since=None)
        self._store_if_possible()

    def _store(self) -> None:
        self._recorder.report(self._health)
        self._stored = self._health

    def _store_if_possible(self) -> None:
        try:
            self._store()
        except StoreError as failure:
            log.warning("%s: the store does not take the mailbox's state (%s)", self._health.mailbox, failure)
