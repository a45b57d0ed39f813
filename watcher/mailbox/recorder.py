"""What a mailbox needs from the rest of the program."""

from __future__ import annotations

from typing import Protocol

from watcher.health import MailboxHealth
from watcher.messages.mail import Mail, Place


class Recorder(Protocol):
    """Takes the mails of one mailbox; each call is one short transaction on the mailbox's own thread."""

    def cursor(self, folder: str) -> Place | None:
        """The place of the last recorded message of a folder, or None before the first visit."""

    def is_candidate(self, header: bytes) -> bool:
        """Whether a message with this raw header block is worth fetching whole."""

    def record(self, mail: Mail) -> None:
        """Stores what a mail says and moves the cursor to its place, together or not at all.

        Raises:
            StoreError: nothing was stored and the cursor stands where it stood.
        """

    def pass_over(self, place: Place) -> None:
        """Moves the cursor past messages that are nobody's business."""

    def set_aside(self, place: Place, reason: str) -> bool:
        """Notes a failed attempt at one message.

        Args:
            place: where it lies.
            reason: a word or a class name, without text of the mail.

        Returns:
            True when it was tried often enough: it is recorded as failed and the cursor may pass.
        """

    def report(self, health: MailboxHealth) -> None:
        """Keeps the mailbox's state for ``konbini status``."""
