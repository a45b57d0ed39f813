"""Runs checks beside each other, each bounded in time; one that breaks or hangs stops no other."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from watcher.doctor.finding import Finding, fail

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Check:
    """One group of findings.

    Attributes:
        name: said where the check itself breaks or hangs.
        look: yields findings as they are made.
        seconds: how long it may take.
        subject: the mailbox it is about, or None.
    """

    name: str
    look: Callable[[], Iterator[Finding]]
    seconds: float = 20.0
    subject: str | None = None


def run_all(checks: Sequence[Check]) -> Iterator[Finding]:
    """Starts all checks at once and yields what they find, in the order of the checks.

    A check that hangs is left behind on a thread that does not keep the process from ending.
    """
    started = time.monotonic()
    lanes = [(check, _start(check)) for check in checks]
    for check, lane in lanes:
        while True:
            try:
                found = lane.get(timeout=max(0.01, started + check.seconds - time.monotonic()))
            except queue.Empty:
                yield fail(75, check.name, "slow", check.subject, seconds=f"{check.seconds:g}")
                break
            if found is None:
                break
            yield found


def _start(check: Check) -> queue.SimpleQueue[Finding | None]:
    lane: queue.SimpleQueue[Finding | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            for finding in check.look():
                lane.put(finding)
        except Exception as error:
            log.debug("the check %s broke", check.name, exc_info=True)
            lane.put(fail(1, check.name, "broken", check.subject, error=type(error).__name__))
        finally:
            lane.put(None)

    threading.Thread(target=run, name=f"check {check.name}", daemon=True).start()
    return lane
