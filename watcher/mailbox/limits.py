"""How long a server may take, and how much it may send."""

from __future__ import annotations

import imaplib
from dataclasses import dataclass

LITERAL_BYTES = 8 * 1024 * 1024
"""The largest literal that is read; we ask for none above 5 MB."""
COMMAND_BYTES = 48 * 1024 * 1024
"""The most that one command may answer; we ask for 16 MB at most, by the sizes that the server told."""

SLOWEST = 16 * 1024
"""Bytes a second of the slowest line over which mails still come: a mobile contract beyond its volume."""


class TooMuchError(imaplib.IMAP4.abort):
    """A server sends more than is read; the connection is spoilt, and asking the same again ends the same way."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a server may take, in seconds.

    Attributes:
        connect: until TCP and TLS stand.
        read: between two reads.
        command: for the whole answer to one command, the greeting too.
        idle: for the answer to IDLE and to DONE, and for the rest of a line that has begun.
        look: between looks at the clock while nothing happens.
    """

    connect: float = 15.0
    read: float = 30.0
    command: float = 60.0
    idle: float = 30.0
    look: float = 30.0

    def patience(self, size: int) -> float:
        """Seconds that an answer of so many bytes may take; a line on which nothing comes ends it much sooner."""
        return self.command + size / SLOWEST
