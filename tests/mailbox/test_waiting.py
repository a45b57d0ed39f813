"""A mailbox that waits: cheaply while nothing happens, and never deaf."""

from __future__ import annotations

import socket
import struct
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import Behave, ScriptedServer, Session
from tests.mailbox.watched import POLL, SHORT, arrive, watched
from watcher.errors import NetworkError
from watcher.health import Connection, MailboxHealth
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.idle import Nap, Wake, wait_quietly
from watcher.mailbox.reporting import FRESH, Reporter
from watcher.parcels.rules import Rules
from watcher.store.memory import MemoryStore

LOOKS = {"EXAMINE", "STATUS", "UID SEARCH", "UID FETCH", "NOOP", "LIST"}


def with_junk(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
    """LIST names a junk folder too."""
    if command != b"LIST":
        return False
    session.send(b'* LIST () "/" INBOX', b'* LIST (\\junk) "/" Spam', tag + b" OK done")
    return True


def test_a_quiet_folder_costs_one_command_a_poll_and_no_write() -> None:
    with ScriptedServer(with_junk) as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL, folders=("INBOX", "\\Junk")):
            server.wait_for(lambda: server.commands().count("IDLE") == 1)
            before, written = len(server.log), len(recorder.healths)
            server.wait_for(lambda: server.commands().count("IDLE") == 5)
            polls = [name for name in server.commands()[before:] if name in LOOKS]
            assert polls[:8] == ["STATUS", "UID SEARCH"] * 4
            assert len(recorder.healths) == written


def test_a_mail_in_the_other_folder_opens_it_and_comes_back() -> None:
    where = ["INBOX"]
    spam: list[int] = []

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        server = session.server
        if command == b"EXAMINE":
            where[0] = "Spam" if b"Spam" in arguments else "INBOX"
            server.uids = spam if where[0] == "Spam" else []
        if command == b"STATUS":
            session.send(b"* STATUS Spam (UIDNEXT %d UIDVALIDITY 7)" % (len(spam) + 1), tag + b" OK done")
            return True
        return with_junk(session, tag, command, arguments)

    with ScriptedServer(behave) as server:
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL, folders=("INBOX", "\\Junk")):
            server.wait_for(lambda: server.commands().count("IDLE") == 2)
            spam.append(1)
            recorder.wait_for(lambda: len(recorder.mails) == 1)
            idles = server.commands().count("IDLE")
            server.wait_for(lambda: server.commands().count("IDLE") > idles)
            assert where[0] == "INBOX"
    assert recorder.mails[0].place.folder == "Spam"


def test_a_mail_told_on_the_answer_to_a_search_is_looked_for_at_once() -> None:
    """Dovecot does it: the SEARCH that tells of a mail does not name it, and IDLE does not repeat it."""
    hidden: list[int] = []

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"SEARCH") and not hidden:
            hidden.append(2)
            session.send(b"* SEARCH 1", b"* 2 EXISTS", tag + b" OK done")
            session.server.uids.append(2)
            return True
        return False

    with ScriptedServer(behave) as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        with watched(server, recorder):
            recorder.wait_for(lambda: len(recorder.mails) == 2)
        assert (
            server.commands().index("IDLE") > server.commands().index("UID SEARCH")
            if "IDLE" in server.commands()
            else True
        )


