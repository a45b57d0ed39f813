"""A real mailbox, an imagined screen, and a watcher to kill between them."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.crash.ledger import Ledger, read_ledger
from tests.crash.nursery import LIMIT, Nursery
from tests.notify.fake_desktop import FakeDesktop, Shown
from tests.servers import Dovecot

CONFIGURATION = """language = "ja"
[store]
path = "{folder}/state/parcels.sqlite3"
[reminders]
quiet = ""
[[mailbox]]
name = "home"
host = "localhost"
port = {port}
user = "u1"
password_command = ["printf", "pw1"]
ca_file = "{ca}"
folders = ["{watched}"]
"""


class Scene:
    """Everything around one store.

    Attributes:
        config: the configuration file.
        desktop: the notification server.
    """

    def __init__(self, folder: Path, dovecot: Dovecot, desktop: FakeDesktop, watched: str = "INBOX") -> None:
        folder.mkdir(exist_ok=True)
        self.config = folder / "config.toml"
        self.desktop = desktop
        self._watched = watched
        self._store = folder / "state" / "parcels.sqlite3"
        self._client = dovecot.client()
        if watched != "INBOX":
            self._client.create_folder(watched)
        self.config.write_text(
            CONFIGURATION.format(folder=folder, port=dovecot.tls_port, ca=dovecot.certificates.ca, watched=watched)
        )
        self.config.chmod(0o600)

    def deliver(self, raw: bytes) -> None:
        self._client.append(self._watched, raw, msg_time=datetime.now(UTC))

    def close(self) -> None:
        self._client.logout()

    def ledger(self) -> Ledger:
        return read_ledger(self._store, self._watched)

    def place(self) -> tuple[int, int]:
        """UIDVALIDITY and the last UID of the watched folder, as the server says them."""
        state = self._client.folder_status(self._watched, ["UIDVALIDITY", "UIDNEXT"])
        return state[b"UIDVALIDITY"], state[b"UIDNEXT"] - 1

    def screen(self) -> list[Shown]:
        return list(self.desktop.shown.values())

    def log(self) -> str:
        log = self.config.with_name("daemon.log")
        return log.read_text("utf-8") if log.exists() else ""


def wait_for(condition: Callable[[], object], limit: float = LIMIT) -> None:
    """Waits for something that must happen soon; the clock is a limit, never a measure."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def desktop(session_bus: str) -> Iterator[FakeDesktop]:  # noqa: ARG001 (the bus must run)
    """A notification server on a thread of its own."""
    started = threading.Event()
    ended = asyncio.Event()
    desktop: list[FakeDesktop] = []
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        desktop.append(await FakeDesktop().start())
        started.set()
        await ended.wait()
        await desktop[0].stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert started.wait(LIMIT)
    yield desktop[0]
    loops[0].call_soon_threadsafe(ended.set)
    thread.join(LIMIT)
