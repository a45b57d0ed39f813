"""The real program as a process: a mail goes in at a real server and comes out at a notification server."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.notify.fake_desktop import FakeDesktop
from tests.servers import Dovecot

ROOT = Path(__file__).parent.parent.parent
LIMIT = 90.0
"""Seconds; enough for the second try of a notification that a busy machine did not take."""
MAIL = """From: "Amazon.co.jp" <order-update@amazon.co.jp>\r
To: taro@example.jp\r
Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=\r
Date: {date}\r
Message-ID: <{number}@example.com>\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
商品が店舗に到着しました。\r
受取店舗: ローソン 架空{number}丁目店\r
お問い合わせ番号: {inquiry}\r
認証番号: {auth}\r
注文番号: 250-1234567-{auth}\r
"""


class Program:
    """The command line with a configuration and a store of its own."""

    def __init__(self, folder: Path, dovecot: Dovecot) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.config.write_text(f"""
[store]
path = "{folder}/state/parcels.sqlite3"
[reminders]
quiet = ""
[[mailbox]]
name = "home"
host = "localhost"
port = {dovecot.tls_port}
user = "u1"
password_command = ["printf", "pw1"]
ca_file = "{dovecot.certificates.ca}"
""")
        self.config.chmod(0o600)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self._command(*arguments), capture_output=True, text=True, cwd=ROOT, check=False)

    def parcels(self) -> list[dict[str, Any]]:
        found = json.loads(self("list", "--all", "--json").stdout)
        assert isinstance(found, list)
        return found

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        """The daemon; it must end within two seconds of SIGTERM, with code 0."""
        with (self.folder / "daemon.log").open("a") as log:
            daemon = subprocess.Popen(self._command("--verbose", "run"), cwd=ROOT, stderr=log, text=True)
        try:
            yield daemon
            if daemon.poll() is None:
                asked = time.monotonic()
                daemon.send_signal(signal.SIGTERM)
                assert daemon.wait(5) == 0
                assert time.monotonic() - asked < 2.0
        except BaseException:
            print((self.folder / "daemon.log").read_text())
            raise
        finally:
            daemon.kill()
            daemon.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "error", "-m", "watcher", "--config", str(self.config), *arguments]


@pytest.fixture
def program(tmp_path: Path, dovecot: Dovecot, session_bus: str) -> Program:  # noqa: ARG001 (the bus must run)
    return Program(tmp_path, dovecot)


def deliver(dovecot: Dovecot, number: int) -> None:
    eleven = 20000000000 + number
    raw = MAIL.format(
        number=number,
        inquiry=f"{eleven}{eleven % 7}",
        auth=f"{7000000 + number}",
        date=datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000"),
    )
    client = dovecot.client()
    client.append("INBOX", raw.encode(), msg_time=datetime.now(UTC))
    client.logout()


class Screen:
    """The notification server as a story on another thread sees it."""

    def __init__(self, desktop: FakeDesktop, loop: asyncio.AbstractEventLoop) -> None:
        self._desktop = desktop
        self._loop = loop

    def titles(self) -> list[str]:
        return [shown.title for shown in tuple(self._desktop.shown.values())]

    def press(self, button: str) -> None:
        asyncio.run_coroutine_threadsafe(self._desktop.press(button), self._loop).result(LIMIT)


def watched(story: Callable[[Screen], None]) -> None:
    """Runs a story beside a notification server."""

    async def play() -> None:
        desktop = await FakeDesktop().start()
        try:
            await asyncio.to_thread(story, Screen(desktop, asyncio.get_running_loop()))
        finally:
            await desktop.stop()

    asyncio.run(play())


def wait_for(condition: Callable[[], object]) -> None:
    """Waits for something that must happen soon."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def wait_for_count(wanted: int, count: Callable[[], int]) -> None:
    wait_for(lambda: count() >= wanted)


def test_delivered_stored_notified_and_collected_by_a_button(program: Program, dovecot: Dovecot) -> None:
    def story(screen: Screen) -> None:
        with program.running():
            wait_for(lambda: program("status").stdout.startswith(("見張りは動作中", "The watcher is running")))
            deliver(dovecot, 1)
            wait_for(screen.titles)
            assert "ローソン 架空1丁目店" in screen.titles()[0]
            assert [parcel["status"] for parcel in program.parcels()] == ["ready"]
            screen.press("collected")
            wait_for(lambda: [parcel["status"] for parcel in program.parcels()] == ["collected"])

    watched(story)