def closing(reset: bool) -> Behave:
    """Ends the first IDLE by FIN or RST, after a while of quiet."""

    def behave(session: Session, _tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"IDLE" or session.server.connections > 1:
            return False
        session.send(b"+ idling")
        time.sleep(0.1)
        if reset:
            session.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        session.close()
        return True

    return behave


@pytest.mark.parametrize("reset", [False, True], ids=["FIN", "RST"])
def test_a_closed_connection_is_noticed_and_nothing_spins(reset: bool) -> None:
    with ScriptedServer(closing(reset)) as server, watched(server, recorder := MemoryRecorder()):
        server.wait_for(lambda: server.connections == 2)
        server.wait_for(lambda: bool(server.idlers()))
        before = time.process_time()
        time.sleep(1)
        assert time.process_time() - before < 0.2, "it spins"
        arrive(server, 1)
        recorder.wait_for(lambda: len(recorder.mails) == 1)


def sending(*chunks: bytes) -> Behave:
    """Answers the first IDLE in pieces, a moment between them."""

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"IDLE" or session.server.uids:
            return False
        session.idle_tag = tag
        session.server.uids.append(1)
        for chunk in chunks:
            session.sock.sendall(chunk)
            time.sleep(0.2)
        return True

    return behave


PIECES: list[tuple[str, tuple[bytes, ...]]] = [
    ("half a line", (b"+ idling\r\n", b"* 1 EXI", b"STS\r\n")),
    ("a literal", (b"+ idling\r\n* 1 FETCH (FLAGS () X {12}\r\n* BYE\r\nabc\r\n)\r\n", b"* 1 EXISTS\r\n")),
    ("a literal cut in two", (b"+ idling\r\n* 1 FETCH (X {6}\r\nabc", b"def)\r\n* 1 EXISTS\r\n")),
]


@pytest.mark.parametrize("chunks", [row[1] for row in PIECES], ids=[row[0] for row in PIECES])
def test_lines_in_pieces_are_put_together(chunks: tuple[bytes, ...]) -> None:
    with ScriptedServer(sending(*chunks)) as server, watched(server, recorder := MemoryRecorder()):
        recorder.wait_for(lambda: len(recorder.mails) == 1)
        assert server.connections == 1


def test_idle_is_renewed_in_time() -> None:
    with ScriptedServer() as server, watched(server, MemoryRecorder(), idle_minutes=0.3 / 60):
        server.wait_for(lambda: server.commands().count("IDLE") == 3)
        assert server.commands().count("DONE") >= 2
        assert server.connections == 1


def test_a_server_that_ends_idle_at_once_is_not_asked_without_end() -> None:
    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"IDLE":
            session.send(b"+ idling", tag + b" OK that was it")
            return True
        return False

    with ScriptedServer(behave) as server, watched(server, recorder := MemoryRecorder()):
        recorder.wait_for(lambda: any(health.error for health in recorder.healths))
        assert server.commands().count("IDLE") == 1


def test_a_half_open_connection_is_noticed_at_the_renewal() -> None:
    def behave(session: Session, tag: bytes, _command: bytes, _: bytes) -> bool:
        return tag == b"DONE" and session.server.connections == 1

    with ScriptedServer(behave) as server, watched(server, recorder := MemoryRecorder(), SHORT, idle_minutes=0.2 / 60):
        server.wait_for(lambda: server.connections == 2)
        server.uids.append(1)
        recorder.wait_for(lambda: len(recorder.mails) == 1)


@pytest.mark.parametrize("idle", [b"IDLE", b""], ids=["idling", "polling"])
def test_a_machine_that_slept_connects_anew_and_looks(idle: bytes) -> None:
    jump = [0.0]
    with ScriptedServer(capabilities=b"IMAP4rev1 " + idle) as server:
        recorder = MemoryRecorder()
        with watched(server, recorder, SHORT, wall_clock=lambda: time.time() + jump[0]):
            recorder.wait_for(lambda: any(health.reached_at for health in recorder.healths))
            server.uids.append(1)
            jump[0] = 3600
            server.wait_for(lambda: server.connections == 2)
            recorder.wait_for(lambda: len(recorder.mails) == 1)
        assert not [health for health in recorder.healths if health.error]


def test_a_small_step_of_the_clock_is_no_sleep() -> None:
    jump = [0.0]
    stop = threading.Event()

    def clock() -> float:
        jump[0] = 50
        return time.time() + jump[0]

    assert wait_quietly(stop, 0.2, 0.02, Nap(clock)) is Wake.QUIET


def test_sleep_ends_the_wait_after_an_error() -> None:
    jump = [0.0]
    greetings: list[bytes] = []

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"LOGIN" and not greetings:
            greetings.append(tag)
            session.send(tag + b" NO [UNAVAILABLE] later")
            return True
        return False

    with (
        ScriptedServer(behave) as server,
        watched(server, recorder := MemoryRecorder(), SHORT, wall_clock=lambda: time.time() + jump[0]),
    ):
        recorder.wait_for(lambda: any(health.error == "ThrottledError" for health in recorder.healths))
        jump[0] = 7200
        server.wait_for(lambda: server.connections == 2)


def test_a_uid_that_is_given_out_before_its_mail_can_be_seen_is_looked_for_again() -> None:
    """In a folder that is asked by STATUS, which tells the same at the next poll; what is gone costs one more look."""
    shown: list[int] = [1]
    is_open = [b""]
    in_vain: list[int] = []

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"EXAMINE":
            is_open[0] = arguments
        if command != b"UID" or not arguments.startswith(b"SEARCH"):
            return with_junk(session, tag, command, arguments)
        session.send(b"* SEARCH " + b" ".join(b"%d" % uid for uid in shown), tag + b" OK done")
        promised = max(session.server.uids)
        if b"Spam" in is_open[0] and promised not in shown:
            with session.server.changed:
                in_vain.append(promised)
                shown.extend([5] if promised == 5 else [])
                session.server.changed.notify_all()
        return True

    with ScriptedServer(behave) as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL, folders=("INBOX", "\\Junk")):
            server.wait_for(lambda: server.commands().count("IDLE") == 1)
            server.uids.append(5)
            recorder.wait_for(lambda: ("Spam", 5) in [(m.place.folder, m.place.uid) for m in recorder.mails])
            server.uids.append(9)
            server.wait_for(lambda: in_vain.count(9) == 2)
            idled = server.commands().count("IDLE")
            server.wait_for(lambda: server.commands().count("IDLE") > idled + 3)
            assert in_vain == [5, 9, 9]


