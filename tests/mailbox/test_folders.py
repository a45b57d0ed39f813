"""Which folders are watched, by name and by what they are for."""

from __future__ import annotations

import pytest
from imapclient.imap_utf7 import encode

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import ScriptedServer, Session
from tests.mailbox.watched import config
from watcher.errors import FolderError
from watcher.mailbox.imap import ImapMailbox


def opened(listed: list[tuple[bytes, str]], *wanted: str) -> list[str]:
    """The folders that a mailbox opens on a server that lists these (attributes, name)."""

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command != b"LIST":
            return False
        rows = [b'* LIST (%s) "/" "%s"' % (attributes, encode(name)) for attributes, name in listed]
        session.send(*rows, tag + b" OK done")
        return True

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        ImapMailbox(config(server, folders=wanted), recorder).check()
    return list(recorder.cursors)


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        (b"\\HasNoChildren \\Junk", "Bulk Mail"),
        (b"\\junk", "Unerwünscht"),
        (b"", "迷惑メール"),
        (b"", "[Gmail]/迷惑メール"),
        (b"", "INBOX.迷惑メール"),
        (b"", "Junk Email"),
        (b"", "SPAM"),
    ],
    ids=["special use", "lower case", "Japanese", "Gmail", "INBOX.", "Exchange", "capitals"],
)
def test_the_junk_folder_is_found(attributes: bytes, name: str) -> None:
    assert opened([(b"", "INBOX"), (b"", "Sent"), (attributes, name)], "INBOX", "\\Junk") == [name, "INBOX"]


def test_an_attribute_is_better_than_a_name() -> None:
    folders = [(b"", "INBOX"), (b"", "Spam"), (b"\\Junk", "迷惑")]
    assert opened(folders, "INBOX", "\\Junk") == ["迷惑", "INBOX"]


def test_no_junk_folder_is_no_error() -> None:
    assert opened([(b"", "INBOX")], "INBOX", "\\Junk") == ["INBOX"]


def test_a_folder_that_is_missing_is_said_with_those_that_are_there() -> None:
    with pytest.raises(FolderError, match="INBOX, 買い物"):
        opened([(b"", "INBOX"), (b"", "買い物")], "INBOX", "Shopping")
