"""What one channel did with one reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one channel did with one reminder.

    Attributes:
        tries: how often it failed.
        sent_at: when it took it, aware; None while it did not.
        failed_at: when it first failed, aware.
        next_at: when to try again, aware; None when it took it or was given up.
        error: the last error's sentence.
    """

    tries: int = 0
    sent_at: datetime | None = None
    failed_at: datetime | None = None
    next_at: datetime | None = None
    error: str | None = None
