"""Lives of the watcher for the crash tests: each a process of its own, forked from one that has imported it all.

Reads one JSON object a line,
``{"config": PATH, "bus": ADDRESS, "later": SECONDS, "die": null | ["before" | "after", N]}``, and answers with the
process's id, and at its end with its exit status (negative for a signal).

A life is ``konbini run``. With ``later`` it is the same daemon at a later hour, so that a claim of the one that was
killed has run out. With ``die`` it kills itself right before or right after the N-th commit that writes something:
SQLAlchemy's public events tell when, and nothing of the program is replaced.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import desktop_notifier  # noqa: F401 (imported once for all lives)
import dns.resolver  # noqa: F401
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

import watcher.cli.watching
import watcher.store.migrate  # noqa: F401
from watcher.assembly import lock_path, open_store
from watcher.cli.app import set_up_logging
from watcher.cli.main import main
from watcher.config_file import read_config
from watcher.lock import only_daemon
from watcher.watch import build_daemon


class Death:
    """Kills this process at a commit.

    Args:
        when: "before" or "after".
        number: of the commit, from 1; only commits that write something are counted.
    """

    def __init__(self, when: str, number: int) -> None:
        self._when = when
        self._number = number
        self._lock = threading.Lock()
        self._changes: dict[int, int] = {}
        self._committing = threading.local()
        event.listen(Engine, "commit", self._commit)
        event.listen(Pool, "checkin", self._checkin)

    def _commit(self, connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        with self._lock:
            wrote = raw.total_changes != self._changes.get(id(raw), 0)
            self._changes[id(raw)] = raw.total_changes
            self._number -= wrote
            last = wrote and self._number == 0
        if last and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        self._committing.last = last

    def _checkin(self, *_: Any) -> None:
        if getattr(self._committing, "last", False):
            os.kill(os.getpid(), signal.SIGKILL)


def live(config: Path, later: float, die: tuple[str, int] | None) -> None:
    """One life; ends with SystemExit, or not at all."""
    if die is not None:
        Death(*die)
    if not later:
        main(["--config", str(config), "--verbose", "run"])
    set_up_logging(verbose=True)
    settings = read_config(config)
    with only_daemon(lock_path(settings)):
        store = open_store(settings)
        daemon = build_daemon(settings, store, lambda: datetime.now(UTC) + timedelta(seconds=later), "ja")
        asyncio.run(daemon.run())
        store.dispose()
    sys.exit(0)


def child(live_once: Callable[[], None], log: Path) -> None:
    """What the forked process does."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.dup2(descriptor, 2)
    code = 1
    try:
        live_once()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stderr.flush()
        os._exit(code)


def serve() -> None:
    """Lives as they are asked for, one after the other."""
    for line in sys.stdin:
        asked = json.loads(line)
        config, die = Path(asked["config"]), asked["die"]
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = asked["bus"]
        pid = os.fork()
        if pid == 0:
            child(lambda: live(config, asked["later"], die and tuple(die)), config.with_name("daemon.log"))  # noqa: B023
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
