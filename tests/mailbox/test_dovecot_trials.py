"""What can happen to a real server while it is watched, and what the watcher asks of it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailbox.family import mail
from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.watching import watching
from tests.servers import NOBODY, Dovecot
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.limits import Limits

LIMIT = 30.0
SHORT = Limits(command=3, idle=3)
"""Seconds; by default a server is given up half a minute after the end of a round of IDLE."""

SECURITIES = ["tls", "starttls"]
READ_ONLY = {
    "CAPABILITY", "LOGIN", "AUTHENTICATE", "STARTTLS", "ID", "NAMESPACE", "ENABLE", "LIST", "EXAMINE", "UNSELECT",
    "STATUS", "UID SEARCH", "UID FETCH", "NOOP", "IDLE", "DONE", "LOGOUT",
}  # fmt: skip


def security_of(dovecot: Dovecot, security: str) -> dict[str, object]:
    return {"security": security, "port": dovecot.tls_port if security == "tls" else dovecot.port}


@pytest.mark.parametrize("security", SECURITIES)
def test_kicked_and_restarted_with_mails_in_between(dovecot: Dovecot, security: str) -> None:
    recorder = MemoryRecorder()
    with watching(dovecot.config(**security_of(dovecot, security)), recorder):
        for number in (1, 2):
            dovecot.deliver(2 * number - 1)
            recorder.wait_for(lambda wanted=2 * number - 1: len(recorder.mails) == wanted, LIMIT)  # type: ignore[misc]
            if number == 1:
                dovecot.doveadm("kick", "u1")
            else:
                dovecot.stop()
                dovecot.start()
            dovecot.deliver(2 * number)
            recorder.wait_for(lambda wanted=2 * number: len(recorder.mails) == wanted, LIMIT)  # type: ignore[misc]
    assert recorder.subjects() == [f"Subject: number {number}" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("security", SECURITIES)
def test_uidvalidity_changed_under_the_watch(dovecot: Dovecot, security: str) -> None:
    recorder = MemoryRecorder()
    with watching(dovecot.config(folders=("INBOX",), **security_of(dovecot, security)), recorder):
        dovecot.deliver(1)
        recorder.wait_for(lambda: len(recorder.mails) == 1, LIMIT)
        dovecot.doveadm("mailbox", "update", "-u", "u1", "--uid-validity", "4711", "INBOX")
        with contextlib.suppress(subprocess.CalledProcessError):  # Dovecot may have ended the session by itself
            dovecot.doveadm("kick", "u1")
        dovecot.deliver(2)
        recorder.wait_for(lambda: len(recorder.mails) == 3, LIMIT)
    assert recorder.subjects() == ["Subject: number 1", "Subject: number 1", "Subject: number 2"]
    assert [mail.place.uidvalidity for mail in recorder.mails[1:]] == [4711, 4711]


def imap_processes(dovecot: Dovecot) -> list[int]:
    """The processes that serve the account's sessions."""
    who = dovecot.doveadm("-f", "flow", "who", "u1")
    return [int(pid) for found in re.findall(r"\(pids\)=\(([\d ]+)\)", who) for pid in found.split()]


