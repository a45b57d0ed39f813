"""How long to wait before the next attempt: by the class of the error, never in step with others."""

from __future__ import annotations

import random
from collections.abc import Callable

from watcher.errors import (
    CredentialError,
    FolderError,
    KeyringError,
    LoginError,
    MissingExtraError,
    ThrottledError,
    WatcherError,
)

FIRST, LONGEST = 1.0, 300.0
PATIENCE = 300.0
REFUSED = 3600.0
LOCKED = 60.0
"""A keyring is unlocked when the person comes to the machine, often soon after a start."""
HEALTHY_AFTER = 60.0
"""Seconds of a good connection after which the next failure counts as the first."""


class Backoff:
    """Counts failures; network errors wait 1 … 300 s with full jitter, refusals an hour, throttling five minutes.

    Args:
        chance: a number from 0 to 1; given in tests.
    """

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._failures = 0
        self._refused_after_success = False

    def succeeded(self, seconds: float) -> None:
        """A connection held this long."""
        if seconds >= HEALTHY_AFTER:
            self._failures = 0
        self._refused_after_success = True

    def wait_after(self, error: WatcherError) -> float:
        """Seconds until the next attempt."""
        self._failures += 1
        if isinstance(error, LoginError) and self._refused_after_success:
            # A server that knew the password a moment ago is more likely to have a hiccup: once.
            self._refused_after_success = False
            return PATIENCE
        if isinstance(error, KeyringError):
            return LOCKED
        if isinstance(error, LoginError | CredentialError | FolderError | MissingExtraError):
            return REFUSED
        if isinstance(error, ThrottledError):
            return PATIENCE * (1 + self._chance())
        ceiling: float = min(LONGEST, FIRST * 2.0 ** min(self._failures - 1, 20))
        return max(FIRST / 2, ceiling * self._chance())
