"""What the service manager is told: fed only while the store works and every mailbox is really being watched."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fixtures import ROOT
from tests.mailbox.scripted import ScriptedServer, Session
from watcher.alerts import Alerts
from watcher.assembly import rules_of
from watcher.config import Config, MailboxConfig, NotifyConfig, RemindersConfig, StoreConfig
from watcher.daemon import Daemon, WatchedMailbox
from watcher.health import Connection, MailboxHealth
from watcher.heartbeat import Heartbeat
from watcher.notify.notification import Notification
from watcher.receiving import LONGEST_SILENCE
from watcher.reminding import Reminding
from watcher.service_manager import tell
from watcher.store.engine import open_engine
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.watch import build_daemon, mailboxes_of

LIMIT = 60.0
NOON = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@dataclass
class Voice:
    name: str = "voice"
    said: list[Notification] = field(default_factory=list)

    async def send(self, notification: Notification) -> None:
        self.said.append(notification)

    async def close(self) -> None:
        pass

    def tags(self) -> list[str]:
        return [notification.tag for notification in self.said]


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


class Manager:
    """A service manager: a datagram socket, and what came over it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """What was said since the last time, line by line."""
        lines: list[str] = []
        try:
            while True:
                lines += self._socket.recv(4096).decode().splitlines()
        except BlockingIOError:
            return lines

    async def hears(self, wanted: str) -> list[str]:
        """Waits for a line; all that was said until then."""
        lines: list[str] = []
        end = time.monotonic() + LIMIT
        while wanted not in lines:
            assert time.monotonic() < end, lines
            await asyncio.sleep(0.02)
            lines += self.heard()
        return lines

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    listening = Manager(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", str(listening.path))
    yield listening
    listening.close()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "parcels.sqlite3"


@pytest.fixture
def store(database: Path) -> Iterator[SqlStore]:
    engine = open_engine(f"sqlite:///{database}", busy_seconds=0.2)
    upgrade(engine)
    opened = SqlStore(engine, rules_of(Config(StoreConfig("sqlite://"))))
    yield opened
    opened.dispose()


@dataclass
class Box:
    """A mailbox whose thread lives until it is closed."""

    name: str = "home"
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    ended: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        self.ended.wait(LIMIT)

    def close(self) -> None:
        self.ended.set()


@dataclass
class Story:
    """A daemon that ticks when told to."""

    store: SqlStore
    clock: Clock = field(default_factory=Clock)
    voice: Voice = field(default_factory=Voice)

    def __post_init__(self) -> None:
        self.alerts = Alerts("en", self.clock())
        reminding = Reminding(self.store, [self.voice], self.clock, "en", alerts=self.alerts)
        self.daemon = Daemon(self.store, [self.voice], reminding, self.clock, self.alerts, "en")

    @asynccontextmanager
    async def watching(self, *boxes: WatchedMailbox) -> AsyncIterator[None]:
        """Runs the daemon beside the story."""
        self.daemon.watch(boxes)
        running = asyncio.create_task(self.daemon.run())
        try:
            yield
        finally:
            self.daemon.stop()
            await asyncio.wait_for(running, LIMIT)


FED = "WATCHDOG=1"


def test_fed_while_all_is_well(manager: Manager, store: SqlStore) -> None:
    async def play() -> None:
        story = Story(store)
        async with story.watching(Box()):
            told = await manager.hears("READY=1")
            assert FED in told
            await story.daemon.tick()
            assert manager.heard() == ["STATUS=Watching. Mailboxes: 1, parcels that wait: 0", FED]
        assert manager.heard() == ["STOPPING=1"]

    asyncio.run(play())


@pytest.mark.parametrize("lock", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_not_fed_while_another_process_holds_the_store(
    manager: Manager, store: SqlStore, database: Path, lock: str
) -> None:
    async def play() -> None:
        story = Story(store)
        async with story.watching(Box()):
            await manager.hears("READY=1")
            with closing(sqlite3.connect(database, isolation_level=None)) as other:
                other.execute(lock)
                for _ in range(12):
                    await story.daemon.tick()
                    assert manager.heard() == ["STATUS=The store does not answer"]
                    story.clock.now += timedelta(minutes=1)
            assert story.voice.tags() == ["store"]
            await story.daemon.tick()
            assert FED in manager.heard()

    asyncio.run(play())


def test_a_service_manager_that_does_not_read_stops_nothing(manager: Manager, store: SqlStore) -> None:
    async def play() -> None:
        story = Story(store)
        async with story.watching(Box()):
            await manager.hears("READY=1")
            while tell("STATUS=full"):
                pass
            await asyncio.wait_for(story.daemon.tick(), LIMIT)

    asyncio.run(play())


def test_not_fed_while_the_store_is_broken(manager: Manager, store: SqlStore, database: Path) -> None:
    async def play() -> None:
        story = Story(store)
        async with story.watching(Box()):
            await manager.hears("READY=1")
            store.dispose()
            database.write_bytes(b"this was a database once " * 400)
            for old in database.parent.glob("*-wal"):
                old.unlink()
            await story.daemon.tick()
            assert manager.heard() == ["STATUS=The store does not answer"]

    asyncio.run(play())


def test_not_fed_once_a_thread_has_ended(manager: Manager, store: SqlStore) -> None:
    async def play() -> None:
        story, one, other = Story(store), Box("home"), Box("work")
        async with story.watching(one, other):
            await manager.hears("READY=1")
            other.close()
            await until(lambda: "mailbox work" not in [thread.name for thread in threading.enumerate()])
            for _ in range(3):
                await story.daemon.tick()
            told = manager.heard()
            assert FED not in told
            assert told[-1] == "STATUS=Watching. Mailboxes: 2, parcels that wait: 0 · Not watched any more: work"
            assert story.voice.tags() == ["mailbox-work"]

    asyncio.run(play())


def test_not_fed_while_a_thread_is_silent_for_too_long(manager: Manager, store: SqlStore) -> None:
    async def play() -> None:
        story, seconds = Story(store), [0.0]
        box = Box(heartbeat=Heartbeat(lambda: seconds[0]))
        async with story.watching(box):
            await manager.hears("READY=1")
            box.heartbeat.beat(300)
            for passed, fed in ((0, True), (299, True), (301, False)):
                seconds[0] = passed
                await story.daemon.tick()
                assert (FED in manager.heard()) is fed
            box.heartbeat.beat(300)
            await story.daemon.tick()
            assert FED in manager.heard()
            assert story.voice.tags() == ["mailbox-home"]

    asyncio.run(play())


def test_a_mailbox_that_is_out_of_reach_is_no_reason_to_be_restarted(manager: Manager, store: SqlStore) -> None:
    async def play() -> None:
        story = Story(store)
        store.save_health(MailboxHealth("home", Connection.WAITING, error="NetworkError"))
        async with story.watching(Box()):
            await manager.hears("READY=1")
            await story.daemon.tick()
            status = "STATUS=Watching. Mailboxes: 1, parcels that wait: 0 · Not reached: home"
            assert manager.heard() == [status, FED]

    asyncio.run(play())


def configured(server: ScriptedServer, database: Path) -> Config:
    mailbox = MailboxConfig(
        "home", "127.0.0.1", "u1", server.port, "plain", ("printf", "pw1"), folders=("INBOX",), poll_minutes=1
    )
    midnight = time_of_day()
    return Config(
        StoreConfig(f"sqlite:///{database}"),
        "en",
        (mailbox,),
        RemindersConfig(quiet=(midnight, midnight)),
        NotifyConfig(desktop=False),
    )


@pytest.mark.parametrize("listens", [True, False])
def test_a_mailbox_never_reached_for_an_hour_is_told(store: SqlStore, database: Path, listens: bool) -> None:
    """Sent away, or nobody there; the clock runs ahead, the server and the thread are real."""

    async def play(server: ScriptedServer) -> None:
        clock, voice = Clock(), Voice()
        daemon = build_daemon(configured(server, database), store, clock, "en", [voice])
        running = asyncio.create_task(daemon.run())
        try:
            await until(lambda: all(health.error for health in store.healths()) and bool(store.healths()))
            for _ in range(59):
                clock.now += timedelta(minutes=1)
                await daemon.tick()
            assert voice.tags() == []
            for _ in range(60):
                clock.now += timedelta(minutes=1)
                await daemon.tick()
            assert voice.tags() == ["mailbox-home"]
        finally:
            daemon.stop()
            await asyncio.wait_for(running, LIMIT)

    with ScriptedServer(greeting=b"* BYE not now") as server:
        if not listens:
            server.__exit__()
        asyncio.run(play(server))


def test_a_quiet_mailbox_gives_signs_of_life(store: SqlStore, database: Path) -> None:
    """Otherwise the watchdog would end a healthy watcher; the clock runs ahead, so that ten minutes pass quickly."""
    beats: list[datetime] = []
    clock = Clock()

    class Noting(Heartbeat):
        def beat(self, seconds: float) -> None:
            assert seconds >= LONGEST_SILENCE
            beats.append(clock.now)

    with ScriptedServer() as server:
        config = configured(server, database)
        mailbox = replace(config.mailboxes[0], poll_minutes=0.002)
        every = replace(config, mailboxes=(mailbox,))
        (watched,) = mailboxes_of(every, store, clock, Alerts("en", NOON), lambda: None, Noting)
        thread = threading.Thread(target=watched.watch)
        thread.start()
        try:
            for _ in range(12):
                asked = len(server.log)
                server.wait_for(lambda asked=asked: len(server.log) >= asked + 6, LIMIT)  # type: ignore[misc]
                clock.now += timedelta(minutes=10)
            silences = [later - earlier for earlier, later in pairwise([*beats, clock.now])]
            assert max(silences) <= timedelta(seconds=LONGEST_SILENCE)
        finally:
            watched.close()
            thread.join(LIMIT)


def test_the_pause_after_a_refused_login_is_no_silence(store: SqlStore, database: Path) -> None:
    def refuse(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"LOGIN":
            session.send(tag + b" NO [AUTHENTICATIONFAILED] no")
        return command == b"LOGIN"

    beats: list[float] = []

    class Counting(Heartbeat):
        def beat(self, seconds: float) -> None:
            beats.append(seconds)

    with ScriptedServer(refuse) as server:
        config = configured(server, database)
        (watched,) = mailboxes_of(config, store, Clock(), Alerts("en", NOON), lambda: None, Counting)
        thread = threading.Thread(target=watched.watch)
        thread.start()
        try:
            wait_until(lambda: [health.error for health in store.healths()] == ["LoginError"])
            assert beats[-1] > 3600
            (health,) = store.healths()
            assert (health.failed_at, health.failure) == (NOON, health.error_text)
        finally:
            watched.close()
            thread.join(LIMIT)


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


async def until(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, condition)


def test_the_process_tells_it_and_feeds(manager: Manager, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    with ScriptedServer() as server:
        config.write_text(
            f'language = "ja"\n[store]\npath = "{tmp_path}/s/p.sqlite3"\n[notify]\ndesktop = false\n'
            f'[[mailbox]]\nname = "home"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\n'
            'user = "u1"\npassword_command = ["printf", "pw1"]\n'
        )
        config.chmod(0o600)
        command = [sys.executable, "-W", "error", "-m", "watcher", "--config", str(config), "run"]
        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NOTIFY_SOCKET": str(manager.path)}
        daemon = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        try:
            told = asyncio.run(manager.hears("READY=1"))
            assert told[0].startswith("STATUS=見張り中(メールボックス1件、受け取り待ちの荷物0件)")
            assert told[1:] == [FED, "READY=1"]
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(LIMIT) == 0
            assert manager.heard() == ["STOPPING=1"]
        finally:
            daemon.kill()
            daemon.wait()