@contextlib.contextmanager
def stopped(pids: list[int]) -> Iterator[None]:
    """Processes that are there and do nothing."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_a_server_that_stands_still_is_noticed_and_holds_up_no_other(dovecot: Dovecot) -> None:
    """The connection stays open and nobody answers: as after a suspend, or behind a lost NAT entry (R5, R17)."""
    stuck, well = MemoryRecorder(), MemoryRecorder()
    with watching(dovecot.config(folders=("INBOX",), idle_minutes=1 / 30), stuck, SHORT):
        dovecot.deliver(1)
        stuck.wait_for(lambda: len(stuck.mails) == 1, LIMIT)
        pids = imap_processes(dovecot)
        assert pids
        with stopped(pids), watching(dovecot.config(name="other", folders=("INBOX",)), well):
            for number in range(2, 7):
                dovecot.deliver(number)
                well.wait_for(lambda wanted=number: len(well.mails) == wanted, LIMIT)  # type: ignore[misc]
            assert len(stuck.mails) == 1, "the server that stood still told of a mail"
            stuck.wait_for(lambda: len(stuck.mails) == 6, LIMIT)
    assert stuck.subjects() == well.subjects() == [f"Subject: number {number}" for number in range(1, 7)]


# -- the command log


def keep_log(dovecot: Dovecot) -> Path:
    """Has Dovecot write down every byte that clients send once they are logged in."""
    folder = dovecot.folder / "rawlog"
    folder.mkdir()
    if os.getuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    configuration = dovecot.folder / "dovecot.conf"
    configuration.write_text(f"{configuration.read_text()}\nprotocol imap {{\n  rawlog_dir = {folder}\n}}\n")
    dovecot.stop()
    dovecot.start()
    return folder


def commands_in(folder: Path, secret: str) -> tuple[set[str], str]:
    """The commands of every session, and the whole text of the log."""
    names, text = set(), ""
    for file in sorted(folder.glob("*.in")):
        lines = [line.partition(" ")[2] for line in file.read_text("latin-1").splitlines()]
        text += "\n".join(lines)
        for line in lines:
            words = line.split()
            if words[:1] == ["DONE"]:
                names.add("DONE")
            elif len(words) > 1:
                names.add(f"UID {words[2].upper()}" if words[1].upper() == "UID" else words[1].upper())
    assert secret not in text
    return names, text


def drop_into_maildir(dovecot: Dovecot, number: int) -> None:
    """Delivers as a mail transfer agent does, so that the log holds no command but the watcher's."""
    maildir = dovecot.folder / "mail" / "u1" / "Maildir"
    file = maildir / "tmp" / f"{number}.test"
    file.write_bytes(mail(number))
    if os.getuid() == 0:
        os.chown(file, NOBODY, NOBODY)
    file.rename(maildir / "new" / file.name)


def flags_of(dovecot: Dovecot) -> dict[str, dict[int, list[bytes]]]:
    """The flags of all mails, the \\Recent that only a session's own view shows left out."""
    client = dovecot.client()
    found = {}
    for folder in ("INBOX", "Spam"):
        client.select_folder(folder, readonly=True)
        found[folder] = {uid: sorted(flags) for uid, flags in client.get_flags(client.search("ALL")).items()}
    client.logout()
    return found


def test_a_full_run_sends_commands_that_read_and_changes_no_flag(dovecot: Dovecot) -> None:
    """First look, IDLE, junk folder, a big mail, a kick, a changed UIDVALIDITY, a restart, one pass (R19)."""
    for number in (1, 2):
        dovecot.deliver(number)
    dovecot.deliver(3, folder="Spam")
    client = dovecot.client()
    client.append("INBOX", big_mail(4))
    client.append("INBOX", big_mail(5), (b"\\Flagged", b"\\Answered", b"keyword"))
    client.logout()
    before = flags_of(dovecot)
    log = keep_log(dovecot)
    recorder = MemoryRecorder()
    with watching(dovecot.config(poll_minutes=1 / 30), recorder):
        recorder.wait_for(lambda: len(recorder.mails) == 5, LIMIT)
        drop_into_maildir(dovecot, 6)
        recorder.wait_for(lambda: len(recorder.mails) == 6, LIMIT)
        dovecot.doveadm("kick", "u1")
        dovecot.doveadm("mailbox", "update", "-u", "u1", "--uid-validity", "4711", "Spam")
        recorder.wait_for(lambda: recorder.cursors["Spam"].uidvalidity == 4711, LIMIT)
    again = MemoryRecorder()
    with watching(dovecot.config(security="starttls", port=dovecot.port), again):
        again.wait_for(lambda: len(again.mails) == 6, LIMIT)
    ImapMailbox(dovecot.config(), MemoryRecorder()).check()
    dovecot.stop()
    names, text = commands_in(log, "pw1")
    assert {"EXAMINE", "UID SEARCH", "UID FETCH", "IDLE", "DONE"} <= names, "the log does not hold the run"
    assert names <= READ_ONLY
    assert not re.search(r"BODY\[|RFC822(?!\.SIZE)|\+FLAGS|-FLAGS", text.upper().replace("BODY.PEEK[", ""))
    dovecot.start()
    after = flags_of(dovecot)
    assert set(after["INBOX"].pop(max(after["INBOX"]))) <= {b"\\Recent"}
    assert after == before


def big_mail(number: int) -> bytes:
    """A mail of more than a megabyte, most of it a picture."""
    picture = ("QUJD" * 19 + "\r\n") * 18_000
    return (
        f"From: order-update@amazon.co.jp\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.com>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
        f"--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n--x--\r\n"
    ).encode()
