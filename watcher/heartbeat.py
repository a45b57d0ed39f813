"""Whether a thread makes progress: it says how long it may be silent, and somebody else looks at the clock.

Imports nothing of this project.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class Heartbeat:
    """The last sign of life of one thread; beaten by that thread, looked at by another.

    Args:
        clock: seconds that only grow and stand still while the machine sleeps.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._silent_until = float("inf")

    def beat(self, seconds: float) -> None:
        """A sign of life; the next one comes within so many seconds."""
        self._silent_until = self._clock() + seconds

    @property
    def overdue(self) -> bool:
        """Whether the thread was silent for longer than it said; False before its first sign."""
        return self._clock() > self._silent_until