def test_the_calendar_follows_the_mailbox(program: Program, dovecot: Dovecot) -> None:
    file = program.folder / "konbini.ics"
    program.config.write_text(f'{program.config.read_text()}[calendar]\nfile = "{file}"\n')

    def shown(event: str) -> int:
        return file.read_text("utf-8").count(event)

    def story(screen: Screen) -> None:
        with program.running():
            wait_for(file.exists)
            assert shown("BEGIN:VEVENT") == 0
            deliver(dovecot, 1)
            wait_for(lambda: shown("STATUS:CONFIRMED") == 1)
            wait_for(screen.titles)
            assert program("collected", "1").returncode == 0
            deliver(dovecot, 2)
            wait_for(lambda: (shown("STATUS:CONFIRMED"), shown("STATUS:CANCELLED")) == (1, 1))
            wait_for(lambda: settled(program) == 2)
        assert program("export", "ics", "--output", str(file)).returncode == 0
        deliver(dovecot, 3)
        assert program("check").returncode == 0
        assert (shown("STATUS:CONFIRMED"), shown("STATUS:CANCELLED")) == (2, 1)
        program.config.write_text(program.config.read_text().replace(str(file), f"{program.folder}/none/k.ics"))
        done = program("check")
        assert done.returncode == 1
        assert "No such file" in done.stderr

    watched(story)


def test_nothing_is_lost_or_said_twice_after_kill(program: Program, dovecot: Dovecot) -> None:
    def story(screen: Screen) -> None:
        for number in range(1, 5):
            with program.running() as daemon:
                deliver(dovecot, 2 * number - 1)
                wait_for_count(2 * number - 1, lambda: len(screen.titles()))
                wait_for_count(2 * number - 1, lambda: settled(program))
                daemon.kill()
                daemon.wait()
            deliver(dovecot, 2 * number)
            with program.running():
                wait_for_count(2 * number, lambda: settled(program))
        titles = screen.titles()
        assert len(titles) == len(set(titles)) == 8
        assert len(program.parcels()) == 8

    watched(story)


def settled(program: Program) -> int:
    """How many arrivals are recorded as said."""
    path = program.folder / "state" / "parcels.sqlite3"
    with sqlite3.connect(path) as connection:
        rows = connection.execute("select count(*) from reminder where state = 'sent'").fetchone()
    connection.close()
    return int(rows[0])


def test_one_daemon_for_one_store(program: Program) -> None:
    with program.running():
        wait_for(lambda: "watching" in program("status", "--json").stdout)
        second = program("run")
        assert second.returncode == 69
        right = program.config.read_text()
        for password, code in (("pw1", 0), ("wrong", 77)):
            program.config.write_text(right.replace("pw1", password))
            assert program("check").returncode == code
            (mailbox,) = json.loads(program("status", "--json").stdout)["mailboxes"]
            assert (mailbox["connection"], mailbox["error"]) == ("watching", None)  # as the daemon is doing
    assert not json.loads(program("status", "--json").stdout)["running"]


def test_check_looks_once(program: Program, dovecot: Dovecot) -> None:
    deliver(dovecot, 1)
    done = program("check")
    assert done.returncode == 0, done.stderr
    assert len(program.parcels()) == 1
    assert (program.folder / "state").stat().st_mode & 0o777 == 0o700
    assert (program.folder / "state" / "parcels.sqlite3").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"printf", "pw1"', '"printf", "wrong"', 77),
        ('"printf", "pw1"', '"false"', 77),
        ('host = "localhost"', 'host = "no-such-host.invalid"', 75),
        ('host = "localhost"', 'host = "127.1"', 75),
        ("port =", "prt =", 78),
    ],
)
def test_check_says_what_is_wrong(program: Program, old: str, new: str, code: int) -> None:
    program.config.write_text(program.config.read_text().replace(old, new))
    done = program("check")
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
    assert "pw1" not in done.stderr
