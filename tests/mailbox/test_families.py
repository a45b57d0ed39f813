"""The same behaviour on three families of servers: Dovecot, Cyrus, Courier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.conftest import needs
from tests.mailbox import courier, cyrus
from tests.mailbox.family import Server, mail
from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.watching import watching
from tests.servers import short_folder
from watcher.config import MailboxConfig
from watcher.mailbox.imap import ImapMailbox

JUNK = {"dovecot": "Spam", "cyrus": "Junk", "courier": "INBOX.迷惑メール"}
PREFIX = {"dovecot": "", "cyrus": "", "courier": "INBOX."}
LIMIT = 30.0
"""Seconds; Courier takes more than one for every login."""


class Account:
    """An account of a running server, and another client of it that may write.

    Attributes:
        junk: the folder for junk.
        prefix: what the names of folders begin with.
        changes: to its configuration. Courier offers IDLE and never says anything, so that the poll must find it.
    """

    def __init__(self, family: str, server: Server) -> None:
        self.server = server
        self.client = server.client()
        self.junk = JUNK[family]
        self.prefix = PREFIX[family]
        self.changes = {"poll_minutes": 1 / 30} if family == "courier" else {}
        if not self.client.folder_exists(self.junk):
            self.client.create_folder(self.junk)

    def deliver(self, number: int, folder: str = "INBOX", sender: str = "order-update@amazon.co.jp") -> None:
        self.client.append(folder, mail(number, sender), msg_time=datetime.now(UTC))

    def config(self, **changes: object) -> MailboxConfig:
        return self.server.config(**self.changes, **changes)

    def all_flags(self) -> dict[str, dict[int, Any]]:
        """The flags of every mail of every folder, \\Recent included, without touching them."""
        found = {}
        for _, _, name in self.client.list_folders():
            self.client.select_folder(name, readonly=True)
            flags = self.client.get_flags(self.client.search("ALL") or [1])
            found[str(name)] = {uid: sorted(those) for uid, those in flags.items()}
            self.client.close_folder()
        return found


@contextmanager
def running(family: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of a family."""
    if family == "dovecot":
        yield request.getfixturevalue("dovecot")
        return
    if family == "cyrus":
        needs(str(cyrus.MASTER))
    elif reason := courier.why_not():
        pytest.skip(reason)
    else:
        needs("perl", "openssl", str(courier.TCPD))
    with short_folder() as folder:
        server: cyrus.Cyrus | courier.Courier
        if family == "cyrus":
            server = cyrus.Cyrus(folder, request.getfixturevalue("certificates"))
        else:
            server = courier.Courier(folder)
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(params=["dovecot", "cyrus", "courier"])
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    with running(request.param, request) as server:
        account = Account(request.param, server)
        yield account
        account.client.logout()


def test_what_waits_and_what_comes_and_no_flag_differs(account: Account) -> None:
    account.deliver(1)
    account.deliver(2, account.junk)
    account.deliver(3, sender="friend@example.com")
    before = account.all_flags()
    recorder = MemoryRecorder()
    with watching(account.config(), recorder):
        recorder.wait_for(lambda: len(recorder.mails) == 2, LIMIT)
        account.deliver(4)
        recorder.wait_for(lambda: len(recorder.mails) == 3, LIMIT)
    assert sorted(recorder.subjects()) == [f"Subject: number {number}" for number in (1, 2, 4)]
    assert {mail.place.folder for mail in recorder.mails} == {"INBOX", account.junk}
    assert all(mail.received_at and mail.received_at.tzinfo for mail in recorder.mails)
    after = account.all_flags()
    (new,) = set(after["INBOX"]) - set(before["INBOX"])
    assert set(after["INBOX"].pop(new)) <= {b"\\Recent"}
    assert after == before


def test_a_second_look_reads_nothing_again(account: Account) -> None:
    recorder = MemoryRecorder()
    for number in (1, 2):
        account.deliver(number)
        ImapMailbox(account.config(), recorder).check()
    ImapMailbox(account.config(), recorder).check()
    assert recorder.subjects() == [f"Subject: number {number}" for number in (1, 2)]


def test_what_another_client_deletes_holds_up_nothing(account: Account) -> None:
    recorder = MemoryRecorder()
    for number in (1, 2, 3):
        account.deliver(number)
    with watching(account.config(folders=("INBOX",)), recorder):
        recorder.wait_for(lambda: len(recorder.mails) == 3, LIMIT)
        account.client.select_folder("INBOX")
        account.client.delete_messages(account.client.search("ALL")[1:])
        account.client.expunge()
        account.deliver(4)
        recorder.wait_for(lambda: len(recorder.mails) == 4, LIMIT)
    assert recorder.subjects() == [f"Subject: number {number}" for number in (1, 2, 3, 4)]


def test_a_folder_made_anew_is_read_anew(account: Account) -> None:
    """UIDVALIDITY changes and UIDs begin again: no mail is taken for one that was read."""
    name = f"{account.prefix}荷物"
    account.client.create_folder(name)
    recorder = MemoryRecorder()
    account.deliver(1, name)
    ImapMailbox(account.config(folders=(name,)), recorder).check()
    first = recorder.cursors[name]
    while account.client.folder_status(name, ["UIDVALIDITY"])[b"UIDVALIDITY"] == first.uidvalidity:
        account.client.delete_folder(name)  # some servers make it of the time, in seconds
        account.client.create_folder(name)
    account.deliver(2, name)
    ImapMailbox(account.config(folders=(name,)), recorder).check()
    assert recorder.subjects() == ["Subject: number 1", "Subject: number 2"]
    assert recorder.cursors[name].uid == 1
    assert recorder.cursors[name].uidvalidity != first.uidvalidity


def test_the_junk_folder_is_found_however_it_is_called(account: Account) -> None:
    """By its use (``\\junk`` in lower case on Cyrus), or by the name 迷惑メール where a server tells no uses."""
    recorder = MemoryRecorder()
    account.deliver(1, account.junk)
    ImapMailbox(account.config(folders=("\\Junk",)), recorder).check()
    assert {mail.place.folder for mail in recorder.mails} == {account.junk}
