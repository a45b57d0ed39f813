"""The demonstration: the real daemon against an embedded IMAP server, with invented mails and a clock to turn.

Nothing here is a stand-in but the clock: the mails travel over a real connection, into a real store, and out
through the same channels that a person has. Everything lives in a temporary folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from imapclient import IMAPClient

from watcher.config import Config, MailboxConfig, NotifyConfig, StoreConfig, sqlite_url
from watcher.daemon import Daemon
from watcher.errors import MissingExtraError, NetworkError
from watcher.messages.dates import parse_date
from watcher.messages.headers import split
from watcher.notify.notification import Channel, Language
from watcher.parcels.parcel import JST, Parcel
from watcher.store.store import Store, View
from watcher.watch import build_daemon

USER = "demo"
PATIENCE = 10.0
"""Seconds to wait for what must happen at once."""

START = datetime(2026, 3, 2, 12, 0, tzinfo=JST)
LIVE = datetime(2026, 3, 4, 12, 6, tzinfo=JST)
COLLECTED = datetime(2026, 3, 6, 19, 32, tzinfo=JST)
END = datetime(2026, 3, 12, 18, 0, tzinfo=JST)

WAITING_AT_START = ("1-shipped-lawson", "2-ready-lawson", "3-ready-familymart", "6-forged")
ARRIVES_WHILE_WATCHING = "4-ready-ministop"
ARRIVES_AFTER_PICKUP = "5-collected-familymart"


class TurnableClock:
    """A clock that stands until it is turned; it never runs backwards."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def turn_to(self, moment: datetime) -> None:
        self._now = max(self._now, moment)


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration ends with."""

    parcels: Sequence[Parcel]
    forged: int
    ended_at: datetime


def fixture(name: str) -> bytes:
    """One of the demonstration's mails: from the installed package, or from the checkout."""
    here = Path(__file__).parent
    for folder in (here / "fixtures", here.parent / "fixtures"):
        path = folder / "emails" / "demo" / f"{name}.eml"
        if path.exists():
            return path.read_bytes()
    raise FileNotFoundError(name)


@contextlib.contextmanager
def embedded_server() -> Iterator[int]:
    """An IMAP server on loopback with one empty mailbox; gives its port and is gone afterwards.

    Raises:
        MissingExtraError: the extra ``demo`` is not installed.
        NetworkError: the server does not start.
    """
    if importlib.util.find_spec("pymap") is None:
        raise MissingExtraError(
            "the demonstration needs an embedded IMAP server",
            "install the extra: pip install 'konbini-watcher[demo]'",
        )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    account = ["--demo-user", USER, "--demo-password", USER]
    server = subprocess.Popen([*command, *options, *account], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for_port(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    patience_ends = time.monotonic() + PATIENCE
    while time.monotonic() < patience_ends and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise NetworkError("the embedded IMAP server did not start", "run `konbini demo` again")


def deliver(port: int, name: str) -> None:
    """Puts a mail into the mailbox, dated as it says."""
    raw = fixture(name)
    headers, _ = split(raw)
    dates = (parse_date(header.value) for header in headers if header.name == "date")
    client = IMAPClient("127.0.0.1", port, ssl=False, timeout=PATIENCE)
    try:
        client.login(USER, USER)
        client.append("INBOX", raw, msg_time=next(dates, None))
    finally:
        client.logout()


def configuration(port: int, folder: Path, desktop: bool) -> Config:
    """A configuration for the embedded server; the mails' invented provider is believed."""
    mailbox = MailboxConfig(
        name="demo",
        host="127.0.0.1",
        port=port,
        user=USER,
        security="plain",
        password_command=(sys.executable, "-c", f"print({USER!r})"),
        folders=("INBOX",),
        authserv_id="mx.example.jp",
    )
    store = StoreConfig(sqlite_url(folder / "parcels.sqlite3"))
    return Config(store, "auto", (mailbox,), notify=NotifyConfig(desktop=desktop))


async def demonstrate(
    config: Config,
    port: int,
    store: Store,
    language: Language,
    channels: Sequence[Channel],
    narrate: Callable[[str, datetime], None],
) -> Demonstration:
    """Plays the eleven days and returns what is left of them.

    Args:
        config: from :func:`configuration`.
        port: of the embedded server.
        store: empty.
        language: of the notifications.
        channels: where the notifications go.
        narrate: told the name of each step and the moment it plays at.
    """
    clock = TurnableClock(START)
    for name in WAITING_AT_START:
        deliver(port, name)
    narrate("start", clock())
    async with running(build_daemon(config, store, clock, language, channels=channels)) as daemon:
        await until(lambda: len(store.parcels(View.WAITING, clock())) == 2)
        await daemon.tick()
        await play_until(LIVE, daemon, store, clock, narrate)
        narrate("live", clock())
        await asyncio.to_thread(deliver, port, ARRIVES_WHILE_WATCHING)
        await until(lambda: len(store.parcels(View.WAITING, clock())) == 3)
        await daemon.tick()
        await play_until(COLLECTED, daemon, store, clock, narrate)
        narrate("collected", clock())
        await asyncio.to_thread(deliver, port, ARRIVES_AFTER_PICKUP)
        await until(lambda: len(store.parcels(View.WAITING, clock())) == 2)
        await play_until(END, daemon, store, clock, narrate)
    from watcher.store.store import MessageState

    forged = len(store.messages(frozenset({MessageState.SUSPICIOUS})))
    return Demonstration(store.parcels(View.ALL, clock()), forged, clock())


async def play_until(
    end: datetime,
    daemon: Daemon,
    store: Store,
    clock: TurnableClock,
    narrate: Callable[[str, datetime], None],
) -> None:
    """Turns the clock from reminder to reminder and lets the daemon look each time."""
    while True:
        parcels = [parcel.id for parcel in store.parcels(View.ALL, clock())]
        moments = [moment for moment in store.next_reminders(parcels).values() if moment <= end]
        if not moments:
            clock.turn_to(end)
            return
        clock.turn_to(min(moments))
        narrate("time", clock())
        await daemon.tick()


@contextlib.asynccontextmanager
async def running(daemon: Daemon) -> AsyncIterator[Daemon]:
    """The daemon, running in this loop and stopped afterwards."""
    task = asyncio.create_task(daemon.run())
    try:
        yield daemon
    finally:
        daemon.stop()
        await asyncio.wait_for(task, PATIENCE)


async def until(condition: Callable[[], bool]) -> None:
    """Waits for what must happen soon.

    Raises:
        NetworkError: it did not.
    """
    patience_ends = time.monotonic() + PATIENCE
    while not await asyncio.to_thread(condition):
        if time.monotonic() > patience_ends:
            raise NetworkError("the embedded server and the watcher lost each other", "run the demo again")
        await asyncio.sleep(timedelta(milliseconds=50).total_seconds())


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="konbini-demo-") as name:
        yield Path(name)