@pytest.mark.parametrize("capabilities", [b"IMAP4rev1", b"IMAP4rev1 IDLE"], ids=["no IDLE", "IDLE never fires"])
def test_the_poll_finds_what_nobody_tells(capabilities: bytes) -> None:
    with ScriptedServer(capabilities=capabilities) as server:
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL):
            recorder.wait_for(lambda: any(health.reached_at for health in recorder.healths))
            server.uids.append(1)
            recorder.wait_for(lambda: len(recorder.mails) == 1)
        assert server.connections == 1


def test_idle_offered_only_after_the_login_is_used() -> None:
    def behave(session: Session, _tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"LOGIN":
            session.server.capabilities = b"IMAP4rev1 IDLE"
        return False

    with ScriptedServer(behave, capabilities=b"IMAP4rev1") as server, watched(server, MemoryRecorder()):
        server.wait_for(lambda: bool(server.idlers()))


def test_a_stop_at_the_very_moment_of_idle_is_heard() -> None:
    """A selector forgets a descriptor that another thread closes, and would sleep on."""
    for _ in range(20):
        with ScriptedServer() as server, watched(server, MemoryRecorder()):
            server.wait_for(lambda: server.commands().count("IDLE") == 1)


def test_a_stop_while_a_fetch_hangs_is_heard() -> None:
    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (FROM)] {100}", b"abc")
            return True
        return False

    with ScriptedServer(behave) as server:
        server.uids = [1]
        with watched(server, MemoryRecorder()):
            server.wait_for(lambda: "UID FETCH" in server.commands())


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_connections_leave_no_descriptor_behind() -> None:
    def behave(session: Session, _tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"IDLE" and session.server.connections < 8:
            session.close()
            return True
        return False

    with ScriptedServer(behave) as server, watched(server, MemoryRecorder()):
        server.wait_for(lambda: server.connections == 3)
        descriptors, threads = open_descriptors(), threading.active_count()
        server.wait_for(lambda: server.connections == 8, 30)
        server.wait_for(lambda: bool(server.idlers()))
        assert threading.active_count() <= threads + 2
        assert open_descriptors() <= descriptors + 6


# -- what is reported


def test_health_is_written_when_it_changed_or_became_old() -> None:
    recorder = MemoryRecorder()
    reporter = Reporter("home", recorder)
    now = datetime(2026, 3, 10, tzinfo=UTC)
    reporter.connected(now, uses_idle=True)
    for minute in range(60):
        reporter.reached(now + timedelta(minutes=minute))
    assert len(recorder.healths) == 1 + 60 / (FRESH / timedelta(minutes=1))
    assert now + timedelta(minutes=59) - (recorder.healths[-1].reached_at or now) < FRESH
    reporter.mail(now + timedelta(minutes=60))
    reporter.reached(now + timedelta(minutes=60))
    assert recorder.healths[-1].last_mail_at == now + timedelta(minutes=60)
    reporter.reached(now + timedelta(minutes=61))
    reporter.failed(NetworkError("gone"), now + timedelta(minutes=62), 5)
    last: MailboxHealth = recorder.healths[-1]
    assert (last.connection, last.error, last.connected_since) == (Connection.WAITING, "NetworkError", None)
    assert last.reached_at == now + timedelta(minutes=61), "the true time, though it was not stored before"
    assert last.retry_at == now + timedelta(minutes=62, seconds=5)


def test_the_end_of_an_outage_is_written_at_once() -> None:
    store = MemoryStore(Rules({}))
    recorder = MemoryRecorder()
    reporter = Reporter("home", recorder)
    now = datetime(2026, 3, 10, tzinfo=UTC)

    def stored() -> MailboxHealth:
        for one in recorder.healths:
            store.save_health(replace(one, failed_at=now) if one.error else one)
        recorder.healths.clear()
        (health,) = store.healths()
        return health

    reporter.connected(now, uses_idle=True)
    reporter.reached(now)
    reporter.failed(NetworkError("gone"), now + timedelta(minutes=1), 5)
    assert stored().failing_since == now
    reporter.connected(now + timedelta(minutes=2), uses_idle=True)
    assert stored().failing_since == now
    reporter.reached(now + timedelta(minutes=2))
    assert stored().failing_since is None


def test_waits_grow_have_jitter_and_begin_anew_after_a_healthy_minute() -> None:
    longest = Backoff(lambda: 1.0)
    assert [longest.wait_after(NetworkError("x")) for _ in range(11)][-4:] == [128, 256, 300, 300]
    longest.succeeded(59)
    assert longest.wait_after(NetworkError("x")) == 300
    longest.succeeded(60)
    assert longest.wait_after(NetworkError("x")) == 1
    many = [Backoff() for _ in range(10)]
    for _ in range(8):
        waits = [round(backoff.wait_after(NetworkError("x")), 3) for backoff in many]
    assert len(set(waits)) > 5
    assert all(0.5 <= wait <= 128 for wait in waits)
