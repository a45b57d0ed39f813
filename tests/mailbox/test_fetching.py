"""What a server does to a FETCH or a SEARCH costs at most the message it is about."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import HEADER, Behave, ScriptedServer, Session
from tests.mailbox.watched import POLL, config, watched
from watcher.errors import ThrottledError, WatcherError
from watcher.mailbox.fetching import LARGE, Outline, chunks_by_size
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.limits import Limits
from watcher.messages.mail import Place


def refusing(uid: int, answer: bytes, only: bytes = b"BODY.PEEK[])") -> Behave:
    """Refuses every FETCH that names one message; the rows before it come."""

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command != b"UID" or not arguments.startswith(b"FETCH") or only not in arguments:
            return False
        server = session.server
        wanted = server.in_set(arguments.split()[1])
        if uid not in wanted:
            return False
        rows = [server.row(server.uids.index(n) + 1, n, only == b"BODY.PEEK[])") for n in wanted if n < uid]
        session.send(*rows, tag + b" " + answer)
        return True

    return behave


@pytest.mark.parametrize("answer", [b"NO [SERVERBUG] internal error", b"BAD what is that"])
def test_a_message_the_server_refuses_is_set_aside_and_the_rest_goes_on(answer: bytes) -> None:
    recorder = MemoryRecorder()
    with ScriptedServer(refusing(7, answer)) as server:
        server.uids = list(range(1, 21))
        ImapMailbox(config(server), recorder).check()
        assert server.commands().count("UID FETCH") < 20
    assert [mail.place.uid for mail in recorder.mails] == [uid for uid in range(1, 21) if uid != 7]
    assert [(place.uid, reason) for place, reason in recorder.failed] == [(7, "refused")]
    assert recorder.cursors["INBOX"].uid == 20


def test_a_header_the_server_refuses_is_no_reason_to_pass_the_mail() -> None:
    recorder = MemoryRecorder()
    with ScriptedServer(refusing(7, b"NO [SERVERBUG] x", b"HEADER.FIELDS")) as server:
        server.uids = list(range(1, 11))
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == list(range(1, 11))


def test_not_now_is_not_a_poison_mail() -> None:
    """UNAVAILABLE of one message: three tries, with the patience of a throttled server between them."""
    recorder = MemoryRecorder()
    with ScriptedServer(refusing(2, b"NO [UNAVAILABLE] later")) as server:
        server.uids = [1, 2, 3]
        for _ in range(2):
            with pytest.raises(ThrottledError):
                ImapMailbox(config(server), recorder).check()
            assert [mail.place.uid for mail in recorder.mails] == [1]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 3]
    assert [place.uid for place, _ in recorder.failed] == [2]


def test_a_throttled_account_ends_the_look_and_nothing_is_passed() -> None:
    recorder = MemoryRecorder()
    with ScriptedServer(refusing(2, b"NO [OVERQUOTA] bandwidth")) as server:
        server.uids = [1, 2, 3]
        with pytest.raises(ThrottledError):
            ImapMailbox(config(server), recorder).check()
    assert not recorder.failed
    assert not recorder.mails


def test_a_row_the_parser_cannot_read_costs_one_message() -> None:
    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH") and 3 in session.server.in_set(arguments.split()[1]):
            session.send(b"* 3 FETCH (UID 3 BODY[] ((( FLAGS", tag + b" OK done")
            return True
        return False

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids = [1, 2, 3, 4]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 2, 4]
    assert [place.uid for place, _ in recorder.failed] == [3]


@pytest.mark.parametrize("whole", [False, True], ids=["before the header", "before the body"])
def test_a_message_expunged_meanwhile_is_no_failure(whole: bool) -> None:
    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        fetching = command == b"UID" and arguments.startswith(b"FETCH")
        if fetching and (b"BODY.PEEK[])" in arguments) is whole and 2 in session.server.uids:
            session.server.uids.remove(2)
            session.send(b"* 2 EXPUNGE")
        return False

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids = [1, 2, 3]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 3]
    assert not recorder.failed


def test_flags_of_others_between_the_rows_confuse_nobody() -> None:
    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(b"* 3 FETCH (FLAGS (\\Seen))", b"* 9 FETCH (UID 9 FLAGS ())", b"* 3 EXISTS")
        return False

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids = [5, 6, 9]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [5, 6, 9]


@pytest.mark.parametrize(
    "answer",
    [b"NO [BADCHARSET (US-ASCII)] no", b"NO [SERVERBUG] no", b"BAD no", b"OK nobody found"],
    ids=["BADCHARSET", "SERVERBUG", "BAD", "finds nobody"],
)
def test_a_server_that_cannot_search_senders_is_asked_for_days(answer: bytes) -> None:
    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"SEARCH") and b"FROM" in arguments:
            session.send(b"* SEARCH", tag + b" " + answer) if answer.startswith(b"OK") else session.send(
                tag + b" " + answer
            )
            return True
        return False

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids = [1, 2]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 2]


def test_a_first_run_takes_two_commands_and_one_for_each_two_hundred() -> None:
    for count in (1, 200, 201, 1000):
        with ScriptedServer() as server:
            server.uids = list(range(1, 2 * count, 2))
            recorder = MemoryRecorder()
            ImapMailbox(config(server), recorder).check()
            assert len(recorder.mails) == count
            commands = [name for name in server.commands() if name in ("UID SEARCH", "UID FETCH")]
            assert len(commands) <= 2 + -(-count // 200)
            assert max(len(line) for line in server.log) < 8_000
            assert all(line.isascii() for line in server.log)


def test_chunks_are_bounded_by_number_and_by_size() -> None:
    sizes = [80_000] * 450 + [LARGE + 1] + [1_000_000] * 40
    chunks = list(chunks_by_size([Outline(uid, b"", size, None) for uid, size in enumerate(sizes, 1)]))
    assert [item.uid for chunk in chunks for item in chunk] == list(range(1, len(sizes) + 1))
    assert all(len(chunk) <= 200 for chunk in chunks)
    assert all(sum(item.size for item in chunk) <= 16 * 1024 * 1024 for chunk in chunks)
    assert [len(chunk) for chunk in chunks if chunk[0].size > LARGE] == [1]


def test_mails_come_over_a_slow_line_too() -> None:
    text = HEADER % 1 + b"x" * 200_000

    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command != b"UID" or b"BODY.PEEK[])" not in arguments:
            return False
        answer = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (len(text), text)
        for start in range(0, len(answer), 20_000):
            session.sock.sendall(answer[start : start + 20_000])
            time.sleep(0.1)
        session.send(tag + b" OK done")
        return True

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids, server.sizes = [1], {1: len(text)}
        ImapMailbox(config(server), recorder, limits=Limits(command=0.5)).check()
    assert [mail.raw for mail in recorder.mails] == [text]


def test_a_search_of_very_many_is_cut_into_pieces() -> None:
    """The library refuses a line above a megabyte, as 150,000 UIDs make."""
    with ScriptedServer() as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        ImapMailbox(config(server), recorder).check()
        server.uids += [150_000, 250_000]
        ImapMailbox(config(server), recorder).check()
        searches = [line for line in server.log if b"SEARCH UID" in line]
        assert len(searches) == 3
    assert [mail.place.uid for mail in recorder.mails] == [1, 150_000, 250_000]


def test_the_days_of_a_first_run_have_a_margin() -> None:
    """At half past eight in Japan it is yesterday for a server on UTC, and its SINCE compares days."""
    with ScriptedServer() as server:
        server.uids = [1]
        now = datetime(2026, 3, 10, 8, 30, tzinfo=UTC) - timedelta(hours=9)
        ImapMailbox(config(server, lookback_days=0), MemoryRecorder(), clock=lambda: now).check()
        asked = next(line for line in server.log if b"SINCE" in line)
    assert b"SINCE 07-Mar-2026" in asked


# -- UIDVALIDITY


def test_without_uidvalidity_nothing_is_fetched_again_within_a_connection() -> None:
    with ScriptedServer() as server:
        server.uidvalidity, server.uidnext, server.uids = None, False, [1, 2]
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL):
            recorder.wait_for(lambda: len(recorder.mails) == 2)
            idles = server.commands().count("IDLE")
            server.wait_for(lambda: server.commands().count("IDLE") >= idles + 3)
            server.uids.append(3)
            recorder.wait_for(lambda: len(recorder.mails) == 3)
        bodies = [line for line in server.log if b"BODY.PEEK[])" in line]
        assert len(bodies) == 2


def test_a_new_uidvalidity_told_in_passing_opens_the_folder_again() -> None:
    told = threading.Event()

    def behave(session: Session, _tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"SEARCH UID") and not told.is_set():
            told.set()
            session.server.uidvalidity = 8
            session.server.uids = [1, 2]
            session.send(b"* OK [UIDVALIDITY 8] recreated")
        return False

    with ScriptedServer(behave) as server:
        server.uids = [1]
        recorder = MemoryRecorder()
        with watched(server, recorder, poll_minutes=POLL):
            recorder.wait_for(lambda: recorder.cursors.get("INBOX") is not None and recorder.cursors["INBOX"].uid == 1)
            recorder.wait_for(lambda: recorder.cursors["INBOX"].uidvalidity == 8)
        assert server.connections == 1
    assert [mail.place.uid for mail in recorder.mails if mail.place.uidvalidity == 8] == [1, 2]


def test_a_server_that_came_back_from_an_old_copy_hides_no_mail() -> None:
    """It numbers from a lower UID on under the same UIDVALIDITY; the store keeps the higher cursor."""

    class Recorder(MemoryRecorder):
        def _move(self, place: Place) -> None:
            assert place.uid < self.cursors["INBOX"].uid

    with ScriptedServer() as server:
        server.uids = [1, 2, 3]
        recorder = Recorder()
        recorder.cursors["INBOX"] = Place("home", "INBOX", server.uidvalidity or 0, 10)
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 2, 3]


def test_what_reaches_the_wire_has_no_second_line() -> None:
    bad = "x\r\nA9 DELETE INBOX"
    places = ({"user": bad}, {"folders": (bad,)}, {"forwarders": (bad,)}, {"password_command": ("printf", bad)})
    for changes in places:
        with ScriptedServer() as server:
            server.uids = [1]
            with pytest.raises(WatcherError):
                ImapMailbox(config(server, **changes), MemoryRecorder()).check()
            assert not [line for line in server.log if b"DELETE" in line]
