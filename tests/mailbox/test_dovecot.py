"""The mailbox against a real server."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.mailbox.recording import MemoryRecorder
from tests.servers import Dovecot
from watcher.config import MailboxConfig
from watcher.errors import CertificateError, CredentialError, FolderError, LoginError, MailboxError, NetworkError
from watcher.health import Connection
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.imap import ImapMailbox
from watcher.messages.mail import Mail


@contextmanager
def watching(config: MailboxConfig, recorder: MemoryRecorder) -> Iterator[ImapMailbox]:
    """A mailbox watched on a thread; at the end the thread must be gone within two seconds."""
    mailbox = ImapMailbox(config, recorder, backoff=Backoff(lambda: 0.0))
    thread = threading.Thread(target=mailbox.watch)
    thread.start()
    try:
        yield mailbox
    finally:
        mailbox.close()
        thread.join(2.0)
        assert not thread.is_alive(), "it does not end in two seconds"


def idles(recorder: MemoryRecorder) -> bool:
    return any(health.connection is Connection.WATCHING and health.reached_at for health in recorder.healths)


def test_finds_what_waits_and_what_comes(dovecot: Dovecot) -> None:
    dovecot.deliver(1)
    dovecot.deliver(2, folder="Spam")
    dovecot.deliver(3, sender="friend@example.com")
    recorder = MemoryRecorder()
    with watching(dovecot.config(), recorder):
        recorder.wait_for(lambda: len(recorder.mails) == 2)
        dovecot.deliver(4)
        recorder.wait_for(lambda: len(recorder.mails) == 3)
    assert sorted(recorder.subjects()) == ["Subject: number 1", "Subject: number 2", "Subject: number 4"]
    assert {mail.place.folder for mail in recorder.mails} == {"INBOX", "Spam"}
    assert all(mail.received_at and mail.received_at.tzinfo for mail in recorder.mails)


def test_starttls(dovecot: Dovecot) -> None:
    dovecot.deliver(1)
    recorder = MemoryRecorder()
    ImapMailbox(dovecot.config(security="starttls", port=dovecot.port), recorder).check()
    assert recorder.subjects() == ["Subject: number 1"]


def test_a_second_look_reads_nothing_again(dovecot: Dovecot) -> None:
    recorder = MemoryRecorder()
    dovecot.deliver(1)
    for number in (2, 3):
        ImapMailbox(dovecot.config(), recorder).check()
        dovecot.deliver(number)
    ImapMailbox(dovecot.config(), recorder).check()
    assert recorder.subjects() == [f"Subject: number {number}" for number in (1, 2, 3)]


def test_no_flag_is_touched(dovecot: Dovecot) -> None:
    dovecot.deliver(1)
    recorder = MemoryRecorder()
    with watching(dovecot.config(), recorder):
        recorder.wait_for(lambda: len(recorder.mails) == 1)
    client = dovecot.client()
    client.select_folder("INBOX", readonly=True)
    flags = client.get_flags(client.search("ALL"))
    client.logout()
    assert all(b"\\Seen" not in found for found in flags.values())
    assert len(flags) == 1


def test_kicked_and_back_again(dovecot: Dovecot) -> None:
    recorder = MemoryRecorder()
    with watching(dovecot.config(), recorder):
        recorder.wait_for(lambda: idles(recorder))
        dovecot.doveadm("kick", "u1")
        recorder.wait_for(lambda: any(health.error for health in recorder.healths))
        dovecot.deliver(1)
        recorder.wait_for(lambda: len(recorder.mails) == 1)


def test_server_restarted(dovecot: Dovecot) -> None:
    recorder = MemoryRecorder()
    with watching(dovecot.config(), recorder):
        recorder.wait_for(lambda: idles(recorder))
        dovecot.stop()
        recorder.wait_for(lambda: any(health.error == "NetworkError" for health in recorder.healths))
        dovecot.start()
        dovecot.deliver(1)
        recorder.wait_for(lambda: len(recorder.mails) == 1)
    assert recorder.subjects() == ["Subject: number 1"]


def test_uidvalidity_changed(dovecot: Dovecot) -> None:
    recorder = MemoryRecorder()
    dovecot.deliver(1)
    ImapMailbox(dovecot.config(folders=("INBOX",)), recorder).check()
    dovecot.doveadm("mailbox", "update", "-u", "u1", "--uid-validity", "4711", "INBOX")
    dovecot.deliver(2)
    ImapMailbox(dovecot.config(folders=("INBOX",)), recorder).check()
    # The first one is fetched again under its new place; the store knows it by its Message-ID.
    assert recorder.subjects() == ["Subject: number 1", "Subject: number 1", "Subject: number 2"]
    assert recorder.cursors["INBOX"].uidvalidity == 4711


def test_a_mail_between_done_and_search_is_not_lost(dovecot: Dovecot) -> None:
    """Dovecot tells of it on the answer to SEARCH, and IDLE does not repeat it."""
    recorder = MemoryRecorder()
    with watching(dovecot.config(folders=("INBOX",)), recorder):
        for number in range(1, 16):
            dovecot.deliver(number)
            if number % 3 == 0:
                recorder.wait_for(lambda wanted=number: len(recorder.mails) == wanted)  # type: ignore[misc]


def test_no_wake_up_is_lost_in_a_stream_of_deliveries(dovecot: Dovecot) -> None:
    """100 mails at random moments of 0 to 50 ms: around IDLE, DONE, SEARCH and FETCH, wherever they fall."""
    rng = random.Random(7)
    recorder = MemoryRecorder()
    with watching(dovecot.config(folders=("INBOX",)), recorder):
        recorder.wait_for(lambda: idles(recorder))
        client = dovecot.client()
        for number in range(100):
            client.append("INBOX", f"From: order-update@amazon.co.jp\r\nSubject: number {number}\r\n\r\n".encode())
            time.sleep(rng.random() * 0.05)
        client.logout()
        recorder.wait_for(lambda: len(recorder.mails) == 100, 30)


def test_a_mail_that_comes_while_another_is_recorded_is_not_lost(dovecot: Dovecot) -> None:
    """Each mail brings the next one, between its own SEARCH and the next IDLE."""
    client = dovecot.client()

    class Chain(MemoryRecorder):
        def record(self, mail: Mail) -> None:
            if len(self.mails) < 20:
                client.append("INBOX", b"From: order-update@amazon.co.jp\r\nSubject: next\r\n\r\n")
            super().record(mail)

    recorder = Chain()
    with watching(dovecot.config(folders=("INBOX",)), recorder):
        recorder.wait_for(lambda: idles(recorder))
        client.append("INBOX", b"From: order-update@amazon.co.jp\r\nSubject: first\r\n\r\n")
        recorder.wait_for(lambda: len(recorder.mails) == 21, 60)
    client.logout()


WRONG: list[tuple[str, dict[str, object], type[MailboxError] | type[CredentialError]]] = [
    ("password", {"password_command": ("printf", "no")}, LoginError),
    ("user", {"user": "nobody@example.jp"}, LoginError),
    ("host", {"host": "no-such-host.invalid"}, NetworkError),
    ("port", {"port": 1}, NetworkError),
    ("certificate's name", {"host": "127.1"}, CertificateError),
    ("CA", {"ca_file": None}, CertificateError),
    ("folder", {"folders": ("INBOX", "Nowhere")}, FolderError),
    ("password command", {"password_command": ("false",)}, CredentialError),
    ("TLS", {"security": "tls", "port": "plain"}, NetworkError),
]


@pytest.mark.parametrize(("changes", "error"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_said(dovecot: Dovecot, changes: dict[str, object], error: type[Exception]) -> None:
    if changes.get("port") == "plain":
        changes = {**changes, "port": dovecot.port}
    with pytest.raises(error) as caught:
        ImapMailbox(dovecot.config(**changes), MemoryRecorder()).check()
    assert "pw1" not in str(caught.value)
