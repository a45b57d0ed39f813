"""A message as it lies in a mailbox, before it is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies (RFC 9051 §2.3.1.1); a folder's cursor is the place of its last recorded message.

    Attributes:
        mailbox: the configured name of the mailbox; ``import`` for files.
        folder: the folder's name as the server gives it, decoded; the path for files.
        uidvalidity: 0 where the server gives none, and for files.
        uid: the message's UID; 0 stands before the first message.
    """

    mailbox: str
    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Mail:
    """One fetched message: its untouched bytes, its place, and INTERNALDATE (aware) or None."""

    raw: bytes
    place: Place
    received_at: datetime | None = None
