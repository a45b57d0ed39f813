"""``kill -9`` at random moments of a stream of deliveries: nothing is lost, nothing is said twice.

``KONBINI_KILLS`` tells how many (25), ``KONBINI_SEED`` from which seed (a new one each time, and printed).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.conftest import Scene, wait_for
from tests.crash.ledger import Ledger, check_announcements, ready_mail, strange_mail
from tests.crash.nursery import ROOT, Nursery
from tests.notify.fake_desktop import FakeDesktop
from tests.servers import Dovecot
from watcher.store.delivering import CLAIM

KILLS = int(os.environ.get("KONBINI_KILLS", "25"))
LATER = CLAIM.total_seconds() + 1
COLD = 0.1
"""How many lives begin with starting Python; the others are forked from a process that has imported everything."""
WAITING = 2
"""So many parcels may wait to be announced before the next is delivered; more than three would be one summary."""


class Stream:
    """Deliveries and deaths, with what must be true after each."""

    def __init__(self, scene: Scene, nursery: Nursery, chance: random.Random) -> None:
        self.scene = scene
        self.nursery = nursery
        self.chance = chance
        self.amazon: dict[int, int] = {}
        self.uid = 0
        self.later = 0.0
        self.excused: Counter[int] = Counter()
        self.before = Ledger()

    def deliver(self) -> None:
        """A parcel arrives, unless enough of them wait to be told; now and then a mail of a friend's, too."""
        if len(self.amazon) - len(self.before.said) < WAITING:
            number = len(self.amazon) + 1
            self.uid += 1
            self.amazon[self.uid] = number
            self.scene.deliver(ready_mail(number))
        if self.chance.random() < 0.3:
            self.uid += 1
            self.scene.deliver(strange_mail(self.uid))

    def kill_once(self) -> None:
        """One life, killed at a random moment of its first look or of a delivery."""
        if self.chance.random() < COLD:
            self._kill_cold()
        else:
            life = self.nursery.life(self.scene.config, self.later)
            self._suffer()
            assert life.end(signal.SIGKILL) == -signal.SIGKILL, self.scene.log()
        self._look()

    def _kill_cold(self) -> None:
        command = [sys.executable, "-m", "watcher", "--config", str(self.scene.config), "run"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as life:
            time.sleep(self.chance.uniform(0.3, 1.5))
            assert life.poll() is None
            life.kill()

    def _suffer(self) -> None:
        said = self.scene.ledger().said
        time.sleep(self.chance.uniform(0, 0.4))
        if self.chance.random() < 0.6:
            self.deliver()
            if self.chance.random() < 0.3:  # to the moment of speaking
                end = time.monotonic() + 1.0
                while self.scene.ledger().said == said and time.monotonic() < end:
                    time.sleep(0.001)
            else:
                time.sleep(self.chance.uniform(0, 0.8))

    def _look(self) -> None:
        """What must be true at any moment."""
        now = self.scene.ledger()
        position = now.cursor[1] if now.cursor else 0
        assert list(now.uids) == [uid for uid in self.amazon if uid <= position], "the cursor passed a mail"
        assert len(set(now.shops)) == len(now.shops) == len(now.uids), "a mail without its parcel, or with two"
        assert self.before.said <= now.said
        assert position >= (self.before.cursor[1] if self.before.cursor else 0), "the cursor moved back"
        self.excused.update(now.saying)
        if now.saying:
            self.later += LATER
        self.before = now


def test_kills_at_random_moments(tmp_path: Path, dovecot: Dovecot, desktop: FakeDesktop, nursery: Nursery) -> None:
    seed = int(os.environ.get("KONBINI_SEED", str(random.randrange(10**6))))
    print(f"KONBINI_SEED={seed}")
    scene = Scene(tmp_path / "home", dovecot, desktop)
    stream = Stream(scene, nursery, random.Random(seed))
    try:
        for _ in range(KILLS):
            stream.kill_once()
        life = nursery.life(scene.config, stream.later)
        wait_for(lambda: scene.ledger().said == set(stream.amazon.values()))
        wait_for(lambda: scene.ledger().cursor == scene.place())
        assert life.end(signal.SIGTERM) in (0, -signal.SIGTERM)
        stream._look()
        assert len(scene.ledger().uids) == len(stream.amazon) > 0
        repeated = check_announcements(scene.screen(), desktop.ever_shown, stream.excused, set(stream.amazon.values()))
        print(f"{KILLS} kills, {len(stream.amazon)} parcels, {repeated} reminders replaced")
    except BaseException:
        print(scene.log())
        raise
    finally:
        scene.close()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_at_every_commit(
    tmp_path: Path, dovecot: Dovecot, desktop: FakeDesktop, nursery: Nursery, when: str
) -> None:
    replaced = 0
    for number in range(1, 100):
        desktop.shown.clear()
        desktop.ever_shown.clear()
        scene = Scene(tmp_path / f"{number}", dovecot, desktop, f"{when}-{number}")
        try:
            died, repeated = killed_at(scene, nursery, when, number)
        except BaseException:
            print(f"{when} commit {number}\n{scene.log()}")
            raise
        finally:
            scene.close()
        replaced += repeated
        if not died:
            break
    print(f"{number - 1} commits, {replaced} reminders replaced")
    assert number > 10
    if when == "before":
        assert replaced > 0, "no kill fell between the desktop's answer and the commit: this proves nothing"


def killed_at(scene: Scene, nursery: Nursery, when: str, number: int) -> tuple[bool, int]:
    """A life that kills itself at a commit, and the one after it.

    Returns:
        Whether it came to that commit, and how many reminders were repeated.
    """
    for raw in (ready_mail(1), strange_mail(2), ready_mail(3)):
        scene.deliver(raw)
    life = nursery.life(scene.config, die=(when, number))
    wait_for(lambda: life.status() is not None or scene.ledger().said == {1, 3})
    scene.deliver(ready_mail(4))
    wait_for(lambda: life.status() is not None or scene.ledger().said == {1, 3, 4})
    wait_for(lambda: life.status() is not None or scene.ledger().cursor == scene.place())
    end = life.end(signal.SIGTERM)
    assert end in (0, -signal.SIGKILL)
    left = scene.ledger()
    position = left.cursor[1] if left.cursor else 0
    assert list(left.uids) == [uid for uid in (1, 3, 4) if uid <= position]
    life = nursery.life(scene.config, LATER if left.saying else 0.0)
    wait_for(lambda: scene.ledger().said == {1, 3, 4})
    wait_for(lambda: scene.ledger().cursor == scene.place())
    assert life.end(signal.SIGTERM) in (0, -signal.SIGTERM)  # the latter where it has only begun
    assert (scene.ledger().uids, scene.ledger().shops) == ((1, 3, 4), (1, 3, 4))
    repeated = check_announcements(scene.screen(), scene.desktop.ever_shown, Counter(left.saying), {1, 3, 4})
    return end != 0, repeated
