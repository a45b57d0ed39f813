"""An account on a real server whose mails come, move and go, and what the store must hold after that."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.crash.ledger import number_of, ready_mail, strange_mail
from tests.servers import Dovecot


@dataclass
class Household:
    """Two watched folders; the first is the one that the watcher idles in.

    Attributes:
        delivered: the numbers of all parcels that were ever announced, in any folder.
        seen: those that lay in a folder when the watcher had looked at everything: they must be in the store.
        steps: what was done so far, to be printed.
    """

    dovecot: Dovecot
    folders: tuple[str, str]
    chance: random.Random
    delivered: set[int] = field(default_factory=set)
    seen: set[int] = field(default_factory=set)
    steps: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with self._client() as client:
            for folder in self.folders:
                client.create_folder(folder)

    # -- what can happen

    def deliver(self) -> None:
        folder, number = self.chance.choice(self.folders), len(self.delivered) + 1
        self._append(folder, ready_mail(number))
        self.delivered.add(number)
        self._note(f"deliver {number} to {folder}")

    def deliver_strange(self) -> None:
        folder = self.chance.choice(self.folders)
        self._append(folder, strange_mail(self.chance.randrange(10**6)))
        self._note(f"deliver a friend's mail to {folder}")

    def copy(self) -> None:
        self._take("copy", lambda client, uid, other: client.copy([uid], other))

    def move(self) -> None:
        self._take("move", lambda client, uid, other: client.move([uid], other))

    def expunge(self) -> None:
        def delete(client: IMAPClient, uid: int, _: str) -> None:
            client.delete_messages([uid])
            client.expunge([uid])

        self._take("expunge", delete)

    def kick(self) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):  # nobody was connected
            self.dovecot.doveadm("kick", "u1")
        self._note("kick")

    def change_uidvalidity(self) -> None:
        folder = self.chance.choice(self.folders)
        value = str(self.chance.randrange(10**6, 2 * 10**9))
        self.dovecot.doveadm("mailbox", "update", "-u", "u1", "--uid-validity", value, folder)
        self._note(f"UIDVALIDITY of {folder} is {value}")

    def make_anew(self) -> None:
        """The folder is deleted and made again: empty, and its UIDs begin with 1."""
        folder = self.chance.choice(self.folders)
        with self._client() as client:
            client.delete_folder(folder)
            client.create_folder(folder)
        self._note(f"make {folder} anew")

    def restart_server(self) -> None:
        self.dovecot.stop()
        self.dovecot.start()
        self._note("restart the server")

    # -- what lies there

    def present(self, folder: str) -> set[int]:
        """The numbers of the parcels whose mails lie in a folder."""
        with self._client() as client:
            client.select_folder(folder, readonly=True)
            rows = client.fetch(client.search("ALL") or [1], ["BODY.PEEK[]"])
        texts = [row[b"BODY[]"].decode("utf-8") for row in rows.values()]
        return {number_of(text) for text in texts if "架空" in text}

    def place(self, folder: str) -> tuple[int, int, int]:
        """UIDVALIDITY, the highest UID that lies there, and the highest one that ever did."""
        with self._client() as client:
            state = client.select_folder(folder, readonly=True)
            highest = max(client.search("ALL"), default=0)
        return state[b"UIDVALIDITY"], highest, state[b"UIDNEXT"] - 1

    # -- parts

    def _note(self, step: str) -> None:
        self.steps.append(step)

    def _append(self, folder: str, raw: bytes) -> None:
        with self._client() as client:
            client.append(folder, raw, msg_time=datetime.now(UTC))

    def _take(self, verb: str, act: object) -> None:
        """Does something with one mail of a folder, if there is any."""
        assert callable(act)
        folder, other = self.chance.sample(self.folders, 2)
        with self._client() as client:
            client.select_folder(folder)
            uids = client.search("ALL")
            if uids:
                uid = self.chance.choice(uids)
                act(client, uid, other)
                self._note(f"{verb} UID {uid} of {folder}")

    @contextmanager
    def _client(self) -> Iterator[IMAPClient]:
        """A connection of its own for each step: a kick ends all that are open."""
        client = self.dovecot.client()
        try:
            yield client
        finally:
            client.shutdown()


@dataclass(frozen=True)
class Stored:
    """What the store holds.

    Attributes:
        parcels: how many there are of each number.
        messages: how many there are of each Message-ID.
        failed: how many mails were given up.
        cursors: UIDVALIDITY and UID by folder.
    """

    parcels: Counter[int]
    messages: Counter[str]
    failed: int
    cursors: dict[str, tuple[int, int]]


def stored(path: Path) -> Stored:
    """What is committed just now."""
    if not path.exists():
        return Stored(Counter(), Counter(), 0, {})
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        if not connection.execute("select 1 from sqlite_master where name = 'cursor'").fetchone():
            return Stored(Counter(), Counter(), 0, {})
        connection.execute("begin")
        parcels = Counter(number_of(name) for (name,) in connection.execute("select point_name from parcel"))
        messages = connection.execute("select message_id, state from message").fetchall()
        cursors = connection.execute("select folder, uidvalidity, uid from cursor").fetchall()
    return Stored(
        parcels,
        Counter(name for name, state in messages if state != "failed"),
        sum(state == "failed" for _, state in messages),
        {folder: (uidvalidity, uid) for folder, uidvalidity, uid in cursors},
    )
