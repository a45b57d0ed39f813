"""One mailbox that is dead, slow, throttled or refused never delays another (R17).

What is compared is the order of events, not time: the mails of the healthy mailbox are recorded while the other one
still hangs where it hung before.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from tests.crash.conftest import wait_for
from tests.crash.ledger import read_ledger, ready_mail
from tests.mailbox.scripted import Behave, ScriptedServer, Session
from tests.servers import Dovecot
from tests.whole.test_daemon import Program

OTHER = """[[mailbox]]
name = "other"
host = "127.0.0.1"
port = {port}
security = "plain"
user = "u1"
password_command = {command}
folders = ["INBOX"]
"""
MAILS = 5


class Trouble:
    """A server in trouble.

    Attributes:
        began: set when the mailbox hangs.
        over: set when it does not hang any more, which must not be before the end.
    """

    def __init__(self) -> None:
        self.began = threading.Event()
        self.over = threading.Event()
        self.end = threading.Event()

    def dead(self, _: Session, __: bytes, command: bytes, ___: bytes) -> bool:
        if command == b"EXAMINE":
            self.began.set()
        return command == b"EXAMINE"

    def slow(self, session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        """A byte at a time, for ever as it seems to a reader with a time-out for each byte."""
        if command != b"LIST":
            return False
        self.began.set()
        for byte in b'* LIST () "/" "INBOX"\r\n' * 1000 + tag + b" OK done\r\n":
            session.sock.sendall(bytes([byte]))
            if self.end.wait(0.05):
                return True
        self.over.set()
        return True

    def throttled(self, session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"LOGIN":
            return False
        if self.began.is_set():
            self.over.set()
        session.send(tag + b" NO [THROTTLED] come back later")
        self.began.set()
        return True

    def refused(self, session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"LOGIN":
            return False
        if self.began.is_set():
            self.over.set()
        session.send(tag + b" NO [AUTHENTICATIONFAILED] no")
        self.began.set()
        return True


@pytest.mark.parametrize("kind", ["dead", "slow", "throttled", "refused"])
def test_one_in_trouble_delays_no_other(tmp_path: Path, dovecot: Dovecot, session_bus: str, kind: str) -> None:
    del session_bus  # it must run
    trouble = Trouble()
    behave: Behave = getattr(trouble, kind)
    program = Program(tmp_path, dovecot)
    with ScriptedServer(behave) as server:
        other = OTHER.format(port=server.port, command=json.dumps(["printf", "pw1"]))
        program.config.write_text(program.config.read_text() + other)
        with program.running():
            assert trouble.began.wait(60)
            client = dovecot.client()
            for number in range(1, MAILS + 1):
                client.append("INBOX", ready_mail(number))
                wait_for(lambda wanted=number: len(read_ledger(store_of(program)).shops) == wanted)  # type: ignore[misc]
            client.logout()
            assert not trouble.over.is_set(), "the other mailbox was not in trouble all the time"
            trouble.end.set()


def store_of(program: Program) -> Path:
    return program.folder / "state" / "parcels.sqlite3"
