"""SIGTERM in every state: the daemon ends within two seconds, with code 0."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mailbox.scripted import Behave, ScriptedServer, Session

ROOT = Path(__file__).parent.parent.parent
LIMIT = 60.0
END = 2.0
"""Seconds from SIGTERM to the end of the process."""
NAME_SERVER = "127.77.7.7"
CONFIGURATION = """language = "en"
[store]
path = "{folder}/state/parcels.sqlite3"
[notify]
desktop = false
[[mailbox]]
name = "home"
host = "{host}"
port = {port}
security = "{security}"
user = "u1"
password_command = {command}
folders = ["INBOX"]
"""
SIGNED = (
    b"From: order-update@amazon.co.jp\r\nSubject: hello\r\nMessage-ID: <1@example.com>\r\n"
    b"Date: Tue, 10 Mar 2026 10:00:00 +0900\r\nContent-Type: text/plain\r\n"
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=amazon.co.jp; s=test; \r\n"
    b" h=From:Subject:Date:Content-Type; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n\r\n"
)


class Daemon:
    """``konbini run`` with one mailbox."""

    def __init__(self, folder: Path, prefix: tuple[str, ...] = ()) -> None:
        self.config = folder / "config.toml"
        self._folder = folder
        self._prefix = prefix

    def configure(
        self, port: int, security: str = "plain", host: str = "127.0.0.1", command: tuple[str, ...] = ("printf", "pw1")
    ) -> None:
        self.config.write_text(
            CONFIGURATION.format(
                folder=self._folder, port=port, security=security, host=host, command=json.dumps(command)
            )
        )
        self.config.chmod(0o600)

    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8")

    def ends_at_once_when(self, reached: Callable[[int], object]) -> None:
        """Starts it, waits until it has come to a state, and says SIGTERM.

        Args:
            reached: from its process id to whether it is in that state.
        """
        command = [*self._prefix, sys.executable, "-m", "watcher", "--config", str(self.config), "--verbose", "run"]
        with (self._folder / "log").open("wb") as log:
            daemon = subprocess.Popen(command, cwd=ROOT, stderr=log)
        try:
            end = time.monotonic() + LIMIT
            while not reached(daemon.pid):
                assert daemon.poll() is None, self.log()
                assert time.monotonic() < end, f"it did not come to that state\n{self.log()}"
                time.sleep(0.02)
            asked = time.monotonic()
            daemon.send_signal(signal.SIGTERM)
            assert daemon.wait(LIMIT) == 0, self.log()
            assert time.monotonic() - asked < END
            assert "Traceback" not in self.log()
        finally:
            daemon.kill()
            daemon.wait()


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    return Daemon(tmp_path)


def silent_after(wanted: bytes, *lines: bytes) -> tuple[Behave, threading.Event]:
    """Answers one command with these lines and no end; the event tells that it came."""
    came = threading.Event()

    def behave(session: Session, _: bytes, command: bytes, arguments: bytes) -> bool:
        if wanted not in (command, command + b" " + arguments.partition(b" ")[0]):
            return False
        session.send(*lines)
        came.set()
        return True

    return behave, came


STATES: list[tuple[str, bytes, tuple[bytes, ...]]] = [
    ("the login", b"LOGIN", ()),
    ("the list of folders", b"LIST", ()),
    ("EXAMINE", b"EXAMINE", (b"* 1 EXISTS",)),
    ("SEARCH", b"UID SEARCH", ()),
    ("FETCH, within a literal", b"UID FETCH", (b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {50}", b"From: order-up")),
    ("IDLE without its continuation", b"IDLE", ()),
    ("IDLE", b"IDLE", (b"+ idling",)),
    ("IDLE, half a line", b"IDLE", (b"+ idling", b"* OK Still here")),
]


@pytest.mark.parametrize(("command", "lines"), [row[1:] for row in STATES], ids=[row[0] for row in STATES])
def test_while_the_server_keeps_silent(daemon: Daemon, command: bytes, lines: tuple[bytes, ...]) -> None:
    behave, came = silent_after(command, *lines)
    with ScriptedServer(behave) as server:
        server.uids = [1]
        daemon.configure(server.port)
        daemon.ends_at_once_when(lambda _: came.is_set())


@pytest.mark.parametrize("security", ["plain", "tls"])
def test_while_it_waits_for_the_first_byte(daemon: Daemon, security: str) -> None:
    """Of the greeting, or of the server's part of the TLS handshake."""
    with ScriptedServer(greeting=None) as server:
        daemon.configure(server.port, security)
        daemon.ends_at_once_when(lambda _: server.connections)


