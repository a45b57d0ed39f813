"""Forgetting: what is gone stays gone, nothing else goes, and no byte of it is left in any file."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.store.conftest import open_sql_store
from tests.store.mails import (
    AUTH,
    INQUIRY,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    RULES,
    a_notice,
    a_reading,
    at,
    believed,
    collected,
    mail,
    march,
    ready,
    shipped,
)
from watcher.errors import NoSuchParcelError, StoreBusyError
from watcher.extractors.notice import Kind, Notice
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.parcel import Status
from watcher.store.engine import open_engine
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, MessageState, Store, View

DOMAIN = "amazon.co.jp"
VISIBLE = frozenset(MessageState) - {MessageState.FORGOTTEN}


THEIRS = a_reading(inquiry=OTHER_INQUIRY, order=OTHER_ORDER)


def numbers(store: Store) -> list[str | None]:
    return [parcel.inquiry_number for parcel in store.parcels(View.ALL, at(9))]


def test_all_of_a_parcel_goes(store: Store) -> None:
    store.record(mail(1), shipped(1), DOMAIN, at(1))
    store.record(mail(2), ready(2), DOMAIN, at(2))
    store.act(1, ActionKind.NOTE, at(2), note="umbrella")
    store.forget(1)
    assert list(store.parcels(View.ALL, at(2))) == []
    assert list(store.messages(VISIBLE)) == []
    assert [store.raw(1), store.raw(2)] == [None, None]
    assert list(store.claim_due(at(30), ["desktop"])) == []
    assert store.counts() == {"home": {MessageState.FORGOTTEN: 2}}
    for ask in (store.history, store.reminders, store.forget):
        with pytest.raises(NoSuchParcelError):
            ask(1)
    assert list(store.search("umbrella")) == []


@pytest.mark.parametrize("message_id", ["", None])
@pytest.mark.parametrize(
    "again",
    [
        mail(2),
        mail(9, folder="Junk", raw=b"Subject: invented 2\r\n\r\n"),
        Mail(b"Subject: invented 2\r\n\r\n", Place("import", "/a/file.eml", 0, 0), None),
        Mail(b"Subject: invented 2\r\n\r\n", Place("home", "INBOX", 8, 2), None),
    ],
)
def test_the_same_mail_brings_nothing_back(store: Store, again: Mail, message_id: str | None) -> None:
    notice = a_notice(Kind.READY, at(2), a_reading(), message_id=message_id)
    store.record(mail(2), notice, DOMAIN, at(2))
    store.forget(1)
    recorded = store.record(again, notice, DOMAIN, at(3))
    assert (recorded.parcel_ids, recorded.known) == ((), True)
    assert numbers(store) == []


def test_a_copy_that_came_another_way_brings_nothing_back(store: Store) -> None:
    store.record(mail(2), believed(ready(2), Trust.UNVERIFIED), DOMAIN, at(2))
    store.forget(1)
    better = replace(ready(2, auth="0000009"), trust=Trust.AUTHENTICATED)
    assert store.record(mail(5, mailbox="family", raw=b"other headers"), better, DOMAIN, at(3)).known
    assert numbers(store) == []


def test_a_new_mail_makes_a_new_parcel(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.forget(1)
    assert store.record(mail(2), a_notice(Kind.REMINDER, at(4), a_reading()), DOMAIN, at(4)).parcel_ids == (2,)


def test_a_forged_mail_with_the_name_of_a_forgotten_one_is_still_noticed(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.forget(1)
    store.record(mail(2), believed(ready(2), Trust.FORGED), DOMAIN, at(3))
    assert [one.state for one in store.messages(VISIBLE)] == [MessageState.SUSPICIOUS]


def test_other_parcels_of_the_same_mail_stay_as_they_were(store: Store) -> None:
    two = a_notice(Kind.READY, at(2), a_reading(), a_reading(inquiry=OTHER_INQUIRY, order=OTHER_ORDER, auth="1112223"))
    store.record(mail(1), two, DOMAIN, at(2))
    store.act(2, ActionKind.NOTE, at(2), note="umbrella")
    before, plan = store.find("2"), store.reminders(2)
    store.forget(1)
    assert [store.find("2"), list(store.reminders(2))] == [before, list(plan)]
    assert store.raw(1) is None
    assert store.record(mail(7, folder="Junk"), two, DOMAIN, at(3)).known
    assert numbers(store) == [OTHER_INQUIRY]
    assert store.act(2, ActionKind.COLLECT, at(4)).status is Status.COLLECTED
    assert [entry.what for entry in store.history(2)] == ["ready", "note", "collect"]
    store.forget(2)
    assert store.record(mail(8), two, DOMAIN, at(5)).known
    assert numbers(store) == []


def test_two_parcels_of_one_order(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.record(mail(2), ready(3, inquiry=OTHER_INQUIRY), DOMAIN, at(3))
    before = store.find("2")
    store.forget(1)
    assert store.find("2") == before
    assert store.find(ORDER).id == 2


def test_a_parcel_by_hand_is_forgotten_too(store: Store) -> None:
    store.add(a_reading(), Status.READY, at(2))
    store.forget(1)
    assert numbers(store) == []
    assert store.add(a_reading(), Status.READY, at(2)).id == 2
    store.act(2, ActionKind.NOTE, at(3), note="second")
    assert store.find("2").note == "second"


# -- files

SECRETS = (INQUIRY, ORDER, OTHER_ORDER, "umbrella", "9173552")
TEXT = f"Subject: {INQUIRY}\r\n\r\nYour parcel {INQUIRY}, order {ORDER}, auth {AUTH}.\r\n".encode() * 400


def traces(folder: Path) -> set[tuple[str, str]]:
    """Which secrets stand in which file, in plain or compressed within a raw mail."""
    packed = zlib.compress(TEXT)
    found = set()
    for path in folder.iterdir():
        content = path.read_bytes()
        wanted = [(secret, secret.encode()) for secret in SECRETS]
        wanted += [(f"raw at {start}", packed[start : start + 24]) for start in range(0, len(packed) - 24, 24)]
        found |= {(path.name.partition("-2")[0], name) for name, bytes_ in wanted if bytes_ in content}
    return found


def fill(path: Path) -> SqlStore:
    """A store in which one parcel's numbers stand wherever they can, beside 30 others."""
    store = open_sql_store(path)
    for number in range(30):
        other = ready(2, inquiry=f"9{number:011d}", order=f"503-0000000-{number:07d}", auth="7770000")
        store.record(mail(100 + number), other, DOMAIN, at(2))
    named = f"/mails/{ORDER}.eml"
    store.record(Mail(TEXT, Place("import", named, 0, 0), None), shipped(1, inquiry=None), DOMAIN, at(1))
    store.record(mail(2, raw=TEXT), ready(2, deadline=march(20)), DOMAIN, at(2))
    confirmation = replace(a_notice(Kind.OTHER, at(1)), orders=(ORDER,), message_id="<confirmation>")
    store.record(mail(3, raw=TEXT), confirmation, DOMAIN, at(2))
    home = a_notice(Kind.DELIVERED, at(3), a_reading(inquiry=None, auth=None, point=None))
    store.record(mail(4, raw=TEXT), replace(home, readings=home.readings), DOMAIN, at(3))
    parcel = store.find(INQUIRY)
    store.act(parcel.id, ActionKind.NOTE, at(3), note="umbrella")
    store.act(parcel.id, ActionKind.EDIT, at(3), edit=a_reading(order=OTHER_ORDER, auth="9173552"))
    (due, *_) = [one for one in store.claim_due(at(3), ["desktop"]) if one.parcel.id == parcel.id]
    store.close(due.reminder_id, {"desktop": None}, at(3))
    store.record(mail(5, raw=TEXT), collected(5), DOMAIN, at(5))
    return store


