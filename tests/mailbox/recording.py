"""A recorder in memory that refuses what must never happen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from watcher.health import MailboxHealth
from watcher.messages.mail import Mail, Place
from watcher.messages.triage import is_candidate

LIMIT = 10.0


@dataclass
class MemoryRecorder:
    """Keeps mails and cursors; ``refuse`` makes recording some of them fail."""

    refuse: Callable[[Mail], Exception | None] = lambda _: None
    mails: list[Mail] = field(default_factory=list)
    cursors: dict[str, Place] = field(default_factory=dict)
    failed: list[tuple[Place, str]] = field(default_factory=list)
    healths: list[MailboxHealth] = field(default_factory=list)
    tries: dict[Place, int] = field(default_factory=dict)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def cursor(self, folder: str) -> Place | None:
        return self.cursors.get(folder)

    def is_candidate(self, header: bytes) -> bool:
        return is_candidate(header, frozenset())

    def record(self, mail: Mail) -> None:
        error = self.refuse(mail)
        if error is not None:
            raise error
        with self.changed:
            assert mail.place not in [known.place for known in self.mails], "a mail was recorded twice"
            self.mails.append(mail)
            self._move(mail.place)
            self.changed.notify_all()

    def pass_over(self, place: Place) -> None:
        with self.changed:
            self._move(place)
            self.changed.notify_all()

    def set_aside(self, place: Place, reason: str) -> bool:
        self.tries[place] = self.tries.get(place, 0) + 1
        if self.tries[place] < 3:
            return False
        with self.changed:
            self.failed.append((place, reason))
            self._move(place)
            self.changed.notify_all()
        return True

    def report(self, health: MailboxHealth) -> None:
        with self.changed:
            self.healths.append(health)
            self.changed.notify_all()

    def _move(self, place: Place) -> None:
        known = self.cursors.get(place.folder)
        assert known is None or known.uidvalidity != place.uidvalidity or known.uid <= place.uid, (
            "the cursor moved back"
        )
        self.cursors[place.folder] = place

    def wait_for(self, condition: Callable[[], bool], limit: float = LIMIT) -> None:
        """Waits until something holds; the clock is a limit, never a measure."""
        with self.changed:
            assert self.changed.wait_for(condition, limit), "it did not happen in time"

    def subjects(self) -> list[str]:
        """What was recorded, by the Subject line of each mail."""
        return [
            line
            for mail in self.mails
            for line in mail.raw.decode("latin-1").split("\r\n")
            if line.startswith("Subject:")
        ]