def test_while_the_connection_is_not_accepted(daemon: Daemon) -> None:
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = listener.getsockname()[1]
        for _ in range(8):  # nobody accepts, the queue is full, and what comes then is not answered at all
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
        daemon.configure(port)
        daemon.ends_at_once_when(lambda pid: waits_for_connection(pid, port))


def waits_for_connection(pid: int, port: int) -> bool:
    """Whether the process has a socket in SYN_SENT to a port of loopback."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            inodes.add(os.readlink(descriptor))  # noqa: PTH115 (no path: "socket:[1234]")
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and row[3] == "02" and f"socket:[{row[9]}]" in inodes for row in rows)


@pytest.mark.parametrize("answer", [b"NO [LIMIT] too many", b"NO [AUTHENTICATIONFAILED] no"])
def test_while_it_waits_for_the_next_attempt(daemon: Daemon, answer: bytes) -> None:
    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"LOGIN":
            session.send(tag + b" " + answer)
        return command == b"LOGIN"

    with ScriptedServer(behave) as server:
        daemon.configure(server.port)
        daemon.ends_at_once_when(lambda _: "next attempt in" in daemon.log())


def test_while_the_password_command_runs(daemon: Daemon, tmp_path: Path) -> None:
    began = tmp_path / "began"
    script = f"touch {shlex.quote(str(began))}; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done"
    with ScriptedServer() as server:
        daemon.configure(server.port, command=("sh", "-c", script))
        daemon.ends_at_once_when(lambda _: began.exists())


# -- DNS


@pytest.fixture
def silent_dns(tmp_path: Path) -> Iterator[tuple[tuple[str, ...], threading.Event]]:
    """What to run a program with, so that its name server never answers; and whether it was asked.

    Skips where there can be no other ``/etc/resolv.conf``: that takes root and a mount namespace.
    """
    if os.getuid() or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a silent name server needs root and a mount namespace")
    resolver = tmp_path / "resolv.conf"
    resolver.write_text(f"nameserver {NAME_SERVER}\noptions timeout:30 attempts:1\n")
    script = f'mount --bind {shlex.quote(str(resolver))} /etc/resolv.conf && exec "$@"'
    asked = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((NAME_SERVER, 53))
        sock.settimeout(LIMIT)

        def listen() -> None:
            with contextlib.suppress(OSError):
                if sock.recvfrom(4096)[0]:
                    asked.set()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield ("unshare", "-m", "sh", "-c", script, "sh"), asked
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (NAME_SERVER, 53))
        thread.join(LIMIT)


def test_while_the_host_is_looked_up(tmp_path: Path, silent_dns: tuple[tuple[str, ...], threading.Event]) -> None:
    prefix, asked = silent_dns
    daemon = Daemon(tmp_path, prefix)
    daemon.configure(993, "tls", host="imap.example.jp")
    daemon.ends_at_once_when(lambda _: asked.is_set())


def test_while_a_key_of_dkim_is_looked_up(tmp_path: Path, silent_dns: tuple[tuple[str, ...], threading.Event]) -> None:
    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command != b"UID" or b"BODY.PEEK[]" not in arguments:
            return False
        session.send(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)" % (len(SIGNED), SIGNED), tag + b" OK done")
        return True

    prefix, asked = silent_dns
    daemon = Daemon(tmp_path, prefix)
    with ScriptedServer(behave) as server:
        server.uids = [1]
        daemon.configure(server.port)
        daemon.ends_at_once_when(lambda _: asked.is_set())