def put_copy_aside(path: Path, kind: str) -> None:
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(f"{path}.{kind}-2026")) as target:
        source.backup(target)


def test_no_byte_is_left_in_the_database_its_log_and_its_copies(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = fill(path)
    put_copy_aside(path, "backup-0001")
    put_copy_aside(path, "replaced")
    before = {name for name, _ in traces(tmp_path)}
    assert before >= {"parcels.sqlite3.backup-0001", "parcels.sqlite3.replaced"}
    assert before & {"parcels.sqlite3", "parcels.sqlite3-wal"}
    assert {secret for _, secret in traces(tmp_path)} >= set(SECRETS)
    store.forget(store.find(INQUIRY).id)
    assert traces(tmp_path) == set()
    assert len(store.parcels(View.ALL, at(2))) == 30
    store.dispose()
    assert traces(tmp_path) == set()
    assert sorted(file.name.partition("-2")[0] for file in tmp_path.iterdir()) == [
        "parcels.sqlite3",
        "parcels.sqlite3.backup-0001",
        "parcels.sqlite3.replaced",
    ]
    for copy in tmp_path.glob("*-2026"):
        restored = open_sql_store(copy)
        assert len(restored.parcels(View.ALL, at(2))) == 30
        assert restored.record(mail(2, raw=TEXT), ready(2, deadline=march(20)), DOMAIN, at(9)).known
        restored.dispose()


def test_a_rescan_brings_nothing_back(tmp_path: Path) -> None:
    store = fill(tmp_path / "parcels.sqlite3")
    store.forget(store.find(INQUIRY).id)

    read: list[bytes] = []

    def read_notice(raw: bytes, _: datetime | None) -> Notice:
        read.append(raw)
        return a_notice(Kind.OTHER, at(2))

    store.rescan(read_notice, at(9))
    assert len(read) == 30
    assert TEXT not in read
    store.dispose()


def test_what_is_forgotten_during_a_rescan_stays_forgotten(tmp_path: Path) -> None:
    store, other = open_sql_store(tmp_path / "a.sqlite3"), open_sql_store(tmp_path / "a.sqlite3")
    shared = a_notice(Kind.READY, at(1), THEIRS, a_reading(order=ORDER))
    store.record(mail(1), ready(1), DOMAIN, at(1))
    store.record(mail(2), shared, DOMAIN, at(1))
    mine = store.find(INQUIRY).id

    def read_notice(raw: bytes, _: datetime | None) -> Notice:
        if INQUIRY in numbers(other):
            other.forget(mine)
        return ready(3) if raw == mail(1).raw else replace(shared, date=at(3), orders=())

    store.rescan(read_notice, at(4))
    assert numbers(store) == [OTHER_INQUIRY]
    store.dispose()
    other.dispose()


def test_what_is_forgotten_while_dns_is_asked_stays_forgotten(tmp_path: Path) -> None:
    store = open_sql_store(tmp_path / "a.sqlite3")
    shared = replace(
        a_notice(Kind.READY, at(1), THEIRS, a_reading(order=ORDER)),
        trust=Trust.UNVERIFIED,
        trust_reason="dns_unavailable",
    )
    store.record(mail(1), shared, DOMAIN, at(1))
    (waiting,) = store.unjudged(at(2))
    store.forget(store.find(INQUIRY).id)
    store.judge(waiting.id, believed(shared, Trust.AUTHENTICATED), at(2))
    assert numbers(store) == [OTHER_INQUIRY]
    store.dispose()


def test_a_copy_that_cannot_be_changed_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = fill(path)
    put_copy_aside(path, "backup-0001")
    with closing(sqlite3.connect(f"{path}.backup-0001-2026")) as copy:
        copy.execute("ALTER TABLE message RENAME COLUMN folder TO directory")
    assert store.forget(store.find(INQUIRY).id) == ("parcels.sqlite3.backup-0001-2026",)
    assert traces(tmp_path) == set()
    assert not list(tmp_path.glob("*backup*"))
    store.dispose()


def test_a_copy_that_is_in_use_is_left_alone_and_said(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = fill(path)
    put_copy_aside(path, "backup-0001")
    (copy,) = tmp_path.glob("*.backup-0001-2026")
    with closing(sqlite3.connect(copy, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError):
            store.forget(store.find(INQUIRY).id)
        other.execute("ROLLBACK")
    assert copy.exists()
    assert store.find(INQUIRY)
    assert store.forget(store.find(INQUIRY).id) == ()
    assert traces(tmp_path) == set()
    store.dispose()


def test_what_another_connection_reads_is_cleaned_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    fill(path).dispose()
    engine = open_engine(f"sqlite:///{path}", busy_seconds=0.05)
    upgrade(engine)
    store = SqlStore(engine, RULES)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM parcel").fetchone()
        with pytest.raises(StoreBusyError) as caught:
            store.forget(store.find(INQUIRY).id)
        other.execute("COMMIT")
    assert caught.value.hint
    store.sweep()
    assert traces(tmp_path) == set()
    store.dispose()
