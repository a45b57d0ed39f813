"""How long the command line takes, as a person feels it: ratios to bare imports in the same run.

    python -m benchmarks.cli [RUNS [PARCELS]]

Each command runs in turn with its reference, so that a machine whose speed drifts slows both, and the medians of
the ratios are told. The store holds invented parcels (:mod:`benchmarks.tick` makes them): thirty wait, the others
were collected long ago; in the store called "all wait" there are 1,000, and each of them waits. The last line
compares a list over PARCELS (1,000,000 unless told otherwise) with one over 1,000.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import update

from benchmarks.tick import fill
from watcher.assembly import rules_of
from watcher.config import Config, StoreConfig
from watcher.store import rules_query
from watcher.store.engine import open_engine, write_transaction
from watcher.store.migrate import upgrade
from watcher.store.tables import parcel

PYTHON = sys.executable
KONBINI = str(Path(PYTHON).with_name("konbini"))
CLICK = (PYTHON, "-c", "import sqlite3, click")
SQLALCHEMY = (PYTHON, "-c", "import click, sqlalchemy as s; s.create_engine('sqlite://').connect()")
SMALL, LARGE = 1_000, 1_000_000
FAR_AWAY = date(2099, 12, 31)


@dataclass(frozen=True)
class Case:
    """A command, what it is compared with, and the ratio that it is held to."""

    name: str
    command: Sequence[str]
    home: Path
    reference: Sequence[str] | None
    allowed: float
    environment: Mapping[str, str]


def main(runs: int, large: int) -> int:
    """Prints a line for each command; returns 1 where one takes longer than it may."""
    with tempfile.TemporaryDirectory() as folder:
        few, all_wait, many = (Path(folder) / name for name in ("few", "all-wait", "many"))
        make_store(few, SMALL)
        make_store(all_wait, SMALL, all_wait=True)
        make_store(many, large)
        exceeded = [case.name for case in cases(few, all_wait) if compared(case, runs) > case.allowed]
        listing = Case(f"list of {large:,}", (KONBINI, "list"), many, None, 1.5, {})
        if compared(listing, runs, Case("", listing.command, few, None, 0, {})) > listing.allowed:
            exceeded.append(listing.name)
    return 1 if exceeded else 0


def cases(few: Path, all_wait: Path) -> list[Case]:
    """The everyday commands."""
    return [
        Case("--help", (KONBINI, "--help"), few, CLICK, 1.5, {}),
        Case("complete a command", (KONBINI,), few, CLICK, 1.5, completing("konbini sh")),
        Case("complete an id", (KONBINI,), few, CLICK, 1.5, completing("konbini show ")),
        Case("list", (KONBINI, "list"), few, SQLALCHEMY, 1.3, {}),
        Case("list --json", (KONBINI, "list", "--json"), few, SQLALCHEMY, 1.3, {}),
        Case("list --json, all wait", (KONBINI, "list", "--json"), all_wait, SQLALCHEMY, 1.3, {}),
        Case("list, all wait", (KONBINI, "list"), all_wait, SQLALCHEMY, 1.3, {}),
    ]


def completing(line: str) -> dict[str, str]:
    """The environment in which bash asks for the words that may follow."""
    return {"_KONBINI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}


def compared(case: Case, runs: int, reference: Case | None = None) -> float:
    """Runs a case and its reference in turn, prints what they took and returns the ratio."""
    bare = reference or Case("", case.reference or (), case.home, None, 0, {})
    pairs = [(seconds(case), seconds(bare)) for _ in range(runs + 1)][1:]
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(
        f"{case.name:24} {ours:7.1f} ms   reference {theirs:7.1f} ms   ratio {ratio:.2f} (at most {case.allowed})",
        flush=True,
    )
    return ratio


def seconds(case: Case) -> float:
    """Wall time of one run; it may read and write compiled files as it would for a person."""
    environment = {"HOME": str(case.home), "PATH": os.defpath, "LANG": "ja_JP.UTF-8", **case.environment}
    start = time.perf_counter()
    subprocess.run(case.command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - start


def make_store(home: Path, size: int, *, all_wait: bool = False) -> None:
    """A home with a configuration, and a store of this many parcels where the program looks for it."""
    folder = home / ".local" / "state" / "konbini-watcher"
    folder.mkdir(parents=True)
    engine = open_engine(f"sqlite:///{folder / 'parcels.sqlite3'}")
    upgrade(engine)
    fill(engine, size)
    with write_transaction(engine) as connection:
        waiting = update(parcel) if all_wait else update(parcel).where(parcel.c.status == "ready")
        connection.execute(waiting.values(status="ready", deadline=FAR_AWAY, closed_at=None))
        rules_query.put_in_force(connection, rules_of(Config(StoreConfig(""))))  # or the first list makes all anew
    engine.dispose()
    config = home / ".config" / "konbini-watcher" / "config.toml"
    config.parent.mkdir(parents=True)
    shutil.copy(Path(__file__).parent.parent / "config.example.toml", config)
    config.chmod(0o600)


if __name__ == "__main__":
    counts = [int(word) for word in sys.argv[1:]]
    sys.exit(main(counts[0] if counts else 15, counts[1] if len(counts) > 1 else LARGE))
