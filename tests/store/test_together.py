"""Several threads and processes on one database, and one that dies in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.store.conftest import open_sql_store
from tests.store.mails import RULES, a_notice, a_reading, at, mail, ready
from watcher.extractors.notice import Kind
from watcher.parcels.reminder import ReminderState
from watcher.store.engine import open_engine, read_transaction
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, MessageState, Store, View

DOMAIN = "amazon.co.jp"
THREADS = 8

WRITER = """
import sys
from pathlib import Path
from tests.store.conftest import open_sql_store
from tests.store.mails import a_notice, a_reading, at, mail
from watcher.extractors.notice import Kind

store = open_sql_store(Path(sys.argv[1]))
first, last, mailbox = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
print("open", flush=True)
for uid in range(first, last):
    # two mails for each parcel: the shipment by its order, then the numbers
    number = (uid + 1) // 2
    order = f"250-{number:07d}-{number:07d}"
    if uid % 2:
        kind, reading = Kind.SHIPPED, a_reading(inquiry=None, order=order, auth=None)
    else:
        kind, reading = Kind.READY, a_reading(inquiry=f"{number:012d}", order=order, auth=f"{number:07d}")
    notice = a_notice(kind, at(1 + uid % 2), reading, message_id=f"{uid}@example.jp")
    store.record(mail(uid, mailbox=mailbox), notice, "amazon.co.jp", at(3))
    print(uid, flush=True)
store.dispose()
"""


def writer(path: Path, first: int, last: int, mailbox: str = "home") -> subprocess.Popen[str]:
    arguments = [str(path), str(first), str(last), mailbox]
    root = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )


def test_one_of_many_threads_claims_a_reminder(sql_store: SqlStore) -> None:
    sql_store.record(mail(1), ready(2), DOMAIN, at(2))
    ready_set = threading.Barrier(THREADS)

    def claim(_: int) -> int:
        ready_set.wait(10)
        return len(sql_store.claim_due(at(2), ["desktop"]))

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(claim, range(THREADS))) == [0] * (THREADS - 1) + [1]


def test_threads_record_copies_of_one_mail_as_one(store: Store) -> None:
    ready_set = threading.Barrier(THREADS)

    def record(number: int) -> bool:
        ready_set.wait(10)
        return store.record(mail(1, mailbox=f"box{number}"), ready(2), DOMAIN, at(2)).known

    with ThreadPoolExecutor(THREADS) as pool:
        assert sorted(pool.map(record, range(THREADS))) == [False] + [True] * (THREADS - 1)
    assert [parcel.id for parcel in store.parcels(View.ALL, at(2))] == [1]


def test_processes_that_start_together_make_one_database(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    writers = [writer(path, 1 + 20 * number, 21 + 20 * number, f"box{number}") for number in range(3)]
    assert [process.communicate(timeout=60)[0].split()[-1] for process in writers] == ["20", "40", "60"]
    assert [process.returncode for process in writers] == [0, 0, 0]
    store = open_sql_store(path)
    assert len(store.parcels(View.WAITING, at(3))) == 30
    assert sum(store.counts()[f"box{number}"][MessageState.UNDERSTOOD] for number in range(3)) == 60
    store.dispose()


def test_what_the_person_does_meets_what_the_daemon_does(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    other = writer(path, 1, 61)
    assert other.stdout is not None
    collected = set()
    for line in other.stdout:
        for parcel in store.parcels(View.WAITING, at(3)):
            assert store.act(parcel.id, ActionKind.COLLECT, at(4)).closed_at == at(4)
            collected.add(parcel.id)
        if line.strip() == "60":
            break
    assert other.wait(60) == 0
    other.stdout.close()
    for parcel in store.parcels(View.WAITING, at(3)):
        collected.add(store.act(parcel.id, ActionKind.COLLECT, at(4)).id)
    assert collected == set(range(1, 31))
    assert not [row for number in collected for row in store.reminders(number)]
    store.dispose()


@pytest.mark.parametrize("seen", [0, 1, 7, 20, 33])
def test_a_killed_process_leaves_mails_and_cursor_agreeing(tmp_path: Path, seen: int) -> None:
    path = tmp_path / "parcels.sqlite3"
    process = writer(path, 1, 1000)
    assert process.stdout is not None
    for _ in range(seen + 1):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    process.stdout.close()
    store = open_sql_store(path)
    place = store.cursor("home", "INBOX")
    last = 0 if place is None else place.uid
    assert last >= seen
    uids = sorted(one.place.uid for one in store.messages(frozenset(MessageState), limit=2000))
    assert uids == list(range(1, last + 1))
    parcels = store.parcels(View.CURRENT, at(3))
    assert len(parcels) == (last + 1) // 2
    for parcel in parcels:
        states = {row.state for row in store.reminders(parcel.id)}
        assert states == ({ReminderState.OPEN} if parcel.inquiry_number else set())
    for uid in range(max(1, last - 3), last + 5):  # read again from before the cursor, as after a restart
        number = (uid + 1) // 2
        reading = a_reading(inquiry=f"{number:012d}", order=f"250-{number:07d}-{number:07d}", auth=f"{number:07d}")
        notice = a_notice(Kind.READY, at(2), reading, message_id=f"{uid}@example.jp")
        store.record(mail(uid), notice, DOMAIN, at(3))
    assert len(store.parcels(View.CURRENT, at(3))) == (last + 5) // 2
    store.dispose()


def test_a_database_survives_a_kill_whole(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    process = writer(path, 1, 1000)
    assert process.stdout is not None
    for _ in range(10):
        process.stdout.readline()
    process.kill()
    process.wait(60)
    process.stdout.close()
    engine = open_engine(f"sqlite:///{path}")
    with read_transaction(engine) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert SqlStore(engine, RULES).find("1").id == 1
    engine.dispose()
