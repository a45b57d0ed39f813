"""What servers do to clients: each trap is sprung once, by a scripted server."""

from __future__ import annotations

import ssl

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import Behave, ScriptedServer, Session
from tests.mailbox.watched import POLL, arrive, config, watched
from tests.servers import Certificates
from watcher.errors import LoginError, MailboxError, NetworkError, ProtocolError, ThrottledError
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.imap import ImapMailbox


def test_one_arrival_is_one_look() -> None:
    with ScriptedServer() as server, watched(server, recorder := MemoryRecorder()):
        server.wait_for(lambda: server.commands().count("IDLE") == 1)
        arrive(server, 1)
        recorder.wait_for(lambda: recorder.subjects() == ["Subject: number 1"])
        server.wait_for(lambda: server.commands().count("IDLE") == 2)
        assert server.commands().count("EXAMINE") == 1
        assert server.commands().count("UID SEARCH") == 1


def test_read_only_commands_and_nothing_else() -> None:
    with ScriptedServer() as server, watched(server, recorder := MemoryRecorder()):
        server.uids.append(1)
        server.wait_for(lambda: server.commands().count("IDLE") == 1)
        arrive(server, 2)
        recorder.wait_for(lambda: 2 in [mail.place.uid for mail in recorder.mails])
        allowed = {"CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "DONE", "NOOP"}
        assert set(server.commands()) <= allowed
        assert not [line for line in server.log if b"FETCH" in line and b"BODY[" in line]


def idle_with(*lines: bytes, close: bool = False, only_first: bool = True) -> Behave:
    """Answers IDLE in its own way: the lines in one write."""
    done: list[bool] = []

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"IDLE" or (only_first and done):
            return False
        done.append(True)
        session.idle_tag = tag
        if not session.server.uids:
            session.server.uids.append(1)
        if lines:
            session.send(*lines)
        if close:
            session.close()
        return True

    return behave


IDLE_TRAPS: list[tuple[str, Behave]] = [
    ("EXISTS in the segment of the continuation", idle_with(b"+ idling", b"* 1 EXISTS")),
    ("EXISTS before the continuation", idle_with(b"* 1 EXISTS", b"+ idling")),
    ("closed at once", idle_with(close=True)),
    ("closed after the continuation", idle_with(b"+ idling", close=True)),
    ("BYE", idle_with(b"+ idling", b"* BYE shutting down", close=True)),
    ("NO while idling", idle_with(b"+ idling", b"* NO internal error", close=True)),
    ("flags only, then EXISTS", idle_with(b"+ idling", b"* 1 FETCH (FLAGS (\\Seen))", b"* 1 EXISTS")),
    ("still here, then EXISTS", idle_with(b"+ idling", b"* OK Still here", b"* 1 EXISTS")),
]


@pytest.mark.parametrize("behave", [row[1] for row in IDLE_TRAPS], ids=[row[0] for row in IDLE_TRAPS])
def test_no_trap_loses_a_mail(behave: Behave) -> None:
    with ScriptedServer(behave) as server, watched(server, recorder := MemoryRecorder()):
        recorder.wait_for(lambda: recorder.subjects() == ["Subject: number 1"])


def test_refused_idle_is_polled_and_tried_again() -> None:
    refusals: list[int] = []

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"IDLE" and len(refusals) < 2:
            refusals.append(session.server.connections)
            session.server.uids.append(len(refusals))
            session.send(tag + b" NO not now")
            return True
        return False

    with ScriptedServer(behave) as server, watched(server, recorder := MemoryRecorder(), poll_minutes=POLL):
        recorder.wait_for(lambda: len(recorder.mails) == 2)
        server.wait_for(lambda: bool(server.idlers()))
        arrive(server, 3)
        recorder.wait_for(lambda: len(recorder.mails) == 3)
    assert server.connections == 1


def test_a_server_that_drops_every_connection_is_not_hammered() -> None:
    with ScriptedServer(greeting=b"* BYE go away") as server:
        for _ in range(3):
            with pytest.raises(MailboxError):
                ImapMailbox(config(server), MemoryRecorder()).check()
    backoff = Backoff(lambda: 1.0)
    waits = [backoff.wait_after(NetworkError("x")) for _ in range(12)]
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == 300


LOGINS: list[tuple[bytes, type[MailboxError], float]] = [
    (b"NO [AUTHENTICATIONFAILED] Authentication failed.", LoginError, 3600),
    (b"NO Invalid credentials", LoginError, 3600),
    (b"NO [LIMIT] Maximum number of connections from user+IP exceeded", ThrottledError, 300),
    (b"NO [UNAVAILABLE] Temporary authentication failure", ThrottledError, 300),
    (b"NO Too many simultaneous connections. (Failure)", ThrottledError, 300),
    (b"NO [OVERQUOTA] Account exceeded command or bandwidth limits", ThrottledError, 300),
]


@pytest.mark.parametrize(("answer", "error", "wait"), LOGINS, ids=[row[0].decode() for row in LOGINS])
def test_refusals_have_classes(answer: bytes, error: type[MailboxError], wait: float) -> None:
    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"LOGIN":
            session.send(tag + b" " + answer)
            return True
        return False

    with ScriptedServer(behave) as server, pytest.raises(error) as caught:
        ImapMailbox(config(server), MemoryRecorder()).check()
    assert type(caught.value) is error
    assert Backoff(lambda: 0.0).wait_after(caught.value) >= wait


def test_a_refusal_right_after_a_success_is_a_hiccup_once() -> None:
    backoff = Backoff(lambda: 0.0)
    backoff.succeeded(120)
    refused = LoginError("refused")
    assert [backoff.wait_after(refused), backoff.wait_after(refused)] == [300, 3600]


# -- nothing secret goes out where it must not


def test_logindisabled_keeps_the_password_at_home() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 LOGINDISABLED") as server:
        with pytest.raises(LoginError):
            ImapMailbox(config(server), MemoryRecorder()).check()
        assert b"pw1" not in b"".join(server.log)


@pytest.mark.parametrize("greeting", [b"* PREAUTH welcome", b"* OK ready"])
def test_a_stripped_starttls_is_refused(greeting: bytes) -> None:
    with ScriptedServer(greeting=greeting) as server:
        with pytest.raises(MailboxError):
            ImapMailbox(config(server, security="starttls"), MemoryRecorder()).check()
        assert b"pw1" not in b"".join(server.log)


def test_a_wrong_certificate_ends_it_before_the_login(certificates: Certificates) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    with ScriptedServer(tls=context) as server:
        with pytest.raises(MailboxError, match="not trusted"):
            ImapMailbox(config(server, security="tls"), MemoryRecorder()).check()
        assert not server.log


def test_line_breaks_never_reach_the_wire() -> None:
    with ScriptedServer() as server:
        for changes in ({"user": "u\r\nA1 DELETE INBOX"}, {"folders": ("INBOX\r\nx",)}, {"forwarders": ("a\r\nb",)}):
            with pytest.raises(MailboxError):
                ImapMailbox(config(server, **changes), MemoryRecorder()).check()
        assert not [line for line in server.log if b"DELETE" in line]


# -- the cursor


def test_missing_uidnext_and_uidvalidity() -> None:
    with ScriptedServer() as server:
        server.uidnext, server.uidvalidity, server.uids = False, None, [3, 4]
        recorder = MemoryRecorder()
        ImapMailbox(config(server), recorder).check()
        assert [mail.place.uid for mail in recorder.mails] == [3, 4]


def test_the_echo_of_the_last_message_is_not_new() -> None:
    with ScriptedServer() as server:
        server.uids = [5]
        recorder = MemoryRecorder()
        for _ in range(3):
            ImapMailbox(config(server), recorder).check()
        assert len(recorder.mails) == 1


def test_a_poison_mail_is_tried_three_times_and_the_rest_goes_on() -> None:
    recorder = MemoryRecorder(refuse=lambda mail: RuntimeError("boom") if mail.place.uid == 2 else None)
    with ScriptedServer() as server:
        server.uids = [1, 2, 3]
        ImapMailbox(config(server), recorder).check()
    assert [mail.place.uid for mail in recorder.mails] == [1, 3]
    assert [(place.uid, reason) for place, reason in recorder.failed] == [(2, "RuntimeError")]
    assert recorder.cursors["INBOX"].uid == 3


def test_a_body_the_server_does_not_give() -> None:
    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and b"BODY.PEEK[])" in arguments + b")" and arguments.startswith(b"FETCH 2"):
            session.send(b"* 2 FETCH (UID 2 BODY[] NIL)", tag + b" OK done")
            return True
        return False

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids = [2]
        ImapMailbox(config(server), recorder).check()
    assert [place.uid for place, _ in recorder.failed] == [2]


def test_a_literal_larger_than_memory_is_a_protocol_error() -> None:
    def behave(session: Session, _: bytes, command: bytes, arguments: bytes) -> bool:
        if command == b"UID" and arguments.startswith(b"FETCH"):
            session.send(b"* 1 FETCH (UID 1 BODY[] {100000000000}")
            return True
        return False

    with ScriptedServer(behave) as server:
        server.uids = [1]
        with pytest.raises(MailboxError) as caught:
            ImapMailbox(config(server), MemoryRecorder()).check()
    assert isinstance(caught.value, ProtocolError | NetworkError)


def test_bodies_of_candidates_only_and_in_batches() -> None:
    with ScriptedServer() as server:
        server.uids = list(range(1, 121))
        recorder = MemoryRecorder()
        ImapMailbox(config(server), recorder).check()
        assert len(recorder.mails) == 120
        assert server.commands().count("UID FETCH") <= 1 + 3


def test_a_bug_does_not_end_the_watch() -> None:
    """Whatever a server makes us raise, the thread lives and tries again."""

    class Stumbling(MemoryRecorder):
        stumbles = 2

        def is_candidate(self, header: bytes) -> bool:
            if self.stumbles:
                self.stumbles -= 1
                raise KeyError("unexpected")
            return super().is_candidate(header)

    with ScriptedServer() as server:
        server.uids = [1]
        recorder = Stumbling()
        with watched(server, recorder):
            recorder.wait_for(lambda: len(recorder.mails) == 1)
