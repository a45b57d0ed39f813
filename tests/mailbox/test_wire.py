"""What our connection leans on in IMAPClient and imaplib, and the bounds it sets them.

A test of the first half fails when an upgrade of the library changed one of its private parts; ``wire.py`` is the
only file to mend then.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient

from tests.mailbox.scripted import Behave, ScriptedServer, Session
from tests.mailbox.watched import SHORT, config
from tests.servers import Certificates
from watcher.mailbox.connection import close, connect, log_in
from watcher.mailbox.credentials import Credential
from watcher.mailbox.limits import LITERAL_BYTES, Limits
from watcher.mailbox.wire import Wire

ROOT = Path(__file__).parent.parent.parent / "watcher"


def opened(server: ScriptedServer, limits: Limits = SHORT) -> Wire:
    client = connect(config(server), limits)
    log_in(client, config(server), Credential("pw1"))
    client.select_folder("INBOX", readonly=True)
    return client


# -- the library


def test_private_parts_of_the_library_are_touched_in_one_file() -> None:
    for path in ROOT.rglob("*.py"):
        text = path.read_text("utf-8")
        if path.name != "wire.py":
            assert "._imap" not in text, path
            assert "._idle_tag" not in text, path
            assert "_consume_until" not in text, path


@pytest.mark.parametrize("tls", [False, True])
def test_the_library_reads_through_us_and_keeps_its_names(tls: bool, certificates: Certificates) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    trusting = ssl.create_default_context(cafile=str(certificates.ca))
    with ScriptedServer(tls=context if tls else None) as server:
        server.uids = [1]
        client = Wire("127.0.0.1", server.port, trusting if tls else None, SHORT)
        imap: Any = client._imap
        assert isinstance(imap, imaplib.IMAP4)
        assert imap.reader()[1].closed is False
        assert imap.state == "NONAUTH"
        assert imap.debug == 0
        assert client.welcome == b"* OK ready"
        client.login("u1", "pw1")
        assert imap.state == "AUTH"
        client.select_folder("INBOX", readonly=True)
        assert imap.untagged_responses["EXISTS"] == [b"1"]
        assert client.take_moves()
        assert not client.take_moves()
        tag = imap._command("NOOP")
        while not imap.tagged_commands.get(tag):
            imap._get_response()
        answer: Any = imap.tagged_commands.pop(tag)
        assert answer == ("OK", [b"done"])
        assert imap.uid("SEARCH", "UID 1") == ("OK", [b"1"])
        assert imap._get_response.__self__ is imap
        close(client)


def test_the_library_still_hides_a_dead_connection() -> None:
    """Why we do not use its ``idle_check``: when this fails, look whether ours is still needed."""

    def behave(session: Session, _tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"IDLE":
            session.send(b"+ idling")
            session.close()
            return True
        return False

    with ScriptedServer(behave) as server:
        client = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=2)
        client.login("u1", "pw1")
        client.select_folder("INBOX", readonly=True)
        client.idle()
        time.sleep(0.05)
        assert [client.idle_check(timeout=2) for _ in range(50)] == [[]] * 50
        client.shutdown()


def test_the_library_still_takes_flags_for_a_message_by_its_number() -> None:
    """Why a row counts only where it holds what was asked for."""

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(b"* 3 FETCH (FLAGS (\\Seen))", tag + b" OK done")
            return True
        return False

    with ScriptedServer(behave) as server:
        client = opened(server)
        rows = client.fetch_rows("3", ["BODY.PEEK[]"]).rows
        assert list(rows) == [3]
        assert b"BODY[]" not in rows[3]
        close(client)


# -- our bounds


def drip(session: Session, text: bytes) -> None:
    """One byte at a time, faster than any time-out between two reads."""

    def send() -> None:
        for byte in text:
            try:
                session.sock.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.1)

    threading.Thread(target=send, daemon=True).start()


def test_a_dripping_server_meets_the_deadline() -> None:
    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"UID":
            drip(session, b"* SEARCH 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\r\n" + tag + b" OK done\r\n")
            return True
        return False

    with ScriptedServer(behave) as server:
        client = opened(server, Limits(command=0.5))
        started = time.monotonic()
        with pytest.raises(OSError, match=r"too long|timed out"), client.within():
            client.search(["UID", "1:*"])
        assert time.monotonic() - started < 5
        close(client)


def test_a_dripping_greeting_meets_the_deadline() -> None:
    with ScriptedServer(greeting=None) as server:

        def greet() -> None:
            server.wait_for(lambda: server.connections == 1)
            drip(server.sessions[0], b"* OK " + b"x" * 200)

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(OSError, match=r"too long|timed out"):
            connect(config(server), Limits(connect=0.2, command=0.3, read=2))


@pytest.mark.parametrize("silent", [b"GREETING", b"IDLE", b"DONE", b"NOOP"])
def test_silence_is_a_time_out(silent: bytes) -> None:
    def behave(_session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        return silent in (command, tag)

    limits = Limits(connect=0.3, read=0.3, command=0.3, idle=0.3)
    greeting = None if silent == b"GREETING" else b"* OK hi"
    with ScriptedServer(behave, greeting=greeting) as server, pytest.raises(TimeoutError):
        talk(server, limits)


def talk(server: ScriptedServer, limits: Limits) -> None:
    client = opened(server, limits)
    try:
        with client.within():
            client.noop()
        with client.within():
            begun = client.begin_idle()
        assert begun is not None
        with client.within():
            client.end_idle(begun[0])
    finally:
        close(client)


def answering_fetch(*lines: bytes) -> Behave:
    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(*lines)
            return True
        return False

    return behave


@pytest.mark.parametrize("size", [100_000_000_000, LITERAL_BYTES + 1])
def test_a_literal_above_the_cap_is_not_even_allocated(size: int) -> None:
    with ScriptedServer(answering_fetch(b"* 1 FETCH (UID 1 BODY[] {%d}" % size)) as server:
        client = opened(server)
        with pytest.raises(imaplib.IMAP4.abort, match="more than was asked"), client.within():
            client.fetch_rows("1", ["BODY.PEEK[]"])
        close(client)


def test_a_server_that_sends_without_end_is_cut_off() -> None:
    row = b"* 1 FETCH (UID 1 X {4000000}\r\n" + b"x" * 4_000_000 + b")"
    with ScriptedServer(answering_fetch(*[row] * 20)) as server:
        client = opened(server, Limits())
        with pytest.raises(imaplib.IMAP4.abort, match="more than was asked"), client.within():
            client.fetch_rows("1", ["BODY.PEEK[]"])
        close(client)


def test_cut_inside_a_literal_gives_no_half_message() -> None:
    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(b"* 1 FETCH (UID 1 BODY[] {100}", b"abc")
            session.close()
            return True
        return False

    with ScriptedServer(behave) as server:
        client = opened(server)
        with pytest.raises(imaplib.IMAP4.abort, match="EOF"), client.within():
            client.fetch_rows("1", ["BODY.PEEK[]"])
        close(client)


def test_rows_that_came_survive_a_refusal() -> None:
    row = b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)"

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"UID":
            session.send(row, tag + b" NO [EXPUNGEISSUED] some are gone")
            return True
        return False

    with ScriptedServer(behave) as server:
        client = opened(server)
        answer = client.fetch_rows("1:2", ["BODY.PEEK[]"])
        assert answer.rows[1][b"BODY[]"] == b"abc"
        assert "EXPUNGEISSUED" in (answer.refusal or "")
        close(client)


def test_socket_options_for_half_open_connections_and_no_delay() -> None:
    with ScriptedServer() as server:
        client = connect(config(server))
        sock = client.socket()
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        for name, value in {
            "TCP_KEEPIDLE": 60,
            "TCP_KEEPINTVL": 15,
            "TCP_KEEPCNT": 4,
            "TCP_USER_TIMEOUT": 30000,
        }.items():
            if hasattr(socket, name):
                assert sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value
        close(client)


def test_a_log_of_everything_holds_no_password_and_no_mail(caplog: pytest.LogCaptureFixture) -> None:
    row = b"* 1 FETCH (UID 1 BODY[] {11}\r\nsecret text)"

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"UID":
            session.send(row, tag + b" OK done")
            return True
        return False

    with caplog.at_level(1), ScriptedServer(behave) as server:
        client = opened(server)
        assert client.fetch_rows("1", ["BODY.PEEK[]"]).rows[1][b"BODY[]"] == b"secret text"
        close(client)
    assert "pw1" not in caplog.text
    assert "secret" not in caplog.text
