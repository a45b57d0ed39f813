"""Deliver, copy, move, expunge, kick, restart, change UIDVALIDITY, kill, in any order: the store agrees with the model.

``KONBINI_MODEL_SECONDS`` tells how long stories are told (30), ``KONBINI_SEED`` tells one story again. Each seed is one
story, and stands with its steps in the output of a failure.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

from tests.crash.conftest import wait_for
from tests.crash.nursery import Life, Nursery
from tests.model.household import Household, Stored, stored
from tests.servers import Dovecot

SECONDS = float(os.environ.get("KONBINI_MODEL_SECONDS", "30"))
STEPS = 25
CONFIGURATION = """language = "en"
[store]
path = "{folder}/state/parcels.sqlite3"
[notify]
desktop = false
[[mailbox]]
name = "home"
host = "localhost"
port = {port}
user = "u1"
password_command = ["printf", "pw1"]
ca_file = "{ca}"
folders = ["{first}", "{second}"]
"""
WEIGHTS = {
    "deliver": 6,
    "deliver_strange": 2,
    "copy": 2,
    "move": 3,
    "expunge": 2,
    "kick": 1,
    "change_uidvalidity": 1,
    "make_anew": 0.5,
    "restart_server": 0.3,
    "restart": 1,
    "kill": 2,
    "pause": 2,
    "settle": 1,
}


class Story:
    """One household and its watcher."""

    def __init__(self, folder: Path, dovecot: Dovecot, nursery: Nursery, seed: int) -> None:
        folder.mkdir()
        self.chance = random.Random(seed)
        self.household = Household(dovecot, (f"first-{seed}", f"second-{seed}"), self.chance)
        self.nursery = nursery
        self.life: Life | None = None
        self.config = folder / "config.toml"
        self.store = folder / "state" / "parcels.sqlite3"
        first, second = self.household.folders
        self.config.write_text(
            CONFIGURATION.format(
                folder=folder, port=dovecot.tls_port, ca=dovecot.certificates.ca, first=first, second=second
            )
        )
        self.config.chmod(0o600)

    def tell(self) -> None:
        self.restart()
        for name in self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=STEPS):
            own = getattr(self, name, None)
            (own or getattr(self.household, name))()
            if own:
                self.household.steps.append(name)
            self.check(stored(self.store))
        self.settle()
        self.end(signal.SIGTERM)

    # -- what happens to the watcher

    def restart(self) -> None:
        self.end(signal.SIGTERM)
        self.life = self.nursery.life(self.config)

    def kill(self) -> None:
        """Ends it at any moment, and leaves it dead or starts it again."""
        self.end(signal.SIGKILL)
        if self.chance.random() < 0.7:
            self.life = self.nursery.life(self.config)

    def pause(self) -> None:
        time.sleep(self.chance.uniform(0, 0.5))

    def end(self, number: signal.Signals) -> None:
        if self.life is not None:
            assert self.life.end(number) in (0, -number)
        self.life = None

    # -- what must hold

    def settle(self) -> None:
        """A watcher that has just begun looks at everything; then the store knows all that lies there."""
        self.restart()
        household = self.household
        present = set().union(*(household.present(folder) for folder in household.folders))
        wait_for(lambda: present <= set(stored(self.store).parcels) and self.is_at_the_end())
        household.seen |= present

    def is_at_the_end(self) -> bool:
        """Whether each cursor stands in today's UIDVALIDITY, at or behind the last mail that lies there."""
        cursors = stored(self.store).cursors
        for folder in self.household.folders:
            uidvalidity, highest, ever = self.household.place(folder)
            at = cursors.get(folder)
            if at is None or at[0] != uidvalidity or not highest <= at[1] <= ever:
                return False
        return True

    def check(self, now: Stored) -> None:
        """What must hold at any moment."""
        assert self.household.seen <= set(now.parcels) <= self.household.delivered
        assert set(now.parcels.values()) <= {1}, "a parcel is there twice"
        assert set(now.messages.values()) <= {1}, "a mail is there twice"
        assert len(now.messages) == len(now.parcels)
        assert now.failed == 0, "a mail that went away was given up as broken"


def test_stories(tmp_path: Path, dovecot: Dovecot, nursery: Nursery) -> None:
    """Tells stories until the time is over, at least three."""
    given = os.environ.get("KONBINI_SEED")
    seeds = iter([int(given)]) if given else iter(lambda: random.randrange(10**9), None)
    began, told = time.monotonic(), 0
    for seed in seeds:
        story = Story(tmp_path / str(seed), dovecot, nursery, seed)
        try:
            story.tell()
        except BaseException:
            print(f"KONBINI_SEED={seed}\n" + "\n".join(story.household.steps))
            print(story.config.with_name("daemon.log").read_text("utf-8"))
            raise
        finally:
            nursery.end_last()
        told += 1
        if told >= 3 and time.monotonic() - began > SECONDS:
            break
    print(f"{told} stories of {STEPS} steps")
